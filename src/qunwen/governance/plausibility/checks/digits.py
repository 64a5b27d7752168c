"""Last digits: people who count give every digit its turn, people who make numbers up do not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from fractions import Fraction

from qunwen.governance.plausibility.chance import NINE, rarer, uneven
from qunwen.governance.plausibility.rows import SESSION, Found, Held, World

SHOWN = 30


def _by_author(world: World, least_number: int) -> dict[str, list[Held]]:
    found: dict[str, list[Held]] = defaultdict(list)
    for row in world.held:
        if row.counted >= least_number:
            found[row.author or row.unit].append(row)
    return found


def _of(code: str, world: World, rows: list[Held], telling: list[Held], **told: int | str) -> Found:
    last = rows[-1]
    shown = tuple((SESSION, row.id) for row in telling[-SHOWN:])
    key = f"{last.author or last.unit}:{world.half.code}"
    return Found(code, last.place, key, shown, {"numbers": len(rows), **told}, last.unit, last.author)


def heaping(world: World, limits: Mapping[str, int]) -> Iterator[Found]:
    """Far more numbers end in 0 or 5 than even those who estimate would write."""
    often = Fraction(limits["usual"], 100)
    for rows in _by_author(world, limits["from"]).values():
        round_ones = [row for row in rows if row.counted % 5 == 0]
        if len(rows) >= limits["least"] and rarer(len(rows), len(round_ones), often, limits["odds"]):
            yield _of("digits.heaping", world, rows, round_ones, round=len(round_ones))


def last(world: World, limits: Mapping[str, int]) -> Iterator[Found]:
    """The last digits are far from each having its turn; 0 and 5 are left to the check of their own."""
    for rows in _by_author(world, limits["from"]).values():
        numbers = sorted(row.counted for row in rows)
        n = len(numbers)
        # Numbers that hardly differ cannot show every last digit: nothing follows from them.
        if n < limits["least"] or numbers[3 * n // 4] - numbers[n // 4] < limits["spread"]:
            continue
        counts = [0] * 10
        for number in numbers:
            counts[number % 10] += 1
        most = max(range(10), key=lambda digit: (counts[digit], digit))
        if most not in (0, 5) and uneven(counts) >= NINE[limits["odds"]]:
            telling = [row for row in rows if row.counted % 10 == most]
            yield _of("digits.last", world, rows, telling, digit=most, times=counts[most])
