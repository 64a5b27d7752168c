"""Limits on how often somebody may try something, held in the database."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils.crypto import salted_hmac

from .models import RateHit


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `times` within `within`, counted under the name `bucket`."""

    bucket: str
    times: int
    within: dt.timedelta


def digest(value: str) -> str:
    """A keyed digest under which a phone or address is counted."""
    return salted_hmac("qunwen.people.rates", value, algorithm="sha256").hexdigest()


def take(limit: Limit, *, key: str, at: dt.datetime) -> dt.timedelta | None:
    """Count one try. None when it is within the limit, otherwise how long to wait (nothing is counted).

    Tries at the same instant may exceed the limit by the number of worker processes at most.
    """
    name = digest(key)
    with transaction.atomic():
        rows = RateHit.objects.filter(bucket=limit.bucket, key=name)
        rows.filter(at__lte=at - limit.within).delete()
        recent = list(rows.order_by("-at").values_list("at", flat=True)[: limit.times])
        if len(recent) >= limit.times:
            return recent[-1] + limit.within - at
        RateHit.objects.create(bucket=limit.bucket, key=name, at=at)
    return None
