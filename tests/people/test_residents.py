"""Residents: one-time codes, registration, family, acting for somebody."""

import datetime as dt
import re

import pytest
import time_machine

from qunwen.base.journal.models import JournalEntry
from qunwen.base.people import actions, phone_codes, queries
from qunwen.base.people.errors import NotFamily, PhoneTaken, Refused
from qunwen.base.people.models import Guardianship, PhoneCode, Resident
from qunwen.base.people.web.who import resident_actor
from qunwen.base.scope import asking, context
from qunwen.gateways.sms.models import SmsMessage

PHONE = "13800001234"
MINUTE = dt.timedelta(minutes=1)


def last_code(phone=PHONE):
    return re.search(r"\d{6}", SmsMessage.objects.filter(phone=phone).latest("id").text).group()


def check(code, at, phone=PHONE):
    return phone_codes.check_code(phone=phone, code=code, address="10.0.0.1", at=at)


def send(at, phone=PHONE, address="10.0.0.1"):
    phone_codes.send_code(phone=phone, address=address, at=at)


def test_a_code_works_once_within_five_minutes(db, at):
    send(at)
    code = last_code()
    assert check(code, at + 4 * MINUTE)
    assert not check(code, at + 4 * MINUTE)


def test_a_code_runs_out_after_five_minutes(db, at):
    send(at)
    assert not check(last_code(), at + 5 * MINUTE)


def test_a_code_allows_five_tries(db, at):
    send(at)
    code = last_code()
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    assert [check(wrong, at) for _n in range(5)] == [False] * 5
    assert not check(code, at)


def test_a_new_code_replaces_the_old_one(db, at):
    send(at)
    old = last_code()
    send(at + 2 * MINUTE)
    new = last_code()
    if old != new:
        assert not check(old, at + 2 * MINUTE)
    assert check(new, at + 2 * MINUTE)


def test_a_code_belongs_to_its_phone(db, at):
    send(at)
    assert not check(last_code(), at, phone="13900001234")


def test_codes_and_phones_are_kept_as_digests_only(db, at):
    send(at)
    row = PhoneCode.objects.get()
    assert PHONE not in f"{row.phone_digest}{row.code_digest}"
    assert last_code() not in row.code_digest


def test_one_phone_is_texted_once_a_minute_and_ten_times_a_day(db, at):
    send(at)
    with pytest.raises(phone_codes.TooOften) as caught:
        send(at + MINUTE / 2)
    assert caught.value.wait == MINUTE / 2
    for n in range(1, 10):
        send(at + n * MINUTE)
    with pytest.raises(phone_codes.TooOften):
        send(at + 60 * MINUTE)


def test_one_address_cannot_text_many_phones(db, at):
    for n in range(30):
        send(at, phone=f"1380000{n:04d}")
    with pytest.raises(phone_codes.TooOften):
        send(at, phone="13800009999")
    send(at, phone="13800009999", address="10.0.0.2")


def log_in(client, phone=PHONE):
    assert client.post("/me/login/", {"phone": phone})["Location"] == "/me/login/code/"
    return client.post("/me/login/code/", {"code": last_code(phone)})


def test_a_newcomer_registers_and_is_in(client, house):
    assert log_in(client)["Location"] == "/me/register/"
    form = {"name": "王大姐", "birth_year": "1958", "place": "510112001001", "county": "510112"}
    response = client.post("/me/register/", form)
    assert (response.status_code, response["Location"]) == (302, "/me/")
    page = client.get("/me/").content.decode()
    assert ("王大姐" in page, "138****1234" in page, PHONE in page) == (True, True, False)
    assert Resident.unscoped.get(phone=PHONE).birth_year == 1958


def test_full_width_digits_are_the_same_phone_and_code(client, resident):
    resident(phone=PHONE)
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    assert client.post("/me/login/", {"phone": PHONE.translate(wide)})["Location"] == "/me/login/code/"
    assert client.post("/me/login/code/", {"code": last_code().translate(wide)})["Location"] == "/me/"


