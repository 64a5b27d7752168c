"""A town and its two villages report; browsers of their people."""

from __future__ import annotations

import datetime as dt

import pytest

from qunwen.base.journal.actors import Actor
from qunwen.base.measures.periods import Period
from qunwen.base.people.models import Staff, Unit
from qunwen.governance.returns import actions
from qunwen.governance.returns.actions import Said
from tests.desk.people import county, desk, roles  # noqa: F401

JULY = dt.datetime(2026, 7, 8, 2, 0, tzinfo=dt.UTC)
HALF = Period.of("2026H1")


@pytest.fixture
def worker(places, door):
    """The one who enters."""
    unit = Unit.unscoped.create(name="东街社区文化室", kind="village_room", place=places["510112001001"])
    staff = Staff.unscoped.create(name="王敏", unit=unit, place=unit.place)
    return Actor(kind="staff", id=staff.pk, name=staff.name, unit=unit.pk)


@pytest.fixture
def say(places, worker, everything):
    """Report one value: say("village.holdings", 1800)."""

    def run(element, value=None, place="510112001001", period="2026H1", at=JULY, **more):
        said = Said(element, value=value, **more)
        return actions.report_value(place=places[place], period=Period.of(period), said=said, by=worker, at=at)

    return run
