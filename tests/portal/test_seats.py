"""Choosing seats, giving places back by one tap, and appealing: plain forms without any script."""

import datetime as dt

import pytest
from django.urls import reverse

from qunwen.base.journal.actors import SYSTEM
from qunwen.base.places.models import Place
from qunwen.base.scope import clock, context, writing
from qunwen.services.bookings import actions as ledger
from qunwen.services.bookings.models import Attendee, Booking, Bucket, Restraint, Seat, SeatHold

from .conftest import logged_in
from .test_sign_up import bookings_of, filled, text, url_of


@pytest.fixture
def hall(town):
    """The course in a hall of twelve; its seats by name."""
    with context.everything(reason="test"):
        plan = ledger.make_plan(
            title="剧场",
            place=Place.unscoped.get(pk="510112001001"),
            layout="1 oooooo\n2 oooowc",
            by=SYSTEM,
            at=clock.now(),
        )
        buckets = list(Bucket.unscoped.filter(subject_id=town.course.pk))
        for bucket in buckets:
            ledger.resize_bucket(
                bucket=bucket, size=max(bucket.taken, 12 // len(buckets) - 2), by=SYSTEM, at=clock.now()
            )
        ledger.use_plan(buckets=buckets, plan=plan, by=SYSTEM, at=clock.now())
    return {str(seat): seat for seat in Seat.unscoped.filter(plan=plan)}


def test_seat_is_chosen_by_ticking_and_stands_on_the_ticket(town, hall):
    client = logged_in(town.third)
    assert 'aria-label="2排1号"' in text(client.get(url_of(town.course)))
    data = filled(client, town.course, town.third, seats=[str(hall["2排1号"].pk)])
    assert "2排1号" in text(client.post(url_of(town.course), data, follow=True))
    booked = bookings_of(town.course).get(resident=town.third)
    assert SeatHold.unscoped.get(booking=booked).seat_id == hall["2排1号"].pk


def test_list_of_seats_says_the_same_in_words(town, hall):
    page = text(logged_in(town.third).get(url_of(town.course), {"seats": "list"}))
    assert "2排（空" in page
    assert "看座位图" in page


def test_wrong_number_of_seats_keeps_what_was_ticked(town, hall):
    client = logged_in(town.third)
    two = [str(hall["2排1号"].pk), str(hall["2排2号"].pk)]
    page = text(client.post(url_of(town.course), filled(client, town.course, town.third, seats=two)))
    assert "请正好选 1 个座位" in page
    assert page.count('name="seats"') - page.count("disabled") >= 2
    assert all(f'value="{seat}" checked' in page for seat in two)


def test_wheelchair_place_needs_its_certificate(town, hall):
    client = logged_in(town.third)
    data = filled(client, town.course, town.third, seats=[str(hall["2排5号"].pk)])
    assert "轮椅席和陪同席留给需要的人" in text(client.post(url_of(town.course), data))
    assert not bookings_of(town.course).filter(resident=town.third).exists()


def test_one_tap_gives_the_place_back(town):
    client = logged_in(town.third)
    client.post(url_of(town.course), filled(client, town.course, town.third))
    booked = bookings_of(town.course).get(resident=town.third)
    where = reverse("portal:release", args=[booked.county, booked.pk])
    assert where in text(client.get(reverse("portal:bookings")))
    assert "名额已让出" in text(client.post(where, follow=True))
    assert Booking.unscoped.get(pk=booked.pk).ended_because == "released"


def test_some_of_a_party_stay_home(town):
    client = logged_in(town.third)
    client.post(url_of(town.course), filled(client, town.course, town.third, name0="王婆婆", group0="elder"))
    booked = bookings_of(town.course).get(resident=town.third)
    where = reverse("portal:release", args=[booked.county, booked.pk])
    assert "请勾选来不了的人" in text(client.post(where, {"some": "1"}, follow=True))
    guest = Attendee.unscoped.get(booking=booked, name="王婆婆")
    client.post(where, {"some": "1", "people": [str(guest.pk)]})
    assert (Booking.unscoped.get(pk=booked.pk).party, Booking.unscoped.get(pk=booked.pk).state) == (1, "confirmed")


def test_place_of_a_stranger_is_not_there(town):
    client = logged_in(town.third)
    client.post(url_of(town.course), filled(client, town.course, town.third))
    booked = bookings_of(town.course).get(resident=town.third)
    stranger = logged_in(town.other)
    assert stranger.post(reverse("portal:release", args=[booked.county, booked.pk])).status_code == 404


def test_limit_is_explained_and_appealed(town):
    at = clock.now()
    with writing.allowed("test"):
        limit = Restraint.unscoped.create(
            county=town.third.county, place_id=town.third.place_id, resident=town.third, misses=3, at_most=1, since=at,
            until=at + dt.timedelta(days=30),
        )  # fmt: skip
    client = logged_in(town.third)
    assert "同时最多保留 1 项报名" in text(client.get(reverse("portal:bookings")))
    where = reverse("portal:appeal", args=[limit.pk])
    assert "请写几句当时的情况" in text(client.post(where, {"words": " "}))
    client.post(where, {"words": "那天住院"})
    assert Restraint.unscoped.get().state == "appealed"
    assert "申诉在复核" in text(client.get(reverse("portal:bookings")))
    assert logged_in(town.other).get(where).status_code == 404
