"""What should be there on a day, and what the day says of the target."""

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qunwen.governance.targets.enums import Behaviour, Comparison, Standing
from qunwen.governance.targets.path import Course, LastYear, Point, check_points, elapsed, expected, judge, series

pytestmark = pytest.mark.once

START, END = dt.date(2026, 1, 1), dt.date(2027, 1, 1)
MID = dt.date(2026, 7, 2)  # 182 of 365 days are over


def course(value=365, **about):
    return Course(START, END, Fraction(value), **about)


def test_a_straight_flow_begins_at_nothing_and_grows_with_the_days():
    assert [expected(course(), day) for day in (START, MID, END)] == [0, 182, 365]


def test_a_level_moves_from_its_baseline():
    level = course("1.365", behaviour=Behaviour.LEVEL, baseline=Fraction(1))
    assert expected(level, MID) == Fraction("1.182")


def test_a_level_without_a_baseline_has_no_path_before_the_end():
    level = course(behaviour=Behaviour.LEVEL)
    assert (expected(level, MID), expected(level, END)) == (None, 365)


def test_a_path_of_ones_own_passes_through_its_points():
    own = course(100, points=(Point(dt.date(2026, 6, 30), Fraction(20)), Point(dt.date(2026, 9, 30), Fraction(80))))
    assert expected(own, dt.date(2026, 7, 1)) == 20
    assert expected(own, dt.date(2026, 8, 16)) == 20 + Fraction(60 * 46, 92)
    assert series(own, [dt.date(2026, 9, 30), dt.date(2026, 12, 31)]) == [80, 100]


@pytest.mark.parametrize(
    ("points", "message"),
    [
        ([(6, 20), (6, 30)], "day twice"),
        ([(13, 20)], "day outside"),
        ([(6, 50), (9, 20)], "goes back"),
    ],
)
def test_a_path_that_cannot_be_walked_is_refused(points, message):
    days = tuple(
        Point(dt.date(2026, month, 28) if month < 13 else dt.date(2027, 1, 5), Fraction(value))
        for month, value in points
    )
    with pytest.raises(ValueError, match=message):
        check_points(course(100, points=days))


@given(st.integers(-40, 420), st.integers(0, 1000), st.lists(st.integers(1, 1000), max_size=4))
def test_the_path_of_a_flow_never_goes_back(days, value, steps):
    total = value + sum(steps)
    points = tuple(Point(dt.date(2026, 2 * n + 1, 15), Fraction(sum(steps[: n + 1]))) for n in range(len(steps)))
    own = course(total, points=points)
    check_points(own)
    day = START + dt.timedelta(days=days)
    assert 0 <= expected(own, day) <= expected(own, day + dt.timedelta(days=1)) <= total
    assert 0 <= elapsed(own, day) <= 1


@pytest.mark.parametrize(
    ("actual", "standing"),
    [
        (365, Standing.MET),
        (182, Standing.ON_TRACK),
        (181, Standing.BEHIND),
        (163, Standing.AT_RISK),
        (None, Standing.UNDECIDED),
    ],
)
def test_a_lower_bound_in_the_middle_of_the_year(actual, standing):
    told = judge(course(), actual=None if actual is None else Fraction(actual), on=MID)
    assert (told.standing, told.expected) == (standing, 182)


@pytest.mark.parametrize(
    ("actual", "standing"), [(365, Standing.MET), (364, Standing.NOT_MET), (None, Standing.UNDECIDED)]
)
def test_a_lower_bound_at_the_end_is_met_at_exactly_the_target(actual, standing):
    assert judge(course(), actual=None if actual is None else Fraction(actual), on=END).standing == standing


def test_what_is_missing_at_the_end_leaves_it_undecided_unless_it_is_met_already():
    assert judge(course(), actual=Fraction(300), on=END, complete=False).standing == Standing.UNDECIDED
    assert judge(course(), actual=Fraction(365), on=END, complete=False).standing == Standing.MET


@pytest.mark.parametrize(
    ("actual", "on", "standing"),
    [
        (4, MID, Standing.ON_TRACK),
        (11, END, Standing.NOT_MET),
        (11, MID, Standing.NOT_MET),
        (10, END, Standing.MET),
        (10, MID, Standing.AT_RISK),
    ],
)
def test_an_upper_bound_is_missed_as_soon_as_it_is_passed_and_met_only_at_the_end(actual, on, standing):
    limit = course(10, comparison=Comparison.AT_MOST, baseline=Fraction(0))
    assert judge(limit, actual=Fraction(actual), on=on).standing == standing


def test_last_years_rhythm_decides_over_the_even_pace():
    # Last year a quarter was done by July: what looks late is not.
    told = judge(course(), actual=Fraction(100), on=MID, last_year=LastYear(Fraction(90), Fraction(360)))
    assert (told.standing, told.by_last_year) == (Standing.BEHIND, 400)
    # Last year nearly all was done by July: what looks on its way is not.
    told = judge(course(), actual=Fraction(200), on=MID, last_year=LastYear(Fraction(350), Fraction(360)))
    assert told.standing == Standing.AT_RISK


def test_the_first_weeks_warn_of_nothing():
    assert judge(course(), actual=Fraction(0), on=dt.date(2026, 2, 1)).standing == Standing.BEHIND


def test_a_level_that_holds_before_the_end_is_not_yet_met():
    level = course("0.6", behaviour=Behaviour.LEVEL, baseline=Fraction("0.5"))
    assert judge(level, actual=Fraction("0.7"), on=MID).standing == Standing.ON_TRACK
    assert judge(level, actual=Fraction("0.7"), on=END).standing == Standing.MET


def test_the_same_moment_and_figures_give_the_share_and_what_is_ahead():
    told = judge(course(), actual=Fraction(146), on=MID)
    assert (told.share, told.ahead, told.elapsed) == (Fraction(2, 5), -36, Fraction(182, 365))
