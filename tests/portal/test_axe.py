"""Every page of the portal in a real Chromium: nothing serious for axe, nothing too wide, nobody else asked."""

from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import expect, sync_playwright

from qunwen.base.scope import clock

from . import world as worlds
from .conftest import logged_in
from .pages import addresses

AXE = (Path(__file__).resolve().parents[1] / "vendor/axe-core-4.14.1/axe.min.js").read_text("utf-8")
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
SERIOUS = """() => axe.run({resultTypes: ["violations"]}).then((found) => found.violations
  .filter((rule) => ["serious", "critical"].includes(rule.impact))
  .map((rule) => [rule.id, rule.nodes.map((node) => node.html).slice(0, 3)]))"""

OWN = {
    "log in": "/me/login/",
    "me": "/me/",
    "add family": "/me/family/add/",
    "details": "/me/edit/",
    "notices": "/me/notices/",
}

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module", autouse=True)
def _database_from_this_thread():
    """Playwright runs an event loop in this thread; Django would refuse to reach the database from it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield


@pytest.fixture
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=SWITCHES)
        yield browser
        browser.close()


def opened(chromium, address, *, width=390, elder="", session="", language="", bypass=False):
    context = chromium.new_context(viewport={"width": width, "height": 844}, locale="zh-CN", bypass_csp=bypass)
    cookies = [{"name": "elder", "value": elder, "url": address}] if elder else []
    if language:
        cookies.append({"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": address})
    if session:
        cookies.append({"name": settings.SESSION_COOKIE_NAME, "value": session, "url": address})
    context.add_cookies(cookies)
    page = context.new_page()
    page.said = []
    page.on("console", lambda message: page.said.append(message.text))
    page.on("request", lambda request: page.said.append(request.url) if not request.url.startswith(address) else None)
    return page


@pytest.fixture
def county(transactional_db):
    return worlds.full(clock.now())


@pytest.mark.parametrize(
    ("width", "elder", "language"),
    [(390, "", ""), (390, "30", "en"), (390, "", "en"), (1366, "", "zh-hant"), (1366, "18", "")],
)
def test_no_page_breaks_a_serious_rule_or_the_screen(chromium, live_server, county, page, width, elder, language):
    notice = page("关于龙泉街道综合文化站闭站检修的公告", body="<h2>时间</h2><p>三天</p>")
    session = logged_in(county.lin).cookies[settings.SESSION_COOKIE_NAME].value
    base = live_server.url
    axe = opened(chromium, base, width=width, elder=elder, session=session, language=language, bypass=True)
    wrong = {}
    for name, address in (addresses(county, notice) | OWN).items():
        axe.goto(f"{base}{address}")
        axe.evaluate(AXE)
        found = axe.evaluate(SERIOUS)
        if axe.evaluate("document.documentElement.scrollWidth") > width:
            found.append(["wider than the screen", []])
        if found:
            wrong[name] = found
    assert wrong == {}


def test_pages_keep_the_policy_and_ask_nobody_else(chromium, live_server, county, page):
    notice = page("公告")
    session = logged_in(county.lin).cookies[settings.SESSION_COOKIE_NAME].value
    reader = opened(chromium, live_server.url, session=session)
    for address in addresses(county, notice).values():
        reader.goto(f"{live_server.url}{address}")
    assert reader.said == []


def test_a_ticket_once_opened_is_there_without_a_network_until_log_out(chromium, live_server, county):
    session = logged_in(county.lin).cookies[settings.SESSION_COOKIE_NAME].value
    base = live_server.url
    ticket = f"{base}/me/bookings/510112/{county.ticket.pk}/"
    reader = opened(chromium, base, session=session)
    reader.goto(base)
    reader.evaluate("navigator.serviceWorker.ready.then(() => true)")
    reader.reload()
    reader.wait_for_function("navigator.serviceWorker.controller !== null")
    reader.goto(ticket)
    reader.wait_for_function(
        "caches.open('qunwen-pages').then((c) => c.keys()).then((k) => k.some((r) => r.url.endsWith('.css')))"
    )
    reader.context.set_offline(True)
    reader.goto(ticket)
    expect(reader.get_by_text(county.ticket.typed_code)).to_be_visible()
    expect(reader.locator(".ticket-code svg")).to_be_visible()
    reader.goto(f"{base}/me/bookings/")
    expect(reader.get_by_role("heading", name="现在没有网络")).to_be_visible()
    reader.context.set_offline(False)
    reader.goto(f"{base}/me/")
    reader.get_by_role("button", name="退出登录").click()
    reader.wait_for_url(f"{base}/")
    reader.context.set_offline(True)
    reader.goto(ticket)
    expect(reader.get_by_role("heading", name="现在没有网络")).to_be_visible()


def test_a_resident_signs_up_on_a_phone(chromium, live_server, county):
    session = logged_in(county.third).cookies[settings.SESSION_COOKIE_NAME].value
    reader = opened(chromium, live_server.url, session=session)
    reader.goto(f"{live_server.url}/search/?q=书法")
    reader.get_by_role("link", name="成人书法课").click()
    reader.get_by_role("link", name="报名这一场").first.click()
    reader.get_by_role("button", name="报名这一场").click()
    expect(reader.get_by_text("报名成功")).to_be_visible()
    reader.get_by_role("link", name="不能去了，取消报名").click()
    reader.get_by_role("button", name="取消报名").click()
    expect(reader.get_by_text("已取消报名").first).to_be_visible()
