"""The large screen: what it says, to whom; and its shape in a real Chromium and on paper."""

import re

import pytest
from django.db import connections
from django.urls import reverse
from playwright.sync_api import sync_playwright

from qunwen.base.places.models import Place
from qunwen.base.scope import writing

from .test_dashboard import FIRST_HALF, after, text_of  # noqa: F401

# Pages and pure rules speak no SQL of their own: what they call runs on both databases.
pytestmark = pytest.mark.once

SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
# What reaches over the edge of the page or of its own block.
SPILLED = """() => {
  const stage = document.getElementById("stage").getBoundingClientRect();
  const over = [...document.querySelectorAll("#stage > *")].filter(e => {
    const box = e.getBoundingClientRect();
    return box.right > stage.right + 1 || box.bottom > stage.bottom + 1 || e.scrollHeight > e.clientHeight + 2;
  });
  return over.map(e => e.className);
}"""


def test_the_screen_says_date_completeness_and_that_data_are_made_up(log_in, after, settings):  # noqa: F811
    client = log_in("510112")
    settings.QUNWEN_DEMO = True
    answer = client.get(reverse("dashboards:screen"), FIRST_HALF)
    text = text_of(answer)
    for words in (
        "龙泉驿区",
        "2026年上半年",
        "取数 2026-07-05",
        "已报 3 ，应报 4",
        "演示数据",
        "缺 1 个村（社区）",
        "斜线表示缺数",
    ):
        assert words in text
    assert [row.place.name for row in answer.context["found"].first] == ["龙泉街道", "大面街道"]
    settings.QUNWEN_DEMO = False
    assert "演示数据" not in text_of(client.get(reverse("dashboards:screen"), FIRST_HALF))


def test_every_number_of_the_screen_is_a_link(log_in, after):  # noqa: F811
    page = log_in("510112").get(reverse("dashboards:screen"), FIRST_HALF).content.decode()
    spans = re.findall(r'(<a [^>]*>)?<span class="number"', page)
    assert len(spans) >= 5
    assert all(spans)


def test_a_village_has_a_screen_without_places_below(log_in, after):  # noqa: F811
    answer = log_in("510112").get(reverse("dashboards:screen"), {"place": "510112001001", "period": "2026H1"})
    assert "没有下一级" in text_of(answer)


@pytest.mark.parametrize("page", ["screen", "analysis"])
def test_a_place_outside_the_scope_is_not_there(log_in, page):
    client = log_in("510112001", "town_station")
    for place in ("510112", "510112002", "610327", "x"):
        assert client.get(reverse(f"dashboards:{page}"), {"place": place}).status_code == 404
    assert client.get(reverse(f"dashboards:{page}"), {"period": "2026H9"}).status_code == 400


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_screen_is_sixteen_to_nine_in_any_window_and_one_sheet_of_paper(
    transactional_db, log_in, county, live_server, monkeypatch
):
    # Playwright runs an event loop in this thread; Django would refuse to reach the database from it.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with writing.allowed("test"):
        Place.unscoped.filter(pk="510112").update(name="特别长的名字的国家级经济技术开发区和文化生态保护实验区")
        Place.unscoped.filter(pk="510112001").update(name="龙泉山城市森林公园管理委员会临时代管街道")
    log_in("510112")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=SWITCHES)
        page = browser.new_page(base_url=live_server.url, locale="zh-CN")
        page.goto("/accounts/login/")
        page.get_by_role("textbox", name="用户名").fill("liming")
        page.get_by_label("密码").fill("longquan-2026-xiang")
        page.get_by_role("button", name="登录", exact=True).click()
        page.wait_for_url(lambda url: "/login/" not in url)
        for width, height in ((1920, 1080), (1366, 768), (1024, 768), (390, 844)):
            page.set_viewport_size({"width": width, "height": height})
            page.goto("/desk/dashboard/screen/?place=510112&period=2026H1")
            box = page.locator("#stage").bounding_box()
            assert box["width"] / box["height"] == pytest.approx(16 / 9, abs=0.01)
            assert min(width / box["width"], height / box["height"]) == pytest.approx(1, abs=0.01)
            edges = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
            assert edges == [width, height]
            assert page.evaluate(SPILLED) == []
        page.set_viewport_size({"width": 1920, "height": 1080})
        smallest = "Math.min(...[...document.querySelectorAll('#stage *')].filter(e => e.childElementCount == 0 && \
            !e.closest('svg') && e.textContent.trim()).map(e => parseFloat(getComputedStyle(e).fontSize)))"
        assert page.evaluate(smallest) >= 26  # read from five metres on a 55-inch screen
        sheet = page.pdf(prefer_css_page_size=True)
        assert re.findall(rb"/Count (\d+)", sheet) == [b"1"]
        width, height = (float(n) for n in re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", sheet).groups())
        assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (297, 210)
        browser.close()
    connections.close_all()
