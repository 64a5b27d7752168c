"""One reservation: made, approved or refused, used, released."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, nothing_changed, record
from qunwen.base.scope import asking
from qunwen.services.rooms.access import Permission
from qunwen.services.rooms.enums import AHEAD, Entry, State
from qunwen.services.rooms.errors import RoomRefused
from qunwen.services.rooms.models import Bundle, Reservation, Resource, Series

from . import holding


@action
def reserve(
    *, resource: Resource, starts_at: dt.datetime, ends_at: dt.datetime, title: str, key: str, by: Actor, at: dt.datetime,
    subject_type: str = "", subject_id: uuid.UUID | None = None,
) -> Reservation:  # fmt: skip
    """Hold a resource for a stretch. The same key gives the first answer again.

    Raises WrongTimes, RoomClosed, RoomTaken (nothing is held then), Forbidden.
    """
    asking.require(Permission.RESERVE, on=resource)
    (locked,) = holding.lock(resource.county, [resource.pk]).values()
    if (earlier := _earlier(locked, key)) is not None:
        nothing_changed("a repeat of the same page")
        return earlier
    return made(
        locked, starts_at, ends_at, title=title, key=key, by=by, at=at, subject_type=subject_type, subject_id=subject_id
    )


def _earlier(resource: Resource, key: str) -> Reservation | None:
    return Reservation.unscoped.filter(county=resource.county, key=key).first()


def made(
    resource: Resource, starts_at: dt.datetime, ends_at: dt.datetime, *, title: str, key: str, by: Actor,
    at: dt.datetime, subject_type: str = "", subject_id: uuid.UUID | None = None, series: Series | None = None,
    bundle: Bundle | None = None,
) -> Reservation:  # fmt: skip
    """Write a reservation of a locked resource and what it holds."""
    holding.check_times(starts_at, ends_at, at)
    holding.check_open(resource, starts_at, ends_at)
    holding.refuse_clash(resource, starts_at, ends_at)
    waits = resource.needs_approval and not asking.may(Permission.APPROVE, on=resource)
    reservation = Reservation(
        county=resource.county, resource=resource, place_id=resource.place_id, starts_at=starts_at, ends_at=ends_at,
        title=title, state=State.ASKED if waits else State.CONFIRMED, subject_type=subject_type, subject_id=subject_id,
        series=series, bundle=bundle, key=key, reserved_at=at, reserved_by=by.name,
    )  # fmt: skip
    reservation.save(force_insert=True)
    holding.take(reservation, resource)
    record(
        code=Entry.RESERVED, by=by, at=at, subject=reservation, place=resource.place_id,
        after={"title": title, "starts_at": starts_at, "ends_at": ends_at},
    )  # fmt: skip
    return reservation


def _current(reservation: Reservation) -> Reservation:
    holding.lock(reservation.county, [reservation.resource_id])
    return Reservation.unscoped.select_related("resource").get(county=reservation.county, pk=reservation.pk)


def _change(reservation: Reservation, entry: Entry, by: Actor, at: dt.datetime, **new: Any) -> Reservation:
    for name, value in new.items():
        setattr(reservation, name, value)
    reservation.save(update_fields=list(new))
    record(code=entry, by=by, at=at, subject=reservation, place=reservation.place_id, after=_said(new))
    return reservation


def _said(new: dict[str, Any]) -> dict[str, Any]:
    return {"reason": new["ended_note"]} if new.get("ended_note") else {}


@action
def approve(*, reservation: Reservation, by: Actor, at: dt.datetime) -> Reservation:
    """Say yes to one that waits for it; its time has been kept all along. Raises RoomRefused, Forbidden."""
    asking.require(Permission.APPROVE, on=reservation.resource)
    now = _current(reservation)
    if now.state != State.ASKED:
        raise RoomRefused(_("这条预约不在待审批状态。"))
    return _change(now, Entry.APPROVED, by, at, state=State.CONFIRMED)


@action
def refuse(*, reservation: Reservation, reason: str, by: Actor, at: dt.datetime) -> Reservation:
    """Say no, with a reason; the time is free at once. Raises RoomRefused, Forbidden."""
    asking.require(Permission.APPROVE, on=reservation.resource)
    if not reason.strip():
        raise RoomRefused(_("请写明不批准的原因。"), field="reason")
    now = _current(reservation)
    if now.state != State.ASKED:
        raise RoomRefused(_("这条预约不在待审批状态。"))
    holding.give_back(now)
    return _change(now, Entry.REFUSED, by, at, state=State.REFUSED, ended_at=at, ended_note=reason)


@action
def release(*, reservation: Reservation, by: Actor, at: dt.datetime, reason: str = "") -> Reservation:
    """Give the time back; a second release changes nothing. Raises RoomRefused for one that was used, Forbidden."""
    asking.require(Permission.RESERVE, on=reservation.resource)
    now = _current(reservation)
    if now.state in (State.RELEASED, State.REFUSED):
        nothing_changed("released already")
        return now
    if now.state == State.USED:
        raise RoomRefused(_("已经到场使用的预约不能释放。"))
    holding.give_back(now)
    return _change(now, Entry.RELEASED, by, at, state=State.RELEASED, ended_at=at, ended_note=reason)


@action
def check_in(*, reservation: Reservation, by: Actor, at: dt.datetime) -> Reservation:
    """Whoever reserved it is there. Raises RoomRefused, Forbidden."""
    asking.require(Permission.RESERVE, on=reservation.resource)
    now = _current(reservation)
    if now.state == State.USED:
        nothing_changed("there already")
        return now
    if now.state not in AHEAD or now.state == State.ASKED:
        raise RoomRefused(_("这条预约没有生效，不能签到。"))
    if at >= now.ends_at:
        raise RoomRefused(_("预约的时间已经结束。"))
    return _change(now, Entry.USED, by, at, state=State.USED, used_at=at)
