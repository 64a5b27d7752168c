"""The dashboard on the desk: what is shown, to whom, and that every number opens."""

import html
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

# Pages and pure rules speak no SQL of their own: what they call runs on both databases.
pytestmark = pytest.mark.once

EAST = "510112001001"
FIRST_HALF = {"place": "510112", "period": "2026H1"}


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def shown(client, **given):
    answer = client.get(reverse("dashboards:show"), given)
    assert answer.status_code == 200
    return answer


def number(reading):
    return None if reading.value is None else int(reading.value)


@pytest.fixture
def after(monkeypatch, settings):
    """A day on which the first half of 2026 is over."""
    from qunwen.base.scope import clock
    from tests.reports.conftest import LATER

    monkeypatch.setattr(clock, "now", lambda: LATER)


def test_the_dashboard_shows_cards_months_kinds_towns_and_what_is_missing(log_in, after):
    answer = shown(log_in("510112"), **FIRST_HALF)
    found = answer.context["found"]
    assert [(c.now.subject.title, number(c.now), number(c.last_year.then)) for c in found.cards][:4] == [
        ("计划活动", 3, None), ("举办活动", 5, 2), ("参加人次", 266, 53), ("媒体报道", None, None),
    ]  # fmt: skip
    assert [(c.now.reported, c.now.expected) for c in found.cards][1] == (3, 4)
    assert [number(r) for r in found.trend.months][6:] == [1, None, None, 2, 1, 1]
    assert [number(r) for r in found.trend.year_before][8:] == [1, None, None, 1]
    assert [(label, number(r)) for label, r in found.kinds] == [
        ("文艺演出", 2), ("文化鉴赏及展览", 1), ("讲座", 1), ("读书看报", 1),
    ]  # fmt: skip
    assert [(b.entry.rank, b.place.name, number(b.now), b.now.reported, b.now.expected) for b in found.below] == [
        (1, "龙泉街道", 4, 2, 2), (2, "大面街道", 1, 1, 2),
    ]  # fmt: skip
    assert found.missing == (("洪河社区", "510112002002"),)
    assert sum(found.days.counts.values()) == 5
    text = text_of(answer)
    for words in ("缺数", "斜线表示缺数，不是零", "已报 3，应报 4", "2026年上半年", "数据不全"):
        assert words in text
    assert "增长" not in text


def test_the_shares_of_a_table_add_up_to_a_hundred(log_in, after):
    rows = shown(log_in("510112"), **FIRST_HALF, code="activities.attendance").context["kind_rows"]
    assert sum(round(float(share) * 10) for _label, _reading, share in rows) == 1000


def test_every_number_of_the_dashboard_opens(log_in):
    client = log_in("510112")
    page = shown(client, **FIRST_HALF).content.decode()
    spans = re.findall(r'(<a [^>]*>)?<span class="number"', page)
    assert spans
    assert all(spans)
    figures = {html.unescape(u) for u in re.findall(r'href="(/desk/figures/\?[^"]+)"', page)}
    assert len(figures) > 30
    for url in sorted(figures)[::5]:
        assert client.get(url).status_code == 200, url


def test_a_town_sees_itself_and_its_villages_only(log_in):
    client = log_in("510112001", "town_station")
    answer = shown(client, period="2026H1")
    assert answer.context["place"].pk == "510112001"
    assert [row.place.pk for row in answer.context["found"].below] == [EAST, "510112001002"]
    assert shown(client, place=EAST, period="2026H1").context["found"].below == ()
    for page in ("show",):
        for code in ("510112", "510112002", "51", "610327", "999999", "x", "5101120"):
            answer = client.get(reverse(f"dashboards:{page}"), {"place": code})
            assert answer.status_code == 404
            assert "大面街道" not in answer.content.decode()


@pytest.mark.parametrize(("role", "place"), [("city_officer", "5101"), ("province_officer", "51")])
def test_city_and_province_roll_up_what_lies_below_them(log_in, role, place):
    client = log_in(place, role)
    found = shown(client, place=place, period="2026H1").context["found"]
    assert number(found.front.now) == 5
    assert [(row.place.pk, number(row.now)) for row in found.below] == [(found.below[0].place.pk, 5)]
    assert client.get(reverse("dashboards:show"), {"place": "61"}).status_code == 404


WRONG = (
    ({"period": "2026H3"}, "看不懂的时期"), ({"period": "x"}, "看不懂的时期"), ({"period": "2026-13"}, "看不懂的时期"),
    ({"period": "1066"}, "没有这么远的时期"), ({"theme": "x"}, "没有“x”这个主题"), ({"code": "y"}, "没有“y”这项指标"),
    ({"hierarchy": "z"}, "没有“z”这个体系"),
)  # fmt: skip


def test_a_wrong_address_is_answered_in_plain_words(log_in):
    client = log_in("510112")
    for given, words in WRONG:
        answer = client.get(reverse("dashboards:show"), given)
        assert (answer.status_code, words in answer.content.decode()) == (400, True), given


@pytest.mark.parametrize("period", ["2025Q4", "2030H2"])
def test_other_periods_are_shown(log_in, period):
    shown(log_in("510112"), place="510112", period=period)


@pytest.mark.parametrize("code", ["activities.media_reports", "activities.per_session"])
def test_each_subject_can_be_looked_at(log_in, code):
    found = shown(log_in("510112"), **FIRST_HALF, code=code).context["found"]
    assert {found.front.now.subject.code, found.trend.months[0].subject.code, found.below[0].now.subject.code} == {code}


def test_a_place_without_anything_says_what_will_be_here(log_in):
    answer = shown(log_in("610327"), place="610327", period="2026H1")
    assert number(answer.context["found"].front.now) is None
    assert "不是零" in text_of(answer)


def test_the_dashboard_takes_the_same_number_of_queries_for_any_number_of_rows(log_in):
    client = log_in("510112")
    counted = []
    for place in ("510112002", "510112"):
        shown(client, place=place, period="2026H1")
        with CaptureQueriesContext(connection) as queries:
            shown(client, place=place, period="2026H1")
        counted.append(len(queries))
    assert abs(counted[0] - counted[1]) <= 2  # the place's own trail


def test_without_a_login_nothing_is_shown(client, county):
    answer = client.get(reverse("dashboards:show"))
    assert (answer.status_code, "login" in answer["Location"]) == (302, True)
