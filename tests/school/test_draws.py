"""A class whose places are drawn: from the notice to the pupils on the roll, and the others in line."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from qunwen.base.scope import context
from qunwen.base.scope.ids import uuid7
from qunwen.services.bookings import actions as ledger
from qunwen.services.bookings.models import Booking, Bucket
from qunwen.services.draws import actions as draws
from qunwen.services.draws import granting
from qunwen.services.draws.drafts import OptionDraft, Rules
from qunwen.services.draws.models import Application, Option
from qunwen.services.school import actions, queries
from qunwen.services.school.errors import EnrolmentRefused
from qunwen.services.school.models import Pupil

from .conftest import COUNTY

DAY = 24 * 60  # minutes


class Drawn:
    """A draw of classes, in the words of a test; a day each for applying and for the seed."""

    def __init__(self, world, *rows, seed_after=dt.timedelta(days=2)):
        self.world = world
        self.draw = world.do(
            draws.open_draw, title="少儿班摇号", place=world.places[COUNTY], unit=None, rules=Rules(),
            options=[OptionDraft("school.courseclass", row.pk, row.title, row.size) for row in rows],
            opens_at=world.at, closes_at=world.at + dt.timedelta(days=1), seed_notice="双色球第2026031期开奖号码",
            seed_at=world.at + seed_after,
        )  # fmt: skip
        self.options = list(Option.unscoped.filter(draw=self.draw).order_by("position"))

    def apply(self, *people, wishes=(0,)):
        for person in people:
            self.world.do(
                draws.apply, draw=self.draw, people=[person], wishes=[self.options[n] for n in wishes], channel="worker",
                groups=frozenset(), key=str(uuid7()),
            )  # fmt: skip

    def carry_out(self):
        self.world.do(draws.freeze, draw=self.draw, later=DAY)
        self.world.do(
            draws.enter_seed, draw=self.draw, seed="02 08 13 21 27 32 05", witness="市民代表李四", later=2 * DAY
        )
        self.world.do(draws.carry_out, draw=self.draw, later=2 * DAY)
        rows = Application.unscoped.select_related("resident", "option").filter(draw=self.draw)
        return list(rows.order_by("rank"))


def line(row):
    """Who waits for a class, in order."""
    rows = Booking.unscoped.filter(county=COUNTY, bucket__subject_id=row.pk, state="waiting")
    return list(rows.order_by("queued_at", "pk").values_list("resident__name", flat=True))


def roll(row):
    """Who is on the roll."""
    rows = Pupil.unscoped.filter(county=COUNTY, course_class=row, state="enrolled")
    return sorted(rows.values_list("name", flat=True))


def test_a_class_to_be_drawn_opens_no_places_and_is_offered_for_the_notice(world):
    row = world.open("少儿合唱班", how="draw", online=2)
    world.open("国画班")
    with context.everything(reason="test"):
        found = granting.choices("school.courseclass", COUNTY, world.at)
    assert [(one.subject_id, one.title, one.places) for one in found] == [(row.pk, "少儿合唱班（周三 19:00–20:30）", 2)]
    assert Bucket.unscoped.filter(county=COUNTY, subject_id=row.pk).count() == 0
    with pytest.raises(EnrolmentRefused):
        world.enrol(row, world.person())


def test_from_the_notice_to_the_roll_and_the_line(world):
    row = world.open("少儿合唱班", how="draw", online=2)
    drawn = Drawn(world, row)
    _mother, (child,) = world.family(2015)
    drawn.apply(child, *(world.person() for _n in range(4)))
    rows = drawn.carry_out()
    assert [one.state for one in rows] == ["won", "won", "lost", "lost", "lost"]
    names = [one.resident.name for one in rows]
    assert roll(row) == sorted(names[:2])
    assert line(row) == names[2:]
    bucket = Bucket.unscoped.get(county=COUNTY, subject_id=row.pk)
    assert (bucket.size, bucket.taken, bucket.limit_group) == (2, 2, world.term.limit_group)
    with context.everything(reason="test"):
        assert queries.draw_of(row) == drawn.draw
    last = Booking.unscoped.select_related("bucket").get(county=COUNTY, resident=rows[-1].resident)
    assert queries.standing(last).why.startswith(
        "这个班摇号招生，2 个名额这次没有抽到，按签号先后排候补；前面还有 2 位。"
    )


def test_a_place_given_back_goes_to_the_first_who_drew_none(world):
    row = world.open("少儿合唱班", how="draw", online=1)
    drawn = Drawn(world, row)
    drawn.apply(world.person(), world.person(), world.person())
    winner, second, third = (one.resident for one in drawn.carry_out())
    world.do(actions.withdraw, pupil=world.pupil(row, winner), reason="搬家", later=3 * DAY)
    offered = Booking.unscoped.get(county=COUNTY, state="offered")
    world.do(ledger.accept_offer, booking=offered, later=3 * DAY + 5)
    assert (roll(row), line(row)) == ([second.name], [third.name])


def test_a_winner_who_learns_elsewhere_then_is_refused_and_the_next_has_the_place(world):
    other, row = world.open("国画班"), world.open("少儿合唱班", how="draw", online=1)
    drawn = Drawn(world, row)
    people = [world.person() for _n in range(3)]
    drawn.apply(*people)
    for person in people[:2]:
        world.enrol(other, person)  # at the same hours
    rows = drawn.carry_out()
    assert bool(rows[0].refusal) == (rows[0].resident in people[:2])
    drawn_names = [one.resident.name for one in rows]
    first_free = drawn_names.index(people[2].name)
    assert roll(row) == [people[2].name]
    assert line(row) == drawn_names[first_free + 1 :]


def test_a_class_called_off_before_the_draw_takes_nobody_and_says_so(world):
    row = world.open("少儿合唱班", how="draw", online=1)
    drawn = Drawn(world, row)
    drawn.apply(world.person())
    world.do(actions.cancel_class, course_class=row, reason="教师离任", later=1)
    (winner,) = drawn.carry_out()
    assert winner.refusal == "“少儿合唱班”现在不是摇号招生的班，没有入班。"
    assert (roll(row), line(row)) == ([], [])


def test_the_page_of_a_drawn_class_leads_to_the_notice_before_and_after(world):
    row = world.open("少儿合唱班", how="draw", online=1)
    address = reverse("portal:course", args=[COUNTY, row.pk])
    assert "公告还没有发布" in Client().get(address).content.decode()
    drawn = Drawn(world, row)
    drawn.apply(world.person(), world.person())
    notice = reverse("draws:draw", args=[COUNTY, drawn.draw.pk])
    before = Client().get(address).content.decode()
    drawn.carry_out()
    after = Client().get(address).content.decode()
    assert [notice in before, notice in after, "1 人在候补" in after] == [True, True, True]
