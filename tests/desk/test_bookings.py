"""Sign-ups on the desk: who comes, how many places there are, what a worker does for a resident."""

import datetime as dt
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from qunwen.base.journal.models import JournalEntry
from qunwen.base.people.models import Household, Resident
from qunwen.base.scope import clock, context, writing
from qunwen.services.bookings import actions as ledger
from qunwen.services.bookings.models import Attendee, Booking, Bucket
from qunwen.services.bookings.party import Guest

from .people import COMMAND, FOREIGN, TOWN, VILLAGE


def of(name, county, pk, *more):
    return reverse(f"bookings:{name}", args=[county, pk, *more])


def thing(name, session, *more):
    return of(name, session.county, session.pk, *more)


@pytest.fixture
def resident(county):
    """make(name, phone, village): a resident with a household."""

    def make(name="李奶奶", phone="13900001234", village=VILLAGE, home=None):
        with writing.allowed("test"):
            home = home or Household.unscoped.create(county=village[:6], place_id=village, created_at=clock.now())
            return Resident.unscoped.create(
                county=village[:6], household=home, place_id=village, name=name, phone=phone, birth_year=1950,
                registered_at=clock.now(),
            )  # fmt: skip

    return make


@pytest.fixture
def lesson(upcoming):
    """A date in an hour with two places online and one for elders: (session, online, elders)."""
    _row, session = upcoming(sizes={"online": 2, "elders": 1})
    return session, Bucket.unscoped.get(county="510112", channel="online"), Bucket.unscoped.get(channel="elders")


def book(bucket, *names, resident=None, key=None):
    with context.everything(reason="test"):
        return ledger.book(
            bucket=bucket, resident=resident, members=[Guest(name) for name in names] or [resident],
            key=key or f"k{names}{resident}", by=COMMAND, at=clock.now(),
        )  # fmt: skip


def state(booking):
    return Booking.unscoped.get(pk=booking.pk).state


def test_all_things_that_take_sign_ups_are_listed_once_with_their_sums(desk, lesson, foreign):
    session, online, _elders = lesson
    book(online, "甲", "乙")
    book(online, "丙")
    lines = desk().get(reverse("bookings:things")).context["lines"]
    assert [(one["subject_id"], one["size"], one["taken"], one["waiting"]) for one in lines] == [(session.pk, 3, 2, 1)]


@pytest.mark.parametrize(
    ("role", "place", "shown"),
    [
        ("village_worker", VILLAGE, "139****1234"),
        ("county_officer", "510112", "13900001234"),
        ("auditor_readonly", "510112", "—"),
    ],
)
def test_phones_are_shown_as_far_as_the_reader_may_see_them(desk, lesson, resident, role, place, shown):
    session, online, _elders = lesson
    book(online, resident=resident())
    answer = desk(role, place).get(thing("thing", session))
    [(_row, _tone, phone, _position)] = answer.context["rows"]
    assert (phone or "—", shown in answer.content.decode()) == (shown, True)


def test_filters_leave_exactly_their_rows_and_the_sheet_has_the_same(desk, lesson):
    session, online, elders = lesson
    book(online, "甲大姐", "乙")
    book(online, "丙")
    book(elders, "丁")
    client = desk()

    def names(**asked):
        return [row.contact for row, *_more in client.get(thing("thing", session), asked).context["rows"]]

    assert names() == ["甲大姐", "丁", "丙"]
    assert (names(state="waiting"), names(channel="elders"), names(q="乙")) == (["丙"], ["丁"], ["甲大姐"])
    assert names(q=Booking.unscoped.get(contact="丁").typed_code) == ["丁"]
    sheet = client.get(thing("export", session), {"state": "waiting"})
    rows = list(load_workbook(io.BytesIO(b"".join(sheet.streaming_content))).active.iter_rows(values_only=True))
    assert [row[0] for row in rows[2:]] == ["丙"]


def test_a_resident_is_found_only_within_reach_and_by_the_whole_number(desk, lesson, resident):
    session, _online, _elders = lesson
    near, _far = resident(), resident("李大爷", "13900005678", FOREIGN)
    client = desk()
    for word, found in (("李", [near]), ("13900001234", [near]), ("1390000", []), ("13900005678", [])):
        assert [row for row, _phone in client.get(thing("find", session), {"q": word}).context["rows"]] == found


def test_booking_for_a_resident_names_both_and_happens_once(desk, lesson, resident):
    session, online, _elders = lesson
    grandma = resident()
    grandson = resident("小宝", "", home=grandma.household)
    client = desk()
    url = thing("book_for", session, grandma.pk)
    key = client.get(url).context["form"].initial["key"]
    sent = {"key": key, "bucket": str(online.pk), "members": [str(grandma.pk), str(grandson.pk)], "consent": "phone",
            "wait": "on"}  # fmt: skip
    answers = [client.post(url, sent) for _time in range(2)]
    row = Booking.unscoped.get()
    assert [one["Location"] for one in answers] == [of("booking", row.county, row.pk)] * 2
    assert (row.state, row.party, row.booked_by, row.booked_for, row.resident_id) == (
        "confirmed", 2, "王敏", "李奶奶", grandma.pk,
    )  # fmt: skip
    acting = JournalEntry.unscoped.filter(for_name="李奶奶").values_list("code", flat=True)
    assert sorted(acting) == ["bookings.booking.booked", "people.acting.ended", "people.acting.started"]
    assert "王敏（代李奶奶）" in client.get(answers[0]["Location"]).content.decode()


