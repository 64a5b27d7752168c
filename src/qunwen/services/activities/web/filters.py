"""The filters of the list of activities, as they stand in the address."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, QuerySet
from django.http import QueryDict

from qunwen.base.scope.codes import is_code, upper_bound
from qunwen.services.activities import attention, queries
from qunwen.services.activities.enums import Direction, Kind, State
from qunwen.services.activities.models import Activity
from qunwen.services.activities.search import terms

NEEDS = ("record", "photos", "headcount", "plan", "week", "open")
SORTS = {
    "": ("-plan_year", "-plan_month", "-pk"),
    "when": (F("first_start").asc(nulls_last=True), "pk"),
    "-when": (F("first_start").desc(nulls_last=True), "-pk"),
    "title": ("title", "pk"),
    "place": ("place_id", "-plan_year", "-plan_month", "-pk"),
    "state": ("state", "-plan_year", "-plan_month", "-pk"),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to; '' means all. What cannot be read does not narrow."""

    q: str = ""
    state: str = ""
    kind: str = ""
    year: str = ""
    month: str = ""
    place: str = ""
    unit: str = ""
    series: str = ""
    direction: str = ""
    in_plan: str = ""  # 1: lines of the plan, 0: what came besides
    need: str = ""
    sort: str = ""

    @property
    def query(self) -> str:
        """The filters as they stand in an address."""
        return urlencode({name: getattr(self, name) for name in self.__slots__ if getattr(self, name)})

    @property
    def narrowed(self) -> bool:
        """Whether anything is left out."""
        return bool(replace(self, sort="").query)


def read(asked: QueryDict) -> Filters:
    """The filters of an address."""

    def one(name: str) -> str:
        return asked.get(name, "").strip().replace("\x00", "")[:80]

    place = one("place")
    return Filters(
        q=one("q"),
        state=one("state") if one("state") in State.values else "",
        kind=one("kind") if one("kind") in Kind.values else "",
        year=one("year") if _year(one("year")) else "",
        month=one("month") if _month(one("month")) else "",
        place=place if is_code(place) else "",
        unit=_key(one("unit")),
        series=_key(one("series")),
        direction=one("direction") if one("direction") in Direction.values else "",
        in_plan=one("in_plan") if one("in_plan") in ("0", "1") else "",
        need=one("need") if one("need") in NEEDS else "",
        sort=one("sort") if one("sort") in SORTS else "",
    )


def _key(text: str) -> str:
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return ""


def _year(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) == 4


def _month(text: str) -> bool:
    year, _dash, month = text.partition("-")
    return _year(year) and month.isascii() and month.isdigit() and len(month) <= 2 and 1 <= int(month) <= 12


def rows(filters: Filters, at: dt.datetime) -> QuerySet[Activity]:
    """The activities of the open scope that the filters leave, in the order they ask for."""
    found = queries.for_desk().select_related("series")
    exact: dict[str, Any] = {"state": filters.state, "kind": filters.kind, "unit_id": filters.unit}
    exact |= {"series_id": filters.series, "direction": filters.direction}
    exact["plan_year"] = int(filters.year) if filters.year else ""
    if filters.in_plan:
        found = found.filter(in_plan=filters.in_plan == "1")
    if filters.month:
        year, _dash, month = filters.month.partition("-")
        exact |= {"plan_year": int(year), "plan_month": int(month)}
    found = found.filter(**{name: value for name, value in exact.items() if value})
    if filters.place:
        found = found.filter(place_id__gte=filters.place, place_id__lt=upper_bound(filters.place))
    for term in terms(filters.q):
        found = found.filter(search_text__contains=term)
    return _needing(found, filters.need, at).order_by(*SORTS[filters.sort])


def _needing(found: QuerySet[Activity], need: str, at: dt.datetime) -> QuerySet[Activity]:
    if need == "record":
        return found.filter(pk__in=attention.past_unrecorded(at).order_by().values("activity_id"))
    if need == "week":
        return found.filter(pk__in=attention.this_week(at).order_by().values("activity_id"))
    if need == "photos":
        return found.filter(pk__in=attention.without_photos(at))
    if need == "headcount":
        return found.filter(pk__in=attention.without_headcount(at))
    if need == "open":
        return found.filter(pk__in=attention.not_open_for_sign_up(at))
    if need == "plan":
        return found.filter(pk__in=attention.plan_left_over(at).order_by().values("pk"))
    return found
