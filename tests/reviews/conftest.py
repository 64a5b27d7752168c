"""A kind of review with two or three steps on a plain record, and people with scopes."""

from __future__ import annotations

import pytest

from qunwen.base.journal.actors import Actor
from qunwen.base.people.models import Unit
from qunwen.base.reviews import actions, kinds
from qunwen.base.reviews.access import Permission
from qunwen.base.reviews.enums import Level
from qunwen.base.reviews.kinds import Step
from qunwen.base.scope import context, writing
from qunwen.base.scope.context import Reach
from qunwen.base.scope.ids import uuid7

FIRST, SECOND, FINAL = Permission.PUBLISH_FIRST, Permission.PUBLISH_SECOND, Permission.PUBLISH_FINAL
KIND = "people.unit_card"
STEPS = (
    Step(FIRST, "镇里审核", Level.TOWN),
    Step(SECOND, "县里复核", Level.COUNTY),
    Step(FINAL, "分管领导", Level.COUNTY),
)


def actor(name):
    return Actor(kind="staff", id=uuid7(), name=name)


def scoped(prefix, *permissions):
    wanted = permissions or (Permission.VIEW, FIRST, SECOND, FINAL)
    return context.opened(context.staff({str(p): (Reach(prefix),) for p in wanted}))


@pytest.fixture(autouse=True)
def kind():
    """Two steps: the town, then the county."""
    before = dict(kinds._kinds)
    yield kinds.declare(KIND, "单位资料", steps=STEPS[:2], subject_model="people.unit", days=3)
    kinds._kinds.clear()
    kinds._kinds.update(before)


@pytest.fixture
def three_steps():
    return kinds.declare(KIND, "单位资料", steps=STEPS, subject_model="people.unit")


@pytest.fixture
def unit(places):
    with writing.allowed("test"):
        return Unit.unscoped.create(name="东街文化室", kind="village_room", place=places["510112001001"])


@pytest.fixture
def author():
    return actor("王村干")


@pytest.fixture
def town():
    return actor("李站长")


@pytest.fixture
def county():
    return actor("赵科长")


@pytest.fixture
def hand_in(unit, author, at):
    """Hand the unit's card in for review."""

    def run(when=None, by=None):
        with scoped("510112001001", Permission.VIEW):
            return actions.submit(kind=KIND, subject=unit, place=unit.place, unit=unit, by=by or author, at=when or at)

    return run
