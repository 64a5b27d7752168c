"""On which days a class meets: public holidays and working weekends of the State Council's calendar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple

import chinese_calendar
from django.utils.translation import gettext as _

EVENING = dt.time(17, 30)  # a class that begins later is no bother to those who work or learn that day


class Left(NamedTuple):
    """A day of the week on which the class does not meet, and why."""

    day: dt.date
    why: str


class Days(NamedTuple):
    """When a class meets, which days are left out, and whether the calendar knew every year of it."""

    days: tuple[dt.date, ...]
    left: tuple[Left, ...]
    known: bool


def meeting_days(*, first: dt.date, until: dt.date, weekdays: Collection[int], number: int, starts: dt.time) -> Days:
    """Up to `number` days of those weekdays (Monday 0) in [first, until), without public holidays.

    A weekend that is worked (调休) is left out by day and kept in the evening. Years the calendar does not know yet
    are taken as they come, and said so. Source: the yearly notice of the State Council's office, by `chinesecalendar`.
    """
    day = first
    days: list[dt.date] = []
    left: list[Left] = []
    known = True
    while day < until and len(days) < number:
        if day.weekday() in weekdays:
            why = ""
            try:
                why = _left_out(day, starts)
            except NotImplementedError:
                known = False
            if why:
                left.append(Left(day, why))
            else:
                days.append(day)
        day += dt.timedelta(days=1)
    return Days(tuple(days), tuple(left), known)


def _left_out(day: dt.date, starts: dt.time) -> str:
    free, name = chinese_calendar.get_holiday_detail(day)
    if free:
        return _holiday(name) if name else ""
    if day.weekday() >= 5 and starts < EVENING:
        return _("调休上班、上学")
    return ""


def _holiday(name: str) -> str:
    found = next((one for one in chinese_calendar.Holiday if one.value == name), None)
    return found.chinese if found is not None else name
