"""E-reading rooms: a facility of their own, or a room of a station or library.

A town whose station has none is a true zero; the county library's counts at the county.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from qunwen.base.measures.declare import Row
from qunwen.base.measures.enums import Grade
from qunwen.base.measures.periods import Period
from qunwen.base.scope.codes import LENGTHS, Level

from .enums import RoomKind, VenueKind
from .register import ROOM, VENUE, Entry, RoomRow, hundredths, weekly_minutes

AREA, SEATS, HOURS = "e_reading.area", "e_reading.seats", "e_reading.weekly_hours"


@dataclass(frozen=True, slots=True)
class _Reading:
    place: str
    record_type: str
    record: uuid.UUID
    venue: uuid.UUID
    area: Decimal | None
    seats: int | None


def rows_of(county: str, month: Period, *, every: Sequence[Entry], rooms: Iterable[RoomRow]) -> dict[str, list[Row]]:
    """Rows of the three measures, from the facilities and rooms of the county."""
    found = [
        _Reading(one.place, ROOM, one.pk, one.venue, one.area, one.seats)
        for one in rooms
        if one.use == RoomKind.E_READING
    ]
    inside = {one.venue for one in found}
    alone = [e for e in every if e.kind == VenueKind.E_READING and e.pk not in inside]
    found += [_Reading(e.place, VENUE, e.pk, e.pk, e.area, None) for e in alone]
    by_id, day = {e.pk: e for e in every}, month.last_day
    rows: dict[str, list[Row]] = defaultdict(list)
    for one in found:
        entry = by_id.get(one.venue)
        minutes = weekly_minutes(entry, month) if entry is not None and entry.has_hours else None
        size = None if one.area is None else hundredths(one.area)
        for code, value in ((AREA, size), (SEATS, one.seats), (HOURS, minutes)):
            if value is not None:
                rows[code].append(Row(county, one.place, day, value, Grade.C, one.record_type, one.record))
    length = LENGTHS[Level.TOWN]
    have = {one.place[:length] for one in found}
    for e in every:
        if e.kind == VenueKind.STATION and e.place[:length] not in have:
            for code in (AREA, SEATS, HOURS):
                rows[code].append(Row(county, e.place, day, 0, Grade.C, VENUE, e.pk))
    return rows
