"""Parts add up to the whole, whatever the rule; what cannot be divided says why."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qunwen.governance.targets.splitting import Share, SplitError, check_sum, same, split

pytestmark = pytest.mark.once

WHOLE = st.integers(0, 10_000_000).map(Fraction)
WEIGHTS = st.lists(st.integers(0, 1_000_000), min_size=1, max_size=25).filter(any)


@given(WHOLE, WEIGHTS)
def test_parts_by_weight_add_up_and_lie_next_to_their_exact_value(total, weights):
    shares = [Share(str(n), Fraction(weight)) for n, weight in enumerate(weights)]
    parts = split(total, shares)
    assert sum(parts.values()) == total
    exact = [total * weight / sum(weights) for weight in weights]
    assert all(abs(part - wish) < 1 and part.denominator == 1 for part, wish in zip(parts.values(), exact, strict=True))


@given(WHOLE, WEIGHTS, st.data())
def test_locked_parts_stay_and_the_rest_still_adds_up(total, weights, data):
    locked = data.draw(st.integers(0, int(total)))
    shares = [Share("kept", Fraction(1), Fraction(locked))]
    shares += [Share(str(n), Fraction(weight)) for n, weight in enumerate(weights)]
    parts = split(total, shares)
    assert (parts["kept"], sum(parts.values())) == (locked, total)


def test_equal_parts_of_ten_among_three():
    assert split(Fraction(10), [Share("a"), Share("b"), Share("c")]) == {"a": 4, "b": 3, "c": 3}


def test_largest_remainder_gets_what_is_left():
    shares = [Share("a", Fraction(41)), Share("b", Fraction(29)), Share("c", Fraction(30))]
    assert split(Fraction(7), shares) == {"a": 3, "b": 2, "c": 2}


def test_a_step_of_a_hundredth_divides_what_is_no_whole_number():
    parts = split(Fraction("1020.02"), [Share("a"), Share("b"), Share("c")], step=Fraction(1, 100))
    assert list(parts.values()) == [Fraction("340.01"), Fraction("340.01"), Fraction("340.00")]


def test_a_ratio_is_passed_on_unchanged_except_where_it_is_locked():
    shares = [Share("a"), Share("b", locked=Fraction(1, 2))]
    assert same(Fraction(2, 5), shares) == {"a": Fraction(2, 5), "b": Fraction(1, 2)}


@pytest.mark.parametrize(
    ("parts", "message", "difference"),
    [
        ({"a": 6, "b": 3}, "各部分合计 9，比总目标 10 少 1。", 1),
        ({"a": 6, "b": 7}, "各部分合计 13，比总目标 10 多 3。", -3),
    ],
)
def test_hand_written_parts_that_do_not_add_up_are_refused_with_the_difference(parts, message, difference):
    with pytest.raises(SplitError) as refused:
        check_sum(Fraction(10), {code: Fraction(part) for code, part in parts.items()})
    assert (str(refused.value), refused.value.difference) == (message, difference)


def test_hand_written_parts_that_add_up_are_taken():
    assert check_sum(Fraction(10), {"a": Fraction(7), "b": Fraction(3)}) is None


@pytest.mark.parametrize(
    ("shares", "message"),
    [
        ([], "没有可以分给的地方或部门。"),
        ([Share("a"), Share("a")], "“a”出现了两次。"),
        ([Share("a", None), Share("b")], "有 1 处没有可以依据的数（例如 a），请改用别的办法，或先锁定这些地方的目标。"),
        ([Share("a", Fraction(-1))], "“a”的权数是负数。"),
        ([Share("a", Fraction(0))], "权数合计是零，没有办法按它分。"),
        ([Share("a", locked=Fraction(11))], "锁定的部分合计 11，已超过总目标 10，多出 1。"),
        ([Share("a", locked=Fraction(9))], "各部分都已锁定，合计 9，与总目标 10 还差 1。"),
        ([Share("a", locked=Fraction(19, 2)), Share("b")], "9.5 不是 1 的整数倍。"),
    ],
)
def test_what_cannot_be_divided_says_why(shares, message):
    with pytest.raises(SplitError) as refused:
        split(Fraction(10), shares)
    assert str(refused.value) == message
