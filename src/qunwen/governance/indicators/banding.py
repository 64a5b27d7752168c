"""Rates by bracket: 1.00 yuan a head up to 600,000 people, 0.90 up to 800,000, …; never less than the bracket before gave."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from fractions import Fraction

from . import values
from .language.ir import Number
from .values import NOTHING, Bound, Quantity

Band = tuple[Bound, Fraction]  # (upper limit, rate); the limit itself lies in its bracket


def bands(steps: Sequence[tuple[Number | None, Number]]) -> list[Band]:
    """Written steps in base units."""
    return [(None if limit is None else limit.base, rate.base) for limit, rate in steps]


def banded(by: Quantity, steps: Sequence[Band], *, carry: bool) -> Quantity:
    """The rate of the bracket in which `by` lies, times `by`."""
    if not by.applies:
        return NOTHING
    value = None if by.value is None else at(by.value, steps, carry=carry)
    if by.exact:
        return values.made(value, value, value, by)
    ends = _ends(by.low, by.high, steps, carry=carry)
    first, last = steps[0][1], steps[-1][1]
    open_low = (by.low is None and first > 0) or (by.high is None and last < 0)
    open_high = (by.low is None and first < 0) or (by.high is None and last > 0)
    return values.made(value, None if open_low else min(ends), None if open_high else max(ends), by)


def at(by: Fraction, steps: Sequence[Band], *, carry: bool) -> Fraction:
    """What the bands give at one number."""
    before: Bound = None
    for limit, rate in steps:
        if limit is None or by <= limit:
            return _one(by, rate, before)
        if carry:
            before = _one(limit, rate, before)
    raise ValueError("the last bracket has an upper limit")


def _one(by: Fraction, rate: Fraction, before: Bound) -> Fraction:
    return by * rate if before is None else max(by * rate, before)


def _ends(low: Bound, high: Bound, steps: Sequence[Band], *, carry: bool) -> list[Fraction]:
    """Everything the result can be at or next to a corner of its course between the bounds."""
    found = [at(end, steps, carry=carry) for end in (low, high) if end is not None]
    before: Bound = None
    for (limit, rate), (_next, after) in itertools.pairwise(steps):
        if limit is None:
            break
        here = _one(limit, rate, before)
        if (low is None or low <= limit) and (high is None or limit <= high):
            found.append(here)
        before = here if carry else None
        if (low is None or low <= limit) and (high is None or limit < high):
            found.append(_one(limit, after, before))
    return found or [values.ZERO]
