"""A school with its term, two families and a programme, spoken to in the words of a test."""

from __future__ import annotations

import datetime as dt
import itertools

from qunwen.base.journal.actors import Actor, ActorKind
from qunwen.base.people.models import Guardianship, Household, Resident, Unit
from qunwen.base.people.queries import resident_scope, wards_of
from qunwen.base.scope import context, writing
from qunwen.base.scope.clock import SHANGHAI
from qunwen.base.scope.ids import uuid7
from qunwen.services.afterschool import actions
from qunwen.services.afterschool.models import Activity, Application, Child, Roll, Session

COUNTY, VILLAGE = "510112", "510112001001"
MONDAY = dt.date(2026, 3, 16)
TERM = (dt.date(2026, 3, 2), dt.date(2026, 6, 30))


def around(day):
    """A term with the day in it."""
    return day - dt.timedelta(days=30), day + dt.timedelta(days=60)


def clock(hour, minute=0, day=MONDAY):
    return dt.datetime.combine(day, dt.time(hour, minute), tzinfo=SHANGHAI)


def staff(name):
    return Actor(kind=ActorKind.STAFF, id=uuid7(), name=name)


CLERK, TEACHER, HEAD = staff("教务员"), staff("班主任"), staff("副校长")


class School:
    """The school; each verb is one action in the scope of whoever does it."""

    def __init__(self, places, at, days=TERM):
        self.at = at
        self.numbers = itertools.count(1)
        with writing.allowed("test"):
            self.unit = Unit.unscoped.create(name="龙泉小学", kind="school", place=places[VILLAGE])
        self.place = places[VILLAGE]
        self.school = self.do(actions.enter_school, name="龙泉小学", place=self.place, unit=self.unit)
        self.term = self.do(
            actions.set_term, school=self.school, name="2026 春", starts_on=days[0], ends_on=days[1],
            apply_opens_at=at - dt.timedelta(days=20), apply_closes_at=at + dt.timedelta(days=1),
        )  # fmt: skip
        self.klass = self.do(actions.set_class, school=self.school, name="三年级2班", grade=3)

    def do(self, action, *, by=CLERK, at=None, **more):
        with context.everything(reason="test"):
            return action(by=by, at=at or self.at, **more)

    def family(self, children=1, *, phone="13800000001"):
        """(guardian, [children]) on the list of the class, without any consent."""
        with writing.allowed("test"):
            home = Household.unscoped.create(county=COUNTY, place=self.place, created_at=self.at)

            def person(name, born, number=""):
                return Resident.unscoped.create(
                    county=COUNTY, household=home, place=self.place, name=name, phone=number, birth_year=born,
                    registered_at=self.at,
                )  # fmt: skip

            guardian = person(f"家长{next(self.numbers)}", 1988, phone)
            kids = [person(f"孩子{next(self.numbers)}", 2017) for _ in range(children)]
            for kid in kids:
                Guardianship.unscoped.create(
                    county=COUNTY, guardian=guardian, ward=kid, relation="母子", since=self.at - dt.timedelta(days=99)
                )
        return guardian, [self.do(actions.enter_child, resident=kid, school_class=self.klass) for kid in kids]

    def parent(self, guardian, action, **more):
        """The guardian does it on the portal."""
        by = Actor(kind=ActorKind.RESIDENT, id=guardian.pk, name=guardian.name)
        at = more.pop("at", self.at)
        with context.everything(reason="test"):
            scope = resident_scope(guardian, list(wards_of(guardian, at)))
        with context.opened(scope):
            return action(by=by, at=at, **more)

    def activity(self, title="作业辅导", *, publish=True, lines=("完成作业", "自主阅读"), **more):
        details = {"part": "homework", "field": "homework", "starts": dt.time(16, 30), "ends": dt.time(17, 10)} | more
        row = self.do(actions.draft_activity, term=self.term, title=title, **details)
        self.do(actions.declare_content, activity=row, lines=list(lines))
        self.do(actions.pass_content, activity=row, by=HEAD)
        if publish:
            self.do(actions.publish_activity, activity=row)
        return Activity.unscoped.get(pk=row.pk)

    def club(self, title="剪纸", size=1, **more):
        details = {"starts": dt.time(17, 20), "ends": dt.time(18, 0), "weekday": 0, "size": size}
        details |= {"part": "extra", "field": "art"}
        return self.activity(title, lines=["剪窗花"], **(details | more))

    def apply(self, guardian, children, *, key="k1", activities=(), weekdays="01234", **more):
        for child in children:
            self.parent(guardian, actions.give_consent, child=child)
        wishes = [actions.Wish(child, weekdays, tuple(activities), **more) for child in children]
        return self.parent(guardian, actions.apply_for, wishes=wishes, term=self.term, key=key)

    def agree(self, guardian, application):
        self.do(actions.pass_class, application=application, by=TEACHER)
        self.do(actions.pass_school, application=application, by=HEAD)
        return self.parent(guardian, actions.sign_agreement, application=application)

    def enrolled(self, children=1, **more):
        """(guardian, children) with agreements signed."""
        phone = f"1380000{next(self.numbers):04d}"
        guardian, kids = self.family(children, phone=phone)
        for applied in self.apply(guardian, kids, key=phone, **more):
            self.agree(guardian, applied.application)
        return guardian, kids

    def open(self, activity, day=MONDAY):
        """The session of the day with its roll, as (session, {child id: roll})."""
        session = Session.unscoped.get(activity=activity, day=day)
        self.do(actions.open_session, session=session, at=clock(16, 20, day))
        return self.look(session)

    def look(self, session):
        rows = Roll.unscoped.select_related("session", "child__resident").filter(session=session)
        return Session.unscoped.get(pk=session.pk), {row.child_id: row for row in rows}

    def state(self, application):
        return Application.unscoped.get(pk=application.pk).state


def child_again(child):
    return Child.unscoped.get(pk=child.pk)
