"""The plain rows that the checks read, and what a check finds. No database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from qunwen.base.measures.periods import Period

SESSION = "activities.session"
LINK = "evidence.evidencelink"
VALUE = "returns.returnedvalue"
Bands = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Held:
    """One date that took place. Moments are on the county's clock; `groups` are those counted by hand.

    `area` in hundredths of a square metre and `seats` are those of the venue; `closed`: the venue was closed all day.
    """

    id: str
    matter: str
    place: str
    unit: str
    author: str
    title: str
    kind: str
    starts: dt.datetime
    ends: dt.datetime
    groups: tuple[tuple[str, int], ...] = ()
    checked_in: int = 0
    entered: dt.datetime | None = None
    area: int | None = None
    seats: int | None = None
    air: bool = False
    closed: bool = False

    @property
    def counted(self) -> int:
        """People counted by hand."""
        return sum(number for _group, number in self.groups)

    @property
    def people(self) -> int:
        """Everybody who came."""
        return self.counted + self.checked_in

    @property
    def day(self) -> dt.date:
        """The day on which it took place."""
        return self.starts.date()

    @property
    def minutes(self) -> int:
        """How long it lasted."""
        return int((self.ends - self.starts) / dt.timedelta(minutes=1))


@dataclass(frozen=True, slots=True)
class Picture:
    """One photograph at one record. `matter` is the activity it proves, `day` when that took place."""

    id: str
    file: str
    matter: str
    place: str
    unit: str
    author: str
    day: dt.date
    linked: dt.datetime
    bands: Bands | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """One reported number of an element, in stored integers."""

    id: str
    place: str
    element: str
    period: Period
    value: int
    author: str = ""
    entered: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Presence:
    """One person who checked in, without a name: only whether it is the same person matters."""

    person: str
    session: str
    matter: str
    place: str
    unit: str
    author: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Series:
    """What the places of a county reach in an indicator that has a floor. Same unit throughout."""

    code: str
    title: str
    floor: Fraction
    values: tuple[tuple[str, Fraction], ...]


@dataclass(frozen=True)
class World:
    """Everything the checks of one county and month may read: that month, and what came before it."""

    county: str
    month: Period
    held: tuple[Held, ...] = ()
    pictures: tuple[Picture, ...] = ()
    values: tuple[Value, ...] = ()
    presences: tuple[Presence, ...] = ()
    series: tuple[Series, ...] = ()

    @cached_property
    def here(self) -> tuple[Held, ...]:
        """What took place in the month itself."""
        return tuple(row for row in self.held if self.month.holds(row.day))

    @cached_property
    def half(self) -> Period:
        """The half-year the month lies in: what slow checks speak of."""
        return Period(self.month.first // 6 * 6, 6)


@dataclass(frozen=True)
class Found:
    """What a check found: about whom, in which records, in which numbers. `key` names it the same at every run."""

    code: str
    place: str
    key: str
    rows: tuple[tuple[str, str], ...]
    told: Mapping[str, int | str] = field(hash=False)
    unit: str = ""
    author: str = ""
    period: str = ""  # when it is not that of the check's span
