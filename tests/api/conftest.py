"""Programs that speak to the county: with tokens of its people, and without."""

from __future__ import annotations

import datetime as dt
import json
import uuid

import pytest
from django.test import Client

from qunwen.base.people import queries as people
from qunwen.base.people.models import Grant, Staff
from qunwen.base.people.web.who import actor_of
from qunwen.base.scope import clock, context, writing
from qunwen.faces.api import actions, tokens
from tests.desk.people import TOWN, county, desk, held, make, roles, upcoming  # noqa: F401


class Program:
    """Speaks JSON with a token (or none) and gives back (status, body)."""

    def __init__(self, secret=""):
        self.client = Client(raise_request_exception=True)
        self.headers = {"authorization": f"Bearer {secret}"} if secret else {}

    def get(self, path, **query):
        self.last = self.client.get(f"/api/v1{path}", query, headers=self.headers)
        return self.last.status_code, json.loads(self.last.content)

    def send(self, method, path, body=None, **headers):
        if method == "post":
            headers.setdefault("idempotency_key", str(uuid.uuid4()))
        named = {name.replace("_", "-"): value for name, value in headers.items() if value is not None}
        self.last = self.client.generic(
            method.upper(), f"/api/v1{path}", json.dumps(body) if body is not None else "",
            content_type="application/json", headers=self.headers | named,
        )  # fmt: skip
        return self.last.status_code, json.loads(self.last.content)

    def post(self, path, body=None, **headers):
        return self.send("post", path, body, **headers)

    def patch(self, path, body=None, **headers):
        return self.send("patch", path, body, **headers)


@pytest.fixture
def worker(county, roles):  # noqa: F811
    """staff(role, place): somebody with a shipped role."""

    def hire(role="town_station", place=TOWN, name="李强"):
        with writing.allowed("test"):
            unit = county.units[place]
            staff = Staff.unscoped.create(name=name, unit=unit, place=unit.place)
            since = clock.now() - dt.timedelta(days=400)
            Grant.unscoped.create(staff=staff, role=roles[role], place=county.places[place], granted_at=since)
        return staff

    return hire


@pytest.fixture
def token(worker, county):  # noqa: F811
    """token(role, place, within, permissions): (row, secret) of a token that somebody made."""

    def run(role="town_station", place=TOWN, within=None, permissions=None, staff=None):
        staff = staff or worker(role, place)
        at = clock.now()
        scope = people.scope_of(staff, at)
        wanted = permissions or [code for code in tokens.grantable() if scope.reaches_for(code)]
        with context.opened(scope):
            return actions.create_token(
                name="政务平台", place=county.places[within or place], permissions=wanted,
                expires_at=at + dt.timedelta(days=30), by=actor_of(staff), at=at,
            )  # fmt: skip

    return run


@pytest.fixture
def program(token):
    """program(...): a program with such a token."""

    def run(**about):
        return Program(token(**about)[1])

    return run


@pytest.fixture
def stranger(db):
    """A program without a token."""
    return Program()
