"""Fixtures of the desk, and a target in a few words."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest

from qunwen.base.scope import clock
from qunwen.base.scope.context import everything as all_rows
from qunwen.governance.targets import actions
from qunwen.services.activities import actions as activities
from tests.desk.people import COMMAND, VILLAGE, county, desk, roles  # noqa: F401

COUNTY = "510112"


@pytest.fixture
def aim(county, at):  # noqa: F811
    """Set a target as the command line would."""

    def run(code="activities.held_total", value=100, *, place=COUNTY, period="2026", nature="binding", **about):
        with all_rows(reason="test"):
            return actions.set_target(
                place=county.places[place], code=code, period=period, value=Fraction(value), nature=nature, by=COMMAND,
                at=about.pop("at", at), **about,
            )  # fmt: skip

    return run


@pytest.fixture
def happened(county):  # noqa: F811
    """Activities that were held on these days."""

    def run(*days, place=VILLAGE):
        with all_rows(reason="test"):
            for n, day in enumerate(days):
                begins = clock.start_of(day) + dt.timedelta(hours=10)
                activities.note_activity(
                    title=f"读书会{day}{n}", kind="reading", place=county.places[place], unit=county.units[VILLAGE],
                    starts_at=begins, ends_at=begins + dt.timedelta(hours=1), headcounts={}, by=COMMAND,
                    at=begins + dt.timedelta(days=1),
                )  # fmt: skip

    return run


@pytest.fixture(autouse=True)
def few_measures():
    """Only what activities count: whoever reads a figure need not have a hundred others counted first."""
    from qunwen.base.measures import declare

    codes = ("activities.held", "activities.attendance", "activities.planned", "activities.media_reports")
    with declare.only(*(declare.get(code) for code in codes)):
        yield
