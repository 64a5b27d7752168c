"""Venues as the portal shows them: today's hours, distance, search by characters and pinyin."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise

from qunwen.base.evidence.models import EvidenceLink
from qunwen.base.scope.clock import day_of
from qunwen.services.activities.search import index_text, terms
from qunwen.services.venues import queries as venues
from qunwen.services.venues.enums import VenueKind
from qunwen.services.venues.models import Closure, Venue
from qunwen.services.venues.queries import DayHours

from . import photos


@dataclass(frozen=True, slots=True)
class VenueEntry:
    """One venue on a list: hours of today, whether it is open now, how far it is, its photograph."""

    venue: Venue
    hours: DayHours
    open_now: bool
    metres: int | None = None
    photo: EvidenceLink | None = None

    @property
    def kind(self) -> str | Promise:
        """What sort of facility it is, in words."""
        return VenueKind(self.venue.kind).label


def find(county: str, *, below: str = "", kind: str = "", text: str = "") -> list[Venue]:
    """Venues of a county by place, kind and words: characters, pinyin, initials, all of which have to occur."""
    rows = list(venues.public_venues(below=below or county, kind=kind))
    wanted = terms(text)
    if not wanted:
        return rows if not text.strip() else []
    return [row for row in rows if _matches(row, wanted)]


def _matches(venue: Venue, wanted: list[str]) -> bool:
    text = index_text(venue.name, venue.address, venue.place.name, str(VenueKind(venue.kind).label))
    return all(term in text for term in wanted)


def nearest(rows: Iterable[Venue], latitude: float, longitude: float) -> list[tuple[Venue, int]]:
    """Venues with a position, nearest first, with metres."""
    return venues.by_distance(rows, latitude=latitude, longitude=longitude)


def entries(rows: Iterable[Venue], at: dt.datetime, *, metres: dict[uuid.UUID, int] | None = None) -> list[VenueEntry]:
    """The venues with today's hours and photographs: seven queries at most whatever their number."""
    found = list(rows)
    order = {venue.pk: number for number, venue in enumerate(found)}
    full = venues.with_hours(venues.public_venues().filter(pk__in=list(order)))
    shown = photos.of_many(found)
    today = day_of(at)
    return [
        VenueEntry(
            venue,
            venues.hours_on(venue, today),
            venues.open_at(venue, at),
            (metres or {}).get(venue.pk),
            next(iter(shown.get(venue.pk, ())), None),
        )
        for venue in sorted(full, key=lambda venue: order[venue.pk])
    ]


def one(key: uuid.UUID) -> Venue | None:
    """A venue in use with hours and rooms; None when there is none."""
    return venues.with_rooms(venues.with_hours(venues.public_venues().filter(pk=key))).first()


def week_of(venue: Venue, today: dt.date) -> list[DayHours]:
    """Hours of the seven days from today on."""
    return [venues.hours_on(venue, today + dt.timedelta(days=n)) for n in range(7)]


def coming_closures(venue: Venue, at: dt.datetime) -> list[Closure]:
    """Announced closures that are not over, the next first."""
    return sorted((row for row in venue.closures.all() if row.ends_at > at), key=lambda row: (row.starts_at, row.pk))


def closures_in(county: str, at: dt.datetime, days: int, limit: int) -> list[Closure]:
    """Closures of a county's venues that hold now or begin within so many days."""
    rows = Closure.objects.filter(
        withdrawn_at=None,
        ends_at__gt=at,
        starts_at__lt=at + dt.timedelta(days=days),
        venue__place_id__gte=county,
        venue__place_id__lt=f"{int(county) + 1:06}",
        venue__retired_on=None,
    )
    return list(rows.select_related("venue", "substitute").order_by("starts_at", "pk")[:limit])


def telephones(county: str) -> list[Venue]:
    """Whom to ring: venues with a telephone, those of the county first, then the towns' stations, then villages."""
    rows = [venue for venue in venues.public_venues(below=county) if venue.phone]
    return sorted(rows, key=lambda venue: (len(venue.place_id), venue.place_id, venue.name))
