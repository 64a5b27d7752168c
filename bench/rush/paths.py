"""The paths where others oversold, beside plain booking: one random act of each kind."""

from __future__ import annotations

import datetime as dt
import random
import uuid

from . import inside

ACTS = ("hold", "hold_lapses", "confirm", "override", "give", "import", "merge", "release", "several", "move")


def act(name: str, bucket, dice: random.Random) -> str:
    """Do it once; the refusal's kind when it was refused."""
    from qunwen.base.scope.clock import now
    from qunwen.services.bookings import errors

    about = {"by": inside.clerk(), "at": now()}
    try:
        globals()[f"_{name}"](bucket, dice, about)
    except errors.BookingRefused as refusal:
        return refusal.kind
    return name


def _pick(bucket, dice: random.Random, *states: str):
    from qunwen.services.bookings.models import Booking

    rows = Booking.unscoped.filter(county=inside.COUNTY, bucket=bucket, state__in=states).select_related("bucket")
    found = list(rows.order_by("pk")[:20])
    return dice.choice(found) if found else None


def _somebody(dice: random.Random):
    from qunwen.base.people.models import Resident

    rows = Resident.unscoped.filter(county=inside.COUNTY).order_by("pk")
    return rows[dice.randrange(rows.count())]


def _hold(bucket, dice, about, minutes=10):
    from qunwen.services.bookings import actions

    person = _somebody(dice)
    actions.hold(bucket=bucket, people=[person], resident=person, minutes=minutes, key=str(uuid.uuid4()), **about)


def _hold_lapses(bucket, dice, about):
    _hold(bucket, dice, about | {"at": about["at"] - dt.timedelta(minutes=5)}, minutes=1)


def _confirm(bucket, dice, about):
    from qunwen.services.bookings import actions

    held = _pick(bucket, dice, "held")
    if held is None:
        return
    actions.confirm_hold(booking=held, **about)


def _override(bucket, dice, about):
    from qunwen.services.bookings import actions
    from qunwen.services.bookings.party import Guest

    actions.book(
        bucket=bucket, resident=None, members=[Guest("嘉宾")], key=str(uuid.uuid4()), override="嘉宾", **about
    )  # fmt: skip


def _give(bucket, dice, about):
    from qunwen.services.bookings import actions

    waits = _pick(bucket, dice, "waiting")
    if waits is None:
        return
    actions.give_place(booking=waits, reason="特批", **about)


def _import(bucket, dice, about):
    from qunwen.services.bookings import actions

    rows = [
        actions.ImportRow(line=n, bucket=bucket, members=[person], resident=person)
        for n, person in enumerate((_somebody(dice), _somebody(dice)))
    ]
    actions.import_bookings(rows=rows, batch=f"list-{dice.randrange(5)}-{about['at']}", **about)


def _merge(bucket, dice, about):
    from qunwen.services.bookings import actions

    keep, gone = _somebody(dice).household, _somebody(dice).household
    actions.merge_households(keep=keep, gone=gone, **about)


def _release(bucket, dice, about):
    from qunwen.services.bookings import actions

    booking = _pick(bucket, dice, "confirmed", "offered", "waiting", "held")
    if booking is None:
        return
    actions.release(booking=booking, **about)


def _several(bucket, dice, about):
    from qunwen.services.bookings import actions

    requests = [
        actions.Request(bucket=bucket, members=[person], resident=person, key=str(uuid.uuid4()))
        for person in (_somebody(dice), _somebody(dice))
    ]
    actions.book_many(requests=requests, **about)


def _move(bucket, dice, about):
    from qunwen.services.bookings import actions

    actions.move_bookings(keep=_somebody(dice), gone=_somebody(dice), **about)
