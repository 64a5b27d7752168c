"""A hall, a teacher, a van: what is booked by the hour."""

from __future__ import annotations

import datetime as dt

import pytest

from qunwen.base.journal.actors import Actor
from qunwen.base.scope import clock
from qunwen.services.rooms import actions

BY = Actor(kind="command", id=None, name="命令行")
DAY = dt.date(2026, 4, 6)


def hour(h, minute=0, *, day=DAY):
    """A moment of that day in the county."""
    return clock.start_of(day) + dt.timedelta(hours=h, minutes=minute)


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

    def run(resource, first, last, *, day=DAY, key="", title="送戏下乡"):
        return actions.reserve(
            resource=resource, starts_at=hour(first, day=day), ends_at=hour(last, day=day), title=title,
            key=key or f"key-{next(made)}", by=BY, at=at,
        )  # fmt: skip

    return run
