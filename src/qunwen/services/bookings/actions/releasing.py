"""Giving places back by kindness: one tap, the whole party or some of it, and the next in line hears at once."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection

from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor, ActorKind
from qunwen.base.journal.recording import action, nothing_changed, record
from qunwen.services.bookings import wording
from qunwen.services.bookings.enums import CANCELLABLE, EndReason, Entry, State
from qunwen.services.bookings.errors import NotCancellable
from qunwen.services.bookings.models import Attendee, Booking

from . import giving, ledger, line, rules
from .telling import tell


@action
def release(
    *, booking: Booking, by: Actor, at: dt.datetime, people: Collection[uuid.UUID] | None = None
) -> Booking:  # fmt: skip
    """Give up places that will not be used; it never counts against anybody, up to the minute it begins.

    `people`: ids of the attendees who do not come (default all). Releasing twice changes nothing. The notice to
    the next in line is queued in the same transaction. Raises NotCancellable, Forbidden.
    """
    rules.require_for(booking.bucket, booking.resident_id, by)
    bucket, booking = ledger.lock_booking(booking)
    if booking.state == State.CANCELLED:
        nothing_changed("replayed")
        return booking
    if booking.state not in CANCELLABLE:
        raise NotCancellable(_("这条报名现在是“%(state)s”，不能再让出。") % {"state": booking.get_state_display()})
    if bucket.has_begun(at) and by.kind == ActorKind.RESIDENT:
        raise NotCancellable(_("%(what)s已经开始，不能再让出。") % {"what": wording.named(bucket)})
    rows = Attendee.unscoped.filter(county=booking.county, booking=booking)
    leaving = rows if people is None else rows.filter(pk__in=people)
    number = leaving.count()
    if number == 0 and people is not None:
        nothing_changed("they left already")
        return booking
    if people is None or number == booking.party:
        giving.withdraw(booking, bucket, EndReason.RELEASED, by, at)
        tell(booking, "cancelled", wording.cancelled(bucket), at=at)
    else:
        leaving.delete()
        giving.shrink(booking, bucket, number)
        record(
            code=Entry.RELEASED, by=by, at=at, subject=booking, place=bucket.place_id,
            before={"party": booking.party + number}, after={"party": booking.party},
        )  # fmt: skip
    line.settle(bucket, at)
    return booking
