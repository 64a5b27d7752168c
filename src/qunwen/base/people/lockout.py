"""Failed log-ins: counted and locked in the database, so that every worker process knows.

An account is locked for one address after QUNWEN_LOCKOUT_TRIES failures, and for all addresses after
QUNWEN_LOCKOUT_ACCOUNT_TRIES: somebody who guesses from elsewhere cannot soon lock the owner out.
Failures older than the lock's length no longer count. A lock never touches another account.
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction

from qunwen.base.journal import actors
from qunwen.base.journal.recording import action, nothing_changed, record
from qunwen.base.scope import context

from .enums import Entry
from .models import LoginLock, Staff, User

EVERYWHERE = ""


def length() -> dt.timedelta:
    """How long a lock holds."""
    return dt.timedelta(seconds=settings.QUNWEN_LOCKOUT_SECONDS)


def is_locked(*, username: str, address: str, at: dt.datetime) -> bool:
    """Whether the account may not be tried from this address at that moment."""
    return LoginLock.objects.filter(
        username=username.lower(), address__in=[address, EVERYWHERE], locked_until__gt=at
    ).exists()


def forget_expired(*, username: str, at: dt.datetime) -> None:
    """Drop locks of the account that have run out; each is recorded as lifted."""
    with transaction.atomic():
        rows = LoginLock.objects.select_for_update().filter(username=username.lower(), locked_until__lte=at)
        for row in rows:
            _write_unlocked(lock=row, by=actors.SYSTEM, at=at)
            row.delete()


def succeeded(*, username: str, address: str) -> None:
    """A good log-in clears the count of this address and the count of all addresses."""
    LoginLock.objects.filter(username=username.lower(), address__in=[address, EVERYWHERE]).delete()


def failed(*, username: str, address: str, at: dt.datetime) -> None:
    """Count a failure for the account from this address and for the account at all."""
    limits = {address: settings.QUNWEN_LOCKOUT_TRIES, EVERYWHERE: settings.QUNWEN_LOCKOUT_ACCOUNT_TRIES}
    for where, limit in limits.items():
        _count(username.lower(), where, limit, at)


def _count(username: str, where: str, limit: int, at: dt.datetime) -> None:
    with transaction.atomic():
        LoginLock.objects.get_or_create(username=username, address=where, defaults={"first_failed_at": at})
        row = LoginLock.objects.select_for_update().get(username=username, address=where)
        if row.first_failed_at <= at - length():
            row.first_failed_at, row.failures = at, 0
        row.failures += 1
        if row.failures >= limit and (row.locked_until is None or row.locked_until <= at):
            row.locked_until = at + length()
            _write_locked(lock=row, by=actors.SYSTEM, at=at)
        row.save()


def _owner(lock: LoginLock) -> Staff | None:
    with context.crossing("", reason="an account leads to its person before a scope is known"):
        user = User.objects.filter(username__iexact=lock.username).select_related("staff").first()
    return user.staff if user else None


@action
def _write_locked(*, lock: LoginLock, by: actors.Actor, at: dt.datetime) -> None:
    _write(Entry.ACCOUNT_LOCKED, lock, by, at, {"until": lock.locked_until, "address": lock.address or "*"})


@action
def _write_unlocked(*, lock: LoginLock, by: actors.Actor, at: dt.datetime) -> None:
    _write(Entry.ACCOUNT_UNLOCKED, lock, by, at, {"why": "expired", "address": lock.address or "*"})


def _write(code: Entry, lock: LoginLock, by: actors.Actor, at: dt.datetime, after: dict[str, object]) -> None:
    staff = _owner(lock)
    if staff is None:
        nothing_changed("no such account; its name may be a mistyped password")
        return
    record(code=code, by=by, at=at, subject=staff, place=staff.place_id, after=after)
