"""The engine equals the oracle over random trees, holes, zeros, corrections, merged and split places."""

import dataclasses
import datetime as dt
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qunwen.base.measures import declare, leaf, rollup
from qunwen.base.measures.closure import Closure
from qunwen.base.measures.enums import Grade, Kind, Over, PlaceMap
from qunwen.base.measures.periods import Period
from qunwen.base.places.tree import Forest, Life, Passage
from qunwen.base.scope.codes import Level, level_of

from . import oracle
from .conftest import Book, measures, row

COUNTY = "510112"
PERIODS = [Period.of(c) for c in ("2026-03", "2026Q1", "2026H1", "2026-06")]
DAYS = st.dates(dt.date(2026, 1, 1), dt.date(2026, 6, 30))
CODES = [f"{COUNTY}{t:03}{v:03}" for t in (1, 2, 3) for v in (1, 2, 3)]
TOWNS = [f"{COUNTY}{t:03}" for t in (1, 2, 3)]


@st.composite
def forests(draw):
    """Towns and villages, some taken into use or given up within the year, with successors."""
    kept = draw(st.sets(st.sampled_from(CODES), min_size=1))
    lives = {c: Life(c) for c in [COUNTY, *TOWNS, *kept]}
    passages = []
    for old in draw(st.lists(st.sampled_from(sorted(kept)), max_size=2, unique=True)):
        others = sorted(kept - {old} - {p.old for p in passages})
        if not others:
            continue
        change = draw(DAYS)
        lives[old] = Life(old, None, change)
        heirs = draw(st.lists(st.sampled_from(others), min_size=1, max_size=2, unique=True))
        passages += [Passage(old, new, change) for new in heirs]
    olds = {p.old for p in passages}
    passages = [p for p in passages if p.new not in olds]
    return lives, passages


@st.composite
def worlds(draw):
    lives, passages = draw(forests())
    villages = sorted(c for c in lives if c != COUNTY)
    rows = []
    for n in range(draw(st.integers(0, 40))):
        place, day = draw(st.sampled_from(villages)), draw(DAYS)
        ended = lives[place].valid_to
        if ended and day >= ended:
            continue
        rows.append(
            row(
                place,
                day,
                draw(st.integers(-3, 9) | st.just(0) | st.integers(-(10**12), 10**12)),
                n=n,
                grade=draw(st.sampled_from(list(Grade))).value,
                kind=draw(st.sampled_from(["show", "lecture"])),
                level=draw(st.sampled_from(["village", "town"])),
            )
        )
    place_map = draw(st.sampled_from(list(PlaceMap)))
    forest = Forest(lives=list(lives.values()), passages=passages)
    as_of = dt.date(2026, 7, 1)
    found = forest.now_rows(as_of) if place_map == PlaceMap.NOW else forest.then_rows(as_of)
    edges = tuple((e.ancestor, e.descendant, e.valid_from, e.valid_to) for e in found)
    return rows, Closure(edges, str(place_map), as_of)


def declared(book):
    """A flow and a stock that add up, the greatest of a flow, the least of a stock."""
    held, books = measures(book)
    return (
        held,
        books,
        dataclasses.replace(held, code="tests.most", over_places=Over.MAX),
        dataclasses.replace(books, code="tests.least", over_places=Over.MIN),
    )


def asked_of(about):
    """With dimensions or filters only the flows can be asked, which have them."""
    codes = ["tests.held", "tests.most"] if about else ["tests.held", "tests.books", "tests.most", "tests.least"]
    return rollup.question(measures=codes, **about)


def written(folder):
    """The world's rows as partition files."""
    files = []
    for month in Period.of("2026H1").months:
        path = Path(folder) / f"{month.code}.parquet"
        leaf.write(path, (leaf.table_of(m, county=COUNTY, month=month) for m in declare.all()))
        files.append(path)
    return files


def computed(closure, places, **about):
    with tempfile.TemporaryDirectory() as folder:
        files = written(folder)
        return rollup.compute(asked_of(about), places=places, periods=PERIODS, closure=closure, files=files)


ASKS = st.fixed_dictionaries(
    {},
    optional={
        "by": st.sampled_from([("kind",), ("level",), ("kind", "level"), ()]),
        "filters": st.sampled_from([{"kind": ("show",)}, {"kind": ("lecture",), "level": ("town",)}]),
        "grades": st.sampled_from([("A",), ("B", "C")]),
    },
)


PLACES = [COUNTY, *TOWNS, *CODES]


def assert_right(cells, book, closure, about):
    """Every measure asked for equals the oracle."""
    for measure in declared(book):
        if any(c.measure == measure.code for c in cells):
            rows = book.held if measure.kind == Kind.FLOW else book.stock
            oracle.assert_equal(cells, rows, measure, places=PLACES, periods=PERIODS, closure=closure, about=about)


def book_of(rows):
    return Book(held=rows, stock=[r._replace(dims={}) for r in rows])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds(), ASKS)
def test_engine_equals_oracle(world, about):
    rows, closure = world
    book = book_of(rows)
    with declare.only(*declared(book)):
        assert_right(computed(closure, PLACES, **about), book, closure, about)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds())
def test_children_and_the_place_itself_add_up_to_the_parent(world):
    """On the map of the day, every row of a place is its own or that of exactly one child."""
    rows, closure = world
    if closure.place_map != PlaceMap.THEN:
        return
    book = Book(held=rows)
    with declare.only(*declared(book)):
        cells = {(c.place, c.period.code): c for c in computed(closure, PLACES) if c.measure == "tests.held"}
    for parent, level in ((COUNTY, Level.TOWN), *((t, Level.VILLAGE) for t in TOWNS)):
        for period in PERIODS:
            own = sum(r.value for r in rows if r.place == parent and period.holds(r.day))
            children = [c for c in [*TOWNS, *CODES] if c.startswith(parent) and level_of(c) == level]
            below = sum(cells[c, period.code].value or 0 for c in children)
            assert (cells[parent, period.code].value or 0) == own + below


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds(), st.randoms(use_true_random=False))
def test_splitting_a_record_and_shuffling_change_no_total(world, random):
    rows, closure = world
    split = []
    for n, r in enumerate(rows):
        split += [r, row(r.place, r.day, 0, n=10_000 + n, grade=r.grade)]
    random.shuffle(split)
    totals = []
    for held in (rows, split):
        with declare.only(*declared(Book(held=held))):
            totals.append(
                {(c.place, c.period.code): c.value for c in computed(closure, [COUNTY]) if c.measure == "tests.held"}
            )
    assert totals[0] == totals[1]
