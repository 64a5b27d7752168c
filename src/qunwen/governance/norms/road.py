"""The cheapest road (最省达标方案): the least-cost set of remedies after which every binding norm is met.

An integer programme over all norms of a place and of those below it at once, so that a book bought for one norm counts for
the other. The plan is exact (see `programme`); the gap says how much cheaper another one could be at the most.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from django.utils.translation import gettext as _

from qunwen.base.measures.periods import Period
from qunwen.base.scope.codes import Level, level_of
from qunwen.governance.indicators import catalogue
from qunwen.governance.indicators.basis import Basis
from qunwen.governance.indicators.enums import Verdict

from . import queries, remedies
from .conditions import Builder, Unplannable
from .defining import Norm
from .enums import GRAVE
from .judging import Judgement, applying, county_in, judged
from .programme import Plan, Programme
from .remedies import Remedy

SECONDS = 8.0  # how long a page may wait for the solver


@dataclass(frozen=True)
class Step:
    """What to do at one place: so many steps of a remedy, and what they cost (fen)."""

    remedy: Remedy
    place: str
    steps: int

    @property
    def amount(self) -> int:
        """In the remedy's unit."""
        return self.steps * self.remedy.step

    @property
    def cost(self) -> int:
        """In fen."""
        return self.steps * self.remedy.cost


@dataclass(frozen=True)
class LeftOut:
    """A norm that could not be put into the plan, and why."""

    judgement: Judgement
    reason: str


@dataclass(frozen=True)
class Road:
    """The plan: steps, what it cures, what it could not take in, cost (fen) and gap."""

    plan: Plan
    steps: tuple[Step, ...] = ()
    cured: tuple[Judgement, ...] = ()
    kept: int = 0  # norms that are met already and stay so
    left_out: tuple[LeftOut, ...] = ()
    basis: Basis | None = field(default=None, hash=False, compare=False, repr=False)

    @property
    def by_remedy(self) -> list[tuple[Remedy, int, int, int]]:
        """(remedy, places, amount, fen), the dearest first."""
        found: dict[str, list[Step]] = {}
        for step in self.steps:
            found.setdefault(step.remedy.code, []).append(step)
        rows = [(s[0].remedy, len(s), sum(x.amount for x in s), sum(x.cost for x in s)) for s in found.values()]
        return sorted(rows, key=lambda row: (-row[3], row[0].code))


def cheapest(
    place: str, period: Period, *, prices: Mapping[str, int] | None = None, only: Iterable[str] | None = None,
    below: bool = True, seconds: float = SECONDS,
) -> Road:  # fmt: skip
    """The cheapest road for a county, town or village.

    `prices`: fen a step for remedies whose price is not the shipped one. `only`: the codes of the norms to meet (without:
    every binding one that counts). `below`: with the norms of the places below. Raises ProgrammeError, Forbidden.
    """
    judgements, basis = _judged(place, period, below=below)
    wanted = None if only is None else set(only)
    asked = [j for j in judgements if j.counts and j.norm.binding and j.norm.severity in GRAVE]
    asked = [j for j in asked if wanted is None or j.norm.code in wanted]
    known = [r.priced(prices[r.code]) if prices and r.code in prices else r for r in remedies.shipped()]
    return plan(asked, basis=basis, known=known, seconds=seconds)


def _judged(place: str, period: Period, *, below: bool) -> tuple[list[Judgement], Basis]:
    day = period.start
    rules = queries.norms(county=county_in([place]), on=period.last_day)
    levels = {n.where.level for n in rules}
    shape = Basis.load([], places=[place], period=period)
    places = [place]
    if below:
        for level in ("town", "village"):
            if level in levels and level_of(place) < Level[level.upper()]:
                places += shape.below(place, level)
    day = period.last_day
    wanted = {each: applying(rules, each, day) for each in places}
    needed = {n.code: n for each in wanted.values() for n in each}
    basis = Basis.load([n.expr for n in needed.values()], places=places, period=period)
    standing = queries.standings(needed.values(), county=county_in([place]))
    found = [
        j
        for each, norms in wanted.items()
        for j in judged(norms, place=each, basis=basis, period=period, standing=standing)
    ]
    return found, basis


def plan(judgements: Sequence[Judgement], *, basis: Basis, known: Sequence[Remedy], seconds: float = SECONDS) -> Road:
    """The cheapest plan after which all of these hold on the basis; those that cannot be planned are named."""
    left_out: list[LeftOut] = []
    taken = list(judgements)
    programme, builder = _built(taken, left_out, basis, known)
    found = programme.solve(seconds=seconds)
    if not found.values and any(j.verdict != Verdict.MET for j in taken):
        # All together is impossible: say which ones are so by themselves, and plan the others.
        for judgement in [j for j in taken if j.verdict != Verdict.MET]:
            alone, _b = _built([judgement], [], basis, known)
            if not alone.solve(seconds=1).values:
                taken.remove(judgement)
                left_out.append(LeftOut(judgement, _("用现有措施做到上限也达不到")))
        programme, builder = _built(taken, [], basis, known)
        found = programme.solve(seconds=seconds)
    steps = tuple(
        Step(remedy, where, found.values[name])
        for name, (remedy, where) in sorted(builder.steps.items(), key=lambda pair: (pair[1][1], pair[0]))
        if found.values.get(name)
    )
    cured = tuple(j for j in taken if j.verdict != Verdict.MET)
    return Road(found, steps, cured, len(taken) - len(cured), tuple(left_out), basis)


def _built(
    taken: list[Judgement], left_out: list[LeftOut], basis: Basis, known: Sequence[Remedy]
) -> tuple[Programme, Builder]:
    """The programme of the norms taken in; those that cannot be planned move from `taken` to `left_out`."""
    builder = Builder(Programme(), basis, catalogue.elements(), known)
    for judgement in list(taken):
        before = (len(builder.programme.conditions), dict(builder.programme.variables), dict(builder.steps))
        try:
            builder.demand(judgement.norm.expr, judgement.place, name=f"{judgement.norm.code}@{judgement.place}")
        except Unplannable as problem:
            conditions, variables, steps = before
            del builder.programme.conditions[conditions:]
            builder.programme.variables, builder.steps = variables, steps
            taken.remove(judgement)
            if judgement.verdict != Verdict.MET:
                left_out.append(LeftOut(judgement, str(problem)))
    return builder.programme, builder


def exactly_met(road: Road, norms: Sequence[tuple[Norm, str]]) -> list[tuple[Norm, str]]:
    """Which of these (norm, place) are met when the plan is carried out: an evaluation of its own, not the solver's word."""
    from qunwen.governance.indicators import evaluating  # noqa: PLC0415  only for the check

    if road.basis is None:
        return []
    after = road.basis.adding(gains(road))
    return [(n, p) for n, p in norms if evaluating.truth(n.expr, place=p, basis=after)]


def gains(road: Road) -> dict[tuple[str, str], int]:
    """(measure, place) → stored integers that the plan adds. Raises ValueError for a share of a stored integer."""
    elements = catalogue.elements()
    found: dict[tuple[str, str], Fraction] = {}
    for step in road.steps:
        for each in step.remedy.raises:
            element = elements[each.element]
            key = (element.measure, step.place)
            found[key] = found.get(key, Fraction(0)) + each.by * step.steps / element.stored
    if any(value.denominator != 1 for value in found.values()):
        raise ValueError("a step adds a share of a stored integer")
    return {key: int(value) for key, value in found.items()}
