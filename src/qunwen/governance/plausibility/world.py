"""What checks look at: plain rows of one county, without a database. Numbers are whole; moments are local."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

RecordKey = tuple[str, str]  # (record type, id)


@dataclass(frozen=True)
class Held:
    """One date of an activity that was held. `count`: heads counted, None when nobody did."""

    id: str
    activity: str
    place: str
    title: str
    starts: dt.datetime
    ends: dt.datetime
    count: int | None = None
    venue: str = ""
    open_air: bool = False
    unit: str = ""
    author: str = ""  # who answers for the record
    noted: dt.datetime | None = None  # when the number was put in

    @property
    def record(self) -> RecordKey:
        """As rows of a finding name it."""
        return "activities.session", self.id


@dataclass(frozen=True)
class Told:
    """A returned value in force, in stored integers. `month`: of its period's last day, counted from year 0."""

    id: str
    place: str
    element: str
    period: str
    month: int
    value: int
    author: str = ""
    entered: dt.datetime | None = None

    @property
    def record(self) -> RecordKey:
        """As rows of a finding name it."""
        return "returns.returnedvalue", self.id


@dataclass(frozen=True)
class Photo:
    """A photograph that proves a record. `bands`: its perceptual hash in four numbers of 16 bits."""

    sha256: str
    record: RecordKey
    place: str
    day: dt.date
    bands: tuple[int, ...] = ()
    author: str = ""
    unit: str = ""


@dataclass(frozen=True)
class House:
    """A venue: its area in hundredths of a square metre, seats, and announced closures (from, to)."""

    id: str
    area: int | None = None
    seats: int | None = None
    closures: tuple[tuple[dt.datetime, dt.datetime], ...] = ()


@dataclass(frozen=True)
class Floor:
    """A floor that many places are measured by, in stored integers of an element."""

    element: str
    value: int


@dataclass(frozen=True)
class World:
    """A county as the checks see it. `since`, `until`: the days that findings are about; rows may be older (history)."""

    county: str
    since: dt.date
    until: dt.date
    held: tuple[Held, ...] = ()
    told: tuple[Told, ...] = ()
    photos: tuple[Photo, ...] = ()
    houses: Mapping[str, House] = field(default_factory=dict, hash=False)
    floors: tuple[Floor, ...] = ()

    def within(self, day: dt.date) -> bool:
        """Whether a day is one that findings are about."""
        return self.since <= day < self.until


@dataclass(frozen=True)
class Suspicion:
    """What a check found. `key` stays the same as long as the records do; `numbers` fill the sentence."""

    check: str
    place: str
    key: str
    rows: tuple[RecordKey, ...]
    numbers: Mapping[str, int | str] = field(hash=False)
    author: str = ""
    unit: str = ""
    strong: bool = False
