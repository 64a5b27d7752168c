"""A county with a year and a half of activities, entered through the house's own actions."""

from __future__ import annotations

import datetime as dt
import shutil
from types import SimpleNamespace

import pytest

from qunwen.base.journal.actors import Actor
from qunwen.base.people import actions as people
from qunwen.base.people.models import Staff, Unit
from qunwen.base.places.models import Population
from qunwen.base.scope import context, writing
from qunwen.governance.reports import actions as reports
from qunwen.governance.reports import queries
from qunwen.services.activities import actions

COMMAND = Actor(kind="command", id=None, name="命令行")
EAST, NORTH, FIVE, HONG = "510112001001", "510112001002", "510112002001", "510112002002"
LATER = dt.datetime(2026, 7, 5, 2, 0, tzinfo=dt.UTC)

# place, month, day, year, kind, host level, people by group
HELD = (
    (EAST, 1, 10, 2026, "reading", "village", {"adult": 30, "elder": 12}),
    (EAST, 4, 5, 2026, "performance", "village", {"child": 7, "unknown": 51}),
    (EAST, 4, 20, 2026, "performance", "town", {"adult": 100}),
    (NORTH, 5, 1, 2026, "exhibition", "town", {"adult": 41, "youth": 8}),
    (FIVE, 6, 30, 2026, "lecture", "village", {"elder": 17}),
    (EAST, 3, 8, 2025, "reading", "village", {"adult": 20}),
    (FIVE, 6, 1, 2025, "reading", "village", {"child": 33}),
    (FIVE, 7, 1, 2026, "reading", "village", {"child": 1000}),  # outside the half-year
)


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    """A folder of its own."""
    settings.QUNWEN_HOME = tmp_path / "home"
    settings.QUNWEN_PUBLIC_URL = "https://qunwen.example"


@pytest.fixture
def county(places):
    """The county's records: two months without any, a village without any, a town with two thirds of its plan."""
    with writing.allowed("test"), context.everything(reason="test"):
        bureau = Unit.unscoped.create(name="龙泉驿区文化体育和旅游局", kind="bureau", place=places["510112"])
        staff = Staff.unscoped.create(name="赵静", unit=bureau, place=bureau.place)
        officer = Actor(kind="staff", id=staff.pk, name=staff.name, unit=bureau.pk)
        for place, number in (("510112", 900), ("510112001", 500)):
            Population.unscoped.create(
                place=places[place], year=2025, group="total", basis="resident", number=number, source="统计公报",
                grade="B",
            )  # fmt: skip
    with context.everything(reason="test"):
        for n, (place, month, day, year, kind, host, people) in enumerate(HELD):
            starts = dt.datetime(year, month, day, 6, tzinfo=dt.UTC)
            actions.note_activity(
                title=f"活动{n}", kind=kind, host_level=host, place=places[place], unit=bureau, starts_at=starts,
                ends_at=starts + dt.timedelta(hours=2), headcounts=people, in_plan=n < 2, by=officer, at=LATER,
            )  # fmt: skip
        actions.plan_activity(
            title="还没办的", kind="reading", place=places[EAST], unit=bureau, plan_year=2026, plan_month=6, by=officer,
            at=LATER,
        )  # fmt: skip
    return SimpleNamespace(places=places, bureau=bureau, officer=officer)


@pytest.fixture
def made(county):
    """The report of the first half of 2026 and its folder."""
    with context.everything(reason="test"):
        report = reports.make_report(place=county.places["510112"], period="2026H1", by=county.officer, at=LATER)
    return SimpleNamespace(report=report, folder=queries.folder_of(report.county, report.pk))


@pytest.fixture(scope="session")
def _shelf(tmp_path_factory):
    return tmp_path_factory.mktemp("sealed") / "bundle"


@pytest.fixture
def bundle(_shelf, request, tmp_path):
    """A copy of its files that a test may spoil. Made once; the tests that check it have no database at all."""
    if not _shelf.exists():
        request.getfixturevalue("db")
        shutil.copytree(request.getfixturevalue("made").folder, _shelf)
    return shutil.copytree(_shelf, tmp_path / "copy")


@pytest.fixture
def log_in(client, county, at):
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
