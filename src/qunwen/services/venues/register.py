"""The register of a county as plain rows for the figures: what stands there, how big, open when. No clock.

The register says what is so now; it keeps no older states. A corrected area or pattern of hours therefore holds
for every month since the facility was opened, and whoever changes one touches those months.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Q

from qunwen.base.evidence import queries as evidence
from qunwen.base.measures.enums import Grade
from qunwen.base.measures.periods import Period
from qunwen.base.scope.clock import start_of
from qunwen.base.scope.codes import upper_bound

from .models import Closure, DaysCounted, Room, SpecialDay, Venue, WeeklyHours

VENUE = "venues.venue"
CLOSURE = "venues.closure"
ROOM = "venues.room"
HOURS = "venues.weeklyhours"
SPECIAL = "venues.specialday"
COUNTED = "venues.dayscounted"
PHOTO = "evidence.evidencelink"
_FIELDS = ("pk", "place_id", "kind", "area", "free_open", "accessibility", "latitude")


@dataclass(frozen=True, slots=True)
class Stretch:
    """One stretch of opening on a weekday, within the dates of its pattern."""

    minutes: int
    valid_from: dt.date | None
    valid_to: dt.date | None

    def applies_on(self, day: dt.date) -> bool:
        """Whether the pattern holds that day; the weekday is known."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day < self.valid_to)


@dataclass(slots=True)
class Entry:
    """One facility in use at a month's end."""

    pk: uuid.UUID
    place: str
    kind: str
    area: Decimal | None
    free: bool
    accessible: bool
    mapped: bool
    week: dict[int, list[Stretch]] = field(default_factory=lambda: defaultdict(list))

    @property
    def has_hours(self) -> bool:
        """Whether any opening is entered at all."""
        return bool(self.week)

    @property
    def undated(self) -> bool:
        """Whether one pattern holds all the year."""
        return all(one.valid_from is None and one.valid_to is None for several in self.week.values() for one in several)

    def minutes_on(self, day: dt.date) -> int:
        """Minutes of the weekly pattern on a calendar day."""
        return sum(one.minutes for one in self.week.get(day.weekday(), ()) if one.applies_on(day))


def entries(county: str, month: Period, kinds: Collection[str] = ()) -> list[Entry]:
    """Facilities in use on the month's last day, by place and id; of some kinds only."""
    rows = Venue.unscoped.filter(place_id__gte=county, place_id__lt=upper_bound(county)).filter(
        Q(opened_on=None) | Q(opened_on__lt=month.end), Q(retired_on=None) | Q(retired_on__gte=month.end)
    )
    if kinds:
        rows = rows.filter(kind__in=sorted(kinds))
    return [
        Entry(pk, place, kind, area, free, bool(offers), latitude is not None)
        for pk, place, kind, area, free, offers, latitude in rows.order_by("place_id", "pk").values_list(*_FIELDS)
    ]


def with_week(found: list[Entry]) -> list[Entry]:
    """The entries with their weekly patterns, in one further query."""
    by_id = {entry.pk: entry for entry in found}
    if by_id:
        kinds = sorted({entry.kind for entry in found})
        places = [entry.place for entry in found]
        rows = WeeklyHours.unscoped.filter(
            venue__kind__in=kinds, venue__place_id__gte=min(places), venue__place_id__lte=max(places)
        )
        fields = ("venue_id", "weekday", "opens", "closes", "valid_from", "valid_to")
        for venue, weekday, opens, closes, since, until in rows.order_by("pk").values_list(*fields):
            if venue in by_id:
                by_id[venue].week[weekday].append(Stretch(_minutes(opens, closes), since, until))
    return found


def _minutes(opens: dt.time, closes: dt.time) -> int:
    return closes.hour * 60 + closes.minute - opens.hour * 60 - opens.minute


def weekly_minutes(entry: Entry, month: Period) -> int:
    """Minutes of the pattern in the last seven days of the month; holidays and closures leave it as it is."""
    if entry.undated:
        return sum(one.minutes for several in entry.week.values() for one in several)
    return sum(entry.minutes_on(month.end - dt.timedelta(days=n)) for n in range(1, 8))