@pytest.mark.parametrize("phone", ["138１２３４1234", "２3812341234"])
def test_a_phone_is_kept_in_plain_digits_only(resident, phone):
    with pytest.raises(Refused):
        resident(phone=phone)


def test_a_known_phone_is_in_at_once_with_a_new_session_key(client, resident):
    resident(phone=PHONE)
    client.post("/me/login/", {"phone": PHONE})
    before = client.session.session_key
    assert client.post("/me/login/code/", {"code": last_code()})["Location"] == "/me/"
    assert client.session.session_key != before


def test_known_and_unknown_phones_get_the_same_answer(client, resident):
    resident(phone=PHONE)
    answers = []
    for phone in (PHONE, "13700001234"):
        first = client.post("/me/login/", {"phone": phone})
        second = client.get("/me/login/code/")
        body = re.sub(r"\d{3}\*{4}\d{4}|csrfmiddlewaretoken[^>]*>|nonce=\S+", "", second.content.decode())
        answers.append((first.status_code, first["Location"], body))
    assert answers[0] == answers[1]


def test_too_many_requests_answer_429_in_words(client, db):
    client.post("/me/login/", {"phone": PHONE})
    response = client.post("/me/login/", {"phone": PHONE})
    assert (response.status_code, "请求太频繁" in response.content.decode()) == (429, True)


def test_one_phone_in_two_counties_chooses(client, resident):
    resident(phone=PHONE)
    other = resident(phone=PHONE, code="610327100001")
    assert log_in(client)["Location"] == "/me/login/choose/"
    client.post("/me/login/choose/", {"resident": str(other.pk)})
    assert "东关社区" in client.get("/me/").content.decode()


def test_the_next_address_must_be_ours(client, resident):
    resident(phone=PHONE)
    client.get("/me/login/?next=https://evil.example/")
    assert log_in(client)["Location"] == "/me/"


def test_log_out_forgets_the_resident(client, resident):
    resident(phone=PHONE)
    log_in(client)
    client.post("/me/logout/")
    assert client.get("/me/")["Location"].startswith("/me/login/")


def test_family_is_added_changed_and_left(client, resident, at):
    mother = resident(phone=PHONE)
    log_in(client)
    form = {"name": "小宝", "relation": "child", "birth_year": "2019", "place": "510112001001"}
    assert client.post("/me/family/add/", form)["Location"] == "/me/"
    child = Resident.unscoped.get(name="小宝")
    assert child.household_id == mother.household_id
    client.post(f"/me/family/{child.pk}/", {**form, "name": "大宝"})
    assert Resident.unscoped.get(pk=child.pk).name == "大宝"
    client.post(f"/me/family/{child.pk}/leave/")
    assert Guardianship.unscoped.get(ward=child).ended_at is not None
    assert client.get(f"/me/family/{child.pk}/").status_code == 404


def test_a_stranger_is_not_found_among_my_family(client, resident):
    resident(phone=PHONE)
    stranger = resident("邻居")
    log_in(client)
    assert client.post(f"/me/family/{stranger.pk}/", {"name": "改", "place": "510112001001"}).status_code == 404
    assert Resident.unscoped.get(pk=stranger.pk).name == "邻居"


def test_residents_may_not_register_or_guard_others(resident, house, at):
    mine, stranger = resident(phone=PHONE), resident("邻居")
    me = resident_actor(mine)
    with context.opened(queries.resident_scope(mine, ())):
        with pytest.raises(NotFamily):
            actions.register_resident(name="某", place=stranger.place, household=stranger.household, by=me, at=at)
        with pytest.raises(NotFamily):
            actions.record_guardian(guardian=mine, ward=stranger, relation="子女", by=me, at=at)
        with pytest.raises(NotFamily):
            actions.change_resident(resident=stranger, name="改", by=me, at=at)


