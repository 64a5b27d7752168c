"""Both counties, built once a test."""

from __future__ import annotations

import logging

import pytest

from qunwen.base.people import actions as people
from qunwen.base.scope import clock, context

from . import counties


@pytest.fixture(autouse=True)
def _room_for_a_crawl(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.QUNWEN_API_PER_MINUTE = settings.QUNWEN_API_PER_MINUTE_PUBLIC = 1_000_000


@pytest.fixture(autouse=True)
def _quiet():
    """Refusals are what the crawl is after; nobody wants them in the log."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def two(places):
    """(own, foreign): 龙泉驿区 and 陇县."""
    at = clock.now()
    with context.everything(reason="test"):
        people.sync_roles(by=counties.COMMAND, at=at)
    return counties.build(counties.OWN, places, at), counties.build(counties.FOREIGN, places, at)
