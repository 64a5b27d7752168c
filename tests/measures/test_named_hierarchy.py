"""Figures over a named hierarchy against a plain walk upwards, and last year's figures on the map a change would leave."""

import datetime as dt
import random

import pytest

from qunwen.base.journal.actors import Actor
from qunwen.base.measures import queries, rollup
from qunwen.base.measures.questions import QuestionError
from qunwen.base.places import actions, previewing
from qunwen.base.places.enums import HierarchyKind
from qunwen.base.places.models import HierarchyEdge

from .conftest import row

BY = Actor(kind="command", id=None, name="命令行")
EAST, NORTH = "510112001001", "510112001002"
FIVE, FLOOD = "510112002001", "510112002002"
TOWNS = ("510112001", "510112002")
START = dt.date(2026, 1, 1)


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.QUNWEN_HOME = tmp_path


def walked(book, place, edges):
    """The oracle: each row climbs from its place by the edge of its day, else by its code."""

    def parent(code, day):
        for child, above, since, until in edges:
            if child == code and since <= day and (until is None or day < until):
                return above
        return {12: code[:9], 9: code[:6], 6: code[:4]}.get(len(code))

    total = 0
    for one in book.held:
        here = one.place
        while here is not None and here != place:
            here = parent(here, one.day)
        total += one.value if here == place else 0
    return total


@pytest.mark.parametrize("seed", range(4))
def test_figures_of_a_network_equal_a_walk_upwards(places, book, everything, at, seed):
    chance = random.Random(seed)
    book.held = [
        row(
            chance.choice([EAST, NORTH, FIVE, FLOOD, *TOWNS]),
            START + dt.timedelta(days=chance.randrange(150)),
            n + 1,
            n=n + 1,
        )
        for n in range(40)
    ]
    for child, parents in ((EAST, [TOWNS[1], "510112"]), (FIVE, [TOWNS[0], NORTH])):
        for n, parent in enumerate(parents):
            since = START + dt.timedelta(days=10 + 30 * n + chance.randrange(20))
            actions.set_edge(
                hierarchy=HierarchyKind.LIBRARY, child=places[child], parent=places[parent], since=since, by=BY, at=at
            )
    edges = list(HierarchyEdge.unscoped.values_list("child_id", "parent_id", "valid_from", "valid_to"))
    asked = ["510112", *TOWNS, NORTH]
    cells = rollup.cells(measures="tests.held", places=asked, periods=["2026H1"], hierarchy="library")
    assert [c.value or 0 for c in cells] == [walked(book, place, edges) for place in asked]
    plain = rollup.cells(measures="tests.held", places=asked, periods=["2026H1"])
    assert [c.value or 0 for c in plain] == [walked(book, place, []) for place in asked]
    for cell in cells:
        behind = rollup.rows_behind(cell, limit=100)
        assert sum(r.value for r in behind.rows) == (cell.value or 0)
        assert f"place={cell.place}&period=2026H1&hierarchy=library" in queries.url_of(cell)


def test_unknown_hierarchy_is_refused(places, book, everything):
    with pytest.raises(QuestionError, match="没有“guild”这个体系"):
        rollup.cells(measures="tests.held", root="510112", periods=["2026H1"], hierarchy="guild")


def test_preview_of_a_merge_shows_last_year_on_both_maps(places, book, everything, at):
    book.held = [row(EAST, dt.date(2025, 5, 1), 3, n=1), row(NORTH, dt.date(2025, 6, 1), 4, n=2)]
    found = previewing.preview(
        lambda: actions.merge_places(places=[places[EAST]], into=places[NORTH], on=START, by=BY, at=at),
        place=places[EAST],
        at=at,
    )
    assert found.year == 2025
    assert [(line.code, line.what, line.then, line.now) for line in found.figures] == [
        (TOWNS[0], "举办场次（场）", 7, 7), (EAST, "举办场次（场）", 3, None), (NORTH, "举办场次（场）", 4, 7),
    ]  # fmt: skip
