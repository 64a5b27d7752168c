"""When venues are open, which are near, what stands in a place."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from qunwen.base.scope.clock import local, start_of
from qunwen.base.scope.codes import upper_bound

from .models import Closure, Room, SpecialDay, Venue, WeeklyHours

Stretch = tuple[dt.time, dt.time]


@dataclass(frozen=True, slots=True)
class DayHours:
    """Opening of one venue on one day: stretches, an announced closure, or a note."""

    day: dt.date
    stretches: tuple[Stretch, ...]
    closure: Closure | None = None
    note: str = ""

    @property
    def open(self) -> bool:
        """Whether the venue opens at all that day."""
        return bool(self.stretches)

    @property
    def minutes(self) -> int:
        """Minutes of opening."""
        return sum(_minutes(closes) - _minutes(opens) for opens, closes in self.stretches)


def _minutes(moment: dt.time) -> int:
    return moment.hour * 60 + moment.minute


def with_hours(venues: QuerySet[Venue]) -> QuerySet[Venue]:
    """The venues with everything `hours_on` needs, in three further queries whatever their number."""
    return venues.prefetch_related(
        Prefetch("weekly_hours", WeeklyHours.objects.order_by("weekday", "opens", "pk")),
        Prefetch("special_days", SpecialDay.objects.order_by("day", "pk")),
        Prefetch("closures", Closure.objects.filter(withdrawn_at=None).select_related("substitute").order_by("pk")),
    )


def with_rooms(venues: QuerySet[Venue]) -> QuerySet[Venue]:
    """The venues with their rooms in use."""
    return venues.prefetch_related(Prefetch("rooms", Room.objects.filter(active=True).order_by("name", "pk")))


def hours_on(venue: Venue, day: dt.date) -> DayHours:
    """Opening on a calendar day: a closure of the whole day wins over a special day over the week."""
    closure = _closure_of_day(venue, day)
    if closure is not None:
        return DayHours(day, (), closure=closure, note=closure.reason)
    for special in venue.special_days.all():
        if special.day == day:
            stretch = ((special.opens, special.closes),) if special.opens and special.closes else ()
            return DayHours(day, stretch, note=special.note)
    found = sorted((h.opens, h.closes) for h in venue.weekly_hours.all() if h.applies_on(day))
    return DayHours(day, tuple(found))


def _closure_of_day(venue: Venue, day: dt.date) -> Closure | None:
    begins, ends = start_of(day), start_of(day + dt.timedelta(days=1))
    for closure in venue.closures.all():
        if closure.withdrawn_at is None and closure.starts_at <= begins and closure.ends_at >= ends:
            return closure
    return None


def open_at(venue: Venue, at: dt.datetime) -> bool:
    """Whether the venue is open at a moment, announced closures of hours included."""
    if any(c.withdrawn_at is None and c.starts_at <= at < c.ends_at for c in venue.closures.all()):
        return False
    here = local(at)
    return any(opens <= here.time() < closes for opens, closes in hours_on(venue, here.date()).stretches)


def weekly_minutes(venue: Venue, monday: dt.date) -> int:
    """Minutes of opening in the week that begins on `monday` (the norm is 42 hours for a station)."""
    return sum(hours_on(venue, monday + dt.timedelta(days=n)).minutes for n in range(7))


def public_venues(*, below: str = "", kind: str = "", text: str = "") -> QuerySet[Venue]:
    """Venues of the portal's list, by place, kind and words of the name or address."""
    found = Venue.objects.select_related("place", "unit").filter(retired_on=None)
    if below:
        found = found.filter(place_id__gte=below, place_id__lt=upper_bound(below))
    if kind:
        found = found.filter(kind=kind)
    if text:
        found = found.filter(name__icontains=text) | found.filter(address__icontains=text)
    return found.order_by("place_id", "name", "pk")


def by_distance(venues: Iterable[Venue], *, latitude: float, longitude: float) -> list[tuple[Venue, int]]:
    """Venues with a position, nearest first, with metres as the crow flies."""
    found = [
        (venue, _metres(latitude, longitude, float(venue.latitude), float(venue.longitude)))
        for venue in venues
        if venue.latitude is not None and venue.longitude is not None
    ]
    return sorted(found, key=lambda pair: (pair[1], pair[0].pk))


def _metres(lat1: float, lon1: float, lat2: float, lon2: float) -> int:
    # Equirectangular: exact to a metre or so over the width of a county.
    x = math.radians(lon2 - lon1) * math.cos(math.radians((lat1 + lat2) / 2))
    return round(6_371_000 * math.hypot(x, math.radians(lat2 - lat1)))
