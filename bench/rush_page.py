"""Ten thousand people on the queue page of a rush, on PostgreSQL.

    python tests/cluster.py -- python bench/rush_page.py [--people 10000 --json]

First the deciding is held up, and wrk asks for pages of all of them as fast as the server answers: what one page costs.
Then the queue drains (500 places, the others wait in line) while everybody's page reloads every ten seconds. The processor
time of the server and the database is told together, that of wrk apart.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from rush import crowd, inside, web
from rush.databases import database

STEPS = {"prepare": crowd.prepare, "check": crowd.checked}


def call(env, step: str, *given: object) -> dict:
    """One step in a process with Django; its last line is JSON."""
    done = subprocess.run(
        [sys.executable, __file__, step], env=env, input=json.dumps(given), capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(f"{step}: {done.stderr[-3000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def run(people: int, size: int) -> dict[str, object]:
    """The whole of it on a database of its own."""
    with database() as plain, tempfile.TemporaryDirectory(prefix="qunwen-crowd-") as folder:
        env = web.settings_of(plain)
        for words in (["migrate", "-v0"], ["collectstatic", "--noinput", "-v0"]):
            subprocess.run([sys.executable, "-m", "django", *words], env=env, check=True, capture_output=True)
        world = call(env, "prepare", f"{folder}/pages", people, size)
        with web.serving(env) as (process, port):
            told = crowd.run(env, process, port, Path(folder), world)
        return told | call(env, "check", world["bucket"])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", nargs="?", choices=sorted(STEPS))
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--size", type=int, default=500)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.step:
        inside.setup_django()
        print(json.dumps(STEPS[options.step](*json.loads(sys.stdin.readline()))))
        return 0
    told = run(options.people, options.size)
    if options.json:
        print(json.dumps(told, ensure_ascii=False))
    else:
        print("\n".join(f"{what:>24}  {value}" for what, value in told.items()))
    wrong = ("errors", "passed_over", "oversold", "twice", "drifts", "unserved", "headless")
    return 1 if any(told[name] for name in wrong) or told["answers"] != told["people"] else 0


if __name__ == "__main__":
    sys.exit(main())
