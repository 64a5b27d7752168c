"""Least cost under exact conditions: a small integer programme, solved by HiGHS and checked in whole numbers.

HiGHS works with doubles. Whatever it answers is put into the conditions again as integers; a condition that
is missed by a rounding error is tightened and the programme solved again. So a plan that is returned meets
every condition exactly, or there is none.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

_ROUNDS = 5
_INFINITE = 1e15  # beyond this a double is no longer a whole number


class Outcome(enum.Enum):
    """How the search ended."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"  # the time was up; the gap says how far the best bound is
    IMPOSSIBLE = "impossible"
    NONE_FOUND = "none_found"  # the time was up before any plan was found


class ProgrammeError(RuntimeError):
    """The solver failed, or no whole-number plan survived the exact check."""


@dataclass(frozen=True)
class Variable:
    """A whole number from 0 to `most` that costs `cost` (whole) for each one."""

    name: str
    cost: int
    most: int


@dataclass(frozen=True)
class Condition:
    """The terms add up to at least `least`, whole or fractional, exactly."""

    name: str
    terms: Mapping[str, Fraction] = field(hash=False)
    least: Fraction

    def met(self, values: Mapping[str, int]) -> bool:
        """Whether these values satisfy it."""
        return sum((factor * values[name] for name, factor in self.terms.items()), Fraction(0)) >= self.least


@dataclass(frozen=True)
class Plan:
    """What to do: how many of each variable, the exact cost, the proven lower bound of any cost, and the gap between."""

    outcome: Outcome
    values: Mapping[str, int] = field(hash=False)
    cost: int
    bound: Fraction

    @property
    def gap(self) -> Fraction:
        """(cost − bound) ÷ cost: 0 where nothing cheaper exists."""
        return max(Fraction(0), (self.cost - self.bound) / self.cost) if self.cost else Fraction(0)


@dataclass
class Programme:
    """Variables and conditions as they are gathered; `solve` finds the cheapest whole numbers."""

    variables: dict[str, Variable] = field(default_factory=dict)
    conditions: list[Condition] = field(default_factory=list)

    def variable(self, name: str, *, cost: int = 0, most: int = 1) -> str:
        """Add a variable, or find it again; returns its name."""
        self.variables.setdefault(name, Variable(name, cost, most))
        return name

    def require(self, name: str, terms: Mapping[str, Fraction], least: Fraction) -> None:
        """Add a condition."""
        self.conditions.append(Condition(name, {n: f for n, f in terms.items() if f}, least))

    def lowest(self, terms: Mapping[str, Fraction]) -> Fraction:
        """The least that terms can add up to within the variables' limits."""
        return sum((f * self.variables[n].most for n, f in terms.items() if f < 0), Fraction(0))

    def solve(self, *, seconds: float = 10) -> Plan:
        """The cheapest plan found within the time. Raises ProgrammeError."""
        if any(not c.terms and c.least > 0 for c in self.conditions):
            return Plan(Outcome.IMPOSSIBLE, {}, 0, Fraction(0))
        if not self.variables:
            return Plan(Outcome.OPTIMAL, {}, 0, Fraction(0))
        extra = [Fraction(0)] * len(self.conditions)
        for _round in range(_ROUNDS):
            outcome, found, bound = _ask(self, extra, seconds)
            if found is None:
                return Plan(outcome, {}, 0, Fraction(0))
            broken = [n for n, c in enumerate(self.conditions) if not c.met(found)]
            if not broken:
                cost = sum(self.variables[name].cost * value for name, value in found.items())
                return Plan(outcome, found, cost, min(bound, Fraction(cost)))
            for n in broken:
                # One part in a million of the condition's own size is what the solver's tolerance lets slip.
                extra[n] += Fraction(1, 1_000_000) * max([Fraction(1), *map(abs, self.conditions[n].terms.values())])
        raise ProgrammeError("no whole-number plan survived the exact check")


def _ask(
    programme: Programme, extra: list[Fraction], seconds: float
) -> tuple[Outcome, dict[str, int] | None, Fraction]:
    import highspy  # noqa: PLC0415  needed by nobody else, and slow to load
    import numpy as np  # noqa: PLC0415

    variables = list(programme.variables.values())
    at = {v.name: n for n, v in enumerate(variables)}
    model = highspy.Highs()
    model.setOptionValue("output_flag", False)
    model.setOptionValue("time_limit", float(seconds))
    model.setOptionValue("threads", 1)
    model.setOptionValue("random_seed", 1)
    model.setOptionValue("mip_rel_gap", 0.0)
    model.setOptionValue("mip_abs_gap", 0.5)  # costs are whole
    for v in variables:
        model.addVar(0.0, float(v.most))
    model.changeColsIntegrality(
        len(variables), np.arange(len(variables), dtype=np.int32),
        np.array([highspy.HighsVarType.kInteger] * len(variables)),
    )  # fmt: skip
    for v in variables:
        model.changeColCost(at[v.name], float(v.cost))
    for condition, more in zip(programme.conditions, extra, strict=True):
        names = list(condition.terms)
        scale = _scale(condition)
        model.addRow(
            float((condition.least + more) * scale), highspy.kHighsInf, len(names),
            np.array([at[n] for n in names], dtype=np.int32),
            np.array([float(condition.terms[n] * scale) for n in names]),
        )  # fmt: skip
    model.run()
    return _answer(model, variables)


def _scale(condition: Condition) -> Fraction:
    """Rows are given to the solver with their largest factor at 1, so that its tolerance means the same in each."""
    largest = max((abs(f) for f in condition.terms.values()), default=Fraction(1))
    return 1 / largest


def _answer(model, variables: list[Variable]) -> tuple[Outcome, dict[str, int] | None, Fraction]:  # noqa: ANN001
    import highspy  # noqa: PLC0415

    status = model.getModelStatus()
    if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
        return Outcome.IMPOSSIBLE, None, Fraction(0)
    info = model.getInfo()
    optimal = status == highspy.HighsModelStatus.kOptimal
    if not optimal and status != highspy.HighsModelStatus.kTimeLimit:
        raise ProgrammeError(f"HiGHS: {model.modelStatusToString(status)}")
    if not optimal and info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return Outcome.NONE_FOUND, None, Fraction(0)
    column = model.getSolution().col_value
    found = {v.name: min(v.most, max(0, round(value))) for v, value in zip(variables, column, strict=True)}
    bound = info.mip_dual_bound if math.isfinite(info.mip_dual_bound) else 0.0
    return (Outcome.OPTIMAL if optimal else Outcome.FEASIBLE), found, _below(bound)


def _below(bound: float) -> Fraction:
    """The bound as a whole number that is certainly not above it: costs are whole, doubles are not exact."""
    if abs(bound) > _INFINITE:
        return Fraction(0)
    return max(Fraction(0), Fraction(math.ceil(bound - 1e-6)))
