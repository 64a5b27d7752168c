"""Exact quantities with bounds, and three-valued comparison. Integers and Fractions only.

A quantity knows three things: what has been reported so far (`value`), and between what bounds it would lie if those
who are missing came out at their historical least and most (`low`, `high`; None: unbounded). Interval arithmetic keeps
the bounds sound: whatever the missing ones say within their bounds, the result lies within its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from qunwen.base.measures.enums import State

from .enums import Verdict

ZERO, ONE = Fraction(0), Fraction(1)
Bound = Fraction | None
Truth = tuple[bool, bool]  # (may be false, may be true)

YES: Truth = (False, True)
NO: Truth = (True, False)
OPEN: Truth = (True, True)


@dataclass(frozen=True, slots=True)
class Quantity:
    """In base units of its dimension. `low` and `high` equal `value` when nothing is missing."""

    value: Fraction | None
    low: Bound
    high: Bound
    state: State

    @property
    def exact(self) -> bool:
        """Whether nothing that is missing can change it."""
        if self.value is None:
            return False
        return self.low is self.value is self.high or self.low == self.value == self.high

    @property
    def applies(self) -> bool:
        """Whether there is anything to count at all."""
        return self.state != State.NOT_APPLICABLE


NOTHING = Quantity(None, None, None, State.NOT_APPLICABLE)


def known(value: Fraction | int) -> Quantity:
    """A quantity of which nothing is missing."""
    number = value if isinstance(value, Fraction) else Fraction(value)
    return Quantity(number, number, number, State.VALUE if number else State.ZERO)


def made(value: Fraction | None, low: Bound, high: Bound, *parts: Quantity) -> Quantity:
    """A quantity that comes from others: its state follows from its value and theirs."""
    if value is not None:
        return Quantity(value, low, high, State.VALUE if value else State.ZERO)
    withheld = any(p.state == State.WITHHELD for p in parts)
    return Quantity(None, low, high, State.WITHHELD if withheld else State.NOT_REPORTED)


def add(items: Sequence[Quantity]) -> Quantity:
    """The sum of what there is: parts that do not apply drop out; of parts not reported the bounds count."""
    there = [q for q in items if q.applies]
    if not there:
        return NOTHING
    values = [q.value for q in there if q.value is not None]
    low = _sum([q.low for q in there])
    high = _sum([q.high for q in there])
    return made(sum(values, ZERO) if values else None, low, high, *there)


def _sum(bounds: Sequence[Bound]) -> Bound:
    return None if any(b is None for b in bounds) else sum((b for b in bounds if b is not None), ZERO)


def negative(q: Quantity) -> Quantity:
    """-q."""
    return Quantity(_neg(q.value), _neg(q.high), _neg(q.low), q.state)


def _neg(bound: Bound) -> Bound:
    return None if bound is None else -bound


def subtract(left: Quantity, right: Quantity) -> Quantity:
    """left - right. A part that does not apply is nothing; where one side is not reported there is no value."""
    if not (left.applies and right.applies):
        return left if left.applies else negative(right)
    both = add([left, negative(right)])
    if left.value is None or right.value is None:
        return made(None, both.low, both.high, left, right)
    return both


def multiply(left: Quantity, right: Quantity) -> Quantity:
    """left x right."""
    if not (left.applies and right.applies):
        return NOTHING
    if left.exact and right.exact:
        return known(left.value * right.value)  # type: ignore[operator]
    low, high = _product_bounds((left.low, left.high), (right.low, right.high))
    value = None if left.value is None or right.value is None else left.value * right.value
    return made(value, low, high, left, right)


def _product_bounds(left: tuple[Bound, Bound], right: tuple[Bound, Bound]) -> tuple[Bound, Bound]:
    ends = [_times(a, b) for a in _ends(left) for b in _ends(right)]
    numbers = [number for _sign, number in ends if number is not None]
    low = None if any(sign < 0 for sign, _n in ends) else min(numbers)
    high = None if any(sign > 0 for sign, _n in ends) else max(numbers)
    return low, high


_End = tuple[int, Fraction | None]  # (-1 or 1, None): infinite; (0, number)


def _ends(bounds: tuple[Bound, Bound]) -> tuple[_End, _End]:
    low, high = bounds
    return ((-1, None) if low is None else (0, low)), ((1, None) if high is None else (0, high))


def _times(a: _End, b: _End) -> _End:
    """A product of ends; zero times unbounded is zero, for the end stands for every number up to it."""
    if a[1] is not None and b[1] is not None:
        return 0, a[1] * b[1]
    sign = _sign(a) * _sign(b)
    return (sign, None) if sign else (0, ZERO)


def _sign(end: _End) -> int:
    return end[0] if end[1] is None else (end[1] > 0) - (end[1] < 0)


def divide(left: Quantity, right: Quantity) -> Quantity:
    """left / right, exact. A denominator that is certainly zero leaves nothing to tell: not applicable."""
    if not (left.applies and right.applies) or (right.exact and right.value == 0):
        return NOTHING
    if left.exact and right.exact:
        return known(left.value / right.value)  # type: ignore[operator]
    low, high = _quotient_bounds((left.low, left.high), (right.low, right.high))
    value = left.value / right.value if left.value is not None and right.value else None
    return made(value, low, high, left, right)


def _quotient_bounds(left: tuple[Bound, Bound], right: tuple[Bound, Bound]) -> tuple[Bound, Bound]:
    below, above = right
    if below is not None and below >= 0:
        # Not reported and so far always zero: one over it is still nothing below zero.
        return _product_bounds(left, (_inverse(above) if above != 0 else ZERO, _inverse(below)))
    if above is not None and above <= 0:
        return _product_bounds(left, (_inverse(above), _inverse(below)))
    return None, None


def _inverse(bound: Bound) -> Bound:
    """One over the end of a range that does not cross zero: unbounded becomes zero, zero unbounded."""
    if bound is None:
        return ZERO
    return 1 / bound if bound else None


def least(items: Sequence[Quantity]) -> Quantity:
    """The smallest of those that apply; none while one of them is not reported."""
    there = [q for q in items if q.applies]
    if not there:
        return NOTHING
    lows, highs = [q.low for q in there], [q.high for q in there if q.high is not None]
    low = None if None in lows else min(b for b in lows if b is not None)
    values = [q.value for q in there if q.value is not None]
    return made(min(values) if len(values) == len(there) else None, low, min(highs, default=None), *there)


def most(items: Sequence[Quantity]) -> Quantity:
    """The largest of those that apply; none while one of them is not reported."""
    return negative(least([negative(q) for q in items]))


def either(cond: Truth, yes: Quantity, no: Quantity) -> Quantity:
    """`yes` where the condition holds, else `no`; while that is open there is no value and the bounds hold both."""
    if cond == YES:
        return yes
    if cond == NO:
        return no
    there = [q for q in (yes, no) if q.applies]
    if not there:
        return NOTHING
    lows, highs = [q.low for q in there], [q.high for q in there]
    low = None if None in lows else min(b for b in lows if b is not None)
    high = None if None in highs else max(b for b in highs if b is not None)
    same = there[0].value if len(there) == 2 and there[0].value == there[1].value else None
    return made(same, low, high, *there)


def compare(left: Quantity, op: str, right: Quantity) -> Verdict:
    """Whether `left op right` holds whatever the missing ones say: by cross-multiplication of integers, never by a
    rounded ratio. Where nothing has been reported on a side, or a side does not apply, undecided.
    """
    return verdict_of(truth_of(left, op, right))


def truth_of(left: Quantity, op: str, right: Quantity) -> Truth:
    """As `compare`, as a truth."""
    if not (left.applies and right.applies) or left.value is None or right.value is None:
        return OPEN
    if op in ("<=", "<"):
        left, right, op = right, left, op.replace("<", ">")
    if op == "==":
        return _equal(left, right)
    strict = op == ">"
    # Certain when even the least of the left reaches the most of the right; impossible when not even the most does.
    if left.low is not None and right.high is not None and _reaches(left.low, right.high, strict=strict):
        return YES
    if left.high is not None and right.low is not None and not _reaches(left.high, right.low, strict=strict):
        return NO
    return OPEN


def _reaches(left: Fraction, right: Fraction, *, strict: bool) -> bool:
    one, other = left.numerator * right.denominator, right.numerator * left.denominator
    return one > other if strict else one >= other


def _equal(left: Quantity, right: Quantity) -> Truth:
    if left.exact and right.exact:
        return YES if left.value == right.value else NO
    apart = (left.low is not None and right.high is not None and left.low > right.high) or (
        right.low is not None and left.high is not None and right.low > left.high
    )
    return NO if apart else OPEN


def verdict_of(truth: Truth) -> Verdict:
    """A truth as a verdict."""
    if truth == YES:
        return Verdict.MET
    return Verdict.NOT_MET if truth == NO else Verdict.UNDECIDED


def rounded(value: Fraction, places: int, rounding: str = "half_up") -> int:
    """The value in units of the last decimal shown. half_up: halves away from zero; down, up: towards, from zero."""
    scaled = abs(value) * 10**places
    whole, rest = divmod(scaled.numerator, scaled.denominator)
    if rest and (rounding == "up" or (rounding == "half_up" and 2 * rest >= scaled.denominator)):
        whole += 1
    return whole if value >= 0 else -whole


def written(value: Fraction, places: int, rounding: str = "half_up") -> str:
    """The value as a document writes it, rounded once: 1,234.50."""
    number = rounded(value, places, rounding)
    whole, part = divmod(abs(number), 10**places)
    text = f"{whole:,}" + (f".{part:0{places}}" if places else "")
    return f"-{text}" if number < 0 else text
