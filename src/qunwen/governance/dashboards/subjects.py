"""What a dashboard can show: indicators by theme, and counts of the house that have no indicator of their own."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from qunwen.base.measures import declare
from qunwen.base.measures.enums import Kind
from qunwen.base.places.models import Place
from qunwen.base.scope.codes import LENGTHS, Level
from qunwen.governance.indicators import catalogue
from qunwen.governance.indicators.language import ir
from qunwen.governance.indicators.language.definitions import Element, Indicator
from qunwen.governance.indicators.language.words import said

ACTIVITIES = "activities"
HELD = "activities.held"


@dataclass(frozen=True)
class Subject:
    """One thing that is counted. `places`: decimals shown. `additive`: the places below add up to the place above."""

    code: str
    title: str
    unit: str
    theme: str
    places: int = 0
    additive: bool = True
    measure: bool = True
    by_kind: bool = False
    by_day: bool = False
    reported_by: int = Level.VILLAGE
    less_is_better: bool = False
    meaning: str = ""
    levels: tuple[str, ...] = ir.LEVELS

    def at(self, level: int) -> bool:
        """Whether it makes sense at a level; what makes sense for a county does so above it."""
        return _LEVELS.get(Level(level), "county") in self.levels

    @property
    def per_cent(self) -> bool:
        """Whether its unit is per cent, so that changes are in points."""
        return self.unit == "%"


def of_measure(code: str) -> Subject:
    """A count as declared by its area. Raises KeyError."""
    found = declare.get(code)
    return Subject(
        code=code,
        title=str(found.title),
        unit=str(found.unit),
        theme=code.partition(".")[0],
        by_kind="kind" in {dim.code for dim in found.dims},
        by_day=found.kind == Kind.FLOW,
        reported_by=int(found.reported_by),
        meaning=str(found.meaning),
    )


def of_indicator(found: Indicator) -> Subject:
    """An indicator as defined."""
    return Subject(
        code=found.code,
        title=said(found.title, found.en),
        unit=said(found.unit, found.unit),
        theme=found.group,
        places=found.places,
        additive=_adds_up(found.expr),
        measure=False,
        less_is_better=found.better == "less",
        meaning=said(found.meaning, found.meaning),
        levels=found.levels,
    )


def _adds_up(expr: ir.Expr) -> bool:
    """Whether the figures of the places below add up to the figure of the place above."""
    match expr:
        case ir.Ref(code=code):
            return catalogue.elements()[code].over_places == "sum"
        case ir.Add(left=left, right=right):
            return _adds_up(left) and _adds_up(right)
    return False


def _same_count(expr: ir.Expr) -> str:
    """The measure that a formula merely repeats, '' for any other formula."""
    if not isinstance(expr, ir.Ref) or expr.filters:
        return ""
    element: Element = catalogue.elements()[expr.code]
    return element.measure if not element.filters and element.measure else ""


# The order in which the counts of activities stand on a page; others follow by code.
_FIRST = ("activities.planned", HELD, "activities.attendance", "activities.media_reports")
# Indicators say for which of these they make sense; what makes sense for a county does so above it.
_LEVELS = {Level.TOWN: "town", Level.VILLAGE: "village"}


def subjects(place: Place, *, on: dt.date, measures_only: bool = False) -> dict[str, Subject]:
    """Everything that can be shown of a place, in order, by code: counts of activities, then the indicators of that day.

    An indicator that only repeats a count, or makes no sense at the place's level, is left out. `measures_only`: what
    can be summed over a named hierarchy.
    """
    codes = [m.code for m in declare.all() if m.code.startswith(f"{ACTIVITIES}.")]
    codes.sort(key=lambda code: (_FIRST.index(code) if code in _FIRST else len(_FIRST), code))
    found = {code: of_measure(code) for code in codes}
    if measures_only:
        return found
    county = place.pk[: LENGTHS[Level.COUNTY]] if place.level >= Level.COUNTY else ""
    for code, indicator in catalogue.indicators(county=county, on=on).items():
        subject = of_indicator(indicator)
        if code not in found and subject.at(place.level) and _same_count(indicator.expr) not in found:
            found[code] = subject
    return found


def themes(found: dict[str, Subject]) -> list[tuple[str, str]]:
    """(code, name) of the themes that have something to show, activities first."""
    used = dict.fromkeys(subject.theme for subject in found.values())
    return [(code, said(*catalogue.GROUPS[code]) if code in catalogue.GROUPS else code) for code in used]
