"""What a formula needs: which elements, filtered how, at which moment, at the places of which level."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

from qunwen.base.measures.periods import Period
from qunwen.base.scope.codes import Level

from .cube import Sum
from .language import ir
from .language.definitions import Element
from .language.parsing import Names
from .spans import Moment, Span, span_of

LEVELS = {"county": Level.COUNTY, "town": Level.TOWN, "village": Level.VILLAGE}
GRADE = "grade"

Filters = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Need:
    """An element with filters, at a moment."""

    code: str
    filters: Filters
    moment: Moment


def needs(expr: ir.Expr, *, period: Period, names: Names) -> frozenset[tuple[Need, str]]:
    """Every element that a formula looks at, each with the level of the places at which ("": at the place itself)."""
    return frozenset(refs(inlined(expr, names), Moment(span_of(period)), ""))


def refs(expr: ir.Expr, moment: Moment, level: str) -> Iterator[tuple[Need, str]]:
    """The elements of a formula without indicators in it, in order; `moment` and `level` are those of the whole."""
    if isinstance(expr, ir.Ref):
        yield Need(expr.code, expr.filters, moment), level
    inside = moment.under(expr)
    below = expr.level if isinstance(expr, ir.Share | ir.Count | ir.Total) else level
    for child in expr.children:
        yield from refs(child, inside, below)


def reading_span(element: Element, span: Span) -> Span:
    """Where an element is read: a flow over the whole span, a stock at its last month."""
    return span if element.kind == "flow" else Span(span.first + span.length - 1, 1)


def chosen(sums: Collection[Sum], filters: Filters, element: Element) -> list[Sum]:
    """The sums that an element and the filters on it let through."""
    asked = [*element.filters, *filters]
    return [s for s in sums if all((s.grade if n == GRADE else s.dims.get(n)) in codes for n, codes in asked)]


def inlined(expr: ir.Expr, names: Names) -> ir.Expr:
    """The formula with every indicator it uses put in whole; one that is counted by the year brings its year to date.

    Raises KeyError for an indicator that is not known.
    """

    def change(node: ir.Expr) -> ir.Expr:
        if not isinstance(node, ir.Use):
            return node
        used = names.indicators[node.code]
        inner = inlined(used.expr, names)
        return windowed(inner, names) if used.window == "year" else inner

    return ir.rebuilt(expr, change)


def windowed(expr: ir.Expr, names: Names) -> ir.Expr:
    """The formula with every flow taken for the calendar year to date, where it says nothing else."""
    if isinstance(expr, ir.YearToDate | ir.LastMonths | ir.InYear):
        return expr
    if isinstance(expr, ir.Reported):
        return ir.YearToDate(expr) if names.elements[expr.inner.code].kind == "flow" else expr
    if isinstance(expr, ir.Ref):
        return ir.YearToDate(expr) if names.elements[expr.code].kind == "flow" else expr
    parts = {f.name: _each(getattr(expr, f.name), names) for f in fields(expr)}
    return replace(expr, **parts)


def _each(value: Any, names: Names) -> Any:
    if isinstance(value, ir.Expr):
        return windowed(value, names)
    return tuple(_each(x, names) for x in value) if isinstance(value, tuple) else value
