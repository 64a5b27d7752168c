"""Stretches of time and the quarters of an hour they touch. Half-open: two stretches that meet do not clash."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

QUARTER = 15 * 60
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def held(starts_at: dt.datetime, ends_at: dt.datetime, *, buffer_minutes: int = 0) -> range:
    """Every quarter that the stretch touches, its buffers before and after included."""
    buffer = dt.timedelta(minutes=buffer_minutes)
    first = _seconds(starts_at - buffer) // QUARTER
    after = -(-_seconds(ends_at + buffer) // QUARTER)
    return range(first, after)


def _seconds(moment: dt.datetime) -> int:
    # Whole seconds: a stretch given in microseconds begins with its second.
    return (moment - _EPOCH) // dt.timedelta(seconds=1)


def moment_of(quarter: int) -> dt.datetime:
    """When a quarter begins."""
    return _EPOCH + dt.timedelta(seconds=quarter * QUARTER)


def weekly(starts_at: dt.datetime, ends_at: dt.datetime, *, times: int, every: int = 1) -> Iterable[tuple]:
    """(start, end) of each date of a series: the same hours every so many weeks. Shanghai knows no summer time."""
    for n in range(times):
        later = dt.timedelta(weeks=every * n)
        yield starts_at + later, ends_at + later
