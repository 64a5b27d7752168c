"""How long a public draw takes, step by step, and verifying it: processor seconds of the application, and by the clock.

    python bench/draws.py [--applications 5000] [--seats 500] [--json]

On SQLite in a temporary folder, or on the PostgreSQL of DATABASE_URL. Every fifth person has two wishes. Exits 1 when a limit is broken.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from rush.databases import database

COUNTY, VILLAGE = "510112", "510112001001"
AT = dt.datetime(2026, 4, 1, 9, 0, tzinfo=dt.UTC)
# Processor seconds of the application for 5,000 applications; fewer have proportionally less. The page that draws lots
# answers within what a web server waits for.
LIMITS = {"freeze": 10, "carry_out": 60, "publish": 20, "verify": 10}


def people(number: int):
    """Residents of as many households, made in bulk."""
    from qunwen.base.people.models import Household, Resident
    from qunwen.base.places.models import Place
    from qunwen.base.scope.codes import level_of, parent_of

    for code in ("51", "5101", COUNTY, "510112001", VILLAGE):
        Place.unscoped.create(code=code, name=code, level=level_of(code), parent_id=parent_of(code))
    homes = [Household(county=COUNTY, place_id=VILLAGE, created_at=AT) for _ in range(number)]
    Household.unscoped.bulk_create(homes, 500)
    rows = [
        Resident(county=COUNTY, household=home, place_id=VILLAGE, name=f"居民{n}", birth_year=1980, registered_at=AT)
        for n, home in enumerate(homes)
    ]
    Resident.unscoped.bulk_create(rows, 500)
    return rows


def line(*, option, application, by, at):
    """Who drew no place waits for one, as in the areas of the house."""
    from qunwen.services.bookings import actions as bookings
    from qunwen.services.bookings import queries as ledger
    from qunwen.services.draws import granting

    bucket = ledger.bucket_of(county=COUNTY, subject_type=option.subject_type, subject_id=option.subject_id)
    return bookings.book(
        bucket=bucket, resident=application.resident, members=granting.party_of(application), by=by, at=at,
        key=f"line:{application.pk}",
    )  # fmt: skip


def notice(seats: int, by):
    """A draw of two courses that give their places through the ledger."""
    from qunwen.base.people.models import Unit
    from qunwen.base.places.models import Place
    from qunwen.services.bookings import actions as bookings
    from qunwen.services.draws import actions, granting
    from qunwen.services.draws.drafts import OptionDraft, Rules

    granting.register("people.unit", granting.through_ledger, line=line)
    county, drafts = Place.unscoped.get(pk=COUNTY), []
    for number in (1, 2):
        unit = Unit.unscoped.create(name=f"课程{number}", kind="station", place_id=VILLAGE)
        starts = AT + dt.timedelta(days=20 + number)
        bookings.open_bucket(
            subject=unit, place=county, title=unit.name, size=seats, by=by, at=AT, starts_at=starts,
            ends_at=starts + dt.timedelta(hours=1), waiting_list=True,
        )  # fmt: skip
        drafts.append(OptionDraft("people.unit", unit.pk, unit.name, seats))
    return actions.open_draw(
        title="公益课", place=county, unit=None, options=drafts, rules=Rules(), opens_at=AT,
        closes_at=AT + dt.timedelta(days=1), seed_notice="双色球开奖号码", seed_at=AT + dt.timedelta(days=2), by=by, at=AT,
    )  # fmt: skip


def steps(number: int, seats: int):
    """Every step once: name → (processor seconds, seconds by the clock)."""
    from django.core.management import call_command

    from qunwen.base.journal.actors import Actor
    from qunwen.base.scope import context, writing
    from qunwen.base.scope.ids import uuid7
    from qunwen.services.draws import actions, kernel, published
    from qunwen.services.draws.models import Draw, Option

    call_command("migrate", verbosity=0)
    by = Actor(kind="command", id=None, name="bench")
    found = {}

    def timed(name, act):
        cpu, began = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
        done = act()
        after = resource.getrusage(resource.RUSAGE_SELF)
        used = after.ru_utime + after.ru_stime - cpu.ru_utime - cpu.ru_stime
        found[name] = (round(used, 2), round(time.perf_counter() - began, 2))
        return done

    with context.everything(reason="bench"):
        with writing.allowed("bench"):
            residents = people(number)
            draw = notice(seats, by)
        options = list(Option.unscoped.filter(draw=draw).order_by("position"))

        def apply():
            for n, one in enumerate(residents):
                actions.apply(
                    draw=draw, people=[one], wishes=options if n % 5 == 0 else options[:1], channel="worker",
                    groups=frozenset(), key=str(uuid7()), by=by, at=AT + dt.timedelta(hours=1),
                )  # fmt: skip

        timed("apply", apply)
        day = dt.timedelta(days=1)
        timed("freeze", lambda: actions.freeze(draw=draw, by=by, at=AT + day))
        seed = {"seed": "02081321273205", "witness": "李四", "by": by}
        timed("seed", lambda: actions.enter_seed(draw=draw, at=AT + 2 * day, **seed))
        timed("carry_out", lambda: actions.carry_out(draw=draw, by=by, at=AT + 2 * day))
        timed("publish", lambda: actions.publish(draw=draw, by=by, at=AT + 2 * day))
        file = published.file_of(Draw.unscoped.get(pk=draw.pk))
    wrong = timed("verify", lambda: kernel.check(json.loads(json.dumps(file))))
    assert not wrong, wrong
    return found


def main() -> int:
    """Print the steps and compare them with their limits."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--applications", type=int, default=5000)
    parser.add_argument("--seats", type=int, default=500)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    with database() as env:
        os.environ.update(env, DJANGO_SETTINGS_MODULE="qunwen.config.settings.production", QUNWEN_ENV="production")
        import django

        django.setup()
        found = steps(args.applications, args.seats)
    share = max(1, args.applications / 5000)
    slow = [name for name, limit in LIMITS.items() if found[name][0] > limit * share]
    for name, (cpu, clock) in found.items():
        print(f"{name:10} {cpu:8.2f} CPU s {clock:8.2f} s  limit {LIMITS.get(name, '-')}", file=sys.stderr)
    if args.json:
        print(json.dumps(found))
    if slow:
        print(f"slower than the limit: {', '.join(slow)}", file=sys.stderr)
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
