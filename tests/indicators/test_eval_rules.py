"""Metamorphic rules of figures, and what a basis may be asked besides: what if, what is missing."""

import datetime as dt
from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qunwen.base.measures.closure import Closure
from qunwen.base.measures.enums import State
from qunwen.base.measures.periods import Period
from qunwen.base.places.tree import Forest, Life, Passage
from qunwen.governance.indicators import evaluating
from qunwen.governance.indicators.basis import Need
from qunwen.governance.indicators.enums import Verdict
from qunwen.governance.indicators.language import ir
from qunwen.governance.indicators.language.definitions import Indicator
from qunwen.governance.indicators.language.parsing import Names

from . import worlds
from .worlds import COUNTY, HALF, NAMES, TOWNS, VILLAGES, row

SETTINGS = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
DAY = dt.date(2026, 3, 14)
HELD, BOOKS, PEOPLE = ir.Ref("t.held"), ir.Ref("t.books"), ir.Ref("t.people")


def closure(lives=(), passages=()):
    ended = {life.code for life in lives}
    whole = [Life(c) for c in [COUNTY, *TOWNS, *VILLAGES] if c not in ended]
    rows = Forest(lives=[*whole, *lives], passages=list(passages)).then_rows(dt.date(2026, 7, 1))
    return Closure(
        tuple((r.ancestor, r.descendant, r.valid_from, r.valid_to) for r in rows), "then", dt.date(2026, 7, 1)
    )


def county(rows, *, people=None, lives=(), passages=(), excused=None):
    return rows, closure(lives, passages), people or {}, excused or {}


def at(expr, given, place=COUNTY, period=HALF):
    return evaluating.quantity(expr, place=place, basis=worlds.basis_of(given, [expr], period))


