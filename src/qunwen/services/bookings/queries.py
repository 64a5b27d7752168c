"""Reading the ledger: what is left, who stands where, lists for the door and the desk."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, When
from django.utils.translation import gettext as _

from . import codes, tickets
from .enums import EXPECTED, TIMED, Channel, LineOrder, State
from .errors import TicketInvalid
from .models import LINE, Attendee, Booking, Bucket, Restraint, Seat, SeatHold
from .seatmap import room_of


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


def why_nobody_is_offered(bucket: Bucket, at: dt.datetime) -> str:
    """Why the first in line has no offer, in one sentence; empty when nobody waits."""
    line = Booking.unscoped.filter(county=bucket.county, bucket=bucket, state=State.WAITING)
    first = line.order_by(*LINE).first()
    if first is None:
        return ""
    if bucket.has_begun(at):
        return _("已经开始，不再通知候补。")
    if bucket.closed_at is not None:
        return _("已停止报名，恢复后先通知候补的人。")
    if bucket.line_order == LineOrder.DRAW and bucket.line_drawn_at is None:
        return _("候补次序要抽签，还没有抽。")
    room = room_of(bucket, at)
    if room <= 0:
        held = Booking.unscoped.filter(county=bucket.county, bucket=bucket, state__in=sorted(TIMED)).count()
        if held:
            return _("没有空名额；有 %(n)s 组正在确认，逾期会让给下一位。") % {"n": held}
        return _("没有空名额，要等有人退出。")
    return _("空着 %(left)s 个，排第一的有 %(n)s 人一起，放不下；后面放得下的已先通知。") % {
        "left": room,
        "n": first.party,
    }


@dataclass(frozen=True, slots=True)
class LineProof:
    """What is published of a line by draw; anybody can compute the numbers again from it."""

    line_hash: str
    seed: str
    source: str
    entries: list[tuple[str, str, str]]  # id, number, state


def line_proof(bucket: Bucket) -> LineProof:
    """The drawn line without names: everybody finds the own entry by the id on the own page."""
    rows = Booking.unscoped.filter(county=bucket.county, bucket=bucket).exclude(queued_at=None)
    entries = [(str(pk), lot, state) for pk, lot, state in rows.order_by(*LINE).values_list("pk", "lot", "state")]
    return LineProof(bucket.line_hash, bucket.line_seed, bucket.line_source, entries)


def seats_by_booking(county: str, bookings: Collection[uuid.UUID]) -> dict[uuid.UUID, list[Seat]]:
    """The seats of many bookings in one query, each in the order of the hall."""
    rows = SeatHold.unscoped.filter(county=county, booking__in=list(bookings)).select_related("seat")
    found: dict[uuid.UUID, list[Seat]] = {}
    for row in rows.order_by("seat__line", "seat__column", "pk"):
        found.setdefault(row.booking_id, []).append(row.seat)
    return found


def restraints_of(*, county: str, residents: Collection[uuid.UUID], at: dt.datetime) -> list[Restraint]:
    """Limits that are not over, of these residents; newest first."""
    rows = Restraint.unscoped.filter(county=county, resident__in=list(residents), until__gt=at)
    return list(rows.select_related("resident").order_by("-since", "-pk"))
