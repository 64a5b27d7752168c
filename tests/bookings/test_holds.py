"""Places held for some minutes, and places given back by one tap."""

import pytest

from qunwen.base.notices.models import Notice
from qunwen.base.scope import context
from qunwen.services.bookings import actions, errors
from qunwen.services.bookings.enums import EndReason, State
from qunwen.services.bookings.models import Attendee, Booking
from qunwen.services.bookings.party import Guest

from .conftest import CLERK, COUNTY, resident_actor


def hold(hall, holder, number=1, *, later=0, minutes=10, key=None, **more):
    import datetime as dt

    with context.everything(reason="test"):
        return actions.hold(
            bucket=hall.fresh(), people=more.pop("people", [Guest()] * number), resident=holder, minutes=minutes,
            key=key or f"hold-{later}-{holder.pk}", by=resident_actor(holder), at=hall.at + dt.timedelta(minutes=later),
            **more,
        )  # fmt: skip


def recounted(hall):
    with context.everything(reason="test"):
        return actions.recount(county=COUNTY, by=CLERK, at=hall.at)


def test_hold_takes_places_and_tells_nobody(hall, people):
    (one,) = people()
    hall.open(size=3)
    held = hold(hall, one, 2)
    assert (held.state, hall.taken, Notice.unscoped.count()) == (State.HELD, 2, 0)
    assert hall.fresh().next_lapse == held.offer_until
    assert recounted(hall) == []


def test_hold_is_confirmed_once_with_those_who_come(hall, people):
    one, child = people(2, same_home=True)
    hall.open(size=3)
    held = hold(hall, one, 3)
    for _ in range(2):
        made = hall.do(actions.confirm_hold, held, later=5, members=[one, child])
    assert (made.state, made.party, hall.taken) == (State.CONFIRMED, 2, 2)
    assert {a.resident_id for a in Attendee.unscoped.all()} == {one.pk, child.pk}
    assert hall.fresh().next_lapse is None
    assert recounted(hall) == []


def test_lapsed_hold_is_taken_over_in_place_and_cannot_be_confirmed(hall, people):
    one, two = people(2)
    hall.open(size=1)
    held = hold(hall, one, minutes=10)
    assert hall.book(two, later=9).state == State.WAITING
    third = people()[0]
    late = hall.book(third, later=11)
    # the line is served before whoever comes new
    assert Booking.unscoped.get(resident=two).state == State.OFFERED
    assert (late.state, hall.taken) == (State.WAITING, 1)
    with pytest.raises(errors.HoldGone):
        hall.do(actions.confirm_hold, held, later=12)
    assert Booking.unscoped.get(pk=held.pk).ended_because == EndReason.HOLD_LAPSED


def test_own_lapsed_hold_stands_in_nobodys_way(hall, people):
    (one,) = people()
    hall.open(size=1)
    hold(hall, one, people=[one])
    assert hall.book(one, later=11).state == State.CONFIRMED
    assert recounted(hall) == []


def test_one_hold_at_a_time_and_the_same_key_gives_the_same(hall, people):
    (one,) = people()
    hall.open(size=5)
    first = hold(hall, one, key="k")
    assert hold(hall, one, key="k", later=1).pk == first.pk
    with pytest.raises(errors.AlreadyBooked):
        hold(hall, one, key="other", later=1)


def test_hold_is_never_queued(hall, people):
    one, two = people(2)
    hall.open(size=1)
    hall.book(one)
    with pytest.raises(errors.Full):
        hold(hall, two)


def test_hold_is_prolonged_to_half_an_hour_and_no_further(hall, people):
    (one,) = people()
    hall.open(size=1)
    held = hold(hall, one, minutes=10)
    for later, minutes in ((9, 15), (20, 30), (29, 30)):
        held = hall.do(actions.prolong_hold, held, later=later, minutes=minutes)
    assert (held.offer_until - held.booked_at).total_seconds() == 30 * 60
    assert hall.fresh().next_lapse == held.offer_until


def test_rules_over_people_hold_when_it_is_confirmed(hall, another_hall, people):
    (one,) = people()
    hall.open(size=3)
    another_hall.open(size=3)
    held = hold(hall, one)
    another_hall.book(one)
    with pytest.raises(errors.TimeClash):
        hall.do(actions.confirm_hold, held, later=1, members=[one])
    with pytest.raises(errors.HoldGone, match="只暂留了 1 个"):
        hall.do(actions.confirm_hold, held, later=1, members=[Guest("甲"), Guest("乙")])
    assert hall.state(held) == State.HELD


@pytest.mark.parametrize("minutes", [0, 31])
def test_hold_lasts_one_to_thirty_minutes(hall, people, minutes):
    (one,) = people()
    hall.open(size=3)
    with pytest.raises(ValueError, match="30"):
        hold(hall, one, minutes=minutes)


def test_release_by_one_tap_serves_the_next_at_once(hall, people):
    one, two = people(2)
    hall.open(size=1)
    first, second = hall.book(one), hall.book(two, later=1)
    for _ in range(2):
        gone = hall.do(actions.release, first, later=2, by=resident_actor(one))
    assert (gone.state, gone.ended_because) == (State.CANCELLED, EndReason.RELEASED)
    assert hall.state(second) == State.OFFERED
    assert Notice.unscoped.filter(resident_id=two.pk).count() == 1


def test_some_of_a_party_stay(hall, people):
    family = people(3, same_home=True)
    (other,) = people()
    hall.open(size=3)
    together = hall.book(*family)
    waits = hall.book(other, later=1)
    leaving = Attendee.unscoped.get(resident=family[2])
    for _ in range(2):
        stays = hall.do(actions.release, together, later=2, people=[leaving.pk])
    assert (stays.state, stays.party, hall.taken) == (State.CONFIRMED, 2, 3)
    assert hall.state(waits) == State.OFFERED
    assert recounted(hall) == []


def test_released_too_late_is_refused(hall, people):
    (one,) = people()
    hall.open(size=1, hours=1)
    booked = hall.book(one)
    with pytest.raises(errors.NotCancellable, match="已经开始"):
        hall.do(actions.release, booked, later=61, by=resident_actor(one))


def test_chairs_put_in_for_an_override_leave_with_it(hall, people):
    """pretix #1238: taking an override back made places that never were, and the line was served with them."""
    one, two, *guests = people(4)
    hall.open(size=1)
    hall.book(one)
    waits = hall.book(two, later=1)
    extra = hall.book(*guests, later=2, by=CLERK, override="嘉宾")
    assert (hall.fresh().size, hall.taken, extra.beyond) == (3, 3, 2)
    hall.do(actions.cancel, extra, later=3)
    assert (hall.fresh().size, hall.taken) == (1, 1)
    assert hall.state(waits) == State.WAITING


def test_size_said_after_an_override_is_what_is_there(hall, people):
    one, two = people(2)
    hall.open(size=1)
    hall.book(one)
    extra = hall.book(two, later=1, by=CLERK, override="嘉宾")
    with context.everything(reason="test"):
        actions.resize_bucket(bucket=hall.fresh(), size=4, by=CLERK, at=hall.at)
    hall.do(actions.cancel, extra, later=3)
    assert (hall.fresh().size, hall.taken) == (4, 1)
