"""How many can have been there, and whether anybody can."""

from __future__ import annotations

from collections.abc import Iterator

from ..defining import Check
from ..world import Held, Suspicion, World


def _concerned(world: World) -> Iterator[Held]:
    return (h for h in world.held if world.within(h.starts.date()))


def crowded(world: World, check: Check) -> Iterator[Suspicion]:
    """More heads than could stand in the venue, or sit on its seats where it has more of them."""
    for held in _concerned(world):
        house = world.houses.get(held.venue)
        if house is None or house.area is None or held.open_air or held.count is None or held.count < check["least"]:
            continue
        room = max(house.area * check["per_m2"] // 100, house.seats or 0)
        if held.count <= room:
            continue
        yield Suspicion(
            check.code, held.place, f"{check.code}:{held.id}", (held.record,),
            {"count": held.count, "room": room, "area": house.area // 100, "title": held.title},
            author=held.author, unit=held.unit, strong=held.count > 2 * room,
        )  # fmt: skip


def held_while_closed(world: World, check: Check) -> Iterator[Suspicion]:
    """Held in a venue that was announced closed, or begun in the dead of night."""
    for held in _concerned(world):
        house = world.houses.get(held.venue)
        closed = house is not None and any(a <= held.starts and held.ends <= b for a, b in house.closures)
        hour = held.starts.hour
        night = hour >= check["night_from"] or hour < check["night_to"]
        if not closed and not night:
            continue
        yield Suspicion(
            check.code, held.place, f"{check.code}:{held.id}", (held.record,),
            {"title": held.title, "why": "closed" if closed else "night", "at": held.starts.strftime("%Y-%m-%d %H:%M")},
            author=held.author, unit=held.unit,
        )  # fmt: skip
