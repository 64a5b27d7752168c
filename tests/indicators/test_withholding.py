"""Numbers of a few children: told at no place where they are fewer than five, nor by the rows behind them."""

import dataclasses
import re

import pytest

from qunwen.base.measures import declare
from qunwen.base.measures.enums import State
from qunwen.base.measures.periods import Period
from qunwen.governance.indicators import catalogue, opening
from qunwen.governance.indicators.opening import figure_url

from . import fed
from .fed import COUNTY, TOWN, VILLAGES

HALF = Period.of("2026H1")
TOTAL, EACH = "activities.attendance_total", "activities.per_session"


@pytest.fixture
def few(counted):
    """A village of three visitors beside one of forty; fewer than five are told to nobody."""
    first, second = counted.held[1].day, counted.held[2].day
    counted.put(
        "attended",
        fed.row("activities.attendance", VILLAGES[0], first, 1, n=1),
        fed.row("activities.attendance", VILLAGES[0], second, 2, n=2),
        fed.row("activities.attendance", VILLAGES[1], second, 40, n=3),
        fed.row("activities.attendance", VILLAGES[2], second, 4, n=4),
        fed.row("activities.attendance", VILLAGES[3], second, 5, n=5),
    )
    mine = [dataclasses.replace(m, withhold_below=5) for m in fed.measures(counted)]
    with declare.only(*mine, resolvers={"tests.event": fed.show}):
        yield


def told(place, code=TOTAL):
    """State and value of the figure at a place."""
    figure = opening.open_figure(code, place=place, period=HALF).figure
    return figure.state, figure.value


def test_one_to_four_are_withheld_and_five_are_told(few, everything):
    assert told(VILLAGES[0]) == (State.WITHHELD, None)
    assert told(VILLAGES[2]) == (State.WITHHELD, None)
    assert told(VILLAGES[3]) == (State.VALUE, 5)
    assert told(TOWN) == (State.VALUE, 43)
    assert told(COUNTY) == (State.VALUE, 52)


def test_a_ratio_of_a_withheld_number_is_withheld(few, everything):
    assert told(VILLAGES[0], EACH) == (State.WITHHELD, None)


def test_rows_behind_a_withheld_number_are_not_shown(few, everything):
    opened = opening.open_figure(TOTAL, place=VILLAGES[0], period=HALF)
    assert opened.rows(0).total == 0
    assert opening.open_figure(TOTAL, place=VILLAGES[1], period=HALF).rows(0).total == 1


def test_the_page_of_a_town_withholds_its_village(few, enter):
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", enter().get(figure_url(TOTAL, TOWN, HALF)).content.decode()))
    assert page.count("不公开") == 1


def test_what_is_counted_of_children_is_withheld():
    codes = ("afterschool.applied", "afterschool.served", "afterschool.attendance", "afterschool.exempted_children")
    assert {code: declare.get(code).withhold_below for code in codes} == dict.fromkeys(codes, 5)
    assert {e.measure for e in catalogue.elements().values()} >= set(codes[:3])
