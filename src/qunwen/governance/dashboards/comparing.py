"""Comparing figures: with another period, with a target, with one another. Nothing is claimed that is not there."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from qunwen.base.measures.enums import State

from .goals import Goal
from .readings import Reading, say


class Turn(enum.Enum):
    """How a figure stands to another one, or why that cannot be said."""

    UP = "up"
    DOWN = "down"
    FLAT = "flat"
    UNFINISHED = "unfinished"  # the period is not over
    NO_VALUE = "no_value"  # nothing has been reported now
    NO_BASE = "no_base"  # nothing was reported then
    LACKING_NOW = "lacking_now"
    LACKING_THEN = "lacking_then"
    LACKING_BOTH = "lacking_both"


SAID = (Turn.UP, Turn.DOWN, Turn.FLAT)


@dataclass(frozen=True)
class Comparison:
    """Two figures. `difference` is of the values as shown, `per_cent` of the exact ones; None where not to be said."""

    now: Reading
    then: Reading
    turn: Turn
    difference: Fraction | None = None
    per_cent: Fraction | None = None

    @property
    def said(self) -> bool:
        """Whether the two can be compared."""
        return self.turn in SAID


def compare(now: Reading, then: Reading, *, today: dt.date) -> Comparison:
    """How `now` stands to `then`.

    Only complete figures of periods that are over are compared; a percentage needs a base above zero, and a unit
    that is not itself per cent.
    """
    turn = _obstacle(now, then, today)
    if turn is not None or now.value is None or then.value is None or now.rounded is None or then.rounded is None:
        return Comparison(now, then, turn or Turn.NO_VALUE)
    change = now.value - then.value
    turn = Turn.UP if change > 0 else Turn.DOWN if change < 0 else Turn.FLAT
    share = abs(change) / then.value * 100 if then.value > 0 and not now.subject.per_cent else None
    return Comparison(now, then, turn, now.rounded - then.rounded, share)


def _obstacle(now: Reading, then: Reading, today: dt.date) -> Turn | None:
    if now.value is None:
        return Turn.NO_VALUE
    if then.value is None:
        return Turn.NO_BASE
    if now.period.end > today:
        return Turn.UNFINISHED
    if not now.complete:
        return Turn.LACKING_NOW if then.complete else Turn.LACKING_BOTH
    return None if then.complete else Turn.LACKING_THEN


@dataclass(frozen=True)
class Progress:
    """How far a figure is on the way to its target, in exact per cent; None when the figure is missing."""

    reading: Reading
    goal: Goal
    per_cent: Fraction | None

    @property
    def shown(self) -> str:
        """The target as pages write it."""
        return say(self.goal.value, self.reading.subject.places)

    @property
    def percent(self) -> str:
        """How far, with one decimal; empty when it cannot be said."""
        return "" if self.per_cent is None else say(self.per_cent, 1)

    @property
    def width(self) -> int:
        """For a bar: 0 to 100."""
        return 0 if self.per_cent is None else max(0, min(100, int(self.per_cent)))


def progress(reading: Reading, goal: Goal) -> Progress:
    """The share of the target that has been reached; a target of zero has no share."""
    if reading.value is None or goal.value <= 0:
        return Progress(reading, goal, None)
    return Progress(reading, goal, reading.value / goal.value * 100)


@dataclass(frozen=True)
class Ranked:
    """A place in a ranking; `rank` is None for one whose figure is missing."""

    rank: int | None
    reading: Reading


def ranked(readings: Sequence[Reading]) -> list[Ranked]:
    """From the most to the least (or the other way where less is better), by code among equals.

    Equal figures share a rank and the next one is counted on (1, 1, 3). Missing ones come last and have none.
    """
    known = [r for r in readings if r.value is not None]
    sign = -1 if not (known and known[0].subject.less_is_better) else 1
    known.sort(key=lambda r: (sign * (r.value or 0), r.place))
    found: list[Ranked] = []
    for n, reading in enumerate(known, start=1):
        same = bool(found) and found[-1].reading.value == reading.value
        found.append(Ranked(found[-1].rank if same else n, reading))
    missing = sorted((r for r in readings if r.value is None), key=lambda r: r.place)
    return found + [Ranked(None, r) for r in missing]


@dataclass(frozen=True)
class Contribution:
    """What one place below adds to the change of the whole; `place` is empty for the rest."""

    place: str
    difference: Fraction


@dataclass(frozen=True)
class Contributions:
    """All of them and the rest add up to `total.difference`."""

    total: Comparison
    parts: tuple[Contribution, ...]
    rest: Fraction

    def leading(self, most: int = 3) -> tuple[Contribution, ...]:
        """The largest in the direction of the whole, at most so many; equals are taken together or left together."""
        sign = 1 if (self.total.difference or 0) > 0 else -1
        same = [p for p in self.parts if p.difference * sign > 0]
        same.sort(key=lambda p: (-p.difference * sign, p.place))
        while len(same) > most:
            last = same[most].difference
            kept = same[:most]
            same = kept if kept[-1].difference != last else [p for p in kept if p.difference != last]
        return tuple(same)


def contributions(total: Comparison, parts: Sequence[tuple[Reading, Reading]]) -> Contributions | None:
    """How the places below make up the change of the whole, now and then for each.

    None when the whole cannot be compared or did not change, the places do not add up by their nature, or one of
    them is not known. A place that did not exist in a period counts nothing in it. What lies at the place itself and
    not below is the rest.
    """
    if not total.now.subject.additive or total.turn not in (Turn.UP, Turn.DOWN) or not total.difference:
        return None
    if not (_settled(total.now) and _settled(total.then)):
        return None
    found = []
    for now, then in parts:
        if not (_settled(now) and _settled(then)):
            return None
        found.append(Contribution(now.place, (now.rounded or Fraction(0)) - (then.rounded or Fraction(0))))
    rest = total.difference - sum((p.difference for p in found), Fraction(0))
    return Contributions(total, tuple(found), rest)


def _settled(reading: Reading) -> bool:
    # A value that is rounded for show would leave its rounding in the rest, where it would look like somebody's share.
    return (reading.complete and reading.value == reading.rounded) or reading.state == State.NOT_APPLICABLE
