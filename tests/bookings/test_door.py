"""Tickets, codes, checking in, who stayed away."""

import datetime as dt

import pytest
from django.conf import settings

from qunwen.base.journal.models import JournalEntry
from qunwen.base.scope import context
from qunwen.base.scope.context import Reach
from qunwen.base.scope.ids import uuid7
from qunwen.services.bookings import actions, errors, queries, tickets
from qunwen.services.bookings.enums import State
from qunwen.services.bookings.models import Attendee, Booking
from qunwen.services.bookings.party import Guest

from .conftest import CLERK, COUNTY

EVE = 48 * 60 - 10  # ten minutes before the beginning, in minutes after `at`


def scan(hall, text, **more):
    with context.everything(reason="test"):
        return queries.find_at_door(county=COUNTY, text=text, at=hall.at, **more)


def test_ticket_verifies_without_a_database(hall, people, django_assert_num_queries):
    (one,) = people()
    booking = hall.open().book(one)
    text = tickets.text_of(booking)
    assert len(text) <= 178  # fits the alphanumeric QR of 45 x 45 at level M
    with django_assert_num_queries(0):
        ticket = tickets.verify(text.lower(), at=hall.at, county=COUNTY, subject=hall.subject.pk)
    assert (ticket.booking, ticket.county, ticket.seats, ticket.serial) == (booking.pk, COUNTY, 1, 1)
    assert ticket.valid_until == hall.bucket.ends_at + dt.timedelta(days=1)
    assert tickets.qr_svg(text).startswith("<svg")


def test_every_changed_symbol_is_found(hall, people):
    (one,) = people()
    text = tickets.text_of(hall.open().book(one))
    for place in range(len(text)):
        other = "A" if text[place] != "A" else "B"
        changed = text[:place] + other + text[place + 1 :]
        # The last symbol carries spare bits that decode to the same bytes.
        assert not tickets.verify(changed, at=hall.at) or place == len(text) - 1
    assert not tickets.verify(text[:-3], at=hall.at)


def test_reasons_are_said_plainly(hall, people):
    (one,) = people()
    text = tickets.text_of(hall.open().book(one))
    for kwargs, words in (
        ({"at": hall.at + dt.timedelta(days=9)}, "已过期"),
        ({"at": hall.at, "county": "610327"}, "别的区县"),
        ({"at": hall.at, "subject": uuid7()}, "另一场"),
    ):
        assert words in tickets.verify(text, **kwargs).reason
    assert "不是群文的电子票" in tickets.verify("https://example.com", at=hall.at).reason


def test_old_tickets_verify_after_the_key_is_changed(hall, people, tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "QUNWEN_HOME", tmp_path)
    one, two = people(2)
    hall.open()
    old = tickets.text_of(hall.book(one))
    first = tickets.public_keys()["signing"]
    second = tickets.rotate_key()
    new = tickets.text_of(hall.book(two))
    assert tickets.verify(old, at=hall.at).key_id == first
    assert tickets.verify(new, at=hall.at).key_id == second != first
    assert [key["id"] for key in tickets.public_keys()["keys"]] == [first, second]
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "keys" / "tickets").iterdir()} == {0o600}


def test_ticket_of_another_house_is_refused(hall, people, tmp_path, monkeypatch):
    (one,) = people()
    text = tickets.text_of(hall.open().book(one))
    monkeypatch.setattr(settings, "QUNWEN_HOME", tmp_path)
    assert "不是本系统签发" in tickets.verify(text, at=hall.at).reason


def test_scanned_and_typed_lead_to_the_same_booking(hall, people):
    (one,) = people()
    booking = hall.open().book(one)
    assert scan(hall, tickets.text_of(booking)).pk == booking.pk
    assert scan(hall, booking.typed_code.lower()).pk == booking.pk
    wrong = booking.code[:-1] + ("2" if booking.code[-1] != "2" else "3")
    with pytest.raises(errors.TicketInvalid, match="取票码不对"):
        scan(hall, wrong)


def test_ticket_of_another_session_or_county_is_refused(hall, another_hall, people):
    (one,) = people()
    booking = hall.open().book(one)
    with pytest.raises(errors.TicketInvalid, match="书法课"):
        scan(hall, booking.code, subject_id=another_hall.subject.pk)
    elsewhere = context.staff({"bookings.view": (Reach("610327"),)})
    with context.opened(elsewhere), pytest.raises(errors.TicketInvalid, match="没有找到"):
        queries.find_at_door(county=COUNTY, text=booking.code, at=hall.at)


