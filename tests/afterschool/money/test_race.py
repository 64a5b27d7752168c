"""Many clerks pay, count again and give back the same money at once: it comes once and goes back once."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.race, pytest.mark.slow, pytest.mark.xdist_group("booking_rush")]
PROCESSES, THREADS = (2, 8) if os.environ.get("DATABASE_URL", "").startswith("postgres") else (2, 3)


def test_money_comes_once_and_goes_back_once():
    done = subprocess.run(
        [sys.executable, "-m", "tests.afterschool.money.race", "run", str(PROCESSES), str(THREADS)],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
    )
    assert done.stdout, done.stderr[-3000:]
    result = json.loads(done.stdout)
    unpaid, mended = result["bills"]
    assert set(result["told"]) <= {"pay", "pay refused", "recount", "refund", "refund refused"}, result["told"]
    assert unpaid == {"due": 2300, "paid": 2300, "given": 0, "rows": [2300], "back": []}
    assert mended == {"due": 1840, "paid": 2300, "given": 460, "rows": [2300], "back": [[460, "done"]]}
