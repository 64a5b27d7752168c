from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qunwen.base.papers.rounding import BalanceError, Branch, round_balanced, round_half_up, round_tree

exact = st.fractions(min_value=-(10**9), max_value=10**9, max_denominator=10_000)
steps = st.sampled_from([1, 10_000, Decimal("0.1"), Fraction(1, 3)])


@pytest.mark.parametrize(
    ("value", "step", "shown"),
    [
        (Decimal("2.5"), 1, 3),
        (Decimal("-2.5"), 1, -3),
        (Decimal("2.49"), 1, 2),
        (14_999, 10_000, 10_000),
        (15_000, 10_000, 20_000),
        (Decimal("0.05"), Decimal("0.1"), Fraction(1, 10)),
    ],
)
def test_round_half_up_known(value, step, shown):
    assert round_half_up(value, step=step) == shown


def test_round_balanced_three_thirds_marks_the_one_changed():
    third = Fraction(100, 3)
    result = round_balanced([third, third, third], step=1)
    assert [cell.shown for cell in result.parts] == [34, 33, 33]
    assert [cell.adjusted for cell in result.parts] == [True, False, False]
    assert result.total.shown == 100
    assert not result.total.adjusted


@given(st.lists(exact, max_size=40), steps)
def test_round_balanced_adds_up_and_stays_within_one_unit(parts, step):
    result = round_balanced(parts, step=step)
    unit = Fraction(step)
    assert sum(cell.shown for cell in result.parts) == result.total.shown == round_half_up(sum(parts), step=step)
    assert all(abs(cell.shown - cell.exact) < unit for cell in result.parts)
    assert all(cell.shown % unit == 0 for cell in result.parts)
    assert all(cell.adjusted == (cell.shown != round_half_up(cell.exact, step=step)) for cell in result.parts)


@given(st.lists(exact, min_size=1, max_size=20))
def test_round_balanced_keeps_whole_parts(parts):
    whole = [Fraction(int(part)) for part in parts]
    assert [cell.shown for cell in round_balanced(whole).parts] == whole


def test_round_balanced_takes_a_published_total_next_to_the_sum():
    result = round_balanced([Decimal("1.2"), Decimal("1.2")], total=3)
    assert [cell.shown for cell in result.parts] == [2, 1]
    assert result.total.adjusted


@pytest.mark.parametrize("total", [4, 0, Decimal("2.5")])
def test_round_balanced_refuses_a_total_too_far_off(total):
    with pytest.raises(BalanceError, match="超过一个单位"):
        round_balanced([Decimal("1.2"), Decimal("1.2")], total=total)


@pytest.mark.parametrize("value", [0.5, True, "1"])
def test_round_balanced_refuses_floats(value):
    with pytest.raises(TypeError, match="int, Decimal or Fraction"):
        round_balanced([value])


def test_round_half_up_refuses_step_zero():
    with pytest.raises(ValueError, match="positive"):
        round_half_up(1, step=0)


trees = st.recursive(
    st.fractions(min_value=0, max_value=10**6, max_denominator=1000),
    lambda below: st.dictionaries(st.text(max_size=3), below, min_size=1, max_size=5),
    max_leaves=30,
)


def _agrees(branch):
    assert abs(branch.cell.shown - branch.cell.exact) < 1
    if branch.children:
        assert sum(child.cell.shown for child in branch.children.values()) == branch.cell.shown
    for child in branch.children.values():
        _agrees(child)


@given(trees)
def test_round_tree_adds_up_at_every_depth(tree):
    _agrees(round_tree(Branch.of(tree)))
