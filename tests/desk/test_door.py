"""The door: scanned, typed, ticked, walked in, taken back."""

import pytest
from django.urls import reverse

from qunwen.base.scope import clock, context
from qunwen.services.bookings import actions as ledger
from qunwen.services.bookings import tickets
from qunwen.services.bookings.models import Attendee, Booking, Bucket
from qunwen.services.bookings.party import Guest

from .people import COMMAND, TOWN


def at_door(name, session, *more):
    return reverse(f"activities:{name}", args=[session.county, session.pk, *more])


@pytest.fixture
def booked(upcoming):
    """A date in an hour with a party of two that has a ticket: (session, booking)."""
    _row, session = upcoming(sizes={"online": 5, "on_site": 3})
    bucket = Bucket.unscoped.get(channel="online")
    with context.everything(reason="test"):
        booking = ledger.book(
            bucket=bucket, resident=None, members=[Guest("王大姐", "elder"), Guest("小军", "child")], key="k1",
            by=COMMAND, at=clock.now(),
        )  # fmt: skip
    return session, Booking.unscoped.select_related("bucket").get(pk=booking.pk)


def came():
    return Attendee.unscoped.filter(came=True).count()


def test_the_list_shows_who_is_expected(desk, booked):
    session, booking = booked
    text = desk().get(at_door("door", session)).content.decode()
    assert (booking.typed_code in text, "王大姐" in text, "zxing-browser" in text) == (True, True, True)


@pytest.mark.parametrize("how", ["code", "small letters", "ticket"])
def test_one_field_takes_codes_and_tickets(desk, booked, how):
    session, booking = booked
    text = {"code": booking.typed_code, "small letters": booking.code.lower(), "ticket": tickets.text_of(booking)}[how]
    answer = desk().post(at_door("check_in", session), {"code": text}, HTTP_HX_REQUEST="true")
    page = answer.content.decode()
    assert ("王大姐 签到成功" in page, "2 人：王大姐、小军" in page, came()) == (True, True, 2)
    assert Booking.unscoped.get().checked_in_via == ("scanner" if how == "ticket" else "code")


def test_a_second_scan_says_so_and_changes_nothing(desk, booked):
    session, booking = booked
    client = desk()
    client.post(at_door("check_in", session), {"code": booking.code})
    answer = client.post(at_door("check_in", session), {"code": booking.code}, HTTP_HX_REQUEST="true")
    assert ("王大姐 已经签过到了" in answer.content.decode(), came()) == (True, 2)


@pytest.mark.parametrize("text", ["", "ABCD", "QW1.AAAA", "<script>"])
def test_what_is_no_ticket_is_answered_with_what_to_do(desk, booked, text):
    session, _booking = booked
    answer = desk().post(at_door("check_in", session), {"code": text}, HTTP_HX_REQUEST="true")
    assert (answer.status_code, "签到成功" in answer.content.decode(), came()) == (200, False, 0)
    assert answer.context["said"].tone in ("attention", "wrong")


def test_a_tick_is_taken_back(desk, booked):
    session, booking = booked
    client = desk()
    client.post(at_door("tick", session, booking.pk))
    assert came() == 2
    client.post(at_door("undo", session, booking.pk))
    assert (came(), Booking.unscoped.get().state) == (0, "confirmed")


def test_walk_ins_take_places_once_and_stop_when_full(desk, booked):
    session, _booking = booked
    client, bucket = desk(), Bucket.unscoped.get(channel="on_site")
    sent = {"bucket": str(bucket.pk), "number": "2", "group": "elder", "name": "路人", "key": "w1"}
    for _time in range(2):
        client.post(at_door("walk_in", session), sent)
    assert (Bucket.unscoped.get(pk=bucket.pk).taken, came()) == (2, 2)
    answer = client.post(at_door("walk_in", session), {**sent, "key": "w2"}, HTTP_HX_REQUEST="true")
    assert (answer.context["said"].tone, came()) == ("wrong", 2)


def test_without_javascript_the_answer_is_a_message(desk, booked):
    session, booking = booked
    answer = desk().post(at_door("check_in", session), {"code": booking.code}, follow=True)
    assert "王大姐 签到成功" in answer.content.decode()


def test_the_refresh_is_only_the_list(desk, booked):
    session, _booking = booked
    text = desk().get(at_door("door", session), HTTP_HX_REQUEST="true").content.decode()
    assert ("<html" in text, "王大姐" in text) == (False, True)


def test_a_booking_of_another_date_is_404(desk, booked, foreign):
    session, _booking = booked
    client = desk("county_officer", "510112")
    strange = Bucket.unscoped.get(county="610327")
    assert client.post(at_door("walk_in", session), {"bucket": str(strange.pk), "number": "1"}).status_code == 404
    assert client.post(at_door("tick", session, strange.pk)).status_code == 404


def test_who_may_not_check_in_is_refused(desk, booked):
    session, _booking = booked
    assert desk("auditor_readonly", "510112").get(at_door("door", session)).status_code == 403


def test_queries_do_not_grow_with_the_list(desk, upcoming):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    _row, session = upcoming(sizes={"online": 50})
    client, counts = desk("town_station", TOWN), []
    for number in (1, 3):
        for n in range(number):
            with context.everything(reason="test"):
                ledger.book(
                    bucket=Bucket.unscoped.get(), resident=None, members=[Guest(f"人{n}")], key=f"q{number}{n}",
                    by=COMMAND, at=clock.now(),
                )  # fmt: skip
        client.get(at_door("door", session))
        with CaptureQueriesContext(connection) as seen:
            client.get(at_door("door", session))
        counts.append(len(seen))
    assert counts[0] == counts[1]
