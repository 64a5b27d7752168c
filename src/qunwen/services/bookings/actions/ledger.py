"""The counter itself: taking places, giving them back, one row lock at a time.

Order of locks everywhere: households (by id), then buckets (by id), then the seat plans of those buckets (by id),
then rows of bookings. On SQLite the
transaction itself is the lock (BEGIN IMMEDIATE) and `select_for_update` is left out of the SQL.
Every change of a booking's state happens while its bucket's row is locked.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable

from django.db.models import F, Min, QuerySet
from django.db.models.expressions import CombinedExpression
from django.utils.translation import gettext as _

from qunwen.base.people.models import Household
from qunwen.base.scope import fixed
from qunwen.services.bookings.enums import TIMED
from qunwen.services.bookings.errors import BucketRefused
from qunwen.services.bookings.models import Booking, Bucket, SeatPlan


def lock_households(county: str, ids: Iterable[uuid.UUID]) -> None:
    """Lock the households' rows in the order of their ids, before any bucket."""
    wanted = sorted(set(ids))
    if wanted:
        fixed.rows(_households, county=county, ids=wanted)


def _households(county: str, ids: list[uuid.UUID]) -> QuerySet[Household, tuple[uuid.UUID]]:
    rows = Household.unscoped.select_for_update(no_key=True).filter(county=county, pk__in=ids)
    return rows.order_by("pk").values_list("pk")


def lock_bucket(county: str, pk: uuid.UUID) -> Bucket:
    """The bucket as it is now, locked until the transaction ends."""
    return lock_buckets(county, [pk])[0]


def lock_buckets(county: str, ids: Iterable[uuid.UUID]) -> list[Bucket]:
    """The buckets as they are now, locked in the order of their ids, and then the seat plans they use.

    Raises BucketRefused when one is gone.
    """
    wanted = sorted(set(ids))
    found = list(Bucket.unscoped.select_for_update(no_key=True).filter(county=county, pk__in=wanted).order_by("pk"))
    if len(found) != len(wanted):
        raise BucketRefused(_("没有找到这组名额，请刷新页面再试。"))
    if plans := {bucket.seat_plan_id for bucket in found if bucket.seat_plan_id is not None}:
        # One thing may give out the same seats through several buckets: who writes seats holds the plan.
        list(SeatPlan.unscoped.select_for_update(no_key=True).filter(county=county, pk__in=plans).order_by("pk"))
    return found


def take(bucket: Bucket, number: int) -> bool:
    """Take places by one guarded statement; False, and nothing changed, when they do not fit.

    The condition is part of the UPDATE, so it holds whatever was read before.
    """
    return fixed.update(_with_room, _more_taken, county=bucket.county, pk=bucket.pk, number=number) == 1


def _with_room(county: str, pk: uuid.UUID, number: int) -> QuerySet[Bucket]:
    return Bucket.unscoped.filter(county=county, pk=pk, closed_at=None, taken__lte=F("size") - number)


def _more_taken(number: int, **_which: object) -> dict[str, CombinedExpression]:
    return {"taken": F("taken") + number}


def take_beyond(bucket: Bucket, number: int) -> int:
    """Take places whatever the size: the size grows by what does not fit. Only for recorded overrides.

    Returns by how much it grew: so many go away again with the booking, and are not offered to the line.
    """
    locked = lock_bucket(bucket.county, bucket.pk)
    missing = max(0, number - locked.left)
    Bucket.unscoped.filter(county=bucket.county, pk=bucket.pk).update(
        size=F("size") + missing, taken=F("taken") + number
    )
    return missing


def give_back(bucket: Bucket, number: int, *, beyond: int = 0) -> None:
    """Give places back; `beyond` of them had been added for that booking alone and leave with it.

    The caller holds the bucket's lock.
    """
    Bucket.unscoped.filter(county=bucket.county, pk=bucket.pk).update(
        taken=F("taken") - number, size=F("size") - beyond
    )
    bucket.taken -= number
    bucket.size -= beyond


def lock_booking(booking: Booking) -> tuple[Bucket, Booking]:
    """The booking and its bucket as they are now, the bucket locked."""
    bucket = lock_bucket(booking.county, booking.bucket_id)
    fresh = Booking.unscoped.get(county=booking.county, pk=booking.pk)
    fresh.bucket = bucket
    return bucket, fresh


def earliest_lapse(bucket: Bucket) -> dt.datetime | None:
    """When the first unanswered offer or unconfirmed hold of the bucket lapses."""
    offers = Booking.unscoped.filter(county=bucket.county, bucket=bucket, state__in=sorted(TIMED))
    return offers.aggregate(first=Min("offer_until"))["first"]
