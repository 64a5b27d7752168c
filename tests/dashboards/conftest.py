"""The county of the reports' tests, and a way into the desk."""

from __future__ import annotations

import pytest

from qunwen.base.journal.actors import Actor
from qunwen.base.measures import declare
from qunwen.base.people import actions as people
from qunwen.base.scope import context
from tests.reports.conftest import county, home  # noqa: F401

COMMAND = Actor(kind="command", id=None, name="命令行")


@pytest.fixture(autouse=True)
def _counts_of_activities():
    """A month is counted anew in every test: the counts of other areas would only take time."""
    mine = [m for m in declare.all() if m.code.startswith("activities.")]
    with declare.only(*mine):
        yield


@pytest.fixture
def log_in(client, county, at):  # noqa: F811
    """The desk as seen by somebody with a role at a place."""

    def enter(code, role="county_officer"):
        with context.everything(reason="test"):
            people.sync_roles(by=COMMAND, at=at)
            unit = people.create_unit(name="本单位", kind="other", place=county.places[code], by=COMMAND, at=at)
            staff = people.invite_staff(
                name="李明", username="liming", unit=unit, place=county.places[code],
                password="longquan-2026-xiang", by=COMMAND, at=at,
            ).staff  # fmt: skip
            people.grant_role(staff=staff, role=role, place=county.places[code], by=COMMAND, at=at)
        assert (
            client.post("/accounts/login/", {"login": "liming", "password": "longquan-2026-xiang"}).status_code == 302
        )
        return client

    return enter
