"""A formula back from its canonical form, and as text that `parse` reads again."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import reduce
from typing import Any

from .ir import (
    Add,
    And,
    Banded,
    Before,
    Compare,
    Count,
    Div,
    Expr,
    InYear,
    LastMonths,
    LastYear,
    Least,
    Most,
    Mul,
    Neg,
    Not,
    Number,
    Or,
    Ref,
    Reported,
    Share,
    Sub,
    Total,
    Use,
    When,
    YearToDate,
)
from .wording import number_in_words


def from_plain(plain: Any) -> Expr:
    """The formula of a canonical form; its own canonical form is the same. Raises ValueError for anything else."""
    try:
        return _read(plain)
    except (KeyError, TypeError, IndexError, ValueError) as problem:
        raise ValueError(f"no formula: {plain!r}") from problem


def _read(plain: Any) -> Expr:
    head, *rest = plain
    return _READERS[head](rest)


def _number(rest: list[Any]) -> Number:
    return Number(Fraction(rest[0]), rest[1])


def _all(rest: list[Any]) -> tuple[Expr, ...]:
    return tuple(_read(x) for x in rest[0])


def _banded(rest: list[Any]) -> Expr:
    steps = tuple((_number(limit[1:]) if limit else None, _number(rate[1:])) for limit, rate in rest[1])
    return Banded(_read(rest[0]), steps, rest[2])


_READERS: dict[str, Callable[[list[Any]], Expr]] = {
    "number": _number,
    "element": lambda r: Ref(r[0], tuple((name, tuple(codes)) for name, codes in sorted(r[1].items()))),
    "indicator": lambda r: Use(r[0]),
    "add": lambda r: reduce(Add, _all(r)),
    "mul": lambda r: reduce(Mul, _all(r)),
    "sub": lambda r: Sub(_read(r[0]), _read(r[1])),
    "div": lambda r: Div(_read(r[0]), _read(r[1])),
    "neg": lambda r: Neg(_read(r[0])),
    "compare": lambda r: Compare(r[0], _read(r[1]), _read(r[2])),
    "and": lambda r: And(_all(r)),
    "or": lambda r: Or(_all(r)),
    "not": lambda r: Not(_read(r[0])),
    "when": lambda r: When(_read(r[0]), _read(r[1]), _read(r[2])),
    "least": lambda r: Least(_all(r)),
    "most": lambda r: Most(_all(r)),
    "share": lambda r: Share(r[0], _read(r[1]), _read(r[2]) if r[2] else None),
    "count": lambda r: Count(r[0], _read(r[1])),
    "total": lambda r: Total(r[0], _read(r[1])),
    "reported": lambda r: Reported(_ref(_read(r[0]))),
    "before": lambda r: Before(_read(r[0]), r[1]),
    "last_year": lambda r: LastYear(_read(r[0]), r[1]),
    "year_to_date": lambda r: YearToDate(_read(r[0])),
    "last_months": lambda r: LastMonths(_read(r[0]), r[1]),
    "in_year": lambda r: InYear(_read(r[0]), r[1]),
    "banded": _banded,
}


def _ref(expr: Expr) -> Ref:
    if not isinstance(expr, Ref):
        raise TypeError(type(expr).__name__)
    return expr


def as_text(expr: Expr) -> str:
    """The formula as it is typed; `parse` gives the same tree again."""
    match expr:
        case Number(value=value, unit="%"):
            return f"{number_in_words(value)}%"
        case Number(value=value, unit=unit):
            return f"{number_in_words(value)}*{unit}" if unit else number_in_words(value)
        case Ref(code=code, filters=filters):
            inside = ", ".join(f"{name}={_codes(codes)}" for name, codes in filters)
            return f"{code}({inside})" if filters else code
        case Use(code=code):
            return code
        case Add() | Sub() | Mul() | Div():
            sign = {Add: "+", Sub: "-", Mul: "*", Div: "/"}[type(expr)]
            return f"{_inside(expr.left)} {sign} {_inside(expr.right)}"
        case Neg(inner=inner):
            return f"-{_inside(inner)}"
        case Compare(op=op, left=left, right=right):
            return f"{_inside(left)} {op} {_inside(right)}"
        case And(items=items) | Or(items=items) if items:
            return (" and " if isinstance(expr, And) else " or ").join(_inside(x) for x in items)
        case Not(inner=inner):
            return f"not {_inside(inner)}"
    return _call(expr)


def _inside(expr: Expr) -> str:
    text = as_text(expr)
    whole = isinstance(expr, Ref | Use) or (isinstance(expr, Number) and not expr.unit)
    return text if whole or _is_call(expr) else f"({text})"


def _is_call(expr: Expr) -> bool:
    return type(expr) in _NAMES


def _codes(codes: tuple[str, ...]) -> str:
    quoted = [f'"{code}"' for code in codes]
    return quoted[0] if len(quoted) == 1 else f"({', '.join(quoted)})"


_NAMES: dict[type, str] = {
    Least: "least", Most: "most", When: "when", Share: "share", Count: "count", Total: "total", Reported: "reported",
    Before: "before", LastYear: "last_year", YearToDate: "year_to_date", LastMonths: "last_months", InYear: "in_year",
    Banded: "banded",
}  # fmt: skip


def _call(expr: Expr) -> str:
    inside = [as_text(child) for child in expr.children if child != And(())]
    match expr:
        case Share(level=level, among=Expr()):
            inside = [f'"{level}"', inside[0], f"among={inside[1]}"]
        case Count(level=level, cond=And(items=())):
            inside = [f'"{level}"']
        case Share(level=level) | Count(level=level) | Total(level=level):
            inside = [f'"{level}"', *inside]
        case Before(n=n) | LastYear(n=n) | LastMonths(n=n):
            inside.append(str(n))
        case InYear(year=year):
            inside.append(str(year))
        case Banded(by=by, steps=steps, carry=carry):
            rows = ", ".join(f"({as_text(limit) if limit else 'None'}, {as_text(rate)})" for limit, rate in steps)
            inside = [as_text(by), f"[{rows}]", f"carry={carry}"]
    return f"{_NAMES[type(expr)]}({', '.join(inside)})"
