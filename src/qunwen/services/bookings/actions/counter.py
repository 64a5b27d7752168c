"""At the counter: a worker books for a resident (代办), or gives somebody in line a place beyond the size."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, nothing_changed, record
from qunwen.base.people import actions as people
from qunwen.base.people.models import Resident
from qunwen.base.scope import asking
from qunwen.services.bookings import wording
from qunwen.services.bookings.access import Permission
from qunwen.services.bookings.enums import Entry, State
from qunwen.services.bookings.errors import NotOpen, OfferGone
from qunwen.services.bookings.models import Booking, Bucket
from qunwen.services.bookings.party import Guest

from . import buckets, giving, ledger, line, rules, seats
from .telling import tell


@action
def book_for(
    *, bucket: Bucket, resident: Resident, members: Sequence[Resident | Guest], consent: str, key: str, by: Actor,
    at: dt.datetime, wait: bool = True, override: str = "",
) -> Booking:  # fmt: skip
    """Book for a resident who asked a worker to: on record as acting for them, with how they agreed.

    `consent` is one of people's Consent. A repeated `key` gives the first answer and begins nothing anew.
    Raises what `book` raises, and Forbidden for a resident outside the worker's places.
    """
    asking.require(Permission.BOOK_FOR, on=bucket)
    before = Booking.unscoped.filter(county=bucket.county, key=key).exists()
    if before:
        return giving.book(bucket=bucket, resident=resident, members=members, key=key, by=by, at=at)
    reason = _("代报名：%(what)s") % {"what": wording.named(bucket)}
    acting = people.start_acting(resident=resident, reason=reason, consent=consent, by=by, at=at)
    booking = giving.book(
        bucket=bucket, resident=resident, members=members, key=key, by=acting, at=at, wait=wait, override=override
    )
    people.end_acting(resident=resident, why="ended", by=acting, at=at)
    return booking


@action
def give_place(*, booking: Booking, reason: str, by: Actor, at: dt.datetime) -> Booking:
    """Take a party out of the line and give it places now, whatever the size; the size grows by what is missing.

    Raises ValidationError without a reason, OfferGone when it does not wait, NotOpen once it has begun, TimeClash,
    Forbidden.
    """
    asking.require(Permission.OVERRIDE, on=booking.bucket)
    if not reason.strip():
        raise ValidationError({"reason": _("请写明特批原因。")})
    rules.lock_party_of(booking)
    bucket, booking = ledger.lock_booking(booking)
    if booking.state == State.CONFIRMED:
        nothing_changed("replayed")
        return booking
    if booking.state != State.WAITING:
        raise OfferGone(_("这条报名现在是“%(state)s”，不在候补队伍里。") % {"state": booking.get_state_display()})
    if bucket.has_begun(at):
        raise NotOpen(_("%(what)s已经开始，到场的人请用“现场登记”。") % {"what": wording.named(bucket)})
    rules.check_clash_of(booking, bucket)
    beyond = ledger.take_beyond(bucket, booking.party)
    line.change(booking, state=State.CONFIRMED, override_reason=reason.strip(), beyond=beyond)
    if bucket.is_numbered:  # a chair put in beside the plan has no number
        seats.take(booking, bucket, seats.best(bucket, booking.party, at), at=at)
    record(
        code=Entry.OVERRIDDEN, by=by, at=at, subject=booking, place=bucket.place_id,
        before={"state": State.WAITING}, after={"state": State.CONFIRMED, "reason": reason.strip()},
    )  # fmt: skip
    tell(booking, "confirmed", wording.confirmed(booking, bucket), at=at)
    return booking


@action
def adjust_bucket(*, bucket: Bucket, size: int, new: Mapping[str, Any], by: Actor, at: dt.datetime) -> Bucket:
    """Size and settings of a bucket together: both or neither.

    Raises SizeBelowTaken, BucketRefused, Forbidden.
    """
    bucket = buckets.change_bucket(bucket=bucket, new=new, by=by, at=at)
    return buckets.resize_bucket(bucket=bucket, size=size, by=by, at=at)
