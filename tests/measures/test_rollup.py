"""Figures over a small county, their states, and the rows behind them."""

import datetime as dt

import pytest

from qunwen.base.measures import rollup
from qunwen.base.measures.enums import State
from qunwen.base.measures.questions import QuestionError
from qunwen.base.measures.sql import Plan
from qunwen.base.places.models import Place
from qunwen.base.scope import context
from qunwen.base.scope.asking import Forbidden
from qunwen.base.scope.codes import Level
from qunwen.base.scope.context import Reach

from .conftest import row

EAST, NORTH = "510112001001", "510112001002"
FIVE, FLOOD = "510112002001", "510112002002"
MARCH = dt.date(2026, 3, 14)


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.QUNWEN_HOME = tmp_path


@pytest.fixture
def county(places, book, everything):
    book.held = [
        row(EAST, MARCH, 3, n=1),
        row(EAST, dt.date(2026, 5, 1), 2, n=2, grade="B", kind="lecture"),
        row(NORTH, MARCH, 0, n=3, grade="C"),
        row("510112001", MARCH, 7, n=4, grade="B", level="town"),
        row(FIVE, dt.date(2025, 12, 31), 9, n=5),
    ]
    return book


def one(**about):
    (cell,) = rollup.cells(**{"measures": "tests.held", "periods": ["2026H1"], **about})
    return cell


def test_a_county_figure_with_grades_and_completeness(county):
    cell = one(root="510112")
    assert (cell.state, cell.value, cell.records) == (State.VALUE, 12, 4)
    assert cell.by_grade == {"A": 3, "B": 9, "C": 0}
    assert cell.records_by_grade == {"A": 1, "B": 2, "C": 1}
    assert (cell.reported, cell.expected, cell.missing, cell.complete) == (2, 4, (FIVE, FLOOD), False)


def test_missing_is_not_zero_and_zero_is_not_missing(county):
    found = {
        c.place: c for c in rollup.cells(measures="tests.held", root="510112", level=Level.VILLAGE, periods=["2026H1"])
    }
    assert {p: (c.state, c.value) for p, c in found.items()} == {
        EAST: (State.VALUE, 5),
        NORTH: (State.ZERO, 0),
        FIVE: (State.NOT_REPORTED, None),
        FLOOD: (State.NOT_REPORTED, None),
    }


def test_reported_but_nothing_of_the_kind_is_a_true_zero(county):
    cell = one(root=NORTH, filters={"kind": "lecture"})
    assert (cell.state, cell.value, cell.records, cell.reported) == (State.ZERO, 0, 0, 1)
    assert one(root=FIVE, filters={"kind": "lecture"}).state == State.NOT_REPORTED


def test_a_place_that_did_not_exist_is_not_applicable(county, door):
    Place.unscoped.filter(pk=FLOOD).update(valid_to=dt.date(2026, 1, 1))
    assert one(root=FLOOD).state == State.NOT_APPLICABLE
    assert one(root="510112002").expected == 1


def test_a_town_without_villages_reports_for_itself(county, door):
    Place.unscoped.create(code="510112003", name="示范农场", level=Level.TOWN, parent_id="510112")
    county.held.append(row("510112003", MARCH, n=9))
    cell = one(root="510112")
    assert (cell.reported, cell.expected) == (3, 5)
    assert one(root="510112003").complete


def test_by_dimension_gives_every_combination_that_occurs(county):
    found = rollup.cells(measures="tests.held", root="510112", level=Level.TOWN, periods=["2026H1"], by=["kind"])
    assert [(c.place, dict(c.dims)["kind"], c.state, c.value) for c in found] == [
        ("510112001", "lecture", State.VALUE, 2),
        ("510112001", "show", State.VALUE, 10),
        ("510112002", "lecture", State.NOT_REPORTED, None),
        ("510112002", "show", State.NOT_REPORTED, None),
    ]


def test_several_periods_overlap_without_double_counting(county):
    found = rollup.cells(measures="tests.held", root="510112", periods=["2026-03", "2026Q1", "2026", "2025"])
    assert [(c.period.code, c.value) for c in found] == [("2026-03", 10), ("2026Q1", 10), ("2026", 12), ("2025", 9)]


def test_a_stock_is_read_at_the_last_month_and_never_added_over_time(county):
    county.stock = [row(EAST, dt.date(2026, m, 28), 100 + m, n=m)._replace(dims={}) for m in (4, 5, 6)]
    found = rollup.cells(measures="tests.books", root=EAST, periods=["2026-05", "2026H1", "2026Q1"])
    assert [(c.state, c.value) for c in found] == [(State.VALUE, 105), (State.VALUE, 106), (State.NOT_REPORTED, None)]


