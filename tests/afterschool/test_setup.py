"""Setting a school up on the desk, and what comes to it on paper."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from qunwen.base.people import actions as people
from qunwen.base.people.errors import NotGrantable
from qunwen.base.people.models import Guardianship, Resident, Staff
from qunwen.base.scope import context, writing
from qunwen.services.afterschool.models import (
    Activity,
    Application,
    Child,
    Consent,
    PickupPerson,
    School,
    SchoolClass,
    SchoolTerm,
    Session,
    Tutor,
    TutorCheck,
)
from qunwen.services.bookings.models import Booking
from tests.desk.people import COMMAND

from .test_desk import Today, at, desk, today  # noqa: F401  the fixtures

pytestmark = pytest.mark.django_db
PUPIL = {
    "name": "周小雨", "birth_year": 2017, "guardian": "周建国", "relation": "爷爷", "phone": "13911110001", "signed": "on",
}  # fmt: skip


def _pupil(client, today, **more):  # noqa: F811
    body = {**PUPIL, "school_class": today.school.klass.pk, **more}
    return client.post(at("pupil_add", today.school.school), body)


def test_the_county_puts_a_school_on_the_list(desk, today):  # noqa: F811
    client = desk("county_officer")
    body = {
        "name": "柏合小学", "stage": "primary", "locality": "rural", "place": "510112001001", "unit": today.school.unit.pk,
        "phone": "028-84800000",
    }  # fmt: skip
    answer = client.post(reverse("afterschool:school_add"), body)
    row = School.unscoped.get(name="柏合小学")
    assert (answer.status_code, answer["Location"]) == (302, at("school", row))
    again = client.post(reverse("afterschool:school_add"), body)
    assert (again.status_code, "已有同名的学校。" in again.content.decode()) == (422, True)


def test_the_clerk_sets_up_term_class_tutor_and_check(desk, today):  # noqa: F811
    client, school = desk(), today.school.school
    client.post(at("term_add", school), {
        "name": "2031 年春季学期", "starts_on": "2031-02-24", "ends_on": "2031-06-30",
        "apply_opens_at": "2031-02-10T09:00", "apply_closes_at": "2031-02-20T18:00",
    })  # fmt: skip
    client.post(at("class_add", school), {"name": "一年级 1 班", "grade": 1, "teacher": Staff.unscoped.get().pk})
    client.post(at("tutor_add", school), {"name": "何老师", "provider": "outside", "organisation": "个人"})
    tutor = Tutor.unscoped.get()
    client.post(at("tutor_check", tutor), {
        "kind": "health", "basis": "健字 1 号", "checked_on": "2030-01-01", "valid_until": "2031-12-31",
    })  # fmt: skip
    term = SchoolTerm.unscoped.get(name="2031 年春季学期")
    assert (term.ends_on, SchoolClass.unscoped.get(grade=1).teacher.name) == (dt.date(2031, 6, 30), "王老师")
    assert list(TutorCheck.unscoped.values_list("kind", flat=True)) == ["health"]
    page = client.get(at("school", school)).content.decode()
    assert ["何老师" in page, "缺违法犯罪记录查询" in page, "缺资格或专业证明" in page] == [True] * 3


def test_what_is_wrong_is_said_at_the_field_and_nothing_is_lost(desk, today):  # noqa: F811
    client = desk()
    answer = client.post(at("term_add", today.school.school), {
        "name": "倒着的学期", "starts_on": "2031-06-30", "ends_on": "2031-02-24", "apply_opens_at": "2031-02-10T09:00",
        "apply_closes_at": "2031-02-20T18:00",
    })  # fmt: skip
    page = answer.content.decode()
    assert (answer.status_code, "结束日期不能早于开始日期。" in page, "倒着的学期" in page) == (422, True, True)
    answer = client.post(at("tutor_add", today.school.school), {"name": "何老师", "provider": "outside"})
    assert (answer.status_code, "校外人员请写明所属机构" in answer.content.decode()) == (422, True)


def test_an_activity_goes_from_draft_to_published_on_the_desk(desk, today):  # noqa: F811
    client, term = desk(), today.school.term
    client.post(at("activity_add", term), {
        "title": "合唱", "part": "extra", "field": "art", "provider": "school", "grade_from": 1, "grade_to": 6, "weekday": "2",
        "starts": "17:20", "ends": "18:00", "periods": 1, "price": "2.30", "size": 20, "kept": 5, "kept_for": "left_behind",
    })  # fmt: skip
    row = Activity.unscoped.get(title="合唱")
    assert (row.price_fen, row.weekday, row.size, row.kept, row.kept_for) == (230, 2, 20, 5, "left_behind")
    client.post(at("activity_decide", row, "declare"), {"lines": "发声练习\n学唱两首歌"})
    other = desk(name="李校长")
    other.post(at("activity_decide", row, "pass"), {"note": ""})
    other.post(at("activity_decide", row, "publish"))
    row.refresh_from_db()
    days = Session.unscoped.filter(activity=row).values_list("day", flat=True)
    assert (row.state, {day.weekday() for day in days}) == ("published", {2})


def test_an_activity_over_the_cap_is_kept_but_not_published(desk, today):  # noqa: F811
    row = today.school.activity("编程", publish=False, price_fen=231)
    page = desk().post(at("activity_decide", row, "publish")).content.decode()
    assert ["每课时不超过 2.3 元" in page, Activity.unscoped.get(pk=row.pk).state] == [True, "checked"]


def test_a_family_without_a_phone_comes_by_paper_all_the_way(desk, today):  # noqa: F811
    client = desk()
    assert _pupil(client, today, phone="").status_code == 302
    child = Child.unscoped.get()
    guardian = Guardianship.unscoped.get(ward=child.resident).guardian
    consent = Consent.unscoped.get(child=child)
    assert (guardian.name, consent.via, consent.guardian_id) == ("周建国", "paper", guardian.pk)
    assert [(one.name, one.phone) for one in PickupPerson.unscoped.all()] == [("周建国", "")]
    answer = client.post(
        at("paper_apply", today.school.term), {"key": "form-1", "child": child.pk, "days": ["0", "2"], "alone": ""}
    )
    row = Application.unscoped.get()
    assert (answer["Location"], row.state, row.weekdays) == (at("application", row), "applied", "02")
    client.post(at("decide", row, "class"))
    desk(name="李校长").post(at("decide", row, "school"))
    client.post(at("decide", row, "sign"))
    assert today.school.state(row) == "agreed"


def test_a_pupil_needs_a_signature(desk, today):  # noqa: F811
    answer = _pupil(desk(), today, signed="")
    assert (answer.status_code, "没有监护人签字同意" in answer.content.decode()) == (422, True)
    assert Child.unscoped.count() == 0


def test_a_known_phone_with_another_name_tells_nothing_of_its_owner(desk, today):  # noqa: F811
    today.school.family(phone="13911110001")
    answer = _pupil(desk(), today)
    page = answer.content.decode()
    assert (answer.status_code, "这个手机号登记的是另一个人" in page, "家长1" in page) == (422, True, False)


def test_the_same_form_twice_makes_nobody_twice(desk, today):  # noqa: F811
    client = desk()
    _pupil(client, today)
    _pupil(client, today)
    assert (Child.unscoped.count(), Resident.unscoped.filter(name__startswith="周").count()) == (1, 2)


def test_a_class_teacher_reviews_and_calls_but_sets_nothing_up(desk, today):  # noqa: F811
    guardian, kids = today.school.family()
    (row,) = today.school.apply(guardian, kids)
    client, school = desk("class_teacher"), today.school.school
    client.post(at("decide", row.application, "class"))
    assert today.school.state(row.application) == "class_passed"
    other = desk("class_teacher", name="张老师")
    other.post(at("decide", row.application, "school"))
    assert today.school.state(row.application) == "class_passed"
    assert [client.get(at(name, school)).status_code for name in ("school", "pupils", "term_add", "pupil_add")] == [
        200, 200, 403, 403,
    ]  # fmt: skip
    assert client.get(reverse("afterschool_money:index")).status_code == 403


def test_school_roles_are_given_for_units_only(places, today):  # noqa: F811
    with writing.allowed("test"):
        person = Staff.unscoped.create(name="赵老师", unit=today.school.unit, place=today.school.place)
    with context.everything(reason="test"):
        people.sync_roles(by=COMMAND, at=today.now)
        with pytest.raises(NotGrantable, match="只能是本单位或指定单位"):
            people.grant_role(staff=person, role="school_office", place=places["510112"], by=COMMAND, at=today.now)
        people.grant_role(
            staff=person, role="school_office", place=places["510112"], data_scope="unit", by=COMMAND, at=today.now
        )


def test_small_numbers_are_told_to_the_school_only(desk, today):  # noqa: F811
    with writing.allowed("test"):
        Session.unscoped.filter(pk=today.session.pk).update(
            state="held", closed_at=today.now, expected=9, present=6, absent=3, late=0
        )
    pages = {
        role: desk(role).get(at("session", today.session)).content.decode()
        for role in ("school_office", "county_officer")
    }
    assert "应到 9 · 实到 6 · 请假 0 · 未到 3 · 晚接 0" in pages["school_office"]
    assert "应到 9 · 实到 6 · 请假 0 · 未到 不足 5 · 晚接 0" in pages["county_officer"]


def test_an_afternoon_is_called_off_with_its_reason_and_a_make_up_day_added(desk, today):  # noqa: F811
    client = desk()
    assert client.post(at("cancel", today.session), {"reason": ""}).status_code == 422
    client.post(at("cancel", today.session), {"reason": "暴雨停课"})
    assert (Session.unscoped.get(pk=today.session.pk).state, Session.unscoped.get(pk=today.session.pk).reason) == (
        "cancelled", "暴雨停课",
    )  # fmt: skip
    sunday = today.school.term.starts_on + dt.timedelta(days=(6 - today.school.term.starts_on.weekday()) % 7)
    answer = client.post(at("date_add", today.homework), {"day": sunday})
    assert (answer.status_code, "不是课后服务日" in answer.content.decode()) == (422, True)


def test_the_seat_ledger_tells_the_school_alone_which_children_have_places(desk, today):  # noqa: F811
    club = today.school.club(size=3)
    _guardian, (child,) = today.school.enrolled(activities=[club])
    booking = Booking.unscoped.get()
    pages = [
        reverse("bookings:things"), reverse("bookings:thing", args=["510112", club.pk]),
        reverse("bookings:booking", args=["510112", booking.pk]),
    ]  # fmt: skip
    seen = {}
    for role in ("school_office", "county_officer"):
        client = desk(role)
        answers = [client.get(page) for page in pages]
        seen[role] = [
            (one.status_code, "剪纸" in one.content.decode(), child.resident.name in one.content.decode())
            for one in answers
        ]
    assert seen == {
        "school_office": [(200, True, False), (200, True, True), (200, True, True)],
        "county_officer": [(200, False, False), (404, False, False), (404, False, False)],
    }
