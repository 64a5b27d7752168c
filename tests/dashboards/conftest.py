"""The county of the reports' tests, and a way into the desk."""

from __future__ import annotations

import pytest

from qunwen.base.measures import declare
from tests.reports.conftest import county, home, log_in  # noqa: F401


@pytest.fixture(autouse=True)
def _counts_of_activities():
    """A month is counted anew in every test: the counts of other areas would only take time."""
    mine = [m for m in declare.all() if m.code.startswith("activities.")]
    with declare.only(*mine):
        yield
