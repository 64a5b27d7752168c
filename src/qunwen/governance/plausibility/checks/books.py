"""Books lent and books bought against the books that are there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from qunwen.governance.plausibility.rows import VALUE, Found, Value, World

LOANS = (("library.loans", "library.holdings"),)
BOUGHT = (("library.new_books", "library.holdings"), ("farm_bookroom.new_books", "farm_bookroom.books"))


def loans(world: World, limits: Mapping[str, int]) -> Iterator[Found]:
    """More loans in a month than the holdings allow."""
    for flow, stock in LOANS:
        holdings = _by_place(world, stock)
        for row in world.values:
            if row.element != flow or row.period != world.month:
                continue
            there = [each for each in holdings.get(row.place, ()) if each.period.first <= row.period.first]
            have = there[-1] if there else None
            if have and row.value * 100 > have.value * limits["percent"]:
                told = {"loans": row.value, "holdings": have.value, "period": row.period.code}
                yield _of("books.loans", row, (row, have), told)


def growth(world: World, limits: Mapping[str, int]) -> Iterator[Found]:
    """More new books than the holdings have grown by, beyond what is weeded out in a half-year."""
    for flow, stock in BOUGHT:
        holdings = _by_place(world, stock)
        for row in world.values:
            if row.element != flow or not row.period.holds(world.month.start):
                continue
            by_period = {each.period: each for each in holdings.get(row.place, ())}
            now, before = by_period.get(row.period), by_period.get(row.period.previous)
            if now is None or before is None:
                continue
            gone = row.value - (now.value - before.value)
            if gone * 100 > before.value * limits["weeded"] and gone >= limits["least"]:
                told = {
                    "bought": row.value, "before": before.value, "after": now.value, "gone": gone,
                    "period": row.period.code,
                }  # fmt: skip
                yield _of("books.growth", row, (row, before, now), told)


def _by_place(world: World, element: str) -> dict[str, list[Value]]:
    found: dict[str, list[Value]] = {}
    for row in sorted((row for row in world.values if row.element == element), key=lambda r: (r.period.first, r.id)):
        found.setdefault(row.place, []).append(row)
    return found


def _of(code: str, row: Value, rows: tuple[Value, ...], told: Mapping[str, int | str]) -> Found:
    key = f"{row.element}:{row.place}:{row.period.code}"
    return Found(
        code, row.place, key, tuple((VALUE, each.id) for each in rows), told, author=row.author, period=row.period.code
    )
