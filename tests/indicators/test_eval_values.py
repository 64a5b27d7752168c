"""Quantities: sums of what there is, sound bounds, three-valued comparison, one rounding."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qunwen.base.measures.enums import State
from qunwen.governance.indicators import banding, values
from qunwen.governance.indicators.enums import Verdict
from qunwen.governance.indicators.values import NOTHING, Quantity, known

MISSING = Quantity(None, Fraction(0), None, State.NOT_REPORTED)
NUMBERS = st.fractions(-20, 20, max_denominator=6)


@st.composite
def ranges(draw):
    """A quantity with a number that lies within its bounds."""
    inside = draw(NUMBERS)
    low = draw(st.none() | st.just(inside) | st.fractions(-30, 0, max_denominator=4).map(lambda d: inside + d))
    high = draw(st.none() | st.just(inside) | st.fractions(0, 30, max_denominator=4).map(lambda d: inside + d))
    return Quantity(inside, low, high, State.VALUE), inside


def within(q, number):
    return (q.low is None or q.low <= number) and (q.high is None or number <= q.high)


@settings(max_examples=120, deadline=None)
@given(ranges(), ranges())
def test_bounds_hold_whatever_the_missing_say(one, other):
    (a, x), (b, y) = one, other
    assert within(values.add([a, b]), x + y)
    assert within(values.subtract(a, b), x - y)
    assert within(values.multiply(a, b), x * y)
    assert within(values.least([a, b]), min(x, y))
    assert within(values.most([a, b]), max(x, y))
    if y:
        assert within(values.divide(a, b), x / y)


@settings(max_examples=80, deadline=None)
@given(ranges(), st.booleans())
def test_bounds_of_bands_hold(one, carry):
    q, x = one
    steps = [(Fraction(0), Fraction(2)), (Fraction(10), Fraction(1)), (None, Fraction(1, 2))]
    assert within(banding.banded(q, steps, carry=carry), banding.at(x, steps, carry=carry))


@settings(max_examples=120, deadline=None)
@given(ranges(), st.sampled_from([">=", ">", "<=", "<", "=="]), ranges())
def test_a_decided_comparison_is_right_whatever_the_missing_say(one, op, other):
    (a, x), (b, y) = one, other
    held = {">=": x >= y, ">": x > y, "<=": x <= y, "<": x < y, "==": x == y}[op]
    found = values.compare(a, op, b)
    assert found in (Verdict.UNDECIDED, Verdict.MET if held else Verdict.NOT_MET)
    if a.exact and b.exact:
        assert found != Verdict.UNDECIDED


@settings(max_examples=80, deadline=None)
@given(ranges(), NUMBERS, st.fractions(0, 10, max_denominator=3))
def test_more_never_worsens_a_floor(one, floor, more):
    order = [Verdict.NOT_MET, Verdict.UNDECIDED, Verdict.MET]
    before = values.compare(one[0], ">=", known(floor))
    after = values.compare(values.add([one[0], known(more)]), ">=", known(floor))
    assert order.index(after) >= order.index(before)


@pytest.mark.parametrize("op", [">=", ">", "<=", "<", "=="])
def test_what_is_not_reported_is_undecided_never_met(op):
    assert values.compare(MISSING, op, known(-5)) == Verdict.UNDECIDED
    assert values.compare(known(5), op, MISSING) == Verdict.UNDECIDED
    assert values.compare(NOTHING, op, known(0)) == Verdict.UNDECIDED


def test_a_sum_takes_what_there_is_and_keeps_the_bounds():
    assert values.add([known(3), MISSING]) == Quantity(Fraction(3), Fraction(3), None, State.VALUE)
    assert values.add([NOTHING, known(0)]) == known(0)
    assert values.add([NOTHING, NOTHING]) == NOTHING
    assert values.subtract(known(3), MISSING) == Quantity(None, None, Fraction(3), State.NOT_REPORTED)


def test_a_certain_zero_below_the_line_is_not_applicable():
    assert values.divide(known(5), known(0)) == NOTHING
    maybe = Quantity(Fraction(0), Fraction(0), Fraction(4), State.ZERO)
    assert values.divide(known(8), maybe) == Quantity(None, Fraction(2), None, State.NOT_REPORTED)


@pytest.mark.parametrize(
    ("value", "places", "rounding", "shown"),
    [
        (Fraction(12345, 10), 0, "half_up", "1,235"), (Fraction(2, 3), 2, "half_up", "0.67"), (Fraction(2, 3), 2, "down", "0.66"),
        (Fraction(1, 3), 1, "up", "0.4"), (Fraction(-5, 2), 0, "half_up", "-3"), (Fraction(0), 1, "half_up", "0.0"),
    ],
)  # fmt: skip
def test_a_value_is_rounded_once(value, places, rounding, shown):
    assert values.written(value, places, rounding) == shown


def test_a_band_carries_what_the_one_before_it_gave():
    steps = [(Fraction(60), Fraction(1)), (Fraction(80), Fraction(9, 10)), (None, Fraction(4, 5))]
    assert banding.at(Fraction(60), steps, carry=True) == 60
    assert banding.at(Fraction(61), steps, carry=True) == 60
    assert banding.at(Fraction(61), steps, carry=False) == Fraction(549, 10)
    assert banding.at(Fraction(81), steps, carry=True) == 72
    assert banding.at(Fraction(100), steps, carry=True) == 80
