"""A school with a month of classes, and the people around its money."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest

from qunwen.base.journal.actors import Actor, ActorKind
from qunwen.base.measures.periods import Period
from qunwen.base.people.models import Guardianship, Household, Resident, Unit
from qunwen.base.scope import context, writing
from qunwen.base.scope.clock import SHANGHAI
from qunwen.base.scope.ids import uuid7
from qunwen.services.afterschool.actions import issuing, paying, relief
from qunwen.services.afterschool.models import (
    Activity,
    Bill,
    Child,
    Roll,
    School,
    SchoolClass,
    SchoolTerm,
    Session,
)

COUNTY, VILLAGE = "510112", "510112001001"
CLERK = Actor(kind=ActorKind.STAFF, id=uuid7(), name="会计")
MARCH = Period.of("2026-03")
APRIL_1 = dt.datetime(2026, 4, 1, 9, 0, tzinfo=SHANGHAI)
DAYS = [dt.date(2026, 3, 2) + dt.timedelta(n) for n in range(5)]


class Town:
    """One school, its class and its programme, spoken to in the words of a test."""

    def __init__(self, places, at):
        self.at = at
        self.places = places
        self.numbers = itertools.count(1)
        with writing.allowed("test"):
            self.unit = Unit.unscoped.create(name=f"东街小学{uuid7()}", kind="school", place=places[VILLAGE])
            here = {"county": COUNTY, "place_id": VILLAGE}
            self.school = School.unscoped.create(**here, unit=self.unit, name=f"东街小学{uuid7().hex[-6:]}")
            self.term = SchoolTerm.unscoped.create(
                **here, school=self.school, name="春季", starts_on=dt.date(2026, 3, 2), ends_on=dt.date(2026, 7, 3),
                apply_opens_at=at, apply_closes_at=at + dt.timedelta(days=9),
            )  # fmt: skip
            self.form = SchoolClass.unscoped.create(**here, school=self.school, name="三年级一班", grade=3)
        self.activities = {}

    def activity(self, title="美术", *, price=230, periods=2, **more):
        with writing.allowed("test"):
            row = Activity.unscoped.create(
                county=COUNTY, place_id=VILLAGE, school=self.school, term=self.term, title=title, part="extra",
                field="art", starts=dt.time(16, 30), ends=dt.time(18, 10), periods=periods, price_fen=price,
                state="published", **more,
            )  # fmt: skip
        self.activities[title] = row
        return row

    def child(self, name="小明"):
        """A pupil with a guardian; `child.guardian` is the parent."""
        with writing.allowed("test"):
            home = Household.unscoped.create(county=COUNTY, place_id=VILLAGE, created_at=self.at)
            people = [
                Resident.unscoped.create(
                    county=COUNTY, household=home, place_id=VILLAGE, name=who, phone=phone, birth_year=born,
                    registered_at=self.at,
                )
                for who, phone, born in (
                    (f"{name}{next(self.numbers)}", "", 2017), (f"{name}的家长", f"1380000{next(self.numbers):04d}", 1985),
                )
            ]  # fmt: skip
            Guardianship.unscoped.create(
                county=COUNTY, guardian=people[1], ward=people[0], relation="母亲", since=self.at
            )
            child = Child.unscoped.create(
                county=COUNTY, place_id=VILLAGE, school=self.school, school_class=self.form, resident=people[0],
                entered_at=self.at,
            )  # fmt: skip
        child.guardian = people[1]
        return child

    def roll(self, child, *statuses, days=DAYS, title="美术", state="held"):
        """What the roll says of the child, day by day."""
        activity = self.activities.get(title) or self.activity(title)
        rows = []
        with writing.allowed("test"):
            for day, status in zip(days, statuses, strict=False):
                starts = dt.datetime.combine(day, activity.starts, tzinfo=SHANGHAI)
                session, _new = Session.unscoped.get_or_create(
                    county=COUNTY, activity=activity, day=day,
                    defaults={
                        "place_id": VILLAGE, "school": self.school, "term": self.term, "periods": activity.periods,
                        "starts_at": starts, "ends_at": starts + dt.timedelta(minutes=100), "state": state,
                        "closed_at": starts + dt.timedelta(minutes=110) if state == "held" else None,
                    },
                )  # fmt: skip
                rows.append(
                    Roll.unscoped.create(county=COUNTY, place_id=VILLAGE, session=session, child=child, status=status)
                )
        return rows

    def mend(self, row, status):
        """The roll is corrected afterwards."""
        with writing.allowed("test"):
            Roll.unscoped.filter(county=COUNTY, pk=row.pk).update(status=status)

    def issue(self, at=APRIL_1, month=MARCH):
        with context.everything(reason="test"):
            return issuing.issue_bills(school=self.school, month=month, by=CLERK, at=at)

    def bill(self, child):
        return Bill.unscoped.get(county=COUNTY, child=child)

    def recount(self, bill):
        with context.everything(reason="test"):
            return issuing.recount_bill(bill=bill, by=CLERK, at=APRIL_1)

    def pay(self, bill, *, fen=None, reference="NO-0001", adapter="counter"):
        with context.everything(reason="test"):
            return paying.pay_bill(
                bill=bill, adapter=adapter, reference=reference, amount_fen=bill.open_fen if fen is None else fen,
                by=CLERK, at=APRIL_1,
            )  # fmt: skip

    def exempt(self, child, group="poor", first=dt.date(2026, 3, 1), last=None):
        with context.everything(reason="test"):
            return relief.certify_exemption(
                child=child, school=self.school, group=group, document="川民低字〔2026〕18 号", certified_by="区民政局",
                starts_on=first, ends_on=last, by=CLERK, at=self.at,
            )  # fmt: skip


@pytest.fixture
def town(places, at):
    """A school in the first county."""
    return Town(places, at)
