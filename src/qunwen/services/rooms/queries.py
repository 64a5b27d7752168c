"""Reading what is reserved and what is free."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db.models import QuerySet

from qunwen.base.scope.clock import start_of

from . import quarters
from .models import Reservation, Resource, Slot


def reservations_on(resource: Resource, day: dt.date) -> QuerySet[Reservation]:
    """What stands on a day, in order."""
    begins, ends = start_of(day), start_of(day + dt.timedelta(days=1))
    rows = Reservation.objects.filter(county=resource.county, resource=resource, ended_at=None)
    return rows.filter(starts_at__lt=ends, ends_at__gt=begins).order_by("starts_at", "pk")


def of_subject(*, county: str, subject_type: str, subject_id: uuid.UUID) -> QuerySet[Reservation]:
    """What is held for a lesson, an activity, an event."""
    rows = Reservation.objects.filter(county=county, subject_type=subject_type, subject_id=subject_id, ended_at=None)
    return rows.order_by("starts_at", "pk")


def is_free(resource: Resource, starts_at: dt.datetime, ends_at: dt.datetime) -> bool:
    """Whether nothing is in the way now, buffers included."""
    wanted = quarters.held(starts_at, ends_at, buffer_minutes=resource.buffer_minutes)
    return not Slot.unscoped.filter(
        county=resource.county, resource=resource, quarter__gte=wanted.start, quarter__lt=wanted.stop
    ).exists()
