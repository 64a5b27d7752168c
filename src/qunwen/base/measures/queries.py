"""Addresses of figures, and what a figure's page needs to know."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from qunwen.base.places.enums import ADMINISTRATIVE

from . import declare
from .enums import PlaceMap
from .periods import Period
from .questions import Cell, QuestionError, question

FIXED = ("measure", "place", "period", "map", "as_of", "grade", "page", "hierarchy")


def figure_url(
    *,
    measure: str,
    place: str,
    period: Period | str,
    dims: Mapping[str, str] | None = None,
    grade: str = "",
    place_map: str = PlaceMap.THEN,
    as_of: dt.date | None = None,
    hierarchy: str = ADMINISTRATIVE,
) -> str:
    """The desk page that opens a figure; reports and dashboards mark their numbers with it.

    `dims` are the codes it is filtered by. It carries no rights: the page asks who is looking.
    """
    query = {"measure": measure, "place": place, "period": str(period), **dict(sorted((dims or {}).items()))}
    if grade:
        query["grade"] = grade
    if place_map != PlaceMap.THEN:
        query["map"] = str(place_map)
        if as_of:
            query["as_of"] = as_of.isoformat()
    if hierarchy != ADMINISTRATIVE:
        query["hierarchy"] = str(hierarchy)
    return f"{reverse('measures:figure')}?{urlencode(query)}"


def url_of(cell: Cell) -> str:
    """The page of a cell, with its own dimensions and the filters it was asked under."""
    dims = {name: codes[0] for name, codes in cell.question.filters if len(codes) == 1} | dict(cell.dims)
    return figure_url(
        measure=cell.measure,
        place=cell.place,
        period=cell.period,
        dims=dims,
        grade=cell.question.grades[0] if len(cell.question.grades) == 1 else "",
        place_map=cell.question.place_map,
        as_of=cell.question.as_of,
        hierarchy=cell.question.hierarchy,
    )


@dataclass(frozen=True)
class FigureAsked:
    """A figure's address, read and checked."""

    measure: declare.Measure
    place: str
    period: Period
    dims: dict[str, str]
    grade: str
    place_map: str
    as_of: dt.date
    hierarchy: str = ADMINISTRATIVE

    @property
    def about(self) -> dict[str, object]:
        """The keywords for `rollup.cells` besides the place."""
        return {"measures": self.measure.code, "periods": [self.period], **self.narrowing}

    @property
    def narrowing(self) -> dict[str, object]:
        """What of its rows is counted, and on which map: the keywords that `rollup.opened` takes besides."""
        return {
            "filters": self.dims,
            "grades": [self.grade] if self.grade else [],
            "place_map": self.place_map,
            "as_of": self.as_of,
            "hierarchy": self.hierarchy,
        }

    def url(self, **other: object) -> str:
        """The address of this figure with something else in it."""
        mine = {
            "measure": self.measure.code,
            "place": self.place,
            "period": self.period,
            "dims": self.dims,
            "grade": self.grade,
            "place_map": self.place_map,
            "as_of": self.as_of,
            "hierarchy": self.hierarchy,
        }
        return figure_url(**(mine | other))  # type: ignore[arg-type]


def read_address(given: Mapping[str, str], *, today: dt.date) -> FigureAsked:
    """The figure an address names. Raises QuestionError or PeriodError, with a message to show, for a wrong one."""
    code, place = given.get("measure", ""), given.get("place", "")
    dims = {name: value for name, value in given.items() if name not in FIXED}
    grade, place_map = given.get("grade", ""), given.get("map", PlaceMap.THEN)
    hierarchy = given.get("hierarchy", ADMINISTRATIVE)
    question(measures=code, filters=dims, grades=[grade] if grade else [], place_map=place_map, hierarchy=hierarchy)
    if not (place.isascii() and place.isdigit()):
        raise QuestionError(_("地址里没有写明是哪个地方的数字。"))
    try:
        as_of = dt.date.fromisoformat(given["as_of"]) if given.get("as_of") else today
    except ValueError:
        raise QuestionError(_("区划日期要写成 2026-06-30 的样子。")) from None
    period = Period.of(given.get("period", ""))
    return FigureAsked(declare.get(code), place, period, dims, grade, place_map, as_of, hierarchy)
