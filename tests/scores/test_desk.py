"""Scores on the desk: rankings, points explained, entries with evidence, and who may what."""

import datetime as dt

import pytest
from django.urls import reverse

from qunwen.base.evidence import queries as evidence
from qunwen.base.scope import clock, context
from qunwen.governance.scores import actions
from qunwen.governance.scores.enums import EntryState
from qunwen.governance.scores.models import PublishedRanking, ScoreEntry
from qunwen.governance.scores.spans import Span
from tests.desk.people import COMMAND, TOWN, VILLAGE, photo

# Pages and pure rules speak no SQL of their own: what they call runs on both databases.
pytestmark = pytest.mark.once

SHEET = "village.yearly"


@pytest.fixture
def now():
    return clock.now()


@pytest.fixture
def absence(enter, now):
    """An absence of yesterday, this year or on the first of January the year's first day."""

    def run(**about):
        day = clock.day_of(now)
        return enter(day=about.pop("day", day), at=now, **about)

    return run


def ranking(**query):
    return reverse("scores:ranking", args=[SHEET]) + "?" + "&".join(f"{k}={v}" for k, v in query.items())


def test_the_ranking_names_every_village_with_its_points_and_rules(desk, absence):
    absence()
    text = desk("county_officer", "510112").get(ranking()).content.decode()
    assert text.count("东街社区") >= 1
    assert "30 分，每次（项）扣 6 分，扣完为止" in text
    assert "4 分，否则得 -1 分" in text


def test_every_point_of_a_village_opens_to_its_entry(desk, absence):
    row = absence(title="缺席重阳演出")
    browser = desk("village_worker", VILLAGE)
    page = browser.get(reverse("scores:subject", args=[SHEET, VILLAGE]))
    address = reverse("scores:entry", args=["510112", row.pk])
    assert f'href="{address}"' in page.content.decode()
    assert "缺席重阳演出" in browser.get(address).content.decode()


@pytest.mark.parametrize(("role", "place"), [("village_worker", VILLAGE), ("town_station", TOWN)])
def test_another_place_is_not_there(desk, absence, role, place):
    row = absence(place="510112002001")
    browser = desk(role, place)
    assert browser.get(reverse("scores:subject", args=[SHEET, "510112002001"])).status_code == 404
    assert browser.get(reverse("scores:entry", args=["510112", row.pk])).status_code == 404
    assert browser.get(ranking(place="510112")).status_code == 404


@pytest.mark.parametrize("span", ["2026H1", "2026-01", "x", "2025-2026", "0000"])
def test_a_span_of_another_length_is_not_there(desk, span):
    assert desk("county_officer", "510112").get(ranking(span=span)).status_code == 404


def test_an_entry_is_made_with_its_photograph(desk, now):
    browser = desk("county_officer", "510112")
    address = reverse("scores:add", args=[SHEET]) + "?item=activities&place=510112"
    sent = {
        "title": "缺席村歌比赛",
        "place": VILLAGE,
        "day": clock.day_of(now),
        "number": "2",
        "note": "",
        "photos": photo(),
    }
    assert browser.post(address, sent).status_code == 302
    with context.everything(reason="test"):
        row = ScoreEntry.objects.get(county="510112")
        assert (row.value, row.state, row.unit_id) == (2, EntryState.COUNTED, browser.staff.unit_id)
        assert evidence.of(row).count() == 1


def test_a_wrong_entry_is_refused_at_its_field_and_nothing_typed_is_lost(desk, now):
    browser = desk("county_officer", "510112")
    address = reverse("scores:add", args=[SHEET]) + "?item=activities&place=510112"
    tomorrow = clock.day_of(now) + dt.timedelta(days=1)
    sent = {"title": "缺席村歌比赛", "place": VILLAGE, "day": tomorrow, "number": "1.5", "note": "说明文字"}
    answer = browser.post(address, sent)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert ("发生日期不能在今天以后。" in text, "数量要写 1 到 10000 的整数。" in text, "说明文字" in text) == (
        True,
        True,
        True,
    )


