"""Opening of a popular session: many people, few places, real processes on a real database.

    python bench/booking_rush.py --processes 8 --threads 1         SQLite in a temporary folder
    python tests/cluster.py -- python bench/booking_rush.py        PostgreSQL, a database of its own
    … --attempts 2000 --size 500 --processes 2 --threads 32 --json

Scenarios (`--scenario`): `rush` everybody once; `clicks` every attempt sent eight times with one key; `household`
all of a few families at once; `mixed` book, cancel, answer, resize, move at random; `kill` processes
killed in the middle; `all` one after the other. All but the first are smaller. Each ends with the same checks: nothing sold twice, nothing lost, nobody waits who could be served.
The race tests run this very program.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parent.parent
SCENARIOS = ("rush", "clicks", "household", "mixed", "kill")
COUNTY, VILLAGE = "510112", "510112001001"


# -- inside a process with Django -------------------------------------------------------------------------


def setup_django() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "qunwen.config.settings.production"
    os.environ["QUNWEN_ENV"] = "production"
    import django

    django.setup()


def actors():
    from qunwen.base.journal.actors import Actor, ActorKind

    return Actor, ActorKind


def prepare(size: int, residents: int, per_home: int, households: int | None) -> dict[str, object]:
    """Places, residents and one bucket (per_household limit if given). Returns their ids."""
    from qunwen.base.people.models import Household, Resident, Unit
    from qunwen.base.places.models import Place
    from qunwen.base.scope import context, writing
    from qunwen.base.scope.clock import now
    from qunwen.base.scope.codes import level_of, parent_of
    from qunwen.services.bookings import actions

    at = now()
    with writing.allowed("bench"), context.everything(reason="bench"):
        for code in ("51", "5101", COUNTY, "510112001", VILLAGE):
            Place.unscoped.get_or_create(
                code=code, defaults={"name": code, "level": level_of(code), "parent_id": parent_of(code)}
            )
        homes = [Household(county=COUNTY, place_id=VILLAGE, created_at=at) for _ in range(-(-residents // per_home))]
        Household.unscoped.bulk_create(homes)
        people = [
            Resident(
                county=COUNTY, household=homes[n // per_home], place_id=VILLAGE, name=f"居民{n}", birth_year=1980,
                registered_at=at,
            )
            for n in range(residents)
        ]  # fmt: skip
        Resident.unscoped.bulk_create(people)
        subject = Unit.unscoped.create(name=f"场次{uuid.uuid4()}", kind="station", place_id=VILLAGE)
        bucket = actions.open_bucket(
            subject=subject, place=Place.unscoped.get(pk=VILLAGE), title="周末书法课", size=size, by=clerk(), at=at,
            starts_at=at + dt.timedelta(days=2), ends_at=at + dt.timedelta(days=2, hours=2),
            per_household=households, offer_minutes=10_000,
        )  # fmt: skip
    return {"bucket": str(bucket.pk), "residents": [str(p.pk) for p in people]}


def clerk():
    actor, kind = actors()
    return actor(kind=kind.STAFF, id=uuid.UUID(int=7), name="站长")


def book_one(bucket_id: str, resident_id: str, key: str):
    """What the booking page does: load bucket and resident, one action. Returns the state, or the refusal's kind."""
    from qunwen.base.people.models import Resident
    from qunwen.base.scope import context
    from qunwen.base.scope.clock import now
    from qunwen.services.bookings import actions, errors
    from qunwen.services.bookings.models import Bucket

    actor, kind = actors()
    with context.opened(context.resident(frozenset({uuid.UUID(resident_id)}))):
        bucket = Bucket.unscoped.get(county=COUNTY, pk=bucket_id)
        person = Resident.objects.get(county=COUNTY, pk=resident_id)
        by = actor(kind=kind.RESIDENT, id=person.pk, name=person.name)
        try:
            booking = actions.book(bucket=bucket, resident=person, members=[person], key=key, by=by, at=now())
        except errors.BookingRefused as refusal:
            return refusal.kind, None
        return booking.state, booking


