"""Moments and numbers as people say them: 本周六 14:30, 3.2 万."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal

from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from qunwen.base.scope import clock

WAN = 10_000
_WEEKDAYS = (
    gettext_noop("周一"),
    gettext_noop("周二"),
    gettext_noop("周三"),
    gettext_noop("周四"),
    gettext_noop("周五"),
    gettext_noop("周六"),
    gettext_noop("周日"),
)


def weekday_name(day: dt.date) -> str:
    """Return the day of the week in one or few characters, as after 周."""
    return _(_WEEKDAYS[day.weekday()])


def say_day(day: dt.date, *, today: dt.date) -> str:
    """Return a day as seen from `today`: 今天, 明天, 本周六, 下周三, 11月28日 周六, with the year if it is another."""
    near = {-1: _("昨天"), 0: _("今天"), 1: _("明天"), 2: _("后天")}
    distance = (day - today).days
    if distance in near:
        return near[distance]
    monday = today - dt.timedelta(days=today.weekday())
    weeks = (day - monday).days // 7
    if weeks == 0:
        return _("本%(weekday)s") % {"weekday": weekday_name(day)}
    if weeks == 1:
        return _("下%(weekday)s") % {"weekday": weekday_name(day)}
    if day.year == today.year:
        return _("%(day)s %(weekday)s") % {"day": date_format(day, _("n月j日")), "weekday": weekday_name(day)}
    return date_format(day, "DATE_FORMAT")


def say_moment(moment: dt.datetime, *, at: dt.datetime) -> str:
    """Return a moment as seen at the moment `at`, on the county's clock."""
    here = clock.local(moment)
    return f"{say_day(here.date(), today=clock.day_of(at))} {here:%H:%M}"


def full_day(day: dt.date) -> str:
    """Return the whole date with its weekday, for tooltips."""
    return _("%(day)s %(weekday)s") % {"day": date_format(day, "DATE_FORMAT"), "weekday": weekday_name(day)}


def full_moment(moment: dt.datetime) -> str:
    """Return the whole date, weekday and time on the county's clock, for tooltips."""
    here = clock.local(moment)
    return f"{full_day(here.date())} {here:%H:%M}"


def exact_number(value: int | Decimal | float) -> str:
    """Return a number with thousands separators and nothing rounded."""
    return f"{value:,}"


def number_in_wan(value: int | Decimal | float) -> str:
    """Return a number in units of ten thousand with one place, from 10,000 up; smaller ones stay exact.

    Languages that do not count in 万 get the exact number.
    """
    if abs(value) < WAN or not (get_language() or "").startswith("zh"):
        return exact_number(value)
    tenths = (Decimal(str(value)) / WAN).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    return _("%(number)s 万") % {"number": f"{tenths:,}".removesuffix(".0")}