def test_a_refusal_keeps_what_was_chosen_and_leaves_no_trace(desk, lesson, resident):
    session, online, _elders = lesson
    grandma = resident()
    book(online, "甲", "乙")
    client = desk()
    sent = {"key": "k1", "bucket": str(online.pk), "members": [str(grandma.pk)], "consent": "phone"}
    answer = client.post(thing("book_for", session, grandma.pk), sent)
    text = answer.content.decode()
    assert (answer.status_code, "刚刚满员" in text, 'value="phone"' in text) == (422, True, True)
    assert JournalEntry.unscoped.filter(for_name="李奶奶").count() == 0
    answer = client.post(thing("book_for", session, grandma.pk), {"key": "k1", "bucket": str(online.pk)})
    assert set(answer.context["form"].errors) == {"members", "consent"}


def test_somebody_known_by_name_is_booked_and_may_wait(desk, lesson):
    session, online, _elders = lesson
    client = desk()
    sent = {"key": "n1", "bucket": str(online.pk), "name": "路过的人", "number": "2", "group": "adult", "wait": "on"}
    client.post(thing("book_name", session), sent)
    answer = client.post(thing("book_name", session), {**sent, "key": "n2", "name": "来晚的人"}, follow=True)
    assert "候补第 1 位" in answer.content.decode()
    states = dict(Booking.unscoped.values_list("contact", "state"))
    assert states == {"路过的人": "confirmed", "来晚的人": "waiting"}


def test_only_who_may_override_is_offered_to(desk, lesson):
    session, online, _elders = lesson
    sent = {
        "key": "o1",
        "bucket": str(online.pk),
        "name": "贵客",
        "number": "4",
        "group": "adult",
        "override": "区里来客",
    }
    assert "override" not in desk().get(thing("book_name", session)).context["form"].fields
    desk("town_station", TOWN, name="站长").post(thing("book_name", session), sent)
    row = Booking.unscoped.get()
    assert (row.state, row.override_reason, Bucket.unscoped.get(pk=online.pk).size) == ("confirmed", "区里来客", 4)


def test_cancelling_for_a_resident_says_who_why_and_serves_the_line(desk, lesson, resident):
    _session, online, _elders = lesson
    held = book(online, resident=resident())
    book(online, "乙")
    waiting = book(online, "丙")
    client = desk()
    url = of("cancel", held.county, held.pk)
    assert client.post(url, {"who": "resident", "reason": ""}).status_code == 422
    client.post(url, {"who": "resident", "reason": "住院了"})
    entry = JournalEntry.unscoped.get(code="bookings.booking.cancelled")
    assert (entry.for_name, entry.after["reason"], state(held), state(waiting)) == (
        "李奶奶", "住院了", "cancelled", "offered",
    )  # fmt: skip
    assert "住院了" in client.get(of("booking", held.county, held.pk)).content.decode()


@pytest.mark.parametrize(("verb", "becomes"), [("accept", "confirmed"), ("decline", "cancelled")])
def test_an_offer_is_answered_for_somebody(desk, lesson, verb, becomes):
    _session, online, _elders = lesson
    held, waiting = book(online, "甲", "乙"), book(online, "丙")
    with context.everything(reason="test"):
        ledger.cancel(booking=held, by=COMMAND, at=clock.now())
    desk().post(of(verb, waiting.county, waiting.pk))
    assert state(waiting) == becomes


def test_who_waits_gets_a_place_beyond_the_size_with_a_reason(desk, lesson):
    _session, online, _elders = lesson
    book(online, "甲", "乙")
    waiting = book(online, "丙")
    url = of("give", waiting.county, waiting.pk)
    assert desk().post(url, {"reason": "行动不便"}).status_code == 403
    client = desk("town_station", TOWN, name="站长")
    assert client.post(url, {"reason": " "}).status_code == 422
    client.post(url, {"reason": "行动不便"})
    bucket = Bucket.unscoped.get(pk=online.pk)
    assert (state(waiting), bucket.size, bucket.taken) == ("confirmed", 3, 3)
    client.post(url, {"reason": "再点一次"})
    assert Bucket.unscoped.get(pk=online.pk).size == 3


def test_size_and_settings_change_together_or_not_at_all(desk, lesson):
    _session, online, _elders = lesson
    book(online, "甲", "乙")
    waiting = book(online, "丙")
    client, url = desk(), of("bucket", online.county, online.pk)
    sent = {"size": "1", "party_limit": "3", "offer_minutes": "30", "waiting_list": "on", "label": "线上"}
    answer = client.post(url, sent)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["size"])
    assert Bucket.unscoped.get(pk=online.pk).label == ""
    client.post(url, {**sent, "size": "3"})
    bucket = Bucket.unscoped.get(pk=online.pk)
    assert (bucket.size, bucket.label, bucket.offer_minutes, state(waiting)) == (3, "线上", 30, "offered")


