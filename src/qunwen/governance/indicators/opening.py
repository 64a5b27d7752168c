"""Opening a figure: formula in words, parts, the places below, the rows behind each part, who is missing, its versions."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from qunwen.base.measures import declare
from qunwen.base.measures import queries as measured
from qunwen.base.measures.enums import PlaceMap
from qunwen.base.measures.periods import Period
from qunwen.base.measures.questions import RowsPage
from qunwen.base.scope.codes import Level, level_of

from . import catalogue, rows
from .basis import Basis, county_of_places
from .evaluating import Figure, Part, evaluate, makes_sense, resolved
from .language.definitions import Element, Indicator
from .language.parsing import Names
from .language.wording import in_words
from .needing import GRADE, Need
from .rows import PersonRow

PAGE = 50
NEXT = {Level.PROVINCE: Level.CITY, Level.CITY: Level.COUNTY, Level.COUNTY: Level.TOWN, Level.TOWN: Level.VILLAGE}


def figure_url(
    code: str, place: str, period: Period | str, *, place_map: str = PlaceMap.THEN, as_of: dt.date | None = None,
    part: int | None = None, page: int = 1,
) -> str:  # fmt: skip
    """The desk page that opens a figure. It carries no rights: the page asks who is looking."""
    query: dict[str, object] = {"code": code, "place": place, "period": str(period)}
    if place_map != PlaceMap.THEN:
        query["map"] = str(place_map)
        if as_of:
            query["as_of"] = as_of.isoformat()
    if part is not None:
        query["part"] = part
    if page > 1:
        query["page"] = page
    return f"{reverse('indicators:figure')}?{urlencode(query)}"


@dataclass(frozen=True)
class Opened:
    """A figure with all it stands on. `below`: the same figure of the places right below."""

    indicator: Indicator
    figure: Figure
    words: str
    basis: Basis
    below: tuple[Figure, ...]
    names: Names
    place_map: str
    as_of: dt.date | None

    def rows(self, part: int, *, limit: int = PAGE, offset: int = 0) -> RowsPage:
        """The leaf rows behind a part, one page."""
        return rows.rows_of(
            _need(self.part(part)), place=self.figure.place, basis=self.basis, limit=limit, offset=offset
        )

    def people(self, part: int) -> list[PersonRow]:
        """The populations behind a part."""
        return rows.people_of(_need(self.part(part)), place=self.figure.place, basis=self.basis)

    def part(self, number: int) -> Part:
        """A part by its place in the formula. Raises IndexError."""
        if not 0 <= number < len(self.figure.parts):
            raise IndexError(number)
        return self.figure.parts[number]

    def element(self, part: Part) -> Element:
        """What a part counts."""
        return self.names.elements[part.code]

    def url(self, **other: object) -> str:
        """The address of this figure with something else in it."""
        mine: dict[str, object] = {
            "code": self.figure.code, "place": self.figure.place, "period": self.figure.period,
            "place_map": self.place_map, "as_of": self.as_of,
        }  # fmt: skip
        return figure_url(**(mine | other))  # type: ignore[arg-type]


def open_figure(
    code: str, *, place: str, period: Period, place_map: str = PlaceMap.THEN, as_of: dt.date | None = None,
    indicator: Indicator | None = None,
) -> Opened:  # fmt: skip
    """A figure opened, by the definition in force on the period's last day (or a given one).

    Raises KeyError for an unknown code, Forbidden without measures.view at the place, NeverFreshError.
    """
    county, day = county_of_places([place]), period.last_day
    names = catalogue.names(county=county, on=day)
    chosen = indicator or names.indicators[code]
    expr = resolved(chosen.expr, names, window=chosen.window)
    about: dict[str, Any] = {"period": period, "place_map": place_map, "as_of": as_of, "catalogue": names}
    basis = Basis.load([expr], places=[place], **about)
    children = children_of(basis, place) if place else []
    children = [p for p in children if makes_sense(chosen, p)]
    below = Basis.load([expr], places=children, **about) if children else basis
    return Opened(
        chosen, evaluate(chosen, place=place, basis=basis), in_words(chosen.expr, names), basis,
        tuple(evaluate(chosen, place=p, basis=below) for p in children), names, str(place_map), as_of,
    )  # fmt: skip


def children_of(basis: Basis, place: str) -> list[str]:
    """The places right below one in the basis' period; a city's are its counties."""
    level = NEXT.get(level_of(place))
    return basis.closure.at_level(place, level, basis.period) if level is not None else []


def _need(part: Part) -> Need:
    if part.need is None:
        raise ValueError("a part without its need")
    return part.need


def measure_url(part: Part, element: Element, place: str, *, place_map: str, as_of: dt.date | None) -> str:
    """The measure's own page with the same rows; "" where that page cannot show just these."""
    filters = dict(part.filters) | dict(element.filters)
    grade = filters.pop(GRADE, ())
    whole = "~" not in part.span
    known = {m.code for m in declare.all()}
    if element.population or not whole or element.measure not in known:
        return ""
    if len(grade) > 1 or any(len(codes) != 1 for codes in filters.values()):
        return ""
    return measured.figure_url(
        measure=element.measure, place=place, period=part.span, dims={n: c[0] for n, c in filters.items()},
        grade=grade[0] if grade else "", place_map=place_map, as_of=as_of,
    )  # fmt: skip
