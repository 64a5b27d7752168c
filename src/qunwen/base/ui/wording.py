"""Moments and numbers as people say them: 本周六 14:30, 3.2 万."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from qunwen.base.scope import clock

WAN = 10_000


def weekday_name(day: dt.date) -> str:
    """Return the day of the week in one or few characters, as after 周."""
    return (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))[day.weekday()]


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
        month_and_day = date_format(day, _("n月j日"))
        return f"{month_and_day} {weekday_name(day)}"
    return date_format(day, "DATE_FORMAT")


def say_moment(moment: dt.datetime, *, at: dt.datetime) -> str:
    """Return a moment as seen at the moment `at`, on the county's clock."""
    here = clock.local(moment)
    return f"{say_day(here.date(), today=clock.day_of(at))} {here:%H:%M}"


def full_day(day: dt.date) -> str:
    """Return the whole date with its weekday, for tooltips."""
    return f"{date_format(day, 'DATE_FORMAT')} {weekday_name(day)}"


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
