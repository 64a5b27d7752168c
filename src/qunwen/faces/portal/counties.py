"""Which county a reader looks at, and which town is theirs: the address, a cookie, the installation's default."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.http import HttpRequest

from qunwen.base.places import queries as places
from qunwen.base.scope import clock

COUNTY_COOKIE: Final = "county"
TOWN_COOKIE: Final = "town"
COOKIE_SECONDS: Final = 365 * 24 * 3600
MOST_COUNTIES: Final = 400


@dataclass(frozen=True, slots=True)
class Spot:
    """A place as a choice: its code and name."""

    code: str
    name: str


class Kept:
    """Small lists of places that seldom change, read again when older than the pages may be."""

    def __init__(self) -> None:
        self.rows: dict[str, tuple[float, tuple[Spot, ...]]] = {}
        self.lock = threading.Lock()

    def get(self, key: str) -> tuple[Spot, ...] | None:
        """The list, if young enough."""
        seconds = float(getattr(settings, "QUNWEN_PAGE_SECONDS", 3))
        with self.lock:
            found = self.rows.get(key)
        return found[1] if found and time.monotonic() - found[0] < seconds else None

    def put(self, key: str, rows: tuple[Spot, ...]) -> tuple[Spot, ...]:
        """Keep a list and give it back."""
        with self.lock:
            if len(self.rows) > 2 * MOST_COUNTIES:
                self.rows.clear()
            self.rows[key] = (time.monotonic(), rows)
        return rows


_KEPT: Final = Kept()


def loaded() -> tuple[Spot, ...]:
    """The counties of this installation, by code."""
    rows = _KEPT.get("")
    if rows is None:
        found = places.counties_of(on=clock.today()).values_list("code", "name")[:MOST_COUNTIES]
        rows = _KEPT.put("", tuple(Spot(*row) for row in found))
    return rows


def towns(county: str) -> tuple[Spot, ...]:
    """The towns and streets of a county, by code."""
    if not county:
        return ()
    rows = _KEPT.get(county)
    if rows is None:
        found = places.towns_of(county, on=clock.today()).values_list("code", "name")
        rows = _KEPT.put(county, tuple(Spot(*row) for row in found))
    return rows


def of_request(request: HttpRequest) -> str:
    """The county the reader looks at; "" while none is loaded."""
    known = {spot.code for spot in loaded()}
    resident = getattr(request, "resident", None)
    asked = (
        request.GET.get("county", ""),
        request.COOKIES.get(COUNTY_COOKIE, ""),
        resident.county if resident is not None else "",
        getattr(settings, "QUNWEN_COUNTY", ""),
    )
    for code in asked:
        if code in known:
            return code
    return min(known, default="")


def town_of_request(request: HttpRequest, county: str) -> str:
    """The reader's town in that county, by address, cookie or registration; "" when not chosen."""
    known = {spot.code for spot in towns(county)}
    resident = getattr(request, "resident", None)
    asked = (
        request.GET.get("place", "")[:9],
        request.COOKIES.get(TOWN_COOKIE, ""),
        resident.place_id[:9] if resident is not None else "",
    )
    return next((code for code in asked if code in known), "")


def name_of(code: str) -> str:
    """The name of a county or town that is loaded; "" otherwise."""
    spots = loaded() if len(code) <= 6 else towns(code[:6])
    return next((spot.name for spot in spots if spot.code == code), "")
