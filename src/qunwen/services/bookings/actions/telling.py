"""Notices of the ledger, queued inside the action's transaction and sent after commit."""

from __future__ import annotations

import datetime as dt

from django.utils.functional import Promise

from qunwen.base.notices import actions as notices
from qunwen.base.notices.enums import Kind
from qunwen.services.bookings.models import Booking

KINDS = {
    "confirmed": Kind.BOOKING,
    "cancelled": Kind.BOOKING,
    "offered": Kind.WAITING,
    "lapsed": Kind.WAITING,
    "put_off": Kind.CHANGE,
    "rescheduled": Kind.CHANGE,
    "called_off": Kind.CHANGE,
}


def tell(booking: Booking, what: str, text: str | Promise, *, at: dt.datetime, once_more: str = "") -> None:
    """Queue a notice to the resident who holds the booking; parties without a resident are told nothing.

    `what` is one of KINDS and is told once per booking; `once_more` distinguishes repetitions (a second change
    of time).
    """
    if booking.resident is None:
        return
    kind, key, payload = about(booking, what)
    notices.queue(
        county=booking.county,
        kind=kind,
        key=f"{key}{once_more}",
        at=at,
        resident=booking.resident,
        phone=booking.resident.phone or None,
        text=text,
        payload=payload,
    )


def about(booking: Booking, what: str) -> tuple[Kind, str, dict[str, str]]:
    """Kind, occasion and payload of a notice about a booking; `what` is one of KINDS."""
    return KINDS[what], f"booking:{booking.pk}:{what}", {"booking": str(booking.pk), "code": booking.code}
