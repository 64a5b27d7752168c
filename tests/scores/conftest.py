"""Fixtures of the desk, and an entry in a few words."""

from __future__ import annotations

import datetime as dt

import pytest

from qunwen.governance.scores import actions
from tests.desk.people import COMMAND, TOWN, VILLAGE, county, desk, foreign, roles  # noqa: F401

TODAY = dt.date(2026, 3, 14)


@pytest.fixture
def enter(county, everything, at):  # noqa: F811
    """Make an entry as the command line would."""

    def run(item="activities", *, sheet="village.yearly", place=VILLAGE, title="缺席广场舞展演", day=TODAY, **about):
        unit = county.units.get(place) or county.units[TOWN]
        return actions.add_entry(
            sheet=sheet, item=item, place=county.places[place], unit=unit, title=title, day=day, by=about.pop("by", COMMAND),
            at=about.pop("at", at), **about,
        )  # fmt: skip

    return run


@pytest.fixture(autouse=True)
def few_measures():
    """Only what activities count: whoever reads a figure need not have a hundred others counted first."""
    from qunwen.base.measures import declare

    codes = ("activities.held", "activities.attendance", "activities.planned", "activities.media_reports")
    with declare.only(*(declare.get(code) for code in codes)):
        yield
