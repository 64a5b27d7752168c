"""What people do with the house, in a real Chromium: residents, village, town, county, administrator."""

from __future__ import annotations

import re

import pytest
from django.db import connections
from playwright.sync_api import expect, sync_playwright

from qunwen.base.evidence.models import EvidenceLink
from qunwen.base.measures.queries import figure_url
from qunwen.base.scope import clock
from qunwen.services.activities.models import Activity, Headcount
from qunwen.services.bookings.models import Booking

from .counties import PASSWORD, photo
from .town import COUNTY, PHONE, Town

SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
PHONE_SCREEN, DESK_SCREEN = {"width": 390, "height": 844}, {"width": 1366, "height": 768}

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
        # Inside Playwright's loop Django keeps connections of its own, which nobody else would close.
        connections.close_all()


@pytest.fixture
def town(transactional_db, places, settings):
    settings.QUNWEN_DEMO = True
    return Town(places)


@pytest.fixture
def browse(chromium, live_server):
    """browse(size, javascript=True): a fresh browser window at the live server."""
    opened = []

    def window(size, *, javascript=True):
        context = chromium.new_context(
            viewport=size, locale="zh-CN", base_url=live_server.url, java_script_enabled=javascript
        )
        opened.append(context)
        context.set_default_timeout(15_000)
        return context.new_page()

    yield window
    for context in opened:
        context.close()


def log_in(page, name, password=PASSWORD):
    page.goto("/accounts/login/")
    page.get_by_role("textbox", name="用户名").fill(name)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url(lambda url: "/login/" not in url)


@pytest.mark.parametrize("javascript", [True, False], ids=["with script", "without script"])
def test_resident_books_for_herself_and_a_child_and_cancels(town, browse, javascript):
    town.family()
    session = town.bookable("成人书法课", 12)
    page = browse(PHONE_SCREEN, javascript=javascript)
    page.goto(f"/activities/{COUNTY}/{session.activity_id}/")
    page.get_by_role("link", name="报名这一场").click()
    page.get_by_role("button", name="下一步：验证手机号").click()
    page.get_by_label("手机").fill(PHONE)
    page.get_by_role("button", name="获取验证码").click()

    outbox = page.context.new_page()
    outbox.goto("/demo/outbox/")
    code = re.search(r"\b\d{6}\b", outbox.get_by_role("article").first.inner_text())[0]
    page.get_by_label("验证码").fill(code)
    page.get_by_role("button", name="登录", exact=True).click()

    page.get_by_label(re.compile("林秀英")).check()
    page.get_by_label(re.compile("小满")).check()
    page.get_by_role("button", name="报名这一场").click()
    expect(page.get_by_role("img", name=re.compile("电子票二维码"))).to_be_visible()
    expect(page.get_by_text("林秀英、小满")).to_be_visible()
    booking = Booking.unscoped.get(county=COUNTY)
    assert (booking.state, booking.party) == ("confirmed", 2)
    expect(page.get_by_text(booking.typed_code, exact=True)).to_be_visible()

    page.get_by_role("link", name="不能去了，取消报名").click()
    page.get_by_role("button", name="取消报名").click()
    expect(page.get_by_text("已取消报名，名额留给了候补的人。")).to_be_visible()
    booking.refresh_from_db()
    assert (booking.state, booking.bucket.taken) == ("cancelled", 0)


def test_village_worker_notes_an_activity_with_two_photos_on_a_telephone(town, browse):
    page = browse(PHONE_SCREEN)
    log_in(page, "worker")
    page.goto("/desk/activities/note/")
    page.get_by_label("活动名称").fill("重阳敬老坝坝席")
    page.get_by_label("类别").select_option(label="民俗节庆")
    page.get_by_label("老年人").fill("86")
    page.get_by_label("照片").and_(page.locator("input")).set_input_files(
        [
            {"name": "一.jpg", "mimeType": "image/jpeg", "buffer": photo(1)},
            {"name": "二.jpg", "mimeType": "image/jpeg", "buffer": photo(2)},
        ]
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="记下来").click()
    expect(page.get_by_role("heading", name="重阳敬老坝坝席").last).to_be_visible()
    expect(page.get_by_text("2 张照片")).to_be_visible()
    made = Activity.unscoped.get(county=COUNTY, title="重阳敬老坝坝席")
    assert (made.state, made.place_id, made.owner) == ("held", "510112001001", town.staff["worker"])
    assert EvidenceLink.unscoped.filter(county=COUNTY, subject_id=str(made.pk)).count() == 2
    assert Headcount.unscoped.get(county=COUNTY, session__activity=made).number == 86


