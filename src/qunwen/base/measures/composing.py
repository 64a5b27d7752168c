"""From what an engine has added up to cells: states, completeness, grades. Pure: no engine, no database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from qunwen.base.scope.codes import Level

from . import declare
from .closure import Closure
from .declare import Measure
from .enums import Kind, Over, State
from .periods import Period
from .questions import Cell, Question

Sums = dict[str, tuple[int, int]]  # grade -> (value, records)
# (measure, period) -> {place: why it is not expected, or that it will not tell}
Excused = Mapping[tuple[str, str], Mapping[str, State]]
_NOBODY: frozenset[str] = frozenset()


def span_of(kind: Kind, period: Period) -> Period:
    """The months that count: all of them for a flow, the last for a stock."""
    return period.last_month if kind == Kind.STOCK else period


@dataclass
class Answers:
    """What the engine said, by what it was asked."""

    sums: dict[tuple[str, str, str], dict[tuple[str, ...], Sums]] = field(default_factory=dict)
    combinations: dict[str, set[tuple[str, ...]]] = field(default_factory=lambda: defaultdict(set))
    reported: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))

    def take_sums(self, asked: Question, rows: Iterable[Sequence[Any]]) -> None:
        """Rows of `sql.cells`: measure, place, period, codes, grade, sum, (most, least,) records."""
        width = 3 + len(asked.by)
        pick = {m.code: _PICK[m.over_places] for m in map(declare.get, asked.measures)}
        for row in rows:
            measure, key, grade = row[0], tuple(row[3:width]), row[width]
            self.combinations[measure].add(key)
            parts = self.sums.setdefault((measure, row[1], row[2]), {}).setdefault(key, {})
            parts[grade] = (row[width + 1 + pick[measure]], row[-1])

    def take_reporters(self, rows: Iterable[tuple[str, str, str]]) -> None:
        """Rows of `sql.reporters`: measure, place, period."""
        for measure, place, period in rows:
            self.reported[measure, period].add(place)


_PICK = {Over.SUM: 0, Over.MAX: 1, Over.MIN: 2}
_MANY = {Over.SUM: sum, Over.MAX: max, Over.MIN: min}


class Composer:
    """The cells of one question on one map."""

    def __init__(self, asked: Question, *, closure: Closure, excused: Excused | None = None) -> None:
        self._asked = asked
        self._closure = closure
        self._excused = excused or {}
        self._known: dict[tuple[str, Period, int], tuple[frozenset[str], tuple[str, ...]]] = {}

    def expected(self, place: str, span: Period, level: int) -> tuple[frozenset[str], tuple[str, ...]]:
        """Who at or below the place is to report for the span: as a set, and in order of code."""
        key = (place, span, level)
        if key not in self._known:
            found = self._closure.reporters(place, span, Level(level))
            self._known[key] = (frozenset(found), tuple(sorted(found)))
        return self._known[key]

    def reporters(self, places: Sequence[str], periods: Sequence[Period]) -> set[str]:
        """Every place whose rows completeness is judged by."""
        found = set(places)
        shapes = {(m.kind, m.reported_by) for m in map(declare.get, self._asked.measures)}
        for kind, level in shapes:
            for place in places:
                for period in periods:
                    found |= self.expected(place, span_of(kind, period), level)[0]
        return found

    def cells(self, answers: Answers, places: Sequence[str], periods: Sequence[Period]) -> list[Cell]:
        """One for every measure, place, period and combination of codes, in that order."""
        found: list[Cell] = []
        for measure in map(declare.get, self._asked.measures):
            combinations = sorted(answers.combinations[measure.code]) if self._asked.by else []
            for place in places:
                for period in periods:
                    sums = answers.sums.get((measure.code, place, period.code), {})
                    coverage = self._coverage(measure, place, period, answers)
                    found += [
                        self._cell(measure, place, period, key, sums.get(key, {}), coverage)
                        for key in combinations or [()]
                    ]
        return found

    def _coverage(self, measure: Measure, place: str, period: Period, answers: Answers) -> _Coverage:
        here, ordered = self.expected(place, span_of(measure.kind, period), measure.reported_by)
        seen = answers.reported.get((measure.code, period.code), _NOBODY)
        came = here & seen
        missing = ordered if not came else tuple(p for p in ordered if p not in came) if len(came) < len(here) else ()
        excuses = self._excused.get((measure.code, period.code), {}) if missing else {}
        withheld: tuple[str, ...] = ()
        if excuses:
            missing = tuple(p for p in missing if excuses.get(p) != State.NOT_APPLICABLE)
            withheld = tuple(p for p in missing if excuses.get(p) == State.WITHHELD)
        return _Coverage(len(came), missing, withheld, bool(came) or place in seen)

    def _cell(
        self, measure: Measure, place: str, period: Period, key: tuple[str, ...], parts: Sums, coverage: _Coverage
    ) -> Cell:
        value = _MANY[measure.over_places](v for v, _n in parts.values()) if parts else 0
        state = coverage.state_without_rows
        if coverage.any_row or parts:
            state = State.VALUE if value else State.ZERO
            if 0 < value < self._asked.withhold_below:
                state = State.WITHHELD
        shown = state in (State.VALUE, State.ZERO)
        return Cell(
            measure=measure.code,
            place=place,
            period=period,
            dims=tuple(zip(self._asked.by, key, strict=False)),
            state=state,
            value=value if shown else None,
            records=sum(n for _v, n in parts.values()) if shown else 0,
            by_grade={g: parts[g][0] for g in sorted(parts)} if shown else {},
            records_by_grade={g: parts[g][1] for g in sorted(parts)} if shown else {},
            reported=coverage.reported,
            expected=coverage.reported + len(coverage.missing),
            missing=coverage.missing,
            question=self._asked,
            withheld=coverage.withheld,
        )


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
