"""Which days a formula looks at: the period asked for, moved and stretched by before, last_year, year_to_date, ….

A moment keeps the period that was asked for and how flows are to be taken up to its end, apart: so that it does not
matter in which order a formula says "last year" and "year to date".
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from qunwen.base.measures.periods import Period

from .language import ir

PINNED = 1000  # a year above this is written out; below, it is counted from the period's own
HISTORY = 12  # earlier periods looked at
HISTORY_MONTHS = 24  # and never further back than this: every month looked at has to be counted once


@dataclass(frozen=True, order=True)
class Span(Period):
    """Any number of months from the month `first`; a whole month, quarter, half-year or year has its period's code."""

    @property
    def code(self) -> str:  # type: ignore[override]
        """2026H1, or 2026-01~5 for five months from January."""
        if self.length in (1, 3, 6, 12) and self.first % self.length == 0:
            return Period(self.first, self.length).code
        return f"{self.first // 12:04}-{self.first % 12 + 1:02}~{self.length}"

    @property
    def key(self) -> int:
        """A number that names it."""
        return self.first * 1000 + self.length

    @property
    def earlier(self) -> tuple[Span, ...]:
        """Up to 12 spans of the same length just before, no more than 24 months back; the nearest first."""
        number = max(1, min(HISTORY, HISTORY_MONTHS // self.length))
        return tuple(Span(self.first - n * self.length, self.length) for n in range(1, number + 1))


def span_of(period: Period) -> Span:
    """A period as a span."""
    return Span(period.first, period.length)


@dataclass(frozen=True)
class Moment:
    """A period, and over how many months flows are taken: its own, the year to date, or the last `months`."""

    period: Span
    to_date: bool = False
    months: int = 0

    @property
    def end_year(self) -> int:
        """The calendar year in which the period ends."""
        return (self.period.first + self.period.length - 1) // 12

    @cached_property
    def span(self) -> Span:
        """The months a flow is added up over; its end is where a stock is read."""
        after = self.period.first + self.period.length
        if self.to_date:
            return Span(self.end_year * 12, after - self.end_year * 12)
        if self.months:
            return Span(after - self.months, self.months)
        return self.period

    def back(self, months: int) -> Moment:
        """The same so many months earlier."""
        return replace(self, period=Span(self.period.first - months, self.period.length))

    def under(self, expr: ir.Expr) -> Moment:
        """What lies under a node that moves or stretches time; under any other node the same."""
        match expr:
            case ir.Before(n=n):
                return self.back(n * self.period.length)
            case ir.LastYear(n=n):
                return self.back(12 * n)
            case ir.YearToDate():
                return replace(self, to_date=True, months=0)
            case ir.LastMonths(n=n):
                return replace(self, to_date=False, months=n)
            case ir.InYear(year=year):
                return Moment(Span((year if year > PINNED else self.end_year + year) * 12, 12))
            case _:
                return self


def year_of(vintage: int | None, moment: Moment) -> int:
    """The year at whose end a population is read."""
    if vintage is not None and vintage > PINNED:
        return vintage
    return moment.end_year + (vintage or 0)
