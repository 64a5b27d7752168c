"""The rush through the light door: orders with passes, wrk as the crowd, what it found, and the raw database beside it."""

from __future__ import annotations

import json
import re
import resource
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from . import inside, web
from .databases import postgres_cpu

LASTS = 3600


def build() -> bool:
    """An empty database with every table: from the ready schema, and what is newer on top."""
    from django.core.management import call_command
    from django.db import connections

    from qunwen.faces.command import ready_schema

    filled = ready_schema.fill()
    call_command("migrate", verbosity=0)
    for connection in connections.all():
        connection.close()
        if getattr(connection, "pool", None):
            connection.close_pool()
    return filled


def prepare(folder: str, orders: int, size: int, things: int) -> list[str]:
    """So many residents, and `size` places over so many things; the orders as wrk sends them. The things' buckets."""
    from django.core.management import call_command

    from qunwen.base.people.models import Resident
    from qunwen.base.scope import context, writing
    from qunwen.base.scope.clock import now
    from qunwen.services.bookings.models import Bucket
    from qunwen.services.bookings.rush import passes

    call_command("collectstatic", interactive=False, verbosity=0)
    made = inside.prepare(size // things, orders, 1, None)
    buckets = [made["bucket"], *(inside.prepare(size // things, 0, 1, None)["bucket"] for _ in range(things - 1))]
    with context.everything(reason="bench"), writing.allowed("bench"):
        Bucket.unscoped.filter(county=inside.COUNTY, pk__in=buckets).update(rush=True, waiting_list=False)
        names = dict(Resident.unscoped.filter(county=inside.COUNTY).values_list("pk", "name"))
    lines = []
    for number, person in enumerate(made["residents"]):
        session = uuid.uuid4().hex
        one = passes.Pass(
            county=inside.COUNTY, bucket=uuid.UUID(buckets[number % things]), place=inside.VILLAGE,
            resident=uuid.UUID(person), family=((person, names[uuid.UUID(person)]),), key=str(uuid.uuid4()),
            language="zh-hans", session=passes.digest_of(session), opens=0,
            expires=int(now().timestamp()) + LASTS, title="周末书法课", back="/activities/", most=5,
        )  # fmt: skip
        form = {
            "ticket": passes.write_pass(one),
            "members": person,
            "name0": "",
            "group0": "",
            "name1": "",
            "group1": "",
        }
        lines.append(f"{session} {urlencode(form)}")
    Path(folder, "orders").write_text("\n".join(lines) + "\n")
    return buckets


def checked(buckets: list[str]) -> dict[str, object]:
    """The ledger after the rush: the invariants, and whether those who came first were served first."""
    from qunwen.base.scope import context
    from qunwen.services.bookings.models import Booking, RushAnswer, RushOrder

    with context.everything(reason="bench"):
        orders = dict(RushOrder.unscoped.filter(county=inside.COUNTY).values_list("number", "bucket_id"))
        answers = dict(RushAnswer.unscoped.filter(county=inside.COUNTY).values_list("number", "verdict"))
        last: dict[uuid.UUID, int] = {}
        for number, verdict in answers.items():
            if verdict == "confirmed":
                last[orders[number]] = max(last.get(orders[number], 0), number)
        passed_over = sum(v == "refused" and n < last.get(orders[n], 0) for n, v in answers.items())
        bookings = Booking.unscoped.filter(county=inside.COUNTY).count()
    facts = [inside.check(one) for one in buckets]
    summed = {name: sum(f[name] for f in facts) for name in ("oversold", "twice", "unserved", "headless")}
    return {
        **summed, "drifts": facts[0]["drifts"], "bookings": bookings, "orders": len(orders), "answers": len(answers),
        "passed_over": passed_over, "gaps": sorted(orders) != list(range(1, len(orders) + 1)),
    }  # fmt: skip


def crowd(folder: Path, env: dict[str, str], clients: int, most: int) -> dict[str, object]:
    """All orders through the server; what it took."""
    with web.serving(env) as (process, port):
        server, database, begun = web.core_seconds(process), postgres_cpu(env), time.monotonic()
        wrk = subprocess.Popen(
            ["/usr/bin/wrk", "-t", str(clients), "-c", str(clients), "-d", "600s", "--timeout", "30s", "-s",
             str(Path(__file__).with_name("wrk.lua")), f"http://127.0.0.1:{port}", "--", str(folder), str(clients),
             str(most)],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        while not _done(folder, clients) and wrk.poll() is None and time.monotonic() - begun < 300:
            time.sleep(0.1)
        own = web.core_seconds(wrk) if wrk.poll() is None else 0.0
        wrk.send_signal(signal.SIGINT)
        wrk.communicate(timeout=60)
        server = web.core_seconds(process) - server
        time.sleep(2)
        database = postgres_cpu(env) - database
    return _summed(folder, clients, server, database, own)


def _done(folder: Path, clients: int) -> bool:
    return all((one := folder / f"client{n}").exists() and one.read_text().endswith("done\n") for n in range(clients))


def _summed(folder: Path, clients: int, server: float, database: float, own: float) -> dict[str, object]:
    latencies, asks, posts, outcomes, statuses, moments, broken = [], [], [], {}, {}, [], 0
    for n in range(clients):
        for line in (folder / f"client{n}").read_text().splitlines():
            kind, *rest = line.split()
            if kind == "decided":
                outcomes[rest[0]] = outcomes.get(rest[0], 0) + 1
                latencies.append(float(rest[1]))
                moments += [float(rest[3]), float(rest[4])]
            elif kind == "broken":
                broken += 1
            elif kind in ("order", "ask"):
                statuses[rest[0]] = statuses.get(rest[0], 0) + 1
                (posts if kind == "order" else asks).append(float(rest[1]))
    seconds = (max(moments) - min(moments)) / 1000 if moments else 0.0
    decided = sum(number for name, number in outcomes.items() if name != "none")
    each = max(1, decided)
    return {
        "clients": clients, "decided": decided, "seconds": round(seconds, 2),
        "per_second": round(decided / seconds, 1) if seconds else 0.0,
        **{f"p{share}_ms": at(latencies, share / 100) for share in (50, 95, 99)},
        "post_p99_ms": at(posts, 0.99), "asks": len(asks), "ask_p50_ms": at(asks, 0.5), "ask_p99_ms": at(asks, 0.99),
        "core_ms": round(1000 * (server + database) / each, 2), "core_ms_application": round(1000 * server / each, 2),
        "core_ms_database": round(1000 * database / each, 2), "core_ms_wrk": round(1000 * own / each, 2),
        "outcomes": outcomes, "broken_connections": broken, "5xx": sum(n for code, n in statuses.items() if code.startswith("5")),
        "other_errors": sum(n for code, n in statuses.items() if code.startswith("4")) + outcomes.get("none", 0),
    }  # fmt: skip


def at(values: list[float], share: float) -> float:
    """The value below which this share of them lies."""
    found = sorted(values)
    return round(found[min(len(found) - 1, int(len(found) * share))], 1) if found else 0.0


def raw(env: dict[str, str], folder: Path, orders: int, size: int, things: int, clients: int) -> dict[str, object]:
    """The database alone: pgbench sends the guarded update and the insert of a booking in one transaction each."""
    import psycopg

    plain = env["DATABASE_URL"].partition("?")[0]
    parts = urlsplit(plain)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS raw_bucket, raw_booking")
        connection.execute("CREATE TABLE raw_bucket (LIKE bookings_bucket INCLUDING ALL)")
        connection.execute("CREATE TABLE raw_booking (LIKE bookings_booking INCLUDING ALL)")
        names = [row[0] for row in connection.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'bookings_bucket' ORDER BY ordinal_position"
        )]  # fmt: skip
        picked = ", ".join(
            {"id": "('00000000-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid", "size": str(size // things),
             "taken": "0", "subject_id": "gen_random_uuid()"}.get(name, name) for name in names
        )  # fmt: skip
        listed = ", ".join(names)
        connection.execute(
            f"INSERT INTO raw_bucket ({listed}) SELECT {picked} FROM generate_series(1, {things}) n, "  # noqa: S608
            "LATERAL (SELECT * FROM bookings_bucket LIMIT 1) b"
        )
        columns = [row[0] for row in connection.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'bookings_booking' ORDER BY ordinal_position"
        )]  # fmt: skip
    values = {
        "id": "gen_random_uuid()", "county": "'510112'", "contact": "'居民'", "party": "1", "state": "'confirmed'",
        "key": "gen_random_uuid()::text", "code": "substr(md5(random()::text), 1, 8)", "ticket_serial": "1",
        "booked_at": "now()", "booked_by": "'居民'", "booked_by_kind": "'resident'", "beyond": "0", "priority": "100",
        "place_id": "'510112001001'", "bucket_id": "('00000000-0000-0000-0000-' || lpad(:b::text, 12, '0'))::uuid",
        "resident_id": "gen_random_uuid()", "household_id": "gen_random_uuid()",
        **dict.fromkeys(("booked_for", "override_reason", "lot", "ended_by", "ended_because", "ended_note",
                         "checked_in_via", "checked_in_by"), "''"),
    }  # fmt: skip
    script = folder / "raw.sql"
    script.write_text(
        f"\\set b random(1, {things})\nBEGIN;\n"
        "UPDATE raw_bucket SET taken = taken + 1 WHERE county = '510112' AND taken < size "
        "AND id = ('00000000-0000-0000-0000-' || lpad(:b::text, 12, '0'))::uuid;\n"
        f"INSERT INTO raw_booking ({', '.join(columns)}) VALUES ({', '.join(values.get(c, 'NULL') for c in columns)});\nEND;\n"
    )
    database, own = postgres_cpu(env), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [pgbench(), "-n", "-M", "prepared", "-c", str(clients), "-j", "2", "-t", str(-(-orders // clients)), "-f", str(script),
         "-l", "--log-prefix", str(folder / "raw"), "-h", parts.hostname, "-p", str(parts.port), "-U", parts.username,
         parts.path.lstrip("/")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    time.sleep(2)
    database = postgres_cpu(env) - database
    spent = [
        int(line.split()[2]) / 1000 for path in folder.glob("raw.[0-9]*") for line in path.read_text().splitlines()
    ]
    speed = re.search(r"tps = ([\d.]+)", done.stdout)
    client = after.ru_utime + after.ru_stime - own.ru_utime - own.ru_stime
    for path in folder.glob("raw.[0-9]*"):
        path.unlink()
    return {
        "clients": clients, "per_second": round(float(speed.group(1)), 1) if speed else 0.0,
        **{f"p{share}_ms": at(spent, share / 100) for share in (50, 95, 99)},
        "core_ms_database": round(1000 * database / max(1, len(spent)), 2),
        "core_ms_pgbench": round(1000 * client / max(1, len(spent)), 2),
    }  # fmt: skip


def pgbench() -> str:
    """The newest pgbench of the machine."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pgbench"), key=lambda p: int(p.parts[4]))
    if not found:
        raise SystemExit("没有找到 pgbench:Debian 上请安装 postgresql")
    return str(found[-1])


def step(name: str) -> None:
    """One step in a process with Django: reads JSON, writes JSON."""
    inside.setup_django()
    given = json.loads(sys.stdin.readline())
    print(json.dumps(build() if name == "build" else prepare(*given) if name == "prepare" else checked(given)))
