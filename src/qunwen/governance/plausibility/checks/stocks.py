"""What a library lends and buys, against what it has."""

from __future__ import annotations

from collections.abc import Iterator

from ..defining import Check
from ..world import Suspicion, Told, World


def _by_place(world: World, element: str) -> dict[str, list[Told]]:
    found: dict[str, list[Told]] = {}
    for told in sorted(world.told, key=lambda t: t.month):
        if told.element == element:
            found.setdefault(told.place, []).append(told)
    return found


def _last_before(rows: list[Told], month: int) -> Told | None:
    return next((row for row in reversed(rows) if row.month <= month), None)


def _concerns(world: World, month: int) -> bool:
    first = world.since.year * 12 + world.since.month - 1
    end = world.until.year * 12 + world.until.month - 1
    return first <= month < max(end, first + 1)


def loans_over_holdings(world: World, check: Check) -> Iterator[Suspicion]:
    """More loans in a month than `times` the books there are."""
    holdings = _by_place(world, "library.holdings")
    for place, rows in _by_place(world, "library.loans").items():
        for loans in rows:
            # The next count after the month will do as well: holdings are told twice a year.
            known = holdings.get(place, [])
            books = _last_before(known, loans.month) or (known[0] if known else None)
            if books is None or not _concerns(world, loans.month) or loans.value <= books.value * check["times"]:
                continue
            yield Suspicion(
                check.code, place, f"{check.code}:{loans.id}", (loans.record, books.record),
                {"loans": loans.value, "books": books.value, "period": loans.period}, author=loans.author, strong=True,
            )  # fmt: skip


def new_books_over_growth(world: World, check: Check) -> Iterator[Suspicion]:
    """More new books than the holdings grew by, with ordinary weeding allowed for."""
    holdings = _by_place(world, "library.holdings")
    for place, rows in _by_place(world, "library.new_books").items():
        for new in rows:
            known = holdings.get(place, [])
            now = next((h for h in known if h.month == new.month), None)
            before = _last_before(known, new.month - 1)
            if now is None or before is None or not _concerns(world, new.month):
                continue
            growth = now.value - before.value
            allowed = growth * 100 + before.value * check["weeding_percent"]
            if new.value < check["least"] or new.value * 100 <= allowed:
                continue
            yield Suspicion(
                check.code, place, f"{check.code}:{new.id}:{now.id}", (new.record, now.record, before.record),
                {"new": new.value, "growth": growth, "period": new.period}, author=new.author,
            )  # fmt: skip
