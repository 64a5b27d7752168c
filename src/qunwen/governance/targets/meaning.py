"""What the figure of a target is: its title and unit, whether parts add up, how it comes about in a period."""

from __future__ import annotations

from dataclasses import dataclass

from qunwen.governance.indicators import catalogue
from qunwen.governance.indicators.language import checking
from qunwen.governance.indicators.language.definitions import Element, Indicator
from qunwen.governance.indicators.language.ir import Expr, Ref, Use
from qunwen.governance.indicators.language.words import said

from .enums import Behaviour, Comparison


@dataclass(frozen=True)
class Figure:
    """An indicator or element that a target may be set for.

    `whole_period`: it rests on what adds up over time and is read over the whole period; otherwise as it stands today.
    """

    code: str
    title: str
    en: str
    unit: str
    expr: Expr
    additive: bool
    behaviour: Behaviour
    comparison: Comparison
    whole_period: bool = True
    group: str = ""

    @property
    def said(self) -> str:
        """Its title in the reader's language."""
        return said(self.title, self.en)


def of(code: str, *, county: str = "") -> Figure:
    """The figure of that code. Raises KeyError."""
    indicators = catalogue.indicators(county=county)
    if code in indicators:
        return _indicator(indicators[code], county)
    return _element(catalogue.elements()[code])


def _indicator(one: Indicator, county: str) -> Figure:
    nature = checking.nature(one.expr, catalogue.names(county=county))
    # Activities a head grow through the year; the share of plans carried out does not.
    grows = nature.flows and (not nature.ratio or nature.stocks)
    return Figure(
        one.code, one.title, one.en, one.unit, Use(one.code), additive=not nature.ratio and bool(nature.dimension),
        behaviour=Behaviour.FLOW if grows else Behaviour.LEVEL,
        comparison=Comparison.AT_MOST if one.better == "less" else Comparison.AT_LEAST,
        whole_period=nature.flows, group=one.group,
    )  # fmt: skip


def _element(one: Element) -> Figure:
    expr = Ref(one.code)
    nature = checking.nature(expr, catalogue.names())
    return Figure(
        one.code, one.title, one.en, one.unit, expr,
        additive=not nature.ratio and str(one.over_places) in ("sum", "own_else_sum"),
        behaviour=Behaviour.FLOW if one.kind == "flow" else Behaviour.LEVEL, comparison=Comparison.AT_LEAST,
        whole_period=nature.flows,
    )  # fmt: skip


def every(*, county: str = "") -> list[Figure]:
    """Every indicator and element a target may be set for, indicators first, by code."""
    indicators = [_indicator(one, county) for _code, one in sorted(catalogue.indicators(county=county).items())]
    return indicators + [_element(one) for _code, one in sorted(catalogue.elements().items())]
