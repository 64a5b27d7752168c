"""A small county whose activities are counted, for figures that are opened and approved."""

import datetime as dt

import pytest

from qunwen.base.journal.actors import Actor
from qunwen.base.measures import declare
from qunwen.base.people import actions as people
from qunwen.base.places.models import Population
from qunwen.base.scope import context, writing

from . import fed

AUGUST = dt.datetime(2026, 8, 3, 1, 0, tzinfo=dt.UTC)
COMMAND = Actor(kind="command", id=None, name="命令行")
PASSWORD = "longquan-2026-xiang"


@pytest.fixture
def counted(places, settings, tmp_path, time_machine):
    """The book of the county's activities, in August when the first half-year is over."""
    settings.QUNWEN_HOME = tmp_path / "home"
    time_machine.move_to(AUGUST)
    book = fed.Book(*fed.first_rows())
    with writing.allowed("test"):
        Population.unscoped.create(
            place_id=fed.COUNTY, year=2025, group="total", basis="resident", number=300, source="统计公报", grade="B"
        )
    with declare.only(*fed.measures(book), resolvers={"tests.event": fed.show}):
        yield book


@pytest.fixture
def enter(client, places):
    """The desk as seen by somebody with a role at a place."""

    def log_in(code=fed.COUNTY, role="county_officer"):
        with context.everything(reason="test"):
            people.sync_roles(by=COMMAND, at=AUGUST)
            unit = people.create_unit(name="本单位", kind="other", place=places[code], by=COMMAND, at=AUGUST)
            staff = people.invite_staff(
                name="李明", username="liming", unit=unit, place=places[code], password=PASSWORD, by=COMMAND, at=AUGUST
            ).staff
            people.grant_role(staff=staff, role=role, place=places[code], by=COMMAND, at=AUGUST)
        assert client.post("/accounts/login/", {"login": "liming", "password": PASSWORD}).status_code == 302
        return client

    return log_in
