"""One reading of partition files on a map: what rows add up to, who has any, and the rows themselves.

For whoever composes figures (`rollup` here, indicators elsewhere): given files and closure, no database, no rights.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from . import engine, sql
from .closure import Closure
from .segments import Segments


class Span(Protocol):
    """Days from `start` up to, not with, `end`. Hashable."""

    @property
    def start(self) -> dt.date:
        """The first day."""

    @property
    def end(self) -> dt.date:
        """The day after the last."""


class Added(NamedTuple):
    """The rows of one grade that share their dimension codes: added up, the greatest, the least, how many."""

    codes: tuple[str, ...]
    grade: str
    value: int
    most: int
    least: int
    records: int


_WHOLE = sql.Plan()
Asked = Mapping[str, Sequence[Any]]  # measure -> its spans
Filters = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Source:
    """Files read on a map: measures, the days cut into segments, what is grouped by and filtered."""

    measures: Sequence[str]
    segments: Segments
    closure: Closure
    files: Sequence[Path]
    plan: sql.Plan = _WHOLE
    parameters: Mapping[str, Any] | None = None

    def run(
        self, writer: Callable[[sql.Plan], str], places: Sequence[str], **values: Any
    ) -> tuple[list[str], list[tuple]]:
        """A query of the SQL writer at these places: (column names, rows); nothing where there is nothing to read."""
        if not self.files or not places or not self.measures:
            return [], []
        closure, dated = self.closure.table(places, starts=self.segments.starts, ends=self.segments.ends)
        text = writer(replace(self.plan, cuts=len(self.segments.cuts), dated=dated))
        bound = {"files": [str(f) for f in self.files], "measures": list(self.measures), "last": len(places) - 1}
        bound |= {**self.segments.parameters, **(self.parameters or {}), **values}
        return engine.run(text, {name: bound[name] for name in names_in(text)}, {"closure": closure})


def names_in(text: str) -> list[str]:
    """The names of the values that a query of DuckDB's dialect binds."""
    return sorted(set(re.findall(r"\$(\w+)", text)))


def mask_of(who: str | int, size: int) -> int:
    """A set of places as an integer, the bit of number 0 the highest: from a bit string, or of one number."""
    return int(who, 2) if isinstance(who, str) else 1 << (size - 1 - who)


def _source(asked: Asked, closure: Closure, files: Sequence[Path], plan: sql.Plan, **parameters: Any) -> Source:
    marks = tuple(sorted({day for spans in asked.values() for s in spans for day in (s.start, s.end)}))
    return Source(tuple(asked), Segments(marks), closure, files if marks else (), plan, parameters)


def _spans_by_segment(asked: Asked, segments: Segments) -> dict[tuple[str, int], list[Any]]:
    found: dict[tuple[str, int], list[Any]] = defaultdict(list)
    for measure, spans in asked.items():
        for span in dict.fromkeys(spans):
            for segment in segments.between(span.start, span.end):
                found[measure, segment].append(span)
    return found


def sums(
    asked: Asked, *, by: Sequence[str] = (), places: Sequence[str], closure: Closure, files: Sequence[Path]
) -> dict[tuple[str, str, Any], list[Added]]:
    """(measure, place, span) → what its rows add up to by the codes of the dimensions and grade; only what occurs.

    One engine query for all measures, each in its own spans.
    """
    source = _source(asked, closure, files, sql.Plan(by=tuple(by), extremes=True))
    covering = _spans_by_segment(asked, source.segments)
    _names, rows = source.run(sql.cells, places)
    found: dict[tuple[str, str, Any], dict[tuple, Added]] = defaultdict(dict)
    for segment, measure, place, *codes, grade, value, most, least, records in rows:
        here = Added(tuple(codes), grade, value, most, least, records)
        for span in covering.get((measure, segment), ()):
            parts = found[measure, place, span]
            before = parts.get((here.codes, grade))
            parts[here.codes, grade] = here if before is None else _together(before, here)
    return {key: list(parts.values()) for key, parts in found.items()}


def _together(one: Added, other: Added) -> Added:
    return Added(
        one.codes,
        one.grade,
        one.value + other.value,
        max(one.most, other.most),
        min(one.least, other.least),
        one.records + other.records,
    )


def reporters(
    asked: Asked, *, places: Sequence[str], closure: Closure, files: Sequence[Path]
) -> Iterator[tuple[str, str, Any]]:
    """Each (measure, place, span) for which there is any row at all. One engine query."""
    source = _source(asked, closure, files, sql.Plan())
    covering = _spans_by_segment(asked, source.segments)
    masks: dict[tuple[str, Any], int] = defaultdict(int)
    _names, rows = source.run(sql.reporters, places)
    for segment, measure, who in rows:
        for span in covering.get((measure, segment), ()):
            masks[measure, span] |= mask_of(who, len(places))
    for (measure, span), mask in masks.items():
        bits = format(mask, f"0{len(places)}b")
        yield from ((measure, place, span) for place, bit in zip(places, bits, strict=True) if bit == "1")


def rows_of(
    measure: str,
    span: Span,
    *,
    place: str,
    closure: Closure,
    files: Sequence[Path],
    filters: Filters | None = None,
    grades: Sequence[str] | None = None,
    limit: int,
    offset: int = 0,
    total: int | None = None,
) -> tuple[list[dict[str, Any]], int]:
    """The leaf rows of a measure at a place in a span, oldest first, one page, and how many there are in all.

    `total`: that number, where these very files have been counted.
    """
    filters = dict(filters or {})
    plan = sql.Plan(filters=tuple(filters), graded=grades is not None)
    bound: dict[str, Any] = {f"filter_{name}": list(codes) for name, codes in filters.items()}
    bound |= {} if grades is None else {"grades": list(grades)}
    source = _source({measure: [span]}, closure, files, plan, **bound)
    names, rows = source.run(sql.rows, [place], limit=limit, offset=offset)
    if total is None and (len(rows) == limit or not rows):
        _names, counted = source.run(sql.row_count, [place])
        total = counted[0][0] if counted else 0
    elif total is None:
        total = offset + len(rows)
    return [dict(zip(names, row, strict=True)) for row in rows], total