def days_open(found: Iterable[Entry], *, first: dt.date, until: dt.date) -> dict[uuid.UUID, int]:
    """Days in [first, until) on which each opened: its pattern, days with hours of their own, whole days closed."""
    rows = list(found)
    days = [first + dt.timedelta(days=n) for n in range((until - first).days)]
    special, shut = _exceptions({entry.pk for entry in rows}, first, until)
    return {entry.pk: _open_of(entry, days, special.get(entry.pk, {}), shut.get(entry.pk, set())) for entry in rows}


def _open_of(entry: Entry, days: list[dt.date], special: dict[dt.date, bool], shut: set[dt.date]) -> int:
    if not special and not shut and entry.undated:
        return sum(day.weekday() in entry.week for day in days)
    return sum(special[day] if day in special else entry.minutes_on(day) > 0 for day in days if day not in shut)


def _exceptions(
    ids: set[uuid.UUID], first: dt.date, until: dt.date
) -> tuple[dict[uuid.UUID, dict[dt.date, bool]], dict[uuid.UUID, set[dt.date]]]:
    special: dict[uuid.UUID, dict[dt.date, bool]] = defaultdict(dict)
    for venue, day, opens in SpecialDay.unscoped.filter(day__gte=first, day__lt=until).values_list(
        "venue_id", "day", "opens"
    ):
        if venue in ids:
            special[venue][day] = opens is not None
    shut: dict[uuid.UUID, set[dt.date]] = defaultdict(set)
    closures = Closure.unscoped.filter(withdrawn_at=None, starts_at__lt=start_of(until), ends_at__gt=start_of(first))
    for venue, starts, ends in closures.values_list("venue_id", "starts_at", "ends_at"):
        if venue in ids:
            shut[venue] |= set(_whole_days(starts, ends, first, until))
    return special, shut


def _whole_days(starts: dt.datetime, ends: dt.datetime, first: dt.date, until: dt.date) -> Iterator[dt.date]:
    day = first
    while day < until:
        if starts <= start_of(day) and ends >= start_of(day + dt.timedelta(days=1)):
            yield day
        day += dt.timedelta(days=1)


def grades(county: str, found: Iterable[Entry]) -> dict[uuid.UUID, Grade]:
    """B with a photograph or file on the facility, otherwise C: the register is typed in."""
    ids = [entry.pk for entry in found]
    proved = evidence.counts(VENUE, county, [str(pk) for pk in ids]) if ids else {}
    return {pk: Grade.B if proved.get(str(pk)) else Grade.C for pk in ids}


def hundredths(area: Decimal) -> int:
    """Square metres as they are stored: whole hundredths."""
    return int(area * 100)


def counted(county: str, month: Period) -> tuple[dt.date, dt.date] | None:
    """The days of a month that are over: [first, until); None when none are."""
    until = DaysCounted.unscoped.filter(county=county).values_list("until", flat=True).first()
    end = min(month.end, until) if until else month.start
    return (month.start, end) if end > month.start else None


class RoomRow(NamedTuple):
    """One room in use."""

    pk: uuid.UUID
    venue: uuid.UUID
    place: str
    where: str
    use: str
    area: Decimal | None
    seats: int | None


def rooms_of(county: str, month: Period) -> list[RoomRow]:
    """Rooms in use of facilities in use on the month's last day."""
    rows = Room.unscoped.filter(
        active=True, venue__place_id__gte=county, venue__place_id__lt=upper_bound(county)
    ).filter(
        Q(venue__opened_on=None) | Q(venue__opened_on__lt=month.end),
        Q(venue__retired_on=None) | Q(venue__retired_on__gte=month.end),
    )
    fields = ("pk", "venue_id", "venue__place_id", "venue__kind", "kind", "area", "capacity")
    return [RoomRow(*row) for row in rows.order_by("venue__place_id", "pk").values_list(*fields)]
