"""Reading what is reserved, what is free, what is in the way, and what could be done about it."""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet

from qunwen.base.people.models import Resident
from qunwen.base.scope.clock import day_of, local, start_of

from . import openings, quarters
from .enums import AHEAD, OfferState, OpenTo, State
from .models import OfferedHours, Reservation, Resource, Slot, Team
from .openings import DAY, Stretch, with_hours

PROPOSALS = 3
LOOKED_AT = 2000  # reservations ahead that are looked at for repair
DAYS_LOOKED = 7


def reservations_on(resource: Resource, day: dt.date) -> QuerySet[Reservation]:
    """What stands on a day, in order."""
    begins, ends = start_of(day), start_of(day + DAY)
    rows = Reservation.objects.filter(county=resource.county, resource=resource, ended_at=None)
    return rows.filter(starts_at__lt=ends, ends_at__gt=begins).order_by("starts_at", "pk")


def of_subject(*, county: str, subject_type: str, subject_id: uuid.UUID) -> QuerySet[Reservation]:
    """What is held for a lesson, an activity, an event."""
    rows = Reservation.objects.filter(county=county, subject_type=subject_type, subject_id=subject_id, ended_at=None)
    return rows.order_by("starts_at", "pk")


def is_free(resource: Resource, starts_at: dt.datetime, ends_at: dt.datetime) -> bool:
    """Whether nothing is in the way now, buffers included."""
    wanted = quarters.held(starts_at, ends_at, buffer_minutes=resource.buffer_minutes)
    return not Slot.unscoped.filter(
        county=resource.county, resource=resource, quarter__gte=wanted.start, quarter__lt=wanted.stop
    ).exists()


def free(resource: Resource, day: dt.date, *, at: dt.datetime | None = None) -> list[Stretch]:
    """When the resource can be reserved that day; from `at` on, where it is given."""
    return openings.free_stretches(resource, day, at=at)


def free_of(rows: Iterable[Resource], day: dt.date, *, at: dt.datetime | None = None) -> dict[uuid.UUID, list[Stretch]]:
    """The same of several resources of one county, in one query."""
    found = list(rows)
    if not found:
        return {}
    widest = dt.timedelta(minutes=max(row.buffer_minutes for row in found))
    wanted = quarters.held(start_of(day) - widest, start_of(day + DAY) + widest)
    slots = Slot.unscoped.filter(
        county=found[0].county, resource__in=[row.pk for row in found], quarter__gte=wanted.start,
        quarter__lt=wanted.stop,
    )  # fmt: skip
    held: dict[uuid.UUID, list[int]] = {row.pk: [] for row in found}
    for resource, quarter in slots.order_by("quarter").values_list("resource_id", "quarter"):
        held[resource].append(quarter)
    return {row.pk: openings.free_stretches(row, day, at=at, held=openings.joined(held[row.pk])) for row in found}


def clashes(resource: Resource, starts_at: dt.datetime, ends_at: dt.datetime) -> QuerySet[Reservation]:
    """The reservations in the way of a stretch, buffers included, in order."""
    wanted = quarters.held(starts_at, ends_at, buffer_minutes=resource.buffer_minutes)
    slots = Slot.unscoped.filter(
        county=resource.county, resource=resource, quarter__gte=wanted.start, quarter__lt=wanted.stop
    )
    rows = Reservation.unscoped.filter(county=resource.county, pk__in=slots.values("reservation_id"))
    return rows.order_by("starts_at", "pk")


# -- lists ------------------------------------------------------------------------------------------------


def resources(*, county: str) -> QuerySet[Resource]:
    """What residents or troupes may reserve, in the order of places."""
    rows = Resource.objects.filter(county=county, active=True, open_to__in=[OpenTo.TEAMS, OpenTo.RESIDENTS])
    return rows.order_by("place_id", "kind", "title", "pk")


def mine(*, county: str, residents: Iterable[uuid.UUID]) -> QuerySet[Reservation]:
    """What the family reserved, the next first."""
    rows = Reservation.objects.filter(county=county, resident__in=list(residents))
    return rows.select_related("resource__place", "resource__room__venue", "team").order_by("starts_at", "pk")


def teams_of(resident: Resident) -> QuerySet[Team]:
    """The troupes a resident answers for."""
    return Team.objects.filter(county=resident.county, leader=resident, ended_at=None).order_by("name", "pk")


