"""Of many takers of one hour exactly one gets it: through the lock, and by the database's own guards alone."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.race, pytest.mark.slow, pytest.mark.xdist_group("booking_rush")]
POSTGRES = os.environ.get("DATABASE_URL", "").startswith("postgres")


PROCESSES, THREADS, HOURS = (2, 12, 4) if POSTGRES else (2, 3, 4)


@pytest.fixture(scope="module")
def results():
    """Both ways once, on a database of their own."""
    program = str(Path(__file__).with_name("race.py"))
    done = subprocess.run(
        [sys.executable, program, "run", str(PROCESSES), str(THREADS)], capture_output=True, text=True
    )
    assert done.stdout, done.stderr[-3000:]
    return json.loads(done.stdout)


@pytest.mark.parametrize("how", ["locked", "blind"])
def test_many_takers_of_one_hour_yield_exactly_one(results, how):
    result = results[how]
    assert result["told"] == {"got": HOURS, "taken": (PROCESSES * THREADS - 1) * HOURS}
    assert (result["reserved"], result["half"]) == ([1] * HOURS, 0)
    # Half an hour with ten minutes before and after touches four quarters.
    assert result["held"] == 4 * result["rows"]
