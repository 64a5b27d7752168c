"""From what an engine has added up to cells: states, completeness, grades. Pure: no engine, no database.

Sets of places are integers here, a bit a place: thousands of cells over thousands of places stay quick.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from qunwen.base.scope.codes import Level

from . import declare, sql
from .closure import Closure
from .declare import Measure
from .enums import Over, State
from .periods import Period
from .questions import Cell, Question
from .reading import mask_of
from .segments import Segments, segments, span_of

Sums = dict[str, tuple[int, int]]  # grade -> (value, records)
# (measure, period) -> {place: why it is not expected, or that it will not tell}
Excused = Mapping[tuple[str, str], Mapping[str, State]]
_PICK = {Over.SUM: 0, Over.MAX: 1, Over.MIN: 2}
_ADD = {Over.SUM: int.__add__, Over.MAX: max, Over.MIN: min}
_MANY = {Over.SUM: sum, Over.MAX: max, Over.MIN: min}


@dataclass(frozen=True, slots=True)
class _Coverage:
    reported: int
    missing: tuple[str, ...]
    withheld: tuple[str, ...]
    any_row: bool

    @property
    def state_without_rows(self) -> State:
        if not self.missing:
            return State.NOT_APPLICABLE
        return State.WITHHELD if len(self.withheld) == len(self.missing) else State.NOT_REPORTED


class Composer:
    """The cells of one question about some places and periods on one map."""

    def __init__(
        self,
        asked: Question,
        *,
        places: Sequence[str],
        periods: Sequence[Period],
        closure: Closure,
        excused: Excused | None = None,
    ) -> None:
        self._asked, self._places, self._periods = asked, places, periods
        self._closure, self._excused = closure, excused or {}
        self._measures = [declare.get(code) for code in asked.measures]
        self.segments: Segments = segments(periods, {m.kind for m in self._measures})
        self.who = self._who()
        self._size = len(self.who)
        self._number = {place: number for number, place in enumerate(self.who)}
        self._masks: dict[tuple[str, Period, Level], int] = {}
        self._named: dict[int, tuple[str, ...]] = {}
        # (measure, place) -> (segment, codes, grade, value, records); (measure, segment) -> who has reported
        self._sums: dict[tuple[str, str], list[tuple[int, tuple[str, ...], str, int, int]]] = defaultdict(list)
        self._reported: dict[tuple[str, int], int] = {}

    def _who(self) -> list[str]:
        """Whose rows completeness is judged by, in order of code; with filters also the places asked for."""
        found = set(self._places) if self._asked.plan.narrowed else set()
        for kind, level in {(m.kind, m.reported_by) for m in self._measures}:
            for place in self._places:
                for period in self._periods:
                    found |= self._closure.reporters(place, span_of(kind, period), level)
        return sorted(found)

    def plan(self, *, dated: bool) -> sql.Plan:
        """The shape of its queries."""
        return replace(self._asked.plan, cuts=len(self.segments.cuts), dated=dated)

    @property
    def places(self) -> Sequence[str]:
        """The places asked for."""
        return self._places

    def take_sums(self, rows: Iterable[Sequence[Any]]) -> None:
        """Rows of `sql.cells`."""
        width = 3 + len(self._asked.by)
        pick = {m.code: width + 1 + _PICK[m.over_places] for m in self._measures}
        for row in rows:
            measure = row[1]
            found = (row[0], tuple(row[3:width]), row[width], row[pick[measure]], row[-1])
            self._sums[measure, row[2]].append(found)

    def take_reporters(self, rows: Iterable[tuple[int, str, Any]]) -> None:
        """Rows of `sql.reporters`, packed or not."""
        for segment, measure, who in rows:
            self._reported[measure, segment] = self._reported.get((measure, segment), 0) | mask_of(who, self._size)

    @property
    def everybody(self) -> list[str]:
        """The places asked for and those whose rows completeness is judged by."""
        return list(dict.fromkeys([*self._places, *self.who]))

    @property
    def few(self) -> bool:
        """Whether the sums of everybody are quicker to have than a second reading of the rows."""
        whole = not self._asked.plan.narrowed and not self._asked.by
        return whole and len(self._measures) * len(self.who) * (len(self.segments.cuts) + 1) <= _FEW

    def take_both(self, rows: Sequence[Sequence[Any]]) -> None:
        """Rows of `sql.cells` at `everybody`."""
        asked = set(self._places)
        self.take_sums(row for row in rows if row[2] in asked)
        self.take_reporters((row[0], row[1], self._number[row[2]]) for row in rows if row[2] in self._number)

    def cells(self) -> list[Cell]:
        """One for every measure, place, period and combination of codes that occurs, in that order."""
        found: list[Cell] = []
        for measure in self._measures:
            wanted = {p: self._wanted(measure, p) for p in self._periods}
            added = {
                (place, period): self._added(measure, place, wanted[period])
                for place in self._places
                for period in self._periods
            }
            combinations = sorted({key for sums in added.values() for key in sums}) if self._asked.by else []
            seen = {p: self._seen(measure, wanted[p]) for p in self._periods}
            for (place, period), sums in added.items():
                coverage = self._coverage(measure, place, period, seen[period])
                found += [
                    self._cell(
                        measure, place, period, key, parts=sums.get(key, {}), coverage=coverage, any_sum=bool(sums)
                    )
                    for key in combinations or [()]
                ]
        return found

    def _wanted(self, measure: Measure, period: Period) -> range:
        span = span_of(measure.kind, period)
        return self.segments.between(span.start, span.end)

    def _added(self, measure: Measure, place: str, wanted: Sequence[int]) -> dict[tuple[str, ...], Sums]:
        add, found = _ADD[measure.over_places], {}
        for segment, key, grade, value, records in self._sums.get((measure.code, place), ()):
            if segment in wanted:
                parts = found.setdefault(key, {})
                before = parts.get(grade)
                parts[grade] = (add(before[0], value), before[1] + records) if before else (value, records)
        return found

    def _seen(self, measure: Measure, wanted: Sequence[int]) -> int:
        mask = 0
        for segment in wanted:
            mask |= self._reported.get((measure.code, segment), 0)
        return mask

    def _expected(self, place: str, span: Period, level: Level) -> int:
        key = (place, span, level)
        if key not in self._masks:
            bits = bytearray(b"0" * (self._size + 1))
            for one in self._closure.reporters(place, span, level):
                bits[self._number[one] + 1] = 49
            self._masks[key] = int(bits, 2)
        return self._masks[key]

    def _places_of(self, mask: int) -> tuple[str, ...]:
        """The places of a set, in order of code."""
        if mask not in self._named:
            bits = format(mask, f"0{self._size}b")
            self._named[mask] = tuple(itertools.compress(self.who, map("1".__eq__, bits)))
        return self._named[mask]

    def _coverage(self, measure: Measure, place: str, period: Period, seen: int) -> _Coverage:
        here = self._expected(place, span_of(measure.kind, period), measure.reported_by)
        came = here & seen
        missing = self._places_of(here & ~seen) if came != here else ()
        excuses = self._excused.get((measure.code, period.code), {}) if missing else {}
        withheld: tuple[str, ...] = ()
        if excuses:
            missing = tuple(p for p in missing if excuses.get(p) != State.NOT_APPLICABLE)
            withheld = tuple(p for p in missing if excuses.get(p) == State.WITHHELD)
        own = self._number.get(place)
        any_row = came != 0 or (own is not None and seen >> (self._size - 1 - own) & 1 == 1)
        return _Coverage(came.bit_count(), missing, withheld, any_row)

    def _cell(  # the parts of a key, and what is known of it
        self,
        measure: Measure,
        place: str,
        period: Period,
        key: tuple[str, ...],
        *,
        parts: Sums,
        coverage: _Coverage,
        any_sum: bool,
    ) -> Cell:
        value = _MANY[measure.over_places](v for v, _n in parts.values()) if parts else 0
        state = coverage.state_without_rows
        if coverage.any_row or any_sum:
            state = State.VALUE if value else State.ZERO
            if 0 < value < max(self._asked.withhold_below, measure.withhold_below):
                state = State.WITHHELD
        shown = state in (State.VALUE, State.ZERO)
        grades = sorted(parts) if shown else ()
        return Cell(
            measure=measure.code,
            place=place,
            period=period,
            dims=tuple(zip(self._asked.by, key, strict=False)),
            state=state,
            value=value if shown else None,
            records=sum(n for _v, n in parts.values()) if shown else 0,
            by_grade={g: parts[g][0] for g in grades},
            records_by_grade={g: parts[g][1] for g in grades},
            reported=coverage.reported,
            expected=coverage.reported + len(coverage.missing),
            missing=coverage.missing,
            question=self._asked,
            withheld=coverage.withheld,
        )


_FEW = 500  # sums that say by themselves who has reported


def answered(composer: Composer, run: Callable[..., Iterable[Sequence[Any]]]) -> list[Cell]:
    """The cells, by two queries of an engine: `run(writer, places)` gives the rows of the text the writer writes.

    By one, where those who report are few and no row is left out: what each of them sums up to is asked for along.
    """
    if composer.few:
        composer.take_both(list(run(sql.cells, composer.everybody)))
    else:
        composer.take_sums(run(sql.cells, composer.places))
        composer.take_reporters(run(sql.reporters, composer.who))
    return composer.cells()
