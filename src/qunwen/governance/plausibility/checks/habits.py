"""Head counts against what is usual at the same place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ..defining import Check
from ..tails import median, spread
from ..world import Held, Suspicion, World


def _counted(world: World) -> dict[str, list[Held]]:
    found: dict[str, list[Held]] = defaultdict(list)
    for held in world.held:
        if held.count is not None:
            found[held.place].append(held)
    return found


def jump(world: World, check: Check) -> Iterator[Suspicion]:
    """A head count many times the place's median and many spreads away from it."""
    for place, rows in _counted(world).items():
        if len(rows) <= check["history"]:
            continue
        numbers = [h.count or 0 for h in rows]
        usual, wide = median(numbers), max(spread(numbers), 1)
        for held in rows:
            count = held.count or 0
            if not world.within(held.starts.date()) or count < check["least"]:
                continue
            if count < usual * check["times"] or count - usual < wide * check["spreads"]:
                continue
            yield Suspicion(
                check.code, place, f"{check.code}:{held.id}", (held.record,),
                {"count": count, "usual": int(usual), "title": held.title}, author=held.author, unit=held.unit,
                strong=count % 10 == 0,
            )  # fmt: skip


def repeated(world: World, check: Check) -> Iterator[Suspicion]:
    """Dates of one title at one place with exactly the same head count, time after time."""
    for place, rows in _counted(world).items():
        groups: dict[tuple[str, int], list[Held]] = defaultdict(list)
        for held in rows:
            if (held.count or 0) >= check["from"]:
                groups[held.title, held.count or 0].append(held)
        for (title, count), same in groups.items():
            recent = any(world.within(h.starts.date()) for h in same)
            if not recent or len({h.starts.date() for h in same}) < check["times"]:
                continue
            same.sort(key=lambda h: (h.starts, h.id))
            yield Suspicion(
                check.code, place, f"{check.code}:{same[0].id}", tuple(h.record for h in same),
                {"title": title, "count": count, "times": len(same)}, author=same[-1].author, unit=same[-1].unit,
            )  # fmt: skip
