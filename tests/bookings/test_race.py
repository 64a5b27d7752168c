"""Real processes and threads on a real database; the program that does it is the bench."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

# One worker runs them all: the scenarios are gone through once, whatever the number of workers.
pytestmark = [pytest.mark.race, pytest.mark.slow, pytest.mark.xdist_group("booking_rush")]
BENCH = Path(__file__).parents[2] / "bench" / "booking_rush.py"
POSTGRES = os.environ.get("DATABASE_URL", "").startswith("postgres")


@pytest.fixture(scope="module")
def results():
    """Every scenario once: 64 threads on PostgreSQL, 8 processes on SQLite."""
    clients = ["--processes", "2", "--threads", "32"] if POSTGRES else ["--processes", "8", "--threads", "1"]
    done = subprocess.run(
        [sys.executable, str(BENCH), "--scenario", "all", "--json", *clients], capture_output=True, text=True
    )
    assert done.stdout, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


def wholesome(result):
    """Nothing sold twice, nothing lost, no half bookings, nobody waits who could be served, no error."""
    named = ("oversold", "drifts", "twice", "unserved", "headless")
    assert {name: result[name] for name in named} == dict.fromkeys(named, 0)
    assert result.get("failures", 0) == 0, result["failed_with"]
    assert result["taken"] == result["held"]


def test_two_thousand_people_for_five_hundred_places(results):
    rush = results["rush"]
    wholesome(rush)
    assert rush["outcomes"] == {"confirmed": 500, "waiting": 1500}
    assert (rush["taken"], rush["confirmed"], rush["bookings"]) == (500, 500, 2000)


def test_double_clicks_make_one_booking_each(results):
    clicks = results["clicks"]
    wholesome(clicks)
    assert (clicks["bookings"], clicks["taken"], clicks["most_per_home"]) == (40, 40, 1)
    assert set(clicks["outcomes"]) == {"confirmed"}


def test_household_limit_holds_when_all_members_ask_at_once(results):
    homes = results["household"]
    wholesome(homes)
    assert homes["most_per_home"] == 2
    assert homes["outcomes"]["household_limit"] == 200
    assert homes["bookings"] == 200


def test_everybody_does_everything_at_once(results):
    """pretix PR #3623: what staff change races as well. Here capacity edits, overrides, imports and merges are among the acts."""
    mixed = results["mixed"]
    wholesome(mixed)
    assert mixed["decided"] == 400


def test_killed_process_loses_no_confirmed_place_and_leaks_none(results):
    kill = results["kill"]
    wholesome(kill)
    assert kill["kills"] == 20
    assert kill["said"] == kill["distinct"] == kill["found"]
    assert kill["said"] > 0
    assert kill["taken"] == kill["confirmed"]
    assert kill["taken"] >= kill["said"]
