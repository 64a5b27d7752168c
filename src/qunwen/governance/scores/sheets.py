"""A score sheet: its items, vetoes and resets. Plain values; `definitions.py` reads them from TOML.

Points are exact Fractions. What an item may fall to and rise to is part of the item, never a habit of the code.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

from qunwen.governance.indicators.language.ir import Expr
from qunwen.governance.indicators.language.reading import Source

from .enums import Asks, Every, ItemKind, Subjects

ZERO = Fraction(0)
ONE = Fraction(1)


@dataclass(frozen=True)
class Category:
    """One sort of entry under an item and what each of them is worth (for a minus: takes)."""

    code: str
    title: str
    en: str
    points: Fraction


@dataclass(frozen=True)
class Late:
    """What counts for something that came late.

    With `days`: entered more than that many days after the span's end is late, more than `closes` days not at all.
    Without, the entry's own dates decide: after `due` late, after `late_until` not at all.
    """

    share: Fraction
    days: int | None = None
    closes: int | None = None


@dataclass(frozen=True)
class Step:
    """From this value on, this many points."""

    at: Fraction
    points: Fraction


@dataclass(frozen=True)
class Item:
    """One line of a sheet.

    `base` points are there from the beginning (what a condition gives is `base`, too); `if_not` is added when a base
    item is not fulfilled (negative). `floor` and `cap` bound the item: a negative floor is a penalty beyond the item,
    `cap=None` says that nothing bounds it. `weight` multiplies what remains.
    """

    code: str
    title: str
    en: str
    kind: ItemKind
    source: Source
    base: Fraction = ZERO
    if_not: Fraction = ZERO
    otherwise: Fraction = ZERO
    floor: Fraction = ZERO
    cap: Fraction | None = None
    weight: Fraction = ONE
    asks: Asks = Asks.ENTRY
    categories: tuple[Category, ...] = ()
    confirm: bool = False
    late: Late | None = None
    expr: Expr | None = None
    text: str = ""
    unit: str = ""
    steps: tuple[Step, ...] = ()
    of: str = ""
    over: str = ""
    supply: str = ""
    line: int = 0

    @property
    def most(self) -> Fraction | None:
        """The most the item can bring before its weight; None when nothing bounds it."""
        if self.kind == ItemKind.STEPS:
            return max([ZERO, *(step.points for step in self.steps)])
        if self.kind == ItemKind.PLUS:
            return self.cap
        if self.kind == ItemKind.SHEET:
            return self.cap
        return max(self.base, self.otherwise) if self.kind == ItemKind.CONDITION else self.base

    def category(self, code: str) -> Category | None:
        """The category of that code, None when there is none."""
        return next((each for each in self.categories if each.code == code), None)


@dataclass(frozen=True)
class Veto:
    """What brings the total to nothing or bars from awards (一票否决).

    It stands when an entry of its code is there (`standing` as long as it is not rectified), when no entry of `unless`
    is there, or when its condition holds.
    """

    code: str
    title: str
    en: str
    reason: str
    reason_en: str
    source: Source
    total_to_zero: bool = False
    bars: tuple[str, ...] = ()
    unless: bool = False
    lifts: bool = False
    confirm: bool = False
    expr: Expr | None = None
    text: str = ""
    line: int = 0


@dataclass(frozen=True)
class Reset:
    """What takes all points of some items until it is rectified: an entry of its code whose due day has passed."""

    code: str
    title: str
    en: str
    items: tuple[str, ...]
    source: Source
    confirm: bool = False
    line: int = 0


@dataclass(frozen=True)
class Award:
    """Something a sheet decides on, from which a veto may bar."""

    code: str
    title: str
    en: str


@dataclass(frozen=True)
class Sheet:
    """A score sheet of one kind of subject and one length of time."""

    code: str
    title: str
    en: str
    subjects: Subjects
    every: Every
    source: Source
    cycle: tuple[int, int] = (0, 0)
    floor: Fraction | None = ZERO
    cap: Fraction | None = None
    ties: tuple[str, ...] = ()
    awards: tuple[Award, ...] = ()
    items: tuple[Item, ...] = ()
    vetoes: tuple[Veto, ...] = ()
    resets: tuple[Reset, ...] = ()
    enabled: bool = True
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    file: str = ""
    line: int = 0
    canonical: Mapping[str, Any] = field(default_factory=dict, hash=False, compare=False)
    sha256: str = ""

    @cached_property
    def by_code(self) -> dict[str, Item | Veto | Reset]:
        """Everything an entry may be about."""
        return {each.code: each for each in (*self.items, *self.vetoes, *self.resets)}

    @property
    def exprs(self) -> tuple[Expr, ...]:
        """Every expression the sheet asks about."""
        return tuple(each.expr for each in (*self.items, *self.vetoes) if each.expr is not None)

    @property
    def most(self) -> Fraction | None:
        """The most the sheet can bring; None when an item has no cap and the sheet neither."""
        found = ZERO
        for item in self.items:
            if item.most is None:
                return self.cap
            found += max(item.most, ZERO) * item.weight
        return found if self.cap is None else min(found, self.cap)

    def in_force(self, day: dt.date) -> bool:
        """Whether it is to be used on a day; `valid_to` is the last one."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


def say_points(points: Fraction) -> str:
    """Points as people write them: 30, -6, 1.5; what has no end is rounded to four places, half up."""
    sign, exact = ("-" if points < 0 else ""), abs(points)
    units, rest = divmod(exact * 10_000, 1)
    whole, tail = divmod(int(units) + (1 if rest * 2 >= 1 else 0), 10_000)
    decimals = f"{tail:04}".rstrip("0")
    shown = f"{whole}.{decimals}" if decimals else str(whole)
    return shown if shown == "0" else f"{sign}{shown}"
