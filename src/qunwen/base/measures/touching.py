"""Say, inside an action, that what is counted in a month has changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import connection, transaction

from qunwen.base.scope.clock import day_of

from .models import MeasureTouch
from .periods import Period


class OutsideTransactionError(RuntimeError):
    """touch() ran without a transaction, so that the change and its touch could part: a programming error."""


@dataclass(frozen=True)
class _Key:
    county: str
    month: str
    feed: str
    onward: bool


@dataclass(slots=True)
class _Marker:
    """Stands among the transaction's commit hooks while a touch of it is in force.

    The hooks are the one list the database layer itself takes back when a savepoint or the whole
    transaction is undone; so a touch that was undone is never taken for one already written. (Savepoints are those of
    `transaction.atomic`; savepoints made by hand are not followed.)
    """

    key: _Key
    consumed: bool = False

    def __call__(self) -> None:
        """Nothing to do at commit: the row is already written."""


def touch(
    *,
    county: str,
    day: dt.date | dt.datetime | None,
    moved_from: dt.date | dt.datetime | None = None,
    onward: bool = False,
    feed: str | Sequence[str] = "",
) -> None:
    """The month of `day` has to be counted again in this county.

    Call it in the transaction of the change. `moved_from` is the day the record had before, when that
    changed: both months are touched. None means undated, hence counted nowhere. A moment is taken on
    the county's clock. `onward`: a stock changed, so every month from this one on is another.
    `feed`: the model whose record changed ("activities.session"), or several: then only measures fed by it are
    counted again; without it, or when no measure names it among its feeds, all of them are.
    Once per month, feed and transaction is written, however often it is called. Raises OutsideTransactionError.
    """
    if not connection.in_atomic_block:
        raise OutsideTransactionError("touch() 必须和它所说的改动在同一个事务里")
    feeds = {each.lower() for each in ([feed] if isinstance(feed, str) else feed)} or {""}
    for moment in (day, moved_from):
        if moment is not None:
            month = Period.month_of(day_of(moment) if isinstance(moment, dt.datetime) else moment).code
            for each in sorted(feeds):
                _once(_Key(county, month, each, onward))


def _once(key: _Key) -> None:
    in_force = {marker.key for marker in _markers() if not marker.consumed}
    if key in in_force or replace(key, feed="") in in_force:
        return
    MeasureTouch(county=key.county, month=key.month, feed=key.feed, onward=key.onward).save(force_insert=True)
    transaction.on_commit(_Marker(key))


def _markers() -> list[_Marker]:
    return [entry[1] for entry in connection.run_on_commit if isinstance(entry[1], _Marker)]


def forget(*, county: str, month: str) -> None:
    """A rebuild inside this very transaction has counted the month: later changes must touch it again."""
    for marker in _markers():
        key = marker.key
        if key.county == county and (key.month == month or (key.onward and key.month <= month)):
            marker.consumed = True
