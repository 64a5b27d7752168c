"""Figures: every indicator of a place in a period, in a handful of engine queries whatever their number."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from qunwen.base.measures.enums import PlaceMap
from qunwen.base.measures.periods import Period

from . import catalogue
from .basis import Basis, county_of_places
from .enums import Verdict
from .evaluating import Figure, evaluate, resolved
from .language.definitions import Indicator
from .language.parsing import Names


@dataclass(frozen=True)
class Judged:
    """What a norm says of a figure. `floor` is as printed, with sign and unit."""

    norm: str
    title: str
    verdict: Verdict
    floor: str
    unit: str
    sha256: str


# (place=, period=, figures={code: Figure}) -> {code: [Judged]}; areas that judge figures enter theirs in AppConfig.ready.
Judge = Callable[..., Mapping[str, Sequence[Judged]]]
judges: list[Judge] = []


def figures(
    *, place: str, period: Period, codes: Collection[str] | None = None, place_map: str = PlaceMap.THEN,
    as_of: dt.date | None = None,
) -> dict[str, Figure]:  # fmt: skip
    """Every indicator (or those of `codes`) at a place, by code, by the definitions in force on the period's last day.

    Raises KeyError for an unknown code, Forbidden without measures.view at the place, NeverFreshError.
    """
    found = figures_of([place], period=period, codes=codes, place_map=place_map, as_of=as_of)
    return {code: figure for (_place, code), figure in found.items()}


def figures_of(
    places: Sequence[str], *, period: Period, codes: Collection[str] | None = None, place_map: str = PlaceMap.THEN,
    as_of: dt.date | None = None,
) -> dict[tuple[str, str], Figure]:  # fmt: skip
    """The same at many places at once, by (place, code)."""
    found = figures_over(places, periods=[period], codes=codes, place_map=place_map, as_of=as_of)
    return {(place, code): figure for (place, _period, code), figure in found.items()}


def figures_over(
    places: Sequence[str], *, periods: Sequence[Period], codes: Collection[str] | None = None,
    place_map: str = PlaceMap.THEN, as_of: dt.date | None = None,
) -> dict[tuple[str, str, str], Figure]:  # fmt: skip
    """The same at many places in many periods, by (place, period's code, code).

    Periods that are judged by the same definitions are read together.
    """
    county = county_of_places(places)
    chosen = {p: wanted(codes, county=county, period=p) for p in dict.fromkeys(periods)}
    alike: dict[tuple[str, ...], list[Period]] = {}
    for period, indicators in chosen.items():
        alike.setdefault(tuple(i.sha256 for i in indicators.values()), []).append(period)
    found: dict[tuple[str, str, str], Figure] = {}
    for some in alike.values():
        indicators = chosen[some[0]]
        names = catalogue.names(county=county, on=some[0].last_day)
        exprs = [resolved(i.expr, names, window=i.window) for i in indicators.values()]
        basis = Basis.load(
            exprs, places=places, period=some[0], periods=some, place_map=place_map, as_of=as_of, catalogue=names
        )
        for period in some:
            here = basis.during(period)
            for place in places:
                for code, indicator in indicators.items():
                    found[place, period.code, code] = evaluate(indicator, place=place, basis=here)
    return found


def read_at(
    place: str, period: Period, indicators: Mapping[str, Indicator], names: Names
) -> tuple[Basis, dict[str, Figure]]:
    """Given indicators at one place, with the basis they were read from. Raises Forbidden, NeverFreshError."""
    exprs = [resolved(i.expr, names, window=i.window) for i in indicators.values()]
    basis = Basis.load(exprs, places=[place], period=period, catalogue=names)
    return basis, {code: evaluate(i, place=place, basis=basis) for code, i in indicators.items()}


def wanted(codes: Collection[str] | None, *, county: str, period: Period) -> dict[str, Indicator]:
    """The indicators asked for, as in force on the period's last day. Raises KeyError for an unknown code."""
    known = catalogue.indicators(county=county, on=period.last_day)
    return dict(known) if codes is None else {code: known[code] for code in codes}
