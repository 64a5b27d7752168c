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
