"""Telling everybody who holds a place what became of the thing."""

from __future__ import annotations

import datetime as dt

from django.db import models

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, nothing_changed, record
from qunwen.base.scope import asking
from qunwen.services.bookings import wording
from qunwen.services.bookings.access import Permission
from qunwen.services.bookings.enums import Entry

from .buckets import live_bookings, of_subject
from .telling import tell


@action
def put_off(*, subject: models.Model, county: str, reason: str, by: Actor, at: dt.datetime, revision: int = 0) -> int:
    """The thing is postponed without a new time: places stay, everybody with a live booking is told once.

    `revision` tells one postponement from the next. Returns how many were told. Raises Forbidden.
    """
    told = 0
    for bucket in of_subject(subject._meta.label_lower, subject.pk, county):
        asking.require(Permission.MANAGE, on=bucket)
        live = live_bookings(bucket)
        for booking in live:
            tell(booking, "put_off", wording.put_off(bucket, reason), at=at, once_more=f":{revision}")
        record(
            code=Entry.PUT_OFF, by=by, at=at, subject=bucket, place=bucket.place_id,
            after={"bookings": len(live), "reason": reason},
        )  # fmt: skip
        told += len(live)
    nothing_changed("nothing to book")
    return told
