"""The gallery in a real Chromium: accessible, within the policy, targets large enough, nothing too wide."""

from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

AXE = (Path(__file__).resolve().parents[1] / "vendor/axe-core-4.14.1/axe.min.js").read_text("utf-8")
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
# Links inside running text and tables are exempt (WCAG 2.5.8, inline).
SMALL_TARGETS = """(least) => [...document.querySelectorAll("a, button, summary, input:not([type=hidden]), select")]
  .filter((e) => !e.closest("p, td, .card-title, .skip-link") && !["radio", "checkbox"].includes(e.type))
  .map((e) => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
  .filter(([, box]) => box.height > 0 && box.height < least - 0.5).map(([html]) => html)"""
MAIN_TEXT = "() => parseFloat(getComputedStyle(document.querySelector('main .alert p')).fontSize)"

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=SWITCHES)
        yield browser
        browser.close()


def open_gallery(chromium, address, *, width, elder="", bypass=False):
    context = chromium.new_context(viewport={"width": width, "height": 800}, locale="zh-CN", bypass_csp=bypass)
    if elder:
        context.add_cookies([{"name": "elder", "value": elder, "url": address}])
    page = context.new_page()
    page.said = []
    page.on("console", lambda message: page.said.append(message.text))
    page.on("request", lambda request: page.said.append(request.url) if not request.url.startswith(address) else None)
    page.goto(f"{address}/ui/gallery/")
    return page


@pytest.mark.parametrize("width", [390, 1366])
@pytest.mark.parametrize("elder", ["", "18", "30"])
def test_gallery_breaks_no_accessibility_rule(chromium, house_address, width, elder):
    page = open_gallery(chromium, house_address, width=width, elder=elder, bypass=True)
    page.evaluate(AXE)
    found = page.evaluate("axe.run()")["violations"]
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == []


@pytest.mark.parametrize(("elder", "least", "text"), [("", 44, 16), ("18", 60, 18), ("30", 60, 30)])
def test_targets_and_text_are_as_large_as_promised(chromium, house_address, elder, least, text):
    page = open_gallery(chromium, house_address, width=390, elder=elder)
    assert page.evaluate(SMALL_TARGETS, least) == []
    assert page.evaluate(MAIN_TEXT) == text


@pytest.mark.parametrize("width", [320, 390, 1366])
@pytest.mark.parametrize("elder", ["", "30"])
def test_page_is_never_wider_than_the_screen(chromium, house_address, width, elder):
    page = open_gallery(chromium, house_address, width=width, elder=elder)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_gallery_keeps_the_policy_and_asks_nobody_else(chromium, house_address):
    assert open_gallery(chromium, house_address, width=1366).said == []


def test_elder_mode_is_switched_by_its_button_and_stays(chromium, house_address):
    page = open_gallery(chromium, house_address, width=390)
    page.get_by_role("button", name="长辈版").click()
    page.wait_for_selector("html.elder-18")
    page.reload()
    page.get_by_role("button", name="退出长辈版").click()
    page.wait_for_selector("html:not(.elder)")


def test_language_is_switched_without_an_account(chromium, house_address):
    page = open_gallery(chromium, house_address, width=1366)
    page.locator("summary", has=page.locator("[aria-label=语言]")).click()
    page.get_by_role("button", name="English").click()
    page.wait_for_selector("html[lang=en]")
    assert page.get_by_role("link", name="Skip to content").count() == 1


def test_form_is_sent_once_when_tapped_twice(chromium, house_address):
    page = open_gallery(chromium, house_address, width=390)
    page.evaluate(
        "document.addEventListener('submit', (e) => { window.sent = (window.sent || 0) + !e.defaultPrevented; e.preventDefault(); })"
    )
    button = page.locator(".elder-switch")
    button.click()
    button.click()
    assert page.evaluate("window.sent") == 1


def test_page_not_kept_says_so_when_the_network_is_gone(chromium, house_address):
    page = open_gallery(chromium, house_address, width=390)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    page.context.set_offline(True)
    page.goto(f"{house_address}/somewhere/")
    assert page.get_by_role("heading", name="现在没有网络").is_visible()
    assert page.locator(".site-name").is_visible()
    page.context.set_offline(False)
