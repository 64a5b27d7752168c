"""Taking and giving back quarters of an hour. Resources are locked in the order of their ids, always first."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable

from django.utils.translation import gettext as _

from qunwen.base.scope.clock import local, start_of
from qunwen.services.rooms import quarters
from qunwen.services.rooms.errors import RoomClosed, RoomRefused, RoomTaken, WrongTimes
from qunwen.services.rooms.models import Blackout, Reservation, Resource, Slot
from qunwen.services.venues import queries as venues

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
    if not resource.active:
        raise RoomClosed(_("“%(what)s”现在不接受预约。") % {"what": resource.title})
    blocked = Blackout.unscoped.filter(
        county=resource.county, resource=resource, starts_at__lt=ends_at, ends_at__gt=starts_at
    )
    if (found := blocked.order_by("starts_at", "pk").first()) is not None:
        raise RoomClosed(_("“%(what)s”这段时间停止预约：%(why)s") % {"what": resource.title, "why": found.reason})
    if resource.room_id is not None and not _within_hours(resource, starts_at, ends_at):
        raise RoomClosed(_("“%(what)s”这段时间不开放，请看开放时间。") % {"what": resource.title})


def _within_hours(resource: Resource, starts_at: dt.datetime, ends_at: dt.datetime) -> bool:
    venue = resource.room.venue  # type: ignore[union-attr]
    if any(c.withdrawn_at is None and c.starts_at < ends_at and starts_at < c.ends_at for c in venue.closures.all()):
        return False
    day = local(starts_at).date()
    if start_of(day + dt.timedelta(days=1)) < ends_at:
        return False  # a venue closes at night
    begins, ends = local(starts_at).time(), local(ends_at).time()
    stretches = venues.hours_on(venue, day).stretches
    return any(opens <= begins and (ends <= closes if ends > begins else False) for opens, closes in stretches)


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
        raise RoomTaken(
            _("“%(what)s”在 %(from)s 至 %(to)s 已被预约（含前后间隔），请换个时间。")
            % {
                "what": resource.title,
                "from": f"{local(taken.starts_at):%m-%d %H:%M}",
                "to": f"{local(taken.ends_at):%H:%M}",
            }
        )


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
