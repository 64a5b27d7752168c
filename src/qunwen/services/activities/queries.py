"""Reads across activities: the portal's lists, the desk's plan, plan against held."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Min, Prefetch, Q, QuerySet, Sum

from qunwen.base.scope.clock import start_of
from qunwen.base.scope.codes import upper_bound

from .enums import COUNTS_AS_HELD, COUNTS_AS_PLANNED, SessionState
from .models import Activity, Headcount, Session
from .search import terms


def sessions_between(
    first: dt.date,
    until: dt.date,
    *,
    below: str = "",
    kind: str = "",
    text: str = "",
) -> QuerySet[Session]:
    """Dates that touch [first, until), earliest first, by place, kind and words. In the open scope."""
    found = Session.objects.filter(ends_at__gt=start_of(first), starts_at__lt=start_of(until))
    if below:
        found = found.filter(place_id__gte=below, place_id__lt=upper_bound(below))
    if kind:
        found = found.filter(activity__kind=kind)
    for term in terms(text):
        found = found.filter(activity__search_text__contains=term)
    return found.select_related("activity", "activity__venue", "activity__unit", "place").order_by("starts_at", "pk")


def upcoming(at: dt.datetime, **filters: str) -> QuerySet[Session]:
    """Dates not yet over, scheduled or postponed, for ninety days."""
    from_day = at.astimezone(dt.UTC).date()
    found = sessions_between(from_day, from_day + dt.timedelta(days=92), **filters)
    return found.filter(ends_at__gt=at, state__in=[SessionState.SCHEDULED, SessionState.POSTPONED])


def with_sessions(activities: QuerySet[Activity]) -> QuerySet[Activity]:
    """The activities with their dates and all that a page about them shows."""
    return activities.select_related("venue", "unit", "place", "series", "owner").prefetch_related(
        Prefetch("sessions", Session.objects.order_by("starts_at", "pk"))
    )


def for_desk() -> QuerySet[Activity]:
    """Activities of the open scope as the desk's list shows them."""
    return Activity.objects.select_related("place", "unit", "venue", "owner").annotate(
        first_start=Min("sessions__starts_at"), session_count=Count("sessions", distinct=True)
    )


def headcount_totals(county: str, sessions: Iterable[uuid.UUID]) -> dict[uuid.UUID, int]:
    """People counted on the spot by session."""
    rows = (
        Headcount.unscoped.filter(county=county, session__in=list(sessions)).values("session").annotate(n=Sum("number"))
    )
    return {row["session"]: row["n"] for row in rows}


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One month of a plan: how many were planned, held, cancelled."""

    year: int
    month: int
    planned: int
    held: int
    cancelled: int

    @property
    def outstanding(self) -> int:
        """Planned and neither held nor cancelled."""
        return self.planned - self.held


def plan_by_month(year: int, *, below: str = "", unit: uuid.UUID | None = None) -> list[PlanLine]:
    """Plan against held for the twelve months of a year. Only lines of the plan, each counted in its month."""
    rows = Activity.objects.filter(plan_year=year, in_plan=True)
    if below:
        rows = rows.filter(place_id__gte=below, place_id__lt=upper_bound(below))
    if unit is not None:
        rows = rows.filter(unit_id=unit)
    counted = {
        row["plan_month"]: row
        for row in rows.order_by()
        .values("plan_month")
        .annotate(
            planned=Count("pk", filter=Q(state__in=sorted(COUNTS_AS_PLANNED))),
            held=Count("pk", filter=Q(state__in=sorted(COUNTS_AS_HELD))),
            cancelled=Count("pk", filter=Q(state="cancelled")),
        )
    }
    return [
        PlanLine(
            year=year,
            month=month,
            planned=counted.get(month, {}).get("planned", 0),
            held=counted.get(month, {}).get("held", 0),
            cancelled=counted.get(month, {}).get("cancelled", 0),
        )
        for month in range(1, 13)
    ]
