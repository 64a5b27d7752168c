"""A resource is held by one at a time, whatever is done."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qunwen.services.rooms import actions, quarters, queries
from qunwen.services.rooms.enums import State
from qunwen.services.rooms.errors import RoomClosed, RoomRefused, RoomTaken, WrongTimes
from qunwen.services.rooms.models import Reservation, Slot

from .conftest import BY, DAY, hour


def test_two_stretches_that_meet_do_not_clash_and_one_that_overlaps_is_refused(resource, reserve):
    van = resource()
    reserve(van, 9, 11)
    reserve(van, 11, 12)
    with pytest.raises(RoomTaken, match=r"流动文化车.*04-06 09:00 至 11:00"):
        reserve(van, 10, 11)
    assert [(r.starts_at, r.ends_at) for r in queries.reservations_on(van, DAY)] == [
        (hour(9), hour(11)),
        (hour(11), hour(12)),
    ]


def test_buffers_keep_time_before_and_after(resource, reserve):
    hall = resource(buffer_minutes=30)
    reserve(hall, 9, 10)
    with pytest.raises(RoomTaken):
        reserve(hall, 10, 11)
    with pytest.raises(RoomTaken):
        actions.reserve(
            resource=hall, starts_at=hour(10, 30), ends_at=hour(11), title="排练", key="x", by=BY, at=hour(0)
        )
    assert reserve(hall, 11, 12).state == State.CONFIRMED


def test_the_same_key_gives_the_first_answer(resource, reserve):
    van = resource()
    assert reserve(van, 9, 10, key="page-1") == reserve(van, 9, 10, key="page-1")
    assert Reservation.unscoped.filter(county="510112").count() == 1


def test_released_time_is_free_and_a_second_release_changes_nothing(resource, reserve, at):
    van = resource()
    first = reserve(van, 9, 10)
    for _again in range(2):
        assert actions.release(reservation=first, by=BY, at=at, reason="下雨").state == State.RELEASED
    assert not Slot.unscoped.filter(county="510112").exists()
    assert reserve(van, 9, 10).pk != first.pk


def test_times_that_cannot_be_are_refused_at_their_field(resource, reserve, at):
    van = resource()
    for first, last, field in ((10, 10, "ends_at"), (11, 10, "ends_at"), (0, 30, "ends_at")):
        with pytest.raises(WrongTimes) as refused:
            reserve(van, first, last)
        assert list(refused.value.message_dict) == [field]
    with pytest.raises(WrongTimes):
        reserve(van, 9, 10, day=dt.date(2026, 3, 1))


def test_blocked_and_inactive_resources_are_not_to_be_had(resource, reserve, at):
    van = resource()
    actions.block(resource=van, starts_at=hour(8), ends_at=hour(12), reason="年检", by=BY, at=at)
    with pytest.raises(RoomClosed, match="年检"):
        reserve(van, 11, 13)
    assert reserve(van, 12, 13).state == State.CONFIRMED
    actions.change_resource(resource=van, new={"active": False}, by=BY, at=at)
    with pytest.raises(RoomClosed):
        reserve(van, 15, 16)


def test_a_series_skips_clashes_and_says_which_or_refuses_naming_the_day(resource, reserve, at):
    van = resource()
    reserve(van, 9, 10, day=DAY + dt.timedelta(weeks=1))
    about = {
        "resource": van,
        "starts_at": hour(9),
        "ends_at": hour(10),
        "times": 3,
        "title": "舞蹈队",
        "by": BY,
        "at": at,
    }
    with pytest.raises(RoomTaken, match="2026-04-13 有冲突"):
        actions.reserve_series(key="a", **about)
    assert Reservation.unscoped.filter(county="510112").count() == 1
    series = actions.reserve_series(key="b", skip_clashes=True, **about)
    assert [day for day, _why in series.skipped] == ["2026-04-13"]
    assert series.reservations.count() == 2
    assert actions.reserve_series(key="b", skip_clashes=True, **about) == series


def test_a_bundle_is_all_or_nothing(resource, reserve, at):
    van, kit = resource(), resource("kit", "音响")
    reserve(kit, 9, 10)
    about = {"resources": [van, kit], "title": "晚会", "by": BY, "at": at}
    with pytest.raises(RoomTaken, match="音响"):
        actions.reserve_bundle(starts_at=hour(9), ends_at=hour(11), key="a", **about)
    assert queries.is_free(van, hour(9), hour(11))
    bundle = actions.reserve_bundle(starts_at=hour(10), ends_at=hour(12), key="b", **about)
    assert {r.resource_id for r in bundle.reservations.all()} == {van.pk, kit.pk}
    assert actions.reserve_bundle(starts_at=hour(10), ends_at=hour(12), key="b", **about) == bundle
    with pytest.raises(RoomRefused):
        actions.reserve_bundle(
            resources=[van, van], starts_at=hour(13), ends_at=hour(14), title="x", key="c", by=BY, at=at
        )


def test_what_was_used_is_not_released(resource, reserve):
    van = resource()
    held = reserve(van, 9, 10)
    assert actions.check_in(reservation=held, by=BY, at=hour(9, 5)).state == State.USED
    with pytest.raises(RoomRefused):
        actions.release(reservation=held, by=BY, at=hour(9, 10))


MINUTES = st.integers(0, 24 * 60 - 1)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(asked=st.lists(st.tuples(MINUTES, st.integers(1, 180)), max_size=8), buffer=st.sampled_from([0, 10, 30]))
def test_what_is_held_equals_a_naive_model(places, everything, at, asked, buffer):
    van = actions.add_resource(place=places["510112"], kind="vehicle", title="车", buffer_minutes=buffer, by=BY, at=at)
    model = []
    for n, (start, length) in enumerate(asked):
        begins, ends = hour(0, start), hour(0, start + length)
        touched = set(quarters.held(begins, ends, buffer_minutes=buffer))
        free = not any(touched & other for other in model)
        try:
            actions.reserve(resource=van, starts_at=begins, ends_at=ends, title="x", key=f"{van.pk}{n}", by=BY, at=at)
            assert free
            model.append(touched)
        except RoomTaken:
            assert not free
    assert {s.quarter for s in Slot.unscoped.filter(county="510112", resource=van)} == set().union(*model)
