"""Two rows of the register that are one person: what one holds becomes the other's."""

from __future__ import annotations

import datetime as dt
import uuid

from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, nothing_changed, record
from qunwen.base.people.access import Permission as People
from qunwen.base.people.models import Resident
from qunwen.base.scope import asking
from qunwen.services.bookings.enums import LIVE, EndReason, Entry, State
from qunwen.services.bookings.errors import BookingRefused
from qunwen.services.bookings.models import Attendee, Booking, Bucket

from . import giving, ledger, line


@action
def move_bookings(*, keep: Resident, gone: Resident, by: Actor, at: dt.datetime) -> int:
    """Two rows of the register are one person: what `gone` holds becomes `keep`'s.

    Where both hold a live place of the same thing the earlier one stays and the other is freed (the whole
    booking when nobody else comes with it, else that one place). Returns how many bookings changed.
    Raises BookingRefused for residents of two counties, Forbidden.
    """
    asking.require(People.RESIDENT_EDIT, on=keep)
    if keep.county != gone.county or keep.pk == gone.pk:
        raise BookingRefused(_("只能合并本县的两条不同的居民记录。"))
    county = keep.county
    ledger.lock_households(county, [keep.household_id, gone.household_id])
    mine = Attendee.unscoped.filter(county=county, resident__in=[keep.pk, gone.pk])
    touched = set(mine.values_list("booking__bucket_id", flat=True))
    held = Booking.unscoped.filter(county=county, resident=gone)
    touched |= set(held.values_list("bucket_id", flat=True))
    buckets = {b.pk: b for b in ledger.lock_buckets(county, touched)}
    changed = _free_doubles(keep, gone, buckets, by, at)
    for booking in held.order_by("pk"):
        line.change(booking, resident=keep, household=keep.household)
        changed.add(booking.pk)
        record(
            code=Entry.REASSIGNED, by=by, at=at, subject=booking, place=booking.place_id,
            before={"resident": gone.pk}, after={"resident": keep.pk},
        )  # fmt: skip
    rows = Attendee.unscoped.filter(county=county, resident=gone)
    changed |= set(rows.values_list("booking_id", flat=True))
    moved = rows.update(resident=keep, household=keep.household_id)
    for pk in sorted(buckets):
        line.settle(buckets[pk], at)
    if not changed and not moved:
        nothing_changed("held nothing")
    elif moved:
        record(
            code=Entry.REASSIGNED, by=by, at=at, subject=keep, place=keep.place_id,
            before={"resident": gone.pk}, after={"resident": keep.pk, "attendances": moved},
        )  # fmt: skip
    return len(changed)


def _free_doubles(
    keep: Resident, gone: Resident, buckets: dict[uuid.UUID, Bucket], by: Actor, at: dt.datetime
) -> set[uuid.UUID]:
    """Where one person would hold two places of one thing, free the later. Returns the bookings touched."""
    rows = (
        Attendee.unscoped.filter(county=keep.county, resident__in=[keep.pk, gone.pk], booking__state__in=sorted(LIVE))
        .select_related("booking")
        .order_by("booking__booked_at", "booking_id", "id")
    )
    seen: set[tuple[str, uuid.UUID]] = set()
    freed: set[uuid.UUID] = set()
    # Who came, or has a place, goes before who waits; then who asked first.
    rank = {State.ATTENDED: 0, State.CONFIRMED: 1, State.OFFERED: 2, State.WAITING: 3}
    for person in sorted(rows, key=lambda row: rank[State(row.booking.state)]):
        booking = person.booking
        bucket = buckets[booking.bucket_id]
        thing = (bucket.subject_type, bucket.subject_id)
        if thing not in seen:
            seen.add(thing)
            continue
        freed.add(booking.pk)
        if booking.state == State.ATTENDED:
            continue  # two were counted at the door; the count is evidence and stays
        if booking.party == 1:
            giving.withdraw(booking, bucket, EndReason.MERGED, by, at)
            continue
        person.delete()
        giving.shrink(booking, bucket, 1)
        record(
            code=Entry.REASSIGNED, by=by, at=at, subject=booking, place=bucket.place_id,
            before={"party": booking.party + 1}, after={"party": booking.party},
        )  # fmt: skip
    return freed
