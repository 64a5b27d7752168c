"""Random counties for figures: towns and villages, some merged or moved, holes, zeros, corrections, populations."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

from hypothesis import strategies as st

from qunwen.base.measures.closure import Closure
from qunwen.base.measures.declare import Dim, Measure, Row
from qunwen.base.measures.enums import Grade, Kind, Over, PlaceMap, State
from qunwen.base.measures.periods import Period
from qunwen.base.places.tree import Forest, Life, Passage
from qunwen.base.scope.codes import Level
from qunwen.governance.indicators.basis import Basis
from qunwen.governance.indicators.language import ir
from qunwen.governance.indicators.language.definitions import Element, Returned
from qunwen.governance.indicators.language.parsing import Names
from qunwen.governance.indicators.people import Person
from tests.measures.conftest import uid

from . import oracle

COUNTY = "510112"
TOWNS = [f"{COUNTY}{t:03}" for t in (1, 2, 3)]
VILLAGES = [f"{t}{v:03}" for t in TOWNS for v in (1, 2)]
HALF = Period.of("2026H1")
DAYS = st.dates(dt.date(2025, 1, 1), dt.date(2026, 6, 30))
ELEMENTS = {
    "t.held": Element("t.held", "活动", "Held", "场", "flow", measure="t.held"),
    "t.books": Element("t.books", "藏书", "Books", "万册", "stock", measure="t.books"),
    "t.hours": Element("t.hours", "开放", "Hours", "小时", "stock", over_places="max", stored=Fraction(1, 60), measure="t.hours",
                       returned=Returned("town", "half", 0, 10_080)),
    "t.shows": Element("t.shows", "演出", "Shows", "场", "flow", measure="t.held", filters=(("kind", ("show",)),)),
    "t.people": Element("t.people", "人口", "People", "人", "stock", over_places="own_else_sum",
                        population=("total", "resident"), vintage=-1),
}  # fmt: skip
NAMES = Names(ELEMENTS, {})
LEVELS = {"t.held": Level.VILLAGE, "t.books": Level.VILLAGE, "t.hours": Level.TOWN}
THINGS = {
    "t.held": oracle.Thing("flow", measure="t.held"),
    "t.books": oracle.Thing("stock", measure="t.books", worth=Fraction(10_000)),
    "t.hours": oracle.Thing("stock", "max", Fraction(1, 60), "t.hours", greatest=10_080, by=9),
    "t.shows": oracle.Thing("flow", measure="t.held", fixed={"kind": ("show",)}),
    "t.people": oracle.Thing("stock", people="all", vintage=-1),
}


def measures(rows):
    """The three measures, fed from (code, Row)."""

    def of(code):
        return lambda *, county, month: (r for c, r in rows if c == code and r.county == county and month.holds(r.day))

    about = {"unit": "个", "meaning": "测试", "feeds": ("people.Household",)}
    kinds = (Dim("kind", "类别", (("show", "演出"), ("lecture", "讲座"))),)
    return (
        Measure(code="t.held", title="活动", kind=Kind.FLOW, rows=of("t.held"), dims=kinds, **about),
        Measure(code="t.books", title="藏书", kind=Kind.STOCK, rows=of("t.books"), **about),
        Measure(
            code="t.hours", title="开放", kind=Kind.STOCK, rows=of("t.hours"), reported_by=Level.TOWN, over_places=Over.MAX,
            **about,
        ),
    )  # fmt: skip


def row(code, place, day, value, n, *, kind="show", grade="A"):
    """A leaf row of one of them."""
    dims = {"kind": kind} if code == "t.held" else {}
    return code, Row(place[:6], place, day, value, grade, "tests.event", uid(n), dims)


@st.composite
def maps(draw):
    """Places with their lives, and which became which."""
    kept = draw(st.sets(st.sampled_from(VILLAGES), min_size=1))
    lives = {c: Life(c) for c in [COUNTY, *TOWNS, *kept]}
    passages = []
    for old in draw(st.lists(st.sampled_from(sorted(kept)), max_size=2, unique=True)):
        others = sorted(kept - {old} - {p.old for p in passages})
        if others:
            day = draw(st.dates(dt.date(2025, 6, 1), dt.date(2026, 6, 30)))
            lives[old] = Life(old, None, day)
            passages += [
                Passage(old, new, day)
                for new in draw(st.lists(st.sampled_from(others), min_size=1, max_size=2, unique=True))
            ]
    olds = {p.old for p in passages}
    return lives, [p for p in passages if p.new not in olds]


@st.composite
def counties(draw):
    """(rows, closure, populations, excused)."""
    lives, passages = draw(maps())
    rows = []
    for n in range(draw(st.integers(0, 30))):
        code = draw(st.sampled_from(["t.held", "t.held", "t.books", "t.hours"]))
        place, day = draw(st.sampled_from(sorted(set(lives) - {COUNTY}))), draw(DAYS)
        if code != "t.held" and draw(st.booleans()):
            day = draw(st.dates(dt.date(2026, 6, 1), dt.date(2026, 6, 30)))
        if lives[place].valid_to is None or day < lives[place].valid_to:
            value = draw(st.integers(0, 20) | st.just(0))
            kind, grade = draw(st.sampled_from(["show", "lecture"])), draw(st.sampled_from(list(Grade))).value
            rows.append(row(code, place, day, value, n, kind=kind, grade=grade))
    people = draw(
        st.dictionaries(
            st.tuples(st.sampled_from([COUNTY, *TOWNS, *VILLAGES]), st.integers(2022, 2026)),
            st.integers(0, 5_000),
            max_size=12,
        )
    )
    excused = {
        (m, p): draw(st.sampled_from([State.NOT_APPLICABLE, State.WITHHELD]))
        for m, p in draw(
            st.lists(st.tuples(st.sampled_from(list(LEVELS)), st.sampled_from(VILLAGES + TOWNS)), max_size=3)
        )
    }
    now = draw(st.booleans())
    forest = Forest(lives=list(lives.values()), passages=passages)
    as_of = dt.date(2026, 7, 1)
    edges = forest.now_rows(as_of) if now else forest.then_rows(as_of)
    closure = Closure(
        tuple((e.ancestor, e.descendant, e.valid_from, e.valid_to) for e in edges),
        PlaceMap.NOW if now else PlaceMap.THEN,
        as_of,
    )
    return rows, closure, people, excused


def basis_of(county, exprs=(), period=HALF):
    """A basis from plain rows."""
    rows, closure, people, excused = county
    told: dict[str, dict[str, State]] = {}
    for (measure, place), state in excused.items():
        told.setdefault(measure, {})[place] = state
    return Basis.of_rows(
        rows, period=period, closure=closure, names=NAMES, places=[COUNTY], levels=LEVELS, excused=told, exprs=exprs,
        populations={(p, y, "total", "resident"): Person(n, "B") for (p, y), n in people.items()},
    )  # fmt: skip


def world_of(county):
    """The same county for the oracle."""
    rows, closure, people, excused = county
    plain = [(code, r.place, r.day, r.value, r.grade, r.dims) for code, r in rows]
    let_off = {key: "n/a" for key, state in excused.items() if state == State.NOT_APPLICABLE}
    now = closure.as_of if closure.place_map == PlaceMap.NOW else None
    return oracle.World(
        THINGS, plain, list(closure.edges), {(*key, "all"): n for key, n in people.items()}, let_off, now
    )


REFS = st.sampled_from(
    [
        ir.Ref("t.held"), ir.Ref("t.books"), ir.Ref("t.hours"), ir.Ref("t.shows"), ir.Ref("t.people"),
        ir.Ref("t.held", (("kind", ("lecture",)),)), ir.Ref("t.held", (("grade", ("A", "B")),)),
    ]
)  # fmt: skip
NUMBERS = st.builds(ir.Number, st.fractions(0, 40, max_denominator=12), st.sampled_from(["", "%", "万册"]))
POSITIVE = st.builds(ir.Number, st.fractions(1, 40, max_denominator=3))


def _steps(parts):
    limits, rates = parts
    limits = sorted({limit.value for limit in limits})
    return tuple(zip([*(ir.Number(x) for x in limits), None], rates, strict=False))


BANDS = st.tuples(st.lists(POSITIVE, min_size=2, max_size=2), st.lists(NUMBERS, min_size=3, max_size=3)).map(_steps)
AREAS = st.sampled_from(["town", "village"])


def _deeper(inner):
    conditions = st.deferred(lambda: _conditions(inner))
    two = st.tuples(inner, inner)
    return st.one_of(
        two.map(lambda p: ir.Add(*p)), two.map(lambda p: ir.Sub(*p)), two.map(lambda p: ir.Mul(*p)), two.map(lambda p: ir.Div(*p)),
        inner.map(ir.Neg), two.map(ir.Least), two.map(ir.Most),
        st.builds(ir.When, conditions, inner, inner), st.builds(ir.Total, AREAS, inner),
        st.builds(ir.Share, AREAS, conditions, st.none() | conditions), st.builds(ir.Count, AREAS, conditions),
        st.builds(ir.Before, inner, st.integers(1, 2)), st.builds(ir.LastYear, inner, st.just(1)), inner.map(ir.YearToDate),
        st.builds(ir.LastMonths, inner, st.sampled_from([1, 5, 12])), st.builds(ir.InYear, inner, st.sampled_from([-1, 0, 2025])),
        st.builds(ir.Banded, inner, BANDS, st.booleans()), st.sampled_from([ir.Reported(ir.Ref("t.held")), ir.Reported(ir.Ref("t.hours"))]),
    )  # fmt: skip


def _conditions(inner):
    plain = st.builds(ir.Compare, st.sampled_from(ir.OPS), inner, inner)
    pairs = st.tuples(plain, plain)
    return st.one_of(plain, pairs.map(ir.And), pairs.map(ir.Or), plain.map(ir.Not), st.just(ir.And(())))


AMOUNTS = st.recursive(REFS | NUMBERS, _deeper, max_leaves=6)
CONDITIONS = _conditions(AMOUNTS)
