"""Numbers that are too tidy: just above a floor, or ending as nobody counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction

from ..defining import Check
from ..tails import at_least
from ..world import Held, Suspicion, World

HALF = Fraction(1, 2)


def bunching(world: World, check: Check) -> Iterator[Suspicion]:
    """Of the values within so many per cent of a floor far more lie on its upper side than chance would put there."""
    for floor in world.floors:
        width = floor.value * check["width_percent"]
        latest = {}
        for told in sorted(world.told, key=lambda t: t.month):
            if told.element == floor.element:
                latest[told.place] = told
        near = [t for t in latest.values() if abs(t.value - floor.value) * 100 < width]
        above = [t for t in near if t.value >= floor.value]
        if len(near) < check["least"] or at_least(len(above), len(near), HALF) >= check.chance:
            continue
        rows = tuple(sorted(t.record for t in above))
        yield Suspicion(
            check.code, world.county, f"{check.code}:{floor.element}:{floor.value}:{world.since:%Y-%m}", rows,
            {"element": floor.element, "above": len(above), "near": len(near)},
        )  # fmt: skip


def heaping(world: World, check: Check) -> Iterator[Suspicion]:
    """One person's head counts end in 0 or 5, or always in one digit, more often than people round who do count."""
    for author, held in _by_author(world, check["from"]).items():
        if len(held) < check["least"]:
            continue
        ends = Counter((h.count or 0) % 10 for h in held)
        honest = Fraction(check["honest_percent"], 100)
        rounded = ends[0] + ends[5]
        digit, most = max(
            ((d, n) for d, n in ends.items() if d not in (0, 5)), key=lambda x: (x[1], -x[0]), default=(0, 0)
        )
        # Eight digits could have been the one, so each is given an eighth of the chance.
        if at_least(rounded, len(held), honest) < check.chance:
            which, number = "round", rounded
        elif at_least(most, len(held), Fraction(1, 10)) < check.chance / 8:
            which, number = str(digit), most
        else:
            continue
        yield Suspicion(
            check.code, held[0].place, f"{check.code}:{author}:{world.since:%Y-%m}", tuple(h.record for h in held),
            {"which": which, "number": number, "all": len(held)}, author=author, unit=held[0].unit,
        )  # fmt: skip


def _by_author(world: World, least: int) -> dict[str, list[Held]]:
    found: dict[str, list[Held]] = {}
    for held in world.held:
        if world.within(held.starts.date()) and held.author and held.count is not None and held.count >= least:
            found.setdefault(held.author, []).append(held)
    return found
