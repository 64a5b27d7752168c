"""Exact probabilities."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qunwen.governance.plausibility.chance import NINE, median, rarer, scatter, tail, uneven

pytestmark = pytest.mark.once
SHARES = st.fractions(min_value=0, max_value=1, max_denominator=50)


def test_tail_of_coins():
    assert tail(4, 3, Fraction(1, 2)) == Fraction(5, 16)


@given(n=st.integers(0, 40), p=SHARES)
def test_tail_from_nothing_is_certain(n, p):
    assert tail(n, 0, p) == 1


@given(n=st.integers(1, 30), k=st.integers(1, 30), p=SHARES)
def test_tail_and_its_complement_add_up(n, k, p):
    k = min(k, n)
    assert tail(n, k, p) + tail(n, n - k + 1, 1 - p) == 1


def test_exactly_once_in_so_many_is_rare_enough():
    assert rarer(4, 4, Fraction(1, 2), 16)
    assert not rarer(4, 4, Fraction(1, 2), 17)


def test_even_digits_have_no_statistic():
    assert uneven([7] * 10) == 0
    assert uneven([0] * 10) == 0


def test_one_digit_only_has_the_greatest():
    assert uneven([20] + [0] * 9) == 9 * 20 * 1000


@pytest.mark.parametrize(("odds", "statistic"), NINE.items())
def test_table_of_chi_square_is_the_distribution(odds, statistic):
    """Nine degrees of freedom have a closed form; the table is its value, rounded up to a thousandth."""
    x = statistic / 1000
    terms = sum(x**n * math.sqrt(2 / math.pi) / math.prod(range(2 * n + 1, 0, -2)) for n in range(4))
    survival = math.erfc(math.sqrt(x / 2)) + math.exp(-x / 2) * math.sqrt(x) * terms
    assert survival * odds == pytest.approx(1, rel=2e-3)


def test_median_and_scatter_are_whole_and_stand_outliers():
    assert (median([1, 2, 3, 400]), scatter([10, 12, 14, 400])) == (2, 2)


def test_median_of_nothing_is_refused():
    with pytest.raises(ValueError, match="no numbers"):
        median([])
