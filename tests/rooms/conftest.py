"""A hall, a teacher, a van: what is booked by the hour; and residents with a troupe."""

from __future__ import annotations

import datetime as dt

import pytest

from qunwen.base.journal.actors import Actor, ActorKind
from qunwen.base.people.models import Household, Resident, Unit
from qunwen.base.scope import clock, writing
from qunwen.services.rooms import actions
from qunwen.services.venues.models import Room, Venue, WeeklyHours

BY = Actor(kind="command", id=None, name="命令行")
DAY = dt.date(2026, 4, 6)
COUNTY, VILLAGE, TOWN = "510112", "510112001001", "510112001"


def hour(h, minute=0, *, day=DAY):
    """A moment of that day in the county."""
    return clock.start_of(day) + dt.timedelta(hours=h, minutes=minute)


def by_resident(person):
    """A resident as the one who acts."""
    return Actor(kind=ActorKind.RESIDENT, id=person.pk, name=person.name)


@pytest.fixture
def resource(places, everything, at):
    """Make a resource of 龙泉驿区."""

    def add(kind="vehicle", title="流动文化车", **details):
        return actions.add_resource(place=places["510112"], kind=kind, title=title, by=BY, at=at, **details)

    return add


@pytest.fixture
def reserve(at):
    """Reserve from one hour to another."""
    made = iter(range(10_000))

    def run(resource, first, last, *, day=DAY, key="", title="送戏下乡", **more):
        return actions.reserve(
            resource=resource, starts_at=hour(first, day=day), ends_at=hour(last, day=day), title=title,
            key=key or f"key-{next(made)}", by=BY, at=at, **more,
        )  # fmt: skip

    return run


@pytest.fixture
def venue(places, at):
    """A station that opens from 9 to 12 and from 14 to 21, every day."""
    with writing.allowed("test"):
        unit = Unit.unscoped.create(name="龙泉街道文化站", kind="station", place=places[TOWN])
        row = Venue.unscoped.create(name="龙泉文化站", kind="station", place=places[TOWN], unit=unit, changed_at=at)
        for day in range(7):
            for opens, closes in ((9, 12), (14, 21)):
                WeeklyHours.unscoped.create(venue=row, weekday=day, opens=dt.time(opens), closes=dt.time(closes))
    return row


@pytest.fixture
def hall(venue, everything, at):
    """A dance room of the station that residents may reserve."""

    def add(name="排练厅", **details):
        with writing.allowed("test"):
            room = Room.unscoped.create(venue=venue, name=name, kind="activity", capacity=30)
        return actions.add_resource(
            place=venue.place, unit=venue.unit, kind="room", title=name, room=room, by=BY, at=at,
            **{"open_to": "residents", "capacity": 30, **details},
        )  # fmt: skip

    return add


@pytest.fixture
def person(places, at):
    """A resident of 东街社区."""

    def add(name="林秀英", phone="", born=1960):
        with writing.allowed("test"):
            home = Household.unscoped.create(county=COUNTY, place_id=VILLAGE, created_at=at)
            return Resident.unscoped.create(
                county=COUNTY,
                household=home,
                place_id=VILLAGE,
                name=name,
                phone=phone,
                birth_year=born,
                registered_at=at,
            )

    return add


@pytest.fixture
def team(places, everything, person, at):
    """A troupe with its leader."""

    def add(name="东街舞蹈队", leader=None, **more):
        leader = leader or person()
        return actions.register_team(place=places[VILLAGE], name=name, leader=leader, people=16, by=BY, at=at, **more)

    return add
