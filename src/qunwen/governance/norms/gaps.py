"""What would meet a norm, in whole numbers: the smallest number of the numerator's unit that closes the gap.

Computed exactly from the values reported; of a share the number of places. Several conditions give several gaps, of which
all or one must be closed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from qunwen.governance.indicators import evaluating
from qunwen.governance.indicators.basis import Basis
from qunwen.governance.indicators.language import ir
from qunwen.governance.indicators.language.definitions import Element, Indicator
from qunwen.governance.indicators.units import Unit, unit

_TURNED = {"<=": ">=", "<": ">"}


@dataclass(frozen=True)
class Gap:
    """So many more (`over`: so many fewer) of `unit` of `what`. `places`: of a share, where the condition does not hold."""

    number: int
    unit: str
    what: ir.Expr
    over: bool = False
    places: tuple[str, ...] = ()
    level: str = ""


@dataclass(frozen=True)
class Gaps:
    """Gaps of several conditions: every one of them, or any one of them, has to be closed."""

    items: tuple[Gap | Gaps, ...]
    any_one: bool = False


@dataclass(frozen=True)
class Finder:
    """Finds gaps on one basis. `elements` and `indicators` as in force there."""

    basis: Basis
    elements: Mapping[str, Element]
    indicators: Mapping[str, Indicator]

    def gap(self, expr: ir.Expr, place: str) -> Gap | Gaps | None:
        """What is missing for the condition to hold at the place; None when it holds or nothing can be said."""
        match expr:
            case ir.And(items=items):
                return _together([self.gap(item, place) for item in items])
            case ir.Or(items=items):
                if any(evaluating.truth(item, place=place, basis=self.basis) for item in items):
                    return None
                return _together([self.gap(item, place) for item in items], any_one=True)
            case ir.Compare(op=op, left=left, right=right) if op != "==":
                return self._compared(op, left, right, place)
            case _:
                return None

    def _compared(self, op: str, left: ir.Expr, right: ir.Expr, place: str) -> Gap | None:
        over = op in _TURNED
        part, whole = self._sides(self._opened(left), place)
        floor = self._value(right, place)
        if part is None or whole is None or floor is None:
            return None
        numerator, factor = self._numerator(self._opened(left))
        missing = (part - floor * whole if over else floor * whole - part) / factor.factor
        number = math.floor(missing) + 1 if op in (">", "<") else math.ceil(missing)
        if number <= 0:
            return None
        if isinstance(numerator, ir.Share | ir.Count):
            return Gap(number, "个", numerator, over, self._not_meeting(numerator, place), numerator.level)
        return Gap(number, factor.code, numerator, over)

    def _sides(self, left: ir.Expr, place: str) -> tuple[Fraction | None, Fraction | None]:
        """Numerator and denominator in base units: value = numerator / denominator."""
        match left:
            case ir.Share(level=level, cond=cond):
                met = evaluating.quantity(ir.Count(level, cond), place=place, basis=self.basis)
                failed = evaluating.quantity(ir.Count(level, ir.Not(cond)), place=place, basis=self.basis)
                if met.low is None or met.high is None or failed.low is None:
                    return None, None
                return met.low, met.high + failed.low  # those to whom the condition does not apply are left out
            case ir.Div(left=above, right=below):
                whole = self._value(below, place)
                return self._value(above, place), whole if whole else None
            case _:
                return self._value(left, place), Fraction(1)

    def _numerator(self, left: ir.Expr) -> tuple[ir.Expr, Unit]:
        above = left.left if isinstance(left, ir.Div) else left
        if isinstance(above, ir.Share | ir.Count):
            return above, unit("个")
        return above, unit(self._unit(above) or "")

    def _unit(self, expr: ir.Expr) -> str:
        """The unit a value is written in: that of the first element, where it fits the whole."""
        for node in self._inside(expr):
            if isinstance(node, ir.Ref):
                return self.elements[node.code].unit
        return ""

    def _inside(self, expr: ir.Expr) -> Iterator[ir.Expr]:
        for node in ir.walk(expr):
            if isinstance(node, ir.Use):
                yield from self._inside(self.indicators[node.code].expr)
            else:
                yield node

    def _opened(self, expr: ir.Expr) -> ir.Expr:
        while isinstance(expr, ir.Use):
            expr = self.indicators[expr.code].expr
        return expr

    def _value(self, expr: ir.Expr, place: str) -> Fraction | None:
        return evaluating.quantity(expr, place=place, basis=self.basis).value

    def _not_meeting(self, share: ir.Share | ir.Count, place: str) -> tuple[str, ...]:
        below = self.basis.below(place, share.level)
        return tuple(p for p in below if evaluating.truth(share.cond, place=p, basis=self.basis) is False)


def _together(found: list[Gap | Gaps | None], *, any_one: bool = False) -> Gap | Gaps | None:
    gaps = tuple(gap for gap in found if gap is not None)
    if len(gaps) < 2:
        return gaps[0] if gaps else None
    return Gaps(gaps, any_one)
