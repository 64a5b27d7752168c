"""Writing what a batch decided: one statement a table for all of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import Said, record_many
from qunwen.base.notices import actions as notices
from qunwen.services.bookings import wording
from qunwen.services.bookings.actions import giving, ledger, telling
from qunwen.services.bookings.enums import Entry, State
from qunwen.services.bookings.models import Attendee, Booking
from qunwen.services.bookings.party import Guest


@dataclass(frozen=True, slots=True)
class Draft:
    """A booking that was decided and is not written yet."""

    booking: Booking
    people: Sequence[Guest]
    by: Actor


class Drifted(RuntimeError):
    """A locked bucket had less room than it said: somebody writes past the ledger."""


def write_bookings(drafts: Sequence[Draft]) -> None:
    """Places, bookings, who comes, journal, notices. Raises what another area says when it hears of one; Drifted."""
    if not drafts:
        return
    taken: Counter[object] = Counter()
    buckets = {}
    for draft in drafts:
        if draft.booking.state == State.CONFIRMED:
            taken[draft.booking.bucket_id] += draft.booking.party
            buckets[draft.booking.bucket_id] = draft.booking.bucket
    for pk in sorted(buckets):
        if not ledger.take(buckets[pk], taken[pk]):
            raise Drifted(str(pk))
    Booking.unscoped.bulk_create([draft.booking for draft in drafts])
    Attendee.unscoped.bulk_create([giving.attendee(draft.booking, guest) for draft in drafts for guest in draft.people])
    record_many([_said(draft) for draft in drafts])
    confirmed = [draft.booking for draft in drafts if draft.booking.state == State.CONFIRMED]
    if confirmed:
        notices.queue_many([_told(booking) for booking in confirmed], county=confirmed[0].county)


def _said(draft: Draft) -> Said:
    booking = draft.booking
    code = Entry.QUEUED if booking.state == State.WAITING else Entry.BOOKED
    return Said(
        code=code, by=draft.by, at=booking.booked_at, subject=booking, place=booking.place_id,
        after=giving.journalled(booking),
    )  # fmt: skip


def _told(booking: Booking) -> notices.Told:
    text = wording.confirmed(booking, booking.bucket)
    kind, key, payload = telling.about(booking, "confirmed")
    assert booking.resident is not None  # noqa: S101  an order names its resident
    return notices.Told(kind=kind, key=key, at=booking.booked_at, text=text, resident=booking.resident, payload=payload)
