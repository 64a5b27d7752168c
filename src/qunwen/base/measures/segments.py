"""The days of a question, cut where a period begins or ends: rows are added up by segment, segments make periods."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from .enums import Kind
from .periods import Period


def span_of(kind: Kind, period: Period) -> Period:
    """The months that count: all of them for a flow, the last for a stock."""
    return period.last_month if kind == Kind.STOCK else period


@dataclass(frozen=True)
class Segments:
    """Days between neighbouring `marks`, numbered from 0; those in no period asked for are simply not used."""

    marks: tuple[dt.date, ...]
    periods: tuple[Period, ...]

    @property
    def starts(self) -> dt.date:
        """The first day."""
        return self.marks[0]

    @property
    def ends(self) -> dt.date:
        """The day after the last."""
        return self.marks[-1]

    @property
    def cuts(self) -> tuple[dt.date, ...]:
        """The days at which a segment begins, without the first."""
        return self.marks[1:-1]

    def of(self, kind: Kind, period: Period) -> tuple[int, ...]:
        """The numbers of the segments that make a period for measures of a kind."""
        span = span_of(kind, period)
        return tuple(range(self.marks.index(span.start), self.marks.index(span.end)))

    @property
    def parameters(self) -> dict[str, dt.date]:
        """As the queries bind them."""
        return {"starts": self.starts, "ends": self.ends} | {f"cut_{n}": day for n, day in enumerate(self.cuts, 1)}


def segments(periods: Sequence[Period], kinds: set[Kind]) -> Segments:
    """The segments of these periods for measures of these kinds."""
    spans = [span_of(kind, period) for period in periods for kind in kinds]
    return Segments(tuple(sorted({day for s in spans for day in (s.start, s.end)})), tuple(periods))
