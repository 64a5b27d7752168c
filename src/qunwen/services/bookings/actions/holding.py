"""Holding places for a few minutes while somebody fills in a form or pays.

A hold takes places like a booking and ends by itself: whoever touches the bucket after `offer_until` takes its places
over, and its seats are taken over in place. It can be prolonged by holding again, but never beyond half an hour.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, nothing_changed, record
from qunwen.base.people.models import Resident
from qunwen.base.scope.clock import day_of
from qunwen.services.bookings import wording
from qunwen.services.bookings.enums import Entry, State
from qunwen.services.bookings.errors import AlreadyBooked, HoldGone, NotOpen
from qunwen.services.bookings.models import Attendee, Booking, Bucket
from qunwen.services.bookings.party import Guest, guests

from . import giving, ledger, line, rules, seats
from .telling import tell

LONGEST = 30  # minutes from the first touch, however often it is prolonged


@action
def hold(
    *, bucket: Bucket, people: Sequence[Resident | Guest], minutes: int, key: str, by: Actor, at: dt.datetime,
    resident: Resident | None = None, seats: Sequence[uuid.UUID] = (),
) -> Booking:  # fmt: skip
    """Keep places for a party for some minutes (1 to 30); nothing is sold yet and nobody is told.

    `people` may be guests without names: who comes is said when it is confirmed. A second hold of the same resident
    in the same bucket is refused. The same `key` gives the same hold. Raises what `book` raises, but never queues.
    """
    if not 1 <= minutes <= LONGEST:
        raise ValueError(f"a hold lasts 1 to {LONGEST} minutes, not {minutes}")
    until = at + dt.timedelta(minutes=minutes)
    if bucket.starts_at is not None:
        until = min(until, bucket.starts_at)
    rules.require_for(bucket, resident.pk if resident else None, by)
    if resident is not None:
        ledger.lock_households(bucket.county, [resident.household_id])
        held = Booking.unscoped.filter(county=bucket.county, bucket=bucket, resident=resident, state=State.HELD)
        if held.filter(offer_until__gt=at).exclude(key=key).exists():
            raise AlreadyBooked(_("已经为您暂留了名额，请先确认或放弃。"))
    wish = giving.Wish(wait=False, seats=tuple(seats), until=until)
    return giving.enter(bucket=bucket, resident=resident, members=people, key=key, by=by, at=at, wish=wish)


@action
def prolong_hold(*, booking: Booking, minutes: int, by: Actor, at: dt.datetime) -> Booking:
    """Keep a hold for some minutes more, at most half an hour in all. Raises HoldGone, Forbidden."""
    rules.require_for(booking.bucket, booking.resident_id, by)
    bucket, booking = ledger.lock_booking(booking)
    _demand_hold(booking, at)
    last = booking.booked_at + dt.timedelta(minutes=LONGEST)
    until = min(at + dt.timedelta(minutes=minutes), last, bucket.starts_at or last)
    if booking.offer_until is not None and until <= booking.offer_until:
        nothing_changed("as long as it may be")
        return booking
    line.change(booking, offer_until=until)
    if bucket.is_numbered:
        seats.hold_until(booking, until)
    line.note_next_lapse(bucket)
    record(
        code=Entry.HELD, by=by, at=at, subject=booking, place=bucket.place_id, after={"offer_until": until}
    )  # fmt: skip
    return booking


@action
def confirm_hold(
    *, booking: Booking, by: Actor, at: dt.datetime, members: Sequence[Resident | Guest] | None = None
) -> Booking:  # fmt: skip
    """Turn a hold into a booking. Confirming twice gives the same booking.

    `members`: who comes, when they were not named before; fewer than were held free the rest. The rules over
    people are asked now, as nobody was known when it was held. Raises HoldGone, NotOpen, and what `book` raises.
    """
    rules.require_for(booking.bucket, booking.resident_id, by)
    people = None if members is None else guests(members, day_of(booking.bucket.starts_at or at))
    rules.lock_party_of(booking, also=rules.households_of(people or []))
    bucket, booking = ledger.lock_booking(booking)
    if booking.state == State.CONFIRMED:
        nothing_changed("replayed")
        return booking
    _demand_hold(booking, at)
    if bucket.closed_at is not None:
        raise NotOpen(_("%(what)s已停止报名。") % {"what": wording.named(bucket)})
    if people is not None:
        _name(booking, bucket, people, at)
    else:
        rules.check_clash_of(booking, bucket)
    if bucket.is_numbered and not seats.keep(booking):
        raise HoldGone(_("暂留的座位刚刚到时，已被别人选走，请重新选择。"))
    line.change(booking, state=State.CONFIRMED)
    line.note_next_lapse(bucket)
    record(
        code=Entry.HOLD_CONFIRMED, by=by, at=at, subject=booking, place=bucket.place_id,
        before={"state": State.HELD}, after={"state": State.CONFIRMED, "party": booking.party},
    )  # fmt: skip
    tell(booking, "confirmed", wording.confirmed(booking, bucket), at=at)
    line.settle(bucket, at)
    return booking


def _demand_hold(booking: Booking, at: dt.datetime) -> None:
    """Raise HoldGone unless the places are still held."""
    if booking.state != State.HELD or booking.offer_until is None:
        raise HoldGone(_("这条报名现在是“%(state)s”，没有暂留的名额。") % {"state": booking.get_state_display()})
    if booking.offer_until <= at:
        raise HoldGone(
            _("暂留的名额在 %(until)s 已到时，让给了别人。请重新报名。") % {"until": wording.when(booking.offer_until)}
        )


def _name(booking: Booking, bucket: Bucket, people: Sequence[Guest], at: dt.datetime) -> None:
    """Say who comes, by the same rules as at booking; places for whom nobody was named are free again."""
    rules.require_members(people)
    if len(people) > booking.party:
        raise HoldGone(_("只暂留了 %(held)s 个名额，不够 %(n)s 人。") % {"held": booking.party, "n": len(people)})
    Attendee.unscoped.filter(county=booking.county, booking=booking).delete()
    rules.check_party(bucket, people)
    rules.check_people(bucket, people, at)
    rules.check_kept(bucket, people, day_of(at))
    if len(people) < booking.party:
        giving.shrink(booking, bucket, booking.party - len(people))
    giving.enter_people(booking, people)
