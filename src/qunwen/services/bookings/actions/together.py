"""Several parties at once: two children in one go, or last year's list. Each gets an answer of its own."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, bulk, nothing_changed
from qunwen.base.people.models import Resident
from qunwen.base.scope import asking
from qunwen.base.scope.clock import day_of
from qunwen.services.bookings.access import Permission
from qunwen.services.bookings.enums import Entry, State
from qunwen.services.bookings.errors import PartyTooLarge
from qunwen.services.bookings.models import Booking, Bucket
from qunwen.services.bookings.party import Guest, guests

from . import giving, ledger, rules

MOST_REQUESTS = 20
MOST_ROWS = 500


@dataclass(frozen=True, slots=True)
class Request:
    """One party's wish. `members` as in `book`; each request has a key of its own."""

    bucket: Bucket
    members: Sequence[Resident | Guest]
    key: str
    resident: Resident | None = None
    wait: bool = True
    contact: str = ""
    seats: tuple[uuid.UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one request: a booking (confirmed or waiting), or why not."""

    request: Request
    booking: Booking | None = None
    refusal: ValidationError | None = None


@action
def book_many(*, requests: Sequence[Request], by: Actor, at: dt.datetime) -> list[Answer]:
    """Book for several parties in one transaction, in the order given; one refusal does not undo the others.

    All households are locked first, then all buckets, each in the order of ids, whatever the order of the requests:
    two families that want the same two classes the other way round never wait for each other in a ring. Raises
    PartyTooLarge beyond 20 requests, Forbidden for a stranger's child (then nothing is booked).
    """
    if not 1 <= len(requests) <= MOST_REQUESTS:
        raise PartyTooLarge(_("一次提交 1 到 %(most)s 项报名。") % {"most": MOST_REQUESTS})
    answers = _book_all(requests, by, at)
    nothing_changed("all refused, or replayed")
    return answers


def _book_all(requests: Sequence[Request], by: Actor, at: dt.datetime) -> list[Answer]:
    by_county: dict[str, list[Request]] = {}
    for request in requests:
        by_county.setdefault(request.bucket.county, []).append(request)
    for county in sorted(by_county):
        homes = {one.resident.household_id for one in by_county[county] if one.resident is not None}
        for one in by_county[county]:
            homes |= rules.households_of(guests(one.members, day_of(one.bucket.starts_at or at)))
        ledger.lock_households(county, homes)
    for county in sorted(by_county):
        ledger.lock_buckets(county, {one.bucket.pk for one in by_county[county]})
    return [_book_one(request, by, at) for request in requests]


def _book_one(request: Request, by: Actor, at: dt.datetime) -> Answer:
    # Read again: an earlier request of the same call may have taken the last place.
    bucket = Bucket.unscoped.get(county=request.bucket.county, pk=request.bucket.pk)
    try:
        booking = giving.book(
            bucket=bucket, resident=request.resident, members=request.members, key=request.key, by=by, at=at,
            wait=request.wait, contact=request.contact, seats=request.seats,
        )  # fmt: skip
    except ValidationError as refusal:
        return Answer(request=request, refusal=refusal)
    return Answer(request=request, booking=booking)


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One line of a list: who, for what. `line` is its number in the file, for the answer."""

    line: int
    bucket: Bucket
    members: Sequence[Resident | Guest]
    resident: Resident | None = None
    contact: str = ""
    wait: bool = True


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one line."""

    line: int
    booking: Booking | None
    refused: str


class _OnlyTried(Exception):
    """Undo everything: it was a trial."""


@action
def import_bookings(
    *, rows: Sequence[ImportRow], batch: str, by: Actor, at: dt.datetime, dry_run: bool = False
) -> list[Imported]:  # fmt: skip
    """Enter a list through the same door: every line by the same rules, in the order of the file.

    `batch` names the list: the same line of the same batch gives its first answer, so a file may be sent
    again. A line that is refused says why and stops no other. `dry_run` says what would become of each line
    and leaves nothing behind. Raises PartyTooLarge beyond 500 lines, Forbidden.
    """
    if not 1 <= len(rows) <= MOST_ROWS:
        raise PartyTooLarge(_("一次导入 1 到 %(most)s 行，请分批导入。") % {"most": MOST_ROWS})
    for bucket in {row.bucket.pk: row.bucket for row in rows}.values():
        asking.require(Permission.BOOK_FOR, on=bucket)
    requests = [
        Request(
            bucket=row.bucket, members=row.members, key=_key(batch, row.line), resident=row.resident,
            contact=row.contact, wait=row.wait,
        )
        for row in rows
    ]  # fmt: skip
    answers: list[Answer] = []
    try:
        with transaction.atomic():
            answers = _book_all(requests, by, at)
            if dry_run:
                raise _OnlyTried
    except _OnlyTried:
        pass
    found = [
        Imported(row.line, answer.booking, "".join(answer.refusal.messages) if answer.refusal else "")
        for row, answer in zip(rows, answers, strict=True)
    ]
    if dry_run:
        nothing_changed("only tried")
        return found
    states = [one.booking.state for one in found if one.booking is not None]
    bulk(
        code=Entry.IMPORTED, by=by, at=at, model=Booking, place=rows[0].bucket.place_id,
        counts={
            "bookings": states.count(State.CONFIRMED), "waiting": states.count(State.WAITING),
            "refused": sum(one.booking is None for one in found),
        },
    )  # fmt: skip
    return found


def _key(batch: str, line: int) -> str:
    """The key of a line: the batch is hashed, since its name may be long."""
    return f"import:{hashlib.sha256(batch.encode()).hexdigest()[:40]}:{line}"
