"""What should be there on a day, what will be there at the end, and what that says of the target. Pure and exact."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from .enums import Behaviour, Comparison, Standing

ZERO = Fraction(0)
ONE = Fraction(1)
# Our own rule of early warning: not before a quarter of the period is over (the first weeks say little), and only when
# what the end will bring falls short by more than a tenth of the way. Less is "behind", not yet "at risk".
SOONEST = Fraction(1, 4)
MARGIN = Fraction(1, 10)


@dataclass(frozen=True)
class Point:
    """At the end of that day this much should be there."""

    day: dt.date
    value: Fraction


@dataclass(frozen=True)
class Course:
    """A target over its period [start, end): from `begin` (nothing for a flow, the baseline for a level) to `value`.

    `points` are a path of one's own between the two; without them it is a straight line over the days.
    """

    start: dt.date
    end: dt.date
    value: Fraction
    comparison: Comparison = Comparison.AT_LEAST
    behaviour: Behaviour = Behaviour.FLOW
    baseline: Fraction | None = None
    points: tuple[Point, ...] = ()

    @property
    def begin(self) -> Fraction | None:
        """Where the path begins; None for a level whose baseline nobody has recorded."""
        return ZERO if self.behaviour == Behaviour.FLOW else self.baseline


def elapsed(course: Course, on: dt.date) -> Fraction:
    """How much of the period is over when the day `on` begins: 0 before it, 1 from its end on."""
    if on <= course.start:
        return ZERO
    return ONE if on >= course.end else Fraction((on - course.start).days, (course.end - course.start).days)


def expected(course: Course, on: dt.date) -> Fraction | None:
    """What should be there when the day `on` begins. None when the path has no beginning (no baseline)."""
    begin = course.begin
    if on >= course.end:
        return course.value
    if begin is None:
        return None
    if on <= course.start:
        return begin
    # A point holds at the end of its day, that is when the next one begins.
    knots = [(course.start, begin), *((p.day + dt.timedelta(days=1), p.value) for p in course.points)]
    knots = [*(knot for knot in sorted(knots) if knot[0] < course.end), (course.end, course.value)]
    after = next(n for n, (day, _value) in enumerate(knots) if day > on)
    (first, low), (last, high) = knots[after - 1], knots[after]
    return low + (high - low) * Fraction((on - first).days, (last - first).days)


def check_points(course: Course) -> None:
    """A path of one's own lies inside the period, each day once, and a flow never goes back. Raises ValueError."""
    days = [point.day for point in course.points]
    if len(set(days)) != len(days):
        raise ValueError("day twice")
    if any(not course.start <= day < course.end for day in days):
        raise ValueError("day outside")
    values = [p.value for p in sorted(course.points, key=lambda p: p.day)]
    steps = [ZERO, *values, course.value]
    if course.behaviour == Behaviour.FLOW and any(a > b for a, b in itertools.pairwise(steps)):
        raise ValueError("goes back")


@dataclass(frozen=True)
class LastYear:
    """The same figure a year earlier: at the same day (`part`) and at the end of the period (`whole`)."""

    part: Fraction
    whole: Fraction


@dataclass(frozen=True)
class Progress:
    """What a day says of a target. `by_pace` and `by_last_year` are what the end will bring if it goes on like that."""

    on: dt.date
    standing: Standing
    actual: Fraction | None
    expected: Fraction | None
    value: Fraction
    elapsed: Fraction
    by_pace: Fraction | None = None
    by_last_year: Fraction | None = None

    @property
    def share(self) -> Fraction | None:
        """How much of the target is there; None when nothing is known or the target is nothing."""
        return None if self.actual is None or not self.value else self.actual / self.value

    @property
    def ahead(self) -> Fraction | None:
        """Actual minus expected by the path."""
        return None if self.actual is None or self.expected is None else self.actual - self.expected


def _holds(course: Course, value: Fraction, against: Fraction) -> bool:
    return value >= against if course.comparison == Comparison.AT_LEAST else value <= against


def by_pace(course: Course, actual: Fraction, on: dt.date) -> Fraction | None:
    """The end if it goes on as fast as so far; None before the first day is over or without a baseline."""
    passed, begin = elapsed(course, on), course.begin
    return None if not passed or begin is None else begin + (actual - begin) / passed


def by_last_year(course: Course, actual: Fraction, last: LastYear | None) -> Fraction | None:
    """The end if the rest of the year goes as last year's did; only for flows that had begun by then."""
    if last is None or course.behaviour != Behaviour.FLOW or last.part <= 0:
        return None
    return actual * last.whole / last.part


def judge(
    course: Course, *, actual: Fraction | None, on: dt.date, last_year: LastYear | None = None, complete: bool = True
) -> Progress:
    """Where the target stands when the day `on` begins.

    Missing is never a failure: without an actual figure, or at the end with reports still missing (`complete` False)
    that could still turn it, it is undecided. A flow that has reached a lower bound has met it whatever is missing,
    one that has gone beyond an upper bound has missed it.
    """
    should, passed = expected(course, on), elapsed(course, on)
    if actual is None:
        return Progress(on, Standing.UNDECIDED, None, should, course.value, passed)
    pace, last = by_pace(course, actual, on), by_last_year(course, actual, last_year)
    standing = _standing(
        course, actual, on, should, last if last is not None else pace, passed=passed, complete=complete
    )
    return Progress(on, standing, actual, should, course.value, passed, pace, last)


def _standing(
    course: Course,
    actual: Fraction,
    on: dt.date,
    should: Fraction | None,
    projected: Fraction | None,
    *,
    passed: Fraction,
    complete: bool,
) -> Standing:
    held = _holds(course, actual, course.value)
    # What has been added up does not go away again: one of the two sides is decided before the end.
    if course.behaviour == Behaviour.FLOW and held == (course.comparison == Comparison.AT_LEAST):
        return Standing.MET if held else Standing.NOT_MET
    if on >= course.end:
        if not complete:
            return Standing.UNDECIDED
        return Standing.MET if held else Standing.NOT_MET
    if should is None:
        return Standing.ON_TRACK if held else Standing.UNDECIDED
    if projected is not None and passed >= SOONEST and _falls_short(course, projected):
        return Standing.AT_RISK
    # A level that holds today may be lost again: it is on its way, not met, until the period is over.
    return Standing.ON_TRACK if held or _holds(course, actual, should) else Standing.BEHIND


def _falls_short(course: Course, projected: Fraction) -> bool:
    way = abs(course.value - (course.begin or ZERO)) * MARGIN
    gap = course.value - projected if course.comparison == Comparison.AT_LEAST else projected - course.value
    return gap > way


def series(course: Course, days: Sequence[dt.date]) -> list[Fraction | None]:
    """The path at the end of each of the days, for a chart."""
    return [expected(course, day + dt.timedelta(days=1)) for day in days]
