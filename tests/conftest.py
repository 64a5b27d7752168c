"""What every test may lean on: places, units, people, scopes. Named situations, no surprises."""

from __future__ import annotations

import datetime as dt
import os

import pytest
from hypothesis import HealthCheck, settings

from qunwen.base.scope import context, writing
from tests.journal.plugin import _journal_lets_tests_flush  # noqa: F401

# How long an example takes says something of the machine and its neighbours; speed is looked at in bench/.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

NOON = dt.datetime(2026, 3, 14, 4, 0, tzinfo=dt.UTC)  # 12:00 in the county


@pytest.fixture
def at() -> dt.datetime:
    """The moment at which tests happen."""
    return NOON


@pytest.fixture
def everything():
    """All rows visible, as for a command."""
    with context.everything(reason="test"):
        yield


@pytest.fixture
def door():
    """Rows may be made directly: for arranging, never for the thing under test."""
    with writing.allowed("test"):
        yield


@pytest.fixture
def places(db):
    """Two counties of two cities, with two towns and two villages each, as dict by code."""
    return rows_of_places()


def rows_of_places():
    """Write them: dict by code."""
    from qunwen.base.places.models import Place

    rows = [
        ("51", "四川省"), ("5101", "成都市"), ("510112", "龙泉驿区"),
        ("510112001", "龙泉街道"), ("510112001001", "东街社区"), ("510112001002", "北干道社区"),
        ("510112002", "大面街道"), ("510112002001", "五星社区"), ("510112002002", "洪河社区"),
        ("61", "陕西省"), ("6103", "宝鸡市"), ("610327", "陇县"),
        ("610327100", "城关镇"), ("610327100001", "东关社区"), ("610327100002", "西关社区"),
        ("610327101", "东风镇"), ("610327101200", "上凉泉村"), ("610327101201", "下凉泉村"),
    ]  # fmt: skip
    from qunwen.base.scope.codes import level_of, parent_of

    with writing.allowed("test"):
        return {
            code: Place.unscoped.create(code=code, name=name, level=level_of(code), parent_id=parent_of(code))
            for code, name in rows
        }


@pytest.fixture(autouse=True)
def county_in_statements(request):
    """Every statement of the package on a fact names its county, or the test fails."""
    uses_database = {"db", "transactional_db"} & set(request.fixturenames)
    if not uses_database and request.node.get_closest_marker("django_db") is None:
        yield
        return
    from django.db import connection

    from tests import sqlguard

    with connection.execute_wrapper(sqlguard.watch):
        yield


def pytest_collection_modifyitems(config, items):
    """On the second database only what speaks to a database runs again; the rest has run on the first."""
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        return
    wanted, rest = [], []
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        speaks = item.get_closest_marker("django_db") or fixtures & {"db", "transactional_db", "live_server"}
        # Commands run in processes of their own, on the database that DATABASE_URL names.
        speaks = speaks or item.get_closest_marker("race") or "/command/" in str(item.path)
        (wanted if speaks and not item.get_closest_marker("once") else rest).append(item)
    config.hook.pytest_deselected(items=rest)
    items[:] = wanted


@pytest.fixture(autouse=True)
def _fresh_process():
    """Counters of log-in attempts and the last reader's language live in the process: no test has another's."""
    from django.conf import settings
    from django.core.cache import cache
    from django.utils import translation

    cache.clear()
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def _wall_of_requests_only(monkeypatch):
    """Tests arrange and look at rows without a scope; in requests the database's wall stands as for everybody."""
    from django.core.signals import request_finished, request_started

    def outside(**_kwargs):
        monkeypatch.setattr(context, "NOWHERE", context.EVERYWHERE)

    def inside(**_kwargs):
        monkeypatch.setattr(context, "NOWHERE", frozenset())

    outside()
    request_started.connect(inside, weak=False)
    request_finished.connect(outside, weak=False)
    yield
    request_started.disconnect(inside)
    request_finished.disconnect(outside)