def tab_to(page, what, *, most=200):
    """Press Tab until the thing has the focus."""
    for _n in range(most):
        if what.evaluate("e => e === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("the keyboard does not reach it")


def test_town_returns_a_report_with_a_reason_by_keyboard_alone(town, browse):
    activity = town.noted()
    item = town.reported(activity)
    page = browse(DESK_SCREEN)
    log_in(page, "town")
    page.goto("/desk/reviews/")
    tab_to(page, page.get_by_role("link", name="坝坝舞会").first)
    page.keyboard.press("Enter")
    note = page.locator("textarea[name=note]")
    expect(note).to_be_visible()
    tab_to(page, note)
    page.keyboard.type("人数和照片对不上，请重新数")
    tab_to(page, page.get_by_role("button", name="退回修改"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("已退回“坝坝舞会”")).to_be_visible()
    item.refresh_from_db()
    activity.refresh_from_db()
    assert (item.state, activity.state) == ("returned", "sent_back")


def test_worker_mends_what_was_sent_back_and_the_town_approves(town, browse):
    activity = town.noted()
    town.returned(activity, "人数和照片对不上，请重新数")
    page = browse(PHONE_SCREEN)
    log_in(page, "worker")
    page.goto("/desk/")
    page.get_by_role("link", name=re.compile("坝坝舞会")).first.click()
    expect(page.get_by_text("人数和照片对不上，请重新数").first).to_be_visible()
    page.goto(f"/desk/activities/{COUNTY}/{activity.pk}/")
    page.get_by_role("link", name=re.compile("登记举办情况|填写人数|修改人数|改人数")).first.click()
    page.get_by_label("老年人").fill("38")
    page.get_by_role("button", name="登记举办情况").click()
    page.get_by_role("button", name=re.compile("核实")).click()
    expect(page.get_by_text("已交去核实")).to_be_visible()

    desk = browse(DESK_SCREEN)
    log_in(desk, "town")
    desk.goto("/desk/reviews/")
    desk.get_by_role("link", name="坝坝舞会").first.click()
    desk.get_by_role("button", name=re.compile("^通过")).click()
    expect(desk.get_by_text("已通过“坝坝舞会”")).to_be_visible()
    activity.refresh_from_db()
    assert activity.state == "verified"
    assert Headcount.unscoped.get(county=COUNTY, session__activity=activity).number == 38


def test_officer_opens_a_figure_down_to_the_photo(town, browse):
    activity = town.noted(crowd=46)
    page = browse(DESK_SCREEN)
    log_in(page, "officer")
    year = str(clock.day_of(town.at).year)
    page.goto(figure_url(measure="activities.attendance", place=COUNTY, period=year))
    expect(page.get_by_role("heading", name="46 人")).to_be_visible()
    page.get_by_role("link", name="龙泉街道", exact=True).click()
    page.get_by_role("link", name="东街社区", exact=True).click()
    page.get_by_role("link", name="坝坝舞会").first.click()
    expect(page.get_by_role("heading", name="坝坝舞会").last).to_be_visible()
    link = EvidenceLink.unscoped.filter(county=COUNTY, subject_id=str(activity.pk)).order_by("position")[0]
    with page.expect_response(f"**/desk/evidence/{COUNTY}/{link.pk}/large") as photo_of:
        page.locator("#photos ~ ul a, [aria-labelledby=photos] a").first.click()
    assert photo_of.value.status == 200
    assert photo_of.value.body()[:3] == b"\xff\xd8\xff"


def test_administrator_invites_a_township_user_who_changes_the_password(town, browse):
    page = browse(DESK_SCREEN)
    log_in(page, "town_admin")
    page.goto("/desk/people/staff/invite/")
    page.get_by_label("姓名").fill("陈小雨")
    page.get_by_label("用户名").fill("chenxiaoyu")
    page.get_by_role("combobox", name=re.compile("^单位")).select_option(label="龙泉街道文化站")
    page.get_by_role("combobox", name=re.compile("所在区划")).select_option("510112001")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("heading", name="陈小雨的账号已开通").last).to_be_visible()
    first = page.get_by_text(re.compile(r"^\w{4}-\w{4}-\w{4}$")).inner_text()
    page.get_by_role("link", name="接着授予角色").click()
    page.get_by_role("combobox", name=re.compile("角色")).select_option(label="文化站人员")
    page.get_by_role("combobox", name=re.compile("地点|区划")).first.select_option("510112001")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("cell", name="文化站人员")).to_be_visible()

    new = browse(DESK_SCREEN)
    log_in(new, "chenxiaoyu", first)
    new.goto("/desk/activities/")
    expect(new).to_have_url(re.compile("/accounts/password/change/"))
    new.get_by_label("当前密码").fill(first)
    new.get_by_label("新密码", exact=True).fill("taohua-guli-2026")
    new.get_by_label("新密码（重复）").fill("taohua-guli-2026")
    new.get_by_role("button", name="保存新密码").click()
    new.goto("/desk/activities/")
    expect(new.get_by_role("heading", name="活动").first).to_be_visible()
