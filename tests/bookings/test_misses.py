"""Places left empty: limits that are mild, end by themselves and can be appealed."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from qunwen.base.notices.models import Notice
from qunwen.base.scope import context
from qunwen.base.scope.asking import Forbidden
from qunwen.services.bookings import actions, errors, queries
from qunwen.services.bookings.enums import Standing, State
from qunwen.services.bookings.models import Restraint

from .conftest import CLERK, COUNTY, Hall, resident_actor

DAY = 24 * 60


@pytest.fixture
def miss(places, at):
    """miss(resident, day): books something on that day and stays away."""

    def stay_away(resident, day, *, released=False):
        hall = Hall(places["510112001001"], at).open(hours=24 * day)
        booking = hall.book(resident)
        if released:
            hall.do(actions.release, booking, later=DAY * day - 1, by=resident_actor(resident))
        with context.everything(reason="test"):
            over = hall.bucket.ends_at
            actions.mark_absent(bucket=hall.bucket, by=CLERK, at=over)
        return hall, booking

    return stay_away


def book_twice(places, at, resident, day):
    """Two things after that day, asked for on that day."""
    halls = [Hall(places["510112001001"], at).open(hours=24 * (day + 5) + 5 * n) for n in range(2)]
    return [hall.book(resident, later=DAY * day, by=resident_actor(resident)) for hall in halls]


def test_three_misses_limit_to_one_booking_at_once(people, miss, places, at):
    one, other = people(2)
    for day in (1, 2):
        miss(one, day)
    assert Restraint.unscoped.count() == 0
    miss(one, 3)
    limit = Restraint.unscoped.get()
    assert (limit.misses, limit.at_most, limit.state) == (3, 1, Standing.IN_FORCE)
    assert (limit.until - limit.since).days == 30
    assert Notice.unscoped.filter(resident_id=one.pk, text__contains="到期自动恢复").count() == 1
    with pytest.raises(errors.Restrained, match="申诉"):
        book_twice(places, at, one, 4)
    assert len(book_twice(places, at, other, 4)) == 2


def test_limit_ends_by_itself_and_old_misses_are_paid_for(people, miss, places, at):
    (one,) = people()
    for day in (1, 2, 3):
        miss(one, day)
    assert len(book_twice(places, at, one, 34)) == 2
    miss(one, 50)
    assert Restraint.unscoped.count() == 1


def test_misses_outside_the_window_do_not_count(people, miss):
    (one,) = people()
    for day in (1, 2, 200):
        miss(one, day)
    assert Restraint.unscoped.count() == 0


def test_place_given_back_in_time_is_no_miss(people, miss):
    (one,) = people()
    for day in (1, 2, 3):
        miss(one, day, released=True)
    assert Restraint.unscoped.count() == 0


def test_appeal_suspends_the_limit_until_it_is_looked_at(people, miss, places, at):
    (one,) = people()
    for day in (1, 2, 3):
        miss(one, day)
    limit, when = Restraint.unscoped.get(), at + dt.timedelta(days=4)
    with context.opened(context.resident(frozenset({one.pk}), county=COUNTY)):
        actions.appeal(restraint=limit, words="住院了", by=resident_actor(one), at=when)
        with pytest.raises(errors.BookingRefused, match="已经申诉过"):
            actions.appeal(restraint=limit, words="真的", by=resident_actor(one), at=when)
    book_twice(places, at, one, 4)
    with context.everything(reason="test"):
        actions.review_appeal(restraint=limit, lift=False, words="没有住院记录", by=CLERK, at=when)
    (shown,) = queries.restraints_of(county=COUNTY, residents=[one.pk], at=when)
    assert (shown.state, shown.decision) == (Standing.UPHELD, "没有住院记录")
    with pytest.raises(errors.Restrained):
        book_twice(places, at, one, 5)


def test_lifted_limit_binds_no_more_and_its_misses_are_forgotten(people, miss, places, at):
    (one,) = people()
    for day in (1, 2, 3):
        miss(one, day)
    limit = Restraint.unscoped.get()
    with context.everything(reason="test"):
        for _ in range(2):
            actions.review_appeal(restraint=limit, lift=True, words="门口没扫上", by=CLERK, at=at)
        with pytest.raises(errors.BookingRefused):
            actions.review_appeal(restraint=limit, lift=False, words="再想想", by=CLERK, at=at)
    miss(one, 5)
    assert Restraint.unscoped.count() == 1
    assert len(book_twice(places, at, one, 6)) == 2


def test_late_door_list_lifts_the_limit(people, miss, places, at):
    (one,) = people()
    miss(one, 1), miss(one, 2)
    hall, booking = miss(one, 3)
    hall.do(actions.check_in, booking, later=4 * DAY, via="offline")
    assert hall.state(booking) == State.ATTENDED
    assert Restraint.unscoped.get().state == Standing.LIFTED


@pytest.mark.parametrize("words", ["", "  ", "长" * 401])
def test_appeal_needs_words_and_not_too_many(people, miss, at, words):
    (one,) = people()
    for day in (1, 2, 3):
        miss(one, day)
    with context.everything(reason="test"), pytest.raises(ValidationError) as refused:
        actions.appeal(restraint=Restraint.unscoped.get(), words=words, by=CLERK, at=at)
    assert set(refused.value.message_dict) == {"words"}


def test_appeal_of_a_stranger_is_forbidden(people, miss, at):
    one, other = people(2)
    for day in (1, 2, 3):
        miss(one, day)
    with context.opened(context.resident(frozenset({other.pk}), county=COUNTY)), pytest.raises(Forbidden):
        actions.appeal(restraint=Restraint.unscoped.get(), words="我", by=resident_actor(other), at=at)


def test_county_sets_its_own_rule_within_bounds(people, miss, at):
    (one,) = people()
    with context.everything(reason="test"):
        actions.set_policy(county=COUNTY, policy=actions.Policy(2, 90, 14, 2), by=CLERK, at=at)
        actions.set_policy(county=COUNTY, policy=actions.Policy(2, 90, 14, 2), by=CLERK, at=at)
        with pytest.raises(ValidationError) as refused:
            actions.set_policy(county=COUNTY, policy=actions.Policy(1, 0, 91, 0), by=CLERK, at=at)
    assert set(refused.value.message_dict) == {"misses", "window_days", "lasts_days", "at_most"}
    miss(one, 1), miss(one, 2)
    limit = Restraint.unscoped.get()
    assert (limit.at_most, (limit.until - limit.since).days) == (2, 14)
