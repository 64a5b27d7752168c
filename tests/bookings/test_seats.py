"""Numbered seats: chosen, given together, taken over, never twice."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from qunwen.base.scope import context, writing
from qunwen.services.bookings import actions, errors
from qunwen.services.bookings.actions.seating import read_layout, seats_of
from qunwen.services.bookings.actions.seats import together
from qunwen.services.bookings.enums import State
from qunwen.services.bookings.models import Attendee, Bucket, Seat, SeatHold, SeatPlan
from qunwen.services.bookings.party import Guest

from .conftest import CLERK, COUNTY, resident_actor

HALL = "1 oooo_oooo\n2 oooo_oowc"


@pytest.fixture
def plan(places, at):
    with context.everything(reason="test"):
        return actions.make_plan(title="剧场", place=places["510112001001"], layout=HALL, by=CLERK, at=at)


@pytest.fixture
def seats(plan):
    return {str(seat): seat for seat in Seat.unscoped.filter(plan=plan)}


def named(booking):
    return [str(seat) for seat in seats_of(booking)]


def test_drawn_hall_has_numbered_seats(seats):
    assert len(seats) == 16
    assert (seats["2排7号"].kind, seats["2排8号"].kind) == ("wheelchair", "companion")
    assert (seats["1排5号"].column, seats["1排4号"].column) == (5, 3)


@pytest.mark.parametrize(
    ("layout", "words"),
    [("", "至少画一排"), ("1 oox", "不认识的符号"), ("1 oo\n1 oo", "两个"), ("oooo", "排名"), ("\n".join("a o" for _ in range(61)), "最多")],
)  # fmt: skip
def test_drawing_that_cannot_be_read_says_where(layout, words):
    with pytest.raises(ValidationError) as refused:
        read_layout(layout)
    assert words in "".join(refused.value.message_dict["layout"])


def test_party_sits_together_near_the_middle(hall, people, plan):
    hall.open(size=14, seat_plan=plan)
    assert named(hall.book(*people(2, same_home=True))) == ["1排3号", "1排4号"]
    assert named(hall.book(*people(4, same_home=True))) == ["1排5号", "1排6号", "1排7号", "1排8号"]


def test_seats_asked_for_are_given_and_gone(hall, people, plan, seats):
    one, two = people(2)
    hall.open(size=14, seat_plan=plan)
    wanted = [seats["2排1号"].pk]
    assert named(hall.book(one, seats=wanted)) == ["2排1号"]
    with pytest.raises(errors.SeatTaken, match="2排1号刚刚被别人选走"):
        hall.book(two, seats=wanted)
    assert hall.taken == 1


def test_one_seat_a_person(hall, people, plan, seats):
    (one,) = people()
    hall.open(size=14, seat_plan=plan)
    with pytest.raises(errors.SeatTaken, match="正好选 1 个"):
        hall.book(one, seats=[seats["2排1号"].pk, seats["2排2号"].pk])


def test_wheelchair_seats_are_never_handed_out_silently(hall, people, plan, seats, at):
    hall.open(size=16, seat_plan=plan, party_limit=16)
    hall.book(*[Guest(f"客{n}") for n in range(14)], by=CLERK)
    one, disabled = people(2)
    assert hall.book(one, later=1).state == State.WAITING
    special = [seats["2排7号"].pk]
    with context.everything(reason="test"):
        actions.certify_group(resident=disabled, group="disabled", basis="证", since=at.date(), by=CLERK, at=at)
    for resident, refused in ((one, errors.AlreadyBooked), (people()[0], errors.SeatTaken)):
        with (
            context.opened(context.resident(frozenset({resident.pk}), county=COUNTY)),
            pytest.raises(refused),
        ):
            actions.book(
                bucket=hall.fresh(), resident=resident, members=[resident], key=str(resident.pk), seats=special,
                by=resident_actor(resident), at=at,
            )  # fmt: skip
    assert named(hall.book(disabled, later=2, seats=special)) == ["2排7号"]


def test_channels_of_a_thing_share_its_seats(hall, people, plan, seats):
    one, two = people(2)
    hall.open(size=7, seat_plan=plan).open(size=7, seat_plan=plan, channel="on_site")
    hall.book(one, seats=[seats["1排1号"].pk])
    with pytest.raises(errors.SeatTaken):
        hall.book(two, bucket=Bucket.unscoped.get(channel="on_site"), seats=[seats["1排1号"].pk])


def test_more_places_than_seats_are_refused(hall, plan):
    with pytest.raises(errors.BucketRefused, match="只有 16 个座位"):
        hall.open(size=17, seat_plan=plan)
    hall.open(size=10, seat_plan=plan)
    with pytest.raises(errors.BucketRefused):
        hall.open(size=7, seat_plan=plan, channel="on_site")
    with context.everything(reason="test"), pytest.raises(errors.BucketRefused):
        actions.resize_bucket(bucket=hall.fresh(), size=17, by=CLERK, at=hall.at)


def test_given_back_seats_are_free_and_part_of_a_party_gives_part(hall, people, plan):
    family = people(3, same_home=True)
    hall.open(size=14, seat_plan=plan)
    booked = hall.book(*family)
    last = Attendee.unscoped.get(resident=family[2])
    hall.do(actions.release, booked, people=[last.pk])
    assert SeatHold.unscoped.count() == 2
    hall.do(actions.cancel, booked)
    assert SeatHold.unscoped.count() == 0


def test_offer_comes_with_a_seat_and_confirming_sells_it(hall, people, plan):
    one, two = people(2)
    hall.open(size=1, seat_plan=plan)
    first, second = hall.book(one), hall.book(two, later=1)
    assert named(second) == []
    hall.do(actions.cancel, first, later=2)
    assert SeatHold.unscoped.get().until is not None
    hall.do(actions.accept_offer, second, later=3)
    assert SeatHold.unscoped.get().until is None


def test_seat_whose_time_is_over_is_taken_over_in_the_same_row(hall, people, plan, seats):
    one, two = people(2)
    hall.open(size=5, seat_plan=plan).open(size=5, seat_plan=plan, channel="on_site")
    wanted = [seats["1排1号"].pk]
    with context.everything(reason="test"):
        held = actions.hold(
            bucket=hall.fresh(), people=[one], resident=one, minutes=5, key="h", by=CLERK, at=hall.at, seats=wanted
        )
    row = SeatHold.unscoped.get()
    other = Bucket.unscoped.get(channel="on_site")
    assert named(hall.book(two, bucket=other, later=6, seats=wanted)) == ["1排1号"]
    assert SeatHold.unscoped.get().pk == row.pk
    with pytest.raises(errors.HoldGone):
        hall.do(actions.confirm_hold, held, later=4)  # another clock: the seat is gone all the same
    with context.everything(reason="test"):
        at = hall.at + dt.timedelta(minutes=7)
        actions.settle_bucket(bucket=hall.fresh(), by=CLERK, at=at)
        assert SeatHold.unscoped.get().until is None
        assert actions.recount(county=COUNTY, by=CLERK, at=at) == []


def test_staff_seat_a_party_elsewhere(hall, people, plan, seats):
    (one,) = people()
    hall.open(size=5, seat_plan=plan)
    booked = hall.book(one)
    hall.do(actions.change_seats, booked, to=[seats["2排2号"].pk])
    assert named(booked) == ["2排2号"]
    with pytest.raises(errors.SeatTaken):
        hall.do(actions.change_seats, booked, to=[])
    assert named(booked) == ["2排2号"]


def test_override_beyond_the_plan_sits_on_a_chair(hall, people, plan):
    hall.open(size=14, seat_plan=plan, party_limit=14)
    hall.book(*[Guest(f"客{n}") for n in range(14)], by=CLERK)
    extra = hall.book(*people(), by=CLERK, override="嘉宾", later=1)
    assert (named(extra), extra.beyond, hall.fresh().size) == ([], 1, 15)


def test_database_itself_refuses_a_seat_twice(hall, people, plan):
    booked = hall.open(size=5, seat_plan=plan).book(*people())
    row = SeatHold.unscoped.get(booking=booked)
    with writing.allowed("test"), pytest.raises(IntegrityError), transaction.atomic():
        SeatHold.unscoped.create(
            county=row.county, place_id=row.place_id, seat_id=row.seat_id, subject_type=row.subject_type,
            subject_id=row.subject_id, booking=booked,
        )  # fmt: skip


def test_plan_in_use_is_not_redrawn_but_may_be_renamed(hall, plan, at):
    hall.open(size=5, seat_plan=plan)
    with context.everything(reason="test"):
        with pytest.raises(ValidationError, match="已有场次"):
            actions.redraw_plan(plan=plan, title="剧场", layout="1 oo", by=CLERK, at=at)
        actions.redraw_plan(plan=plan, title="大剧场", layout=HALL, by=CLERK, at=at)
    assert SeatPlan.unscoped.get().title == "大剧场"


@given(drawn=st.lists(st.text("o_", min_size=1, max_size=9), min_size=1, max_size=4), number=st.integers(1, 6))
def test_party_is_together_whenever_a_row_has_room(drawn, number):
    layout = [
        Seat(row=str(line), number=0, line=line, column=column)
        for line, row in enumerate(drawn)
        for column, symbol in enumerate(row)
        if symbol == "o"
    ]
    found = together(layout, number)
    assert len(found) == min(number, len(layout))
    assert len({id(seat) for seat in found}) == len(found)
    fits = any("o" * number in row for row in drawn)
    side_by_side = len({seat.line for seat in found}) == 1 and [seat.column for seat in found] == list(
        range(found[0].column, found[0].column + number)
    )
    assert side_by_side if fits else not (side_by_side and len(found) == number)
