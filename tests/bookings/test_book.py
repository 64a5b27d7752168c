"""Booking: places, limits, clashes, keys, refusals."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from qunwen.base.journal.models import JournalEntry
from qunwen.base.scope import context, writing
from qunwen.base.scope.asking import Forbidden
from qunwen.base.scope.ids import uuid7
from qunwen.services.bookings import actions, codes, errors, queries, wording
from qunwen.services.bookings.enums import State
from qunwen.services.bookings.models import Attendee, Booking, Bucket
from qunwen.services.bookings.party import Guest

from .conftest import CLERK, COUNTY, resident_actor


def test_booking_takes_places_and_writes_history(hall, people):
    mother, child = people(2, same_home=True)
    hall.open(size=3)
    booking = hall.book(mother, child)
    assert booking.state == State.CONFIRMED
    assert hall.taken == 2
    assert [a.name for a in Attendee.unscoped.filter(booking=booking).order_by("id")] == [mother.name, child.name]
    entry = JournalEntry.unscoped.get(code="bookings.booking.booked")
    assert (entry.subject_id, entry.place, entry.after["party"]) == (str(booking.pk), hall.bucket.place_id, 2)


def test_full_bucket_puts_the_next_in_line_and_says_where(hall, people):
    first, second, third = people(3)
    hall.open(size=1)
    hall.book(first)
    waits = [hall.book(second, later=1), hall.book(third, later=2)]
    assert [b.state for b in waits] == [State.WAITING, State.WAITING]
    assert [queries.waiting_position(b) for b in waits] == [1, 2]
    assert hall.taken == 1
    assert "您排在候补第 2 位" in wording.queued(hall.bucket, 2)


def test_full_bucket_without_waiting_list_refuses(hall, people):
    first, second = people(2)
    hall.open(size=1, waiting_list=False)
    hall.book(first)
    with pytest.raises(errors.Full, match="刚刚满员"):
        hall.book(second)
    assert Booking.unscoped.count() == 1


def test_who_does_not_want_to_wait_is_refused(hall, people):
    first, second = people(2)
    hall.open(size=1)
    hall.book(first)
    with pytest.raises(errors.Full):
        hall.book(second, wait=False)


def test_same_key_gives_the_same_booking(hall, people):
    (one,) = people()
    hall.open(size=3)
    first = hall.book(one, key="click")
    assert hall.book(one, key="click").pk == first.pk
    assert hall.taken == 1
    hall.do(actions.cancel, first)
    again = hall.book(one, key="click")
    assert (again.pk, again.state) == (first.pk, State.CANCELLED)


def test_replay_answers_even_after_the_window_closed(hall, people):
    (one,) = people()
    hall.open(size=3)
    first = hall.book(one, key="click")
    assert hall.book(one, key="click", later=60 * 24 * 9).pk == first.pk


def test_key_of_somebody_else_reveals_nothing(hall, people):
    one, other = people(2)
    hall.open(size=3)
    hall.book(one, key="click")
    with pytest.raises(errors.KeyUsed):
        hall.book(other, key="click")


@pytest.mark.parametrize("key", ["", "x" * 81])
def test_key_missing_or_too_long_is_refused(hall, people, key):
    (one,) = people()
    hall.open()
    with pytest.raises(errors.KeyUsed), context.everything(reason="test"):
        actions.book(bucket=hall.bucket, resident=one, members=[one], key=key, by=resident_actor(one), at=hall.at)


def test_one_person_gets_one_place(hall, people):
    mother, child = people(2, same_home=True)
    hall.open(size=5)
    hall.book(mother, child)
    with pytest.raises(errors.AlreadyBooked, match=child.name):
        hall.book(child)


def test_one_person_gets_one_place_over_all_channels(hall, people):
    (one,) = people()
    hall.open(size=5).open(size=5, channel="elders")
    hall.book(one)
    elders = Bucket.unscoped.get(channel="elders")
    with pytest.raises(errors.AlreadyBooked):
        hall.book(one, bucket=elders)


def test_who_waits_or_holds_an_offer_cannot_book_again(hall, people):
    one, two = people(2)
    hall.open(size=1)
    first = hall.book(one)
    hall.book(two)
    with pytest.raises(errors.AlreadyBooked, match="候补"):
        hall.book(two)
    hall.do(actions.cancel, first)
    with pytest.raises(errors.AlreadyBooked, match="留了名额"):
        hall.book(two)


def test_household_limit_counts_all_members(hall, people):
    family = people(3, same_home=True)
    hall.open(size=9, per_household=2)
    hall.book(family[0])
    with pytest.raises(errors.HouseholdLimit, match="每户最多 2 人"):
        hall.book(family[1], family[2])
    hall.book(family[1])
    assert hall.taken == 2


def test_clash_with_own_confirmed_booking(hall, another_hall, people):
    (one,) = people()
    hall.open()
    another_hall.open(hours=49)
    hall.book(one)
    with pytest.raises(errors.TimeClash, match="书法课"):
        another_hall.book(one)


def test_sessions_that_touch_do_not_clash(hall, another_hall, people):
    (one,) = people()
    hall.open(hours=48, length=2)
    another_hall.open(hours=50)
    hall.book(one)
    assert another_hall.book(one).state == State.CONFIRMED


@pytest.mark.parametrize(
    ("window", "words"),
    [({"opens_at": 10}, "还没有开始报名"), ({"closes_at": -1}, "截止"), ({"hours": -1}, "已经开始")],
)
def test_outside_the_window_is_refused(hall, people, at, window, words):
    (one,) = people()
    details = {k: at + dt.timedelta(minutes=v) if k != "hours" else v for k, v in window.items()}
    hall.open(**details)
    with pytest.raises(errors.NotOpen, match=words):
        hall.book(one)


def test_closed_bucket_gives_nothing_even_to_a_stale_page(hall, people, at):
    (one,) = people()
    hall.open()
    stale = hall.fresh()
    with context.everything(reason="test"):
        actions.close_bucket(bucket=hall.bucket, by=CLERK, at=at)
    with pytest.raises(errors.NotOpen, match="停止报名"):
        hall.book(one, bucket=stale)
    assert hall.taken == 0


@pytest.mark.parametrize("number", [0, 6])
def test_party_too_small_or_large(hall, people, number):
    family = people(6, same_home=True)
    hall.open(size=9)
    with pytest.raises(errors.PartyTooLarge):
        hall.book(*family[:number], resident=family[0])


def test_same_person_twice_in_one_party(hall, people):
    (one,) = people()
    hall.open(size=9)
    with pytest.raises(errors.AlreadyBooked, match="选了两次"):
        hall.book(one, one)


def test_override_adds_a_seat_on_the_same_row_and_says_why(hall, people):
    one, two = people(2)
    hall.open(size=1, waiting_list=False)
    hall.book(one)
    booking = hall.book(two, by=CLERK, override="授课老师家属")
    bucket = hall.fresh()
    assert (booking.state, bucket.size, bucket.taken) == (State.CONFIRMED, 2, 2)
    entry = JournalEntry.unscoped.get(code="bookings.booking.overridden")
    assert entry.after["reason"] == "授课老师家属"


def test_clerk_books_a_name_without_a_phone(hall):
    hall.open()
    booking = hall.book(Guest(name="张奶奶", group="elder"), key="desk-1")
    assert (booking.contact, booking.resident_id, booking.booked_by) == ("张奶奶", None, CLERK.name)
    assert hall.book(Guest(name="张奶奶", group="elder"), key="desk-1").pk == booking.pk


def test_acting_for_somebody_is_shown(hall, people):
    (elder,) = people()
    hall.open()
    booking = hall.book(elder, by=CLERK.on_behalf_of(elder.pk, elder.name))
    assert (booking.booked_by, booking.booked_for) == (CLERK.name, elder.name)


def test_resident_books_for_wards_only(hall, people):
    mother, child, stranger = people(3)
    hall.open(size=9)
    mine = context.resident(frozenset({mother.pk, child.pk}), county=mother.county)
    ask = {"bucket": hall.bucket, "resident": mother, "by": resident_actor(mother), "at": hall.at}
    with context.opened(mine):
        actions.book(members=[child], key=str(uuid7()), **ask)
        with pytest.raises(Forbidden):
            actions.book(members=[stranger], key=str(uuid7()), **ask)
    with context.opened(context.PUBLIC), pytest.raises(Forbidden):
        actions.book(members=[child], key=str(uuid7()), **ask)


def test_resident_of_another_scope_cannot_cancel(hall, people):
    mother, stranger = people(2)
    hall.open()
    booking = hall.book(mother)
    with context.opened(context.resident(frozenset({stranger.pk}), county=stranger.county)), pytest.raises(Forbidden):
        actions.cancel(booking=booking, by=resident_actor(stranger), at=hall.at)
    assert hall.taken == 1


def test_database_refuses_to_oversell_whatever_the_code_does(hall):
    hall.open(size=2)
    rows = Bucket.unscoped.filter(pk=hall.bucket.pk)
    with writing.allowed("test"):
        for values in ({"taken": 3}, {"size": 1, "taken": 2}):
            with pytest.raises(IntegrityError), transaction.atomic():
                rows.update(**values)
    assert hall.taken == 0


def test_cancel_frees_once(hall, people):
    (one,) = people()
    hall.open()
    booking = hall.book(one)
    for _ in range(2):
        assert hall.do(actions.cancel, booking).state == State.CANCELLED
    assert hall.taken == 0
    assert JournalEntry.unscoped.filter(code="bookings.booking.cancelled").count() == 1


def test_resident_cannot_cancel_after_the_beginning_but_staff_can(hall, people):
    (one,) = people()
    hall.open(hours=1)
    booking = hall.book(one)
    with pytest.raises(errors.NotCancellable, match="已经开始"):
        hall.do(actions.cancel, booking, later=61, by=resident_actor(one))
    assert hall.do(actions.cancel, booking, later=61).state == State.CANCELLED


def test_typed_code_finds_every_single_slip():
    code = codes.fresh()
    assert codes.read(f" {code[:4].lower()}－{code[4:]} ") == code
    for place in range(len(code)):
        for symbol in codes.ALPHABET:
            if symbol != code[place]:
                assert codes.read(code[:place] + symbol + code[place + 1 :]) is None
    for place in range(len(code) - 1):
        if code[place] != code[place + 1]:
            assert codes.read(code[:place] + code[place + 1] + code[place] + code[place + 2 :]) is None


def test_a_booking_costs_a_fixed_number_of_queries(hall, people, django_assert_max_num_queries):
    (one,) = people()
    hall.open(size=5)
    bucket = hall.fresh()
    with django_assert_max_num_queries(14):
        hall.book(one, bucket=bucket)
    assert Booking.unscoped.filter(county=COUNTY).count() == 1
