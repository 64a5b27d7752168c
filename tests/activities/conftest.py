"""A county at work: a town station, a village room, its worker, its reviewers."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest

from qunwen.base.journal.actors import Actor
from qunwen.base.people.models import Staff, Unit
from qunwen.base.scope import writing
from qunwen.services.activities import actions
from qunwen.services.venues.models import Venue


def hour(day: int, clock: int, month: int = 4) -> dt.datetime:
    """A full hour of the county in spring 2026."""
    return dt.datetime(2026, month, day, clock, tzinfo=dt.timezone(dt.timedelta(hours=8)))


@pytest.fixture
def county(places, at):
    """Units, staff and a venue of 龙泉街道 and 东街社区."""
    with writing.allowed("test"):
        station = Unit.unscoped.create(name="龙泉街道综合文化站", kind="station", place=places["510112001"])
        room = Unit.unscoped.create(
            name="东街社区文化室", kind="village_room", place=places["510112001001"], parent=station
        )
        venue = Venue.unscoped.create(
            name="东街社区文化室", kind="village_room", place=places["510112001001"], unit=room, changed_at=at
        )

        def staff(name, unit):
            person = Staff.unscoped.create(name=name, unit=unit, place=unit.place)
            return Actor(kind="staff", id=person.pk, name=name, unit=unit.pk)

        return SimpleNamespace(
            station=station,
            room=room,
            venue=venue,
            worker=staff("王敏", room),
            town=staff("李强", station),
            officer=staff("赵静", station),
            places=places,
        )


@pytest.fixture
def planned(county, at, everything):
    """An activity in the plan, filled in as far as a review wants it."""
    return actions.plan_activity(
        title="清明诗会",
        kind="reading",
        place=county.places["510112001001"],
        unit=county.room,
        plan_year=2026,
        plan_month=4,
        venue=county.venue,
        summary="街坊一起读诗",
        sign_up="book",
        by=county.worker,
        at=at,
    )


@pytest.fixture
def session(planned, county, at):
    """Its one date."""
    return actions.schedule_session(
        activity=planned, starts_at=hour(5, 19), ends_at=hour(5, 21), by=county.worker, at=at
    )
