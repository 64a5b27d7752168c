"""Figures: cells rolled up from leaf rows over the places, and the rows behind a cell.

The engine filters, joins, groups and adds integers; everything else (states, completeness, grades) is here.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
from django.utils.translation import gettext as _

from qunwen.base.scope import asking
from qunwen.base.scope.codes import Level

from . import declare, engine, snapshot, sql
from .access import Permission
from .closure import Closure, closure_of, common_root
from .declare import Measure
from .enums import Kind, PlaceMap, State
from .leaf import DIM
from .periods import Period
from .questions import Cell, Filters, LeafRow, Question, QuestionError, RowsPage, question


def cells(
    *,
    measures: str | Iterable[str],
    periods: Iterable[Period | str],
    root: str | None = None,
    level: Level | None = None,
    places: Sequence[str] | None = None,
    **about: Any,
) -> list[Cell]:
    """One cell for every measure, place, period and (with `by`) combination of codes that occurs.

    Places: `places`; or `root` itself; or all of `level` under `root`. Keywords besides: `by` (dimension codes),
    `filters` ({dimension: code or codes}), `grades`, `place_map` ("then": each row by the map of its day; "now":
    by the map of `as_of`), `as_of` (default: the end of the last period), `hierarchy` (a named one instead of the
    administrative), `withhold_below` (values between 1 and
    that are withheld). A stock is read at the last month of a period. A place from which nothing came is
    NOT_REPORTED, never zero; where a place reported but nothing fits the filters, the value is a true zero.
    Reads nothing older than the last change committed before the call.

    Raises QuestionError for anything undeclared, PeriodError, and Forbidden when the open scope does not
    hold measures.view at every place asked for.
    """
    asked = question(measures=measures, **about)
    spans = _periods(periods)
    as_of = asked.as_of or max(p.end for p in spans)
    asked = replace(asked, as_of=as_of)
    wanted = _roots(root, places)
    for place in wanted:
        asking.require(Permission.VIEW, place=place)
    closure = _closure(asked, common_root(wanted), spans)
    if level is not None:
        wanted = sorted({d for r in wanted for span in spans for d in closure.at_level(r, level, span)})
    files = files_for(closure, wanted, spans)
    return compute(asked, places=wanted, periods=spans, closure=closure, files=files)


def _roots(root: str | None, places: Sequence[str] | None) -> list[str]:
    if (root is None) == (places is None):
        raise TypeError("cells() takes either root or places")
    return [root] if root is not None else list(dict.fromkeys(places or ()))


def _periods(periods: Iterable[Period | str]) -> list[Period]:
    found = [p if isinstance(p, Period) else Period.of(p) for p in periods]
    if not found:
        raise QuestionError(_("没有指定时期。"))
    return list(dict.fromkeys(found))


def _closure(asked: Question, root: str, spans: Sequence[Period]) -> Closure:
    return closure_of(root=root, as_of=_known_until(asked, spans), place_map=asked.place_map, hierarchy=asked.hierarchy)


def _known_until(asked: Question, spans: Sequence[Period]) -> dt.date:
    # On the map of the day, places that came up within the periods belong to it.
    ends = [p.end for p in spans]
    return asked.as_of if asked.place_map == PlaceMap.NOW and asked.as_of else max([*ends, asked.as_of or ends[0]])


def files_for(closure: Closure, places: Sequence[str], spans: Sequence[Period]) -> list[Path]:
    """The fresh files of every county-month whose rows can count for these places in these periods."""
    months = {month for span in spans for month in span.months}
    partitions = snapshot.fresh(closure.counties_under(places), months)
    return [snapshot.path_of(p) for p in partitions if p.row_count]


def compute(
    asked: Question, *, places: Sequence[str], periods: Sequence[Period], closure: Closure, files: Sequence[Path]
) -> list[Cell]:
    """The cells of a question from given files and a given map alone: no database (offline checks use it)."""
    found = []
    for kind in Kind:
        measures = [m for m in map(declare.get, asked.measures) if m.kind == kind]
        if measures:
            found += _of_kind(asked, measures, places, periods, _Source(kind, closure, files))
    order = {code: n for n, code in enumerate(asked.measures)}
    return sorted(found, key=lambda c: (order[c.measure], places.index(c.place), periods.index(c.period), c.dims))


class _Source(NamedTuple):
    kind: Kind
    closure: Closure
    files: Sequence[Path]

    def run(self, text: str, values: dict[str, Any], periods: Sequence[Period]) -> tuple[list[str], list[tuple]]:
        if not self.files or not values["places"]:
            return [], []
        tables = {"periods": _period_table(periods, self.kind), "closure": self.closure.table(values["places"])}
        return engine.run(text, {"files": [str(f) for f in self.files], **values}, tables)


def _period_table(periods: Sequence[Period], kind: Kind) -> pa.Table:
    spans = [(p.code, p.last_month if kind == Kind.STOCK else p) for p in periods]
    return pa.table(
        {
            "period": pa.array([code for code, _span in spans]),
            "starts": pa.array([span.start for _code, span in spans], pa.date32()),
            "ends": pa.array([span.end for _code, span in spans], pa.date32()),
        }
    )


Sums = dict[str, list[int]]  # grade -> [value, records]


def _of_kind(
    asked: Question, measures: list[Measure], places: Sequence[str], periods: Sequence[Period], source: _Source
) -> list[Cell]:
    codes = [m.code for m in measures]
    values = {"measures": codes, "places": list(places), **asked.parameters}
    _names, answer = source.run(sql.cells(asked.plan), values, periods)
    sums: dict[tuple, dict[tuple, Sums]] = defaultdict(lambda: defaultdict(dict))
    seen: dict[str, set[tuple]] = defaultdict(set)
    for measure, place, period, *codes_of_dims, grade, value, records in answer:
        key = tuple(codes_of_dims)
        seen[measure].add(key)
        sums[measure, place, period][key][grade] = [value, records]
    expected = _expected(measures, places, periods, source)
    reported = _reported(codes, expected, periods, source)
    found = []
    for m in measures:
        combinations = sorted(seen[m.code]) if asked.by else [()]
        for place in places:
            for period in periods:
                here = expected[m.code, place, period.code]
                came = {r for r in here if (m.code, r, period.code) in reported}
                any_row = bool(came) or (m.code, place, period.code) in reported
                for key in combinations or [()]:
                    parts = sums[m.code, place, period.code].get(key, {})
                    found.append(_cell(asked, (m.code, place, period, key), parts, (here, came, any_row)))
    return found


def _cell(asked: Question, key: tuple, parts: Sums, coverage: tuple[set[str], set[str], bool]) -> Cell:
    measure, place, period, codes = key
    expected, came, any_row = coverage
    value = sum(v for v, _n in parts.values())
    state = State.NOT_APPLICABLE if not expected else State.NOT_REPORTED
    if any_row or parts:
        state = State.VALUE if value else State.ZERO
        if 0 < value < asked.withhold_below:
            state = State.WITHHELD
    shown = state in (State.VALUE, State.ZERO)
    return Cell(
        measure=measure,
        place=place,
        period=period,
        dims=tuple(zip(asked.by, codes, strict=False)),
        state=state,
        value=value if shown else None,
        records=sum(n for _v, n in parts.values()) if shown else 0,
        by_grade={g: v for g, (v, _n) in sorted(parts.items())} if shown else {},
        records_by_grade={g: n for g, (_v, n) in sorted(parts.items())} if shown else {},
        reported=len(came),
        expected=len(expected),
        missing=tuple(sorted(expected - came)),
        question=asked,
    )


def _expected(
    measures: list[Measure], places: Sequence[str], periods: Sequence[Period], source: _Source
) -> dict[tuple[str, str, str], set[str]]:
    found, known = {}, {}
    for m in measures:
        for place in places:
            for period in periods:
                span = period.last_month if source.kind == Kind.STOCK else period
                key = (place, span, m.reported_by)
                if key not in known:
                    known[key] = source.closure.reporters(place, span, m.reported_by)
                found[m.code, place, period.code] = known[key]
    return found


def _reported(
    codes: list[str], expected: Mapping[tuple, set[str]], periods: Sequence[Period], source: _Source
) -> set[tuple[str, str, str]]:
    who = {place for _m, place, _p in expected} | set().union(*expected.values())
    _names, rows = source.run(sql.reporters(), {"measures": codes, "places": sorted(who)}, periods)
    return {(measure, place, period) for measure, place, period in rows}


def rows_behind(cell: Cell, *, limit: int = 50, offset: int = 0) -> RowsPage:
    """The leaf rows a cell adds up, oldest first, one page, with how many there are in all.

    The same filters as the cell, so that the values of all pages add up to it; a withheld cell has none.
    Raises Forbidden like `cells`.
    """
    asking.require(Permission.VIEW, place=cell.place)
    if cell.state == State.WITHHELD:
        return RowsPage([], 0)
    asked = replace(cell.question, by=(), filters=_narrowed(cell))
    spans = [cell.period]
    closure = _closure(asked, cell.place, spans)
    source = _Source(declare.get(cell.measure).kind, closure, files_for(closure, [cell.place], spans))
    values = {"measures": [cell.measure], "places": [cell.place], **asked.parameters}
    _names, counted = source.run(sql.row_count(asked.plan), values, spans)
    names, rows = source.run(sql.rows(asked.plan), {**values, "limit": limit, "offset": offset}, spans)
    return RowsPage([_leaf(dict(zip(names, row, strict=True))) for row in rows], counted[0][0] if counted else 0)


def _narrowed(cell: Cell) -> Filters:
    found = dict(cell.question.filters)
    found.update({name: (code,) for name, code in cell.dims})
    return tuple(sorted(found.items()))


def _leaf(row: dict[str, Any]) -> LeafRow:
    dims = {name.removeprefix(DIM): code for name, code in row.items() if name.startswith(DIM) and code is not None}
    fixed = {name: row[name] for name in LeafRow._fields if name not in ("dims", "record")}
    return LeafRow(**fixed, record=uuid.UUID(row["record"]), dims=dims)