def test_small_values_are_withheld_and_not_opened(county):
    cell = one(root=EAST, withhold_below=6)
    assert (cell.state, cell.value, cell.records, dict(cell.by_grade)) == (State.WITHHELD, None, 0, {})
    assert rollup.rows_behind(cell) == rollup.RowsPage([], 0)
    assert one(root=EAST, withhold_below=5).value == 5


def test_merged_villages_count_where_they_lay_then_or_where_they_lie_now(county, door, at):
    from qunwen.base.places.models import PlaceChange, PlaceSuccession

    day = dt.date(2026, 4, 1)
    Place.unscoped.filter(pk=EAST).update(valid_to=day)
    county.held[1] = row(NORTH, dt.date(2026, 5, 1), 2, n=2)
    merge = PlaceChange.unscoped.create(place_id="510112001", kind="merge", day=day, recorded_at=at)
    PlaceSuccession.unscoped.create(change=merge, old_id=EAST, new_id=NORTH, day=day)
    then = {p: one(root=p).value for p in (EAST, NORTH, "510112001")}
    now = {p: one(root=p, place_map="now", as_of=dt.date(2026, 7, 1)) for p in (EAST, NORTH, "510112001")}
    assert then == {EAST: 3, NORTH: 2, "510112001": 12}
    assert {p: c.value for p, c in now.items()} == {EAST: None, NORTH: 5, "510112001": 12}
    assert now[EAST].state == State.NOT_APPLICABLE
    assert (now["510112001"].reported, now["510112001"].expected) == (1, 1)


def test_rows_behind_add_up_to_the_cell_and_come_in_pages(county):
    cell = one(root="510112001", filters={"kind": "show"})
    first, second = (rollup.rows_behind(cell, limit=2, offset=n) for n in (0, 2))
    assert first.total == second.total == cell.records == 3
    rows = [*first.rows, *second.rows]
    assert sum(r.value for r in rows) == cell.value == 10
    assert [(r.place, r.record.int, r.dims["kind"]) for r in rows] == [
        ("510112001", 4, "show"),
        (EAST, 1, "show"),
        (NORTH, 3, "show"),
    ]


@pytest.mark.parametrize(
    "about",
    [{}, {"filters": {"kind": "show"}}, {"grades": ["B"]}, {"place_map": "now", "as_of": dt.date(2026, 12, 31)}],
)
def test_an_opened_cell_is_the_cell_with_its_rows(county, about):
    for place in ("510112", "510112001", EAST, FIVE):
        cell, page = rollup.opened(measure="tests.held", place=place, period="2026H1", limit=2, **about)
        assert [cell] == rollup.cells(measures="tests.held", root=place, periods=["2026H1"], **about)
        assert page == rollup.rows_behind(cell, limit=2)


def test_rows_behind_a_cell_of_a_dimension_are_of_that_code(county):
    cells = rollup.cells(measures="tests.held", root="510112", periods=["2026"], by=["kind", "level"], grades=["B"])
    for cell in cells:
        page = rollup.rows_behind(cell)
        assert (page.total, sum(r.value for r in page.rows)) == (cell.records, cell.value)
        assert all(r.grade == "B" and r.dims == dict(cell.dims) for r in page.rows)


@pytest.mark.parametrize(
    "about",
    [
        {"measures": "tests.nothing"},
        {"measures": []},
        {"by": ["colour"]},
        {"filters": {"colour": "red"}},
        {"filters": {"kind": "opera'; DROP TABLE x; --"}},
        {"filters": {"kind": []}},
        {"grades": ["D"]},
        {"place_map": "tomorrow"},
        {"periods": []},
        {"measures": ["tests.held", "tests.books"], "by": ["kind"]},
    ],
)
def test_an_undeclared_question_is_refused_in_chinese(county, about):
    with pytest.raises(QuestionError, match=r"[一-龥]"):
        rollup.cells(**{"measures": "tests.held", "root": "510112", "periods": ["2026"], **about})


def test_figures_of_places_outside_the_scope_are_refused(county):
    cell = one(root="510112001")
    with context.opened(context.staff({"measures.view": (Reach("510112002"),)})):
        assert one(root="510112002").state == State.NOT_REPORTED
        for place in ("510112", "510112001", EAST):
            with pytest.raises(Forbidden):
                one(root=place)
        with pytest.raises(Forbidden):
            rollup.rows_behind(cell)
    with context.opened(context.PUBLIC), pytest.raises(Forbidden):
        one(root="510112")


def test_sql_takes_only_names_of_dimensions():
    with pytest.raises(ValueError, match="dimension"):
        Plan(by=("kind; DROP TABLE x",))
