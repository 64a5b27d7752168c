"""Ten thousand people on the queue page: what a page costs, and how the queue drains while all of them reload."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from . import inside
from .databases import postgres_cpu
from .web import core_seconds

SESSION = "rush" * 8  # the web session of everybody: the door compares it with the number and looks nothing up
CLIENTS, SECONDS, TICK = 64, 8, 0.05
A_SECOND = 1000  # ten thousand people whose page reloads every ten seconds


# -- inside a process with Django -------------------------------------------------------------------------


def prepare(file: str, people: int, size: int) -> dict[str, object]:
    """So many orders in the queue of one thing, none decided; everybody's page, one address a line."""
    from django.conf import settings

    from qunwen.base.scope import context, writing
    from qunwen.base.scope.clock import now
    from qunwen.services.bookings.enums import Mark
    from qunwen.services.bookings.models import Bucket, RushMark, RushOrder
    from qunwen.services.bookings.rush import pages, passes

    world, at = inside.prepare(size, people, 1, None), now()
    bucket = uuid.UUID(world["bucket"])
    with writing.allowed("bench"), context.everything(reason="bench"), Path(file).open("w") as out:
        Bucket.unscoped.filter(county=inside.COUNTY, pk=bucket).update(rush=True)
        orders = []
        for number, person in enumerate(world["residents"], start=1):
            orders.append(
                RushOrder(
                    county=inside.COUNTY, number=number, key=str(uuid.uuid4()), place=inside.VILLAGE, bucket_id=bucket,
                    resident_id=uuid.UUID(person), members=[person], language="zh-hans", asked_at=at,
                )
            )  # fmt: skip
            slip = passes.Number(
                inside.COUNTY, number, "zh-hans", passes.digest_of(SESSION), "周末书法课", "/activities/"
            )
            out.write(pages.address_of(slip) + "\n")
        RushOrder.unscoped.bulk_create(orders, batch_size=2000)
        RushMark.unscoped.create(county=inside.COUNTY, what=Mark.GIVEN, number=people, at=at)
        RushMark.unscoped.create(county=inside.COUNTY, what=Mark.DECIDED, number=0, at=at)
    return {"people": people, "bucket": str(bucket), "cookie": f"{settings.SESSION_COOKIE_NAME}={SESSION}"}


def checked(bucket: str) -> dict[str, object]:
    """Whether it drained in order, and what the ledger says."""
    from qunwen.base.scope import context
    from qunwen.services.bookings.models import RushAnswer

    with context.everything(reason="bench"):
        told = dict(RushAnswer.unscoped.filter(county=inside.COUNTY).values_list("number", "verdict"))
    served = [number for number, verdict in told.items() if verdict == "confirmed"]
    others = [number for number, verdict in told.items() if verdict != "confirmed"]
    facts = inside.check(bucket)
    return {
        "answers": len(told), "served": len(served), "passed_over": bool(others) and max(served) > min(others),
        **{name: facts[name] for name in ("oversold", "twice", "drifts", "unserved", "headless")},
    }  # fmt: skip


# -- the run ----------------------------------------------------------------------------------------------


def run(env: dict[str, str], process: subprocess.Popen, port: int, folder: Path, world: dict) -> dict[str, object]:
    """First with the deciding held up, as fast as it goes; then the queue drains while everybody reloads."""
    about = {"env": env, "process": process, "port": port, "folder": folder, "cookie": world["cookie"]}
    with _held_up(env):
        still = _pages(**about, seconds=SECONDS, rate=0)
    with _watching(env, world["people"]) as seen:
        moving = _pages(**about, seconds=4 * SECONDS, rate=A_SECOND)
    people, reached = world["people"], seen.get("seconds", 0.0)
    return {
        "people": people,
        "pages_per_second": still["per_second"],
        "page_core_ms": still["core_ms"],
        "page_p99_ms": still["p99_ms"],
        "page_bytes": still["bytes"],
        "cores_for_everybody": round(A_SECOND * still["core_ms"] / 1000, 2),
        "drained_in_s": reached or None,
        "drained_per_second": round(people / reached, 1) if reached else None,
        "order_core_ms": round((moving["all_core_ms"] - still["core_ms"] * moving["requests"]) / people, 2),
        "p99_ms_while_draining": moving["p99_ms"],
        "wrk_core_ms_a_page": still["own_core_ms"],
        "pages": {"held up": still["answers"], "draining": moving["answers"]},
        "errors": still["errors"] + moving["errors"],
    }


def _superuser(env: dict[str, str]) -> str:
    """The database as somebody who sees every row."""
    parts = urlsplit(env["DATABASE_URL"])
    return urlunsplit((parts.scheme, f"postgres@{parts.hostname}:{parts.port}", parts.path, "", ""))


@contextlib.contextmanager
def _held_up(env: dict[str, str]):
    """Nobody decides meanwhile: the mark of decided numbers is locked, as by a process that takes its time."""
    import psycopg

    with psycopg.connect(_superuser(env)) as connection:
        connection.execute("SELECT 1 FROM bookings_rushmark WHERE what = 'decided' FOR UPDATE")
        yield
        connection.rollback()


@contextlib.contextmanager
def _watching(env: dict[str, str], last: int):
    """Notes after how many seconds the last number was decided. Yields where it will stand."""
    import psycopg

    seen: dict[str, float] = {}
    stop, begin = threading.Event(), time.monotonic()

    def look() -> None:
        with psycopg.connect(_superuser(env), autocommit=True) as connection:
            while not stop.wait(TICK):
                row = connection.execute("SELECT max(number) FROM bookings_rushmark WHERE what = 'decided'").fetchone()
                if row is not None and row[0] >= last:
                    seen["seconds"] = round(time.monotonic() - begin, 1)
                    return

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield seen
    finally:
        stop.set()
        watcher.join()


def _pages(
    *, env: dict[str, str], process: subprocess.Popen, port: int, folder: Path, cookie: str, seconds: int, rate: int
) -> dict:
    result = folder / "crowd.json"
    command = [
        "wrk", "-t", "1", "-c", str(CLIENTS), "-d", f"{seconds}s", "-s", str(Path(__file__).with_name("crowd.lua")),
        f"http://127.0.0.1:{port}", "--", str(folder / "pages"), str(result), str(rate), str(CLIENTS), cookie,
    ]  # fmt: skip
    used, server = core_seconds(process), postgres_cpu(env)
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    said = child.stdout.read() if child.stdout else b""
    _pid, status, own = os.wait4(child.pid, 0)
    if status:
        sys.exit(said.decode()[-2000:])
    spent = 1000 * (core_seconds(process) - used + postgres_cpu(env) - server)
    told = json.loads(result.read_text())
    return {
        "requests": told["requests"], "per_second": round(told["requests"] / told["seconds"], 1), "all_core_ms": spent,
        "core_ms": round(spent / told["requests"], 3), "p99_ms": told["p99_ms"],
        "own_core_ms": round(1000 * (own.ru_utime + own.ru_stime) / told["requests"], 3),
        "bytes": told["bytes"] // told["requests"], "answers": told["answers"],
        "errors": sum(n for name, n in told["answers"].items() if not name.startswith("200"))
        + told["socket_errors"] + told["timeouts"],
    }  # fmt: skip
