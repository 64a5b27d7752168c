"""Reads of the journal: a record's history, lists, the unsealed tail, the heads of days."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Max, Min, Q, QuerySet
from django.db.models.base import Model
from django.db.models.functions import TruncDate

from qunwen.base.scope import asking
from qunwen.base.scope.clock import SHANGHAI, start_of
from qunwen.base.scope.codes import LENGTHS, Level, upper_bound

from .models import JournalEntry
from .recording import NO_COUNTY


@dataclass(frozen=True, slots=True)
class Tail:
    """What is recorded but not yet sealed."""

    entries: int
    oldest: dt.datetime | None


@dataclass(frozen=True, slots=True)
class DailyHead:
    """The hash that stood at the end of a county's day; on paper it proves the chain up to there."""

    county: str
    day: dt.date
    entries: int
    position: int
    hash: str


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; empty means all. Days are of the county, both included."""

    since: dt.date | None = None
    until: dt.date | None = None
    code: str = ""
    actor: str = ""
    subject: str = ""
    place: str = ""


def history_of(row: Model) -> QuerySet[JournalEntry]:
    """All entries about a record that the open scope shows, newest first."""
    return history(row._meta.label_lower, str(row.pk), counties=_counties_of(row))


def history(subject_type: str, subject_id: str, *, counties: frozenset[str]) -> QuerySet[JournalEntry]:
    """All visible entries about a subject, newest first; `counties` (empty: unknown) says where to look."""
    rows = JournalEntry.objects.filter(subject_type=subject_type, subject_id=subject_id)
    if counties:
        rows = rows.filter(county__in=sorted(counties))
    return rows.order_by("-recorded_at", "-id")


def _counties_of(row: Model) -> frozenset[str]:
    county = getattr(row, "county", None)
    if isinstance(county, str):
        return frozenset({county})
    place = asking.located(row)[0] if hasattr(row, "scoping") else None
    if not isinstance(place, str):
        return frozenset()
    size = LENGTHS[Level.COUNTY]
    # Grants and the like of people at the county may have been recorded above it.
    return frozenset({place[:size] if len(place) >= size else NO_COUNTY, NO_COUNTY})


def entries_matching(filters: Filters) -> QuerySet[JournalEntry]:
    """The visible entries that match, newest first."""
    rows = JournalEntry.objects.all()
    if filters.since:
        rows = rows.filter(recorded_at__gte=start_of(filters.since))
    if filters.until:
        rows = rows.filter(recorded_at__lt=start_of(filters.until + dt.timedelta(days=1)))
    if filters.code:
        rows = rows.filter(code=filters.code)
    if filters.actor:
        rows = rows.filter(Q(actor_name__contains=filters.actor) | Q(for_name__contains=filters.actor))
    if filters.subject:
        rows = rows.filter(subject_label__contains=filters.subject)
    if filters.place:
        rows = rows.filter(place__gte=filters.place, place__lt=upper_bound(filters.place))
        if len(filters.place) >= LENGTHS[Level.COUNTY]:
            rows = rows.filter(county=filters.place[: LENGTHS[Level.COUNTY]])
    return rows.order_by("-recorded_at", "-id")


def tail(county: str | None = None) -> Tail:
    """How much is not yet sealed, of one county or of all, and since when."""
    rows = JournalEntry.unscoped.filter(seal_position=None)
    if county:
        rows = rows.filter(county=county)
    found = rows.aggregate(entries=Count("id"), oldest=Min("recorded_at"))
    return Tail(found["entries"], found["oldest"])


def daily_heads(county: str, first: dt.date, last: dt.date) -> list[DailyHead]:
    """Per day with sealed entries: the last of them in the chain, and its hash. For print and for filing."""
    sealed = JournalEntry.unscoped.filter(
        county=county,
        seal_position__isnull=False,
        recorded_at__gte=start_of(first),
        recorded_at__lt=start_of(last + dt.timedelta(days=1)),
    )
    days = list(
        sealed.order_by()
        .values(day=TruncDate("recorded_at", tzinfo=SHANGHAI))
        .annotate(entries=Count("id"), position=Max("seal_position"))
        .order_by("day")
    )
    positions = [day["position"] for day in days]
    hashes = dict(
        JournalEntry.unscoped.filter(county=county, seal_position__in=positions).values_list(
            "seal_position", "seal_hash"
        )
    )
    return [DailyHead(county, d["day"], d["entries"], d["position"], hashes[d["position"]]) for d in days]