def meddle(bucket_id: str, dice: random.Random) -> str:
    """One random act of somebody else than a newcomer."""
    from qunwen.base.scope import context
    from qunwen.base.scope.clock import now
    from qunwen.services.bookings import actions, errors
    from qunwen.services.bookings.models import Booking, Bucket

    with context.everything(reason="bench"):
        bucket = Bucket.unscoped.get(county=COUNTY, pk=bucket_id)
        rows = Booking.unscoped.filter(county=COUNTY, bucket=bucket)
        act = dice.choice(["cancel", "cancel", "accept", "accept", "decline", "resize", "check_in", "settle"])
        wanted = {"accept": ["offered"], "decline": ["offered"], "check_in": ["confirmed"]}
        states = wanted.get(act, ["confirmed", "waiting", "offered"])
        about = {"by": clerk(), "at": now()}
        try:
            if act == "resize":
                actions.resize_bucket(bucket=bucket, size=bucket.size + dice.randint(-4, 4), **about)
            elif act == "settle":
                actions.settle_bucket(bucket=bucket, **about)
            else:
                found = list(rows.filter(state__in=states).order_by("pk")[:20])
                if not found:
                    return "idle"
                booking = dice.choice(found)
                if act == "check_in":
                    about["at"] = bucket.starts_at - dt.timedelta(minutes=5)
                    actions.check_in(booking=booking, via="list", **about)
                else:
                    named = {"cancel": actions.cancel, "accept": actions.accept_offer, "decline": actions.decline_offer}
                    named[act](booking=booking, **about)
        except errors.BookingRefused as refusal:
            return refusal.kind
        return act


def client(bucket: str, jobs: list[tuple[str, str]], threads: int, *, meddling: bool) -> dict[str, object]:
    """Work through the jobs (resident, key) with so many threads; latencies and outcomes."""
    from django.db import connection

    todo = iter(jobs)
    lock = threading.Lock()
    outcomes: dict[str, int] = {}
    latencies: list[float] = []
    failures: list[str] = []

    def work(number: int) -> None:
        dice = random.Random(number)
        while True:
            with lock:
                job = next(todo, None)
            if job is None:
                break
            begin = time.perf_counter()
            try:
                outcome = str(book_one(bucket, *job)[0])
                spent = time.perf_counter() - begin
                if meddling:
                    meddle(bucket, dice)
            except Exception as problem:
                with lock:
                    failures.append(f"{type(problem).__name__}: {problem}")
                continue
            with lock:
                outcomes[outcome] = outcomes.get(outcome, 0) + 1
                latencies.append(spent)
        connection.close()

    used = resource.getrusage(resource.RUSAGE_SELF)
    begin = time.perf_counter()
    if threads == 1:
        work(os.getpid())
    else:
        crew = [threading.Thread(target=work, args=(os.getpid() * 1000 + n,)) for n in range(threads)]
        for one in crew:
            one.start()
        for one in crew:
            one.join()
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime
    return {
        "outcomes": outcomes, "latencies": latencies, "failures": failures, "cpu": cpu,
        "seconds": time.perf_counter() - begin,
    }  # fmt: skip


def check(bucket_id: str) -> dict[str, object]:
    """The invariants, read from the database alone."""
    from django.db.models import Count, Sum

    from qunwen.base.scope import context
    from qunwen.base.scope.clock import now
    from qunwen.services.bookings import actions
    from qunwen.services.bookings.enums import LIVE, TAKES_PLACES, State
    from qunwen.services.bookings.models import Attendee, Booking, Bucket

    with context.everything(reason="bench"):
        bucket = Bucket.unscoped.get(county=COUNTY, pk=bucket_id)
        rows = Booking.unscoped.filter(county=COUNTY, bucket=bucket)
        held = rows.filter(state__in=sorted(TAKES_PLACES)).aggregate(n=Sum("party"))["n"] or 0
        twice = (
            Attendee.unscoped.filter(county=COUNTY, booking__bucket=bucket, booking__state__in=sorted(LIVE))
            .values("resident_id").annotate(n=Count("id")).filter(n__gt=1).count()
        )  # fmt: skip
        return {
            "size": bucket.size,
            "taken": bucket.taken,
            "held": held,
            "confirmed": rows.filter(state=State.CONFIRMED).count(),
            "oversold": max(0, held - bucket.size),
            "drifts": len(actions.recount(county=COUNTY, by=clerk(), at=now())),
            "twice": twice,
            "unserved": rows.filter(state=State.WAITING, party__lte=bucket.size - bucket.taken).count(),
            "headless": rows.filter(attendees=None).count(),
            "bookings": rows.count(),
            "most_per_home": max(
                Attendee.unscoped.filter(county=COUNTY, booking__bucket=bucket, booking__state__in=sorted(LIVE))
                .values_list("household_id").annotate(n=Count("id")).values_list("n", flat=True).order_by("-n")[:1],
                default=0,
            ),
        }  # fmt: skip


