"""The demonstration county's rooms: halls and classrooms, sound kit, culture van, volunteers; troupes that use them, last
months and the coming weeks; a series with a clash, a bundle, a season, empty hours on offer, a blackout to repair."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

from qunwen.base.journal.actors import Actor, ActorKind
from qunwen.base.journal.demo import as_it_happened
from qunwen.base.people.demo import People
from qunwen.base.people.enums import UnitKind
from qunwen.base.places.demo import Chance, Making
from qunwen.base.reviews.demo_hours import last_awake
from qunwen.base.scope import context
from qunwen.base.scope.clock import SHANGHAI
from qunwen.base.scope.codes import upper_bound
from qunwen.services.venues.enums import RoomKind
from qunwen.services.venues.models import Room

from . import actions, openings, queries
from .actions import About
from .enums import Kind, OpenTo, Use
from .errors import RoomRefused
from .models import Reservation, Resource, Team

T = dt.time
WEEKS_BACK, WEEKS_AHEAD = 12, 3
TEAMS = (
    ("舞蹈队", "广场舞", 24), ("合唱团", "合唱", 36), ("川剧社", "川剧", 14), ("太极队", "太极", 20), ("腰鼓队", "腰鼓", 30),
    ("民乐队", "民乐", 12),
)  # fmt: skip
WANTED = (
    ("排练节目", Use.REHEARSAL), ("合唱排练", Use.REHEARSAL), ("读书分享会", Use.STUDY), ("村民议事会", Use.MEETING),
    ("老年手机课", Use.STUDY), ("剪纸体验", Use.EVENT), ("书画小展布展", Use.SHOW),
)  # fmt: skip
USABLE = (RoomKind.STAGE, RoomKind.LECTURE, RoomKind.DANCE, RoomKind.MUSIC, RoomKind.ART, RoomKind.MEETING)
HOURS = ((T(9), 2), (T(10), 2), (T(14), 2), (T(14, 30), 2), (T(16), 1))


@dataclass(slots=True)
class Made:
    """What has been made."""

    rooms: list[Resource] = field(default_factory=list)
    others: dict[str, Resource] = field(default_factory=dict)
    teams: list[Team] = field(default_factory=list)
    reservations: int = 0
    number: int = 0

    def key(self) -> str:
        """One more page that was sent."""
        self.number += 1
        return f"demo:{self.number}"


def make_rooms(*, making: Making, people: People) -> dict[str, int]:
    """Two hours here, a series there, by the actions themselves. Returns how many of what."""
    made, chance = Made(), making.draw("rooms")
    with as_it_happened():
        by = _clerk(making, people)
        _resources(making, people, made, by)
        _teams(making, people, made, chance, by)
        for row in made.rooms:
            _used(making, made, chance, row, by)
        _coming(making, made, by)
    return {"rooms": len(made.rooms), "room_reservations": made.reservations, "room_teams": len(made.teams)}


def _clerk(making: Making, people: People) -> Actor:
    unit = people.unit(UnitKind.CULTURAL_CENTRE, making.county)
    staff = people.staff.get(unit.pk)
    return people.actor(staff[0]) if staff else making.by


def _at(day: dt.date, moment: T) -> dt.datetime:
    return dt.datetime.combine(day, moment, tzinfo=SHANGHAI)


def _resources(making: Making, people: People, made: Made, by: Actor) -> None:
    """Rooms of the cultural centre and the stations, and what travels with the culture van."""
    since = making.first_day
    at = min(_at(since, T(9)), making.now)
    inside = Room.unscoped.filter(
        active=True, venue__retired_on=None, kind__in=USABLE, venue__place_id__gte=making.county,
        venue__place_id__lt=upper_bound(making.county), venue__unit__kind__in=(
            UnitKind.CULTURAL_CENTRE, UnitKind.STATION,
        ),
    )  # fmt: skip
    rooms = inside.select_related("venue__place", "venue__unit").order_by("venue__place_id", "name", "pk")
    for n, room in enumerate(rooms[: making.some(14, 5)]):
        row = Resource.unscoped.filter(county=making.county, room=room).first()
        rules = {
            "open_to": OpenTo.TEAMS if room.kind == RoomKind.STAGE else OpenTo.RESIDENTS, "needs_approval": n == 0, "door_check": n < 3, "buffer_minutes": 15 if n == 0 else 0,
            "offers_ahead": 2 if n in {1, 2} else None,
        }  # fmt: skip
        if row is None:
            row = actions.add_resource(
                place=room.venue.place, unit=room.venue.unit, kind=Kind.ROOM, title=f"{room.venue.name} {room.name}"[:80],
                room=room, capacity=room.capacity, by=by, at=at, **rules,
            )  # fmt: skip
        else:
            row = actions.change_resource(resource=row, new=rules, by=by, at=at)
        made.rooms.append(row)
    county, centre = making.places[making.county], people.unit(UnitKind.CULTURAL_CENTRE, making.county)
    for kind, title in (
        (Kind.KIT, "流动音响和灯光"), (Kind.VEHICLE, "流动文化服务车"), (Kind.VEHICLE, "流动图书车"), (Kind.VOLUNTEERS, "文化志愿者一队（12 人）"),
        (Kind.KIT, "投影仪和幕布"),
    ):  # fmt: skip
        made.others[title] = actions.add_resource(place=county, unit=centre, kind=kind, title=title, by=by, at=at)


def _teams(making: Making, people: People, made: Made, chance: Chance, by: Actor) -> None:
    leaders = [members[0] for _home, members in people.households if members and members[0].phone]
    at = _at(making.today - dt.timedelta(weeks=WEEKS_BACK + 1), T(10))
    for (name, art, size), village in zip(TEAMS, chance.sample(making.villages, len(TEAMS)), strict=True):
        leader = next((one for one in leaders if one.registered_at < at and one.place_id == village.code), None)
        leader = leader or next((one for one in leaders if one.registered_at < at), None)
        if leader is not None:
            leaders.remove(leader)
            made.teams.append(
                actions.register_team(
                    place=village, name=f"{village.name}{name}", art=art, people=size, leader=leader, by=by, at=at
                )
            )


def _used(making: Making, made: Made, chance: Chance, row: Resource, by: Actor) -> None:
    """The last months: most who reserved came."""
    monday = making.today - dt.timedelta(days=making.today.weekday())
    hours = queries.with_hours(Resource.unscoped.filter(county=row.county, pk=row.pk)).get()
    for week in range(-WEEKS_BACK, WEEKS_AHEAD):
        for weekday in chance.sample(range(7), 2):
            day = monday + dt.timedelta(weeks=week, days=weekday)
            begins, length = chance.choice(HOURS)
            starts = _at(day, begins)
            ends = starts + dt.timedelta(hours=length)
            asked = last_awake(min(starts - dt.timedelta(days=chance.randrange(2, 12)), making.now), chance)
            if openings.why_closed(hours, starts, ends) or asked >= starts or not queries.is_free(row, starts, ends):
                continue
            kept = _taken(made, chance, row, starts, ends, by=by, at=asked)
            if ends <= making.now:
                _ended(chance, kept, by=by)


def _taken(
    made: Made, chance: Chance, row: Resource, starts: dt.datetime, ends: dt.datetime, *, by: Actor, at: dt.datetime
) -> Reservation:
    team = chance.choice(made.teams) if made.teams and chance.happens(0.6) else None
    title, use = (f"{team.name}排练", Use.REHEARSAL) if team else chance.choice(WANTED)
    about = About(use=use, people=chance.randrange(6, 31), team=team, resident=team.leader if team else None)
    made.reservations += 1
    return actions.reserve(
        resource=row, starts_at=starts, ends_at=ends, title=title, key=made.key(), by=by, at=at, about=about
    )


def _ended(chance: Chance, row: Reservation, *, by: Actor) -> None:
    if chance.happens(0.08):
        actions.mark_missed(reservation=row, by=by, at=row.starts_at + dt.timedelta(minutes=20))
    elif chance.happens(0.9):
        actions.check_in(reservation=row, by=by, at=row.starts_at + dt.timedelta(minutes=chance.randrange(1, 15)))


def _coming(making: Making, made: Made, by: Actor) -> None:
    """What the desk is shown with: each of them once, as far as the hours of the day allow."""
    at, room = making.now, made.rooms[-1]
    for call in _calls(making, made, room, by, at):
        try:
            call()
        except RoomRefused:
            continue  # taken or closed on that day of this year; the rest is shown all the same


def _calls(making: Making, made: Made, room: Resource, by: Actor, at: dt.datetime) -> Iterator:
    next_week = making.today - dt.timedelta(days=making.today.weekday()) + dt.timedelta(weeks=1)
    wednesday = next_week + dt.timedelta(days=2)
    third = wednesday + dt.timedelta(weeks=2)
    yield lambda: actions.reserve(
        resource=room, starts_at=_at(third, T(9)), ends_at=_at(third, T(10)), title="消防安全培训", key=made.key(), by=by,
        at=at, about=About(use=Use.EVENT, people=20),
    )  # fmt: skip
    yield lambda: actions.reserve_series(
        resource=room, starts_at=_at(wednesday, T(9)), ends_at=_at(wednesday, T(11)), times=8, title="少儿合唱周末班",
        key=made.key(), skip_clashes=True, by=by, at=at, about=About(use=Use.LESSON, people=20),
    )  # fmt: skip
    friday = next_week + dt.timedelta(days=4)
    pieces = [
        made.rooms[0],
        *(made.others[name] for name in ("流动音响和灯光", "流动文化服务车", "文化志愿者一队（12 人）")),
    ]
    yield lambda: actions.reserve_bundle(
        resources=pieces, starts_at=_at(friday, T(14)), ends_at=_at(friday, T(16)), title="送戏下乡彩排", key=made.key(),
        by=by, at=at, about=About(use=Use.SHOW, people=25),
    )  # fmt: skip
    yield lambda: actions.set_season(
        of=made.rooms[0], title="国庆节目排练季", starts_on=next_week + dt.timedelta(weeks=3),
        ends_on=next_week + dt.timedelta(weeks=5), kept_for=[Use.REHEARSAL, Use.SHOW, "team"], opens_days_before=3, by=by,
        at=at,
    )  # fmt: skip
    yield lambda: actions.block(
        resource=made.others["流动文化服务车"], starts_at=_at(friday, T(8)), ends_at=_at(friday, T(18)), reason="车辆年检",
        by=by, at=at,
    )  # fmt: skip
    for row in made.rooms[1:3]:
        hours = queries.with_hours(Resource.unscoped.filter(county=row.county, pk=row.pk)).get()
        yield lambda hours=hours: actions.offer_unused(
            resource=hours, day=making.today + dt.timedelta(days=2), by=by, at=at, by_rule=True
        )
    yield lambda: _asked(making, made, wednesday)


def _asked(making: Making, made: Made, day: dt.date) -> None:
    """A troupe asks for the hall and waits for the answer."""
    if made.teams:
        team = made.teams[0]
        # Seen with the leader's eyes, who may not approve.
        with context.opened(context.resident(frozenset({team.leader_id}), county=making.county)):
            actions.reserve_for_resident(
            resource=made.rooms[0], resident=team.leader, starts_at=_at(day, T(9)), ends_at=_at(day, T(11)),
            title=f"{team.name}国庆节目合练", key=made.key(), team=team, people=team.people,
            by=Actor(kind=ActorKind.RESIDENT, id=team.leader_id, name=team.leader.name), at=making.now,
        )  # fmt: skip
