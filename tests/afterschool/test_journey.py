"""In a real Chromium, on a phone: an afternoon closes with every child handed over, and is refused while one is missing."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from qunwen.base.people import actions as people
from qunwen.base.people.models import Grant, Role
from qunwen.base.scope import clock, context, writing
from qunwen.services.afterschool import pickup
from qunwen.services.afterschool.models import HandOver, PickupCode, Session
from tests.desk.people import COMMAND
from tests.journeys import test_browser
from tests.journeys.test_browser import PHONE_SCREEN, log_in

from .test_desk import Today

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# The fixtures of all journeys: a browser at the live server, its database reached from this thread.
_database_from_this_thread = test_browser._database_from_this_thread
chromium, browse = test_browser.chromium, test_browser.browse
PASSWORD = "longquan-2026-xiang"


def teacher_of(today, places):

    with context.everything(reason="test"):
        people.sync_roles(by=COMMAND, at=today.now)
        staff = people.invite_staff(
            name="王老师", username="wanglaoshi", unit=today.school.unit, place=today.school.place, password=PASSWORD,
            by=COMMAND, at=today.now,
        ).staff  # fmt: skip
    with writing.allowed("test"):
        Grant.unscoped.create(
            staff=staff, role=Role.unscoped.get(code="class_teacher"), place=places["510112"], granted_at=today.now,
            data_scope="unit",
        )  # fmt: skip
        type(staff.account).objects.filter(pk=staff.account.pk).update(must_change_password=False)


def test_a_school_closes_an_afternoon_only_when_every_child_is_handed_over(transactional_db, places, browse):
    today = Today(places)
    first, second = today.pupils(2)
    for child in (first, second):
        today.person(child)
    teacher_of(today, places)
    page = browse(PHONE_SCREEN)
    log_in(page, "wanglaoshi", PASSWORD)
    page.goto("/desk/after-school/")
    page.get_by_role("link", name="作业辅导", exact=True).click()
    page.get_by_role("button", name="开始点名").click()
    page.get_by_role("button", name="没点的都到了").click()
    digits = {row.child_id: pickup.digits_of(row) for row in PickupCode.unscoped.all()}
    row = page.get_by_role("listitem").filter(has_text=first.resident.name)
    row.get_by_label("接送码", exact=True).fill(digits[first.pk])
    row.get_by_role("button", name="交给接送人").click()
    expect(page.get_by_text("还有 1 人没有去向")).to_be_visible()
    page.get_by_role("button", name="结束本场").click()
    expect(page.get_by_text(re.compile(f"不能结束：{second.resident.name}（还没有交接）"))).to_be_visible()
    assert Session.unscoped.get(pk=today.session.pk).state == "open"
    row = page.get_by_role("listitem").filter(has_text=second.resident.name)
    row.get_by_label("接送码", exact=True).fill(digits[second.pk])
    row.get_by_role("button", name="交给接送人").click()
    page.get_by_role("button", name="结束本场").click()
    expect(page.get_by_text("全部学生已交接，本场结束。")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE_SCREEN["width"]
    assert Session.unscoped.get(pk=today.session.pk).state == "held"
    assert sorted(HandOver.unscoped.values_list("roll__child_id", flat=True)) == sorted([first.pk, second.pk])
    assert HandOver.unscoped.filter(gone_at__lte=clock.now(), to_name="外婆（外祖母）", proof="code").count() == 2
