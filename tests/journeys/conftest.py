"""Both counties, built once a worker; what a test does to them is undone."""

from __future__ import annotations

import logging

import pytest
from django.db import transaction
from django.test import override_settings

from qunwen.base.measures import snapshot
from qunwen.base.people import actions as people
from qunwen.base.scope import clock, context
from tests.conftest import rows_of_places

from . import counties


@pytest.fixture(scope="module")
def shared_db(django_db_setup, django_db_blocker, tmp_path_factory):
    """(own, foreign): 龙泉驿区 and 陇县, with what pages of figures look at counted. Building them takes as long as a
    dozen tests, so they stand for a whole module, in a transaction that is never committed."""
    home = tmp_path_factory.mktemp("crawl")
    open_to_all = 1_000_000
    with (
        override_settings(
            QUNWEN_HOME=home,
            MEDIA_ROOT=home / "media",
            QUNWEN_API_PER_MINUTE=open_to_all,
            QUNWEN_API_PER_MINUTE_PUBLIC=open_to_all,
        ),
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        at = clock.now()
        with context.everything(reason="test"):
            places = rows_of_places()
            people.sync_roles(by=counties.COMMAND, at=at)
            both = tuple(counties.build(code, places, at) for code in (counties.OWN, counties.FOREIGN))
            snapshot.fresh([counties.OWN], _months_looked_at())
        yield both
        transaction.set_rollback(True)


def _months_looked_at():
    year = clock.today().year
    return [f"{y}-{m:02}" for y in range(year - 4, year + 1) for m in range(1, 13)]


@pytest.fixture(autouse=True)
def _quiet():
    """Refusals are what the crawl is after; nobody wants them in the log."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def two(shared_db, db):
    """Both counties for one test: the transaction of each test is a savepoint in theirs."""
    return shared_db
