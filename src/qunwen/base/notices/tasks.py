"""Sending what the outbox holds, and the daily digest."""

from __future__ import annotations

import datetime as dt
import logging

from django.db.models import F, Q, QuerySet

from qunwen.base.journal.actors import SYSTEM
from qunwen.base.people.models import Staff
from qunwen.base.scope import clock, writing
from qunwen.gateways.sms import client
from qunwen.gateways.sms.errors import SmsError, SmsRefused

from . import actions, queries
from .enums import TRIES, State
from .models import Notice, OutboxMessage

logger = logging.getLogger(__name__)

LEASE = dt.timedelta(minutes=5)
FIRST_PAUSE = dt.timedelta(minutes=1)
LONGEST_PAUSE = dt.timedelta(hours=2)

# (function, seconds between two runs, what it does)


def deliver(*, at: dt.datetime | None = None, limit: int = 50, **_more: object) -> int:
    """Send up to `limit` messages that are due; how many were sent.

    Each is leased by a conditional update, handed to the gateway under its key, then marked. A worker
    that dies between leaves a lease that runs out; the next one sends under the same key, which the
    gateway sends once. Two workers never hold one message.
    """
    moment = at or clock.now()
    sent = 0
    with writing.allowed("notices.deliver"):
        for message in list(_due(moment)[:limit]):
            if _lease(message, moment):
                sent += _send(message, moment)
    return sent


def _due(at: dt.datetime) -> QuerySet[OutboxMessage]:
    ready = Q(state=State.WAITING, next_at__lte=at) | Q(state=State.LEASED, lease_until__lt=at)
    return OutboxMessage.unscoped.filter(ready).order_by("next_at", "id")


def _mine(message: OutboxMessage, attempts: int) -> QuerySet[OutboxMessage]:
    return OutboxMessage.unscoped.filter(
        county=message.county, pk=message.pk, state=message.state, attempts=attempts
    ).order_by()


def _lease(message: OutboxMessage, at: dt.datetime) -> bool:
    taken = _mine(message, message.attempts).update(
        state=State.LEASED, lease_until=at + LEASE, attempts=F("attempts") + 1
    )
    message.state, message.attempts = State.LEASED, message.attempts + 1
    return taken == 1


def _send(message: OutboxMessage, at: dt.datetime) -> int:
    mine = _mine(message, message.attempts)
    try:
        client.send(phone=message.phone, text=message.text, key=f"{message.county}:{message.key}")
    except SmsRefused as refusal:
        mine.update(state=State.FAILED, lease_until=None, problem=str(refusal)[:200])
        return 0
    except SmsError as trouble:
        _again(message, mine, at, str(trouble))
        return 0
    except Exception as error:
        # A message is never lost over a fault of the program; it is tried again and the fault is told.
        logger.exception("短信未能发送：%s", message.pk)
        _again(message, mine, at, type(error).__name__)
        return 0
    return mine.update(state=State.SENT, sent_at=at, lease_until=None, problem="")


def _again(message: OutboxMessage, mine: QuerySet[OutboxMessage], at: dt.datetime, problem: str) -> None:
    pause = min(FIRST_PAUSE * 2 ** (message.attempts - 1), LONGEST_PAUSE)
    state = State.FAILED if message.attempts >= TRIES else State.WAITING
    mine.update(state=state, next_at=at + pause, lease_until=None, problem=problem[:200])


def digest(*, at: dt.datetime | None = None, **_more: object) -> int:
    """After eight in the morning, one digest a day for staff with unread notices; how many were made."""
    moment = at or clock.now()
    if clock.local(moment).hour < 8:
        return 0
    unread = Notice.unscoped.filter(read_at=None, staff_id__isnull=False).order_by()
    people = Staff.unscoped.filter(active=True, pk__in=list(unread.values_list("staff_id", flat=True).distinct()))
    groups: dict[str, list[Staff]] = {}
    for person in people:
        groups.setdefault(queries.home_of(person), []).append(person)
    # One transaction, one county.
    return sum(actions.make_digests(staff=group, by=SYSTEM, at=moment) for _home, group in sorted(groups.items()))
