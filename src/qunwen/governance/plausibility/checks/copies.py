"""One thing given out as two: photographs, and rows of numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ..defining import Check
from ..world import Photo, Suspicion, Told, World

BITS = 16


def same_photo(world: World, check: Check) -> Iterator[Suspicion]:
    """One photograph, or nearly the same, for two places or for two days."""
    for group in _alike(world.photos, check["distance"]):
        if len({(p.place, p.day) for p in group}) < 2 or not any(world.within(p.day) for p in group):
            continue
        group = sorted(group, key=lambda p: (p.day, p.place, p.record))
        latest = group[-1]
        yield Suspicion(
            check.code, latest.place, f"{check.code}:{group[0].sha256[:24]}",
            tuple(dict.fromkeys(p.record for p in group)),
            {"records": len({p.record for p in group}), "places": len({p.place for p in group})},
            author=latest.author, unit=latest.unit, strong=len({p.place for p in group}) > 1,
        )  # fmt: skip


def _alike(photos: tuple[Photo, ...], distance: int) -> Iterator[list[Photo]]:
    """Groups of the same or nearly the same picture (joined through chains)."""
    first: dict[str, Photo] = {}
    for photo in photos:
        first.setdefault(photo.sha256, photo)
    parent = {sha: sha for sha in first}

    def root(sha: str) -> str:
        while parent[sha] != sha:
            parent[sha] = parent[parent[sha]]
            sha = parent[sha]
        return sha

    # Less than four bits apart: at least one of four bands is equal, so only those are compared.
    bands: dict[tuple[int, int], list[Photo]] = defaultdict(list)
    for photo in first.values():
        for number, band in enumerate(photo.bands):
            for other in bands[number, band]:
                if _apart(photo, other) < distance:
                    parent[root(photo.sha256)] = root(other.sha256)
            bands[number, band].append(photo)
    groups: dict[str, list[Photo]] = defaultdict(list)
    for photo in photos:
        groups[root(photo.sha256)].append(photo)
    return (group for group in groups.values() if len(group) > 1)


def _apart(one: Photo, other: Photo) -> int:
    return sum((a ^ b).bit_count() for a, b in zip(one.bands, other.bands, strict=True))


def copied_numbers(world: World, check: Check) -> Iterator[Suspicion]:
    """Two places with the same row of numbers in one period; one place with the same number month after month."""
    yield from _across(world, check)
    yield from _along(world, check)


def _across(world: World, check: Check) -> Iterator[Suspicion]:
    sheets: dict[tuple[str, str], list[Told]] = defaultdict(list)
    for told in world.told:
        if _recent(world, told) and told.value >= check["from"]:
            sheets[told.place, told.period].append(told)
    alike: dict[tuple[object, ...], list[list[Told]]] = defaultdict(list)
    for (_place, period), rows in sheets.items():
        values = tuple(sorted((t.element, t.value) for t in rows))
        # Numbers that are all alike themselves (ten, ten, ten) say little.
        if len({value for _e, value in values}) >= check["numbers"]:
            alike[period, values].append(rows)
    for (period, values), sheet in alike.items():
        if len(sheet) < 2:
            continue
        sheet.sort(key=lambda rows: (max((r.entered is not None, r.entered) for r in rows), rows[0].place))
        last = sheet[-1]
        yield Suspicion(
            check.code, last[0].place, f"{check.code}:{period}:" + "-".join(rows[0].place for rows in sheet)[:60],
            tuple(sorted(t.record for rows in sheet for t in rows)),
            {"places": len(sheet), "numbers": len(values), "period": str(period), "why": "across"},  # type: ignore[arg-type]
            author=last[0].author, strong=True,
        )  # fmt: skip


def _along(world: World, check: Check) -> Iterator[Suspicion]:
    series: dict[tuple[str, str], list[Told]] = defaultdict(list)
    for told in sorted(world.told, key=lambda t: t.month):
        if len(told.period) == 7:  # months only: a half-year's stock may well stay
            series[told.place, told.element].append(told)
    for (place, element), rows in series.items():
        run: list[Told] = []
        for told in rows:
            follows = bool(run) and told.month == run[-1].month + 1 and told.value == run[-1].value
            run = [*run, told] if follows else [told]
            if len(run) >= check["months"] and told.value >= check["from"] and _recent(world, told):
                yield Suspicion(
                    check.code, place, f"{check.code}:{run[0].id}", tuple(t.record for t in run),
                    {"element": element, "months": len(run), "value": told.value, "why": "along"}, author=told.author,
                )  # fmt: skip


def _recent(world: World, told: Told) -> bool:
    first = world.since.year * 12 + world.since.month - 1
    last = world.until.year * 12 + world.until.month - 1
    return first <= told.month < max(last, first + 1)
