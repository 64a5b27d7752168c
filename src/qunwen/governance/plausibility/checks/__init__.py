"""Checks: each takes a world and its limits and yields what is worth a second look. Pure and exact."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from ..defining import Check
from ..world import Suspicion, World
from . import copies, crowds, digits, entries, habits, stocks

CheckFunction = Callable[[World, Check], Iterator[Suspicion]]

ALL: Mapping[str, CheckFunction] = {
    "loans_over_holdings": stocks.loans_over_holdings,
    "new_books_over_growth": stocks.new_books_over_growth,
    "crowded": crowds.crowded,
    "held_while_closed": crowds.held_while_closed,
    "bunching": digits.bunching,
    "heaping": digits.heaping,
    "same_photo": copies.same_photo,
    "copied_numbers": copies.copied_numbers,
    "entry_burst": entries.entry_burst,
    "two_places": entries.two_places,
    "jump": habits.jump,
    "repeated": habits.repeated,
}


def look(world: World, checks: Mapping[str, Check]) -> list[Suspicion]:
    """Everything that the checks find in a world, each thing once, in order."""
    found: dict[str, Suspicion] = {}
    for code, check in checks.items():
        for suspicion in ALL[code](world, check):
            found.setdefault(suspicion.key, suspicion)
    return list(found.values())
