"""From a norm's expression to conditions of an integer programme: what would have to be done for it to hold.

Everything that no remedy can change (populations, the past, other venues) is taken at its exact present value; what is
missing or undecided cannot be planned upon, and is named instead (`Unplannable`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from django.utils.translation import gettext as _

from qunwen.base.scope.codes import level_of
from qunwen.governance.indicators import evaluating
from qunwen.governance.indicators.basis import Basis, inlined
from qunwen.governance.indicators.language import ir
from qunwen.governance.indicators.language.definitions import Element
from qunwen.governance.indicators.needing import LEVELS
from qunwen.governance.indicators.units import unit

from .programme import Programme
from .remedies import Remedy

_PARTED = (ir.Add, ir.Sub, ir.Mul, ir.Div)
_TURNED = {"<=": ">=", "<": ">"}


class Unplannable(ValueError):
    """The condition cannot be put into the programme; the message says why, for the officer."""


@dataclass(frozen=True)
class Linear:
    """A constant and factors of variables, in base units."""

    constant: Fraction
    terms: Mapping[str, Fraction] = field(default_factory=dict, hash=False)

    def plus(self, other: Linear, factor: Fraction = Fraction(1)) -> Linear:
        """This and `factor` times the other."""
        terms = dict(self.terms)
        for name, value in other.terms.items():
            terms[name] = terms.get(name, Fraction(0)) + factor * value
        return Linear(self.constant + factor * other.constant, {n: v for n, v in terms.items() if v})

    def times(self, factor: Fraction) -> Linear:
        """This, `factor` times."""
        return Linear(self.constant * factor, {n: v * factor for n, v in self.terms.items() if v * factor})


@dataclass
class Builder:
    """Adds what norms ask of places to a programme of remedies carried out at and below them."""

    programme: Programme
    basis: Basis
    elements: Mapping[str, Element]
    remedies: Sequence[Remedy]
    steps: dict[str, tuple[Remedy, str]] = field(default_factory=dict)  # variable -> (remedy, place)
    _count: int = 0

    def demand(self, condition: ir.Expr, place: str, *, name: str = "") -> None:
        """The condition (of a norm, as it is defined) holds at the place. Raises Unplannable."""
        self.require(inlined(condition, self.basis.names), place, name=name)

    def require(self, condition: ir.Expr, place: str, *, guard: str = "", name: str = "") -> None:
        """A condition without indicators in it holds; with a guard, wherever that 0/1 variable is 1. Raises Unplannable."""
        match condition:
            case ir.And(items=items):
                for item in items:
                    self.require(item, place, guard=guard, name=name)
            case ir.Or(items=items):
                self._either(items, place, guard, name)
            case ir.Compare(op=op, left=left, right=right):
                if op in _TURNED:
                    op, left, right = _TURNED[op], right, left
                self._compare(op, left, right, (place, guard, name))
            case _:
                self._as_it_is(condition, place, guard, name)

    def _as_it_is(self, condition: ir.Expr, place: str, guard: str, name: str) -> None:
        """A condition that no remedy can change: it holds or it does not."""
        truth = evaluating.truth(condition, place=place, basis=self.basis)
        if truth is None:
            raise Unplannable(_("缺数，无法判断"))
        if not truth:
            terms = {guard: Fraction(-1)} if guard else {}
            self.programme.require(name, terms, Fraction(0) if guard else Fraction(1))

    def _either(self, items: Sequence[ir.Expr], place: str, guard: str, name: str) -> None:
        ways, problems = [], []
        for item in items:
            way = self._binary()
            try:
                self.require(item, place, guard=way, name=name)
            except Unplannable as problem:
                problems.append(problem)
            else:
                ways.append(way)
        if not ways:
            raise problems[0]
        terms = dict.fromkeys(ways, Fraction(1)) | ({guard: Fraction(-1)} if guard else {})
        self.programme.require(name, terms, Fraction(0) if guard else Fraction(1))

    def _binary(self) -> str:
        self._count += 1
        return self.programme.variable(f"way{self._count}")

    def _compare(self, op: str, left: ir.Expr, right: ir.Expr, where: tuple[str, str, str]) -> None:
        place, _guard, _name = where
        if isinstance(left, ir.Share | ir.Count):
            self._places(op, left, right, where)
            return
        if isinstance(left, ir.Div):
            whole = self._linear(left.right, place)
            floor = self._linear(right, place)
            if floor.terms and whole.terms:
                raise Unplannable(_("标准的两边都会随措施变化，不能一并规划"))
            if not whole.terms and whole.constant <= 0:
                raise Unplannable(_("分母为零，无法计算"))
            if whole.terms and whole.constant + self.programme.lowest(whole.terms) <= 0:
                self._at_least_zero(">", whole, where)  # nothing divided by nothing meets no norm
            asked = whole.times(floor.constant) if not floor.terms else floor.times(whole.constant)
            gap = self._linear(left.left, place).plus(asked, Fraction(-1))
        else:
            gap = self._linear(left, place).plus(self._linear(right, place), Fraction(-1))
        self._at_least_zero(op, gap, where)

    def _at_least_zero(self, op: str, gap: Linear, where: tuple[str, str, str]) -> None:
        _place, guard, name = where
        if op == "==":
            raise Unplannable(_("“恰好等于”的条件不能规划"))
        # Whole steps move the gap in multiples of one over the common denominator: more than 0 is at least that.
        least = -gap.constant
        if op == ">":
            parts = [gap.constant, *gap.terms.values()]
            least += Fraction(1, math.lcm(*(p.denominator for p in parts)))
        terms = dict(gap.terms)
        if guard:
            slack = least - self.programme.lowest(terms)
            if slack <= 0:
                return
            terms[guard] = terms.get(guard, Fraction(0)) - slack
            least -= slack
        elif not terms and least <= 0:
            return
        self.programme.require(name, terms, least)

    def _places(self, op: str, left: ir.Share | ir.Count, right: ir.Expr, where: tuple[str, str, str]) -> None:
        """So many of the places below have to meet a condition: one 0/1 variable for each."""
        place, _guard, name = where
        places, chosen = self._among(left, place), {}
        for each in places:
            meets = self._binary()
            try:
                self.require(left.cond, each, guard=meets, name=name)
            except Unplannable:
                # Nothing is known of it: it cannot be counted upon.
                self.programme.require(name, {meets: Fraction(-1)}, Fraction(0))
            chosen[meets] = Fraction(1)
        floor = self._linear(right, place)
        whole = Fraction(len(places)) if isinstance(left, ir.Share) else Fraction(1)
        self._at_least_zero(op, Linear(Fraction(0), chosen).plus(floor.times(whole), Fraction(-1)), where)

    def _among(self, left: ir.Share | ir.Count, place: str) -> list[str]:
        there = self.basis.below(place, left.level)
        places = [p for p in there if evaluating.applies(left.cond, place=p, basis=self.basis)]
        if not isinstance(left, ir.Share) or left.among is None:
            return places
        found = [(p, evaluating.truth(left.among, place=p, basis=self.basis)) for p in places]
        found = [(p, t) for p, t in found if t is not None or evaluating.applies(left.among, place=p, basis=self.basis)]
        if any(truth is None for _p, truth in found):
            raise Unplannable(_("不清楚有多少地方应当计入"))
        return [p for p, truth in found if truth]

    def _linear(self, expr: ir.Expr, place: str) -> Linear:
        match expr:
            case ir.Ref() as ref:
                return self._element(ref, place)
            case ir.Add(left=left, right=right):
                return self._linear(left, place).plus(self._linear(right, place))
            case ir.Sub(left=left, right=right):
                return self._linear(left, place).plus(self._linear(right, place), Fraction(-1))
            case ir.Neg(inner=inner):
                return self._linear(inner, place).times(Fraction(-1))
            case ir.Mul(left=left, right=right):
                a, b = self._linear(left, place), self._linear(right, place)
                if a.terms and b.terms:
                    raise Unplannable(_("两个会变的数相乘，不能规划"))
                return a.times(b.constant) if a.terms else b.times(a.constant)
            case ir.Div(left=left, right=right):
                whole = self._linear(right, place)
                if whole.terms or not whole.constant:
                    raise Unplannable(_("分母会变或为零，不能规划"))
                return self._linear(left, place).times(1 / whole.constant)
            case ir.YearToDate(inner=ir.Ref() as ref) | ir.LastMonths(inner=ir.Ref() as ref):
                return Linear(self._value(expr, place)).plus(self._gains(ref, place))
            case ir.YearToDate(inner=inner) | ir.LastMonths(inner=inner) if isinstance(inner, _PARTED):
                return self._linear(_inward(expr, inner), place)
            case other:
                return Linear(self._value(other, place))

    def _value(self, expr: ir.Expr, place: str) -> Fraction:
        found = evaluating.quantity(expr, place=place, basis=self.basis)
        if found.value is None:
            raise Unplannable(_("缺数，无法规划"))
        return found.value

    def _element(self, ref: ir.Ref, place: str) -> Linear:
        return Linear(self._value(ref, place)).plus(self._gains(ref, place))

    def _gains(self, ref: ir.Ref, place: str) -> Linear:
        element = self.elements[ref.code]
        terms: dict[str, Fraction] = {}
        for remedy in self.remedies:
            by = remedy.raises_of(ref)
            if not by:
                continue
            for where in self._where(remedy, element, place):
                name = self._step(remedy, where)
                terms[name] = terms.get(name, Fraction(0)) + by * unit(element.unit).factor
        return Linear(Fraction(0), terms)

    def _where(self, remedy: Remedy, element: Element, place: str) -> list[str]:
        """The places at which carrying out the remedy moves this element of this place."""
        if level_of(place) == LEVELS[remedy.level]:
            return [place]
        if element.over_places == "sum" and level_of(place) < LEVELS[remedy.level]:
            return list(self.basis.below(place, remedy.level))
        return []

    def _step(self, remedy: Remedy, place: str) -> str:
        name = f"{remedy.code}@{place}"
        self.steps[name] = (remedy, place)
        return self.programme.variable(name, cost=remedy.cost, most=remedy.most)


def _inward(span: ir.YearToDate | ir.LastMonths, inner: ir.Expr) -> ir.Expr:
    """The year to date of a sum is the sum of the years to date."""
    return replace(inner, left=replace(span, inner=inner.left), right=replace(span, inner=inner.right))  # type: ignore
