"""What runs in the processes with Django: people and places, the clients, the killed, the checks."""

from __future__ import annotations

import datetime as dt
import os
import random
import resource
import select
import signal
import threading
import time
import uuid

COUNTY, VILLAGE = "510112", "510112001001"
PATIENCE = 60.0  # seconds until a process says its first word


def setup_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qunwen.config.settings.production")
    os.environ.setdefault("QUNWEN_ENV", "production")
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
        known = Resident.unscoped.filter(county=COUNTY).count()
        people = [
            Resident(
                county=COUNTY, household=homes[n // per_home], place_id=VILLAGE, name=f"居民{n}", birth_year=1980,
                phone=str(13_800_000_000 + known + n), registered_at=at,
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
    with context.opened(context.resident(frozenset({uuid.UUID(resident_id)}), county=COUNTY)):
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

    from . import paths

    with context.everything(reason="bench"):
        bucket = Bucket.unscoped.get(county=COUNTY, pk=bucket_id)
        rows = Booking.unscoped.filter(county=COUNTY, bucket=bucket)
        act = dice.choice(
            [*paths.ACTS, "cancel", "cancel", "accept", "accept", "decline", "resize", "check_in", "settle"]
        )
        if act in paths.ACTS:
            return paths.act(act, bucket, dice)
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
        actions.settle_bucket(bucket=bucket, by=clerk(), at=now())  # holds that lapsed meanwhile
        bucket.refresh_from_db()
        rows = Booking.unscoped.filter(county=COUNTY, bucket=bucket)
        held = rows.filter(state__in=sorted(TAKES_PLACES)).aggregate(n=Sum("party"))["n"] or 0
        twice = (
            Attendee.unscoped.filter(county=COUNTY, booking__bucket=bucket, booking__state__in=sorted(LIVE - {State.ATTENDED}))
            .exclude(resident=None).values("resident_id").annotate(n=Count("id")).filter(n__gt=1).count()
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
    """Fork a booking process, kill it at a random moment, again and again; what it said must be true.

    Every other one is killed only after it has said something, so that a busy machine does not kill them all too early.
    """
    dice = random.Random(seed)
    todo = list(people)
    said: list[str] = []
    for number in range(kills):
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
        if number % 2:
            select.select([reading], [], [], PATIENCE)
        time.sleep(dice.uniform(0.05, 0.35))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        with os.fdopen(reading) as words:
            lines = [line.split() for line in words if line.endswith("\n")]
        said += [line[0] for line in lines]
        done = {line[1] for line in lines}
        todo = [person for person in todo if person not in done]
    from qunwen.base.scope import context
    from qunwen.services.bookings.models import Booking

    with context.everything(reason="bench"):
        found = Booking.unscoped.filter(county=COUNTY, pk__in=said, state="confirmed").count()
    return {"kills": kills, "said": len(said), "distinct": len(set(said)), "found": found, **check(bucket)}
