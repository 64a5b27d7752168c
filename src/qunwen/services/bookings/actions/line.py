"""The waiting line of a bucket: lapsing, offering, answering.

The rule, which holds after every action: nobody stands in line who could be served. Freed places are offered
to the first party in line that fits into them. A party is passed over only while it cannot fit, and
keeps its position; whoever comes new is served only when everybody before cannot fit. An offer holds its
places (they count as taken) until it is answered or lapses, and never outlives the beginning. No entry ever
comes back to life: who cancels, declines or lets an offer lapse books anew and stands at the end.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from qunwen.base.journal.actors import SYSTEM, Actor
from qunwen.base.journal.recording import action, nothing_changed, record
from qunwen.services.bookings import wording
from qunwen.services.bookings.enums import TIMED, EndReason, Entry, LineOrder, State
from qunwen.services.bookings.errors import OfferGone
from qunwen.services.bookings.models import LINE, Booking, Bucket

from . import ledger, rules, seats
from .telling import tell


def settle(bucket: Bucket, at: dt.datetime) -> int:
    """Take over lapsed offers in place and offer what is free. The caller holds the bucket's lock.

    Returns how many bookings changed. `bucket` is brought up to date.
    """
    changed = 0
    if bucket.next_lapse is not None and bucket.next_lapse <= at:
        changed += _lapse(bucket, at)
    return changed + _offer(bucket, at)


def _lapse(bucket: Bucket, at: dt.datetime) -> int:
    late = list(
        Booking.unscoped.filter(
            county=bucket.county, bucket=bucket, state__in=sorted(TIMED), offer_until__lte=at
        ).order_by("offer_until", "id")
    )
    for booking in late:
        before, booking.bucket = booking.state, bucket
        ledger.give_back(bucket, booking.party, beyond=booking.beyond)
        because = EndReason.OFFER_LAPSED if before == State.OFFERED else EndReason.HOLD_LAPSED
        end(booking, State.EXPIRED, because, SYSTEM, at)
        record(
            code=Entry.EXPIRED, by=SYSTEM, at=at, subject=booking, place=bucket.place_id,
            before={"state": before}, after={"state": State.EXPIRED},
        )  # fmt: skip
        if before == State.OFFERED:
            tell(booking, "lapsed", wording.lapsed(bucket), at=at)
    note_next_lapse(bucket)
    return len(late)


def note_next_lapse(bucket: Bucket) -> None:
    """Write down when the first offer or hold lapses. The caller holds the bucket's lock."""
    bucket.next_lapse = ledger.earliest_lapse(bucket)
    Bucket.unscoped.filter(county=bucket.county, pk=bucket.pk).update(next_lapse=bucket.next_lapse)


def _offer(bucket: Bucket, at: dt.datetime) -> int:
    if bucket.closed_at is not None or bucket.has_begun(at) or awaits_draw(bucket):
        return 0
    offered = 0
    while (room := seats.room_of(bucket, at)) > 0:
        booking = (
            Booking.unscoped.filter(county=bucket.county, bucket=bucket, state=State.WAITING, party__lte=room)
            .order_by(*LINE)
            .first()
        )
        if booking is None:
            break
        _make_offer(bucket, booking, at)
        offered += 1
    return offered


def awaits_draw(bucket: Bucket) -> bool:
    """Whether the line's order is drawn and has not been yet: until then nobody is before anybody."""
    return bucket.line_order == LineOrder.DRAW and bucket.line_drawn_at is None


def is_waited_for(bucket: Bucket) -> bool:
    """Whether anybody stands in line."""
    return Booking.unscoped.filter(county=bucket.county, bucket=bucket, state=State.WAITING).exists()


def _make_offer(bucket: Bucket, booking: Booking, at: dt.datetime) -> None:
    until = at + dt.timedelta(minutes=bucket.offer_minutes)
    if bucket.starts_at is not None:
        until = min(until, bucket.starts_at)
    first = until if bucket.next_lapse is None else min(bucket.next_lapse, until)
    Bucket.unscoped.filter(county=bucket.county, pk=bucket.pk).update(
        taken=F("taken") + booking.party, next_lapse=first
    )
    bucket.taken += booking.party
    bucket.next_lapse = first
    change(booking, state=State.OFFERED, offered_at=at, offer_until=until)
    if bucket.is_numbered:
        seats.take(booking, bucket, seats.best(bucket, booking.party, at), at=at)
    record(
        code=Entry.OFFERED, by=SYSTEM, at=at, subject=booking, place=bucket.place_id,
        before={"state": State.WAITING}, after={"state": State.OFFERED, "offer_until": until},
    )  # fmt: skip
    tell(booking, "offered", wording.offered(booking, bucket), at=at)


