"""A rush on few places through the real server: the light door, its queue, and the ledger behind it.

    python tests/cluster.py -- python bench/rush.py           PostgreSQL: 16 and 64 clients, one thing and 200 things
    python bench/rush.py --clients 64 --scenario one          SQLite in a temporary folder
    … --json                                                  an object a line

Clients are wrk, one connection each. A client posts an order with its pass to the server that `qunwen serve` starts
(granian, 2 processes x 4 threads) and asks again when the page says so, until it reads the answer; then it posts the
next. Latency is from the first byte of the order to the answer read, asking again included. Passes are made beforehand
(the ordinary page makes them before the opening). Core-milliseconds are of server and database together; those of wrk
stand apart. `raw` is PostgreSQL alone, doing the guarded update and the insert of a booking for the same number of
clients (pgbench, prepared statements, rows and indexes as in the real tables, without foreign keys).
Ten thousand people on the queue page: rush_page.py.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from rush import queue, web
from rush.databases import copied, database

ORDERS, SIZE = 2000, 500
SCENARIOS = {"one": (ORDERS, SIZE, 1, 1), "many": (ORDERS, SIZE, 200, 1)}


def call(env, name: str, given: object):
    """One step in a process of its own; its last line is JSON."""
    done = subprocess.run(
        [sys.executable, __file__, name], env=env, input=json.dumps(given), capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(f"{name}: {done.stderr[-3000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def run(plain, scenario: str, clients: int) -> dict[str, object]:
    """One scenario on a fresh copy of an empty database."""
    orders, size, things, most = SCENARIOS[scenario]
    with copied(plain) as env, tempfile.TemporaryDirectory(prefix="qunwen-orders-") as folder:
        buckets = call(env, "prepare", [folder, orders, size, things])
        found = {"scenario": scenario, "load": round(os.getloadavg()[0], 1)}
        if "DATABASE_URL" in env:
            found["raw"] = queue.raw(env, Path(folder), orders, size, things, clients)
        found |= queue.crowd(Path(folder), env, clients, most)
        return found | call(env, "check", buckets)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", nargs="?", choices=["build", "prepare", "check"])
    parser.add_argument("--scenario", choices=[*SCENARIOS, "all"], default="all")
    parser.add_argument("--clients", type=int, nargs="*", default=[16, 64])
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.step:
        queue.step(options.step)
        return 0
    names = list(SCENARIOS) if options.scenario == "all" else [options.scenario]
    results = []
    with database() as plain:
        env = web.settings_of(plain)
        call(env, "build", None)
        for name in names:
            for clients in options.clients:
                results.append(result := run(env, name, clients))
                if options.json:
                    print(json.dumps(result), flush=True)
                else:
                    lines = (f"{what:>22}  {value}" for what, value in result.items())
                    print("\n".join(lines), end="\n\n", flush=True)
    return 1 if any(wrong(result) for result in results) else 0


def wrong(result: dict[str, object]) -> bool:
    """Whether something was sold twice, lost, out of order or answered with an error."""
    names = ("oversold", "drifts", "twice", "unserved", "headless", "passed_over", "gaps", "5xx", "other_errors")
    return any(result[name] for name in names) or result["answers"] != result["orders"]


if __name__ == "__main__":
    sys.exit(main())
