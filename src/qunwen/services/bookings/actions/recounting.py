"""Every night the ledger is counted from its rows; what does not agree is journalled and the county's staff are told."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, Sum

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, nothing_changed, record
from qunwen.base.notices import actions as notices
from qunwen.base.notices.enums import Kind
from qunwen.base.people import queries as people
from qunwen.base.places.models import Place
from qunwen.base.scope import asking
from qunwen.services.bookings import wording
from qunwen.services.bookings.access import Permission
from qunwen.services.bookings.enums import LIVE, TAKES_PLACES, TIMED, DriftKind, Entry, State
from qunwen.services.bookings.models import Attendee, Booking, Bucket, SeatHold

from . import ledger


@dataclass(frozen=True, slots=True)
class Drift:
    """A bucket whose counter says something else than its rows. `taken`: as counted; `rows`: as it should be."""

    bucket: uuid.UUID
    label: str
    taken: int
    rows: int
    kind: DriftKind = DriftKind.PLACES


@action
def recount(*, county: str, by: Actor, at: dt.datetime) -> list[Drift]:
    """Compare every counter of a county with its rows; each difference is journalled and staff are alarmed.

    Looked at: places taken, seats, nobody twice in one bucket, the next lapse. Nothing is mended: a difference
    means that somebody wrote past the ledger and has to be looked at. Suspects are counted again with their row
    locked, so that a booking in between is no alarm. Raises Forbidden.
    """
    asking.require(Permission.MANAGE, place=county)
    number, suspects = _suspects(county, at)
    drifts = []
    for bucket in ledger.lock_buckets(county, suspects) if suspects else []:
        for kind, taken, rows in _compare(bucket, at):
            drifts.append(Drift(bucket=bucket.pk, label=str(bucket), taken=taken, rows=rows, kind=kind))
            more = {} if kind == DriftKind.PLACES else {"kind": kind}
            record(
                code=Entry.DRIFT_FOUND, by=by, at=at, subject=bucket, place=bucket.place_id,
                after={"taken": taken, "rows": rows, **more},
            )  # fmt: skip
    if not number:
        nothing_changed("no bucket in the county")
        return []
    record(
        code=Entry.RECOUNTED, by=by, at=at, subject=Place.unscoped.get(pk=county), place=county,
        after={"buckets": number, "drifts": len(drifts)},
    )  # fmt: skip
    if drifts:
        _alarm(county, drifts, at)
    return drifts


def _suspects(county: str, at: dt.datetime) -> tuple[int, set[uuid.UUID]]:
    """How many buckets there are, and which seem not to agree: a handful of queries for the county."""
    taking = Booking.unscoped.filter(county=county, state__in=sorted(TAKES_PLACES)).order_by()
    sums = dict(taking.values_list("bucket_id").annotate(n=Sum("party")))
    counted = list(Bucket.unscoped.filter(county=county).values_list("pk", "taken", "next_lapse"))
    timed = set(taking.filter(state__in=sorted(TIMED)).values_list("bucket_id", flat=True))
    found = {pk for pk, taken, lapse in counted if taken != sums.get(pk, 0) or (lapse is not None) != (pk in timed)}
    twice = (
        _expected(county, at)
        .order_by()
        .values_list("booking__bucket_id", "resident_id")
        .annotate(n=Count("pk"))
        .filter(n__gt=1)
    )
    found |= {bucket for bucket, _resident, _n in twice}
    held = SeatHold.unscoped.filter(county=county).order_by()
    seated = dict(held.values_list("booking__bucket_id").annotate(n=Count("pk")))
    numbered = Bucket.unscoped.filter(county=county).exclude(seat_plan=None).values_list("pk", "taken")
    return len(counted), found | {pk for pk, taken in numbered if seated.get(pk, 0) != taken}


def _expected(county: str, at: dt.datetime) -> QuerySet[Attendee]:
    """People of the register who hold or wait for something now. Two who were counted at the door and turned out
    to be one person are evidence; a lapsed hold binds nobody, though nobody may have noted its end yet."""
    rows = Attendee.unscoped.filter(county=county, booking__state__in=sorted(LIVE - {State.ATTENDED}))
    lapsed = Q(booking__state__in=sorted(TIMED), booking__offer_until__lte=at)
    return rows.exclude(resident=None).exclude(lapsed)


def _compare(bucket: Bucket, at: dt.datetime) -> list[tuple[DriftKind, int, int]]:
    """(kind, as counted, as it should be) of everything that does not agree. The bucket is locked."""
    rows = Booking.unscoped.filter(county=bucket.county, bucket=bucket)
    taking = rows.filter(state__in=sorted(TAKES_PLACES))
    found = []
    if (held := taking.aggregate(n=Sum("party"))["n"] or 0) != bucket.taken:
        found.append((DriftKind.PLACES, bucket.taken, held))
    people_in = (
        _expected(bucket.county, at)
        .filter(booking__bucket=bucket)
        .aggregate(n=Count("pk"), who=Count("resident_id", distinct=True))
    )
    if people_in["n"] != people_in["who"]:
        found.append((DriftKind.TWICE, people_in["n"], people_in["who"]))
    first = ledger.earliest_lapse(bucket)
    if (first is None) != (bucket.next_lapse is None) or (first and bucket.next_lapse and first < bucket.next_lapse):
        found.append((DriftKind.LAPSE, int(bucket.next_lapse is not None), int(first is not None)))
    if bucket.is_numbered:
        found += _compare_seats(bucket)
    return found


def _compare_seats(bucket: Bucket) -> list[tuple[DriftKind, int, int]]:
    """Every party has its seats, but chairs put in beside the plan, and seats that were taken over from a lapsed one."""
    rows = Booking.unscoped.filter(county=bucket.county, bucket=bucket)
    parties = rows.filter(state__in=sorted(TAKES_PLACES), override_reason="").exclude(state__in=sorted(TIMED))
    wanted = parties.aggregate(n=Sum("party"))["n"] or 0
    held = SeatHold.unscoped.filter(county=bucket.county, booking__bucket=bucket)
    sold = held.filter(Q(booking__state__in=sorted(TAKES_PLACES), booking__override_reason="")).exclude(
        booking__state__in=sorted(TIMED)
    )
    ghosts = held.exclude(booking__state__in=sorted(TAKES_PLACES)).count()
    there = sold.count() + ghosts
    return [] if there == wanted else [(DriftKind.SEATS, there, wanted)]


def _alarm(county: str, drifts: list[Drift], at: dt.datetime) -> None:
    """Tell everybody who manages places at the county itself, once a day."""
    grants = people.active_grants(at).filter(place=county)
    able = {grant.staff_id: grant.staff for grant in grants if Permission.MANAGE in grant.role.permissions}
    for staff in able.values():
        notices.queue(
            county=county, kind=Kind.WORK, key=f"drift:{county}:{at:%Y%m%d}", at=at, staff=staff,
            text=wording.drifted(len(drifts), drifts[0].label),
        )  # fmt: skip
