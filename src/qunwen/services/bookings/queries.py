"""Reading the ledger: what is left, who stands where, lists for the door and the desk."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, When
from django.utils.translation import gettext as _

from . import codes, tickets
from .enums import EXPECTED, Channel, State
from .errors import TicketInvalid
from .models import Attendee, Booking, Bucket


@dataclass(slots=True)
class Availability:
    """What may still be booked of one thing. `left` by channel counts only buckets that are open now."""

    size: int = 0
    taken: int = 0
    left: dict[str, int] = field(default_factory=dict)
    waits: bool = False
    buckets: list[Bucket] = field(default_factory=list)

    @property
    def bookable(self) -> int:
        """Places left online."""
        return self.left.get(Channel.ONLINE, 0)


def availability(
    *, county: str, subject_type: str, subject_ids: Collection[uuid.UUID], at: dt.datetime
) -> dict[uuid.UUID, Availability]:
    """What is left, for many things in one query. Things without buckets are absent.

    Reads the counters past the scope: how many places are free is no secret, but the caller has to have
    found the things through a scoped query.
    """
    rows = Bucket.unscoped.filter(county=county, subject_type=subject_type, subject_id__in=list(subject_ids))
    found: dict[uuid.UUID, Availability] = {}
    for bucket in rows.order_by("subject_id", "channel"):
        one = found.setdefault(bucket.subject_id, Availability())
        one.buckets.append(bucket)
        one.size += bucket.size
        one.taken += bucket.taken
        if bucket.is_open(at):
            one.left[bucket.channel] = bucket.left
            one.waits = one.waits or (bucket.waiting_list and bucket.left <= 0)
    return found


def bucket_of(*, county: str, subject_type: str, subject_id: uuid.UUID, channel: str = Channel.ONLINE) -> Bucket | None:
    """The bucket of a thing for a channel; the one for everybody where some are kept for groups."""
    rows = Bucket.unscoped.filter(county=county, subject_type=subject_type, subject_id=subject_id, channel=channel)
    return rows.order_by("kept_for", "pk").first()


def waiting_position(booking: Booking) -> int | None:
    """1 for the first in line; None when the booking does not wait."""
    if booking.state != State.WAITING:
        return None
    before = (
        Q(priority__lt=booking.priority)
        | Q(priority=booking.priority, lot__lt=booking.lot)
        | Q(priority=booking.priority, lot=booking.lot, queued_at__lt=booking.queued_at)
        | Q(priority=booking.priority, lot=booking.lot, queued_at=booking.queued_at, pk__lt=booking.pk)
    )
    line = Booking.unscoped.filter(county=booking.county, bucket_id=booking.bucket_id, state=State.WAITING)
    return line.filter(before).count() + 1


def my_bookings(*, county: str, residents: Collection[uuid.UUID]) -> QuerySet[Booking]:
    """Bookings held by these residents (oneself and wards), or in which they take part; newest first.

    Three queries for a page, however many rows. Pass the ids the resident's scope holds.
    """
    ids = list(residents)
    takes_part = Attendee.unscoped.filter(county=county, resident__in=ids).values("booking_id")
    return (
        Booking.unscoped.filter(county=county)
        .filter(Q(resident__in=ids) | Q(pk__in=takes_part))
        .select_related("bucket", "bucket__place")
        .prefetch_related("attendees")
        .order_by("-bucket__starts_at", "-booked_at", "-pk")
    )


def for_door(bucket_ids: Collection[uuid.UUID], *, county: str) -> QuerySet[Booking]:
    """Who is expected, by name: the list that is printed and ticked off. Scoped."""
    return (
        Booking.objects.filter(county=county, bucket__in=list(bucket_ids), state__in=sorted(EXPECTED))
        .select_related("bucket", "resident")
        .prefetch_related("attendees")
        .order_by("contact", "pk")
    )


_DESK_ORDER = Case(
    *[When(state=state, then=rank) for rank, state in enumerate((State.OFFERED, State.HELD, State.CONFIRMED,
      State.ATTENDED, State.WAITING))],
    default=9,
    output_field=IntegerField(),
)  # fmt: skip


def for_desk(*, county: str, subject_type: str = "", subject_id: uuid.UUID | None = None) -> QuerySet[Booking]:
    """Every booking the open scope may see, of one thing or of all; the line in its order. Scoped."""
    rows = Booking.objects.filter(county=county)
    if subject_type:
        rows = rows.filter(bucket__subject_type=subject_type)
    if subject_id is not None:
        rows = rows.filter(bucket__subject_id=subject_id)
    return (
        rows.select_related("bucket", "resident", "place")
        .prefetch_related("attendees")
        .annotate(desk_order=_DESK_ORDER)
        .order_by("desk_order", "priority", "lot", F("queued_at").asc(nulls_first=True), "booked_at", "pk")
    )


def find_at_door(*, county: str, text: str, at: dt.datetime, subject_id: uuid.UUID | None = None) -> Booking:
    """The booking that a scanned ticket or a typed code names, within the open scope.

    Raises TicketInvalid with the reason. The state is left to `check_in`, which says it best.
    """
    rows = Booking.objects.filter(county=county).select_related("bucket")
    if tickets.looks_like_ticket(text):
        ticket = tickets.verify(text, at=at, county=county, subject=subject_id)
        if isinstance(ticket, tickets.Invalid):
            raise TicketInvalid(ticket.reason)
        booking = rows.filter(pk=ticket.booking).first()
        if booking is not None and booking.ticket_serial != ticket.serial:
            raise TicketInvalid(_("这张票已换发过新票，请出示最新的那张。"))
    else:
        code = codes.read(text)
        if code is None:
            raise TicketInvalid(_("取票码不对，请再核对一遍（8 位，没有 0、O、1、I、L）。"))
        booking = rows.filter(code=code).first()
    if booking is None:
        raise TicketInvalid(_("没有找到这张票，可能是别处的活动。请核对地点和场次。"))
    if subject_id is not None and booking.bucket.subject_id != subject_id:
        raise TicketInvalid(_("这是《%(title)s》的票，不是这一场的。") % {"title": booking.bucket.title})
    return booking


def check_ins(*, county: str, subject_type: str, ids: Collection[uuid.UUID]) -> dict[tuple[uuid.UUID, str], int]:
    """How many people came, by thing and group by age: one query for many things. For measures."""
    rows = Attendee.unscoped.filter(
        county=county,
        came=True,
        booking__bucket__subject_type=subject_type,
        booking__bucket__subject_id__in=list(ids),
    )
    counted = rows.order_by().values_list("booking__bucket__subject_id", "group").annotate(n=Count("pk"))
    return {(subject, group): number for subject, group, number in counted}
