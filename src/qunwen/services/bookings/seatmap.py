"""A hall: which seats are free, and as pages show it: rows of cells to tick, a list, who sits where for staff."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from .models import Bucket, Seat, SeatHold


def held_seats(bucket: Bucket) -> QuerySet[SeatHold]:
    """Every seat row of the bucket's thing, whatever the channel."""
    return SeatHold.unscoped.filter(
        county=bucket.county, subject_type=bucket.subject_type, subject_id=bucket.subject_id
    )


def free_seats(bucket: Bucket, at: dt.datetime) -> list[Seat]:
    """The seats of the bucket's plan that nobody has at its thing, in the order of the plan."""
    gone = held_seats(bucket).filter(Q(until=None) | Q(until__gt=at)).values_list("seat_id", flat=True)
    rows = Seat.unscoped.filter(county=bucket.county, plan_id=bucket.seat_plan_id)
    return [seat for seat in rows.order_by("line", "column", "pk") if seat.pk not in set(gone)]


def room_of(bucket: Bucket, at: dt.datetime) -> int:
    """How many people could be served now without asking for a special seat."""
    if not bucket.is_numbered or bucket.left <= 0:
        return bucket.left
    return min(bucket.left, sum(not seat.is_protected for seat in free_seats(bucket, at)))


@dataclass(slots=True)
class Cell:
    """One seat, or an aisle (`seat` is None)."""

    seat: Seat | None = None
    free: bool = False
    chosen: bool = False
    who: str = ""
    url: str = ""
    held: bool = False

    @property
    def said(self) -> str:
        """What a reader hears after the number: its kind, and whether somebody has it."""
        if self.seat is None:
            return ""
        words = [str(self.seat.get_kind_display())] if self.seat.is_protected else []
        if self.who:
            words.append(self.who)
        elif not self.free:
            words.append(_("已有人"))
        return "，".join(words)


@dataclass(slots=True)
class Row:
    """One row of the hall."""

    name: str
    cells: list[Cell] = field(default_factory=list)

    @property
    def seats(self) -> list[Cell]:
        """Its seats without the aisles."""
        return [cell for cell in self.cells if cell.seat is not None]

    @property
    def open(self) -> list[Cell]:
        """Its seats that may be chosen."""
        return [cell for cell in self.seats if cell.free]


@dataclass(frozen=True, slots=True)
class SeatMap:
    """A hall at one thing."""

    title: str
    rows: list[Row]
    free: int
    size: int
    as_list: bool = False


def chosen_of(values: Iterable[str]) -> tuple[uuid.UUID, ...]:
    """The ids of ticked boxes; what is none is left out."""
    found = []
    for value in values:
        try:
            found.append(uuid.UUID(value))
        except ValueError:
            continue
    return tuple(found)


def for_choice(
    bucket: Bucket, at: dt.datetime, *, chosen: Collection[uuid.UUID] = (), own: Collection[uuid.UUID] = (), as_list: bool = False
) -> SeatMap:  # fmt: skip
    """The hall for somebody who chooses; `own` seats are theirs already. Two queries."""
    free = {seat.pk for seat in free_seats(bucket, at)} | set(own)
    seats = _seats(bucket)
    cells = {seat.pk: Cell(seat, free=seat.pk in free, chosen=seat.pk in chosen) for seat in seats}
    return SeatMap(_title(bucket), _rows(seats, cells), len(free), len(seats), as_list)


def for_staff(bucket: Bucket, at: dt.datetime, *, as_list: bool = False) -> SeatMap:
    """The hall with names: who sits where at the bucket's thing. Two queries."""
    rows = held_seats(bucket).select_related("booking")
    held = {row.seat_id: row for row in rows if row.until is None or row.until > at}
    seats = _seats(bucket)
    cells = {}
    for seat in seats:
        row = held.get(seat.pk)
        cell = cells[seat.pk] = Cell(seat, free=row is None)
        if row is not None:
            cell.who, cell.held = row.booking.contact or row.booking.typed_code, row.until is not None
            cell.url = str(row.booking_id)
    return SeatMap(_title(bucket), _rows(seats, cells), len(seats) - len(held), len(seats), as_list)


def of_plan(seats: Iterable[Seat], title: str) -> SeatMap:
    """An empty hall."""
    found = list(seats)
    return SeatMap(title, _rows(found, {seat.pk: Cell(seat, free=True) for seat in found}), len(found), len(found))


def _title(bucket: Bucket) -> str:
    return bucket.seat_plan.title if bucket.seat_plan is not None else ""


def _seats(bucket: Bucket) -> list[Seat]:
    rows = Seat.unscoped.filter(county=bucket.county, plan=bucket.seat_plan_id)
    return list(rows.order_by("line", "column", "pk"))


def _rows(seats: list[Seat], cells: dict[uuid.UUID, Cell]) -> list[Row]:
    """Every row as wide as the hall, an aisle where there is no seat."""
    wide = max((seat.column for seat in seats), default=0) + 1
    found: dict[int, Row] = {}
    for seat in seats:
        row = found.setdefault(seat.line, Row(seat.row, [Cell() for _n in range(wide)]))
        row.cells[seat.column] = cells[seat.pk]
    return [found[line] for line in sorted(found)]
