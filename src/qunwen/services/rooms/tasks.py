"""Thin background entries. Each may be run twice, or late, without harm."""

from __future__ import annotations

import datetime as dt

from django.conf import settings

from qunwen.base.journal.actors import SYSTEM
from qunwen.base.scope import context
from qunwen.base.scope.clock import day_of

from . import actions, queries
from .models import Resource

NO_SHOW_MINUTES = 20


def release_missed(*, at: dt.datetime, limit: int = 500) -> int:
    """Every minute: time that nobody came for is free again. `QUNWEN_ROOM_NO_SHOW_MINUTES` after it began; 0 turns it off."""
    minutes = int(getattr(settings, "QUNWEN_ROOM_NO_SHOW_MINUTES", NO_SHOW_MINUTES))
    if minutes <= 0:
        return 0
    with context.everything(reason="no-shows of all counties are released"):
        rows = list(queries.unattended(at=at, minutes=minutes)[:limit])
        return sum(actions.mark_missed(reservation=row, by=SYSTEM, at=at).ended_at == at for row in rows)


def offer_unused(*, at: dt.datetime, limit: int = 1000) -> int:
    """Every night: what is still empty so many days ahead is offered to troupes, where a resource's rule says so."""
    with context.everything(reason="empty hours of all counties are offered"):
        rows = queries.with_hours(Resource.unscoped.filter(active=True).exclude(offers_ahead=None))
        found = 0
        for resource in rows.order_by("county", "pk")[:limit]:
            day = day_of(at) + dt.timedelta(days=resource.offers_ahead or 0)
            found += len(actions.offer_unused(resource=resource, day=day, by=SYSTEM, at=at, by_rule=True))
        return found
