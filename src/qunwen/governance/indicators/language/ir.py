"""A formula as a small tree of frozen dataclasses. Numbers are Fractions; nothing here is a float.

`canonical` is plain data (JSON), equal for equal meaning: numbers in base units, operands that may be swapped in order,
every comparison as >=, > or ==.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from typing import Any

from qunwen.governance.indicators.units import unit, written

LEVELS = ("county", "town", "village")
OPS = (">=", ">", "<=", "<", "==")


@dataclass(frozen=True)
class Expr:
    """One node. `children` are the nodes right below it."""

    @property
    def canonical(self) -> Any:
        """As plain data, equal for equal meaning."""
        raise TypeError(type(self).__name__)  # every node below has its own

    @property
    def children(self) -> tuple[Expr, ...]:
        """The nodes right below, from left to right."""
        found: list[Expr] = []
        for each in fields(self):
            value = getattr(self, each.name)
            for one in value if isinstance(value, tuple) else (value,):
                found.extend(x for x in (one if isinstance(one, tuple) else (one,)) if isinstance(x, Expr))
        return tuple(found)


@dataclass(frozen=True)
class Number(Expr):
    """A written number with its unit: 60*m2 is Number(60, "m2")."""

    value: Fraction
    unit: str = ""

    @property
    def base(self) -> Fraction:
        """In base units."""
        return self.value * unit(self.unit).factor

    @property
    def canonical(self) -> Any:
        """In base units."""
        return ["number", fraction_text(self.base), written(unit(self.unit).dimension)]


@dataclass(frozen=True)
class Ref(Expr):
    """An element, perhaps only some of its rows: filters are (name, allowed codes)."""

    code: str
    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def canonical(self) -> Any:
        """Filters in order of name, codes in order."""
        return ["element", self.code, {name: sorted(set(codes)) for name, codes in sorted(self.filters)}]


@dataclass(frozen=True)
class Use(Expr):
    """Another indicator, put in whole when evaluated."""

    code: str

    @property
    def canonical(self) -> Any:
        """By its code; what it means stands in the hash of the definition that uses it (`rests_on`)."""
        return ["indicator", self.code]


@dataclass(frozen=True)
class Add(Expr):
    """left + right."""

    left: Expr
    right: Expr

    @property
    def canonical(self) -> Any:
        """A sum's parts in order."""
        return ["add", _in_order(_flat(self, Add))]


@dataclass(frozen=True)
class Sub(Expr):
    """left - right."""

    left: Expr
    right: Expr

    @property
    def canonical(self) -> Any:
        """As written."""
        return ["sub", self.left.canonical, self.right.canonical]


@dataclass(frozen=True)
class Mul(Expr):
    """left x right."""

    left: Expr
    right: Expr

    @property
    def canonical(self) -> Any:
        """A product's parts in order."""
        return ["mul", _in_order(_flat(self, Mul))]


@dataclass(frozen=True)
class Div(Expr):
    """left / right, exact."""

    left: Expr
    right: Expr

    @property
    def canonical(self) -> Any:
        """As written."""
        return ["div", self.left.canonical, self.right.canonical]


@dataclass(frozen=True)
class Neg(Expr):
    """The negative."""

    inner: Expr

    @property
    def canonical(self) -> Any:
        """As written."""
        return ["neg", self.inner.canonical]


@dataclass(frozen=True)
class Compare(Expr):
    """left op right: true, false or undecided."""

    op: str
    left: Expr
    right: Expr

    @property
    def canonical(self) -> Any:
        """a <= b is b >= a."""
        left, right, op = self.left.canonical, self.right.canonical, self.op
        if op in ("<=", "<"):
            left, right, op = right, left, op.replace("<", ">")
        if op == "==":
            left, right = _in_order([left, right])
        return ["compare", op, left, right]


@dataclass(frozen=True)
class And(Expr):
    """All of them; with no items always true."""

    items: tuple[Expr, ...]

    @property
    def canonical(self) -> Any:
        """In order."""
        return ["and", _in_order(_flat(self, And))]


@dataclass(frozen=True)
class Or(Expr):
    """At least one of them."""

    items: tuple[Expr, ...]

    @property
    def canonical(self) -> Any:
        """In order."""
        return ["or", _in_order(_flat(self, Or))]


@dataclass(frozen=True)
class Not(Expr):
    """The opposite."""

    inner: Expr

    @property
    def canonical(self) -> Any:
        """As written."""
        return ["not", self.inner.canonical]


@dataclass(frozen=True)
class When(Expr):
    """`yes` where `cond` holds, else `no`."""

    cond: Expr
    yes: Expr
    no: Expr

    @property
    def canonical(self) -> Any:
        """As written."""
        return ["when", self.cond.canonical, self.yes.canonical, self.no.canonical]


