"""The waiting line, with the cases in which others served the wrong person as tests."""

import pytest

from qunwen.base.scope import context
from qunwen.services.bookings import actions, errors, queries
from qunwen.services.bookings.enums import EndReason, State
from qunwen.services.bookings.models import Booking

from .conftest import CLERK, resident_actor


def test_freed_place_is_offered_to_the_first_in_line(hall, people):
    one, two, three = people(3)
    hall.open(size=1)
    first = hall.book(one)
    second, third = hall.book(two, later=1), hall.book(three, later=2)
    hall.do(actions.cancel, first, later=3)
    assert [hall.state(b) for b in (second, third)] == [State.OFFERED, State.WAITING]
    assert hall.taken == 1
    assert hall.do(actions.accept_offer, second, later=4).state == State.CONFIRMED
    assert hall.do(actions.accept_offer, second, later=5).state == State.CONFIRMED
    assert (hall.taken, hall.fresh().next_lapse) == (1, None)


def test_offer_holds_its_places_against_newcomers(hall, people):
    one, two, three = people(3)
    hall.open(size=1)
    first = hall.book(one)
    hall.book(two, later=1)
    hall.do(actions.cancel, first, later=2)
    assert hall.book(three, later=3).state == State.WAITING


def test_lapsed_offer_is_taken_over_by_whoever_comes_next(hall, people):
    one, two, three, four = people(4)
    hall.open(size=1, offer_minutes=30)
    first = hall.book(one)
    second, third = hall.book(two, later=1), hall.book(three, later=2)
    hall.do(actions.cancel, first, later=3)
    fourth = hall.book(four, later=40)
    assert [hall.state(b) for b in (second, third, fourth)] == [State.EXPIRED, State.OFFERED, State.WAITING]
    assert hall.taken == 1


def test_lapsed_offer_is_settled_by_the_task(hall, people):
    one, two, three = people(3)
    hall.open(size=1, offer_minutes=30)
    first = hall.book(one)
    second, third = hall.book(two, later=1), hall.book(three, later=2)
    hall.do(actions.cancel, first, later=3)
    for expected in (2, 0):
        with context.everything(reason="test"):
            assert actions.settle_bucket(bucket=hall.bucket, by=CLERK, at=second_later(hall)) == expected
    assert [hall.state(b) for b in (second, third)] == [State.EXPIRED, State.OFFERED]


def second_later(hall):
    import datetime as dt

    return hall.at + dt.timedelta(minutes=34)


def test_late_answer_gets_a_clear_no(hall, people):
    one, two = people(2)
    hall.open(size=1, offer_minutes=30)
    first, second = hall.book(one), hall.book(two, later=1)
    hall.do(actions.cancel, first, later=2)
    with pytest.raises(errors.OfferGone, match="到期"):
        hall.do(actions.accept_offer, second, later=32)
    assert hall.state(second) == State.OFFERED  # a refusal changes nothing; the next touch settles it


def test_who_waits_has_nothing_to_accept(hall, people):
    one, two = people(2)
    hall.open(size=1)
    hall.book(one)
    second = hall.book(two, later=1)
    for answer in (actions.accept_offer, actions.decline_offer):
        with pytest.raises(errors.OfferGone, match="还没有轮到"):
            hall.do(answer, second, later=2)


def test_declined_offer_goes_to_the_next(hall, people):
    one, two, three = people(3)
    hall.open(size=1)
    first = hall.book(one)
    second, third = hall.book(two, later=1), hall.book(three, later=2)
    hall.do(actions.cancel, first, later=3)
    for _ in range(2):
        declined = hall.do(actions.decline_offer, second, later=4)
        assert (declined.state, declined.ended_because) == (State.CANCELLED, EndReason.DECLINED)
    assert hall.state(third) == State.OFFERED
    assert hall.taken == 1


