"""Writers write while readers read: run as a program of its own, on a database of its own.

    python tests/measures/race.py FOLDER        the whole race; prints what was found
    python tests/measures/race.py FOLDER die    one rebuild that is killed while its file is being written

Every writer notes what it has committed; every reader looks at the note first and must then be given
at least as much. On PostgreSQL (DATABASE_URL) it makes and drops a database beside the named one.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
import threading
import time
from pathlib import Path

WRITERS, READERS, EACH, SLOW = 3, 3, 25, 5_000
COUNTY, DAY = "510112", dt.date(2026, 3, 14)


def start(folder: str) -> None:
    for name in [n for n in os.environ if n.startswith("PYTEST")]:
        del os.environ[name]
    os.environ["QUNWEN_HOME"] = folder
    os.environ["DJANGO_SETTINGS_MODULE"] = "qunwen.config.settings.test"
    import django

    django.setup()


def measure():
    """One row for every household of the county, its size of a note being its number."""
    from qunwen.base.measures.declare import Measure, Row
    from qunwen.base.people.models import Household

    def rows(*, county, month):
        found = Household.unscoped.filter(
            county=county, created_at__gte=month.starts_at, created_at__lt=month.ends_at
        ).values_list("id", "place_id")
        for pk, place in found.iterator(chunk_size=50):
            yield Row(county, place, DAY, 1, "A", "people.household", pk)

    return Measure(
        code="race.households",
        title="户",
        unit="户",
        kind="flow",
        meaning="户数",
        rows=rows,
        feeds=("people.Household",),
    )


def prepare() -> None:
    from django.core.management import call_command

    from qunwen.base.places.models import Place
    from qunwen.base.scope import writing
    from qunwen.base.scope.codes import level_of, parent_of

    call_command("migrate", "people", verbosity=0)
    call_command("migrate", "measures", verbosity=0)
    with writing.allowed("race"):
        for code in ("51", "5101", COUNTY, "510112001", "510112001001"):
            Place.unscoped.create(code=code, name=code, level=level_of(code), parent_id=parent_of(code))


def add(number: int) -> None:
    from django.db import transaction

    from qunwen.base.measures.touching import touch
    from qunwen.base.people.models import Household
    from qunwen.base.scope import writing

    with transaction.atomic(), writing.allowed("race"):
        moment = dt.datetime(2026, 3, 14, 4, tzinfo=dt.UTC)
        for _ in range(number):
            Household.unscoped.create(county=COUNTY, place_id="510112001001", created_at=moment)
        touch(county=COUNTY, day=DAY)


def race() -> dict[str, int]:
    from django.db import connection

    from qunwen.base.measures import snapshot

    lock, committed, wrong, reads = threading.Lock(), [0], [], [0]
    writing_on = threading.Event()
    writing_on.set()
    failures: list[BaseException] = []

    def writer() -> None:
        for _ in range(EACH):
            add(2)
            with lock:
                committed[0] += 2
            time.sleep(0.01)

    def reader() -> None:
        last = 0
        while writing_on.is_set():
            with lock:
                known = committed[0]
            (partition,) = snapshot.fresh([COUNTY], ["2026-03"])
            reads[0] += 1
            if partition.row_count < known or partition.row_count < last or partition.row_count % 2:
                wrong.append((known, last, partition.row_count))
            last = partition.row_count

    def guarded(work):
        def run() -> None:
            try:
                work()
            except BaseException as problem:
                failures.append(problem)
            finally:
                connection.close()

        return run

    writers = [threading.Thread(target=guarded(writer)) for _ in range(WRITERS)]
    readers = [threading.Thread(target=guarded(reader)) for _ in range(READERS)]
    for thread in [*writers, *readers]:
        thread.start()
    for thread in writers:
        thread.join()
    writing_on.clear()
    for thread in readers:
        thread.join()
    if failures:
        raise failures[0]
    (last,) = snapshot.fresh([COUNTY], ["2026-03"])
    return {"wrong": len(wrong), "reads": reads[0], "committed": committed[0], "last": last.row_count}


def die() -> None:
    """Be killed after the rows are written and before the file has its name."""
    from qunwen.base.measures import declare, snapshot

    def kill(_part, _place):
        os.kill(os.getpid(), 9)

    snapshot._settle = kill
    with declare.only(measure()):
        snapshot.fresh([COUNTY], ["2026-03"])


def after_a_kill(folder: str) -> dict[str, int]:
    """A killed rebuild leaves nothing under a name, holds nobody up, and loses no change."""
    import subprocess

    from qunwen.base.measures import snapshot

    add(3)
    named = {p.name for p in Path(folder).rglob("*.parquet")}
    died = subprocess.run([sys.executable, __file__, folder, "die"], check=False).returncode
    extra = {p.name for p in Path(folder).rglob("*.parquet")} - named
    begun = time.monotonic()
    (partition,) = snapshot.fresh([COUNTY], ["2026-03"])
    return {
        "died": died,
        "half_files": len(extra),
        "after_kill": partition.row_count,
        "waited_s": int(time.monotonic() - begun),
    }


def main(folder: str, mode: str = "") -> None:
    import json

    start(folder)
    from qunwen.base.measures import declare

    if mode == "die":
        die()
        return
    prepare()
    with declare.only(measure()):
        found = race()
        found |= after_a_kill(folder)
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
