"""The desk: the teacher's page, the school clerk, the county officer who sees numbers and no names."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from qunwen.base.people import actions as people
from qunwen.base.people.models import Grant, Role, Staff, User
from qunwen.base.scope import clock, context, writing
from qunwen.services.afterschool import pickup
from qunwen.services.afterschool.models import (
    Activity,
    Application,
    HandOver,
    PickupCode,
    PickupPerson,
    Roll,
    Session,
)
from tests.desk.people import COMMAND, LOGIN

from .town import School, around

pytestmark = pytest.mark.django_db


class Today:
    """The school on the day the tests run, whatever day that is: its session began an hour ago."""

    def __init__(self, places):
        self.now = clock.now()
        self.school = School(places, self.now, around(clock.today()))
        self.homework = self.school.activity()
        with writing.allowed("test"):
            Session.unscoped.filter(day=clock.today()).delete()
            self.session = Session.unscoped.create(
                county="510112", place=self.school.place, school=self.school.school, term=self.school.term,
                activity=self.homework, day=clock.today(), starts_at=self.now - dt.timedelta(minutes=50),
                ends_at=self.now - dt.timedelta(minutes=5), periods=1,
            )  # fmt: skip

    def pupils(self, number):
        return [self.school.enrolled()[1][0] for _ in range(number)]

    def person(self, child, name="外婆"):
        with writing.allowed("test"):
            return PickupPerson.unscoped.create(
                county="510112", place=self.school.place, child=child, name=name, relation="外祖母",
                phone="13911112222", named_at=self.now, named_by="家长",
            )  # fmt: skip


@pytest.fixture
def today(places):
    return Today(places)


@pytest.fixture
def desk(client, today, places):
    """Log in somebody of the school (their own unit only), or the county's officer."""
    with context.everything(reason="test"):
        people.sync_roles(by=COMMAND, at=today.now)

    def enter(role="school_office", name="王老师"):
        with writing.allowed("test"):
            staff = Staff.unscoped.create(name=name, unit=today.school.unit, place=today.school.place)
            own = {"data_scope": "unit"} if role == "school_office" else {}
            Grant.unscoped.create(
                staff=staff, role=Role.unscoped.get(code=role), place=places["510112"],
                granted_at=today.now - dt.timedelta(days=3), **own,
            )  # fmt: skip
        client.force_login(User.objects.create_user(f"u{staff.pk.hex}", staff=staff), backend=LOGIN)
        return client

    return enter


def at(name, row, *more):
    return reverse(f"afterschool:{name}", args=[row.county, row.pk, *more])


def test_the_teacher_leads_an_afternoon_to_its_end(desk, today):
    first, second = today.pupils(2)
    person = today.person(first)
    client, session = desk(), today.session
    client.post(at("open", session))
    client.post(at("all_here", session))
    rolls = {row.child_id: row for row in Roll.unscoped.all()}
    digits = pickup.digits_of(PickupCode.unscoped.get(child=first))
    client.post(at("hand", session, rolls[first.pk].pk), {"how": "fetched", "code": digits})
    refused = client.post(at("close", session), follow=True)
    assert f"还有 1 名学生没有去向，不能结束：{second.resident.name}（还没有交接）。" in refused.content.decode()
    client.post(at("mark", session, rolls[second.pk].pk), {"status": "sick"})
    done = client.post(at("close", session), follow=True)
    assert "全部学生已交接，本场结束。" in done.content.decode()
    assert Session.unscoped.get(pk=session.pk).state == "held"
    assert HandOver.unscoped.get().person_id == person.pk


def test_a_wrong_code_is_said_at_the_child_and_nothing_typed_is_lost(desk, today):
    (child,) = today.pupils(1)
    today.person(child)
    client = desk()
    client.post(at("open", today.session))
    client.post(at("all_here", today.session))
    answer = client.post(
        at("hand", today.session, Roll.unscoped.get().pk), {"how": "fetched", "code": "12", "note": "身份证"}
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    assert ["接送码不对" in page, 'value="12"' in page, 'value="身份证"' in page] == [True] * 3


def test_the_county_officer_sees_numbers_and_no_childs_name(desk, today):
    (child,) = today.pupils(1)
    client = desk("county_officer")
    for address in (at("session", today.session), reverse("afterschool:day"), reverse("afterschool:ledger")):
        page = client.get(address)
        assert (page.status_code, child.resident.name in page.content.decode()) == (200, False)
    assert client.get(reverse("afterschool:applications")).status_code == 403
    assert client.get(at("application", Application.unscoped.get())).status_code == 404


@pytest.mark.parametrize("role", ["county_officer", "school_office"])
def test_every_page_opens(desk, today, role):
    today.pupils(1)
    client = desk(role)
    activity = Activity.unscoped.get()
    addresses = [
        reverse("afterschool:day"), reverse("afterschool:activities"), reverse("afterschool:ledger"),
        reverse("afterschool:complaints"), at("activity", activity), at("session", today.session),
        at("ledger_sheet", today.school.school),
    ]  # fmt: skip
    if role == "school_office":
        addresses += [
            reverse("afterschool:applications"), reverse("afterschool:late"), at("slips", today.session),
            at("application", Application.unscoped.get()),
        ]  # fmt: skip
    assert {address: client.get(address).status_code for address in addresses} == dict.fromkeys(addresses, 200)


def test_the_ledger_is_a_sheet_with_numbers_and_no_names(desk, today):
    (child,) = today.pupils(1)
    client = desk()
    client.post(at("open", today.session))
    client.post(at("mark", today.session, Roll.unscoped.get().pk), {"status": "leave"})
    client.post(at("close", today.session))
    answer = client.get(at("ledger_sheet", today.school.school), {"month": f"{clock.today():%Y-%m}"})
    rows = list(load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
    text = "|".join(str(cell) for row in rows for cell in row if cell is not None)
    assert [word in text for word in ("课后服务监管台账", "作业辅导", "完成作业；自主阅读", "已交接完毕")] == [True] * 4
    assert child.resident.name not in text


def test_reviews_go_by_two_people_and_a_refusal_needs_words(desk, today):
    guardian, kids = today.school.family()
    (row,) = today.school.apply(guardian, kids)
    client = desk()
    assert client.post(at("decide", row.application, "refuse"), {"reason": ""}).status_code == 422
    client.post(at("decide", row.application, "class"))
    client.post(at("decide", row.application, "school"))
    assert today.school.state(row.application) == "class_passed"
    desk(name="李校长").post(at("decide", row.application, "school"))
    assert today.school.state(row.application) == "school_passed"


def test_the_roll_takes_as_many_queries_for_three_as_for_one(desk, today):
    client, counts = desk(), []
    for more in (1, 2):
        for child in today.pupils(more):
            today.person(child)
        with writing.allowed("test"):
            Roll.unscoped.all().delete()
            Session.unscoped.filter(pk=today.session.pk).update(state="planned")
        client.post(at("open", today.session))
        with CaptureQueriesContext(connection) as seen:
            client.get(at("session", today.session))
        counts.append(len(seen))
    assert counts[0] == counts[1]
