"""Figures: cells rolled up from leaf rows over the places, and the rows behind a cell.

The engine filters, joins, groups and adds integers; everything else (states, completeness, grades) is here.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from qunwen.base.scope import asking
from qunwen.base.scope.codes import Level

from . import declare, reading, snapshot, spark
from .access import Permission
from .closure import Closure, closure_of, common_root
from .composing import Composer, Excused, answered
from .enums import PlaceMap, State
from .leaf import DIM
from .periods import Period
from .questions import Cell, Filters, LeafRow, Question, QuestionError, RowsPage, question
from .reading import Source
from .segments import span_of


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
    wanted_periods = _periods(periods)
    asked = _dated(asked, wanted_periods)
    wanted = _roots(root, places)
    for place in wanted:
        asking.require(Permission.VIEW, place=place)
    closure = _closure(asked, common_root(wanted), wanted_periods)
    if level is not None:
        wanted = sorted({d for r in wanted for span in wanted_periods for d in closure.at_level(r, level, span)})
    return _computed(asked, wanted, wanted_periods, closure, files_for(closure, wanted, wanted_periods))


def _dated(asked: Question, periods: Sequence[Period]) -> Question:
    return replace(asked, as_of=asked.as_of or max(p.end for p in periods))


def _computed(
    asked: Question, wanted: Sequence[str], wanted_periods: Sequence[Period], closure: Closure, files: Sequence[Path]
) -> list[Cell]:
    excused = excuses_for(asked, closure.counties_under(wanted), wanted_periods)
    return compute(asked, places=wanted, periods=wanted_periods, closure=closure, files=files, excused=excused)


def excuses_for(asked: Question, counties: set[str], periods: Sequence[Period]) -> Excused:
    """Who owes no report, or will not tell, by measure and period: from the measures' own functions."""
    found: dict[tuple[str, str], Mapping[str, State]] = {}
    told: dict[tuple[Any, Period], Mapping[str, Any]] = {}
    for m in map(declare.get, asked.measures):
        if m.excuses is None:
            continue
        for period in periods:
            # An area that can answer for all its measures at once does so: `excuses.together`.
            together = getattr(m.excuses, "together", None)
            key = (together or m.excuses, period)
            if key not in told:
                told[key] = (together or m.excuses)(counties=counties, period=period)
            found[m.code, period.code] = told[key].get(m.code, {}) if together else told[key]
    return found


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
    asked: Question,
    *,
    places: Sequence[str],
    periods: Sequence[Period],
    closure: Closure,
    files: Sequence[Path],
    excused: Excused | None = None,
) -> list[Cell]:
    """The cells of a question from given files and a given map alone: no database (offline checks use it).

    One query for the sums and one for who has reported, whatever the number of measures.
    """
    if getattr(settings, "QUNWEN_ENGINE", "duckdb") == "spark":
        about: dict[str, Any] = {"places": places, "periods": periods, "closure": closure, "excused": excused}
        return spark.compute(asked, files=files, session=spark.session(master=settings.QUNWEN_SPARK_MASTER), **about)
    composer = Composer(asked, places=places, periods=periods, closure=closure, excused=excused)
    source = Source(asked.measures, composer.segments, closure, files, asked.plan, asked.parameters)
    return answered(composer, lambda writer, there: source.run(writer, there)[1])


def opened(
    *, measure: str, place: str, period: Period | str, limit: int = 50, offset: int = 0, **about: Any
) -> tuple[Cell, RowsPage]:
    """One cell and one page of its rows from one look at the files, so that the rows add up to it whatever changes.

    Keywords besides, and what it raises, as `cells` without `by`.
    """
    (span,) = _periods([period])
    asked = _dated(question(measures=measure, **about), [span])
    asking.require(Permission.VIEW, place=place)
    closure = _closure(asked, place, [span])
    files = files_for(closure, [place], [span])
    (cell,) = _computed(asked, [place], [span], closure, files)
    return cell, _page(cell, closure, files, limit, offset, total=cell.records)


def rows_behind(cell: Cell, *, limit: int = 50, offset: int = 0) -> RowsPage:
    """The leaf rows a cell adds up, oldest first, one page, with how many there are in all.

    The same filters as the cell, so that the values of all pages add up to it; a withheld cell has none.
    Raises Forbidden like `cells`.
    """
    asking.require(Permission.VIEW, place=cell.place)
    closure = _closure(cell.question, cell.place, [cell.period])
    return _page(cell, closure, files_for(closure, [cell.place], [cell.period]), limit, offset)


def _page(
    cell: Cell, closure: Closure, files: Sequence[Path], limit: int, offset: int, *, total: int | None = None
) -> RowsPage:
    if cell.state == State.WITHHELD:
        return RowsPage([], 0)
    rows, found = reading.rows_of(
        cell.measure,
        span_of(declare.get(cell.measure).kind, cell.period),
        place=cell.place,
        closure=closure,
        files=files,
        filters=dict(_narrowed(cell)),
        grades=cell.question.grades or None,
        limit=limit,
        offset=offset,
        total=total,
    )
    return RowsPage([_leaf(row) for row in rows], found)


def _narrowed(cell: Cell) -> Filters:
    found = dict(cell.question.filters)
    found.update({name: (code,) for name, code in cell.dims})
    return tuple(sorted(found.items()))


def _leaf(row: dict[str, Any]) -> LeafRow:
    dims = {name.removeprefix(DIM): code for name, code in row.items() if name.startswith(DIM) and code is not None}
    fixed = {name: row[name] for name in LeafRow._fields if name not in ("dims", "record")}
    return LeafRow(**fixed, record=uuid.UUID(row["record"]), dims=dims)
