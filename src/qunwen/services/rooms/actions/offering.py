"""Troupes, and the empty hours that are offered to them by an officer or by a resource's own rule."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, nothing_changed, record
from qunwen.base.people.models import Resident
from qunwen.base.places.models import Place
from qunwen.base.scope import asking
from qunwen.base.scope.codes import county_of
from qunwen.services.rooms import openings
from qunwen.services.rooms.access import Permission
from qunwen.services.rooms.enums import Entry, OfferState
from qunwen.services.rooms.errors import RoomClosed, RoomRefused, RoomTaken, WrongTimes
from qunwen.services.rooms.models import OfferedHours, Resource, Team

from . import holding

SHORTEST = dt.timedelta(hours=1)  # what is worth coming for
PIECE = dt.timedelta(hours=2)  # so that a long empty day serves several troupes


@action
def register_team(
    *, place: Place, name: str, leader: Resident, by: Actor, at: dt.datetime, art: str = "", people: int | None = None
) -> Team:
    """Register a troupe with the resident who answers for it. Raises RoomRefused at the field, Forbidden."""
    team = Team(
        county=county_of(place.pk), place=place, name=name.strip(), art=art.strip(), people=people, leader=leader,
        registered_at=at,
    )  # fmt: skip
    asking.require(Permission.OFFER, on=team)
    if not team.name:
        raise RoomRefused(_("请填写团队名称。"), field="name")
    if leader.county != team.county:
        raise RoomRefused(_("负责人要是本县登记的居民。"), field="leader")
    if Team.unscoped.filter(county=team.county, name=team.name, ended_at=None).exists():
        raise RoomRefused(_("已经有同名的团队，请在名称里加上村或社区。"), field="name")
    team.save(force_insert=True)
    record(code=Entry.TEAM_REGISTERED, by=by, at=at, subject=team, place=place.pk, after={"team": team.name})
    return team


@action
def end_team(*, team: Team, by: Actor, at: dt.datetime) -> Team:
    """Strike a troupe off; what it reserved stands. A second time changes nothing. Raises Forbidden."""
    asking.require(Permission.OFFER, on=team)
    if team.ended_at is not None:
        nothing_changed("ended already")
        return team
    team.ended_at = at
    team.save(update_fields=["ended_at"])
    record(code=Entry.TEAM_ENDED, by=by, at=at, subject=team, place=team.place_id)
    return team


@action
def offer_hours(
    *,
    resource: Resource,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    by: Actor,
    at: dt.datetime,
    by_rule: bool = False,
) -> OfferedHours:
    """Offer hours that are open and free. Raises WrongTimes, RoomClosed, RoomTaken (held, or offered already), Forbidden."""
    asking.require(Permission.OFFER, on=resource)
    (locked,) = holding.lock(resource.county, [resource.pk]).values()
    holding.check_times(starts_at, ends_at, at)
    holding.check_open(locked, starts_at, ends_at)
    holding.refuse_clash(locked, starts_at, ends_at)
    same = OfferedHours.unscoped.filter(
        county=locked.county, resource=locked, state=OfferState.OPEN, starts_at__lt=ends_at, ends_at__gt=starts_at
    )
    if same.exists():
        raise RoomTaken(_("这个时段已经提供过了。"))
    offer = OfferedHours(
        county=locked.county, place_id=locked.place_id, resource=locked, starts_at=starts_at, ends_at=ends_at,
        by_rule=by_rule, offered_at=at,
    )  # fmt: skip
    offer.save(force_insert=True)
    record(
        code=Entry.OFFERED, by=by, at=at, subject=offer, place=offer.place_id,
        after={"starts_at": starts_at, "ends_at": ends_at},
    )  # fmt: skip
    return offer


def offer_unused(
    *, resource: Resource, day: dt.date, by: Actor, at: dt.datetime, by_rule: bool = False
) -> list[OfferedHours]:
    """Offer all that is empty on a day, in pieces of two hours, none shorter than one. Safe to run twice."""
    found = []
    for begins, ends in pieces(openings.free_stretches(resource, day, at=at)):
        try:
            found.append(offer_hours(resource=resource, starts_at=begins, ends_at=ends, by=by, at=at, by_rule=by_rule))
        except (RoomTaken, RoomClosed, WrongTimes):
            continue  # offered before, or taken while we looked
    return found


def pieces(stretches: list[openings.Stretch]) -> list[openings.Stretch]:
    """Stretches cut into pieces of two hours; a rest shorter than an hour stays with the piece before it."""
    found = []
    for begins, ends in stretches:
        while ends - begins >= SHORTEST:
            last = ends if ends - begins < PIECE + SHORTEST else begins + PIECE
            found.append((begins, last))
            begins = last
    return found


@action
def withdraw_offer(*, offer: OfferedHours, by: Actor, at: dt.datetime) -> OfferedHours:
    """Take an offer back that nobody has taken. A second time changes nothing. Raises RoomTaken, Forbidden."""
    asking.require(Permission.OFFER, on=offer.resource)
    holding.lock(offer.county, [offer.resource_id])
    now = OfferedHours.unscoped.get(county=offer.county, pk=offer.pk)
    if now.state == OfferState.TAKEN:
        raise RoomTaken(_("这个时段已经被团队领走，要收回请释放那条预约。"))
    if now.state == OfferState.WITHDRAWN:
        nothing_changed("withdrawn already")
        return now
    now.state = OfferState.WITHDRAWN
    now.save(update_fields=["state"])
    record(code=Entry.OFFER_WITHDRAWN, by=by, at=at, subject=now, place=now.place_id)
    return now
