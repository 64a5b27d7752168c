"""A county on the desk whose norms are judged."""

import pytest

from qunwen.base.journal.actors import Actor
from qunwen.base.measures import declare
from qunwen.base.people import actions as people
from qunwen.base.scope import context

COMMAND = Actor(kind="command", id=None, name="命令行")
PASSWORD = "longquan-2026-xiang"


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    """A folder of its own."""
    settings.QUNWEN_HOME = tmp_path / "home"


@pytest.fixture
def log_in(client, places, at):
    """The desk as seen by somebody with a role at a place."""

    def enter(code, role="county_officer"):
        with context.everything(reason="test"):
            people.sync_roles(by=COMMAND, at=at)
            unit = people.create_unit(name="本单位", kind="other", place=places[code], by=COMMAND, at=at)
            staff = people.invite_staff(
                name="李明", username="liming", unit=unit, place=places[code], password=PASSWORD, by=COMMAND, at=at
            ).staff
            people.grant_role(staff=staff, role=role, place=places[code], by=COMMAND, at=at)
        assert client.post("/accounts/login/", {"login": "liming", "password": PASSWORD}).status_code == 302
        return client

    return enter


@pytest.fixture
def nothing_counted():
    """No measure is declared, so no month is counted: every element is missing. For what does not depend on numbers."""
    with declare.only():
        yield
