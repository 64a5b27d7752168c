"""Taking a number: an order is written down, and after that nothing can lose it or put another before it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, nothing_changed
from qunwen.base.scope import fixed
from qunwen.services.bookings.enums import Mark
from qunwen.services.bookings.models import RushMark, RushOrder


class KeyTaken(ValueError):
    """The key was used for another thing or by another person: the page is an old one."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks for. `members`: ids of residents as text, [name, group] of companions."""

    county: str
    bucket: uuid.UUID
    place: str
    resident: uuid.UUID
    members: tuple[str | tuple[str, str], ...]
    key: str
    language: str


def take_number(*, asked: Asked, by: Actor, at: dt.datetime) -> int:
    """The number of one order: as `take_numbers`. Raises KeyTaken."""
    [number] = take_numbers(county=asked.county, asked=[asked], by=by, at=at)
    if isinstance(number, KeyTaken):
        raise number
    return number


@action
def take_numbers(*, county: str, asked: Sequence[Asked], by: Actor, at: dt.datetime) -> list[int | KeyTaken]:
    """The numbers of orders in their county's queue. The same key gets the same number, however often it is sent.

    Numbers have no gaps and become visible in their order: whoever gives some holds the county's mark until the
    orders are committed. No moment is earlier than that of the number before. What is decided is journalled, a
    number is not. An order whose key was used for another thing or by another person gets KeyTaken.
    """
    del by  # an order names its resident
    nothing_changed("an order is journalled when it is decided")
    last, moment = _lock(county)
    at = max(at, moment) if moment is not None else at
    keys = sorted({one.key for one in asked})
    known = {key: rest for key, *rest in fixed.rows(_with_keys, county=county, keys=keys)}
    fresh: list[RushOrder] = []
    found: list[int | KeyTaken] = []
    for one in asked:
        if one.key not in known:
            order = _order(one, last + len(fresh) + 1, at)
            fresh.append(order)
            known[one.key] = [order.number, order.bucket_id, order.resident_id]
        number, *whose = known[one.key]
        found.append(number if whose == [one.bucket, one.resident] else KeyTaken(one.key))
    if fresh:
        if len(fresh) == 1:
            fixed.insert(fresh[0])
        else:
            RushOrder.unscoped.bulk_create(fresh)
        move_mark(county, Mark.GIVEN, last + len(fresh), at)
    return found


def _order(asked: Asked, number: int, at: dt.datetime) -> RushOrder:
    return RushOrder(
        county=asked.county, number=number, key=asked.key, place=asked.place, bucket_id=asked.bucket,
        resident_id=asked.resident, members=[m if isinstance(m, str) else list(m) for m in asked.members],
        language=asked.language, asked_at=at,
    )  # fmt: skip


def _lock(county: str) -> tuple[int, dt.datetime | None]:
    """The last number given and its moment; nobody else gives one until the transaction ends."""
    what = str(Mark.GIVEN)
    found = fixed.rows(_locked, county=county, what=what)
    if not found:
        open_queue(county)
        found = fixed.rows(_locked, county=county, what=what)
    return found[0]  # type: ignore[return-value]


def open_queue(county: str) -> None:
    """Make the county's two marks, unless somebody else just did. Runs inside an action."""
    for what in Mark.values:
        try:
            with transaction.atomic():
                RushMark(county=county, what=what).save(force_insert=True)
        except IntegrityError:
            continue


def _locked(county: str, what: str) -> QuerySet[RushMark, tuple[int, dt.datetime | None]]:
    rows = RushMark.unscoped.select_for_update(no_key=True).filter(county=county, what=what)
    return rows.order_by().values_list("number", "at")


def _mark(county: str, what: str, **_new: object) -> QuerySet[RushMark]:
    return RushMark.unscoped.filter(county=county, what=what)


def _moved(number: int, at: dt.datetime, **_which: object) -> dict[str, object]:
    return {"number": number, "at": at}


def _with_keys(county: str, keys: list[str]) -> QuerySet[RushOrder, tuple[str, int, uuid.UUID, uuid.UUID]]:
    rows = RushOrder.unscoped.filter(county=county, key__in=keys)
    return rows.order_by().values_list("key", "number", "bucket_id", "resident_id")


def move_mark(county: str, what: Mark, number: int, at: dt.datetime) -> None:
    """Write how far the queue has come. Runs inside an action that holds the mark."""
    fixed.update(_mark, _moved, county=county, what=str(what), number=number, at=at)


def marks(county: str) -> dict[str, int]:
    """The last number given and the last one decided."""
    rows = fixed.rows(_marks, county=county)
    return {str(Mark.GIVEN): 0, str(Mark.DECIDED): 0} | dict(rows)


def _marks(county: str) -> QuerySet[RushMark, tuple[str, int]]:
    return RushMark.unscoped.filter(county=county).order_by().values_list("what", "number")
