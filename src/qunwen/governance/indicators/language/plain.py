"""A formula back from its canonical form, and as text that `parse` reads again."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import reduce
from typing import Any

from . import ir
from .wording import number_in_words


def from_plain(plain: Any) -> ir.Expr:
    """The formula of a canonical form; its own canonical form is the same. Raises ValueError for anything else."""
    try:
        return _read(plain)
    except (KeyError, TypeError, IndexError, ValueError) as problem:
        raise ValueError(f"no formula: {plain!r}") from problem


def _read(plain: Any) -> ir.Expr:
    head, *rest = plain
    return _READERS[head](rest)


def _number(rest: list[Any]) -> ir.Number:
    return ir.Number(Fraction(rest[0]), rest[1])


def _all(rest: list[Any]) -> tuple[ir.Expr, ...]:
    return tuple(_read(x) for x in rest[0])


def _banded(rest: list[Any]) -> ir.Expr:
    steps = tuple((_number(limit[1:]) if limit else None, _number(rate[1:])) for limit, rate in rest[1])
    return ir.Banded(_read(rest[0]), steps, rest[2])


_READERS: dict[str, Callable[[list[Any]], ir.Expr]] = {
    "number": _number,
    "element": lambda r: ir.Ref(r[0], tuple((name, tuple(codes)) for name, codes in sorted(r[1].items()))),
    "indicator": lambda r: ir.Use(r[0]),
    "add": lambda r: reduce(ir.Add, _all(r)),
    "mul": lambda r: reduce(ir.Mul, _all(r)),
    "sub": lambda r: ir.Sub(_read(r[0]), _read(r[1])),
    "div": lambda r: ir.Div(_read(r[0]), _read(r[1])),
    "neg": lambda r: ir.Neg(_read(r[0])),
    "compare": lambda r: ir.Compare(r[0], _read(r[1]), _read(r[2])),
    "and": lambda r: ir.And(_all(r)),
    "or": lambda r: ir.Or(_all(r)),
    "not": lambda r: ir.Not(_read(r[0])),
    "when": lambda r: ir.When(_read(r[0]), _read(r[1]), _read(r[2])),
    "least": lambda r: ir.Least(_all(r)),
    "most": lambda r: ir.Most(_all(r)),
    "share": lambda r: ir.Share(r[0], _read(r[1]), _read(r[2]) if r[2] else None),
    "count": lambda r: ir.Count(r[0], _read(r[1])),
    "total": lambda r: ir.Total(r[0], _read(r[1])),
    "reported": lambda r: ir.Reported(_ref(_read(r[0]))),
    "before": lambda r: ir.Before(_read(r[0]), r[1]),
    "last_year": lambda r: ir.LastYear(_read(r[0]), r[1]),
    "year_to_date": lambda r: ir.YearToDate(_read(r[0])),
    "last_months": lambda r: ir.LastMonths(_read(r[0]), r[1]),
    "in_year": lambda r: ir.InYear(_read(r[0]), r[1]),
    "banded": _banded,
}


def _ref(expr: ir.Expr) -> ir.Ref:
    if not isinstance(expr, ir.Ref):
        raise TypeError(type(expr).__name__)
    return expr


def as_text(expr: ir.Expr) -> str:
    """The formula as it is typed; `parse` gives the same tree again."""
    match expr:
        case ir.Number(value=value, unit="%"):
            return f"{number_in_words(value)}%"
        case ir.Number(value=value, unit=unit):
            return f"{number_in_words(value)}*{unit}" if unit else number_in_words(value)
        case ir.Ref(code=code, filters=filters):
            inside = ", ".join(f"{name}={_codes(codes)}" for name, codes in filters)
            return f"{code}({inside})" if filters else code
        case ir.Use(code=code):
            return code
        case ir.Add() | ir.Sub() | ir.Mul() | ir.Div():
            sign = {ir.Add: "+", ir.Sub: "-", ir.Mul: "*", ir.Div: "/"}[type(expr)]
            return f"{_inside(expr.left)} {sign} {_inside(expr.right)}"
        case ir.Neg(inner=inner):
            return f"-{_inside(inner)}"
        case ir.Compare(op=op, left=left, right=right):
            return f"{_inside(left)} {op} {_inside(right)}"
        case ir.And(items=items) | ir.Or(items=items) if items:
            return (" and " if isinstance(expr, ir.And) else " or ").join(_inside(x) for x in items)
        case ir.Not(inner=inner):
            return f"not {_inside(inner)}"
    return _call(expr)


def _inside(expr: ir.Expr) -> str:
    text = as_text(expr)
    whole = isinstance(expr, ir.Ref | ir.Use) or (isinstance(expr, ir.Number) and not expr.unit)
    return text if whole or _is_call(expr) else f"({text})"


def _is_call(expr: ir.Expr) -> bool:
    return type(expr) in _NAMES


def _codes(codes: tuple[str, ...]) -> str:
    quoted = [f'"{code}"' for code in codes]
    return quoted[0] if len(quoted) == 1 else f"({', '.join(quoted)})"


_NAMES: dict[type, str] = {
    ir.Least: "least", ir.Most: "most", ir.When: "when", ir.Share: "share", ir.Count: "count", ir.Total: "total",
    ir.Reported: "reported", ir.Before: "before", ir.LastYear: "last_year", ir.YearToDate: "year_to_date",
    ir.LastMonths: "last_months", ir.InYear: "in_year", ir.Banded: "banded",
}  # fmt: skip


def _call(expr: ir.Expr) -> str:
    inside = [as_text(child) for child in expr.children if child != ir.And(())]
    match expr:
        case ir.Share(level=level, among=ir.Expr()):
            inside = [f'"{level}"', inside[0], f"among={inside[1]}"]
        case ir.Count(level=level, cond=ir.And(items=())):
            inside = [f'"{level}"']
        case ir.Share(level=level) | ir.Count(level=level) | ir.Total(level=level):
            inside = [f'"{level}"', *inside]
        case ir.Before(n=n) | ir.LastYear(n=n) | ir.LastMonths(n=n):
            inside.append(str(n))
        case ir.InYear(year=year):
            inside.append(str(year))
        case ir.Banded(by=by, steps=steps, carry=carry):
            rows = ", ".join(f"({as_text(limit) if limit else 'None'}, {as_text(rate)})" for limit, rate in steps)
            inside = [as_text(by), f"[{rows}]", f"carry={carry}"]
    return f"{_NAMES[type(expr)]}({', '.join(inside)})"
