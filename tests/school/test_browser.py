"""The school in a real Chromium: two children in one go; an elder without a phone at the counter."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connections
from django.test import Client
from playwright.sync_api import expect, sync_playwright

from qunwen.base.journal.actors import Actor
from qunwen.base.people import actions as people
from qunwen.base.people.models import Grant, Resident, Role, Staff, Unit, User
from qunwen.base.scope import clock, context, writing
from qunwen.services.school import actions
from qunwen.services.school.models import Pupil

from .conftest import COUNTY, VILLAGE, World

SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
PASSWORD = "Kx7-mudan-Lv3-qingliu"
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
def school(transactional_db, places, settings):
    settings.QUNWEN_DEMO = True
    world = World(places, clock.now() - dt.timedelta(minutes=5))
    today = clock.day_of(world.at)
    world.term = world.do(
        actions.set_term, place=places[COUNTY], name="本学期", season="spring",
        starts_on=today + dt.timedelta(days=1), ends_on=today + dt.timedelta(days=200),
    )  # fmt: skip
    return world


def page_of(chromium, live_server, size, cookie=None):
    window = chromium.new_context(viewport=size, locale="zh-CN", base_url=live_server.url)
    window.set_default_timeout(15_000)
    if cookie:
        window.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    return window.new_page()


def session_of(resident):
    client = Client()
    session = client.session
    session["resident"] = {"id": str(resident.pk), "county": resident.county, "at": clock.now().isoformat()}
    session.save()
    return session.session_key


def test_a_parent_applies_for_two_children_in_one_go(school, chromium, live_server):
    row = school.open("少儿国画班", online=1)
    mother, _children = school.family(2015, 2017)
    page = page_of(chromium, live_server, {"width": 390, "height": 844}, session_of(mother))
    page.goto(f"/school/?county={COUNTY}")
    page.get_by_role("link", name="少儿国画班").click()
    for name in ("孩子1", "孩子2"):
        page.get_by_role("checkbox", name=name).check()
    page.get_by_role("button", name="报名这个班").click()
    expect(page.get_by_text("孩子1报上了。")).to_be_visible()
    expect(page.get_by_text("孩子2排上了候补。")).to_be_visible()
    waiting = page.get_by_role("region", name="候补中")
    expect(waiting).to_contain_text("候补第 1 位")
    expect(waiting).to_contain_text("网上名额共 1 个")
    assert list(Pupil.unscoped.filter(county=COUNTY, course_class=row).values_list("name", flat=True)) == ["孩子1"]


def clerk_at(chromium, live_server, places, at):
    """Somebody of the bureau, logged in at the counter's computer."""
    with context.everything(reason="test"):
        people.sync_roles(by=Actor(kind="command", id=None, name="命令行"), at=at)
    with writing.allowed("test"):
        unit = Unit.unscoped.create(name="龙泉驿区文旅局", kind="bureau", place=places[COUNTY])
        clerk = Staff.unscoped.create(name="张干事", unit=unit, place=unit.place)
        since = clock.now() - dt.timedelta(days=400)
        Grant.unscoped.create(
            staff=clerk, role=Role.unscoped.get(code="county_officer"), place=places[COUNTY], granted_at=since
        )
    User.objects.create_user("clerk", password=PASSWORD, staff=clerk)
    page = page_of(chromium, live_server, {"width": 1366, "height": 768})
    page.goto("/accounts/login/")
    page.get_by_role("textbox", name="用户名").fill("clerk")
    page.get_by_label("密码").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login/" not in url)
    return page


def test_an_elder_without_a_phone_is_enrolled_at_the_counter(school, chromium, live_server, places):
    """From the menu on, by clicks and keys alone: nobody knows him yet, so he is registered first."""
    school.open("国画班", online=0, on_site=2)
    page = clerk_at(chromium, live_server, places, school.at)
    page.get_by_role("link", name="市民艺校").click()
    page.get_by_role("link", name="国画班").click()
    page.get_by_role("link", name="报名与代办").click()
    page.get_by_role("link", name="代居民报名").first.click()
    page.get_by_role("searchbox").last.fill("周大爷")
    page.keyboard.press("Enter")
    expect(page.get_by_text("没有找到这位居民")).to_be_visible()
    page.get_by_role("link", name="先登记居民").click()
    page.get_by_label("姓名").fill("周大爷")
    page.get_by_label("出生年份").fill("1948")
    page.get_by_label("居住地").select_option(VILLAGE)
    page.get_by_role("button", name="保存", exact=True).press("Enter")
    expect(page.get_by_role("heading", name="周大爷").first).to_be_visible()
    page.get_by_role("link", name="市民艺校").click()
    page.get_by_role("link", name="国画班").click()
    page.get_by_role("link", name="报名与代办").click()
    page.get_by_role("link", name="代居民报名").first.click()
    page.get_by_role("searchbox").last.fill("周大爷")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="周大爷").click()
    seats = page.get_by_label("占用名额")
    on_site = seats.locator("option").filter(has_text="现场")
    expect(on_site).to_have_count(1)  # reading the options would not wait for the page
    seats.select_option(label=on_site.inner_text())
    page.get_by_role("radio", name="本人在场口头同意").check()
    page.get_by_role("button", name="报名", exact=True).click()
    expect(page.get_by_text("报名成功").first).to_be_visible()
    elder = Resident.unscoped.get(county=COUNTY, name="周大爷")
    assert (elder.phone, elder.place_id) == ("", VILLAGE)
    pupil = Pupil.unscoped.select_related("booking__bucket").get(county=COUNTY, resident=elder)
    assert (pupil.state, pupil.booking.booked_for, pupil.booking.bucket.channel) == ("enrolled", "周大爷", "on_site")
