"""Taking a number: an order is written down, and after that nothing can lose it or put another before it."""

from __future__ import annotations

import datetime as dt
import uuid
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


@action
def take_number(*, asked: Asked, by: Actor, at: dt.datetime) -> int:
    """The number of an order in its county's queue. The same key gets the same number, however often it is sent.

    Numbers have no gaps and become visible in their order: whoever gives one holds the county's mark until the
    order is committed. No moment is earlier than that of the number before. What is decided is journalled, a
    number is not. Raises KeyTaken.
    """
    del by  # an order names its resident
    nothing_changed("an order is journalled when it is decided")
    last, moment = _lock(asked.county)
    known = fixed.rows(_with_key, county=asked.county, key=asked.key)
    for number, bucket, resident in known:
        if bucket != asked.bucket or resident != asked.resident:
            raise KeyTaken(asked.key)
        return int(number)
    at = max(at, moment) if moment is not None else at
    order = RushOrder(
        county=asked.county, number=last + 1, key=asked.key, place=asked.place, bucket_id=asked.bucket,
        resident_id=asked.resident, members=[m if isinstance(m, str) else list(m) for m in asked.members], language=asked.language, asked_at=at,
    )  # fmt: skip
    fixed.insert(order)
    fixed.update(_mark, _moved, county=asked.county, what=str(Mark.GIVEN), number=last + 1, at=at)
    return last + 1


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


def _with_key(county: str, key: str) -> QuerySet[RushOrder, tuple[int, uuid.UUID, uuid.UUID]]:
    rows = RushOrder.unscoped.filter(county=county, key=key)
    return rows.order_by().values_list("number", "bucket_id", "resident_id")


def move_mark(county: str, what: Mark, number: int, at: dt.datetime) -> None:
    """Write how far the queue has come. Runs inside an action that holds the mark."""
    fixed.update(_mark, _moved, county=county, what=str(what), number=number, at=at)


def marks(county: str) -> dict[str, int]:
    """The last number given and the last one decided."""
    rows = fixed.rows(_marks, county=county)
    return {str(Mark.GIVEN): 0, str(Mark.DECIDED): 0} | dict(rows)


def _marks(county: str) -> QuerySet[RushMark, tuple[str, int]]:
    return RushMark.unscoped.filter(county=county).order_by().values_list("what", "number")
