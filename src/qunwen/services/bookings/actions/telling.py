"""Notices of the ledger, queued inside the action's transaction and sent after commit."""

from __future__ import annotations

import datetime as dt
from importlib import import_module

from django.apps import apps

from qunwen.services.bookings.models import Booking


def tell(booking: Booking, what: str, text: str, *, at: dt.datetime, once_more: str = "") -> None:
    """Queue a notice to the resident who holds the booking; parties without a resident are told nothing.

    Sent once per booking and `what`; `once_more` distinguishes repetitions (a second change of time).
    """
    if booking.resident_id is None or not apps.is_installed("qunwen.base.notices"):
        return
    import_module("qunwen.base.notices.actions").queue(
        county=booking.county,
        kind=f"bookings.{what}",
        key=f"booking:{booking.pk}:{what}{once_more}",
        at=at,
        resident=booking.resident,
        text=text,
        payload={"booking": str(booking.pk), "code": booking.code},
    )
