"""The days of a question, cut where a span begins or ends: rows are added up by segment, segments make spans."""

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
    """Days between neighbouring `marks`, numbered from 0; those in no span asked for are simply not used."""

    marks: tuple[dt.date, ...]

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

    def between(self, start: dt.date, end: dt.date) -> range:
        """The numbers of the segments that make these days; both are marks."""
        return range(self.marks.index(start), self.marks.index(end))

    @property
    def parameters(self) -> dict[str, dt.date]:
        """As the queries bind them."""
        return {"starts": self.starts, "ends": self.ends} | {f"cut_{n}": day for n, day in enumerate(self.cuts, 1)}


def segments(periods: Sequence[Period], kinds: set[Kind]) -> Segments:
    """The segments of these periods for measures of these kinds."""
    spans = [span_of(kind, period) for period in periods for kind in kinds]
    return Segments(tuple(sorted({day for s in spans for day in (s.start, s.end)})))