@SETTINGS
@given(worlds.counties(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(given_county, chance):
    rows, *rest = given_county
    mixed = list(rows)
    chance.shuffle(mixed)
    for expr in (HELD, BOOKS, ir.Ref("t.hours"), ir.Div(HELD, PEOPLE)):
        assert at(expr, given_county) == at(expr, (mixed, *rest))


@SETTINGS
@given(worlds.counties(), st.sampled_from(VILLAGES), st.integers(0, 9))
def test_another_record_moves_exactly_the_places_above_it(given_county, village, value):
    rows, *rest = given_county
    edges = given_county[1].edges
    more = ([*rows, row("t.held", village, DAY, value, 9_000)], *rest)
    above = {a for a, d, s, u in edges if d == village and (s is None or s <= DAY) and (u is None or u > DAY)}
    for place in [COUNTY, *TOWNS, *VILLAGES]:
        before, after = at(HELD, given_county, place), at(HELD, more, place)
        moved = (after.value or 0) - (before.value or 0)
        assert moved == (value if place in above else 0)


def test_splitting_a_village_changes_no_total():
    old, new = VILLAGES[0], VILLAGES[1]
    day = dt.date(2026, 4, 1)
    rows = [row("t.held", old, dt.date(2026, 2, 1), 3, 1), row("t.held", new, dt.date(2026, 5, 1), 4, 2)]
    whole = county(rows)
    split = county(rows, lives=[Life(old, None, day)], passages=[Passage(old, new, day)])
    for place in (COUNTY, TOWNS[0]):
        assert at(HELD, split, place).value == at(HELD, whole, place).value == 7
        assert at(ir.Total("village", HELD), split, place).value == 7


def test_a_stock_does_not_grow_with_the_months():
    rows = [row("t.books", VILLAGES[0], dt.date(2026, m, 28), 5, m) for m in range(1, 7)]
    found = {p: at(BOOKS, county(rows), period=Period.of(p)).value for p in ("2026-06", "2026Q2", "2026H1")}
    assert set(found.values()) == {Fraction(50_000)}
    flows = [row("t.held", VILLAGES[0], dt.date(2026, m, 28), 5, m) for m in range(1, 7)]
    assert at(HELD, county(flows), period=Period.of("2026Q2")).value == 15
    assert at(ir.YearToDate(HELD), county(flows), period=Period.of("2026Q2")).value == 30


def test_a_floor_met_exactly_is_met():
    rows = [row("t.books", v, dt.date(2026, 6, 30), 1, n) for n, v in enumerate(VILLAGES)]
    given_county = county(rows, people={(COUNTY, 2025): 150_000})
    per_head = ir.Div(BOOKS, PEOPLE)
    condition = ir.Compare(">=", per_head, ir.Number(Fraction("0.4"), "册/人"))
    basis = worlds.basis_of(given_county, [condition])
    assert evaluating.truth(condition, place=COUNTY, basis=basis) is True
    assert evaluating.verdict(condition, place=COUNTY, basis=basis) == Verdict.MET
    fewer = county(rows, people={(COUNTY, 2025): 150_001})
    assert evaluating.truth(condition, place=COUNTY, basis=worlds.basis_of(fewer, [condition])) is False


def test_the_bureaus_figure_wins_over_the_sum_below_it():
    people = {(COUNTY, 2025): 900, (TOWNS[0], 2025): 500, (VILLAGES[2], 2025): 70}
    assert at(PEOPLE, county([], people=people)).value == 900
    del people[COUNTY, 2025]
    cell = worlds.basis_of(county([], people=people)).cell(
        Need("t.people", (), worlds.basis_of(county([])).moment), COUNTY
    )
    assert (cell.value, cell.reported, cell.expected) == (570, 2, 5)
    assert cell.missing == (VILLAGES[3], VILLAGES[4], VILLAGES[5])
    assert (cell.low, cell.high) == (570, None)


def test_missing_places_give_bounds_from_what_they_said_before():
    before = [
        row("t.held", VILLAGES[0], dt.date(2025, 2, 1), 3, 1),
        row("t.held", VILLAGES[0], dt.date(2025, 9, 1), 8, 2),
    ]
    now = [row("t.held", v, DAY, 1, 10 + n) for n, v in enumerate(VILLAGES[1:])]
    found = at(HELD, county(before + now))
    assert (found.value, found.low, found.high) == (5, 8, 13)
    condition = ir.Compare(">=", HELD, ir.Number(Fraction(8)))
    basis = worlds.basis_of(county(before + now), [condition])
    assert evaluating.truth(condition, place=COUNTY, basis=basis) is True
    assert basis.missing_cells() == {("t.held", VILLAGES[0]): (3, 8, 8)}


def test_supposing_a_missing_place_is_as_if_it_had_reported():
    before = [
        row("t.held", VILLAGES[0], dt.date(2025, 2, 1), 3, 1),
        row("t.held", VILLAGES[0], dt.date(2025, 9, 1), 8, 2),
    ]
    now = [row("t.held", v, DAY, 1, 10 + n) for n, v in enumerate(VILLAGES[1:])]
    condition = ir.Compare(">=", HELD, ir.Number(Fraction(10)))
    basis = worlds.basis_of(county(before + now), [condition])
    assert evaluating.truth(condition, place=COUNTY, basis=basis) is None
    found = {
        n: evaluating.truth(condition, place=COUNTY, basis=basis.supposing({("t.held", VILLAGES[0]): n}))
        for n in (4, 5)
    }
    assert found == {4: False, 5: True}


def test_adding_raises_the_place_and_those_above_it():
    basis = worlds.basis_of(county([row("t.held", VILLAGES[0], DAY, 1, 1)]), [HELD])
    after = basis.adding({("t.held", VILLAGES[1]): 4}).adding({("t.held", VILLAGES[1]): 2})
    found = {
        p: evaluating.quantity(HELD, place=p, basis=after).value for p in (COUNTY, TOWNS[0], TOWNS[1], *VILLAGES[:2])
    }
    assert found == {COUNTY: 7, TOWNS[0]: 7, TOWNS[1]: None, VILLAGES[0]: 1, VILLAGES[1]: 6}


def test_excused_places_owe_nothing_and_withheld_ones_stay_missing():
    excused = {("t.held", VILLAGES[0]): State.NOT_APPLICABLE, ("t.held", VILLAGES[1]): State.WITHHELD}
    basis = worlds.basis_of(county([row("t.held", VILLAGES[2], DAY, 1, 1)], excused=excused), [HELD])
    cell = basis.cell(Need("t.held", (), basis.moment), COUNTY)
    assert (cell.reported, cell.expected, cell.withheld) == (1, 5, (VILLAGES[1],))
    alone = [basis.cell(Need("t.held", (), basis.moment), v).state for v in VILLAGES[:3]]
    assert alone == [State.NOT_APPLICABLE, State.WITHHELD, State.VALUE]


def test_places_to_which_a_condition_does_not_apply_leave_the_share():
    excused = {("t.held", v): State.NOT_APPLICABLE for v in VILLAGES[:4]}
    share = ir.Share("village", ir.Compare(">=", HELD, ir.Number(Fraction(2))))
    rows = [row("t.held", VILLAGES[4], DAY, 2, 1), row("t.held", VILLAGES[5], DAY, 1, 2)]
    assert at(share, county(rows, excused=excused)).value == Fraction(1, 2)


def indicator(expr, **about):
    return Indicator("t.one", "测试", "Test", about.pop("unit", "场"), expr, "", **about)


def test_a_yearly_figure_takes_the_year_to_date():
    rows = [row("t.held", v, dt.date(2026, m, 2), 1, 10 * m + n) for m in (1, 5) for n, v in enumerate(VILLAGES)]
    basis = worlds.basis_of(county(rows), [ir.YearToDate(HELD)], Period.of("2026Q2"))
    assert evaluating.evaluate(indicator(HELD, window="year"), place=COUNTY, basis=basis).number == 12
    assert evaluating.evaluate(indicator(HELD), place=COUNTY, basis=basis).number == 6
    using = Names(NAMES.elements, {"t.one": indicator(HELD, window="year")})
    assert evaluating.resolved(ir.Use("t.one"), using) == ir.YearToDate(HELD)


def test_a_figure_that_needs_more_reports_is_not_shown():
    rows = [row("t.held", v, DAY, 2, n) for n, v in enumerate(VILLAGES[:3])]
    basis = worlds.basis_of(county(rows), [HELD])
    shown = evaluating.evaluate(indicator(HELD, need=50), place=COUNTY, basis=basis)
    hidden = evaluating.evaluate(indicator(HELD, need=51), place=COUNTY, basis=basis)
    assert (shown.shown, shown.reported, shown.expected, shown.state) == ("6", 3, 6, State.VALUE)
    assert (hidden.number, hidden.shown, hidden.state) == (None, "", State.NOT_REPORTED)


def test_a_figure_that_is_not_meant_for_the_level_does_not_apply():
    basis = worlds.basis_of(county([row("t.held", VILLAGES[0], DAY, 2, 1)]), [HELD])
    found = evaluating.evaluate(indicator(HELD, levels=("county",)), place=TOWNS[0], basis=basis)
    assert (found.state, found.number, found.parts) == (State.NOT_APPLICABLE, None, ())


def test_both_sides_of_a_ratio_are_told():
    rows = [row("t.held", v, DAY, 2, n, grade="B") for n, v in enumerate(VILLAGES)]
    given_county = county(rows, people={(COUNTY, 2025): 9})
    basis = worlds.basis_of(given_county, [ir.Div(HELD, PEOPLE)])
    found = evaluating.evaluate(indicator(ir.Div(HELD, PEOPLE), unit="场/人", places=2), place=COUNTY, basis=basis)
    assert (found.num.value, found.den.value, found.number, found.whole, found.shown) == (12, 9, 4, 3, "1.33")
    assert (found.grades, found.records, found.reported, found.expected) == ({"B": 7}, 7, 7, 7)
