"""The calendar of a county and its schools as the tables say."""

from __future__ import annotations

from collections.abc import Sequence

from .calendar import Calendar, OwnDay, Span
from .models import CalendarDay, CalendarYear


def calendar_of(county: str, terms: Sequence[Span] | None = None) -> Calendar:
    """The county's calendar; with terms, days outside them are school holidays. Two statements."""
    own = {
        day: OwnDay(opens, why)
        for day, opens, why in CalendarDay.unscoped.filter(county=county).values_list("day", "opens", "why")
    }
    years = frozenset(CalendarYear.unscoped.filter(county=county).values_list("year", flat=True))
    return Calendar(own, years, terms)


def own_days(county: str, year: int) -> list[CalendarDay]:
    """What the county has said of single days of the year; public, whoever asks."""
    return list(CalendarDay.unscoped.filter(county=county, day__year=year).order_by("day", "pk"))


def entered_years(county: str) -> list[CalendarYear]:
    """The years the county has entered by hand; public, whoever asks."""
    return list(CalendarYear.unscoped.filter(county=county).order_by("year", "pk"))
