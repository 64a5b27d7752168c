"""A room series with a clash, in a real Chromium: seen before it is made, skipped when told, walked by keyboard."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connections
from playwright.sync_api import expect, sync_playwright

from qunwen.base.journal.actors import Actor
from qunwen.base.people import actions as people
from qunwen.base.people.models import Grant, Role, Staff, Unit, User
from qunwen.base.scope import clock, context, writing
from qunwen.base.scope.clock import start_of
from qunwen.services.rooms import actions, addresses
from qunwen.services.rooms.models import Reservation, Series

from .conftest import COUNTY

SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
PASSWORD = "Kx7-mudan-Lv3-qingliu"
BY = Actor(kind="command", id=None, name="命令行")
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module", autouse=True)
def _database_from_this_thread():
    """Playwright runs an event loop in this thread; Django would refuse to reach the database from it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield


@pytest.fixture
def chromium(transactional_db):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=SWITCHES)
        yield browser
        browser.close()
        connections.close_all()


@pytest.fixture
def van(places):
    """A van that somebody has on the second of the dates."""
    at = clock.now()
    with context.everything(reason="test"):
        people.sync_roles(by=BY, at=at)
        with writing.allowed("test"):
            unit = Unit.unscoped.create(name="龙泉驿区文旅局", kind="bureau", place=places[COUNTY])
            clerk = Staff.unscoped.create(name="张干事", unit=unit, place=unit.place)
            role = Role.unscoped.get(code="county_officer")
            since = at - dt.timedelta(days=400)
            Grant.unscoped.create(staff=clerk, role=role, place=places[COUNTY], granted_at=since)
        row = actions.add_resource(place=places[COUNTY], unit=unit, kind="vehicle", title="流动文化车", by=BY, at=at)
        begins = start_of(clock.today() + dt.timedelta(days=14)) + dt.timedelta(hours=9)
        actions.reserve(
            resource=row,
            starts_at=begins,
            ends_at=begins + dt.timedelta(hours=1),
            title="送戏下乡",
            key="a",
            by=BY,
            at=at,
        )
    User.objects.create_user("clerk", password=PASSWORD, staff=clerk)
    return row


def test_a_series_with_a_clash_is_seen_skipped_and_found_in_the_week(van, chromium, live_server):
    window = chromium.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN", base_url=live_server.url)
    window.set_default_timeout(15_000)
    page = window.new_page()
    page.goto("/accounts/login/")
    page.get_by_role("textbox", name="用户名").fill("clerk")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url(lambda url: "/login/" not in url)
    page.goto("/desk/rooms/")
    page.get_by_role("link", name="流动文化车").click()
    page.get_by_role("link", name="定期预约").click()
    first = clock.today() + dt.timedelta(days=7)
    page.get_by_label("日期").fill(f"{first}")
    page.get_by_label("从", exact=False).first.fill("09:00")
    page.get_by_label("到", exact=False).first.fill("10:00")
    page.get_by_label("用途", exact=False).first.fill("东街舞蹈队排练")
    page.get_by_label("次数").fill("3")
    page.get_by_role("button", name="先看有没有冲突").click()
    expect(page.get_by_role("heading", name="3 次里有 1 次冲突")).to_be_visible()
    clash = page.get_by_role("row", name=f"{first + dt.timedelta(days=7)}")
    expect(clash).to_contain_text("已被预约")
    assert Series.unscoped.count() == 0
    page.get_by_role("button", name="跳过冲突，预约其余 2 次").click()
    expect(page.get_by_text("已预约 2 次，跳过 1 次。")).to_be_visible()
    expect(page.get_by_role("region", name="跳过的日期")).to_be_visible()
    page.goto(f"/desk/rooms/{COUNTY}/{van.pk}/?day={first}")
    held = page.get_by_role("cell", name="东街舞蹈队排练")
    expect(held).to_be_visible()
    held.get_by_role("link").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("签到码")).to_be_visible()
    assert Reservation.unscoped.filter(county=COUNTY, title="东街舞蹈队排练").count() == 2


def test_who_comes_types_the_code_at_the_door(van, chromium, live_server):
    now = clock.now()
    with context.everything(reason="test"), writing.allowed("test"):
        row = Reservation.unscoped.create(
            county=COUNTY, resource=van, place_id=van.place_id, starts_at=now, ends_at=now + dt.timedelta(hours=1),
            held_from=now, held_until=now + dt.timedelta(hours=1), title="合唱排练", state="confirmed", key="door",
            code="135790", reserved_at=now, reserved_by="张三",
        )  # fmt: skip
    window = chromium.new_context(
        viewport={"width": 1024, "height": 768}, locale="zh-CN", base_url=live_server.url, java_script_enabled=False
    )
    page = window.new_page()
    page.goto(addresses.door(van))
    expect(page.get_by_role("region", name="现在")).to_contain_text("合唱排练")
    page.get_by_label("输入 6 位签到码").fill("000000")
    page.get_by_role("button", name="签到").click()
    expect(page.get_by_role("alert")).to_contain_text("没有对上")
    page.get_by_label("输入 6 位签到码").fill("135790")
    page.get_by_role("button", name="签到").click()
    expect(page.get_by_role("status")).to_have_text("签到好了，请进。")
    row.refresh_from_db()
    assert row.state == "used"
