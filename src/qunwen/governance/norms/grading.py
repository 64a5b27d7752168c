"""Grades: the level that mandatory conditions allow, the level that the score gives, and the worse of both."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from qunwen.base.measures.enums import PlaceMap
from qunwen.base.measures.periods import Period
from qunwen.governance.indicators import catalogue, evaluating
from qunwen.governance.indicators.basis import Basis
from qunwen.governance.indicators.enums import Verdict

from . import queries
from .applying import applies
from .defining import Grade, Item, Mandatory
from .enums import Standing
from .gaps import Finder, Gap, Gaps
from .judging import county_in


@dataclass(frozen=True)
class Condition:
    """A mandatory condition as it stands."""

    rule: Mandatory
    verdict: Verdict
    gap: Gap | Gaps | None


@dataclass(frozen=True)
class Scored:
    """An item's points: certain at least, at most."""

    item: Item
    low: Fraction
    high: Fraction


@dataclass(frozen=True)
class Graded:
    """A place's grade: `best` the best that is not ruled out, `sure` the best that is certain; None: none of the levels.

    By mandatory conditions and by score; the grade itself is the worse of both.
    """

    grade: Grade
    place: str
    period: Period
    standing: Standing
    conditions: tuple[Condition, ...]
    scored: tuple[Scored, ...]

    @property
    def by_mandatory(self) -> tuple[int | None, int | None]:
        """(certain, possible)."""
        verdicts = {level: self._allowed(level) for level in self.grade.levels}
        return _first(self.grade.levels, verdicts)

    @property
    def by_score(self) -> tuple[int | None, int | None]:
        """(certain, possible); without items the score rules nothing out."""
        if not self.grade.items:
            return self.grade.levels[0], self.grade.levels[0]
        low, high = self.points
        verdicts = {
            level: Verdict.MET if low >= points else Verdict.NOT_MET if high < points else Verdict.UNDECIDED
            for level, points in self.grade.passing
        }
        return _first(self.grade.levels, verdicts)

    @property
    def points(self) -> tuple[Fraction, Fraction]:
        """(certain, possible)."""
        return sum((s.low for s in self.scored), Fraction(0)), sum((s.high for s in self.scored), Fraction(0))

    @property
    def sure(self) -> int | None:
        """The grade that is certain."""
        return _worse(self.by_mandatory[0], self.by_score[0])

    @property
    def best(self) -> int | None:
        """The grade that is still possible."""
        return _worse(self.by_mandatory[1], self.by_score[1])

    def verdict(self, level: int) -> Verdict:
        """Whether the place reaches a level."""
        if self.sure is not None and self.sure <= level:
            return Verdict.MET
        return Verdict.UNDECIDED if self.best is not None and self.best <= level else Verdict.NOT_MET

    def _allowed(self, level: int) -> Verdict:
        """All conditions of a level; a level without any of its own is ruled by its points alone."""
        found = {c.verdict for c in self.conditions if c.rule.grade == level}
        if Verdict.NOT_MET in found:
            return Verdict.NOT_MET
        return Verdict.UNDECIDED if Verdict.UNDECIDED in found else Verdict.MET


def _first(levels: Sequence[int], verdicts: dict[int, Verdict]) -> tuple[int | None, int | None]:
    sure = next((x for x in levels if verdicts.get(x, Verdict.NOT_MET) == Verdict.MET), None)
    possible = next((x for x in levels if verdicts.get(x, Verdict.NOT_MET) != Verdict.NOT_MET), None)
    return sure, possible


def _worse(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else max(one, other)


def graded(grade: Grade, *, place: str, period: Period, basis: Basis, standing: Standing = Standing.IN_FORCE) -> Graded:
    """The place's grade on a basis that holds what the grade needs; no database."""
    finder = Finder(basis, basis.names.elements, basis.names.indicators)

    def condition(rule: Mandatory) -> Condition:
        truth = evaluating.truth(rule.expr, place=place, basis=basis)
        verdict = Verdict.UNDECIDED if truth is None else Verdict.MET if truth else Verdict.NOT_MET
        return Condition(rule, verdict, None if truth else finder.gap(rule.expr, place))

    return Graded(
        grade, place, period, standing, tuple(condition(rule) for rule in grade.mandatory),
        tuple(_scored(item, place, basis) for item in grade.items),
    )  # fmt: skip


def _scored(item: Item, place: str, basis: Basis) -> Scored:
    truths = [(evaluating.truth(expr, place=place, basis=basis), points) for expr, points in item.steps]
    low = max((points for truth, points in truths if truth), default=Fraction(0))
    high = max((points for truth, points in truths if truth is not False), default=Fraction(0))
    return Scored(item, low, high)


def grades_of(
    place: str, period: Period, *, rules_on: dt.date | None = None, place_map: str = PlaceMap.THEN,
    as_of: dt.date | None = None,
) -> list[Graded]:  # fmt: skip
    """Every grade that is one for the place, in few engine queries."""
    county = county_in([place])
    day = rules_on or period.last_day
    known = [
        g
        for g in queries.grades(on=day)
        if applies(place, level=g.where.level, area=g.where.area, region=g.where.region, kinds=g.where.kinds)
    ]
    if not known:
        return []
    basis = Basis.load(
        [expr for g in known for expr in g.exprs],
        places=[place],
        period=period,
        place_map=place_map,
        as_of=as_of,
        catalogue=catalogue.names(county=county, on=day),
    )
    standing = queries.standings(known, county=county)
    return [graded(g, place=place, period=period, basis=basis, standing=standing[g.code]) for g in known]
