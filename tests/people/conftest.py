"""A county at work: units, roles, and people made by the command line."""

from __future__ import annotations

import uuid
from types import SimpleNamespace

import pytest

from qunwen.base.journal.actors import Actor
from qunwen.base.people import actions, queries
from qunwen.base.people.web.who import actor_of
from qunwen.base.scope import context

COMMAND = Actor(kind="command", id=None, name="命令行")
PASSWORD = "longquan-2026-xiang"


@pytest.fixture
def command():
    return COMMAND


@pytest.fixture
def house(places, at):
    """Roles synced; a bureau with a station below it per town, in two counties."""
    with context.everything(reason="test"):
        actions.sync_roles(by=COMMAND, at=at)
        units = {}
        for county in ("510112", "610327"):
            units[county] = actions.create_unit(name="文旅局", kind="bureau", place=places[county], by=COMMAND, at=at)
            for code, place in places.items():
                if len(code) == 9 and code.startswith(county):
                    units[code] = actions.create_unit(
                        name="综合文化站", kind="station", place=place, parent=units[county], by=COMMAND, at=at
                    )
    return SimpleNamespace(places=places, units=units, at=at)


@pytest.fixture
def hire(house):
    """Make a person by the command line, with a role at a place."""

    def make(name, code="510112", role=None, at_place=None, **grant):
        with context.everything(reason="test"):
            unit = house.units.get(code) or house.units[code[:9]]
            staff = actions.invite_staff(
                name=name, username=f"u{uuid.uuid4().hex[:8]}", unit=unit, place=house.places[code],
                password=PASSWORD, by=COMMAND, at=house.at,
            ).staff  # fmt: skip
            if role:
                place = house.places[at_place or code]
                actions.grant_role(staff=staff, role=role, place=place, by=COMMAND, at=house.at, **grant)
        staff.refresh_from_db()
        return staff

    return make


@pytest.fixture
def acting_as():
    """Work in the scope of a person, as a request of theirs would."""

    def enter(staff, at):
        return context.opened(queries.scope_of(staff, at))

    return enter


@pytest.fixture
def by():
    return actor_of


@pytest.fixture
def enter_desk(client):
    """Log a person in through the log-in page."""

    def enter(staff, password=PASSWORD):
        response = client.post("/accounts/login/", {"login": staff.account.username, "password": password})
        assert response.status_code == 302, response.content.decode()[:2000]
        return client

    return enter


@pytest.fixture
def resident(house):
    """Register a resident by the command line."""

    def make(name="王大姐", code="510112001001", phone="", **more):
        with context.everything(reason="test"):
            return actions.register_resident(
                name=name, place=house.places[code], phone=phone, by=COMMAND, at=house.at, **more
            )

    return make
