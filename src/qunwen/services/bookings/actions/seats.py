"""Numbered seats: which are free, which lie best together, who has them.

Whoever calls holds the bucket's lock and with it the plan's, so nobody else chooses among the same seats meanwhile;
a unique constraint over (thing, seat) stands behind that. A seat whose time is over is free: the next one
writes itself into the same row.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from django.utils.translation import gettext as _

from qunwen.services.bookings.errors import SeatTaken
from qunwen.services.bookings.models import Booking, Bucket, Seat, SeatHold
from qunwen.services.bookings.seatmap import free_seats, held_seats, room_of

__all__ = ["asked_for", "best", "free", "free_seats", "hold_until", "keep", "room_of", "take", "together"]


def best(bucket: Bucket, number: int, at: dt.datetime) -> list[Seat]:
    """The seats a party gets that named none; fewer than asked for when there are not so many."""
    return together([seat for seat in free_seats(bucket, at) if not seat.is_protected], number)


def together(free: Sequence[Seat], number: int) -> list[Seat]:
    """`number` seats side by side in one row: near the stage, near the middle, leaving nobody's neighbour alone.

    Where no row has so many side by side, the longest stretches are filled one after the other.
    """
    stretches = _stretches(free)
    middle = max((seat.column for seat in free), default=0)  # twice the middle column
    found: list[tuple[tuple[int, int, int], list[Seat]]] = []
    for stretch in stretches:
        for first in range(len(stretch) - number + 1):
            part = stretch[first : first + number]
            lonely = (first == 1) + (len(stretch) - first - number == 1)
            aside = abs(part[0].column + part[-1].column - middle)
            found.append(((lonely, part[0].line, aside), part))
    if found:
        return min(found, key=lambda one: one[0])[1]
    chosen: list[Seat] = []
    for stretch in sorted(stretches, key=lambda one: (-len(one), one[0].line)):
        chosen += stretch[: number - len(chosen)]
    return chosen


def _stretches(free: Sequence[Seat]) -> list[list[Seat]]:
    """The free seats as runs without a gap; an aisle is a gap."""
    runs: list[list[Seat]] = []
    for seat in sorted(free, key=lambda one: (one.line, one.column)):
        last = runs[-1][-1] if runs else None
        if last is not None and last.line == seat.line and last.column + 1 == seat.column:
            runs[-1].append(seat)
        else:
            runs.append([seat])
    return runs


def asked_for(
    bucket: Bucket, ids: Sequence[uuid.UUID], number: int, at: dt.datetime, *, serves: bool
) -> list[Seat]:  # fmt: skip
    """The seats a party named; `serves`: whether one of them needs a protected one.

    Raises SeatTaken: not one a person, not of this hall, gone, or kept for who needs it.
    """
    wanted = list(dict.fromkeys(ids))
    if len(wanted) != number:
        raise SeatTaken(_("请正好选 %(n)s 个座位，每人一个；也可以都不选，由系统安排相连的。") % {"n": number})
    known = {seat.pk: seat for seat in Seat.unscoped.filter(county=bucket.county, plan=bucket.seat_plan_id)}
    if not set(wanted) <= set(known):
        raise SeatTaken(_("选的座位不在这个厅里，请重新选择。"))
    free = {seat.pk for seat in free_seats(bucket, at)}
    if gone := [known[pk] for pk in wanted if pk not in free]:
        raise SeatTaken(_("%(seats)s刚刚被别人选走了，请换一个。") % {"seats": "、".join(str(seat) for seat in gone)})
    if not serves and any(known[pk].is_protected for pk in wanted):
        raise SeatTaken(_("轮椅席和陪同席留给需要的人。需要的话请先到文化站或村（社区）登记，或打电话报名。"))
    return [known[pk] for pk in wanted]


def take(booking: Booking, bucket: Bucket, seats: Sequence[Seat], *, at: dt.datetime) -> None:
    """Write a party into its seats: sold, or until its offer or hold lapses. Raises SeatTaken."""
    mine = {"booking": booking, "until": booking.offer_until if booking.is_timed else None}
    for seat in sorted(seats, key=lambda one: one.pk):
        row = held_seats(bucket).filter(seat=seat)
        if row.filter(until__lte=at).update(**mine):
            continue
        if row.exists():
            raise SeatTaken(_("%(seats)s刚刚被别人选走了，请换一个。") % {"seats": seat})
        SeatHold.unscoped.create(
            county=bucket.county, place_id=bucket.place_id, seat=seat, subject_type=bucket.subject_type,
            subject_id=bucket.subject_id, **mine,
        )  # fmt: skip


def keep(booking: Booking) -> bool:
    """The offer or hold was confirmed: its seats are sold. False when somebody has taken one of them over."""
    rows = SeatHold.unscoped.filter(county=booking.county, booking=booking)
    return rows.update(until=None) == booking.party


def hold_until(booking: Booking, until: dt.datetime) -> None:
    """Keep the seats of a hold for longer."""
    SeatHold.unscoped.filter(county=booking.county, booking=booking).update(until=until)


def free(booking: Booking, number: int | None = None) -> None:
    """Give up the seats of a booking, or the last `number` of them."""
    rows = SeatHold.unscoped.filter(county=booking.county, booking=booking)
    if number is not None:
        last = rows.order_by("-seat__line", "-seat__column", "-pk").values_list("pk", flat=True)[:number]
        rows = rows.filter(pk__in=list(last))
    rows.delete()
