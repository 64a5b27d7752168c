"""PostgreSQL's exclusion constraint refuses by itself; both guards come back as "taken"."""

import pytest
from django.db import IntegrityError, connection, transaction

from qunwen.base.scope import writing
from qunwen.faces.command import records
from qunwen.faces.command.finding import State
from qunwen.services.rooms import actions, exclusion
from qunwen.services.rooms.actions import holding
from qunwen.services.rooms.errors import RoomTaken
from qunwen.services.rooms.models import Reservation, Slot

from .conftest import BY, COUNTY, hour

POSTGRES = "postgresql"


def raw(resource, first, last, state="confirmed"):
    """A row written past every rule of ours."""
    ended = None if state == "confirmed" else first
    with writing.allowed("test"):
        return Reservation.unscoped.create(
            county=COUNTY, resource=resource, place_id=resource.place_id, starts_at=first, ends_at=last, held_from=first,
            held_until=last, title="x", state=state, key=f"{first}{state}", reserved_at=hour(0), reserved_by="x",
            ended_at=ended,
        )  # fmt: skip


def test_the_constraint_stands_where_it_can(db):
    assert exclusion.put_up(connection) == ""
    assert exclusion.standing(connection)


def refused(resource, first, last):
    """Whether the database refuses the row, and by which constraint."""
    try:
        with transaction.atomic():
            raw(resource, first, last)
    except IntegrityError as problem:
        return exclusion.NAME in str(problem)
    return None


def test_a_raw_insert_of_an_overlapping_stretch_is_refused_by_the_constraint_on_postgresql(resource):
    van, other = resource(), resource("kit", "音响")
    raw(van, hour(9), hour(10))
    # Elsewhere the slots alone refuse, and this row has none.
    assert refused(van, hour(9, 59), hour(11)) is (True if connection.vendor == POSTGRES else None)
    raw(van, hour(12), hour(13))
    assert refused(van, hour(13), hour(14)) is None  # they meet
    raw(van, hour(12, 30), hour(12, 45), "released")  # holds nothing
    assert refused(other, hour(12, 30), hour(12, 45)) is None
    assert Slot.unscoped.filter(county=COUNTY).count() == 0


def test_a_raw_slot_of_a_held_quarter_is_refused_on_every_database(resource, reserve):
    van = resource()
    row = reserve(van, 9, 10)
    held = Slot.unscoped.filter(county=COUNTY).first()
    again = Slot(county=COUNTY, resource=van, place_id=van.place_id, reservation=row, quarter=held.quarter)
    with pytest.raises(IntegrityError), transaction.atomic(), writing.allowed("test"):
        again.save(force_insert=True)


def test_the_constraint_taken_down_is_put_up_again_by_the_next_migrate(db):
    exclusion.take_down(connection)
    assert exclusion.standing(connection) is (connection.vendor != POSTGRES)
    assert exclusion.put_up(connection) == ""
    assert exclusion.standing(connection)


def test_what_only_the_database_refuses_is_told_as_taken(resource, reserve, monkeypatch):
    van = resource(buffer_minutes=15)
    reserve(van, 9, 10)
    monkeypatch.setattr(holding, "refuse_clash", lambda *_about: None)
    with pytest.raises(RoomTaken, match="刚刚被别人预约"):
        reserve(van, 9, 11)
    assert Reservation.unscoped.filter(county=COUNTY).count() == 1
    series = actions.reserve_series(
        resource=van, starts_at=hour(9), ends_at=hour(10), times=2, title="排练", key="s", skip_clashes=True,
        by=BY, at=hour(0),
    )  # fmt: skip
    assert [day for day, _why in series.skipped] == ["2026-04-06"]


def test_the_doctor_says_whether_the_constraint_stands(db):
    def told():
        return [(found.code, found.state) for found in records.exclusion()]

    good, note = ("room_exclusion", State.GOOD), ("room_exclusion", State.NOTE)
    assert told() == ([good] if connection.vendor == POSTGRES else [])
    exclusion.take_down(connection)
    assert told() == ([note] if connection.vendor == POSTGRES else [])
