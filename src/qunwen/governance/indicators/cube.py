"""Sums of leaf rows by measure, place, span, dimension codes and grade: only those that occur.

From the engine in a handful of queries, or from plain rows without any database. What has no sum has no rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from qunwen.base.measures import reading, rollup
from qunwen.base.measures.closure import Closure
from qunwen.base.measures.declare import Row

from .spans import Span


class Sum(NamedTuple):
    """The rows of one grade that share their dimension codes: added up, the greatest, the least, how many."""

    dims: Mapping[str, str]
    grade: str
    value: int
    most: int
    least: int
    records: int


Key = tuple[str, str, int]  # measure, place, key of the span


class Cube(Protocol):
    """Where sums are looked up."""

    def sums(self, measure: str, place: str, span: Span) -> Sequence[Sum]:
        """All sums there are."""

    def came(self, measure: str, place: str, span: Span) -> bool:
        """Whether any row of the measure counts for the place in the span, whatever its dimensions."""


@dataclass(frozen=True)
class Wanted:
    """One engine query: measures in spans, by the same dimensions, at the same places."""

    measures: tuple[tuple[str, Span], ...]
    by: tuple[str, ...]
    places: tuple[str, ...]

    @property
    def asked(self) -> dict[str, list[Span]]:
        """Each measure and its spans."""
        found: dict[str, list[Span]] = defaultdict(list)
        for measure, span in self.measures:
            found[measure].append(span)
        return dict(found)


@dataclass
class EngineCube:
    """Sums asked of the engine over fresh partition files."""

    closure: Closure
    found: dict[Key, list[Sum]] = field(default_factory=dict)
    seen: set[Key] = field(default_factory=set)

    def sums(self, measure: str, place: str, span: Span) -> Sequence[Sum]:
        """All sums there are."""
        return self.found.get((measure, place, span.key), ())

    def came(self, measure: str, place: str, span: Span) -> bool:
        """Whether any row counts there."""
        return (measure, place, span.key) in self.seen

    def read(self, wanted: Sequence[Wanted]) -> None:
        """Ask for sums: one query each."""
        files = self._files(wanted)
        for one in wanted:
            made: dict[Key, list[Sum]] = defaultdict(list)
            found = reading.sums(one.asked, by=one.by, places=one.places, closure=self.closure, files=files)
            for (measure, place, span), parts in found.items():
                made[measure, place, span.key] = [
                    Sum(dict(zip(one.by, p.codes, strict=True)), p.grade, p.value, p.most, p.least, p.records)
                    for p in parts
                ]
            self.found.update(made)
            self.seen.update(made)

    def read_reporters(self, wanted: Sequence[Wanted]) -> None:
        """Ask who has any row at all: one query each."""
        files = self._files(wanted)
        for one in wanted:
            found = reading.reporters(one.asked, places=one.places, closure=self.closure, files=files)
            self.seen.update((measure, place, span.key) for measure, place, span in found)

    def _files(self, wanted: Sequence[Wanted]) -> list[Path]:
        places = sorted({p for w in wanted for p in w.places})
        spans = sorted({s for w in wanted for _m, s in w.measures})
        return rollup.files_for(self.closure, places, spans) if spans else []


_COMBINE: Mapping[str, Callable[[Collection[int]], int]] = {"sum": sum, "max": max, "min": min}


def combined(values: Collection[int], over: str) -> int:
    """One number from several: their sum, the greatest or the least. Raises ValueError for max and min of nothing."""
    return _COMBINE.get(over, sum)(values)


def total(sums: Collection[Sum], over: str) -> int:
    """One number from sums; 0 where there are none."""
    picked = [s.most if over == "max" else s.least if over == "min" else s.value for s in sums]
    return combined(picked, over) if picked else 0


@dataclass
class RowCube:
    """Sums of plain rows under given edges: no engine, no database."""

    closure: Closure
    rows: Sequence[tuple[str, Row]]
    _known: dict[Key, list[Sum]] = field(default_factory=dict)

    def sums(self, measure: str, place: str, span: Span) -> Sequence[Sum]:
        """All sums there are."""
        key = (measure, place, span.key)
        if key not in self._known:
            self._known[key] = self._summed(measure, place, span)
        return self._known[key]

    def came(self, measure: str, place: str, span: Span) -> bool:
        """Whether any row counts there."""
        return bool(self.sums(measure, place, span))

    def _summed(self, measure: str, place: str, span: Span) -> list[Sum]:
        groups: dict[tuple[Any, ...], list[int]] = defaultdict(list)
        for code, row in self.rows:
            if code == measure and span.holds(row.day):
                for _edge in self._under(place, row):
                    groups[tuple(sorted(row.dims.items())), row.grade].append(row.value)
        return [Sum(dict(d), grade, sum(v), max(v), min(v), len(v)) for (d, grade), v in sorted(groups.items())]

    def _under(self, place: str, row: Row) -> list[Any]:
        return [
            edge
            for edge in self.closure.edges
            if edge[0] == place
            and edge[1] == row.place
            and (edge[2] is None or edge[2] <= row.day)
            and (edge[3] is None or row.day < edge[3])
        ]
