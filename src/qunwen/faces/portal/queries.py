"""What the portal reads of its own: the county's front page, announcements, personal calendars."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Final

from django.core import signing
from django.db.models import Q, QuerySet

from qunwen.base.people.models import Guardianship, Resident
from qunwen.base.scope import context
from qunwen.base.scope.codes import upper_bound
from qunwen.services.bookings.enums import State
from qunwen.services.bookings.models import Booking

from .models import Announcement, CalendarFeed, CountyHome

_SALT: Final = "qunwen.portal.calendar"


def county_home(county: str) -> CountyHome | None:
    """The published front page of a county."""
    return CountyHome.objects.live().filter(place_id=county).first()


def announcements(county: str, *, kind: str = "", text: str = "") -> QuerySet[Announcement]:
    """Published announcements of a county, its towns and what stands above it; newest first."""
    here = Q(place_id__gte=county, place_id__lt=upper_bound(county)) | Q(place_id__in=[county[:2], county[:4]])
    rows = Announcement.objects.live().filter(here)
    if kind:
        rows = rows.filter(kind=kind)
    for word in text.split()[:8]:
        rows = rows.filter(Q(title__icontains=word) | Q(intro__icontains=word) | Q(body__icontains=word))
    return rows.order_by("-first_published_at", "-pk")


def announcement(key: int) -> Announcement | None:
    """One published announcement."""
    return Announcement.objects.live().filter(pk=key).select_related("place").first()


def line_positions(county: str, buckets: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    """The place in line (1 is first) of every waiting booking of these buckets, in one query."""
    rows = Booking.unscoped.filter(county=county, bucket__in=list(buckets), state=State.WAITING)
    found: dict[uuid.UUID, int] = {}
    counted: dict[uuid.UUID, int] = {}
    for bucket, key in rows.order_by("bucket_id", "priority", "lot", "queued_at", "pk").values_list("bucket_id", "pk"):
        counted[bucket] = found[key] = counted.get(bucket, 0) + 1
    return found


# -- personal calendars -----------------------------------------------------------------------------------


def feed_of(resident: Resident) -> CalendarFeed | None:
    """The resident's open calendar address."""
    return CalendarFeed.objects.filter(county=resident.county, resident=resident, closed_at=None).first()


def token_of(feed: CalendarFeed) -> str:
    """The secret part of the address: county and id, signed."""
    return signing.Signer(salt=_SALT, sep=".").sign(f"{feed.county}{feed.pk.hex}")


def feed_by_token(token: str) -> CalendarFeed | None:
    """The open feed a token names; None for a forged, closed or unknown one."""
    try:
        value = signing.Signer(salt=_SALT, sep=".").unsign(token)
        county, key = value[:6], uuid.UUID(value[6:])
    except (signing.BadSignature, ValueError):
        return None
    # The signature is the right to read: no session says who asks.
    with context.crossing(county, reason="a signed address is the right to read"):
        return CalendarFeed.unscoped.filter(county=county, pk=key, closed_at=None).select_related("resident").first()


def persons_of(feed: CalendarFeed) -> list[uuid.UUID]:
    """The resident of a feed and those they are guardian of today."""
    wards = Guardianship.unscoped.filter(county=feed.county, guardian_id=feed.resident_id, ended_at=None)
    return [feed.resident_id, *wards.order_by("pk").values_list("ward_id", flat=True)]
