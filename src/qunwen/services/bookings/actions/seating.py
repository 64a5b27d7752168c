"""Seat plans, and who sits where: drawing a hall, changing seats."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, nothing_changed, record
from qunwen.base.people.models import Unit
from qunwen.base.places.models import Place
from qunwen.base.scope import asking
from qunwen.base.scope.codes import county_of
from qunwen.services.bookings.access import Permission
from qunwen.services.bookings.enums import TAKES_PLACES, Entry, SeatKind
from qunwen.services.bookings.errors import BucketRefused, SeatTaken
from qunwen.services.bookings.models import Booking, Bucket, Seat, SeatHold, SeatPlan

from . import ledger, seats

SYMBOLS = {"o": SeatKind.ORDINARY, "w": SeatKind.WHEELCHAIR, "c": SeatKind.COMPANION}
GAPS = "_-. "
MOST_LINES, MOST_COLUMNS = 60, 80


def read_layout(text: str) -> list[tuple[str, int, int, int, SeatKind]]:
    """(row, number, line, column, kind) of every seat of a drawn hall.

    One line a row, the first is nearest the stage: its name, a space, then `o` a seat, `w` a wheelchair place, `c` a
    seat beside one, `_` an aisle. Seats are numbered from the left. Raises ValidationError at `layout`.
    """
    found: list[tuple[str, int, int, int, SeatKind]] = []
    names: set[str] = set()
    lines = text.strip("\n").splitlines()
    if len(lines) > MOST_LINES:
        raise ValidationError({"layout": _("最多 %(n)s 排。") % {"n": MOST_LINES}})
    for position, line in enumerate(lines):
        name, _space, drawn = line.strip().partition(" ")
        if not name:
            continue  # an aisle across
        if not drawn.strip() or len(name) > 8 or len(drawn) > MOST_COLUMNS:
            raise ValidationError(
                {"layout": _("第 %(n)s 行要写成“排名 座位”，例如：1 oooo_oooo") % {"n": position + 1}}
            )
        if name in names:
            raise ValidationError({"layout": _("第 %(n)s 行：有两个“%(row)s”排。") % {"n": position + 1, "row": name}})
        names.add(name)
        number = 0
        for column, symbol in enumerate(drawn.lower()):
            if symbol in GAPS:
                continue
            if symbol not in SYMBOLS:
                raise ValidationError(
                    {"layout": _("第 %(n)s 行有不认识的符号“%(s)s”：座位写 o，轮椅席写 w，陪同席写 c，过道写 _。") % {
                        "n": position + 1, "s": symbol,
                    }}
                )  # fmt: skip
            number += 1
            found.append((name, number, position, column, SYMBOLS[symbol]))
    if not found:
        raise ValidationError({"layout": _("请至少画一排座位。")})
    return found


@action
def make_plan(
    *, title: str, place: Place, layout: str, by: Actor, at: dt.datetime, unit: Unit | None = None
) -> SeatPlan:  # fmt: skip
    """Draw a hall (see `read_layout`). Raises ValidationError at the field, Forbidden."""
    plan = SeatPlan(county=county_of(place.pk), place=place, unit=unit, title=title.strip(), layout=layout, made_at=at)
    asking.require(Permission.MANAGE, on=plan)
    if not title.strip():
        raise ValidationError({"title": _("请填写座位图的名称，例如“剧场一层”。")})
    drawn = read_layout(layout)
    plan.save(force_insert=True)
    _put_seats(plan, drawn)
    record(code=Entry.PLAN_MADE, by=by, at=at, subject=plan, place=place.pk, after={"seats": len(drawn)})
    return plan


def _put_seats(plan: SeatPlan, drawn: Sequence[tuple[str, int, int, int, SeatKind]]) -> None:
    Seat.unscoped.bulk_create(
        Seat(county=plan.county, plan=plan, row=row, number=number, line=line, column=column, kind=kind)
        for row, number, line, column, kind in drawn
    )


@action
def redraw_plan(*, plan: SeatPlan, title: str, layout: str, by: Actor, at: dt.datetime) -> SeatPlan:
    """Change a hall nobody has a seat in, or only its name. Raises ValidationError at the field, Forbidden."""
    asking.require(Permission.MANAGE, on=plan)
    row = SeatPlan.unscoped.select_for_update().get(county=plan.county, pk=plan.pk)
    if not title.strip():
        raise ValidationError({"title": _("请填写座位图的名称，例如“剧场一层”。")})
    same = row.layout.split() == layout.split()
    if same and row.title == title.strip():
        nothing_changed("same values")
        return row
    if not same:
        drawn = read_layout(layout)
        if Bucket.unscoped.filter(county=row.county, seat_plan=row).exists():
            raise ValidationError({"layout": _("已有场次按这张图选座，不能再改排座。请另建一张座位图。")})
        Seat.unscoped.filter(county=row.county, plan=row).delete()
        _put_seats(row, drawn)
    row.title, row.layout = title.strip(), layout
    row.save(update_fields=["title", "layout"])
    record(
        code=Entry.PLAN_CHANGED, by=by, at=at, subject=row, place=row.place_id,
        after={"seats": Seat.unscoped.filter(county=row.county, plan=row).count()},
    )  # fmt: skip
    return row


@action
def use_plan(*, buckets: Sequence[Bucket], plan: SeatPlan, by: Actor, at: dt.datetime) -> int:
    """From now on a thing gives out the numbered seats of a hall; who has places already is seated, first come first.

    `buckets`: all of the thing's. Returns how many people got a seat. Raises SeatTaken (other seats are given out
    already), BucketRefused when the hall is smaller than its places, Forbidden.
    """
    for bucket in buckets:
        asking.require(Permission.MANAGE, on=bucket)
    county = plan.county
    rows = ledger.lock_buckets(county, [bucket.pk for bucket in buckets])
    if all(bucket.seat_plan_id == plan.pk for bucket in rows):
        nothing_changed("same plan")
        return 0
    if any(bucket.seat_plan_id is not None for bucket in rows) and _held_of(rows).exists():
        raise SeatTaken(_("已经按另一张座位图给出了座位，不能再换图。"))
    SeatPlan.unscoped.select_for_update().get(county=county, pk=plan.pk)
    there = Seat.unscoped.filter(county=county, plan=plan).count()
    wanted = sum(bucket.size for bucket in rows)
    if wanted > there:
        raise BucketRefused(
            _("这个厅只有 %(there)s 个座位，各类名额加起来是 %(n)s 个。") % {"there": there, "n": wanted}
        )
    for bucket in rows:
        bucket.seat_plan = plan
        bucket.save(update_fields=["seat_plan"])
        record(code=Entry.PLAN_USED, by=by, at=at, subject=bucket, place=bucket.place_id, after={"seat_plan": plan})
    return sum(_seat_all(bucket, at) for bucket in rows)


def _held_of(buckets: Sequence[Bucket]) -> QuerySet[SeatHold]:
    ids = [bucket.pk for bucket in buckets]
    return SeatHold.unscoped.filter(county=buckets[0].county, booking__bucket__in=ids)


def _seat_all(bucket: Bucket, at: dt.datetime) -> int:
    """Seat everybody who has places, in the order of booking; the wheelchair places stay for who asks."""
    number = 0
    held = Booking.unscoped.filter(county=bucket.county, bucket=bucket, state__in=sorted(TAKES_PLACES))
    for booking in held.order_by("booked_at", "pk"):
        found = seats.best(bucket, booking.party, at)
        if len(found) < booking.party and not booking.override_reason:
            found += [seat for seat in seats.free_seats(bucket, at) if seat.is_protected][: booking.party - len(found)]
        seats.take(booking, bucket, found, at=at)
        number += len(found)
    return number


@action
def change_seats(*, booking: Booking, to: Sequence[uuid.UUID], by: Actor, at: dt.datetime) -> Booking:
    """Seat a party elsewhere in the hall: staff, at its wish. Raises SeatTaken, Forbidden."""
    asking.require(Permission.BOOK_FOR, on=booking.bucket)
    bucket, booking = ledger.lock_booking(booking)
    if not bucket.is_numbered or booking.state not in TAKES_PLACES:
        raise SeatTaken(_("这条报名没有座位可换。"))
    before = seats_of(booking)
    if {seat.pk for seat in before} == set(to):
        nothing_changed("same seats")
        return booking
    seats.free(booking)
    found = seats.asked_for(bucket, to, booking.party, at, serves=True)
    seats.take(booking, bucket, found, at=at)
    record(
        code=Entry.RESEATED, by=by, at=at, subject=booking, place=bucket.place_id,
        before={"seats": [str(seat) for seat in before]}, after={"seats": [str(seat) for seat in found]},
    )  # fmt: skip
    return booking


def seats_of(booking: Booking) -> list[Seat]:
    """The seats of one booking, in the order of the hall."""
    rows = SeatHold.unscoped.filter(county=booking.county, booking=booking).select_related("seat")
    return [row.seat for row in rows.order_by("seat__line", "seat__column", "pk")]
