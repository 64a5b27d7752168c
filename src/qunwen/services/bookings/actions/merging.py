"""Families that move together: what they hold moves with them, nothing is taken from anybody."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.models import JournalEntry
from qunwen.base.journal.recording import action, nothing_changed, record
from qunwen.base.people import actions as people
from qunwen.base.people.access import Permission as People
from qunwen.base.people.models import Household, Resident
from qunwen.base.scope import asking
from qunwen.services.bookings.enums import LIVE, Entry
from qunwen.services.bookings.errors import BookingRefused
from qunwen.services.bookings.models import Attendee, Booking, Bucket

from . import ledger


@dataclass(frozen=True, slots=True)
class Merged:
    """How many people moved, and of which buckets the family now has more than a newcomer might."""

    moved: int
    over: tuple[uuid.UUID, ...]


@action
def merge_households(*, keep: Household, gone: Household, by: Actor, at: dt.datetime) -> Merged:
    """Two rows of the register are one family: everybody of `gone` lives in `keep` from now on.

    Every place stays with whom it was given to. Where the family is above a limit by it, nothing is cancelled: it is
    said, and no further place is given. Raises BookingRefused across counties, Forbidden.
    """
    if keep.county != gone.county or keep.pk == gone.pk:
        raise BookingRefused(_("只能合并本县的两个不同的家庭。"))
    asking.require(People.RESIDENT_EDIT, on=keep)
    asking.require(People.RESIDENT_EDIT, on=gone)
    ledger.lock_households(keep.county, [keep.pk, gone.pk])
    members = list(Resident.unscoped.filter(county=keep.county, household=gone).order_by("pk"))
    _lock_held(keep.county, [member.pk for member in members])
    for member in members:
        people.join_household(resident=member, household=keep, by=by, at=at)
    if not members:
        nothing_changed("nobody lives there")
        return Merged(0, ())
    over = _above_limit(keep)
    record(
        code=Entry.HOMES_MERGED, by=by, at=at, subject=keep, place=keep.place_id, label=_("家庭"),
        before={"household": gone.pk}, after={"household": keep.pk, "members": len(members), "over": len(over)},
    )  # fmt: skip
    return Merged(len(members), over)


def _above_limit(home: Household) -> tuple[uuid.UUID, ...]:
    """The buckets of which the household has more live places than one household may."""
    rows = Attendee.unscoped.filter(county=home.county, household=home, booking__state__in=sorted(LIVE)).order_by()
    held = dict(rows.values_list("booking__bucket_id").annotate(n=Count("pk")))
    limits = Bucket.unscoped.filter(county=home.county, pk__in=sorted(held)).exclude(per_household=None)
    return tuple(pk for pk, most in limits.order_by("pk").values_list("pk", "per_household") if held[pk] > (most or 0))


def _lock_held(county: str, residents: Sequence[uuid.UUID]) -> None:
    """Lock every bucket in which they hold something live, so that nobody changes those rows the other way round."""
    taking = Attendee.unscoped.filter(county=county, resident__in=residents, booking__state__in=sorted(LIVE))
    holding = Booking.unscoped.filter(county=county, resident__in=residents, state__in=sorted(LIVE))
    wanted = {*taking.values_list("booking__bucket_id", flat=True), *holding.values_list("bucket_id", flat=True)}
    if wanted:
        ledger.lock_buckets(county, wanted)


def when_home_changed(*, entry: JournalEntry, by: Actor, at: dt.datetime) -> None:
    """Somebody joined, left or formed a household: their live places count for the new one.

    The register's action holds the households' locks, in which every rule about them is read.
    """
    ids = [uuid.UUID(str(one)) for one in entry.after.get("members") or [entry.subject_id]]
    _lock_held(entry.county, ids)
    for member in Resident.unscoped.filter(county=entry.county, pk__in=ids).order_by("pk"):
        home = member.household_id
        rows = Attendee.unscoped.filter(county=entry.county, resident=member, booking__state__in=sorted(LIVE))
        moved = Attendee.unscoped.filter(
            county=entry.county, pk__in=list(rows.exclude(household=home).values_list("pk", flat=True))
        ).update(household=home)
        held = Booking.unscoped.filter(county=entry.county, resident=member, state__in=sorted(LIVE))
        moved += held.exclude(household=home).update(household=home)
        if moved:
            record(
                code=Entry.HOME_CHANGED, by=by, at=at, subject=member, place=member.place_id,
                after={"household": home, "rows": moved},
            )  # fmt: skip
