"""From what places report to the verdict and back: the whole way, through files and engine."""

import datetime as dt

import pytest
from django.urls import reverse

from qunwen.base.journal.actors import Actor
from qunwen.base.measures import declare
from qunwen.base.measures.periods import Period
from qunwen.base.places.models import Population
from qunwen.base.scope import writing
from qunwen.governance.indicators.enums import Verdict
from qunwen.governance.norms import judging, queries, words
from qunwen.governance.returns import actions as returns
from qunwen.governance.returns.actions import Said

from .bases import COUNTY, TOWNS, VILLAGES

CODE = "demozone.west3.books_per_head"
BY = Actor(kind="command", id=None, name="命令行")
JULY = dt.datetime(2026, 7, 8, 2, 0, tzinfo=dt.UTC)
HALF = Period.of("2026H1")
HOLDINGS = ("library.holdings", "station.holdings", "village.holdings")


@pytest.fixture
def said(places, everything):
    """Report books of a place; only holdings are counted here."""
    with writing.allowed("test"):
        Population.unscoped.create(
            place=places[COUNTY], year=2025, group="total", basis="resident", number=1000, source="公报", grade="B"
        )

    def report(place, value, reason=""):
        code = HOLDINGS[{6: 0, 9: 1, 12: 2}[len(place)]]
        returns.report_value(
            place=places[place], period=HALF, said=Said(code, value=value, reason=reason), by=BY, at=JULY
        )

    with declare.only(*(declare.get(code) for code in HOLDINGS)):
        yield report


def test_reports_decide_the_verdict_and_a_correction_changes_it(said):
    def judged():
        (found,) = judging.judge(COUNTY, HALF, norms=[queries.norm(CODE)])
        return found.verdict, words.value_text(found), words.closing(found)

    assert judged() == (Verdict.UNDECIDED, "", "")
    said(COUNTY, 580)
    for place in (*TOWNS, *VILLAGES[:3]):
        said(place, 3)
    assert judged() == (Verdict.UNDECIDED, "0.595 册/人", "还差 5 册")
    said(VILLAGES[3], 4)
    assert judged() == (Verdict.NOT_MET, "0.599 册/人", "还差 1 册")
    said(VILLAGES[3], 5, reason="漏数一册")
    assert judged() == (Verdict.MET, "0.6 册/人", "")
    (found,) = judging.judge(COUNTY, HALF, norms=[queries.norm(CODE)], back=2)
    assert (found.since, found.since_further) == (HALF, False)


def test_the_cheapest_road_is_shown_with_what_to_do_where_and_for_how_much(said, log_in):
    said(COUNTY, 580)
    for place in (*TOWNS, *VILLAGES):
        said(place, 3)
    answer = log_in(COUNTY).get(f"{reverse('norms:road')}?place={COUNTY}&period={HALF.code}&go=1")
    text, found = answer.content.decode(), answer.context["found"]
    assert [(s.remedy.code, s.amount) for s in found.steps] == [("buy_village_books", 50)]
    assert found.plan.cost == 1500_00
    assert "已证明没有更省的办法" in text
    assert "配送图书到村（社区）室" in text
    assert "1,500 元" in text
    assert [title for title, _where in answer.context["cured"]] == [str(queries.norm(CODE).title)]