def test_a_village_worker_reads_and_does_not_enter(desk, absence):
    row = absence()
    browser = desk("village_worker", VILLAGE)
    for name in ("correct", "withdraw", "decide", "finish"):
        assert browser.get(reverse(f"scores:{name}", args=["510112", row.pk])).status_code == 403
    assert browser.get(reverse("scores:add", args=[SHEET])).status_code == 403
    assert browser.get(reverse("scores:publish", args=[SHEET])).status_code == 403


def test_an_entry_is_corrected_with_its_evidence_and_the_old_one_leads_to_the_new(desk, absence, now):
    row = absence(number=2)
    browser = desk("county_officer", "510112")
    browser.post(reverse("scores:evidence", args=["510112", row.pk]), {"photos": photo()})
    sent = {"title": row.title, "day": row.day, "number": "1", "note": "", "reason": "数错了"}
    answer = browser.post(reverse("scores:correct", args=["510112", row.pk]), sent)
    assert answer.status_code == 302
    assert answer.url in browser.get(reverse("scores:entry", args=["510112", row.pk])).content.decode()
    with context.everything(reason="test"):
        assert evidence.of(ScoreEntry.objects.get(county="510112", state="counted")).count() == 1


def test_an_entry_is_withdrawn_with_its_reason(desk, absence):
    row = absence()
    browser, address = desk("county_officer", "510112"), reverse("scores:withdraw", args=["510112", row.pk])
    assert browser.post(address, {"reason": ""}).status_code == 422
    assert browser.post(address, {"reason": "记错了村"}).status_code == 302
    row.refresh_from_db()
    assert row.state == EntryState.WITHDRAWN


def test_an_adoption_waits_until_the_reviewer_decides(desk, absence):
    row = absence(item="innovation", category="prize", title="区级一等奖")
    browser, address = desk("reviewer", "510112"), reverse("scores:decide", args=["510112", row.pk])
    assert browser.post(address, {"adopted": "no", "reason": ""}).status_code == 422
    assert browser.post(address, {"adopted": "yes", "reason": ""}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.decided_by_name) == (EntryState.COUNTED, "王敏")


def test_a_duty_is_finished_on_its_page(desk, absence, now):
    day = clock.day_of(now)
    row = absence(item="returns", title="月报", day=day, due=day)
    assert desk("county_officer", "510112").post(
        reverse("scores:finish", args=["510112", row.pk]), {"done": day}
    ).status_code == 302  # fmt: skip
    row.refresh_from_db()
    assert row.done == day


def test_a_published_ranking_is_for_everybody_in_the_county_and_says_what_has_changed(desk, absence, now, county):
    row = absence()
    browser = desk("county_officer", "510112")
    span = Span.holding(clock.day_of(now), every="year")
    address = reverse("scores:publish", args=[SHEET]) + f"?place=510112&span={span.code}"
    assert browser.post(address, {}).status_code == 422
    answer = browser.post(address, {"sure": "on"})
    assert answer.status_code == 302
    assert "公布以后背后的事项没有变化" in browser.get(answer.url).content.decode()
    with context.everything(reason="test"):
        actions.withdraw_entry(entry=row, reason="记错了村", by=COMMAND, at=now)
        assert PublishedRanking.objects.filter(county="510112").count() == 1
    assert "公布后有变化，现在 60 分" in browser.get(answer.url).content.decode()
    assert desk("village_worker", VILLAGE, "李娜").get(answer.url).status_code == 200
    assert desk("county_officer", "610327", "张伟").get(answer.url).status_code == 404


def test_the_list_names_the_sheets_that_score_ones_own_places(desk):
    text = desk("village_worker", VILLAGE).get(reverse("scores:list")).content.decode()
    assert ("村（社区）文化工作年度评分" in text, "示范区信息宣传评分" in text) == (True, False)
