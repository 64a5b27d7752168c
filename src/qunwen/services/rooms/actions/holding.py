"""Taking and giving back quarters of an hour. Resources are locked in the order of their ids, always first."""

from __future__ import annotations

import contextlib
import datetime as dt
import uuid
from collections.abc import Iterable, Iterator

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from qunwen.services.rooms import openings, quarters
from qunwen.services.rooms.errors import RoomClosed, RoomRefused, RoomTaken, WrongTimes
from qunwen.services.rooms.models import Reservation, Resource, Slot

LONGEST = dt.timedelta(hours=24)
FURTHEST = dt.timedelta(days=400)


def lock(county: str, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Resource]:
    """The resources as they are now, locked until the transaction ends. Raises RoomRefused when one is gone."""
    wanted = sorted(set(ids))
    rows = Resource.unscoped.select_for_update(no_key=True, of=("self",)).filter(county=county, pk__in=wanted)
    found = {row.pk: row for row in rows.select_related("room__venue").order_by("pk")}
    if len(found) != len(wanted):
        raise RoomRefused(_("没有找到要预约的资源，请刷新页面再试。"))
    return found


def check_times(starts_at: dt.datetime, ends_at: dt.datetime, at: dt.datetime) -> None:
    """Raises WrongTimes with the field."""
    if ends_at <= starts_at:
        raise WrongTimes(_("结束时间要晚于开始时间。"), field="ends_at")
    if ends_at - starts_at > LONGEST:
        raise WrongTimes(_("一次最长预约 24 小时。"), field="ends_at")
    if starts_at < at:
        raise WrongTimes(_("开始时间已经过去。"), field="starts_at")
    if starts_at - at > FURTHEST:
        raise WrongTimes(_("只能预约 400 天以内的时间。"), field="starts_at")


def check_open(resource: Resource, starts_at: dt.datetime, ends_at: dt.datetime) -> None:
    """In the opening hours of its venue, outside closures and blackouts. Raises RoomClosed."""
    if why := openings.why_closed(resource, starts_at, ends_at):
        raise RoomClosed(why)


def clashing(resource: Resource, starts_at: dt.datetime, ends_at: dt.datetime) -> Slot | None:
    """The first held quarter in the way, if there is one."""
    wanted = quarters.held(starts_at, ends_at, buffer_minutes=resource.buffer_minutes)
    rows = Slot.unscoped.filter(
        county=resource.county, resource=resource, quarter__gte=wanted.start, quarter__lt=wanted.stop
    )
    return rows.select_related("reservation").order_by("quarter", "pk").first()


def refuse_clash(resource: Resource, starts_at: dt.datetime, ends_at: dt.datetime) -> None:
    """Raises RoomTaken when somebody holds a part of it. The resource is locked, so the look is exact."""
    found = clashing(resource, starts_at, ends_at)
    if found is not None:
        taken = found.reservation
        raise RoomTaken(openings.taken_words(resource, taken.starts_at, taken.ends_at))


GUARDS = ("slot_held_once", "rooms_slot.quarter", "reservation_held_once")


@contextlib.contextmanager
def guarded(resource: Resource) -> Iterator[None]:
    """What the database itself refuses, in words: RoomTaken for the slots' and the exclusion constraint's refusal."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as refused:
        # PostgreSQL names the constraint, SQLite the columns.
        if any(name in str(refused) for name in GUARDS):
            raise RoomTaken(_("“%(what)s”这段时间刚刚被别人预约，请换个时间。") % {"what": resource.title}) from refused
        raise


def take(reservation: Reservation, resource: Resource) -> None:
    """Hold every quarter for a reservation that has just been written; the constraint stands behind the look before."""
    held = quarters.held(reservation.starts_at, reservation.ends_at, buffer_minutes=resource.buffer_minutes)
    Slot.unscoped.bulk_create(
        Slot(
            county=reservation.county,
            resource=resource,
            place_id=resource.place_id,
            reservation=reservation,
            quarter=quarter,
        )
        for quarter in held
    )


def give_back(reservation: Reservation) -> int:
    """Whatever it held is free again."""
    return Slot.unscoped.filter(county=reservation.county, reservation=reservation).delete()[0]
