"""All that one reading of the register gives: the rows of every measure of facilities and their hours."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping

from qunwen.base.measures.declare import Row
from qunwen.base.measures.enums import Grade
from qunwen.base.measures.periods import Period

from . import reading_rooms
from .kinds import JUDGED
from .register import (
    ROOM,
    VENUE,
    Entry,
    counted,
    days_open,
    entries,
    grades,
    hundredths,
    rooms_of,
    weekly_minutes,
    with_week,
)

PREFIX = {one.kind: one.prefix for one in JUDGED}


def tally(*, county: str, month: Period) -> Mapping[str, list[Row]]:
    """Rows by measure: facilities, areas, weekly hours, days open, rooms; those of judged kinds also for themselves."""
    found: dict[str, list[Row]] = defaultdict(list)
    every = with_week(entries(county, month))
    grade, day = grades(county, every), month.last_day
    for e in every:
        row = Row(county, e.place, day, 1, grade[e.pk], VENUE, e.pk, _said(e, month))
        found["venues.count"].append(row)
        if e.area is not None:
            size = row._replace(value=hundredths(e.area), dims={"kind": e.kind})
            found["venues.area"].append(size)
            _also(found, e, "area", size)
        if e.has_hours:
            _also(found, e, "weekly_hours", row._replace(value=weekly_minutes(e, month)))
    rooms = rooms_of(county, month)
    for room in rooms:
        row = Row(county, room.place, day, 1, Grade.C, ROOM, room.pk, {"kind": room.use, "venue": room.where})
        found["venues.rooms"].append(row)
        if room.area is not None:
            found["venues.room_area"].append(row._replace(value=hundredths(room.area)))
        if room.seats is not None:
            found["venues.seats"].append(row._replace(value=room.seats))
    found.update(reading_rooms.rows_of(county, month, every=every, rooms=rooms))
    over = counted(county, month)
    if over is not None:
        first, until = over
        opened = [e for e in every if e.has_hours]
        days = days_open(opened, first=first, until=until)
        for e in opened:
            last = until - dt.timedelta(days=1)
            row = Row(county, e.place, last, days[e.pk], grade[e.pk], VENUE, e.pk, {"kind": e.kind})
            found["venues.open_days"].append(row)
            _also(found, e, "open_days", row)
    return found


def _also(found: dict[str, list[Row]], entry: Entry, what: str, row: Row) -> None:
    if entry.kind in PREFIX:
        found[f"{PREFIX[entry.kind]}.{what}"].append(row._replace(dims={}))


def _said(entry: Entry, month: Period) -> dict[str, str]:
    return {
        "kind": entry.kind, "free": _yes(entry.free), "restday": _rest_days(entry, month),
        "accessible": _yes(entry.accessible), "mapped": _yes(entry.mapped), "sized": _yes(entry.area),
    }  # fmt: skip


def _yes(value: object) -> str:
    return "yes" if value else "no"


def _rest_days(entry: Entry, month: Period) -> str:
    week = [month.end - dt.timedelta(days=n) for n in range(1, 8)]
    return ("none", "one", "both")[sum(entry.minutes_on(day) > 0 for day in week if day.weekday() >= 5)]


def alone(code: str, *, county: str, month: Period) -> Iterable[Row]:
    """The rows of one measure, when it is read by itself."""
    return tally(county=county, month=month).get(code, [])
