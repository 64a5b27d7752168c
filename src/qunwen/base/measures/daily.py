"""What one measure counts day by day: for calendars. One question to the engine for any number of days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

import pyarrow as pa

from qunwen.base.places.enums import ADMINISTRATIVE
from qunwen.base.scope import asking

from . import declare, engine, rollup
from .access import Permission
from .closure import closure_of
from .enums import Kind, PlaceMap
from .periods import Period
from .questions import QuestionError, question

_SQL: Final = """\
SELECT f.day, CAST(SUM(f.value) AS BIGINT) AS value
FROM read_parquet($files) AS f
JOIN closure AS c ON c.descendant = f.place
  AND (c.valid_from IS NULL OR c.valid_from <= f.day)
  AND (c.valid_to IS NULL OR f.day < c.valid_to)
WHERE f.measure = $measure
  AND c.ancestor = $place
  AND f.day >= $starts
  AND f.day < $ends
GROUP BY f.day
ORDER BY f.day"""


def by_day(
    *, measure: str, place: str, months: Sequence[Period], hierarchy: str = ADMINISTRATIVE
) -> dict[dt.date, int]:
    """The values of a flow on each day of months that follow one another; days without a row are left out.

    The days of a month add up to the value of its cell. Whether a day that is left out is a true zero depends on who
    has reported: ask `rollup.cells` by month. Raises QuestionError for a stock, which has no days, and what `cells` raises.
    """
    asked = question(measures=measure, hierarchy=hierarchy)
    if declare.get(measure).kind != Kind.FLOW:
        raise QuestionError(measure)
    asking.require(Permission.VIEW, place=place)
    closure = closure_of(root=place, as_of=months[-1].end, place_map=PlaceMap.THEN, hierarchy=asked.hierarchy)
    files = rollup.files_for(closure, [place], months)
    if not files:
        return {}
    values = {
        "files": [str(file) for file in files],
        "measure": measure,
        "place": place,
        "starts": months[0].start,
        "ends": months[-1].end,
    }
    edges, _dated = closure.table([place], starts=months[0].start, ends=months[-1].end)
    tables: dict[str, pa.Table] = {"closure": edges}
    _names, rows = engine.run(_SQL, values, tables)
    return {day: int(value) for day, value in rows}
