"""The records of a county as plain rows, in a number of queries that does not depend on theirs."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.apps import apps

from qunwen.base.evidence.models import EvidenceLink
from qunwen.base.measures.periods import Period
from qunwen.base.scope.clock import day_of, local
from qunwen.services.activities.enums import SessionState
from qunwen.services.activities.models import Headcount, Session
from qunwen.services.bookings import queries as bookings
from qunwen.services.bookings.models import Booking
from qunwen.services.venues import queries as venues
from qunwen.services.venues.models import Venue

from . import floors
from .rows import SESSION, Held, Picture, Presence, Value, World

BACK = 11  # months before the month that are read: a year with it
OUT_OF_DOORS = frozenset({"square"})
_FIELDS = (
    "pk", "activity_id", "place_id", "activity__unit_id", "activity__owner_id", "activity__title", "activity__kind",
    "starts_at", "ends_at", "changed_at", "activity__venue_id", "activity__open_air",
)  # fmt: skip
_LINKS = (
    "pk", "file_id", "subject_type", "subject_id", "place_id", "linked_by_id", "linked_at", "file__band_a",
    "file__band_b", "file__band_c", "file__band_d",
)  # fmt: skip


def world(county: str, month: Period) -> World:
    """What the checks of that county and month read: the month and eleven before it."""
    since = Period(month.first - BACK, 1)
    sessions = list(
        Session.unscoped.filter(
            county=county, state=SessionState.HELD, starts_at__gte=since.starts_at, starts_at__lt=month.ends_at
        )
        .order_by("starts_at", "pk")
        .values_list(*_FIELDS)
    )
    return World(
        county=county, month=month, held=tuple(_held(county, month, sessions)),
        pictures=tuple(_pictures(county, since, month)), values=tuple(_values(county, since, month)),
        presences=tuple(_presences(county, month, sessions)), series=floors.series(county=county, period=month),
    )  # fmt: skip


def _held(county: str, month: Period, sessions: list[tuple[Any, ...]]) -> Iterable[Held]:
    groups: dict[uuid.UUID, list[tuple[str, int]]] = defaultdict(list)
    entered: dict[uuid.UUID, dt.datetime] = {}
    ids = [row[0] for row in sessions]
    counted = Headcount.unscoped.filter(
        county=county, session__county=county, session__starts_at__gte=Period(month.first - BACK, 1).starts_at,
        session__starts_at__lt=month.ends_at,
    ).order_by("session_id", "group")  # fmt: skip
    for session, group, number, at in counted.values_list("session_id", "group", "number", "counted_at"):
        groups[session].append((group, number))
        entered[session] = max(at, entered.get(session, at))
    came: dict[uuid.UUID, int] = defaultdict(int)
    for (session, _group), number in bookings.check_ins(county=county, subject_type=SESSION, ids=ids).items():
        came[session] += number
    rooms = _rooms({row[10] for row in sessions if row[10]})
    for pk, activity, place, unit, owner, title, kind, starts, ends, changed, venue, air in sessions:
        known = rooms.get(venue)
        yield Held(
            id=str(pk), matter=str(activity), place=place, unit=str(unit), author=str(owner or ""), title=title,
            kind=kind, starts=local(starts), ends=local(ends), groups=tuple(groups.get(pk, ())),
            checked_in=came.get(pk, 0), entered=local(entered.get(pk, changed)),
            area=known.area if known else None, seats=known.seats if known else None,
            air=air or bool(known and known.venue.kind in OUT_OF_DOORS),
            closed=bool(known and month.holds(day_of(starts)) and known.closed_on(day_of(starts))),
        )  # fmt: skip


class _Known:
    """What is known of a venue: its greatest area, its seats where every room says them, its days."""

    def __init__(self, venue: Venue) -> None:
        rooms = list(venue.rooms.all())
        area = sum((room.area for room in rooms if room.area), start=venue.area or 0)
        self.venue = venue
        # The building's area and its rooms' overlap; the sum errs on the side of believing.
        self.area = int(area * 100) if area else None
        told = [room.capacity for room in rooms]
        self.seats = sum(n for n in told if n) if rooms and all(told) else None

    def closed_on(self, day: dt.date) -> bool:
        """Whether it was closed all day; without any hours on record nothing is known."""
        known = bool(self.venue.weekly_hours.all())
        return known and not venues.hours_on(self.venue, day).open


def _rooms(ids: set[uuid.UUID]) -> dict[uuid.UUID, _Known]:
    rows = venues.with_rooms(venues.with_hours(Venue.objects.filter(pk__in=ids)))
    return {row.pk: _Known(row) for row in rows}


def _pictures(county: str, since: Period, month: Period) -> Iterable[Picture]:
    links = list(
        EvidenceLink.unscoped.filter(
            county=county, removed_at=None, file__county=county, file__kind="photo",
            linked_at__gte=since.starts_at, linked_at__lt=month.ends_at,
            subject_type__in=[SESSION, "activities.activity"],
        )
        .order_by("linked_at", "pk")
        .values_list(*_LINKS)
    )  # fmt: skip
    of_session: dict[str, tuple[str, str, dt.date]] = {}
    of_activity: dict[str, tuple[str, str, dt.date]] = {}
    rows = Session.unscoped.filter(
        county=county, starts_at__gte=Period(since.first - 3, 1).starts_at, starts_at__lt=month.ends_at
    )
    about = rows.order_by("starts_at", "pk").values_list("pk", "activity_id", "activity__unit_id", "starts_at")
    for pk, activity, unit, starts in about:
        known = (str(activity), str(unit), day_of(starts))
        of_session[str(pk)] = known
        of_activity.setdefault(str(activity), known)
    for pk, file, kind, subject, place, author, linked, *bands in links:
        found = (of_session if kind == SESSION else of_activity).get(subject)
        if found is not None:
            matter, unit, day = found
            hashed = None if None in bands else (bands[0], bands[1], bands[2], bands[3])
            yield Picture(
                str(pk), str(file), matter, place, unit, str(author or ""), day, local(linked), hashed
            )  # fmt: skip


def _values(county: str, since: Period, month: Period) -> Iterable[Value]:
    """Numbers reported by hand, where that area is installed."""
    if not apps.is_installed("qunwen.governance.returns"):
        return
    model: Any = apps.get_model("returns", "ReturnedValue")
    rows = model.unscoped.filter(
        county=county, superseded_at=None, value__isnull=False, ends_on__gte=since.start, ends_on__lt=Period(month.first, 12).end
    ).order_by("ends_on", "place_id", "element", "pk")  # fmt: skip
    fields = ("pk", "place_id", "element", "period", "value", "entered_by_id", "entered_at")
    for pk, place, element, period, value, author, at in rows.values_list(*fields):
        yield Value(str(pk), place, element, Period.of(period), value, str(author or ""), local(at))


def _presences(county: str, month: Period, sessions: list[tuple[Any, ...]]) -> Iterable[Presence]:
    known = {row[0]: row for row in sessions}
    rows = Booking.unscoped.filter(
        county=county, bucket__county=county, bucket__subject_type=SESSION, resident__isnull=False,
        checked_in_at__gte=month.starts_at, checked_in_at__lt=month.ends_at,
    ).order_by("checked_in_at", "pk")  # fmt: skip
    for resident, session, at in rows.values_list("resident_id", "bucket__subject_id", "checked_in_at"):
        row = known.get(session)
        if row is not None:
            _pk, matter, place, unit, author, *_rest = row
            yield Presence(str(resident), str(session), str(matter), place, str(unit), str(author or ""), local(at))
