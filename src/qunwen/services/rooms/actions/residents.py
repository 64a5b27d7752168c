"""What residents do for themselves and their troupes: reserve, take offered hours, release in one tap, check in by code."""

from __future__ import annotations

import datetime as dt
import hmac

from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, nothing_changed, record
from qunwen.base.people.models import Resident
from qunwen.base.scope import asking
from qunwen.base.scope.asking import Forbidden
from qunwen.services.rooms.access import Permission
from qunwen.services.rooms.enums import AHEAD, Entry, OfferState, OpenTo, Use
from qunwen.services.rooms.errors import NotYours, RoomRefused, RoomTaken, WrongTimes
from qunwen.services.rooms.models import OfferedHours, Reservation, Resource, Team

from . import holding
from .reserving import About, arrived, current, earlier_of, made, released

AT_ONCE = 5  # live reservations somebody made alone, so that nobody holds a hall for a month; staff may make more for a troupe
EARLY = dt.timedelta(minutes=30)


def _themselves(resident: Resident, resource: Resource, by: Actor) -> None:
    if resident.pk not in (by.id, by.for_id) and not asking.may(Permission.RESERVE, on=resource):
        raise Forbidden(_("只能替自己预约。"))


def _check_team(team: Team | None, resident: Resident) -> None:
    if team is not None and (team.leader_id != resident.pk or team.ended_at is not None):
        raise NotYours(_("只有团队的负责人能用团队的名义预约。"), field="team")


@action
def reserve_for_resident(
    *, resource: Resource, resident: Resident, starts_at: dt.datetime, ends_at: dt.datetime, title: str, key: str,
    by: Actor, at: dt.datetime, team: Team | None = None, use: str = "", people: int | None = None,
) -> Reservation:  # fmt: skip
    """A resident reserves, in the own name or a troupe's; asks for it where approval is set.

    Raises NotYours (not open to residents), WrongTimes (too long, too far ahead), and what `reserve` raises.
    """
    _themselves(resident, resource, by)
    _check_team(team, resident)
    (locked,) = holding.lock(resource.county, [resource.pk]).values()
    if (earlier := earlier_of(locked.county, key)) is not None:
        nothing_changed("a repeat of the same page")
        return earlier
    _check_open_to(locked, team, resident)
    if ends_at - starts_at > dt.timedelta(minutes=locked.longest_minutes):
        most = {"n": locked.longest_minutes}
        raise WrongTimes(_("这里一次最长预约 %(n)s 分钟。") % most, field="ends_at")
    if starts_at - at > dt.timedelta(days=locked.ahead_days):
        raise WrongTimes(_("这里最多提前 %(n)s 天预约。") % {"n": locked.ahead_days}, field="day")
    if people is not None and locked.capacity is not None and people > locked.capacity:
        raise RoomRefused(_("这里最多容纳 %(n)s 人。") % {"n": locked.capacity}, field="people")
    # The row of the resident is locked, so that two pages sent at once count each other.
    Resident.unscoped.select_for_update(no_key=True).filter(county=resident.county, pk=resident.pk).first()
    live = Reservation.unscoped.filter(
        county=resident.county, resident=resident, reserved_by=by.name, state__in=sorted(AHEAD), ends_at__gt=at
    ).count()
    if live >= AT_ONCE:
        raise RoomRefused(_("您已有 %(n)s 个预约，用完或释放后再约新的。") % {"n": live})
    about = About(use=use or (Use.REHEARSAL if team else Use.OTHER), people=people, resident=resident, team=team)
    return made(locked, starts_at, ends_at, title=title, key=key, by=by, at=at, about=about)


def _check_open_to(resource: Resource, team: Team | None, resident: Resident) -> None:
    if resident.county != resource.county:
        raise NotYours(_("这里只对本县登记的居民开放。"))
    if resource.open_to == OpenTo.STAFF:
        raise NotYours(_("“%(what)s”要请工作人员预约，请打电话或到窗口。") % {"what": resource.title})
    if resource.open_to == OpenTo.TEAMS and team is None:
        raise NotYours(_("“%(what)s”只对登记的文艺团队开放。") % {"what": resource.title}, field="team")


@action
def take_offer(
    *, offer: OfferedHours, team: Team, resident: Resident, key: str, by: Actor, at: dt.datetime
) -> Reservation:
    """A troupe takes offered hours: they are its reservation at once, without approval. Raises RoomTaken, NotYours."""
    _themselves(resident, offer.resource, by)
    _check_team(team, resident)
    (locked,) = holding.lock(offer.county, [offer.resource_id]).values()
    if (earlier := earlier_of(offer.county, key)) is not None:
        nothing_changed("a repeat of the same page")
        return earlier
    now = OfferedHours.unscoped.get(county=offer.county, pk=offer.pk)
    if now.state != OfferState.OPEN:
        raise RoomTaken(_("这个时段刚刚被别的团队领走了，请看看别的时段。"))
    about = About(use=Use.REHEARSAL, people=team.people, resident=resident, team=team, offered=True)
    reservation = made(
        locked, max(now.starts_at, at), now.ends_at, title=_("%(team)s活动") % {"team": team.name}, key=key, by=by,
        at=at, about=about,
    )  # fmt: skip
    now.state, now.reservation = OfferState.TAKEN, reservation
    now.save(update_fields=["state", "reservation"])
    record(code=Entry.OFFER_TAKEN, by=by, at=at, subject=now, place=now.place_id, after={"team": team.name})
    return reservation


@action
def release_own(*, reservation: Reservation, resident: Resident, by: Actor, at: dt.datetime) -> Reservation:
    """One tap; a second one changes nothing. Raises NotYours, RoomRefused for one that was used or is over."""
    _themselves(resident, reservation.resource, by)
    now = current(reservation)
    if now.resident_id != resident.pk:
        raise NotYours(_("只能释放自己的预约。"))
    if now.state in AHEAD and at >= now.ends_at:
        raise RoomRefused(_("预约的时间已经过去了。"))
    return released(now, by=by, at=at)


@action
def check_in_by_code(*, resource: Resource, code: str, by: Actor, at: dt.datetime) -> Reservation:
    """Somebody types the code of a reservation at the door of the room. From 30 minutes before it begins.

    Whoever calls this has checked that the screen is the resource's own. Raises RoomRefused.
    """
    holding.lock(resource.county, [resource.pk])
    rows = Reservation.unscoped.select_related("resource", "resident", "team").filter(
        county=resource.county, resource=resource, ended_at=None, starts_at__lte=at + EARLY, ends_at__gt=at
    )
    typed = "".join(sign for sign in code if sign.isdigit())
    for row in rows.order_by("starts_at", "pk"):
        if row.code and hmac.compare_digest(row.code, typed):
            return arrived(row, by=by, at=at)
    raise RoomRefused(
        _("没有对上：请核对 6 位签到码。提前 30 分钟起可以签到；“我的场地”里能看到签到码。"), field="code"
    )