def offers(*, county: str, at: dt.datetime) -> QuerySet[OfferedHours]:
    """Hours that troupes can take now, the next first."""
    rows = OfferedHours.objects.filter(county=county, state=OfferState.OPEN, starts_at__gt=at, resource__active=True)
    return rows.select_related("resource__room__venue", "resource__place", "place").order_by("starts_at", "pk")


def waiting(*, county: str = "") -> QuerySet[Reservation]:
    """What waits for approval, the next first."""
    rows = Reservation.objects.filter(state=State.ASKED)
    if county:
        rows = rows.filter(county=county)
    return rows.select_related("resource__place", "team", "resident").order_by("starts_at", "pk")


def unattended(*, at: dt.datetime, minutes: int) -> QuerySet[Reservation]:
    """Confirmed reservations that began so many minutes ago where one has to check in, and nobody did.

    Lessons and whatever else an area reserves for itself are not asked at the door.
    """
    rows = Reservation.unscoped.filter(
        state=State.CONFIRMED, subject_type="", resource__door_check=True,
        starts_at__lte=at - dt.timedelta(minutes=minutes), ends_at__gt=at - DAY,
    )  # fmt: skip
    return rows.select_related("resource").order_by("county", "starts_at", "pk")


# -- a day at the door, a week on the desk ----------------------------------------------------------------


def now_and_next(resource: Resource, at: dt.datetime) -> tuple[Reservation | None, list[Reservation]]:
    """Who has the resource at the moment, and who comes later today."""
    rows = Reservation.unscoped.filter(
        county=resource.county, resource=resource, ended_at=None, ends_at__gt=at,
        starts_at__lt=start_of(day_of(at) + DAY),
    )  # fmt: skip
    found = list(rows.exclude(state=State.ASKED).select_related("team").order_by("starts_at", "pk"))
    running = next((row for row in found if row.starts_at <= at), None)
    return running, [row for row in found if row is not running]


@dataclass(frozen=True, slots=True)
class Cell:
    """One hour of one day in the grid: who has it, else whether it is open and free."""

    starts_at: dt.datetime
    # Each with whether it went on from the hour before, so that it is told once.
    reservations: list[tuple[Reservation, bool]]
    open: bool
    free: bool


def week(resource: Resource, monday: dt.date) -> list[tuple[dt.time, list[Cell]]]:
    """Rows of hours with a cell for each of seven days; from the first to the last hour that matters, at least 9 to 18."""
    begins, ends = start_of(monday), start_of(monday + 7 * DAY)
    rows = Reservation.objects.filter(
        county=resource.county, resource=resource, ended_at=None, starts_at__lt=ends, ends_at__gt=begins
    )
    held = list(rows.select_related("team").order_by("starts_at", "pk"))
    days = [monday + n * DAY for n in range(7)]
    opened = {day: openings.open_stretches(resource, day) for day in days}
    buffer = dt.timedelta(minutes=resource.buffer_minutes)
    slots = openings.held_stretches(resource, begins - buffer, ends + buffer)
    spare = {day: openings.free_stretches(resource, day, held=slots) for day in days}
    hours = [local(first).hour for stretches in opened.values() for first, _last in stretches]
    hours += [local(row.starts_at).hour for row in held]
    lasts = [local(last - dt.timedelta(seconds=1)).hour for stretches in opened.values() for _first, last in stretches]
    lasts += [local(row.ends_at - dt.timedelta(seconds=1)).hour for row in held]
    found = []
    for hour in range(min([9, *hours]), max([17, *lasts]) + 1):
        line = []
        for day in days:
            first = start_of(day) + dt.timedelta(hours=hour)
            last = first + dt.timedelta(hours=1)
            inside = [(row, row.starts_at < first) for row in held if row.starts_at < last and first < row.ends_at]
            line.append(Cell(first, inside, _touches(opened[day], first, last), _touches(spare[day], first, last)))
        found.append((dt.time(hour), line))
    return found


def _touches(stretches: list[Stretch], first: dt.datetime, last: dt.datetime) -> bool:
    return any(begins < last and first < ends for begins, ends in stretches)


