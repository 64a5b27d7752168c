"""The whole test run: on SQLite, on a throw-away PostgreSQL, and the journeys in a real browser.

python tests/run.py [sqlite|postgres|browser …]   (all three without a word)
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTEST = [sys.executable, "-m", "pytest", "-n", os.environ.get("QUNWEN_TEST_WORKERS", "auto"), "--dist", "loadgroup"]
# One pytest run a database: making the test database costs most of a minute.
STAGES = {
    "sqlite": [*PYTEST],
    "postgres": [sys.executable, "tests/cluster.py", "--", *PYTEST, "-m", "not browser and not sqlite_only"],
}


def main(wanted: list[str]) -> int:
    failed = []
    for name in wanted or list(STAGES):
        print(f"── {name} ──", flush=True)
        begun = time.monotonic()
        environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
        status = subprocess.call(STAGES[name], cwd=ROOT, env=environment)
        print(f"── {name}: {'ok' if status == 0 else 'FAILED'} in {time.monotonic() - begun:.0f} s ──", flush=True)
        if status:
            failed.append(name)
    if failed:
        print("没有通过:" + "、".join(failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
