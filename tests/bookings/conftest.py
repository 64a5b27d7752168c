"""A session that gives out places, and people who want them."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest

from qunwen.base.journal.actors import Actor, ActorKind
from qunwen.base.people.models import Household, Resident, Unit
from qunwen.base.scope import context, writing
from qunwen.base.scope.clock import now
from qunwen.base.scope.ids import uuid7
from qunwen.services.bookings import actions
from qunwen.services.bookings.models import Booking, Bucket

COUNTY = "510112"
VILLAGE = "510112001001"
NOON_STEP = dt.timedelta(hours=1)
CLERK = Actor(kind=ActorKind.STAFF, id=uuid7(), name="站长")


@pytest.fixture
def people(places, at):
    """make(n, same_home=False): residents, each in a household of their own unless told."""
    numbers = itertools.count(1)

    def make(count=1, *, same_home=False, born=1980):
        made = []
        with writing.allowed("test"):
            home = None
            for _ in range(count):
                if home is None or not same_home:
                    home = Household.unscoped.create(county=COUNTY, place_id=VILLAGE, created_at=at)
                made.append(
                    Resident.unscoped.create(
                        county=COUNTY,
                        household=home,
                        place_id=VILLAGE,
                        name=f"居民{next(numbers)}",
                        phone="",
                        birth_year=born,
                        registered_at=at,
                    )
                )
        return made

    return make


class Hall:
    """One thing with its bucket, spoken to in the words of a test."""

    def __init__(self, place, at):
        self.at = at
        self.place = place
        with writing.allowed("test"):
            self.subject = Unit.unscoped.create(name=f"场次{uuid7()}", kind="station", place=place)
        self.bucket = None

    def open(self, size=3, *, channel="online", hours=48, length=2, **details):
        starts = self.at + dt.timedelta(hours=hours)
        with context.everything(reason="test"):
            bucket = actions.open_bucket(
                subject=self.subject, place=self.place, title="书法课", size=size, channel=channel, by=CLERK, at=self.at,
                starts_at=starts, ends_at=starts + dt.timedelta(hours=length), **details,
            )  # fmt: skip
        self.bucket = self.bucket or bucket
        return self

    def fresh(self):
        return Bucket.unscoped.get(pk=self.bucket.pk)

    @property
    def taken(self):
        return self.fresh().taken

    def book(self, *members, key=None, later=0, by=None, bucket=None, **more):
        holder = more.pop("resident", members[0] if members and isinstance(members[0], Resident) else None)
        with context.everything(reason="test"):
            return actions.book(
                bucket=bucket or self.fresh(), resident=holder, members=list(members), key=key or str(uuid7()),
                by=by or resident_actor(holder), at=self.at + dt.timedelta(minutes=later), **more,
            )  # fmt: skip

    def do(self, action, booking, *, later=0, by=None, **more):
        with context.everything(reason="test"):
            return action(booking=booking, by=by or CLERK, at=self.at + dt.timedelta(minutes=later), **more)

    def state(self, booking):
        return Booking.unscoped.get(pk=booking.pk).state


def resident_actor(resident):
    if resident is None:
        return CLERK
    return Actor(kind=ActorKind.RESIDENT, id=resident.pk, name=resident.name)


@pytest.fixture
def hall(places, at):
    return Hall(places[VILLAGE], at)


@pytest.fixture
def another_hall(places, at):
    return Hall(places[VILLAGE], at)


@pytest.fixture
def real_now():
    return now()