def test_cancelled_entry_never_comes_back(hall, people):
    """pretix #1163: cancelling after the offer was used put the person back on the list."""
    one, two, three = people(3)
    hall.open(size=1)
    first, second = hall.book(one), hall.book(two, later=1)
    hall.do(actions.cancel, first, later=2)
    hall.do(actions.accept_offer, second, later=3)
    hall.do(actions.cancel, second, later=4)
    third = hall.book(three, later=5)
    assert third.state == State.CONFIRMED
    hall.do(actions.cancel, third, later=6)
    assert [hall.state(b) for b in (first, second, third)] == [State.CANCELLED] * 3
    for dead in (first, second, third):
        for answer in (actions.accept_offer, actions.decline_offer):
            with pytest.raises(errors.OfferGone):
                hall.do(answer, dead, later=7)
    again = hall.book(two, later=8)
    assert again.pk != second.pk
    assert hall.taken == 1


def test_nothing_is_offered_once_it_has_begun(hall, people):
    """pretix #1031: a voucher was sent after the event began."""
    one, two = people(2)
    hall.open(size=1, hours=1)
    first, second = hall.book(one), hall.book(two, later=1)
    hall.do(actions.cancel, first, later=60)
    assert hall.state(second) == State.WAITING
    assert hall.taken == 0


def test_offer_never_outlives_the_beginning(hall, people):
    one, two = people(2)
    hall.open(size=1, hours=1, offer_minutes=120)
    first, second = hall.book(one), hall.book(two, later=1)
    hall.do(actions.cancel, first, later=2)
    assert Booking.unscoped.get(pk=second.pk).offer_until == hall.bucket.starts_at


def test_first_in_line_is_served_whichever_way_places_appear(hall, people):
    """pretix #2119: the last in line got the seat."""
    one, two, three, four = people(4)
    hall.open(size=1).open(size=2, channel="on_site")
    hall.book(one)
    line = [hall.book(p, later=n) for n, p in enumerate((two, three, four), 1)]
    with context.everything(reason="test"):
        actions.resize_bucket(bucket=hall.fresh(), size=2, by=CLERK, at=hall.at)
        assert [hall.state(b) for b in line] == [State.OFFERED, State.WAITING, State.WAITING]
        on_site = queries.bucket_of(
            county=hall.bucket.county, subject_type=hall.bucket.subject_type, subject_id=hall.bucket.subject_id,
            channel="on_site",
        )  # fmt: skip
        source, target = actions.move_places(source=on_site, target=hall.fresh(), number=1, by=CLERK, at=hall.at)
    assert (source.size, target.size) == (1, 3)
    assert [hall.state(b) for b in line] == [State.OFFERED, State.OFFERED, State.WAITING]


def test_party_is_passed_over_only_while_it_cannot_fit_and_keeps_its_position(hall, people):
    """pretix #974, #1404: n together or not at all."""
    one, two = people(2)
    family, single = people(2, same_home=True), people()
    hall.open(size=2)
    first, other = hall.book(one), hall.book(two)
    together = hall.book(*family, later=1)
    alone = hall.book(*single, later=2)
    hall.do(actions.cancel, first, later=3)
    assert [hall.state(b) for b in (together, alone)] == [State.WAITING, State.OFFERED]
    assert queries.waiting_position(Booking.unscoped.get(pk=together.pk)) == 1
    hall.do(actions.decline_offer, alone, later=4)
    assert hall.state(together) == State.WAITING
    hall.do(actions.cancel, other, later=5)
    assert hall.state(together) == State.OFFERED
    assert hall.taken == 2


def test_closed_bucket_offers_nothing_until_it_is_reopened(hall, people):
    one, two = people(2)
    hall.open(size=1)
    first, second = hall.book(one), hall.book(two, later=1)
    with context.everything(reason="test"):
        actions.close_bucket(bucket=hall.bucket, by=CLERK, at=hall.at)
        hall.do(actions.cancel, first, later=2)
        assert hall.state(second) == State.WAITING
        actions.reopen_bucket(bucket=hall.bucket, by=CLERK, at=hall.at)
    assert hall.state(second) == State.OFFERED


def test_accepting_checks_what_was_booked_since(hall, another_hall, people):
    one, two = people(2)
    hall.open(size=1)
    another_hall.open(size=5)
    first, second = hall.book(one), hall.book(two, later=1)
    another_hall.book(two, later=2)
    hall.do(actions.cancel, first, later=3)
    with pytest.raises(errors.TimeClash):
        hall.do(actions.accept_offer, second, later=4, by=resident_actor(two))
    assert hall.state(second) == State.OFFERED