@dataclass(frozen=True)
class Least(Expr):
    """The smallest."""

    items: tuple[Expr, ...]

    @property
    def canonical(self) -> Any:
        """In order."""
        return ["least", _in_order([x.canonical for x in self.items])]


@dataclass(frozen=True)
class Most(Expr):
    """The largest."""

    items: tuple[Expr, ...]

    @property
    def canonical(self) -> Any:
        """In order."""
        return ["most", _in_order([x.canonical for x in self.items])]


@dataclass(frozen=True)
class Share(Expr):
    """How many of the places of a level at or below the place meet `cond`, over how many there are (that meet `among`)."""

    level: str
    cond: Expr
    among: Expr | None = None

    @property
    def canonical(self) -> Any:
        """As written."""
        return ["share", self.level, self.cond.canonical, self.among.canonical if self.among else None]


@dataclass(frozen=True)
class Count(Expr):
    """How many places of a level at or below the place meet `cond`; And(()) counts all of them."""

    level: str
    cond: Expr

    @property
    def canonical(self) -> Any:
        """As written."""
        return ["count", self.level, self.cond.canonical]


@dataclass(frozen=True)
class Total(Expr):
    """The sum of `inner` over the places of a level at or below the place."""

    level: str
    inner: Expr

    @property
    def canonical(self) -> Any:
        """As written."""
        return ["total", self.level, self.inner.canonical]


@dataclass(frozen=True)
class Reported(Expr):
    """How many of the places that have to report an element have done so, over how many have to."""

    inner: Ref

    @property
    def canonical(self) -> Any:
        """As written."""
        return ["reported", self.inner.canonical]


@dataclass(frozen=True)
class Before(Expr):
    """`n` periods of the same length back (环比)."""

    inner: Expr
    n: int = 1

    @property
    def canonical(self) -> Any:
        """As written."""
        return ["before", self.inner.canonical, self.n]


@dataclass(frozen=True)
class LastYear(Expr):
    """The same period `n` years back (同比)."""

    inner: Expr
    n: int = 1

    @property
    def canonical(self) -> Any:
        """As written."""
        return ["last_year", self.inner.canonical, self.n]


@dataclass(frozen=True)
class YearToDate(Expr):
    """Flows from January up to the period's end; stocks as they are."""

    inner: Expr

    @property
    def canonical(self) -> Any:
        """As written."""
        return ["year_to_date", self.inner.canonical]


@dataclass(frozen=True)
class LastMonths(Expr):
    """Flows over the `n` months up to the period's end; stocks as they are."""

    inner: Expr
    n: int

    @property
    def canonical(self) -> Any:
        """As written."""
        return ["last_months", self.inner.canonical, self.n]


@dataclass(frozen=True)
class InYear(Expr):
    """A whole calendar year: absolute (2019), or relative to the period's year (0, -1, …)."""

    inner: Expr
    year: int

    @property
    def canonical(self) -> Any:
        """As written."""
        return ["in_year", self.inner.canonical, self.year]


@dataclass(frozen=True)
class Banded(Expr):
    """The rate of the bracket in which `by` lies, times `by`.

    steps: (upper limit, rate), the last limit None; a limit itself lies in its bracket. carry=True: never less than what
    the bracket before gives at its upper limit.
    """

    by: Expr
    steps: tuple[tuple[Number | None, Number], ...]
    carry: bool = False

    @property
    def canonical(self) -> Any:
        """As written, in base units."""
        steps = [[limit.canonical if limit else None, rate.canonical] for limit, rate in self.steps]
        return ["banded", self.by.canonical, steps, self.carry]


def fraction_text(value: Fraction) -> str:
    """A Fraction as plain text: "n/d"."""
    return f"{value.numerator}/{value.denominator}"


def _flat(expr: Expr, kind: type) -> list[Any]:
    found: list[Any] = []
    for child in expr.children:
        found.extend(_flat(child, kind) if isinstance(child, kind) else [child.canonical])
    return found


def _in_order(items: list[Any]) -> list[Any]:
    return sorted(items, key=canonical_json)


def walk(expr: Expr) -> Iterator[Expr]:
    """The node and everything below it, from top to bottom."""
    yield expr
    for child in expr.children:
        yield from walk(child)


def rebuilt(expr: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """The same tree with `change` applied to every node, from the leaves up."""

    def of(value: Any) -> Any:
        if isinstance(value, Expr):
            return rebuilt(value, change)
        return tuple(of(x) for x in value) if isinstance(value, tuple) else value

    return change(replace(expr, **{each.name: of(getattr(expr, each.name)) for each in fields(expr)}))


def canonical_json(plain: Any) -> bytes:
    """The one way to write plain data down."""
    return json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def digest(plain: Any) -> str:
    """SHA-256 of plain data as canonical JSON (sorted keys, no spaces, UTF-8)."""
    return hashlib.sha256(canonical_json(plain)).hexdigest()
