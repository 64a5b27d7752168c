"""The database alone, as a yardstick: the same guarded update and insert by pgbench, no application at all.

The tables are copies of the ledger's with all columns, checks and indexes (no foreign keys, no row security); the
statements are what the ledger cannot do without: count the places, write the booking, write who comes.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from .databases import ROOT, postgres_cpu

TABLES = ("bookings_bucket", "bookings_booking", "bookings_attendee")
# What differs from row to row; every other column is copied from one real row.
FRESH = {
    "bookings_bucket": {"id": "gen_random_uuid()", "size": "{size}", "taken": "0", "subject_id": "gen_random_uuid()"},
    "bookings_booking": {
        "id": "{booking}", "bucket_id": "{bucket}", "key": "gen_random_uuid()::text", "code": "left(md5(random()::text), 8)",
    },
    "bookings_attendee": {"id": "gen_random_uuid()", "booking_id": "{booking}", "resident_id": "gen_random_uuid()"},
}  # fmt: skip


def plain_address(env: Mapping[str, str]) -> str:
    """The database's address without settings that are Django's."""
    parts = urlsplit(env["DATABASE_URL"])
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))


def run(env: Mapping[str, str], *, orders: int, events: int, size: int, clients: int) -> dict[str, object]:
    """Rates and times of the raw statements. The database must hold one booking with somebody who comes."""
    import psycopg

    with psycopg.connect(plain_address(env), autocommit=True) as connection:
        script = _prepare(connection, events, size)
        with tempfile.TemporaryDirectory(prefix="qunwen-raw-") as folder:
            file = Path(folder, "order.sql")
            file.write_text(script)
            each = -(-orders // clients)
            command = [
                _pgbench(), "-n", "-c", str(clients), "-j", "1", "-t", str(each), "-M", "prepared", "-f", str(file),
                "-l", "--log-prefix", f"{folder}/log", plain_address(env),
            ]  # fmt: skip
            server, own, begin = postgres_cpu(env), _children(), time.perf_counter()
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            seconds = time.perf_counter() - begin
            if done.returncode:
                raise SystemExit(done.stderr[-2000:])
            time.sleep(1)  # the server counts a closed connection's time once it has reaped its process
            server, own = postgres_cpu(env) - server, _children() - own
            times = sorted(
                int(line.split()[2]) / 1000
                for log in Path(folder).glob("log*")
                for line in log.read_text().splitlines()
            )
        sold = connection.execute("SELECT sum(taken), sum(size), max(taken - size) FROM raw_bookings_bucket").fetchone()
        written = connection.execute("SELECT count(*) FROM raw_bookings_booking").fetchone()
    return {
        "orders": len(times),
        "per_second": round(len(times) / seconds, 1),
        "p50_ms": round(times[len(times) // 2], 1),
        "p95_ms": round(times[int(len(times) * 0.95)], 1),
        "p99_ms": round(times[int(len(times) * 0.99)], 1),
        "core_ms": round(1000 * server / len(times), 2),
        "core_ms_generator": round(1000 * own / len(times), 2),
        "sold": int(sold[0]),
        "written": int(written[0]),
        "oversold": max(0, int(sold[2])),
    }


def _prepare(connection, events: int, size: int) -> str:
    """Make the copies and fill in the events; the script of one order."""
    texts = {}
    for table in TABLES:
        connection.execute(f"DROP TABLE IF EXISTS raw_{table}")
        connection.execute(f"CREATE TABLE raw_{table} (LIKE {table} INCLUDING ALL)")
        rows = connection.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND table_schema = current_schema() "
            "ORDER BY ordinal_position",
            (table,),
        )
        names = [row[0] for row in rows]
        values = [FRESH[table].get(name, f't."{name}"') for name in names]
        listed = ", ".join(f'"{name}"' for name in names)
        texts[table] = f"INSERT INTO raw_{table} ({listed}) SELECT {', '.join(values)} FROM raw_one_{table} t"
        connection.execute(f"DROP TABLE IF EXISTS raw_one_{table}")
        connection.execute(f"CREATE TABLE raw_one_{table} AS SELECT * FROM {table} LIMIT 1")
    fill = texts["bookings_bucket"].format(size=size)
    connection.execute(f"{fill} CROSS JOIN generate_series(1, {events})")
    connection.execute("CREATE TABLE IF NOT EXISTS raw_places (number int PRIMARY KEY, id uuid)")
    connection.execute("TRUNCATE raw_places")
    connection.execute("INSERT INTO raw_places SELECT row_number() OVER (), id FROM raw_bookings_bucket")
    connection.execute("ANALYZE raw_bookings_bucket, raw_places")
    return _script(texts, events)


def _script(texts: dict[str, str], events: int) -> str:
    """One order: the guarded update, and only if it hit, the booking and who comes, in one transaction."""
    took = (
        "WITH asked AS (SELECT id, gen_random_uuid() AS booking FROM raw_places WHERE number = :n), "
        "took AS (UPDATE raw_bookings_bucket b SET taken = taken + 1 FROM asked "
        "WHERE b.id = asked.id AND b.taken <= b.size - 1 RETURNING b.id, asked.booking)"
    )
    booking = texts["bookings_booking"].format(booking="took.booking", bucket="took.id") + ", took"
    comes = texts["bookings_attendee"].format(booking="took.booking") + ", took"
    return f"\\set n random(1, {events})\n{took}, kept AS ({booking}) {comes};\n"


def _pgbench() -> str:
    sys.path.insert(0, str(ROOT))
    from tests.cluster import programs

    return str(programs() / "pgbench")


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
