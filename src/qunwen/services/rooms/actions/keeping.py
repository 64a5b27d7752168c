"""What moves on: no-shows are released, what stands in a closed place is moved elsewhere, the screen gets a new address."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, nothing_changed, record
from qunwen.base.scope import asking
from qunwen.services.rooms.access import Permission
from qunwen.services.rooms.enums import AHEAD, Entry, State
from qunwen.services.rooms.errors import RoomRefused
from qunwen.services.rooms.models import Reservation, Resource

from . import holding, telling
from .reserving import About, change, current, earlier_of, made


@action
def mark_missed(*, reservation: Reservation, by: Actor, at: dt.datetime) -> Reservation:
    """Nobody came: the rest of the time is free for others. Raises Forbidden."""
    asking.require(Permission.RESERVE, on=reservation.resource)
    now = current(reservation)
    if now.state != State.CONFIRMED:
        nothing_changed("came or gone meanwhile")
        return now
    holding.give_back(now)
    telling.tell(now, "missed", telling.missed_text(now), at=at)
    return change(now, Entry.MISSED, by, at, state=State.MISSED, ended_at=at)


@action
def move(
    *, reservation: Reservation, to: Resource, starts_at: dt.datetime, ends_at: dt.datetime, key: str, by: Actor,
    at: dt.datetime,
) -> Reservation:  # fmt: skip
    """Another resource, another time, or both, in one step: the new one is held before the old one is given up.

    What it was made for, its series and bundle go with it. Raises RoomTaken, RoomClosed, RoomRefused, Forbidden.
    """
    asking.require(Permission.RESERVE, on=reservation.resource)
    asking.require(Permission.RESERVE, on=to)
    if to.county != reservation.county:
        raise RoomRefused(_("只能改到同一个县的资源。"))
    locked = holding.lock(reservation.county, [reservation.resource_id, to.pk])
    if (earlier := earlier_of(reservation.county, key)) is not None:
        nothing_changed("a repeat of the same page")
        return earlier
    old = current(reservation)
    if old.state not in AHEAD:
        raise RoomRefused(_("这条预约已经使用、释放或改走了。"))
    holding.give_back(old)
    change(old, Entry.MOVED, by, at, state=State.MOVED, ended_at=at)
    about = About(use=old.use, people=old.people, resident=old.resident, team=old.team, offered=True, told=True)
    new = made(
        locked[to.pk], starts_at, ends_at, title=old.title, key=key, by=by, at=at, subject_type=old.subject_type,
        subject_id=old.subject_id, series=old.series, bundle=old.bundle, about=about,
    )  # fmt: skip
    old.moved_to = new
    old.save(update_fields=["moved_to"])
    telling.tell(old, "moved", telling.moved_text(old, new), at=at)
    return new


@action
def renew_door(*, resource: Resource, by: Actor, at: dt.datetime) -> Resource:
    """A new secret address for the door's screen and the calendar; the old ones are void. Raises Forbidden."""
    asking.require(Permission.MANAGE, on=resource)
    (now,) = holding.lock(resource.county, [resource.pk]).values()
    now.door_number = now.door_number % 30_000 + 1
    now.save(update_fields=["door_number"])
    record(code=Entry.DOOR_RENEWED, by=by, at=at, subject=now, place=now.place_id)
    return now
