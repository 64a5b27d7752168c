"""A waiting line served by draw: the list's hash is published first, then the seed, and anybody can follow.

The number of an entry is SHA-256(seed ‖ list hash ‖ id of the booking), in hexadecimal; the smallest is first. Who
joins after the list was frozen stands behind all who were drawn, in the order of joining.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, nothing_changed, record
from qunwen.base.scope import asking
from qunwen.services.bookings.access import Permission
from qunwen.services.bookings.enums import Entry, LineOrder, State
from qunwen.services.bookings.errors import BucketRefused
from qunwen.services.bookings.models import Booking, Bucket

from . import ledger, line


def hash_of(ids: Iterable[uuid.UUID]) -> str:
    """The hash of a list: SHA-256 over the sorted ids, one a line, in hexadecimal."""
    return hashlib.sha256("".join(f"{one}\n" for one in sorted(map(str, ids))).encode()).hexdigest()


def lot_of(seed: str, line_hash: str, booking: uuid.UUID) -> str:
    """The number of one entry in the draw."""
    return hashlib.sha256(f"{seed}\n{line_hash}\n{booking}".encode()).hexdigest()


def _demand_drawn_line(bucket: Bucket) -> None:
    if bucket.line_order != LineOrder.DRAW:
        raise BucketRefused(_("这里的候补按先后排，不抽签。"))


@action
def freeze_line(*, bucket: Bucket, by: Actor, at: dt.datetime) -> Bucket:
    """Close the list of those who take part in the draw, and give its hash for publication.

    Raises BucketRefused (a line in order, or nobody waits), Forbidden.
    """
    asking.require(Permission.MANAGE, on=bucket)
    bucket = ledger.lock_bucket(bucket.county, bucket.pk)
    _demand_drawn_line(bucket)
    if bucket.line_hash:
        nothing_changed("frozen already")
        return bucket
    ids = list(_waiting(bucket).values_list("pk", flat=True))
    if not ids:
        raise BucketRefused(_("现在没有人候补，不用抽签。"))
    bucket.line_hash = hash_of(ids)
    bucket.save(update_fields=["line_hash"])
    record(
        code=Entry.LINE_FROZEN, by=by, at=at, subject=bucket, place=bucket.place_id,
        after={"bookings": len(ids), "line_hash": bucket.line_hash},
    )  # fmt: skip
    return bucket


@action
def draw_line(*, bucket: Bucket, seed: str, source: str, by: Actor, at: dt.datetime) -> Bucket:
    """Order the frozen line by a seed from a public event, and serve the first.

    `source` says where the seed comes from and who saw it. The seed cannot be changed afterwards; who cancelled
    between hash and draw has dropped out. Raises BucketRefused, Forbidden.
    """
    asking.require(Permission.MANAGE, on=bucket)
    bucket = ledger.lock_bucket(bucket.county, bucket.pk)
    _demand_drawn_line(bucket)
    if not seed.strip() or not source.strip():
        raise BucketRefused(_("请填写抽签的种子和它的来源。"))
    if bucket.line_drawn_at is not None:
        if bucket.line_seed == seed.strip():
            nothing_changed("drawn already")
            return bucket
        raise BucketRefused(_("这条候补队伍已经抽过签，不能再抽。"))
    if not bucket.line_hash:
        raise BucketRefused(_("请先锁定候补名单并公布摘要，再抽签。"))
    bucket.line_seed, bucket.line_source, bucket.line_drawn_at = seed.strip(), source.strip(), at
    bucket.save(update_fields=["line_seed", "line_source", "line_drawn_at"])
    entries = list(_waiting(bucket).filter(lot=""))
    for booking in entries:
        line.change(booking, lot=lot_of(bucket.line_seed, bucket.line_hash, booking.pk))
    record(
        code=Entry.LINE_DRAWN, by=by, at=at, subject=bucket, place=bucket.place_id,
        after={"bookings": len(entries), "line_hash": bucket.line_hash, "seed": bucket.line_seed, "source": bucket.line_source},
    )  # fmt: skip
    line.settle(bucket, at)
    return bucket


def _waiting(bucket: Bucket) -> QuerySet[Booking]:
    return Booking.unscoped.filter(county=bucket.county, bucket=bucket, state=State.WAITING).order_by("pk")
