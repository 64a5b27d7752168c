"""Integer programmes: the cheapest plan equals trying everything out, and every condition holds exactly."""

from fractions import Fraction
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from qunwen.governance.norms.programme import Outcome, Programme

FACTORS = st.fractions(min_value=-3, max_value=9, max_denominator=7)


@st.composite
def programmes(draw):
    made = Programme()
    names = [f"x{n}" for n in range(draw(st.integers(1, 3)))]
    for name in names:
        made.variable(name, cost=draw(st.integers(0, 20)), most=draw(st.integers(1, 5)))
    for number in range(draw(st.integers(1, 3))):
        terms = {name: draw(FACTORS) for name in names}
        made.require(f"c{number}", terms, draw(st.fractions(min_value=-5, max_value=40, max_denominator=7)))
    return made


def everything(programme):
    """The least cost over all whole numbers there are; None when no combination meets the conditions."""
    variables = list(programme.variables.values())
    costs = []
    for numbers in product(*(range(v.most + 1) for v in variables)):
        values = {v.name: n for v, n in zip(variables, numbers, strict=True)}
        if all(c.met(values) for c in programme.conditions):
            costs.append(sum(v.cost * values[v.name] for v in variables))
    return min(costs, default=None)


@given(programmes())
@settings(max_examples=150)
def test_cheapest_plan_equals_trying_everything_out(programme):
    plan, best = programme.solve(), everything(programme)
    if best is None:
        assert plan.outcome is Outcome.IMPOSSIBLE
        return
    assert (plan.outcome, plan.cost, plan.gap) == (Outcome.OPTIMAL, best, 0)
    assert all(c.met(plan.values) for c in programme.conditions)


def test_plan_meets_a_floor_that_a_double_would_miss():
    # 3/10 is no double: 0.1 * 3 >= 0.3 fails in floating point, ten steps of it must do.
    made = Programme()
    made.variable("step", cost=1, most=100)
    made.require("floor", {"step": Fraction(1, 10)}, Fraction(3, 10))
    plan = made.solve()
    assert (plan.values, plan.cost) == ({"step": 3}, 3)


def test_gap_is_what_the_best_bound_leaves_open():
    from qunwen.governance.norms.programme import Plan

    assert Plan(Outcome.FEASIBLE, {}, 200, Fraction(150)).gap == Fraction(1, 4)
    assert Plan(Outcome.OPTIMAL, {}, 0, Fraction(0)).gap == 0


def test_condition_without_any_step_that_helps_is_impossible():
    made = Programme()
    made.variable("step", cost=1, most=1)
    made.require("floor", {}, Fraction(1))
    assert made.solve().outcome is Outcome.IMPOSSIBLE


def test_limit_of_a_step_is_kept():
    made = Programme()
    made.variable("few", cost=1, most=2)
    made.variable("dear", cost=9, most=9)
    made.require("floor", {"few": Fraction(1), "dear": Fraction(1)}, Fraction(4))
    plan = made.solve()
    assert (plan.values, plan.cost) == ({"few": 2, "dear": 2}, 20)


def test_nothing_to_do_costs_nothing():
    plan = Programme().solve()
    assert (plan.outcome, plan.values, plan.cost, plan.gap) == (Outcome.OPTIMAL, {}, 0, 0)
