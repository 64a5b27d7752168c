"""A school with a term, a class in it, and families who want places."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest

from qunwen.base.journal.actors import Actor, ActorKind
from qunwen.base.people.models import Guardianship, Household, Resident, Staff, Unit
from qunwen.base.scope import context, writing
from qunwen.base.scope.clock import SHANGHAI
from qunwen.base.scope.ids import uuid7
from qunwen.services.bookings.models import Booking
from qunwen.services.school import actions
from qunwen.services.school.models import Lesson, Pupil

COUNTY = "510112"
VILLAGE = "510112001001"
CLERK = Actor(kind=ActorKind.STAFF, id=uuid7(), name="教务")
MONDAY = dt.date(2026, 3, 16)


class World:
    """The school of a county, spoken to in the words of a test."""

    def __init__(self, places, at):
        self.places, self.at = places, at
        self.numbers = itertools.count(1)
        with writing.allowed("test"):
            self.unit = Unit.unscoped.create(name="龙泉驿区文化馆", kind="cultural_centre", place=places[COUNTY])
            Staff.unscoped.create(pk=CLERK.id, name=CLERK.name, unit=self.unit, place=places[COUNTY])
        self.head = self.do(
            actions.open_school, name="区市民艺校", kind="headquarters", place=places[COUNTY], unit=self.unit,
            opened_on=dt.date(2024, 1, 1),
        )  # fmt: skip
        self.term = self.do(
            actions.set_term, place=places[COUNTY], name="2026 年春季", season="spring", starts_on=MONDAY,
            ends_on=dt.date(2026, 7, 1),
        )  # fmt: skip
        self.discipline = self.do(actions.add_discipline, place=places[COUNTY], name="书画")
        self.subject = self.do(actions.add_subject, discipline=self.discipline, name="国画")

    def do(self, action, *, later=0, by=CLERK, **more):
        with context.everything(reason="test"):
            return action(by=by, at=self.at + dt.timedelta(minutes=later), **more)

    def plan(self, title=None, **more):
        hours = {"starts": dt.time(19), "ends": dt.time(20, 30)}
        days = more.pop("weekdays", {more.pop("weekday", 2)})
        new = {
            "term": self.term, "subject": self.subject, "school": self.head, "weekdays": days, "planned": 3, "online": 2,
            "opens_at": self.at, "closes_at": self.at + dt.timedelta(days=2), **hours, **more,
        }  # fmt: skip
        return self.do(actions.plan_class, title=title or f"国画{next(self.numbers)}班", **new)

    def open(self, title=None, **more):
        return self.do(actions.publish_class, course_class=self.plan(title, **more))

    def person(self, name=None, *, born=1980, home=None, place=VILLAGE, phone=""):
        with writing.allowed("test"):
            home = home or Household.unscoped.create(county=COUNTY, place_id=place, created_at=self.at)
            return Resident.unscoped.create(
                county=COUNTY, household=home, place_id=place, name=name or f"居民{next(self.numbers)}", phone=phone,
                birth_year=born, registered_at=self.at,
            )  # fmt: skip

    def family(self, *born, name="林秀英"):
        """A mother and her children, guardianship on record."""
        mother = self.person(name, born=1985)
        children = [self.person(f"孩子{n}", born=year, home=mother.household) for n, year in enumerate(born, 1)]
        with writing.allowed("test"):
            for child in children:
                Guardianship.unscoped.create(county=COUNTY, guardian=mother, ward=child, relation="母亲", since=self.at)
        return mother, children

    def enrol(self, course_class, *people, holder=None, key=None, later=0):
        holder = holder or people[0]
        by = Actor(kind=ActorKind.RESIDENT, id=holder.pk, name=holder.name)
        with context.everything(reason="test"):
            return actions.enrol_many(
                course_class=course_class, holder=holder, people=list(people), key=key or str(uuid7()), by=by,
                at=self.at + dt.timedelta(minutes=later),
            )  # fmt: skip

    def pupil(self, course_class, person):
        return Pupil.unscoped.select_related("course_class__term", "booking__bucket", "resident", "guardian").get(
            county=COUNTY, course_class=course_class, resident=person
        )

    def states(self, answers):
        return [one.booking.state if one.booking else one.refusal for one in answers]

    def lessons(self, course_class):
        rows = Lesson.unscoped.select_related("course_class__term", "course_class__teacher").filter(
            county=COUNTY, course_class=course_class
        )
        return list(rows.order_by("number"))

    def roll(self, lesson, presences):
        later = int((lesson.starts_at - self.at).total_seconds()) // 60
        return self.do(actions.call_roll, lesson=lesson, presences=presences, later=later)

    def ended(self, course_class, marks):
        """Hold every lesson with everybody there, give the marks, end the class. `marks`: person → mark."""
        pupils = {person: self.pupil(course_class, person) for person in marks}
        for lesson in self.lessons(course_class):
            self.roll(lesson, {pupil.pk: "present" for pupil in pupils.values()})
        for person, mark in marks.items():
            self.do(actions.assess, pupil=pupils[person], mark=mark, later=60 * 24 * 60)
        course_class.refresh_from_db()
        return self.do(actions.complete_class, course_class=course_class, later=60 * 24 * 61)

    def booking(self, answer):
        return Booking.unscoped.select_related("bucket").get(county=COUNTY, pk=answer.booking.pk)


@pytest.fixture
def world(places, at):
    return World(places, at)


def here(year, month, day, hour=0, minute=0):
    return dt.datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)
