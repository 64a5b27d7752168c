"""The formulas of a rule's table: mistakes are told with file, line and column of the formula."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from qunwen.governance.indicators import catalogue
from qunwen.governance.indicators.language import checking, ir
from qunwen.governance.indicators.language.parsing import FormulaError, Names, parse
from qunwen.governance.indicators.language.reading import Table
from qunwen.governance.indicators.units import Dimension, UnitError, unit

_DECIMAL = re.compile(r"(\d{1,15}(?:\.\d{1,9})?)(%?)")


def names() -> Names:
    """What a rule may name: every shipped element and indicator."""
    return Names(catalogue.elements(), catalogue.indicators())


def parsed(table: Table, key: str, text: Any) -> ir.Expr:
    """The tree of a formula whose units go together. Raises DefinitionError at the key."""
    try:
        return parse(text, names=names())
    except FormulaError as problem:
        raise table.problem(key, _("第 %(n)d 个字：%(problem)s") % {"n": problem.column, "problem": problem}) from None


def value(table: Table, key: str) -> ir.Expr:
    """A formula that gives a number."""
    expr = parsed(table, key, table.text(key))
    if dimension(table, key, expr) is None:
        raise table.problem(key, _("“%(key)s”应当是一个数，不是条件") % {"key": key})
    return expr


def condition(table: Table, key: str, text: Any) -> ir.Expr:
    """A formula that is true or false."""
    expr = parsed(table, key, text)
    if dimension(table, key, expr) is not None:
        raise table.problem(key, _("这里应当是一个条件（如 a >= b）"))
    return expr


def floor(table: Table) -> ir.Expr:
    """The floor: a decimal with the table's unit ("0.6", "60%"), or a formula. Raises DefinitionError."""
    if table.data.get("floor_expr"):
        return value(table, "floor_expr")
    written = table.text("floor")
    found = _DECIMAL.fullmatch(written)
    if found is None:
        raise table.problem("floor", _("“%(text)s”应写成 0.6 或 60%% 的样子，加引号") % {"text": written})
    code = "%" if found[2] else table.text("unit", default="")
    try:
        unit(code)
    except UnitError as problem:
        raise table.problem("unit", str(problem)) from None
    return ir.Number(Fraction(found[1]), code)


def dimension(table: Table, key: str, expr: ir.Expr) -> Dimension | None:
    """What an expression counts; None for a condition. Raises DefinitionError where its parts do not go together."""
    try:
        return checking.nature(expr, names()).dimension
    except ValueError as problem:
        raise table.problem(key, str(problem)) from None


def comparable(table: Table, left: ir.Expr, right: ir.Expr) -> None:
    """Both sides count the same. Raises DefinitionError."""
    if dimension(table, "left", left) != dimension(table, "floor", right):
        key = "floor_expr" if table.data.get("floor_expr") else "unit"
        raise table.problem(key, _("标准值的单位与指标的单位不一致"))
