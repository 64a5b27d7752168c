"""A half-year report: what its figures are, what its document says, what its bundle holds."""

import datetime as dt
import json
import re
from fractions import Fraction

import docx
import pytest

from qunwen.base.journal.models import JournalEntry
from qunwen.base.papers.marks import mark_name, read_figures
from qunwen.base.scope import context
from qunwen.base.scope.asking import Forbidden
from qunwen.governance.reports import actions, queries, sealing, verifying
from qunwen.governance.reports.models import Report

from .conftest import EAST, FIVE, HELD, LATER, NORTH

THIS = [row for row in HELD if row[3] == 2026 and row[1] <= 6]
LAST = [row for row in HELD if row[3] == 2025]


def figures(folder):
    return {row["id"]: row for row in json.loads((folder / "figures.json").read_text(encoding="utf-8"))}


def people(rows):
    return sum(sum(row[6].values()) for row in rows)


def text_of(folder):
    document = docx.Document(str(folder / "半年工作总结.docx"))
    tables = ["".join(t.itertext()) for t in document.element.body.iter("{*}tbl")]
    return "\n".join(["".join(p._p.itertext()) for p in document.paragraphs] + tables)


def test_totals_are_those_of_the_records(made):
    found = figures(made.folder)
    assert (found["held"]["number"], found["held"]["records"]) == (len(THIS), len(THIS))
    assert found["held_last"]["number"] == len(LAST)
    assert found["attendance"]["number"] == people(THIS)
    assert found["attendance_last"]["number"] == people(LAST)
    assert (found["planned"]["number"], found["planned_held"]["number"], found["planned_open"]["number"]) == (3, 2, 1)
    assert found["per_head"]["number"], found["per_head"]["whole"] == (people(THIS), 900)
    assert found["plan_rate"]["shown"] == "66.7"


def test_splits_add_up_and_missing_is_not_zero(made):
    found = figures(made.folder)

    def split(code):
        return {row["key"]: row["number"] for row in found.values() if row["code"] == code}

    assert {k: n for k, n in split("held_kind").items() if n} == {
        "reading": 1, "performance": 2, "exhibition": 1, "lecture": 1,
    }  # fmt: skip
    assert split("held_host") == {"city": 0, "county": 0, "town": 2, "village": 3}
    assert split("held_month") == {
        "2026-01": 1, "2026-02": None, "2026-03": None, "2026-04": 2, "2026-05": 1, "2026-06": 1,
    }  # fmt: skip
    assert split("held_village") == {EAST: 3, NORTH: 1, FIVE: 1, "510112002002": None}
    assert split("attendance_group") == {"child": 7, "youth": 8, "adult": 171, "elder": 29, "unknown": 51}
    assert (found["expected"]["number"], found["reported"]["number"], found["missing"]["number"]) == (4, 3, 1)
    assert found["held"]["missing"] == ["510112002002"]
    assert found["per_head_town.510112002"]["shown"] == "缺"


def test_shares_shown_add_up_to_a_hundred(made):
    found = figures(made.folder)
    for code in ("held_kind_share", "held_host_share", "attendance_group_share", "attendance_grade_share"):
        shown = [Fraction(row["shown"]) for row in found.values() if row["code"] == code]
        assert sum(shown) == 100, code


def test_document_says_what_the_figures_say(made):
    text = text_of(made.folder)
    for words in (
        "2026年上半年，龙泉驿区举办群众文化活动5场次，同比增长（150.0%）",
        "一、总体情况", "二、分类情况", "三、分级情况", "四、分月情况", "五、人均与到达情况", "六、较好与缺报的地方",
        "七、与上年同期、计划比较", "八、问题和下一步", "2月、3月没有报来记录，按缺数处理", "洪河社区",
        "龙泉驿区文化体育和旅游局", "2026年7月5日",
    ):  # fmt: skip
        assert words in text, words


def test_every_figure_in_the_document_is_marked_and_opens_on_the_desk(made):
    found = figures(made.folder)
    marks = {mark_name(i): i for i in found}
    printed = list(read_figures(made.folder / "半年工作总结.docx"))
    assert len(printed) > 100
    for each in printed:
        row = found[marks[each.mark]]
        assert (each.text, each.url) == (row["shown"], row["url"])
        assert each.url.startswith("https://qunwen.example/desk/figures/?measure=activities.")
    # Nothing that looks like a figure stands in a sentence unmarked.
    document = docx.Document(str(made.folder / "半年工作总结.docx"))
    plain = "".join(run.text for p in document.paragraphs if p.style.name == "Body Text" for run in p.runs)
    assert re.findall(r"\d+(?:\.\d+)?(?=场次|人次|项|篇|个|%)", plain) == []


def test_the_report_is_recorded_and_sealed(made):
    report = made.report
    assert report.manifest_sha256 == sealing.file_sha256(made.folder / "manifest.json")
    assert (report.reported, report.expected, report.made_by) == (3, 4, "赵静")
    entry = JournalEntry.unscoped.get(county="510112", code="reports.report.made")
    assert entry.after["manifest_sha256"] == report.manifest_sha256
    outcome = verifying.verify(made.folder)
    assert (outcome.problems, outcome.manifest_sha256) == ((), report.manifest_sha256)


def test_the_same_records_give_the_same_figures(made, county):
    with context.everything(reason="test"):
        again = actions.make_report(
            place=county.places["510112"], period="2026H1", by=county.officer, at=LATER + dt.timedelta(hours=1)
        )
    other = queries.folder_of("510112", again.pk)
    assert (other / "figures.json").read_bytes() == (made.folder / "figures.json").read_bytes()


def test_a_county_without_records_gets_a_report_that_says_so(county):
    with context.everything(reason="test"):
        report = actions.make_report(place=county.places["610327"], period="2026H1", by=county.officer, at=LATER)
    folder = queries.folder_of("610327", report.pk)
    found = figures(folder)
    assert (found["held"]["shown"], found["held_growth"]["shown"], report.reported) == ("缺", "缺", 0)
    assert verifying.verify(folder).problems == ()
    assert "数据缺报" in text_of(folder)


@pytest.mark.parametrize("period", ["2026", "2026Q1", "2026-05", "2027H1", "x"])
def test_another_period_is_refused_and_nothing_is_left(county, period):
    with context.everything(reason="test"), pytest.raises(ValueError, match=r"2026H1|没有开始"):
        actions.make_report(place=county.places["510112"], period=period, by=county.officer, at=LATER)
    assert Report.unscoped.filter(county="510112").count() == 0
    assert not queries.folder_of("510112", county.bureau.pk).parent.exists()


def test_a_town_has_no_half_year_report(county):
    with context.everything(reason="test"), pytest.raises(actions.ReportRefused):
        actions.make_report(place=county.places["510112001"], period="2026H1", by=county.officer, at=LATER)


def test_making_needs_the_permission(county):
    with context.opened(context.staff({})), pytest.raises(Forbidden):
        actions.make_report(place=county.places["510112"], period="2026H1", by=county.officer, at=LATER)


def test_spoiling_a_bundle_does_not_reach_the_house(made, county):
    (made.folder / "data" / "2026-01.parquet").write_bytes(b"x")
    assert not verifying.verify(made.folder).ok
    with context.everything(reason="test"):
        again = actions.make_report(
            place=county.places["510112"], period="2026H1", by=county.officer, at=LATER + dt.timedelta(hours=1)
        )
    assert verifying.verify(queries.folder_of("510112", again.pk)).ok
