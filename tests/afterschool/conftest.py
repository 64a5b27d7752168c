"""The school of these tests."""

from __future__ import annotations

import pytest

from .town import School


@pytest.fixture
def school(places, at):
    return School(places, at)
