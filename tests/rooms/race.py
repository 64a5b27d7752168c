"""Many takers of the same hours, in real processes with real connections. Run by test_race.py; prints one JSON object."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "bench"))
HOURS, WAYS = 4, ("locked", "blind")


def setup():
    """Django on the database of the environment."""
    os.environ |= {"DJANGO_SETTINGS_MODULE": "qunwen.config.settings.production", "QUNWEN_ENV": "production"}
    import django

    django.setup()


def moment(n):
    """The nth of the hours that everybody wants."""
    import datetime as dt

    return dt.datetime(2026, 4, 6, 9 + n, tzinfo=dt.UTC)


def prepare():
    """The tables; a hall and a van for each way. Their ids."""
    from django.core.management import call_command

    from qunwen.base.places.models import Place
    from qunwen.base.scope import context, writing
    from qunwen.base.scope.codes import level_of
    from qunwen.services.rooms import actions

    call_command("migrate", verbosity=0)
    with context.everything(reason="race"), writing.allowed("race"):
        above = None
        for code in ("51", "5101", "510112"):
            above = Place.unscoped.create(code=code, name=code, level=level_of(code), parent=above)
        return {
            how: [
                str(actions.add_resource(place=above, kind=kind, title=kind, buffer_minutes=10, by=by(), at=at()).pk)
                for kind in ("room", "vehicle")
            ]
            for how in WAYS
        }


def by():
    """Who does it."""
    from qunwen.base.journal.actors import Actor

    return Actor(kind="command", id=None, name="race")


def at():
    """When."""
    import datetime as dt

    return dt.datetime(2026, 4, 1, tzinfo=dt.UTC)


def client(number, threads, ids, blind):
    """Ask for every hour from many threads, the hall alone, or hall and van together. `blind`: without the look before."""
    from django.db import connection

    from qunwen.base.scope import context
    from qunwen.services.rooms import actions
    from qunwen.services.rooms.actions import holding
    from qunwen.services.rooms.errors import RoomTaken
    from qunwen.services.rooms.models import Resource

    if blind:
        # Neither the lock nor the look: only the database's own guards stand between two takers.
        holding.refuse_clash = lambda *_about: None
        holding.lock = lambda county, wanted: {r.pk: r for r in Resource.unscoped.filter(county=county, pk__in=wanted)}
    told, gate = Counter(), threading.Barrier(threads)

    def ask(thread):
        import datetime as dt

        with context.everything(reason="race"):
            rows = list(Resource.unscoped.filter(county="510112", pk__in=ids).order_by("pk"))
            gate.wait()
            for n in range(HOURS):
                about = {
                    "starts_at": moment(n), "ends_at": moment(n) + dt.timedelta(minutes=30), "title": "抢",
                    "key": f"{number}-{thread}-{n}", "by": by(), "at": at(),
                }  # fmt: skip
                try:
                    if thread % 2:
                        actions.reserve_bundle(resources=rows, **about)
                    else:
                        actions.reserve(resource=next(r for r in rows if r.kind == "room"), **about)
                    told["got"] += 1
                except RoomTaken:
                    told["taken"] += 1
                except Exception as problem:
                    told[f"{type(problem).__name__}: {problem}"[:200]] += 1
        connection.close()

    crew = [threading.Thread(target=ask, args=(n,)) for n in range(threads)]
    for one in crew:
        one.start()
    for one in crew:
        one.join()
    return told


def check(ids):
    """What stands afterwards: halls by hour, vans without their hall, slots without a reservation."""
    from qunwen.base.scope import context
    from qunwen.services.rooms.models import Reservation, Slot

    with context.everything(reason="race"):
        rows = Reservation.unscoped.filter(county="510112", resource__in=ids).select_related("resource")
        halls = Counter(row.starts_at for row in rows if row.resource.kind == "room")
        vans = [row for row in rows if row.resource.kind == "vehicle"]
        whole = {row.bundle_id for row in rows if row.resource.kind == "room"}
        return {
            "reserved": sorted(halls.values()), "half": sum(van.bundle_id not in whole for van in vans),
            "held": Slot.unscoped.filter(county="510112", resource__in=ids).count(), "rows": len(rows),
        }  # fmt: skip


def crowd(env, processes, threads, made):
    """All processes at once, first the one way, then the other; what they were told, by way."""
    crew = [
        subprocess.Popen(
            [sys.executable, __file__, "client", str(n), str(threads), json.dumps(made)],
            env=env,
            stdout=subprocess.PIPE,
        )
        for n in range(processes)
    ]
    told = {how: Counter() for how in WAYS}
    for one in crew:
        for how, found in json.loads(one.communicate()[0]).items():
            told[how] += Counter(found)
    return told


def main(processes, threads):
    """With the lock and without, on a fresh database."""
    from rush.databases import database

    with database() as env:
        os.environ.update(env)
        setup()
        made = prepare()
        told = crowd(env, processes, threads, made)
        return {how: {"told": dict(told[how]), **check(made[how])} for how in WAYS}


if __name__ == "__main__":
    step, *given = sys.argv[1:]
    if step == "run":
        print(json.dumps(main(int(given[0]), int(given[1])), ensure_ascii=False))
    else:
        setup()
        wanted = json.loads(given[2])
        print(json.dumps({how: client(f"{how}{given[0]}", int(given[1]), wanted[how], how == "blind") for how in WAYS}))
