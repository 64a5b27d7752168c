"""Last year's figures on the maps that a change of divisions would leave: what its preview shows."""

from __future__ import annotations

from qunwen.base.places.previewing import FigureLine, Maps
from qunwen.base.scope import asking

from . import declare, rollup
from .access import Permission
from .closure import Closure
from .enums import Kind, PlaceMap
from .periods import Period
from .questions import Cell, question

MOST = 3  # kinds of figures shown: enough to see where they go


def last_year(maps: Maps) -> list[FigureLine]:
    """A line for each place and each of the first measures of which it has anything, on both maps.

    Nothing where the reader may not see figures.
    """
    places = sorted(code for code in maps.names if asking.may(Permission.VIEW, place=code))
    measures = [m for m in declare.all() if m.kind == Kind.FLOW]
    if not places or not measures:
        return []
    period = Period.of(str(maps.year))
    codes = [m.code for m in measures]
    then = _counted(maps, PlaceMap.THEN, codes, places, period)
    now = _counted(maps, PlaceMap.NOW, codes, places, period)
    told = [m for m in measures if any(then[m.code, p].value or now[m.code, p].value for p in places)][:MOST]
    return [
        FigureLine(
            place, maps.names[place], f"{m.title}（{m.unit}）", then[m.code, place].value, now[m.code, place].value
        )
        for m in told
        for place in places
    ]


def _counted(
    maps: Maps, place_map: PlaceMap, measures: list[str], places: list[str], period: Period
) -> dict[tuple[str, str], Cell]:
    rows = maps.then if place_map == PlaceMap.THEN else maps.now
    edges = tuple((r.ancestor, r.descendant, r.valid_from, r.valid_to) for r in rows)
    closure = Closure(edges, str(place_map), maps.as_of)
    asked = question(measures=measures, place_map=place_map, as_of=maps.as_of)
    files = rollup.files_for(closure, places, [period])
    cells = rollup.compute(asked, places=places, periods=[period], closure=closure, files=files)
    return {(cell.measure, cell.place): cell for cell in cells}
