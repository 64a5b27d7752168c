"""An area of our own whose things are drawn: halls with courses. Residents, slips, and draws at every step."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest

from qunwen.base.journal.actors import Actor, ActorKind
from qunwen.base.people.models import Household, Resident, Unit
from qunwen.base.scope import context, writing
from qunwen.base.scope.ids import uuid7
from qunwen.services.bookings import actions as bookings
from qunwen.services.bookings.models import Booking
from qunwen.services.bookings.party import Guest
from qunwen.services.draws import actions, granting
from qunwen.services.draws.drafts import OptionDraft, Rules
from qunwen.services.draws.models import Application, Draw, Option
from tests.desk.people import county, desk, make, roles, upcoming  # noqa: F401

COUNTY = "510112"
EAST, NORTH = "510112001001", "510112001002"
CLERK = Actor(kind=ActorKind.STAFF, id=uuid7(), name="站长")
COURSE = "people.unit"  # what the area of the tests draws
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
SEED = "02 08 13 21 27 32 05"


@pytest.fixture(autouse=True)
def courses():
    """The area of the tests gives its places through the ledger."""
    kept = granting._GRANTS.copy(), granting._CHOICES.copy()
    granting.register(COURSE, granting.through_ledger)
    yield
    for table, before in zip((granting._GRANTS, granting._CHOICES), kept, strict=True):
        table.clear()
        table.update(before)


class Office:
    """A culture station that holds draws, in the words of a test."""

    def __init__(self, places, at):
        self.places, self.at = places, at
        self.numbers = itertools.count(1)
        self.draw = None

    def course(self, title, seats, **more):
        """Something to be drawn, with its places in the ledger; gives the draft of an option."""
        with writing.allowed("test"):
            unit = Unit.unscoped.create(name=f"{title}{uuid7()}", kind="station", place=self.places[EAST])
        starts = more.pop("starts", self.at + (20 + next(self.numbers)) * DAY)
        with context.everything(reason="test"):
            bookings.open_bucket(
                subject=unit, place=self.places[EAST], title=title, size=more.pop("size", seats), by=CLERK, at=self.at,
                starts_at=starts, ends_at=starts + HOUR,
            )  # fmt: skip
        return OptionDraft(subject_type=COURSE, subject_id=unit.pk, title=title, seats=seats, **more)

    def notice(self, *drafts, rules=None, **more):
        """Open a draw: applications for two days from now, the seed a day later."""
        words = {
            "title": "春季公益课", "place": self.places[COUNTY], "unit": None, "opens_at": self.at,
            "closes_at": self.at + 2 * DAY, "seed_notice": "双色球第2026031期开奖号码", "seed_at": self.at + 3 * DAY,
        }  # fmt: skip
        with context.everything(reason="test"):
            self.draw = actions.open_draw(
                options=drafts, rules=rules or Rules(), by=CLERK, at=self.at, **{**words, **more}
            )
        self.options = list(Option.unscoped.filter(draw=self.draw).order_by("position"))
        return self.draw

    def home(self, village=EAST):
        with writing.allowed("test"):
            return Household.unscoped.create(county=COUNTY, place_id=village, created_at=self.at)

    def resident(self, *, home=None, born=1980, village=EAST):
        home = home or self.home(village)
        with writing.allowed("test"):
            return Resident.unscoped.create(
                county=COUNTY, household=home, place_id=home.place_id, name=f"居民{next(self.numbers)}", phone="",
                birth_year=born, registered_at=self.at,
            )  # fmt: skip

    def apply(self, *people, wishes=None, channel="worker", groups=(), key=None, later=1, **more):
        who = list(people) or [self.resident()]
        with context.everything(reason="test"):
            return actions.apply(
                draw=more.pop("draw", self.draw), people=who,
                wishes=[self.options[n - 1] for n in wishes or (1,)], channel=channel, groups=frozenset(groups),
                key=key or str(uuid7()), by=CLERK, at=self.at + later * HOUR, **more,
            )  # fmt: skip

    def guest(self, name="张三"):
        return Guest(name=name)

    def do(self, action, *, after, **more):
        """An action on the draw, so many days after now."""
        with context.everything(reason="test"):
            return action(draw=more.pop("draw", self.draw), by=CLERK, at=self.at + after * DAY, **more)

    def freeze(self):
        self.draw = self.do(actions.freeze, after=2)
        return self.draw

    def carry_out(self, seed=SEED):
        """Frozen, seeded and drawn."""
        self.freeze()
        return self.carry_out_frozen(seed)

    def carry_out_frozen(self, seed=SEED):
        """Seeded and drawn, once the list is frozen."""
        self.do(actions.enter_seed, after=3, seed=seed, witness="市民代表李四")
        self.draw = self.do(actions.carry_out, after=3)
        return self.draw

    def fresh(self):
        return Draw.unscoped.get(pk=self.draw.pk)

    def rows(self):
        return list(Application.unscoped.filter(draw=self.draw).order_by("rank"))

    def booked(self, draft):
        return Booking.unscoped.filter(bucket__subject_id=draft.subject_id, state="confirmed").count()


@pytest.fixture
def office(places, at):
    return Office(places, at)
