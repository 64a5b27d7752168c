"""All levels at once give the figures of the ordinary roll-up, moved and merged places included."""

import tempfile

import pytest
from hypothesis import HealthCheck, given, settings

from qunwen.base.measures import declare, nation
from qunwen.base.measures.nation import Tree

from .test_rollup_oracle import CODES, COUNTY, PERIODS, PLACES, book_of, computed, declared, worlds, written

MEASURES = ["tests.held", "tests.books"]


def found_by(tree, folder):
    table = nation.all_levels(written(folder), tree, PERIODS, MEASURES)
    return {(r["measure"], r["place"], r["period"], r["grade"]): (r["value"], r["records"]) for r in table.to_pylist()}


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(worlds())
def test_all_levels_equal_the_ordinary_roll_up(world):
    rows, closure = world
    with declare.only(*declared(book_of(rows))), tempfile.TemporaryDirectory() as folder:
        found = found_by(Tree.of_closure(closure), folder)
        cells = computed(closure, PLACES)
    wanted = {
        (c.measure, c.place, c.period.code, grade): (value, c.records_by_grade[grade])
        for c in cells
        if c.measure in MEASURES
        for grade, value in c.by_grade.items()
    }
    assert {key: value for key, value in found.items() if key[1] in PLACES} == wanted
    nationwide = {(m, p, g): value for (m, place, p, g), value in found.items() if place == nation.NATION}
    assert nationwide == {(m, p, g): value for (m, place, p, g), value in wanted.items() if place == COUNTY}


def test_a_tree_of_codes_is_that_of_the_closure_where_nothing_moved():
    import pyarrow as pa

    from qunwen.base.measures.closure import Closure
    from qunwen.base.places.tree import Forest, Life

    codes = sorted([COUNTY, *{c[:9] for c in CODES}, *CODES])
    forest = Forest(lives=[Life(c) for c in codes])
    closure = Closure(tuple((r.ancestor, r.descendant, None, None) for r in forest.then_rows(PERIODS[0].end)))
    mine, other = Tree.of_codes(pa.array(codes)), Tree.of_closure(closure)
    assert sorted(map(str, mine.entries.to_pylist())) == sorted(map(str, other.entries.to_pylist()))
    parents = {r["node"]: r["parent"] for r in other.parents.to_pylist()}
    assert all(parents[r["node"]] == r["parent"] for r in mine.parents.to_pylist())


def test_what_does_not_add_up_is_refused():
    with declare.only(*declared(book_of([]))), pytest.raises(ValueError, match=r"tests\.most"):
        nation.all_levels([], Tree.of_codes([]), PERIODS, ["tests.most"])
