"""The whole test run: on SQLite, on a throw-away PostgreSQL, and the journeys in a real browser.

python tests/run.py [sqlite|postgres|spark …]   (all of them without a word)

The stage `spark` needs Java and pyspark. Without them it is left out with one line, unless QUNWEN_REQUIRE_SPARK=1.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# One more than there are cores: journeys wait for browsers and servers.
WORKERS = os.environ.get("QUNWEN_TEST_WORKERS", str((os.cpu_count() or 1) + 1))
PYTEST = [sys.executable, "-m", "pytest", "-n", WORKERS, "--dist", "loadgroup"]
MEMORY, ROOM = Path("/dev/shm"), 6 * 1024**3  # noqa: S108  a file system in memory, if the machine has it with so much free
# One pytest run a database: making the test database costs most of a minute.
STAGES = {
    "sqlite": [*PYTEST, "-m", "not spark"],
    "postgres": [
        sys.executable,
        "tests/cluster.py",
        "--",
        *PYTEST,
        "-m",
        "not browser and not sqlite_only and not spark",
    ],
    "spark": [sys.executable, "-m", "pytest", "-n0", "-m", "spark", "tests/measures"],
}


def lacking(stage: str) -> str:
    """What a stage needs and this machine has not; empty when nothing is lacking."""
    if stage != "spark":
        return ""
    if shutil.which("java") is None:
        return "没有 Java"
    return "" if importlib.util.find_spec("pyspark") else "没有 pyspark"


@contextmanager
def quick_folder() -> Iterator[dict[str, str]]:
    """Where tests put their files: thousands of small databases and snapshots are synced, which a disk makes slow."""
    if not (os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM):
        yield {}
        return
    folder = Path(tempfile.mkdtemp(prefix="qunwen-tests-", dir=MEMORY))
    folder.chmod(0o755)  # the database's own user goes through it
    try:
        yield {"TMPDIR": str(folder)}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main(wanted: list[str]) -> int:
    failed = []
    for name in wanted or list(STAGES):
        print(f"── {name} ──", flush=True)
        lack = lacking(name)
        if lack and os.environ.get("QUNWEN_REQUIRE_SPARK") != "1":
            print(f"── {name}: 略过，{lack} ──", flush=True)
            continue
        begun = time.monotonic()
        environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
        with quick_folder() as where:
            status = 1 if lack else subprocess.call(STAGES[name], cwd=ROOT, env=environment | where)
        print(f"── {name}: {'ok' if status == 0 else 'FAILED'} in {time.monotonic() - begun:.0f} s ──", flush=True)
        if status:
            failed.append(name)
    if failed:
        print("没有通过:" + "、".join(failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
