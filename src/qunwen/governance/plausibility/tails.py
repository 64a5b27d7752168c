"""Exact chances: whole numbers and Fractions, no floating point."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction


def at_least(hits: int, tries: int, chance: Fraction) -> Fraction:
    """The chance of `hits` or more in so many independent tries."""
    if hits <= 0:
        return Fraction(1)
    won, lost = chance.numerator, chance.denominator - chance.numerator
    ways = sum(math.comb(tries, k) * won**k * lost ** (tries - k) for k in range(hits, tries + 1))
    return Fraction(ways, chance.denominator**tries)


def median(numbers: Sequence[int]) -> Fraction:
    """The middle one, or halfway between the two in the middle. Raises ValueError for none."""
    if not numbers:
        raise ValueError("median of nothing")
    order = sorted(numbers)
    middle = len(order) // 2
    return Fraction(order[middle]) if len(order) % 2 else Fraction(order[middle - 1] + order[middle], 2)


def spread(numbers: Sequence[int]) -> Fraction:
    """The median distance from the median: what is usual, whatever a few wild ones say."""
    centre = median(numbers)
    distances = sorted(abs(n - centre) for n in numbers)
    middle = len(distances) // 2
    return distances[middle] if len(distances) % 2 else (distances[middle - 1] + distances[middle]) / 2
