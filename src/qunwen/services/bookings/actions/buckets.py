"""Setting up buckets of places, and changing them while people hold places."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Sum
from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, changes, nothing_changed, record
from qunwen.base.places.models import Place
from qunwen.base.scope import asking
from qunwen.base.scope.codes import county_of
from qunwen.services.bookings import wording
from qunwen.services.bookings.access import Permission
from qunwen.services.bookings.enums import CANCELLABLE, TIMED, Channel, EndReason, Entry
from qunwen.services.bookings.errors import BucketRefused, SizeBelowTaken
from qunwen.services.bookings.models import Booking, Bucket, Seat

from . import giving, ledger, line
from .telling import tell

SETTINGS = frozenset(
    {
        "label", "opens_at", "closes_at", "per_household", "party_limit", "waiting_list", "offer_minutes",
        "limit_group", "limit_per_person", "limit_per_household", "line_order", "rush",
    }
)  # fmt: skip
ONCE = frozenset({"kept_for", "seat_plan"})  # said when it is opened, and then it stays
COPIES = frozenset({"title", "starts_at", "ends_at", "unit", "owner"})
LARGEST = 100_000


@action
def open_bucket(
    *, subject: models.Model, place: Place, title: str, size: int, by: Actor, at: dt.datetime,
    channel: str = Channel.ONLINE, **details: Any,
) -> Bucket:  # fmt: skip
    """Set up the places of one thing for one channel.

    `details`: starts_at, ends_at, unit, owner (copied from the subject) and any of SETTINGS and ONCE.
    Raises BucketRefused (exists already, times or numbers that cannot be), Forbidden.
    """
    unknown = set(details) - SETTINGS - COPIES - ONCE
    if unknown:
        raise TypeError(f"not fields of a bucket: {', '.join(sorted(unknown))}")
    bucket = Bucket(
        county=county_of(place.pk),
        place=place,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        channel=channel,
        title=title,
        size=size,
        **details,
    )
    asking.require(Permission.MANAGE, on=bucket)
    _check(bucket)
    siblings = Bucket.unscoped.filter(
        county=bucket.county, subject_type=bucket.subject_type, subject_id=bucket.subject_id
    )
    if siblings.filter(channel=channel, kept_for=bucket.kept_for).exists():
        raise BucketRefused(_("“%(what)s”已经设置过，请直接调整名额。") % {"what": bucket.get_channel_display()})
    bucket.save(force_insert=True)
    record(
        code=Entry.OPENED, by=by, at=at, subject=bucket, place=place.pk,
        after={"size": size, "channel": channel, "opens_at": bucket.opens_at, "closes_at": bucket.closes_at},
    )  # fmt: skip
    return bucket


@action
def open_buckets(
    *, subject: models.Model, place: Place, title: str, sizes: Mapping[str, int], by: Actor, at: dt.datetime,
    **details: Any,
) -> list[Bucket]:  # fmt: skip
    """Set up several channels of one thing at once: `sizes` by channel. All or none."""
    return [
        open_bucket(subject=subject, place=place, title=title, size=size, channel=channel, by=by, at=at, **details)
        for channel, size in sizes.items()
    ]


def _check(bucket: Bucket) -> None:
    if bucket.channel not in Channel.values:
        raise BucketRefused(_("没有这种名额：%(channel)s。") % {"channel": bucket.channel})
    if not 0 <= bucket.size <= LARGEST:
        raise BucketRefused(_("名额要在 0 到 %(most)s 之间。") % {"most": LARGEST})
    if bucket.starts_at and bucket.ends_at and bucket.ends_at <= bucket.starts_at:
        raise BucketRefused(_("结束时间要晚于开始时间。"))
    if bucket.opens_at and bucket.closes_at and bucket.closes_at <= bucket.opens_at:
        raise BucketRefused(_("截止报名的时间要晚于开放报名的时间。"))
    if bucket.per_household is not None and bucket.per_household < 1:
        raise BucketRefused(_("每户至多人数要大于 0；不限制时请留空。"))
    if bucket.party_limit < 1:
        raise BucketRefused(_("每次至多人数要大于 0。"))
    if bucket.offer_minutes < 1:
        raise BucketRefused(_("候补确认时限至少 1 分钟。"))
    if (bucket.limit_per_person or bucket.limit_per_household) and not bucket.limit_group:
        raise BucketRefused(_("合并计限要写明是哪一组。"))
    if bucket.seat_plan_id is not None:
        _check_seats(bucket)


def _check_seats(bucket: Bucket) -> None:
    """No more places over all channels of a thing than its hall has seats, chairs put in for overrides apart."""
    others = Bucket.unscoped.filter(
        county=bucket.county, subject_type=bucket.subject_type, subject_id=bucket.subject_id
    ).exclude(pk=bucket.pk)
    added = Booking.unscoped.filter(county=bucket.county, bucket=bucket, beyond__gt=0)
    wanted = bucket.size + (others.aggregate(n=Sum("size"))["n"] or 0) - (added.aggregate(n=Sum("beyond"))["n"] or 0)
    there = Seat.unscoped.filter(county=bucket.county, plan=bucket.seat_plan_id).count()
    if wanted > there:
        raise BucketRefused(
            _("这个厅只有 %(there)s 个座位，各类名额加起来是 %(n)s 个。") % {"there": there, "n": wanted}
        )


@action
def change_bucket(*, bucket: Bucket, new: Mapping[str, Any], by: Actor, at: dt.datetime) -> Bucket:
    """Change settings (SETTINGS) of a bucket; size has its own action. Raises BucketRefused, Forbidden."""
    asking.require(Permission.MANAGE, on=bucket)
    unknown = set(new) - SETTINGS
    if unknown:
        raise TypeError(f"not settings of a bucket: {', '.join(sorted(unknown))}")
    bucket = ledger.lock_bucket(bucket.county, bucket.pk)
    before, after = changes(bucket, new)
    if not after:
        nothing_changed("same values")
        return bucket
    if "line_order" in after and line.is_waited_for(bucket):
        raise ValidationError({"line_order": _("已经有人候补，次序不能再改。")})
    _write(bucket, after)
    record(code=Entry.RESIZED, by=by, at=at, subject=bucket, place=bucket.place_id, before=before, after=after)
    return bucket


def _write(bucket: Bucket, new: Mapping[str, Any]) -> None:
    for name, value in new.items():
        setattr(bucket, name, value)
    _check(bucket)
    bucket.save(update_fields=list(new))


@action
def resize_bucket(*, bucket: Bucket, size: int, by: Actor, at: dt.datetime) -> Bucket:
    """Set how many places there are; new ones go to the line first.

    Raises SizeBelowTaken with the number that is given out, BucketRefused, Forbidden.
    """
    asking.require(Permission.MANAGE, on=bucket)
    bucket = ledger.lock_bucket(bucket.county, bucket.pk)
    line.settle(bucket, at)
    if size == bucket.size:
        nothing_changed("same size")
        return bucket
    if size < bucket.taken:
        raise SizeBelowTaken(
            _("已有 %(taken)s 个名额报出，不能减到 %(size)s 个。最少可以减到 %(taken)s 个，或先与报名的人商量取消。")
            % {"taken": bucket.taken, "size": size}
        )
    before = bucket.size
    # Who says how many there are has counted the chairs put in for overrides.
    Booking.unscoped.filter(county=bucket.county, bucket=bucket, beyond__gt=0).update(beyond=0)
    _write(bucket, {"size": size})
    record(
        code=Entry.RESIZED, by=by, at=at, subject=bucket, place=bucket.place_id,
        before={"size": before}, after={"size": size},
    )  # fmt: skip
    line.settle(bucket, at)
    return bucket


@action
def move_places(*, source: Bucket, target: Bucket, number: int, by: Actor, at: dt.datetime) -> tuple[Bucket, Bucket]:
    """Move free places from one channel of a thing to another.

    Raises SizeBelowTaken when the source has not so many free, BucketRefused, Forbidden.
    """
    asking.require(Permission.MANAGE, on=source)
    asking.require(Permission.MANAGE, on=target)
    same = (source.county, source.subject_type, source.subject_id)
    if source.pk == target.pk or same != (target.county, target.subject_type, target.subject_id) or number < 1:
        raise BucketRefused(_("名额只能在同一场的两类名额之间调剂，数量要大于 0。"))
    rows = {b.pk: b for b in ledger.lock_buckets(source.county, [source.pk, target.pk])}
    source, target = rows[source.pk], rows[target.pk]
    line.settle(source, at)
    if source.left < number:
        raise SizeBelowTaken(
            _("“%(what)s”只空着 %(left)s 个，不能调出 %(n)s 个。")
            % {"what": source.get_channel_display(), "left": source.left, "n": number}
        )
    for row, change in ((source, -number), (target, number)):
        Bucket.unscoped.filter(county=row.county, pk=row.pk).update(size=F("size") + change)
        row.size += change
    record(
        code=Entry.MOVED, by=by, at=at, subject=target, place=target.place_id,
        after={"from": source.channel, "to": target.channel, "number": number},
    )  # fmt: skip
    line.settle(target, at)
    return source, target


@action
def close_bucket(*, bucket: Bucket, by: Actor, at: dt.datetime) -> Bucket:
    """Give out no more places; those who hold some keep them, nobody in line is offered any."""
    asking.require(Permission.MANAGE, on=bucket)
    bucket = ledger.lock_bucket(bucket.county, bucket.pk)
    if bucket.closed_at is not None:
        nothing_changed("closed already")
        return bucket
    _write(bucket, {"closed_at": at})
    record(code=Entry.CLOSED, by=by, at=at, subject=bucket, place=bucket.place_id, after={"closed_at": at})
    return bucket


@action
def reopen_bucket(*, bucket: Bucket, by: Actor, at: dt.datetime) -> Bucket:
    """Give out places again; the line is served first."""
    asking.require(Permission.MANAGE, on=bucket)
    bucket = ledger.lock_bucket(bucket.county, bucket.pk)
    if bucket.closed_at is None:
        nothing_changed("open already")
        return bucket
    _write(bucket, {"closed_at": None})
    record(code=Entry.REOPENED, by=by, at=at, subject=bucket, place=bucket.place_id, after={"closed_at": None})
    line.settle(bucket, at)
    return bucket


def of_subject(subject_type: str, subject_id: uuid.UUID, county: str) -> list[Bucket]:
    """Every bucket of a thing, locked in the fixed order."""
    rows = Bucket.unscoped.filter(county=county, subject_type=subject_type, subject_id=subject_id)
    return ledger.lock_buckets(county, rows.values_list("pk", flat=True))


@action
def reschedule(
    *, subject: models.Model, county: str, starts_at: dt.datetime, ends_at: dt.datetime, by: Actor,
    at: dt.datetime, title: str = "", revision: int = 0,
) -> list[Bucket]:  # fmt: skip
    """The thing moved to another time: every bucket follows, everybody with a live booking is told.

    Offers that would outlive the new beginning are shortened. `revision` (the session's sequence) tells one
    change of time from the next. Raises BucketRefused, Forbidden.
    """
    buckets = of_subject(subject._meta.label_lower, subject.pk, county)
    if not buckets:
        nothing_changed("nothing to book")
    for bucket in buckets:
        asking.require(Permission.MANAGE, on=bucket)
        new = {"starts_at": starts_at, "ends_at": ends_at, **({"title": title} if title else {})}
        before, after = changes(bucket, new)
        if not after:
            nothing_changed("same times")
            continue
        _write(bucket, after)
        record(code=Entry.RESCHEDULED, by=by, at=at, subject=bucket, place=bucket.place_id, before=before, after=after)
        offers = Booking.unscoped.filter(
            county=county, bucket=bucket, state__in=sorted(TIMED), offer_until__gt=starts_at
        )
        if offers.update(offer_until=starts_at):
            _write(bucket, {"next_lapse": ledger.earliest_lapse(bucket)})
        if "starts_at" in after:
            for booking in live_bookings(bucket):
                tell(booking, "rescheduled", wording.rescheduled(bucket), at=at, once_more=f":{revision}")
        line.settle(bucket, at)
    return buckets


@action
def call_off(*, subject: models.Model, county: str, by: Actor, at: dt.datetime, reason: str = "") -> int:
    """The thing does not take place: every live booking of every channel ends, and everybody is told.

    Returns how many bookings ended. Calling it twice changes nothing. Raises Forbidden.
    """
    ended = 0
    buckets = of_subject(subject._meta.label_lower, subject.pk, county)
    for bucket in buckets:
        asking.require(Permission.MANAGE, on=bucket)
        live = live_bookings(bucket)
        if bucket.closed_at is not None and not live:
            continue
        if bucket.closed_at is None:
            _write(bucket, {"closed_at": at})
        for booking in live:
            giving.withdraw(booking, bucket, EndReason.CALLED_OFF, by, at, reason=reason)
            tell(booking, "called_off", wording.called_off(bucket, reason), at=at)
        _write(bucket, {"next_lapse": None})
        record(
            code=Entry.CALLED_OFF, by=by, at=at, subject=bucket, place=bucket.place_id,
            after={"bookings": len(live), "reason": reason},
        )  # fmt: skip
        ended += len(live)
    nothing_changed("nothing to book, or called off already")
    return ended


def live_bookings(bucket: Bucket) -> list[Booking]:
    """Bookings that hold or wait for places, in the order they were made."""
    rows = Booking.unscoped.filter(county=bucket.county, bucket=bucket, state__in=sorted(CANCELLABLE))
    return list(rows.select_related("resident").order_by("booked_at", "id"))