def test_free_places_move_between_channels(desk, lesson):
    session, online, elders = lesson
    client, url = desk(), thing("move", session)
    sent = {"source": str(elders.pk), "target": str(online.pk), "number": "1"}
    assert client.post(url, {**sent, "target": str(elders.pk)}).status_code == 422
    assert client.post(url, {**sent, "number": "2"}).status_code == 422
    client.post(url, sent)
    assert dict(Bucket.unscoped.values_list("channel", "size")) == {"online": 3, "elders": 0}


def test_giving_out_stops_and_goes_on(desk, lesson):
    _session, online, _elders = lesson
    client = desk()
    client.post(of("close", online.county, online.pk))
    assert Bucket.unscoped.get(pk=online.pk).is_open(clock.now()) is False
    client.post(of("reopen", online.county, online.pk))
    assert Bucket.unscoped.get(pk=online.pk).is_open(clock.now()) is True


def test_after_the_end_who_was_not_checked_in_stayed_away(desk, lesson):
    session, online, _elders = lesson
    booking = book(online, "甲")
    client, url = desk(), of("absent", online.county, online.pk)
    client.post(url)
    assert state(booking) == "confirmed"
    with writing.allowed("test"):
        Bucket.unscoped.update(
            starts_at=clock.now() - dt.timedelta(hours=3), ends_at=clock.now() - dt.timedelta(hours=1)
        )
    assert "没签到的记为未到场" in client.get(thing("thing", session)).content.decode()
    client.post(url)
    assert state(booking) == "absent"


def test_only_those_of_a_party_who_came_are_counted(desk, lesson):
    _session, online, _elders = lesson
    booking = book(online, "甲", "乙")
    client, url = desk(), of("came", booking.county, booking.pk)
    rows = Attendee.unscoped.filter(booking=booking)
    people = {one.name: one for one in rows.all()}
    client.post(url, {"came": []})
    assert state(booking) == "confirmed"
    client.post(url, {"came": [str(people["甲"].pk), "x"]})
    assert dict(rows.values_list("name", "came")) == {"甲": True, "乙": False}
    client.post(url, {"came": [str(people["乙"].pk)]})
    assert (state(booking), rows.filter(came=True).count()) == ("attended", 2)
    assert "勾选的人到了" not in client.get(of("booking", booking.county, booking.pk)).content.decode()


def test_a_reader_sees_the_list_and_no_button(desk, lesson):
    session, online, _elders = lesson
    booking = book(online, "甲")
    client = desk("reviewer", "510112")
    text = client.get(thing("thing", session)).content.decode()
    assert ("甲" in text, "代居民报名" in text, "调整名额" in text) == (True, False, False)
    one = client.get(of("booking", booking.county, booking.pk)).content.decode()
    assert ("取消报名" in one, "qw-ticket" in one) == (False, False)
    for url in (thing("find", session), of("bucket", online.county, online.pk), thing("move", session)):
        assert client.get(url).status_code == 403
    assert client.post(of("close", online.county, online.pk)).status_code == 403


def test_another_countys_sign_ups_are_404(desk, foreign, resident, lesson):
    session, _online, _elders = lesson
    client = desk("county_officer", "510112")
    strange = Bucket.unscoped.get(county="610327")
    booking, far = book(strange, "陇县秘密"), resident("李大爷", "13900005678", FOREIGN)
    for name in ("thing", "export", "move", "find", "book_name"):
        assert client.get(of(name, "610327", foreign.session.pk)).status_code == 404
    assert client.get(of("bucket", "610327", strange.pk)).status_code == 404
    assert client.get(of("booking", "610327", booking.pk)).status_code == 404
    assert client.get(thing("book_for", session, far.pk)).status_code == 404
    for name in ("close", "reopen", "absent"):
        assert client.post(of(name, "610327", strange.pk)).status_code == 404
    for name in ("accept", "decline", "reissue", "cancel", "give", "came"):
        assert client.post(of(name, "610327", booking.pk)).status_code == 404


@pytest.mark.parametrize("name", ["things", "thing"])
def test_queries_do_not_grow_with_the_list(desk, upcoming, resident, name):
    _row, session = upcoming(sizes={"online": 50})
    client, counts, bucket = desk("town_station", TOWN), [], Bucket.unscoped.get()
    url = reverse("bookings:things") if name == "things" else thing("thing", session)
    for number in (1, 3):
        for n in range(number):
            book(bucket, resident=resident(f"人{number}{n}", f"1390000{number}{n}00"))
            if name == "things":
                upcoming(sizes={"online": 2}, title=f"课{number}{n}")
        client.get(url)
        with CaptureQueriesContext(connection) as seen:
            client.get(url)
        counts.append(len(seen))
    assert counts[0] == counts[1]
