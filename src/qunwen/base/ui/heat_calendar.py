"""A calendar of days coloured by how much happened, in weeks from Monday to Sunday."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from hashlib import sha256

from django.utils.formats import date_format

from .charts import Text, format_value
from .tokens import HEAT_COLOURS

CELL = 13


@dataclass(frozen=True)
class Day:
    """One square."""

    x: int
    y: int
    text: str
    colour: str
    missing: bool


@dataclass(frozen=True)
class MonthName:
    """The name of a month above its first week."""

    x: int
    y: int
    text: str


@dataclass(frozen=True)
class CalendarLayout:
    """Everything to be drawn in one size."""

    name: str
    width: int
    height: int
    days: tuple[Day, ...]
    months: tuple[MonthName, ...]


@dataclass(frozen=True)
class HeatCalendar:
    """Counts for each day in [first, last]; days not in `counts` are missing and hatched, 0 is a plain square."""

    title: Text
    first: date
    last: date
    counts: Mapping[date, int]
    unit: Text = ""
    note: Text = ""
    summary: Text = ""
    month_urls: Mapping[tuple[int, int], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("the last day of a calendar is before the first")

    @cached_property
    def key(self) -> str:
        """A short name which is unique on the page."""
        return sha256(f"{self.title}|{self.first}|{self.last}".encode()).hexdigest()[:10]

    @cached_property
    def bounds(self) -> list[int]:
        """The lowest count of each shade from the second on: quarters of the highest count."""
        top = max(self.counts.values(), default=0)
        return sorted({max(1, -(-top * k // 5)) for k in range(5)})

    def shade(self, count: int) -> str:
        """Return the colour of a count."""
        return HEAT_COLOURS[sum(count >= bound for bound in self.bounds)]

    @property
    def has_missing(self) -> bool:
        """Whether any day has no count."""
        return len(self.counts) <= (self.last - self.first).days

    @property
    def legend(self) -> list[tuple[str, str]]:
        """The words and the colour of each shade."""
        tops = [bound - 1 for bound in self.bounds[1:]] + [None]
        shades = [("0", HEAT_COLOURS[0])]
        for low, high in zip(self.bounds, tops, strict=True):
            words = f"{low}+" if high is None else (f"{low}" if low == high else f"{low}–{high}")
            shades.append((words, self.shade(low)))
        return shades

    @property
    def month_rows(self) -> list[tuple[str, int, int, str]]:
        """For the table: each month, its total, how many of its days have no count, and what opens it."""
        months: dict[tuple[int, int], list[int]] = {}
        for offset in range((self.last - self.first).days + 1):
            day = self.first + timedelta(days=offset)
            totals = months.setdefault((day.year, day.month), [0, 0])
            totals[0] += self.counts.get(day, 0)
            totals[1] += day not in self.counts
        return [
            (date_format(date(y, m, 1), "YEAR_MONTH_FORMAT"), total, missing, self.month_urls.get((y, m), ""))
            for (y, m), (total, missing) in months.items()
        ]

    @property
    def layouts(self) -> tuple[CalendarLayout, ...]:
        """A year in one band for a wide page, in bands of 26 weeks for a phone."""
        return (self._draw("wide", 53), self._draw("phone", 26))

    def _draw(self, name: str, weeks_in_band: int) -> CalendarLayout:
        monday = self.first - timedelta(days=self.first.weekday())
        band = 7 * CELL + 26
        days, months, seen = [], [], None
        for offset in range((self.last - self.first).days + 1):
            day = self.first + timedelta(days=offset)
            week = (day - monday).days // 7
            x, top = (week % weeks_in_band) * CELL, (week // weeks_in_band) * band
            count = self.counts.get(day)
            words = f"{date_format(day, 'DATE_FORMAT')} {format_value(count)}{self.unit if count is not None else ''}"
            colour = self.shade(count) if count is not None else ""
            days.append(Day(x, top + 20 + day.weekday() * CELL, words.strip(), colour, count is None))
            if day.month != seen and (seen is None or day.day <= 7):
                seen = day.month
                months.append(MonthName(x, top + 14, date_format(day, "M")))
        weeks = ((self.last - monday).days) // 7 + 1
        bands = -(-weeks // weeks_in_band)
        width = min(weeks, weeks_in_band) * CELL + 20
        return CalendarLayout(name, width, bands * band, tuple(days), tuple(months))