def test_a_phone_is_one_residents_within_a_county(resident):
    resident(phone=PHONE)
    with pytest.raises(PhoneTaken):
        resident("另一位", phone=PHONE)
    resident("外县", phone=PHONE, code="610327100001")


@pytest.mark.parametrize("wrong", [{"birth_year": 1850}, {"birth_year": 2090}, {"phone": "123"}, {"name": " "}])
def test_wrong_particulars_are_refused(wrong, resident):
    with pytest.raises(Refused):
        resident(**wrong)


def test_households_join_and_part(resident, at, command, everything):
    one, two = resident("甲"), resident("乙")
    actions.join_household(resident=two, household=one.household, by=command, at=at)
    assert {r.name for r in queries.household_of(one)} == {"甲", "乙"}
    actions.leave_household(resident=Resident.unscoped.get(pk=two.pk), by=command, at=at)
    assert {r.name for r in queries.household_of(one)} == {"甲"}
    made = actions.form_household(
        members=[Resident.unscoped.get(pk=r.pk) for r in (one, two)], place=one.place, by=command, at=at
    )
    assert made.members(manager="unscoped").count() == 2


def test_acting_for_a_resident_is_shown_recorded_and_ends(enter_desk, hire, resident, at):
    station = hire("站员", "510112001", role="town_station")
    aunt = resident("李大妈")
    with time_machine.travel(at, tick=False) as clock:
        client = enter_desk(station)
        page = f"/desk/people/residents/510112/{aunt.pk}/"
        assert client.post(page, {"reason": "", "consent": "present"}).status_code == 200
        assert client.post(page, {"reason": "不会用手机", "consent": "present"})["Location"] == "/me/"
        assert "为 李大妈 代办" in client.get("/me/").content.decode()
        form = {"name": "小孙", "relation": "grandchild", "place": "510112001001"}
        assert client.post("/me/family/add/", form).status_code == 302
        clock.shift(31 * MINUTE / 2)
        client.get("/desk/")
        clock.shift(31 * MINUTE / 2)
        assert client.get("/me/")["Location"].startswith("/me/login/")
    with context.everything(reason="test"):
        entries = {e.code: e for e in JournalEntry.objects.filter(actor_id=station.pk)}
    assert set(entries) == {
        "people.acting.started", "people.resident.registered", "people.guardian.recorded", "people.acting.ended",
    }  # fmt: skip
    assert {(e.actor_name, e.for_name, e.for_id) for e in entries.values()} == {("站员", "李大妈", aunt.pk)}
    assert entries["people.acting.started"].after["consent"] == "present"


def test_acting_ends_at_a_click(enter_desk, hire, resident):
    client = enter_desk(hire("站员", "510112001", role="town_station"))
    aunt = resident("李大妈")
    client.post(f"/desk/people/residents/510112/{aunt.pk}/", {"reason": "报名", "consent": "phone"})
    client.post("/me/acting/stop/")
    assert client.get("/me/").status_code == 302


def test_one_cannot_act_for_a_resident_elsewhere(hire, resident, acting_as, by, at):
    station = hire("站员", "510112001", role="town_station")
    stranger = resident("外县人", code="610327100001")
    with acting_as(station, at), pytest.raises(asking.Forbidden):
        actions.start_acting(resident=stranger, reason="x", consent="present", by=by(station), at=at)


def test_villages_to_live_in_stand_below_their_towns(places, at):
    from qunwen.base.people.web.forms import PersonForm

    with context.opened(context.PUBLIC):
        choices = PersonForm(county="510112", today=at.date()).fields["place"].choices
    assert [(name, [code for code, _name in rows]) for name, rows in list(choices)[1:]] == [
        ("龙泉街道", ["510112001001", "510112001002"]),
        ("大面街道", ["510112002001", "510112002002"]),
    ]
