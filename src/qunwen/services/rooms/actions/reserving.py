"""One reservation: made, approved or refused, used, released."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, nothing_changed, record
from qunwen.base.measures.touching import touch
from qunwen.base.people.models import Resident
from qunwen.base.scope import asking
from qunwen.services.rooms import openings
from qunwen.services.rooms.access import Permission
from qunwen.services.rooms.enums import AHEAD, GONE, Entry, State, Use
from qunwen.services.rooms.errors import RoomRefused, SeasonKept
from qunwen.services.rooms.models import Bundle, Reservation, Resource, Series, Team

from . import holding, telling

FEED = "rooms.reservation"


class About(NamedTuple):
    """What a time is wanted for and by whom; all of it may be left out."""

    use: str = ""
    people: int | None = None
    resident: Resident | None = None
    team: Team | None = None
    # Hours that staff offered: neither seasons nor approval stand in the way.
    offered: bool = False
    # The resident hears of it in other words.
    told: bool = False


NOTHING = About()


@action
def reserve(
    *, resource: Resource, starts_at: dt.datetime, ends_at: dt.datetime, title: str, key: str, by: Actor, at: dt.datetime,
    subject_type: str = "", subject_id: uuid.UUID | None = None, about: About = NOTHING,
) -> Reservation:  # fmt: skip
    """Hold a resource for a stretch. The same key gives the first answer again.

    Raises WrongTimes, RoomClosed, SeasonKept, RoomTaken (nothing is held then), Forbidden.
    """
    asking.require(Permission.RESERVE, on=resource)
    (locked,) = holding.lock(resource.county, [resource.pk]).values()
    if (earlier := earlier_of(locked.county, key)) is not None:
        nothing_changed("a repeat of the same page")
        return earlier
    return made(
        locked, starts_at, ends_at, title=title, key=key, by=by, at=at, subject_type=subject_type,
        subject_id=subject_id, about=about,
    )  # fmt: skip


def earlier_of(county: str, key: str) -> Reservation | None:
    """What the same page made before."""
    return Reservation.unscoped.select_related("resource").filter(county=county, key=key).first()


def made(
    resource: Resource, starts_at: dt.datetime, ends_at: dt.datetime, *, title: str, key: str, by: Actor,
    at: dt.datetime, subject_type: str = "", subject_id: uuid.UUID | None = None, series: Series | None = None,
    bundle: Bundle | None = None, about: About = NOTHING,
) -> Reservation:  # fmt: skip
    """Write a reservation of a locked resource and what it holds."""
    use = about.use or (Use.LESSON if subject_type.startswith("school.") else Use.OTHER)
    if not title.strip():
        raise RoomRefused(_("请填写用途。"), field="title")
    if use not in Use.values:
        raise RoomRefused(_("没有这种用途。"), field="use")
    holding.check_times(starts_at, ends_at, at)
    holding.check_open(resource, starts_at, ends_at)
    trusted = asking.may(Permission.APPROVE, on=resource)
    if not about.offered:
        _check_seasons(resource, starts_at, use=use, about=about, trusted=trusted, at=at)
    holding.refuse_clash(resource, starts_at, ends_at)
    waits = resource.needs_approval and not trusted and not about.offered
    buffer = dt.timedelta(minutes=resource.buffer_minutes)
    reservation = Reservation(
        county=resource.county, resource=resource, place_id=resource.place_id, starts_at=starts_at, ends_at=ends_at,
        held_from=starts_at - buffer, held_until=ends_at + buffer, title=title.strip(), use=use, people=about.people,
        resident=about.resident, team=about.team, code=f"{secrets.randbelow(1_000_000):06d}",
        state=State.ASKED if waits else State.CONFIRMED, subject_type=subject_type, subject_id=subject_id,
        series=series, bundle=bundle, key=key, reserved_at=at, reserved_by=by.name,
    )  # fmt: skip
    with holding.guarded(resource):
        reservation.save(force_insert=True)
        holding.take(reservation, resource)
    record(
        code=Entry.RESERVED, by=by, at=at, subject=reservation, place=resource.place_id,
        after={"title": reservation.title, "starts_at": starts_at, "ends_at": ends_at},
    )  # fmt: skip
    touch(county=resource.county, day=starts_at, feed=FEED)
    if not (waits or about.told or series or bundle):
        telling.tell(reservation, "confirmed", telling.confirmed_text(reservation), at=at)
    return reservation


def _check_seasons(
    resource: Resource, starts_at: dt.datetime, *, use: str, about: About, trusted: bool, at: dt.datetime
) -> None:
    why = openings.why_kept(
        resource, starts_at, use=use, team=about.team, resident=about.resident, trusted=trusted, at=at
    )
    if why:
        raise SeasonKept(why)


def current(reservation: Reservation) -> Reservation:
    """The reservation as it is now, its resource locked until the transaction ends."""
    holding.lock(reservation.county, [reservation.resource_id])
    rows = Reservation.unscoped.select_related("resource", "resident", "team")
    return rows.get(county=reservation.county, pk=reservation.pk)


def change(reservation: Reservation, entry: Entry, by: Actor, at: dt.datetime, **new: Any) -> Reservation:
    """Set, record, and have the month counted again."""
    for name, value in new.items():
        setattr(reservation, name, value)
    reservation.save(update_fields=list(new))
    record(code=entry, by=by, at=at, subject=reservation, place=reservation.place_id, after=_said(new))
    touch(county=reservation.county, day=reservation.starts_at, feed=FEED)
    return reservation


def _said(new: dict[str, Any]) -> dict[str, Any]:
    return {"reason": new["ended_note"]} if new.get("ended_note") else {}


@action
def approve(*, reservation: Reservation, by: Actor, at: dt.datetime) -> Reservation:
    """Say yes to one that waits for it; its time has been kept all along. Raises RoomRefused, Forbidden."""
    asking.require(Permission.APPROVE, on=reservation.resource)
    now = current(reservation)
    if now.state != State.ASKED:
        raise RoomRefused(_("这条预约不在待审批状态。"))
    telling.tell(now, "approved", telling.approved_text(now), at=at)
    return change(now, Entry.APPROVED, by, at, state=State.CONFIRMED)


@action
def refuse(*, reservation: Reservation, reason: str, by: Actor, at: dt.datetime) -> Reservation:
    """Say no, with a reason; the time is free at once. Raises RoomRefused, Forbidden."""
    asking.require(Permission.APPROVE, on=reservation.resource)
    if not reason.strip():
        raise RoomRefused(_("请写明不批准的原因。"), field="reason")
    now = current(reservation)
    if now.state != State.ASKED:
        raise RoomRefused(_("这条预约不在待审批状态。"))
    holding.give_back(now)
    telling.tell(now, "refused", telling.refused_text(now, reason.strip()), at=at)
    return change(now, Entry.REFUSED, by, at, state=State.REFUSED, ended_at=at, ended_note=reason.strip()[:200])


@action
def release(*, reservation: Reservation, by: Actor, at: dt.datetime, reason: str = "") -> Reservation:
    """Give the time back; a second release changes nothing. Raises RoomRefused for one that was used, Forbidden."""
    asking.require(Permission.RESERVE, on=reservation.resource)
    now = current(reservation)
    before = now.state
    now = released(now, by=by, at=at, reason=reason)
    if before in AHEAD and now.resident_id is not None:
        telling.tell(now, "released", telling.released_text(now, reason.strip()), at=at)
    return now


def released(now: Reservation, *, by: Actor, at: dt.datetime, reason: str = "") -> Reservation:
    """Give back what a current reservation holds; nothing for one that is gone. Raises RoomRefused when it was used."""
    if now.state in GONE:
        nothing_changed("gone already")
        return now
    if now.state == State.USED:
        raise RoomRefused(_("已经到场使用的预约不能释放。"))
    holding.give_back(now)
    return change(now, Entry.RELEASED, by, at, state=State.RELEASED, ended_at=at, ended_note=reason.strip()[:200])


@action
def check_in(*, reservation: Reservation, by: Actor, at: dt.datetime) -> Reservation:
    """Whoever reserved it is there. Raises RoomRefused, Forbidden."""
    asking.require(Permission.RESERVE, on=reservation.resource)
    return arrived(current(reservation), by=by, at=at)


def arrived(now: Reservation, *, by: Actor, at: dt.datetime) -> Reservation:
    """A current reservation is used from now on. Raises RoomRefused."""
    if now.state == State.USED:
        nothing_changed("there already")
        return now
    if now.state not in AHEAD or now.state == State.ASKED:
        raise RoomRefused(_("这条预约没有生效，不能签到。"))
    if at >= now.ends_at:
        raise RoomRefused(_("预约的时间已经结束。"))
    return change(now, Entry.USED, by, at, state=State.USED, used_at=at)
