"""What the portal changes itself: opening and closing personal calendars."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, record
from qunwen.base.people.models import Resident
from qunwen.base.scope import context
from qunwen.base.scope.asking import Forbidden

from .enums import Entry
from .models import CalendarFeed


@action
def renew_feed(*, resident: Resident, by: Actor, at: dt.datetime) -> CalendarFeed:
    """Give the resident a new secret calendar address; the one before stops working. Raises Forbidden."""
    _require_self(resident)
    close_open(resident, by, at)
    feed = CalendarFeed(county=resident.county, resident=resident, place_id=resident.place_id, opened_at=at)
    feed.save(force_insert=True)
    record(code=Entry.FEED_OPENED, by=by, at=at, subject=feed, place=feed.place_id)
    return feed


@action
def close_feed(*, resident: Resident, by: Actor, at: dt.datetime) -> None:
    """Stop the resident's calendar address. Raises Forbidden."""
    _require_self(resident)
    close_open(resident, by, at)


def close_open(resident: Resident, by: Actor, at: dt.datetime) -> None:
    """End the open feed, if there is one; runs inside an action."""
    rows = CalendarFeed.unscoped.filter(county=resident.county, resident=resident, closed_at=None)
    for feed in rows.order_by("pk"):
        feed.closed_at = at
        feed.save(update_fields=["closed_at"])
        record(code=Entry.FEED_CLOSED, by=by, at=at, subject=feed, place=feed.place_id)


def _require_self(resident: Resident) -> None:
    scope = context.current()
    if scope is None or (scope.kind != "everything" and resident.pk not in scope.residents):
        raise Forbidden(_("只能管理自己的日历订阅。"))
