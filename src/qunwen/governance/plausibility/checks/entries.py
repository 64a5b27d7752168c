"""When and by whom records were put in."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator

from ..defining import Check
from ..world import Held, Suspicion, World


def entry_burst(world: World, check: Check) -> Iterator[Suspicion]:
    """Many days noted within minutes long after they were held, or again and again in the night."""
    for author, rows in _noted(world).items():
        burst = _burst(rows, check)
        if burst:
            days = {h.starts.date() for h in burst}
            yield Suspicion(
                check.code, burst[-1].place, f"{check.code}:{author}:{burst[0].id}", tuple(h.record for h in burst),
                {"records": len(burst), "days": len(days), "at": _said(burst[0]), "why": "burst"},
                author=author, unit=burst[-1].unit,
            )  # fmt: skip
        nights = [h for h in rows if check["night_from"] <= _hour(h) < check["night_to"]]
        if len({_day(h) for h in nights}) >= check["midnight"]:
            yield Suspicion(
                check.code, nights[-1].place, f"{check.code}:night:{author}:{world.since:%Y-%m}",
                tuple(h.record for h in nights), {"records": len(nights), "why": "night", "days": len({_day(h) for h in nights})},
                author=author, unit=nights[-1].unit,
            )  # fmt: skip


def _noted(world: World) -> dict[str, list[Held]]:
    found: dict[str, list[Held]] = defaultdict(list)
    for held in world.held:
        if held.author and held.noted is not None and world.within(held.starts.date()):
            found[held.author].append(held)
    return {author: sorted(rows, key=lambda h: (h.noted, h.id)) for author, rows in found.items()}


def _burst(rows: list[Held], check: Check) -> list[Held]:
    """The longest stretch of records noted within so many minutes that are of many days and late."""
    best: list[Held] = []
    begin = 0
    width = dt.timedelta(minutes=check["minutes"])
    late = dt.timedelta(days=check["late_days"])
    old = [h for h in rows if h.noted is not None and h.noted - h.ends >= late]
    for end, held in enumerate(old):
        while held.noted - old[begin].noted > width:  # type: ignore[operator]
            begin += 1
        stretch = old[begin : end + 1]
        if len(stretch) > len(best):
            best = stretch
    enough = len(best) >= check["records"] and len({h.starts.date() for h in best}) >= check["days"]
    return best if enough else []


def _hour(held: Held) -> int:
    return held.noted.hour if held.noted else -1


def _day(held: Held) -> dt.date | None:
    return held.noted.date() if held.noted else None


def _said(held: Held) -> str:
    return held.noted.strftime("%Y-%m-%d %H:%M") if held.noted else ""


def two_places(world: World, check: Check) -> Iterator[Suspicion]:
    """One person answers for two dates that overlap in two places."""
    by_author: dict[str, list[Held]] = defaultdict(list)
    for held in world.held:
        if held.author and world.within(held.starts.date()):
            by_author[held.author].append(held)
    least = dt.timedelta(minutes=check["minutes"])
    for author, rows in by_author.items():
        rows.sort(key=lambda h: (h.starts, h.id))
        for n, one in enumerate(rows):
            for other in rows[n + 1 :]:
                if other.starts >= one.ends:
                    break
                if other.place == one.place or min(one.ends, other.ends) - other.starts < least:
                    continue
                yield Suspicion(
                    check.code, other.place, f"{check.code}:{one.id}:{other.id}", (one.record, other.record),
                    {"one": one.title, "other": other.title, "at": other.starts.strftime("%Y-%m-%d %H:%M")},
                    author=author, unit=other.unit,
                )  # fmt: skip