@dataclass(frozen=True, slots=True)
class Date:
    """One date of a series before it is made: when, and what is in the way ("" for nothing)."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    why: str


def series_dates(
    resource: Resource, starts_at: dt.datetime, ends_at: dt.datetime, *, times: int, every: int, use: str,
    trusted: bool, at: dt.datetime,
) -> list[Date]:  # fmt: skip
    """The dates of a series with what is in their way, without taking anything."""
    found = []
    for begins, ends in quarters.weekly(starts_at, ends_at, times=times, every=every):
        why = openings.why_closed(resource, begins, ends) or openings.why_kept(
            resource, begins, use=use, team=None, resident=None, trusted=trusted, at=at
        )
        if not why and (held := clashes(resource, begins, ends).first()) is not None:
            why = openings.taken_words(resource, held.starts_at, held.ends_at)
        found.append(Date(begins, ends, why))
    return found


# -- what has to be repaired ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Proposal:
    """Where a reservation could go instead."""

    resource: Resource
    starts_at: dt.datetime
    ends_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Affected:
    """A reservation that stands in a time that is not to be had any more, and what could be done."""

    reservation: Reservation
    why: str
    proposals: list[Proposal]


def standing_in_the_way(*, at: dt.datetime, county: str = "") -> Iterator[tuple[Reservation, str]]:
    """Reservations ahead whose resource is blocked, closed or out of use at their time, with why; the next first."""
    rows = Reservation.objects.filter(state__in=sorted(AHEAD), starts_at__gt=at)
    if county:
        rows = rows.filter(county=county)
    wanted = with_hours(Resource.objects.all())
    rows = rows.select_related("team", "resident", "bundle").prefetch_related(Prefetch("resource", wanted))
    for row in rows.order_by("starts_at", "pk")[:LOOKED_AT]:
        if why := openings.why_closed(row.resource, row.starts_at, row.ends_at):
            yield row, why


def affected(*, at: dt.datetime, county: str = "", most: int = 60) -> list[Affected]:
    """The same with proposals, the first `most` of them."""
    found = itertools.islice(standing_in_the_way(at=at, county=county), most)
    return [Affected(row, why, proposals(row, at=at)) for row, why in found]


def repairs_of(rows: Iterable[Reservation], *, at: dt.datetime) -> list[Affected]:
    """Those of a series' or bundle's reservations that cannot stay, with proposals."""
    ahead = [row for row in rows if row.state in AHEAD and row.starts_at > at]
    found = ((row, openings.why_closed(row.resource, row.starts_at, row.ends_at)) for row in ahead)
    return [Affected(row, why, proposals(row, at=at)) for row, why in found if why]


def proposals(row: Reservation, *, at: dt.datetime) -> list[Proposal]:
    """Another resource of the same kind at the same time, the nearest and best fitting first; else the same one, and the
    same hours on another day of the week that follows. A piece of a bundle keeps its time."""
    found = []
    for other in _like(row):
        if not openings.why_closed(other, row.starts_at, row.ends_at) and is_free(other, row.starts_at, row.ends_at):
            found.append(Proposal(other, row.starts_at, row.ends_at))
            if len(found) == PROPOSALS:
                return found
    if row.bundle_id is not None:
        return found
    for days in range(1, DAYS_LOOKED + 1):
        begins, ends = row.starts_at + days * DAY, row.ends_at + days * DAY
        if begins > at and not openings.why_closed(row.resource, begins, ends) and is_free(row.resource, begins, ends):
            found.append(Proposal(row.resource, begins, ends))
            break
    return found


def _like(row: Reservation) -> list[Resource]:
    """Other resources of the kind in which it fits; those of the same village first, then of the town, then the rest."""
    rows = Resource.objects.filter(county=row.county, kind=row.resource.kind, active=True).exclude(pk=row.resource_id)
    if row.people is not None:
        rows = rows.filter(Q(capacity=None) | Q(capacity__gte=row.people))
    here = row.resource.place_id
    others = list(with_hours(rows)[:200])
    wanted = row.people or row.resource.capacity or 0
    return sorted(others, key=lambda one: (-_near(here, one.place_id), _misfit(one, wanted), one.title, str(one.pk)))


def _near(here: str, there: str) -> int:
    return next((size for size in (12, 9, 6) if here[:size] == there[:size]), 0)


def _misfit(resource: Resource, wanted: int) -> int:
    return abs((resource.capacity or 0) - wanted)