def killed(bucket: str, people: list[str], kills: int, seed: int) -> dict[str, object]:
    """Fork a booking process, kill it at a random moment, again and again; what it said must be true."""
    dice = random.Random(seed)
    todo = list(people)
    said: list[str] = []
    for _ in range(kills):
        reading, writing_end = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            for person in todo:
                state, booking = book_one(bucket, person, f"kill-{person}")
                if state == "confirmed":
                    os.write(writing_end, f"{booking.pk} {person}\n".encode())
            os._exit(0)
        os.close(writing_end)
        time.sleep(dice.uniform(0.05, 0.35))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        with os.fdopen(reading) as words:
            lines = [line.split() for line in words if line.endswith("\n")]
        said += [line[0] for line in lines]
        done = {line[1] for line in lines}
        todo = [person for person in todo if person not in done]
    from qunwen.services.bookings.models import Booking

    found = Booking.unscoped.filter(county=COUNTY, pk__in=said, state="confirmed").count()
    return {"kills": kills, "said": len(said), "distinct": len(set(said)), "found": found, **check(bucket)}


# -- the conductor ----------------------------------------------------------------------------------------


@contextlib.contextmanager
def database():
    """A fresh database: on the PostgreSQL of DATABASE_URL, else SQLite in a temporary folder. Yields its environment."""
    with tempfile.TemporaryDirectory(prefix="qunwen-rush-") as folder:
        env = {**os.environ, "QUNWEN_HOME": folder, "PYTHONPATH": str(ROOT / "src")}
        for name in ("PYTEST_VERSION", "PYTEST_XDIST_WORKER"):
            env.pop(name, None)
        url = env.get("DATABASE_URL", "")
        if not url.startswith("postgres"):
            env.pop("DATABASE_URL", None)
            yield env
            return
        import psycopg

        parts = urlsplit(url)
        name = f"rush_{os.getpid()}_{random.randrange(10**6)}"
        plain = urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
            env["DATABASE_URL"] = urlunsplit((parts.scheme, parts.netloc, f"/{name}", parts.query or "pool=off", ""))
            try:
                yield env
            finally:
                connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def call(env, *arguments: str, given: object = None):
    """Run this program for one step; its last line is JSON."""
    done = subprocess.run(
        [sys.executable, __file__, *arguments], env=env, input=json.dumps(given), capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(f"{arguments}: {done.stderr[-3000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def postgres_cpu(env) -> float:
    """Seconds of CPU that the server's processes have used so far (0 for SQLite)."""
    if "DATABASE_URL" not in env:
        return 0.0
    import psutil

    port = urlsplit(env["DATABASE_URL"]).port
    total = 0.0
    for process in psutil.process_iter(["cmdline"]):
        line = process.info["cmdline"] or []
        if line and line[0].endswith("postgres") and str(port) in line:
            with contextlib.suppress(psutil.NoSuchProcess):
                own = process.cpu_times()
                total += own.user + own.system + own.children_user + own.children_system
                for child in process.children():
                    with contextlib.suppress(psutil.NoSuchProcess):
                        its = child.cpu_times()
                        total += its.user + its.system
    return total


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
    seconds, server = time.perf_counter() - begin, postgres_cpu(env) - server
    for process in crew:
        process.communicate()
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
    setup_django()
    given = json.loads(sys.stdin.readline())
    if name == "prepare":
        print(json.dumps(prepare(*given)))
    elif name == "check":
        print(json.dumps(check(given)))
    elif name == "kill":
        print(json.dumps(killed(*given)))
    else:
        from qunwen.services.bookings import actions  # noqa: F401

        print("ready", flush=True)
        sys.stdin.readline()
        print(json.dumps(client(*given[:3], meddling=given[3])), flush=True)
        sys.stdin.read()  # stay, so that the database's processes can still be measured


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", nargs="?", choices=["prepare", "client", "check", "kill"])
    parser.add_argument("--scenario", default="rush", choices=[*SCENARIOS, "all"])
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
