"""When records were entered: at night, or many within minutes and long after."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping

from qunwen.governance.plausibility.rows import SESSION, Found, Held, World


def _entered(world: World) -> dict[str, list[tuple[dt.datetime, Held]]]:
    """What each author entered in the month, in order."""
    begins, ends = world.month.starts_at, world.month.ends_at
    found: dict[str, list[tuple[dt.datetime, Held]]] = defaultdict(list)
    for row in world.held:
        if row.entered is not None and begins <= row.entered < ends:
            found[row.author or row.unit].append((row.entered, row))
    return {who: sorted(rows, key=lambda item: (item[0], item[1].id)) for who, rows in found.items()}


def midnight(world: World, limits: Mapping[str, int]) -> Iterator[Found]:
    """One person entered many records in the dead of night."""
    for who, rows in _entered(world).items():
        night = [row for moment, row in rows if moment.hour < limits["until_hour"]]
        if len(night) >= limits["least"]:
            told = {"records": len(night), "until": limits["until_hour"]}
            yield _of("entry.midnight", who, world, night, told)


def burst(world: World, limits: Mapping[str, int]) -> Iterator[Found]:
    """One person entered records of many days within minutes, long after these days.

    Records with one and the same moment came in as a file and are no burst of typing.
    """
    window, late = dt.timedelta(minutes=limits["minutes"]), dt.timedelta(days=limits["late"])
    for who, rows in _entered(world).items():
        old = [(moment, row) for moment, row in rows if moment - row.ends >= late]
        best: list[tuple[dt.datetime, Held]] = []
        start = 0
        for end, (moment, _row) in enumerate(old):
            while moment - old[start][0] > window:
                start += 1
            if end - start + 1 > len(best):
                best = old[start : end + 1]
        days, moments = {row.day for _moment, row in best}, {moment for moment, _row in best}
        if len(days) >= limits["least"] and len(moments) >= limits["least"]:
            took = int((best[-1][0] - best[0][0]) / dt.timedelta(minutes=1)) + 1
            told = {"records": len(best), "days": len(days), "minutes": took, "when": f"{best[0][0]:%Y-%m-%d %H:%M}"}
            yield _of("entry.burst", who, world, [row for _moment, row in best], told)


def _of(code: str, who: str, world: World, rows: list[Held], told: Mapping[str, int | str]) -> Found:
    last = rows[-1]
    shown = tuple((SESSION, row.id) for row in rows[:30])
    return Found(code, last.place, f"{who}:{world.month.code}", shown, told, last.unit, last.author)
