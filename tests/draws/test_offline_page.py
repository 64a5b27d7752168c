"""The offline page in a real Chromium, opened from the disk without a network: it agrees with the script, also on what is wrong."""

from __future__ import annotations

import copy

import pytest
from playwright.sync_api import sync_playwright

from qunwen.services.draws import kernel

from .lists import SCRIPT, decided, random_file, written

SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
PAGE = SCRIPT.parent / "offline" / "verify_draw.html"
DRAWS = 12

pytestmark = [pytest.mark.browser]


@pytest.fixture(scope="module")
def page():
    """The page as a citizen keeps it: a file, with the network off."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=SWITCHES)
        context = browser.new_context(viewport={"width": 390, "height": 844}, offline=True)
        opened = context.new_page()
        opened.asked = []
        opened.on("request", lambda request: opened.asked.append(request.url))
        opened.goto(PAGE.as_uri())
        yield opened
        browser.close()


def test_page_agrees_with_the_script_on_a_dozen_random_draws(page):
    for number in range(DRAWS):
        file = random_file(number)
        assert page.evaluate("file => DRAW.resultsOf(file)", file) == kernel.results_of(file)


def test_page_finds_what_the_script_finds_in_the_same_words(page):
    for number in range(DRAWS):
        right = decided(number)
        changed = copy.deepcopy(right)
        one = changed["applications"][number % len(changed["applications"])]
        one["credit"] += 1
        forged = copy.deepcopy(changed)
        forged["applications"][number % len(changed["applications"])]["leaf"] = kernel.leaf_of(one)
        forged["list_hash"] = kernel.list_hash(forged)
        for file in (right, changed, forged, {**right, "results": right["results"][1:]}, {}):
            told = page.evaluate("([file, frozen]) => DRAW.check(file, frozen.list_hash, frozen)", [file, right])
            assert told == kernel.check(file, right["list_hash"], right)


def test_citizen_chooses_the_file_and_reads_the_answer(page, tmp_path):
    file = decided(7)
    mine = file["applications"][0]["id"]
    page.set_input_files("#file", written(tmp_path, file))
    page.fill("#mine", mine)
    page.click("button")
    page.wait_for_selector("#answer.good")
    assert page.inner_text("#answer").startswith("一致：")
    assert "签号" in page.inner_text("#more")
    file["applications"][0]["n"] += 1
    page.set_input_files("#file", written(tmp_path, file))
    page.click("button")
    page.wait_for_selector("#answer.bad")
    assert mine in page.inner_text("#answer")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert [url for url in page.asked if not url.startswith("file:")] == []


@pytest.mark.parametrize("text", ["", "abc", "课程" * 40, "x" * 119, "x" * 120, '\u2028"\\\n'])
def test_own_sha_256_is_the_real_one(page, text):
    assert page.evaluate("text => DRAW.sha(text)", text) == kernel.sha(text)
