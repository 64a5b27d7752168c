"""Loading what an address names, within the open scope: 404 for everything else."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from qunwen.base.people.access import Permission as People
from qunwen.base.people.models import Resident
from qunwen.base.scope import asking
from qunwen.services.bookings import subjects, wording
from qunwen.services.bookings.models import Booking, Bucket

Trail = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Thing:
    """What places are given out of: its buckets, and what they all say of it."""

    county: str
    key: uuid.UUID
    buckets: list[Bucket]

    @property
    def one(self) -> Bucket:
        """Any bucket: title, times and place are the same on all."""
        return self.buckets[0]

    @property
    def title(self) -> str:
        """What it is called."""
        return self.one.title

    @property
    def named(self) -> str:
        """With its time, for a sentence."""
        return wording.named(self.one)

    @property
    def url(self) -> str:
        """Its page here."""
        return reverse("bookings:thing", args=[self.county, self.key])

    def is_over(self, at: dt.datetime) -> bool:
        """Whether it has ended."""
        over = self.one.ends_at or self.one.starts_at
        return over is not None and over <= at


def thing_or_404(county: str, key: uuid.UUID) -> Thing:
    """The thing with its buckets in the order of channels."""
    rows = Bucket.objects.select_related("place", "unit").filter(county=county, subject_id=key)
    found = list(rows.order_by("subject_type", "channel", "pk"))
    if not found or not subjects.may_read(found[0]):
        raise Http404
    return Thing(county=county, key=key, buckets=[row for row in found if row.subject_type == found[0].subject_type])


def bucket_or_404(county: str, pk: uuid.UUID) -> Bucket:
    """One bucket."""
    found: Bucket = _first(Bucket.objects.select_related("place", "unit").filter(county=county, pk=pk))
    if not subjects.may_read(found):
        raise Http404
    return found


def booking_or_404(county: str, pk: uuid.UUID) -> Booking:
    """One booking with its people."""
    rows = Booking.objects.select_related("bucket", "bucket__place", "resident").prefetch_related("attendees")
    found: Booking = _first(rows.filter(county=county, pk=pk))
    if not subjects.may_read(found.bucket):
        raise Http404
    return found


def resident_or_404(county: str, pk: uuid.UUID) -> Resident:
    """A resident for whom the reader may act."""
    rows = Resident.objects.select_related("place").filter(county=county, pk=pk, active=True)
    return _first(asking.visible(rows, People.ACT_FOR))


def _first(rows: Any) -> Any:
    found = rows.first()
    if found is None:
        raise Http404
    return found


def page_of(booking: Booking) -> str:
    """The address of a booking's page."""
    return reverse("bookings:booking", args=[booking.county, booking.pk])


def thing_url(bucket: Bucket) -> str:
    """The address of the list that a bucket belongs to."""
    return reverse("bookings:thing", args=[bucket.county, bucket.subject_id])


def steps(bucket: Bucket, *more: str | tuple[str, str]) -> Trail:
    """The trail: all sign-ups, the thing's own page where it has one, its list, and below."""
    found: Trail = [(_("报名"), reverse("bookings:things"))]
    found += [(bucket.title, url) for _label, url in subjects.links(bucket)[:1]] or [(bucket.title, "")]
    found.append((_("谁来参加"), thing_url(bucket) if more else ""))
    return found + [one if isinstance(one, tuple) else (one, "") for one in more]


def phone_of(resident: Resident | None) -> str:
    """The number as this reader may see it: whole, masked, or not at all."""
    if resident is None or not resident.phone:
        return ""
    if asking.may(People.RESIDENT_VIEW_FULL, on=resident):
        return str(resident.phone)
    return resident.masked_phone if asking.may(People.RESIDENT_VIEW) else ""


def actor(request: HttpRequest) -> Any:
    """Who does it."""
    return request.actor  # type: ignore[attr-defined]
