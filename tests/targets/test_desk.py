"""Targets on the desk: list, one target, splitting with its preview, and who may what."""

from fractions import Fraction

import pytest
from django.urls import reverse

from qunwen.base.measures.periods import Period
from qunwen.base.places.models import Population
from qunwen.base.scope import clock, context, writing
from qunwen.governance.targets import queries
from qunwen.governance.targets.models import Target
from tests.desk.people import TOWN, VILLAGE

# Pages and pure rules speak no SQL of their own: what they call runs on both databases.
pytestmark = pytest.mark.once

OTHER = "510112002"


@pytest.fixture
def year():
    return Period.of(str(clock.today().year))


@pytest.fixture
def people(county):
    """Residents at last year's end: two in three live in the first town."""
    with writing.allowed("test"):
        for code, number in ((TOWN, 20_000), (OTHER, 10_000)):
            Population.unscoped.create(
                place=county.places[code], year=clock.today().year - 1, group="total", basis="resident", number=number,
                source="试验", grade="C",
            )  # fmt: skip


def parts_of(target):
    with context.everything(reason="test"):
        return {part.holder: part.value for part in queries.parts_of(target)}


def of(name, target):
    return reverse(f"targets:{name}", args=[target.county, target.pk])


def test_the_list_says_how_far_each_is_in_words(desk, aim, year):
    aim(period=year.code)
    text = desk("county_officer", "510112").get(reverse("targets:list")).content.decode()
    assert ("不低于 100 场" in text, "约束性" in text, "还没有数，不能判断。" in text) == (True, True, True)


def test_a_target_is_set_and_opens(desk, year):
    browser = desk("county_officer", "510112")
    sent = {
        "code": "library.books_per_head", "place": "510112", "period": year.code, "nature": "binding", "comparison": ">=",
        "value": "0.6", "baseline": "0.5", "department": "", "points": "",
    }  # fmt: skip
    answer = browser.post(reverse("targets:add") + "?place=510112", sent)
    assert answer.status_code == 302
    assert "不低于 0.6 册/人" in browser.get(answer.url).content.decode()


def test_a_path_that_cannot_be_read_is_told_with_its_line(desk, year):
    sent = {
        "code": "activities.held_total", "place": "510112", "period": year.code, "nature": "binding", "comparison": ">=",
        "value": "100", "points": f"{year.code}-06-30 40\n六月底 50",
    }  # fmt: skip
    answer = desk("county_officer", "510112").post(reverse("targets:add") + "?place=510112", sent)
    assert answer.status_code == 422
    assert "第 2 行看不懂，请写成“2026-06-30 500”：日期、空格、到这天应达到的数。" in answer.content.decode()


def test_the_preview_divides_by_population_and_adds_up(desk, aim, year, people):
    target = aim(value=100, period=year.code)
    browser = desk("county_officer", "510112")
    text = browser.get(of("split", target) + "?to=town&by=population").content.decode()
    assert ('value="67"' in text, 'value="33"' in text, "100 场" in text) == (True, True, True)
    sent = {"to": "town", "by": "population", f"value:{TOWN}|": "67", f"value:{OTHER}|": "33"}
    assert browser.post(of("split", target), sent).status_code == 302
    assert parts_of(target) == {"龙泉街道": 67, "大面街道": 33}


def test_parts_typed_by_hand_that_do_not_add_up_are_refused_and_kept(desk, aim, year):
    target = aim(value=100, period=year.code)
    sent = {"to": "town", "by": "hand", f"value:{TOWN}|": "60", f"value:{OTHER}|": "39"}
    answer = desk("county_officer", "510112").post(of("split", target), sent)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert ("各部分合计 99，比总目标 100 少 1。" in text, 'value="60"' in text, 'value="39"' in text) == (
        True,
        True,
        True,
    )
    assert parts_of(target) == {}


def test_population_that_nobody_has_recorded_is_said_not_taken_for_nothing(desk, aim, year):
    target = aim(value=100, period=year.code)
    text = desk("county_officer", "510112").get(of("split", target) + "?to=town&by=population").content.decode()
    assert "有 2 处没有可以依据的数" in text


def test_departments_get_their_parts(desk, aim, year):
    target = aim(value=10, period=year.code)
    sent = {
        "to": "department",
        "by": "equal",
        "names": "教育局\n体育局",
        "value:510112|教育局": "5",
        "value:510112|体育局": "5",
    }
    assert desk("county_officer", "510112").post(of("split", target), sent).status_code == 302
    assert parts_of(target) == {"龙泉驿区 · 教育局": 5, "龙泉驿区 · 体育局": 5}


def test_a_town_splits_its_own_further_and_nothing_else(desk, aim, year):
    own, foreign = aim(value=10, place=TOWN, period=year.code), aim(value=10, place=OTHER, period=year.code)
    browser = desk("town_station", TOWN)
    sent = {"to": "village", "by": "hand", f"value:{VILLAGE}|": "4", "value:510112001002|": "6"}
    assert browser.post(of("split", own), sent).status_code == 302
    assert parts_of(own) == {"东街社区": 4, "北干道社区": 6}
    assert browser.get(of("page", foreign)).status_code == 404
    assert browser.get(of("change", own)).status_code == 403
    assert browser.get(reverse("targets:add")).status_code == 403


def test_a_village_worker_reads_only(desk, aim, year):
    target = aim(value=10, place=VILLAGE, period=year.code)
    browser = desk("village_worker", VILLAGE)
    assert browser.get(of("page", target)).status_code == 200
    assert [browser.get(of(name, target)).status_code for name in ("change", "split", "withdraw")] == [403] * 3


def test_a_change_needs_a_reason_and_stands_in_the_record(desk, aim, year):
    target = aim(period=year.code)
    browser = desk("county_officer", "510112")
    sent = {"value": "120", "nature": "binding", "comparison": ">=", "behaviour": "flow", "baseline": "", "points": ""}
    assert browser.post(of("change", target), {**sent, "reason": ""}).status_code == 422
    assert browser.post(of("change", target), {**sent, "reason": "区里加压"}).status_code == 302
    text = browser.get(of("page", target)).content.decode()
    assert ("区里加压" in text, "第 2 版" in text, "不低于 120 场" in text) == (True, True, True)


def test_withdrawing_leaves_the_record(desk, aim, year):
    target = aim(period=year.code)
    browser = desk("county_officer", "510112")
    assert browser.post(of("withdraw", target), {"reason": "任务取消"}).status_code == 302
    assert "已撤销" in browser.get(of("page", target)).content.decode()
    with context.everything(reason="test"):
        assert Target.objects.get(county=target.county, pk=target.pk).value == Fraction(100)


@pytest.mark.parametrize("number", [1, 3])
def test_a_list_asks_as_many_questions_for_three_targets_as_for_one(
    desk, aim, year, django_assert_max_num_queries, number
):
    for code in ("activities.held_total", "activities.attendance_total", "media.reports_total")[:number]:
        aim(code, period=year.code)
    browser = desk("county_officer", "510112")
    browser.get(reverse("targets:list"))
    with django_assert_max_num_queries(60):
        browser.get(reverse("targets:list"))


def test_other_addresses_are_not_there(desk):
    browser = desk("county_officer", "510112")
    for query in ("place=610327", "place=x", "period=2026H3", "place=999999999999"):
        assert browser.get(reverse("targets:list") + f"?{query}").status_code == 404