def test_reissued_ticket_makes_the_old_one_invalid(hall, people):
    (one,) = people()
    booking = hall.open().book(one)
    old = tickets.text_of(booking)
    fresh = hall.do(actions.reissue_ticket, booking)
    with pytest.raises(errors.TicketInvalid, match="换发"):
        scan(hall, old)
    assert scan(hall, tickets.text_of(fresh)).pk == booking.pk


def test_check_in_is_idempotent_and_can_be_undone(hall, people):
    family = people(2, same_home=True)
    booking = hall.open().book(*family)
    for _ in range(2):
        assert hall.do(actions.check_in, booking, via="camera", later=EVE).state == State.ATTENDED
    assert JournalEntry.unscoped.filter(code="bookings.booking.checked_in").count() == 1
    assert Attendee.unscoped.filter(booking=booking, came=True).count() == 2
    for _ in range(2):
        assert hall.do(actions.undo_check_in, booking, later=EVE + 1).state == State.CONFIRMED
    assert Attendee.unscoped.filter(booking=booking, came=True).count() == 0
    assert hall.taken == 2


def test_part_of_a_party_comes_first_and_the_rest_later(hall, people):
    family = people(3, same_home=True)
    booking = hall.open().book(*family)
    ids = list(Attendee.unscoped.filter(booking=booking).order_by("id").values_list("pk", flat=True))
    hall.do(actions.check_in, booking, via="list", later=EVE, came=ids[:1])
    hall.do(actions.check_in, booking, via="list", later=EVE + 5, came=ids[1:2])
    assert Attendee.unscoped.filter(booking=booking, came=True).count() == 2


def test_check_in_needs_a_place_and_the_day(hall, people):
    one, two = people(2)
    hall.open(size=1)
    first, second = hall.book(one), hall.book(two, later=1)
    with pytest.raises(errors.CannotCheckIn, match="还没到日子"):
        hall.do(actions.check_in, first, via="code", later=10)
    with pytest.raises(errors.CannotCheckIn, match="候补"):
        hall.do(actions.check_in, second, via="code", later=EVE)
    hall.do(actions.cancel, first, later=20)
    with pytest.raises(errors.CannotCheckIn, match="已失效"):
        hall.do(actions.check_in, first, via="code", later=EVE)


def test_walk_ins_take_places_and_count(hall, another_hall):
    hall.open(size=3, channel="on_site")
    ask = {"bucket": hall.bucket, "key": "door-1", "by": CLERK, "at": hall.bucket.starts_at}
    with context.everything(reason="test"):
        booking = actions.walk_in(people=[Guest(group="elder"), Guest(name="小明", group="child")], **ask)
        assert actions.walk_in(people=[Guest(), Guest()], **ask).pk == booking.pk
        with pytest.raises(errors.Full, match="只剩 1 个"):
            actions.walk_in(people=[Guest(), Guest()], **{**ask, "key": "door-2"})
    assert sorted(Attendee.unscoped.filter(came=True).values_list("group", flat=True)) == ["child", "elder"]
    assert hall.do(actions.undo_check_in, booking, later=EVE).state == State.CANCELLED
    assert hall.taken == 0


def test_who_did_not_come_is_absent_and_who_waited_waits_no_more(hall, people):
    one, two, three = people(3)
    hall.open(size=2)
    came, stayed, waited = hall.book(one), hall.book(two), hall.book(three)
    hall.do(actions.check_in, came, via="camera", later=EVE)
    with context.everything(reason="test"):
        with pytest.raises(errors.CannotCheckIn, match="结束后"):
            actions.mark_absent(bucket=hall.bucket, by=CLERK, at=hall.bucket.starts_at)
        for expected in (1, 0):
            assert actions.mark_absent(bucket=hall.bucket, by=CLERK, at=hall.bucket.ends_at) == expected
    assert [hall.state(b) for b in (came, stayed, waited)] == [State.ATTENDED, State.ABSENT, State.EXPIRED]
    assert hall.do(actions.check_in, stayed, via="list", later=EVE + 200).state == State.ATTENDED
    assert Booking.unscoped.count() == 3
