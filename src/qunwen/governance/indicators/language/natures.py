"""What a formula gives: a quantity of which dimension, whether it is a ratio, whether it rests on flows or stocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from qunwen.governance.indicators.units import Dimension, UnitError, times, unit, written

from . import ir
from .definitions import Element, Indicator
from .parsing import Names

_SHIFTS = (ir.Before, ir.LastYear, ir.YearToDate, ir.LastMonths, ir.InYear)


@dataclass(frozen=True)
class Nature:
    """What a formula gives: a quantity of a dimension, or a truth (None). `ratio`: must not be added up.

    flows, stocks: whether it rests on any.
    """

    dimension: Dimension | None
    ratio: bool = False
    flows: bool = False
    stocks: bool = False


class Wrong(ValueError):
    """Units or kinds do not go together at a node. The message is for a person."""

    def __init__(self, node: ir.Expr, text: str) -> None:
        super().__init__(text)
        self.node = node


def nature(expr: ir.Expr, names: Names) -> Nature:
    """What a formula gives. Raises ValueError with the reason when units or kinds do not go together."""
    return _Natures(names).of(expr)


class _Natures:
    def __init__(self, names: Names) -> None:
        self.names = names

    def of(self, expr: ir.Expr) -> Nature:
        match expr:
            case ir.Number(unit=code):
                return Nature(_dimension(expr, code))
            case ir.Ref(code=code):
                return self._element(expr, self.names.elements[code])
            case ir.Use(code=code):
                return self._used(expr, self.names.indicators[code])
            case ir.Add() | ir.Sub() | ir.Least() | ir.Most():
                return self._alike(expr)
            case ir.Mul(left=left, right=right):
                one, other = self._quantity(left), self._quantity(right)
                return _both(times(_d(one), _d(other)), one, other)
            case ir.Div():
                return self._quotient(expr)
            case ir.Neg(inner=inner):
                return self._quantity(inner)
            case ir.Compare():
                return self._compared(expr)
            case ir.And() | ir.Or() | ir.Not():
                return _both(None, *(self._truth(child) for child in expr.children))
            case ir.When(cond=cond, yes=yes, no=no):
                truth = self._truth(cond)
                return _both(_d(self._same(expr, (yes, no))), truth, self._quantity(yes), self._quantity(no))
            case ir.Share() | ir.Count() | ir.Total():
                return self._places(expr)
            case ir.Reported(inner=inner):
                found = self.of(inner)
                return Nature((), True, found.flows, found.stocks)
            case ir.Banded():
                return self._banded(expr)
        return self._moved(expr)

    def _quantity(self, expr: ir.Expr) -> Nature:
        found = self.of(expr)
        if found.dimension is None:
            raise Wrong(expr, _("这里要一个数，不是条件。"))
        return found

    def _truth(self, expr: ir.Expr) -> Nature:
        found = self.of(expr)
        if found.dimension is not None:
            raise Wrong(expr, _("这里要一个条件，如 活动场次 >= 12*场。"))
        return found

    def _element(self, expr: ir.Ref, element: Element) -> Nature:
        dimension = _dimension(expr, element.unit)
        ratio = is_ratio(element.unit)
        return Nature(dimension, ratio, element.kind == "flow", element.kind == "stock")

    def _used(self, expr: ir.Use, used: Any) -> Nature:
        if not isinstance(used, Indicator):
            return Nature((), ratio=True)
        return self.of(used.expr)

    def _same(self, expr: ir.Expr, items: Sequence[ir.Expr]) -> Nature:
        """What all items are. Zero goes with every unit."""
        found = [(item, self._quantity(item)) for item in items]
        measured = [(i, n) for i, n in found if not (isinstance(i, ir.Number) and i.value == 0 and not i.unit)] or found
        _first, one = measured[0]
        for item, other in measured[1:]:
            if other.dimension != one.dimension:
                raise Wrong(item, _unlike(_d(one), _d(other)))
        return _both(one.dimension, *(n for _i, n in found))

    def _alike(self, expr: ir.Expr) -> Nature:
        same = self._same(expr, expr.children)
        if (
            isinstance(expr, ir.Add)
            and same.ratio
            and _bare(expr.left) == _bare(expr.right)
            and expr.left != expr.right
        ):
            raise Wrong(expr, _("比率不能把不同时期的相加，请分子、分母各自累计后再除。"))
        return same

    def _quotient(self, expr: ir.Div) -> Nature:
        one, other = self._quantity(expr.left), self._quantity(expr.right)
        if isinstance(expr.right, ir.Number) and expr.right.value == 0:
            raise Wrong(expr.right, _("不能除以 0。"))
        made = _both(times(_d(one), _d(other), power=-1), one, other)
        counted = any(
            not isinstance(n, ir.Number | ir.Add | ir.Sub | ir.Mul | ir.Div | ir.Neg) for n in ir.walk(expr.right)
        )
        return Nature(made.dimension, made.ratio or counted, made.flows, made.stocks)

    def _compared(self, expr: ir.Compare) -> Nature:
        same = self._same(expr, (expr.left, expr.right))
        return Nature(None, False, same.flows, same.stocks)

    def _places(self, expr: ir.Share | ir.Count | ir.Total) -> Nature:
        inside = [n for n in ir.walk(expr) if n is not expr and isinstance(n, ir.Share | ir.Count | ir.Total)]
        for below in inside:
            if ir.LEVELS.index(below.level) < ir.LEVELS.index(expr.level):
                raise Wrong(below, _("里面的层级不能高于外面的层级。"))
        match expr:
            case ir.Total(inner=inner):
                found = self._quantity(inner)
                if found.ratio:
                    raise Wrong(expr, _("比率不能按地方相加，请分子、分母各自汇总后再除。"))
                return found
            case ir.Count(cond=cond):
                truth = self._truth(cond)
                return Nature((("item", 1),), False, truth.flows, truth.stocks)
        truths = [self._truth(child) for child in expr.children]
        return _both((), Nature((), ratio=True), *truths)

    def _banded(self, expr: ir.Banded) -> Nature:
        by = self._quantity(expr.by)
        rates = {unit(rate.unit).dimension for _limit, rate in expr.steps}
        for limit, rate in expr.steps:
            if limit is not None and _dimension(limit, limit.unit) != by.dimension:
                raise Wrong(limit, _unlike(_d(by), _dimension(limit, limit.unit)))
            _dimension(rate, rate.unit)
        if len(rates) > 1:
            raise Wrong(expr.steps[1][1], _("各档标准的单位要相同。"))
        return _both(times(_d(by), rates.pop()), by)

    def _moved(self, expr: ir.Expr) -> Nature:
        (inner,) = expr.children
        found = self._quantity(inner)
        if isinstance(expr, ir.YearToDate | ir.LastMonths) and found.stocks and not found.flows:
            raise Wrong(expr, _("时点数不能跨月累计，期末是多少就是多少。"))
        summed = any(isinstance(n, ir.LastMonths | ir.YearToDate) for n in ir.walk(inner))
        if summed and isinstance(expr, ir.YearToDate | ir.LastMonths):
            raise Wrong(expr, _("累计里面不能再累计。"))
        if not (found.flows or found.stocks):
            raise Wrong(expr, _("固定的数不随时期变化，不用换时期。"))
        return found


def _d(found: Nature) -> Dimension:
    return found.dimension or ()


def _both(dimension: Dimension | None, *parts: Nature) -> Nature:
    return Nature(
        dimension, any(p.ratio for p in parts), any(p.flows for p in parts), any(p.stocks for p in parts)
    )  # fmt: skip


def _bare(expr: ir.Expr) -> ir.Expr:
    while isinstance(expr, _SHIFTS):
        (expr,) = expr.children
    return expr


def _dimension(expr: ir.Expr, code: str) -> Dimension:
    try:
        return unit(code).dimension
    except UnitError as problem:
        raise Wrong(expr, str(problem)) from None


def is_ratio(code: str) -> bool:
    """Whether a unit is that of a ratio, which must not be added up."""
    return not unit(code).dimension or any(power < 0 for _name, power in unit(code).dimension)


def _unlike(one: Dimension, other: Dimension) -> str:
    if not other:
        return _("单位不同：前面是“%(one)s”，这里没有单位；数要带单位，如 12*%(one)s。") % {"one": written(one)}
    if not one:
        return _("单位不同：前面没有单位，这里是“%(other)s”。") % {"other": written(other)}
    return _("单位不同：前面是“%(one)s”，这里是“%(other)s”，不能相加减或比较。") % {
        "one": written(one),
        "other": written(other),
    }
