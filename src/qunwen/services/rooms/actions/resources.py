"""Resources: what there is to reserve, and when it is not to be had."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, changes, nothing_changed, record
from qunwen.base.measures.touching import touch
from qunwen.base.places.models import Place
from qunwen.base.scope import asking
from qunwen.base.scope.clock import day_of
from qunwen.base.scope.codes import county_of
from qunwen.services.rooms.access import Permission
from qunwen.services.rooms.enums import Entry, Kind, OpenTo
from qunwen.services.rooms.errors import RoomRefused, WrongTimes
from qunwen.services.rooms.models import Blackout, Resource

SETTINGS = frozenset(
    {
        "title", "capacity", "buffer_minutes", "needs_approval", "active", "open_to", "longest_minutes", "ahead_days",
        "door_check", "offers_ahead",
    }
)  # fmt: skip
LONGEST_BUFFER = 240
FEED = "rooms.resource"


@action
def add_resource(*, place: Place, kind: str, title: str, by: Actor, at: dt.datetime, **details: Any) -> Resource:
    """Make something bookable by the hour. `details`: unit, room, staff and any of SETTINGS. Raises RoomRefused, Forbidden."""
    resource = Resource(
        county=county_of(place.pk), place=place, kind=kind, title=title.strip(), since=day_of(at), **details
    )
    asking.require(Permission.MANAGE, on=resource)
    _check(resource)
    if resource.room_id and Resource.unscoped.filter(county=resource.county, room=resource.room_id).exists():
        raise RoomRefused(_("这个房间已经登记过，请直接修改。"), field="room")
    resource.save(force_insert=True)
    record(
        code=Entry.RESOURCE_ADDED, by=by, at=at, subject=resource, place=place.pk,
        after={"kind": kind, "title": title, "capacity": resource.capacity},
    )  # fmt: skip
    touch(county=resource.county, day=at, onward=True, feed=FEED)
    return resource


def _check(resource: Resource) -> None:
    if resource.kind not in Kind.values:
        raise RoomRefused(_("没有这种资源：%(kind)s。") % {"kind": resource.kind}, field="kind")
    if not resource.title.strip():
        raise RoomRefused(_("请填写名称。"), field="title")
    if resource.open_to not in OpenTo.values:
        raise RoomRefused(_("请选择对谁开放。"), field="open_to")
    if resource.longest_minutes < 15:
        raise RoomRefused(_("一次至少 15 分钟。"), field="longest_minutes")
    if not 0 <= resource.buffer_minutes <= LONGEST_BUFFER:
        raise RoomRefused(_("前后间隔要在 0 到 %(most)s 分钟之间。") % {"most": LONGEST_BUFFER}, field="buffer_minutes")


@action
def change_resource(*, resource: Resource, new: Mapping[str, Any], by: Actor, at: dt.datetime) -> Resource:
    """Change SETTINGS. Reservations that stand keep what they hold. Raises RoomRefused, Forbidden."""
    asking.require(Permission.MANAGE, on=resource)
    if unknown := set(new) - SETTINGS:
        raise TypeError(f"not settings of a resource: {', '.join(sorted(unknown))}")
    resource = Resource.unscoped.select_for_update().get(county=resource.county, pk=resource.pk)
    before, after = changes(resource, new)
    if not after:
        nothing_changed("same values")
        return resource
    for name, value in after.items():
        setattr(resource, name, value)
    _check(resource)
    resource.save(update_fields=list(after))
    record(
        code=Entry.RESOURCE_CHANGED, by=by, at=at, subject=resource, place=resource.place_id, before=before, after=after
    )
    touch(county=resource.county, day=at, onward=True, feed=FEED)
    return resource


@action
def block(
    *, resource: Resource, starts_at: dt.datetime, ends_at: dt.datetime, reason: str, by: Actor, at: dt.datetime
) -> Blackout:
    """Nothing new is taken in the stretch; what is reserved stays until somebody releases it. Raises WrongTimes, Forbidden."""
    asking.require(Permission.MANAGE, on=resource)
    if ends_at <= starts_at:
        raise WrongTimes(_("结束时间要晚于开始时间。"), field="ends_at")
    if not reason.strip():
        raise RoomRefused(_("请写明原因，预约的人会看到。"), field="reason")
    resource = Resource.unscoped.select_for_update().get(county=resource.county, pk=resource.pk)
    blackout = Blackout(
        county=resource.county, resource=resource, place_id=resource.place_id, starts_at=starts_at, ends_at=ends_at,
        reason=reason,
    )  # fmt: skip
    blackout.save(force_insert=True)
    record(
        code=Entry.BLOCKED, by=by, at=at, subject=resource, place=resource.place_id,
        after={"starts_at": starts_at, "ends_at": ends_at, "reason": reason},
    )  # fmt: skip
    touch(county=resource.county, day=starts_at, moved_from=ends_at, feed=FEED)
    return blackout


@action
def unblock(*, blackout: Blackout, by: Actor, at: dt.datetime) -> Blackout:
    """It is to be had again. A second time changes nothing. Raises Forbidden."""
    asking.require(Permission.MANAGE, on=blackout.resource)
    if blackout.lifted_at is not None:
        nothing_changed("lifted already")
        return blackout
    blackout.lifted_at = at
    blackout.save(update_fields=["lifted_at"])
    record(code=Entry.UNBLOCKED, by=by, at=at, subject=blackout.resource, place=blackout.place_id)
    touch(county=blackout.county, day=blackout.starts_at, moved_from=blackout.ends_at, feed=FEED)
    return blackout
