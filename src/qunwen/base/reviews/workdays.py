"""Working days of the national calendar, make-up days included."""

from __future__ import annotations

import datetime as dt

import chinese_calendar


def is_workday(day: dt.date) -> bool:
    """Whether offices work that day. Years the calendar does not know yet: Monday to Friday."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def after(at: dt.datetime, days: int) -> dt.datetime:
    """The moment `days` working days later (each a whole day of the calendar)."""
    moment = at
    while days > 0:
        moment += dt.timedelta(days=1)
        days -= is_workday(moment.date())
    return moment
