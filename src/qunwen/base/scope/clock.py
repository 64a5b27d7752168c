"""The one clock. Domain code gets the moment passed in; web, tasks and commands ask here."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> dt.datetime:
    """The present moment, aware, in UTC."""
    return dt.datetime.now(dt.UTC)


def local(at: dt.datetime) -> dt.datetime:
    """The same moment on the clock of the county."""
    return at.astimezone(SHANGHAI)


def day_of(at: dt.datetime) -> dt.date:
    """The county's calendar day in which the moment lies."""
    return local(at).date()


def today() -> dt.date:
    """The county's calendar day now."""
    return day_of(now())


def start_of(day: dt.date) -> dt.datetime:
    """Midnight at which the county's day begins."""
    return dt.datetime.combine(day, dt.time(), tzinfo=SHANGHAI)
