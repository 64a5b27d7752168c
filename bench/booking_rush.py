"""Opening of a popular session: many people, few places, real processes on a real database.

    python bench/booking_rush.py --processes 8 --threads 1         SQLite in a temporary folder
    python tests/cluster.py -- python bench/booking_rush.py        PostgreSQL, a database of its own
    … --attempts 2000 --size 500 --processes 2 --threads 32 --json

Scenarios (`--scenario`): `rush` everybody once; `clicks` every attempt sent eight times with one key; `household`
all of a few families at once; `mixed` book, cancel, answer, resize, move at random; `kill` processes
killed in the middle; `all` one after the other. `web` (not part of `all`): 64 clients post the portal's sign-up form to the real server. All but the first are smaller. Each ends with the same checks: nothing sold twice, nothing lost, nobody waits who could be served.
The race tests run this very program.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time

from rush import inside, web
from rush.databases import database, postgres_cpu

SCENARIOS = ("rush", "clicks", "household", "mixed", "kill")


def call(env, *arguments: str, given: object = None):
    """Run this program for one step; its last line is JSON."""
    done = subprocess.run(
        [sys.executable, __file__, *arguments], env=env, input=json.dumps(given), capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(f"{arguments}: {done.stderr[-3000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def jobs_for(scenario: str, residents: list[str], processes: int) -> list[list[tuple[str, str]]]:
    """Who asks with which key, dealt out to the processes."""
    asks = [(person, f"ask-{person}") for person in residents]
    if scenario == "clicks":
        return [[ask for ask in asks for _ in range(2)] for _ in range(processes)]
    return [asks[n::processes] for n in range(processes)]


def run_all(options: argparse.Namespace) -> dict[str, dict[str, object]]:
    """The scenarios asked for, on one fresh database."""
    names = SCENARIOS if options.scenario == "all" else (options.scenario,)
    with database() as env:
        subprocess.run(
            [sys.executable, "-m", "django", "migrate", "-v0", "--settings", "qunwen.config.settings.production"],
            env=env, check=True, capture_output=True,
        )  # fmt: skip
        return {name: run(name, options, env) for name in names}


def run(scenario: str, options: argparse.Namespace, env) -> dict[str, object]:
    """One scenario with people and a bucket of its own."""
    if scenario == "web":
        return run_web(options, web.settings_of(env))
    small = scenario != "rush"
    attempts, size = (min(options.attempts, 400), min(options.size, 100)) if small else (options.attempts, options.size)
    family, limit = (4, 2) if scenario == "household" else (1, None)
    if scenario == "clicks":
        attempts = min(attempts, 40)
    world = call(env, "prepare", given=[size, attempts, family, limit])
    if scenario == "kill":
        return call(env, "kill", given=[world["bucket"], world["residents"], options.kills, options.seed])
    shares = jobs_for(scenario, world["residents"], options.processes)
    crew = [
        subprocess.Popen(
            [sys.executable, __file__, "client"], env=env, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        for _ in shares
    ]
    for process, share in zip(crew, shares, strict=True):
        process.stdin.write(json.dumps([world["bucket"], share, options.threads, scenario == "mixed"]) + "\n")
        process.stdin.flush()
    for process in crew:
        process.stdout.readline()  # ready: everything is imported
    server, begin = postgres_cpu(env), time.perf_counter()
    for process in crew:
        process.stdin.write("go\n")
        process.stdin.flush()
    answers = [json.loads(process.stdout.readline()) for process in crew]
    seconds = time.perf_counter() - begin
    time.sleep(2)  # the server counts a closed connection's time only once it has reaped its process
    server = postgres_cpu(env) - server
    for process in crew:
        process.communicate()
    return summary(options, answers, seconds, server, call(env, "check", given=world["bucket"]))


def run_web(options: argparse.Namespace, env) -> dict[str, object]:
    """The rush through the server; as many clients as the processes and threads make together."""
    world = call(env, "web", given=[options.size, options.attempts])
    answers, seconds, server = web.rush(world, env, options.processes * options.threads)
    return summary(options, answers, seconds, server, call(env, "check", given=world["bucket"]))


def summary(options, answers, seconds, server, facts) -> dict[str, object]:
    """What is told of one run."""
    latencies = sorted(one for answer in answers for one in answer["latencies"])
    outcomes: dict[str, int] = {}
    for answer in answers:
        for name, number in answer["outcomes"].items():
            outcomes[name] = outcomes.get(name, 0) + number

    def at(share: float) -> float:
        return round(1000 * latencies[min(len(latencies) - 1, int(len(latencies) * share))], 1) if latencies else 0.0

    decided = len(latencies)
    return {
        "database": "postgresql" if os.environ.get("DATABASE_URL", "").startswith("postgres") else "sqlite",
        "clients": f"{options.processes} processes x {options.threads} threads",
        "load": round(os.getloadavg()[0], 1),
        "decided": decided,
        "per_second": round(decided / seconds, 1),
        "p50_ms": at(0.5),
        "p95_ms": at(0.95),
        "p99_ms": at(0.99),
        "core_ms": round(1000 * (sum(a["cpu"] for a in answers) + server) / max(1, decided), 2),
        "core_ms_database": round(1000 * server / max(1, decided), 2),
        "outcomes": outcomes,
        "failures": len(said := [text for answer in answers for text in answer["failures"]]),
        "failed_with": sorted(set(said))[:5],
        **facts,
    }


def step(name: str) -> None:
    """One step inside a process with Django; reads JSON, writes JSON."""
    inside.setup_django()
    given = json.loads(sys.stdin.readline())
    if name == "prepare":
        print(json.dumps(inside.prepare(*given)))
    elif name == "web":
        print(json.dumps(web.prepare(*given)))
    elif name == "check":
        print(json.dumps(inside.check(given)))
    elif name == "kill":
        print(json.dumps(inside.killed(*given)))
    else:
        from qunwen.services.bookings import actions  # noqa: F401

        print("ready", flush=True)
        sys.stdin.readline()
        print(json.dumps(inside.client(*given[:3], meddling=given[3])), flush=True)
        sys.stdin.read()  # stay, so that the database's processes can still be measured


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", nargs="?", choices=["prepare", "client", "check", "kill", "web"])
    parser.add_argument("--scenario", default="rush", choices=[*SCENARIOS, "all", "web"])
    parser.add_argument("--attempts", type=int, default=2000)
    parser.add_argument("--size", type=int, default=500)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--threads", type=int, default=32)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.step:
        step(options.step)
        return 0
    results = run_all(options)
    if options.json:
        print(json.dumps(results))
    for name, result in results.items() if not options.json else ():
        print(name)
        for what, value in result.items():
            print(f"{what:>18}  {value}")
    wrong = [r for r in results.values() if r["oversold"] or r["drifts"] or r.get("failures")]
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
