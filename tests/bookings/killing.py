"""A working process killed at random points, again and again: a bare script on SQLite, forked from one parent.

    python tests/bookings/killing.py FOLDER KILLS SEED

Prints one line of JSON. What the child said it had done must be there; nothing may be there twice, half or out of order.
The child works with parties of one, so the line is served strictly from its head.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import signal
import sys
import time
import uuid
from pathlib import Path

COUNTY, VILLAGE = "510112", "510112001001"
SIZE = 8
ACTS = ("book", "book", "book", "book", "hold", "confirm", "cancel", "release", "accept", "decline", "size", "override",
        "import", "settle")  # fmt: skip


def prepare():
    """An empty house with one bucket."""
    from django.core.management import call_command

    from qunwen.base.people.models import Unit
    from qunwen.base.places.models import Place
    from qunwen.base.scope import context, writing
    from qunwen.base.scope.clock import now
    from qunwen.base.scope.codes import level_of, parent_of
    from qunwen.services.bookings import actions

    call_command("migrate", verbosity=0)
    at = now()
    with writing.allowed("test"), context.everything(reason="test"):
        for code in ("51", "5101", COUNTY, "510112001", VILLAGE):
            Place.unscoped.get_or_create(
                code=code, defaults={"name": code, "level": level_of(code), "parent_id": parent_of(code)}
            )
        subject = Unit.unscoped.create(name="场次", kind="station", place_id=VILLAGE)
        return actions.open_bucket(
            subject=subject, place=Place.unscoped.get(pk=VILLAGE), title="书法课", size=SIZE, by=clerk(), at=at,
            starts_at=at + dt.timedelta(days=9), ends_at=at + dt.timedelta(days=9, hours=2), offer_minutes=9999,
        ).pk  # fmt: skip


def clerk():
    from qunwen.base.journal.actors import Actor, ActorKind

    return Actor(kind=ActorKind.STAFF, id=uuid.UUID(int=7), name="站长")


def one_act(bucket_id, dice):
    """Do one thing at random; the ids and states it answered with."""
    from qunwen.base.scope.clock import now
    from qunwen.services.bookings import actions
    from qunwen.services.bookings.models import Booking, Bucket
    from qunwen.services.bookings.party import Guest

    bucket = Bucket.unscoped.get(county=COUNTY, pk=bucket_id)
    about, act, key = {"by": clerk(), "at": now()}, dice.choice(ACTS), str(uuid.uuid4())
    rows = Booking.unscoped.filter(county=COUNTY, bucket=bucket).select_related("bucket")

    def pick(*states):
        found = list(rows.filter(state__in=states).order_by("pk")[:30])
        return dice.choice(found) if found else None

    if act in ("book", "override"):
        reason = "嘉宾" if act == "override" else ""
        party = {"resident": None, "members": [Guest("客")], "key": key, "override": reason}
        return [actions.book(bucket=bucket, **party, **about)]
    if act == "hold":
        return [actions.hold(bucket=bucket, people=[Guest("客")], minutes=1, key=key, **about)]
    if act == "import":
        lines = [actions.ImportRow(line=n, bucket=bucket, members=[Guest("单")]) for n in range(3)]
        return [one.booking for one in actions.import_bookings(rows=lines, batch=key, **about)]
    if act == "size":
        actions.resize_bucket(bucket=bucket, size=bucket.size + dice.randint(-2, 2), **about)
        return []
    if act == "settle":
        actions.settle_bucket(bucket=bucket, by=clerk(), at=about["at"])
        return []
    on = {"confirm": ("held",), "accept": ("offered",), "decline": ("offered",)}.get(
        act, ("confirmed", "waiting", "held")
    )
    do = {"confirm": actions.confirm_hold, "accept": actions.accept_offer, "decline": actions.decline_offer,
          "release": actions.release}.get(act, actions.cancel)  # fmt: skip
    booking = pick(*on)
    return [do(booking=booking, **about)] if booking is not None else []


def work(bucket_id, seed, pipe):
    """The child: act after act, saying each one only once it is done, until it is killed."""
    from qunwen.base.scope import context
    from qunwen.services.bookings import errors

    dice = random.Random(seed)
    with context.everything(reason="test"):
        while True:
            try:
                done = one_act(bucket_id, dice)
            except errors.BookingRefused:
                continue
            for booking in done:
                os.write(pipe, f"{booking.pk}\n".encode())


def kill_once(bucket_id, seed, dice):
    """Fork, let it work for a moment, kill it. Returns what it said."""
    from django.db import connections

    connections.close_all()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            work(bucket_id, seed, writing)
        finally:
            os._exit(9)
    os.close(writing)
    time.sleep(dice.uniform(0.02, 0.16))
    os.kill(child, signal.SIGKILL)
    _pid, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status):
        raise SystemExit(f"the child ended by itself: {status}")
    with os.fdopen(reading) as words:
        return [line.strip() for line in words if line.endswith("\n")]


def wrong(bucket_id, said):
    """Everything that should not be, by name; empty when all is well."""
    from django.db.models import Count, F

    from qunwen.base.journal.models import JournalEntry
    from qunwen.base.scope import context
    from qunwen.base.scope.clock import now
    from qunwen.services.bookings import actions
    from qunwen.services.bookings.models import Booking, Bucket

    with context.everything(reason="test"):
        bucket = Bucket.unscoped.get(county=COUNTY, pk=bucket_id)
        rows = Booking.unscoped.filter(county=COUNTY, bucket=bucket)
        actions.settle_bucket(bucket=bucket, by=clerk(), at=now())
        bucket.refresh_from_db()
        made = set(map(str, rows.values_list("pk", flat=True)))
        entered = ("booked", "queued", "held", "overridden")
        told = JournalEntry.unscoped.filter(
            county=COUNTY, code__in=[f"bookings.booking.{word}" for word in entered], before={}
        )
        served = rows.exclude(offered_at=None).order_by("-queued_at").values_list("queued_at", flat=True).first()
        waiting = rows.filter(state="waiting").order_by("queued_at").values_list("queued_at", flat=True).first()
        found = {
            "oversold": max(0, bucket.taken - bucket.size),
            "drifts": len(actions.recount(county=COUNTY, by=clerk(), at=now())),
            "lost": len(set(said) - made),
            "half": rows.annotate(n=Count("attendees")).exclude(n=F("party")).count(),
            "untold": len(made ^ set(told.values_list("subject_id", flat=True))),
            "unserved": rows.filter(state="waiting", party__lte=bucket.left).count(),
            "wrong_person": int(served is not None and waiting is not None and served > waiting),
        }
    return {name: number for name, number in found.items() if number}


def main() -> int:
    folder, kills, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    os.environ |= {"QUNWEN_HOME": str(folder), "QUNWEN_ENV": "production"}
    os.environ["DJANGO_SETTINGS_MODULE"] = "qunwen.config.settings.production"
    os.environ.pop("DATABASE_URL", None)
    import django

    django.setup()
    bucket, dice = prepare(), random.Random(seed)
    said, faults = [], {}
    for number in range(kills):
        said += kill_once(bucket, seed * 1000 + number, dice)
        if number % 10 == 9:
            faults |= wrong(bucket, said)
    print(json.dumps({"kills": kills, "said": len(set(said)), "wrong": faults | wrong(bucket, said)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