def change(booking: Booking, **new: Any) -> None:
    """Write these fields of a booking."""
    for name, value in new.items():
        setattr(booking, name, value)
    booking.save(update_fields=list(new))


def end(booking: Booking, state: State, because: EndReason, by: Actor, at: dt.datetime, *, note: str = "") -> None:
    """Write the end of a booking: state, reason, who and when, and what staff said of it."""
    change(booking, state=state, ended_because=because, ended_by=by.name, ended_at=at, ended_note=note[:200])
    if booking.bucket.is_numbered:
        seats.free(booking)


@action
def settle_bucket(*, bucket: Bucket, by: Actor, at: dt.datetime) -> int:
    """What the background task does: lapse old offers, offer freed places. Returns how many bookings changed."""
    del by  # lapsing is nobody's doing; the entries name the system
    changed = settle(ledger.lock_bucket(bucket.county, bucket.pk), at)
    if not changed:
        nothing_changed("no offer lapsed, no place free for anybody in line")
    return changed


@action
def accept_offer(*, booking: Booking, by: Actor, at: dt.datetime) -> Booking:
    """Take the places that were offered. Accepting twice gives the same booking.

    Raises OfferGone when the offer lapsed, was declined or never was; TimeClash; Forbidden.
    """
    rules.require_for(booking.bucket, booking.resident_id, by)
    rules.lock_party_of(booking)
    bucket, booking = ledger.lock_booking(booking)
    if booking.state == State.CONFIRMED:
        nothing_changed("replayed")
        return booking
    demand_offer(booking, at)
    rules.check_clash_of(booking, bucket)
    change(booking, state=State.CONFIRMED)
    if bucket.is_numbered and not seats.keep(booking):
        raise OfferGone(_("为您留的座位刚刚到时，已被别人选走。需要的话可以重新报名。"))
    note_next_lapse(bucket)
    record(
        code=Entry.ACCEPTED, by=by, at=at, subject=booking, place=bucket.place_id,
        before={"state": State.OFFERED}, after={"state": State.CONFIRMED, "party": booking.party},
    )  # fmt: skip
    tell(booking, "confirmed", wording.confirmed(booking, bucket), at=at)
    return booking


@action
def decline_offer(*, booking: Booking, by: Actor, at: dt.datetime) -> Booking:
    """Give the offered places to the next in line. Raises OfferGone, Forbidden."""
    rules.require_for(booking.bucket, booking.resident_id, by)
    bucket, booking = ledger.lock_booking(booking)
    if booking.state == State.CANCELLED and booking.ended_because == EndReason.DECLINED:
        nothing_changed("replayed")
        return booking
    demand_offer(booking, at)
    ledger.give_back(bucket, booking.party, beyond=booking.beyond)
    end(booking, State.CANCELLED, EndReason.DECLINED, by, at)
    record(
        code=Entry.DECLINED, by=by, at=at, subject=booking, place=bucket.place_id,
        before={"state": State.OFFERED}, after={"state": State.CANCELLED},
    )  # fmt: skip
    note_next_lapse(bucket)
    settle(bucket, at)
    return booking


def demand_offer(booking: Booking, at: dt.datetime) -> None:
    """Raise OfferGone unless the booking holds an offer that has not lapsed."""
    if booking.state == State.WAITING:
        raise OfferGone(_("还没有轮到您，您仍在候补队伍里。有名额时我们会通知您。"))
    if booking.state != State.OFFERED or booking.offer_until is None:
        raise OfferGone(
            _("这条报名现在是“%(state)s”，没有待确认的名额。需要的话可以重新报名。")
            % {"state": booking.get_state_display()}
        )
    if booking.offer_until <= at:
        raise OfferGone(
            _("为您保留的名额在 %(until)s 已到期，让给了下一位。需要的话可以重新报名。")
            % {"until": wording.when(booking.offer_until)}
        )
