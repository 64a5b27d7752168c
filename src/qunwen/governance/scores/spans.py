"""The stretch of time a sheet scores: a half-year, a year, or a cycle of several years. Nothing is carried over."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from qunwen.base.measures.periods import Period, PeriodError

from .enums import Every

_CYCLE = re.compile(r"([12]\d{3})-([12]\d{3})")


@dataclass(frozen=True)
class Span:
    """From the first day up to, not with, the end. `first` and `months` count months from year 0."""

    first: int
    months: int

    @classmethod
    def of(cls, code: str) -> Span:
        """2026H1, 2026, 2026Q1, 2026-05, or 2025-2026 for a cycle. Raises PeriodError for anything else."""
        found = _CYCLE.fullmatch(code.strip()) if isinstance(code, str) else None
        if found is None:
            period = Period.of(code)
            return cls(period.first, period.length)
        begins, ends = int(found[1]), int(found[2])
        if ends <= begins or ends - begins > 9:
            raise PeriodError(_("看不懂的周期“%(code)s”，请写成 2025-2026。") % {"code": code})
        return cls(begins * 12, (ends - begins + 1) * 12)

    @classmethod
    def holding(cls, day: dt.date, *, every: str, cycle: tuple[int, int] = (0, 0)) -> Span:
        """The span of a sheet in which a day lies; `cycle` is (its first year ever, how many years)."""
        if every == Every.HALF:
            return cls(day.year * 12 + (0 if day.month <= 6 else 6), 6)
        if every == Every.YEAR:
            return cls(day.year * 12, 12)
        first, years = cycle
        return cls((first + (day.year - first) // years * years) * 12, years * 12)

    @property
    def code(self) -> str:
        """The code `of` reads."""
        if self.months <= 12:
            return Period(self.first, self.months).code
        return f"{self.first // 12:04}-{self.first // 12 + self.months // 12 - 1:04}"

    @property
    def label(self) -> str:
        """In the reader's language: 2026年上半年, 2025—2026年."""
        if self.months <= 12:
            return Period(self.first, self.months).label
        first = self.first // 12
        return _("%(first)d—%(last)d年") % {"first": first, "last": first + self.months // 12 - 1}

    @property
    def start(self) -> dt.date:
        """The first day."""
        return Period(self.first, self.months).start

    @property
    def end(self) -> dt.date:
        """The day after the last."""
        return Period(self.first, self.months).end

    @property
    def last_day(self) -> dt.date:
        """The last day in it."""
        return Period(self.first, self.months).last_day

    @property
    def previous(self) -> Span:
        """The one of the same length just before."""
        return Span(self.first - self.months, self.months)

    @property
    def next(self) -> Span:
        """The one of the same length just after."""
        return Span(self.first + self.months, self.months)

    @property
    def period(self) -> Period:
        """As figures are asked for: the period itself, for a cycle its last year."""
        return Period(self.first, self.months) if self.months <= 12 else Period(self.first + self.months - 12, 12)

    def parts(self, months: int) -> tuple[Span, ...]:
        """The spans of that length it is made of, in order."""
        return tuple(Span(self.first + n, months) for n in range(0, self.months, months))

    def holds(self, day: dt.date) -> bool:
        """Whether the day lies in it."""
        return self.start <= day < self.end

    def __str__(self) -> str:
        return self.code
