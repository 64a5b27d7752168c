"""Many places just above a floor and hardly any just below it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from qunwen.governance.plausibility.chance import rarer
from qunwen.governance.plausibility.rows import Found, World

HALF = Fraction(1, 2)


def bunching(world: World, limits: Mapping[str, int]) -> Iterator[Found]:
    """Of the values within a narrow band around a floor, far too many lie on its upper side.

    Where nobody aims at the floor, both sides of a narrow band hold about the same. Work that stops when the floor
    is reached does the same as writing the number up: this is a reason to look at the records, not more.
    """
    for series in world.series:
        width = series.floor * Fraction(limits["width"], 100)
        above = [place for place, value in series.values if series.floor <= value < series.floor + width]
        below = [place for place, value in series.values if series.floor - width <= value < series.floor]
        n = len(above) + len(below)
        if n >= limits["least"] and rarer(n, len(above), HALF, limits["odds"]):
            told = {"figure": series.title, "above": len(above), "below": len(below), "width": limits["width"],
                    "places": "、".join(sorted(above)[:20])}  # fmt: skip
            rows = tuple(("places.place", place) for place in sorted(above)[:50])
            yield Found("floor.bunching", world.county, f"{series.code}:{series.floor}:{world.half.code}", rows, told)
