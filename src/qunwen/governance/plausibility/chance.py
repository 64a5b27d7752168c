"""How rare something is, in whole numbers: nothing here is rounded and nothing depends on the machine."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import comb

# Chi-square with nine degrees of freedom, in thousandths: once in so many -> the least statistic.
# Rounded up from the distribution, so a test is never stricter than it says.
NINE = {100: 21_667, 1_000: 27_878, 10_000: 33_720, 100_000: 39_341, 1_000_000: 44_811}


def tail(n: int, k: int, p: Fraction) -> Fraction:
    """The probability that of n independent tries with probability p at least k succeed, exactly."""
    yes, whole = p.numerator, p.denominator
    no = whole - yes
    return Fraction(sum(comb(n, i) * yes**i * no ** (n - i) for i in range(max(k, 0), n + 1)), whole**n)


def rarer(n: int, k: int, p: Fraction, odds: int) -> bool:
    """Whether at least k of n happen less often than once in `odds`."""
    return tail(n, k, p) * odds <= 1


def uneven(counts: Sequence[int]) -> int:
    """The chi-square statistic of ten counts against equal shares, in thousandths, rounded down."""
    n = sum(counts)
    return 1000 * sum((10 * c - n) ** 2 for c in counts) // (10 * n) if n else 0


def median(numbers: Sequence[int]) -> int:
    """The lower median. Raises ValueError for no numbers."""
    if not numbers:
        raise ValueError("no numbers")
    return sorted(numbers)[(len(numbers) - 1) // 2]


def scatter(numbers: Sequence[int]) -> int:
    """The median distance from the median (MAD), whole."""
    middle = median(numbers)
    return median([abs(number - middle) for number in numbers])
