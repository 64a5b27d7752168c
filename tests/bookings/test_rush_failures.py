"""The door of a rush keeps its word: whoever is killed, whatever slip is shown, even while the database is away."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

# One worker runs them all: the program is gone through once, whatever the number of workers.
pytestmark = [pytest.mark.race, pytest.mark.slow, pytest.mark.xdist_group("rush_failures")]
KILLS = 6


@pytest.fixture(scope="module")
def results():
    """Everything once, in processes of their own, on a database of its own."""
    program = Path(__file__).with_name("queueing.py")
    done = subprocess.run([sys.executable, str(program), str(KILLS), "3"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_killed_processes_lose_no_number_and_sell_nothing_twice(results):
    told = results["kills"]
    assert told.pop("said") > 0
    assert told == {
        "kills": KILLS, "another_number": [], "lost": [], "unanswered": [], "gaps": False, "passed_over": False,
        "bookings": True, "oversold": 0, "drifts": 0, "twice": 0, "headless": 0,
    }  # fmt: skip


def test_the_same_page_sent_twice_gets_the_same_number_and_answer(results):
    [[number, verdict], same_number, second_verdict] = results["misuse"]["twice"]
    assert number > 0
    assert (verdict, same_number, second_verdict) == ("confirmed", True, "confirmed")


def test_slips_that_are_no_good_are_refused(results):
    assert results["misuse"]["status"] == {
        "forged": 403, "a number for a pass": 403, "expired": 403, "another session": 403, "a stranger": 403,
        "key of another thing": 403, "key of somebody else": 403, "too early": 409, "nobody comes": 400,
        "read only": 405, "number forged": 403, "number of another session": 403, "own number": 200,
        "another address": 404,
    }  # fmt: skip


def test_a_refused_slip_says_why_and_keeps_what_was_typed(results):
    assert results["misuse"]["keeps_what_was_typed"] == ["expired", "too early"]
    assert results["misuse"]["heads"] == {"expired": "书法课", "forged": "请重新打开报名页"}


def test_while_the_database_is_away_the_form_stays_and_nothing_is_half_done(results):
    """503 with Retry-After; for two seconds nobody else waits for it either; then the same page goes through."""
    assert results["away"] == {
        "status": 503, "retry_after": "3", "typed": True, "orders": 0, "ticket_kept": True, "spared": 503,
        "afterwards": [True, "confirmed"],
    }  # fmt: skip
