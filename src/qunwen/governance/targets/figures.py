"""The quantities behind targets, as the indicators' own evaluation gives them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qunwen.base.measures.periods import Period
from qunwen.governance.indicators import catalogue
from qunwen.governance.indicators.basis import Basis
from qunwen.governance.indicators.evaluating import quantity
from qunwen.governance.indicators.language.ir import Expr
from qunwen.governance.indicators.opening import figure_url
from qunwen.governance.indicators.values import Quantity

Asked = tuple[str, Expr]


def quantities(
    asked: Sequence[Asked], *, periods: Sequence[Period], county: str = ""
) -> Mapping[tuple[Period, str, Expr], Quantity]:
    """(period, place, formula) → its quantity in base units, read in a few engine queries whatever their number.

    Raises Forbidden where the reader may not see figures.
    """
    if not asked or not periods:
        return {}
    names = catalogue.names(county=county)
    places = sorted({place for place, _expr in asked})
    exprs = list(dict.fromkeys(expr for _place, expr in asked))
    basis = Basis.load(exprs, places=places, period=periods[0], periods=periods[1:], catalogue=names)
    found = {}
    for period in periods:
        then = basis.during(period)
        for place, expr in asked:
            found[period, place, expr] = quantity(expr, place=place, basis=then)
    return found


def page_of(code: str, *, place: str, period: str) -> str:
    """The page on which the indicator opens; nothing for an element, which has no page of its own."""
    known = period and code in catalogue.indicators(county=place[:6])
    return figure_url(code, place, period) if known else ""
