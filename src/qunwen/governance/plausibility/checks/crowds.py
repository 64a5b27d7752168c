"""Crowds against the room they were in and the days it is open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from qunwen.governance.plausibility.rows import SESSION, Found, Held, World

Limits = Mapping[str, int]


def _of(code: str, row: Held, **told: int | str) -> Found:
    about = {"title": row.title, "day": row.day.isoformat(), "people": row.people, **told}
    return Found(code, row.place, row.id, ((SESSION, row.id),), about, row.unit, row.author)


def area(world: World, limits: Limits) -> Iterator[Found]:
    """More people than the venue's area holds, people coming and going included."""
    for row in world.here:
        if row.area is None or row.air:
            continue
        most = row.area * limits["per_m2"] * max(1, row.minutes // limits["stay"])
        if row.people * 100 > most:
            yield _of("crowd.area", row, m2=-(-row.area // 100), most=most // 100)


def seats(world: World, limits: Limits) -> Iterator[Found]:
    """Far more people than the venue has seats, people coming and going included."""
    for row in world.here:
        if not row.seats or row.air:
            continue
        most = row.seats * limits["percent"] * max(1, row.minutes // limits["stay"])
        if row.people * 100 > most:
            yield _of("crowd.seats", row, seats=row.seats, most=most // 100)


def closed(world: World, limits: Limits) -> Iterator[Found]:
    """Held in a venue on a day on which it was closed, or begun in the dead of night."""
    for row in world.here:
        night = row.starts.hour < limits["until_hour"]
        if night or (row.closed and not row.air):
            yield _of("crowd.closed", row, why="night" if night else "closed", clock=f"{row.starts:%H:%M}")
