"""The list: filters in the address, columns, export of exactly what is seen, several at once."""

import io

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qunwen.services.activities.enums import State
from qunwen.services.activities.models import Activity

from .people import TOWN, VILLAGE

LIST = "/desk/activities/"


def titles(answer):
    return [row.title for row, _tone, _cells in answer.context["rows"]]


def key(row):
    return f"{row.county}:{row.pk}"


def test_an_empty_list_says_what_will_be_there(desk):
    answer = desk().get(LIST)
    assert (answer.status_code, "还没有活动" in answer.content.decode()) == (200, True)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, ["书画展", "清明诗会"]),
        ({"kind": "exhibition"}, ["书画展"]),
        ({"q": "诗"}, ["清明诗会"]),
        ({"q": "qmsh"}, ["清明诗会"]),
        ({"q": "没有的"}, []),
        ({"state": "planned"}, ["书画展", "清明诗会"]),
        ({"state": "held"}, []),
        ({"place": VILLAGE}, ["清明诗会"]),
        ({"place": TOWN}, ["书画展", "清明诗会"]),
        ({"month": "2026-04"}, ["清明诗会"]),
        ({"year": "2026", "sort": "title"}, ["书画展", "清明诗会"]),
        (
            {"state": "x' OR 1=1", "place": "abc", "unit": "zz", "month": "2026-99", "sort": "evil"},
            ["书画展", "清明诗会"],
        ),
    ],
)
def test_filters_stand_in_the_address(desk, make, foreign, asked, expected):
    make("清明诗会", plan_year=2026, plan_month=4)
    make("书画展", place=TOWN, kind="exhibition", plan_year=2026, plan_month=10)
    assert sorted(titles(desk("town_station", TOWN).get(LIST, asked))) == sorted(expected)


def test_columns_are_chosen_and_remembered(desk, make):
    make()
    client = desk()
    client.get(LIST, {"cols": ["title", "unit"]})
    answer = client.get(LIST)
    assert [column.key for column in answer.context["picked"]] == ["title", "unit"]


@pytest.mark.parametrize("page", ["activities:list", "activities:plan", "activities:series_list"])
def test_lists_take_the_same_number_of_queries_with_one_row_and_three(desk, held, make, page):
    client = desk("town_station", TOWN)
    url = reverse(page)
    held(1, headcounts={"adult": 3})
    counts = []
    for more in (0, 2):
        if more:
            held(more, title="更多", headcounts={"adult": 3})
        client.get(url)
        with CaptureQueriesContext(connection) as seen:
            client.get(url)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_export_is_exactly_what_is_seen(desk, make, foreign):
    make("清明诗会", plan_year=2026, plan_month=4)
    make("=cmd|' /C calc'!A0", place=TOWN, plan_year=2026, plan_month=5)
    make("书画展", place=TOWN, plan_year=2025, plan_month=10)
    client = desk("town_station", TOWN)
    asked = {"year": "2026", "cols": ["title", "month"], "sort": "title"}
    body = b"".join(client.get(reverse("activities:export"), asked).streaming_content)
    rows = list(openpyxl.load_workbook(io.BytesIO(body)).active.iter_rows(values_only=True))
    assert rows[1] == ("活动名称", "计划月份", "区划代码")
    assert sorted(row[1] for row in rows[2:]) == ["2026-04", "2026-05"]
    assert [row for row in rows if str(row[0]).startswith("=")] == []
    lines = b"".join(client.get(reverse("activities:export_csv"), asked).streaming_content).decode("utf-8-sig")
    assert (len(lines.splitlines()), "陇县" in lines) == (3, False)


def test_several_at_once_each_stands_for_itself(desk, upcoming, make):
    ready, _session = upcoming()
    unready = make("没填完的")
    answer = desk().post(
        reverse("activities:bulk"), {"verb": "submit", "picked": [key(ready), key(unready)]}, follow=True
    )
    text = answer.content.decode()
    assert ("已办理 1 个活动" in text, "没填完的：" in text) == (True, True)
    states = dict(Activity.objects.model.unscoped.values_list("title", "state"))
    assert states == {"书法课": State.SUBMITTED, "没填完的": State.PLANNED}


def test_cancelling_several_needs_a_reason(desk, make):
    row = make()
    client = desk("town_station", TOWN)
    text = client.post(
        reverse("activities:bulk"), {"verb": "cancel", "picked": [key(row)]}, follow=True
    ).content.decode()
    assert "请写明原因" in text
    client.post(reverse("activities:bulk"), {"verb": "cancel", "picked": [key(row)], "reason": "下雨"})
    row = Activity.unscoped.get(pk=row.pk)
    assert (row.state, row.cancelled_reason) == (State.CANCELLED, "下雨")


def test_a_foreign_row_among_several_is_404_and_nothing_happens(desk, upcoming, foreign):
    ready, _session = upcoming()
    answer = desk("county_officer", "510112").post(
        reverse("activities:bulk"), {"verb": "submit", "picked": [key(ready), key(foreign.activity)]}
    )
    assert answer.status_code == 404
    assert set(Activity.unscoped.values_list("state", flat=True)) <= {State.PLANNED, State.HELD}


def test_who_may_not_export_is_told_why(desk, make):
    make()
    answer = desk("village_worker").get(reverse("activities:export"))
    assert (answer.status_code, "导出活动" in answer.content.decode()) == (403, True)
