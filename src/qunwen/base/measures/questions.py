"""What may be asked of figures, and what is answered."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from qunwen.base.places.enums import ADMINISTRATIVE, HierarchyKind

from . import declare, sql
from .enums import Grade, Over, PlaceMap, State
from .periods import Period

Filters = tuple[tuple[str, tuple[str, ...]], ...]


class QuestionError(ValueError):
    """A measure, dimension, code, grade or map that is not declared. The message is for the person who asks."""


@dataclass(frozen=True)
class Question:
    """What is asked of the engine, checked against the declarations. Made by `question`."""

    measures: tuple[str, ...]
    by: tuple[str, ...] = ()
    filters: Filters = ()
    grades: tuple[str, ...] = ()
    place_map: str = PlaceMap.THEN
    as_of: dt.date | None = None
    withhold_below: int = 0
    hierarchy: str = ADMINISTRATIVE

    @property
    def plan(self) -> sql.Plan:
        """The shape of its SQL."""
        return sql.Plan(
            by=self.by,
            filters=tuple(name for name, _codes in self.filters),
            graded=bool(self.grades),
            extremes=any(declare.get(code).over_places != Over.SUM for code in self.measures),
        )

    @property
    def parameters(self) -> dict[str, Any]:
        """The values of its filters."""
        found: dict[str, Any] = {f"filter_{name}": list(codes) for name, codes in self.filters}
        if self.grades:
            found["grades"] = list(self.grades)
        return found


@dataclass(frozen=True)
class Cell:
    """One figure. `value` is None unless the state is value or zero; `records` counts its leaf rows.

    `by_grade` and `records_by_grade` split both by evidence grade. `reported` of `expected` places have
    reported anything of the measure in the period, whatever the filters. `withheld` are those of the `missing`
    who have said that they will not tell.
    """

    measure: str
    place: str
    period: Period
    dims: tuple[tuple[str, str], ...]
    state: State
    value: int | None
    records: int
    by_grade: Mapping[str, int] = field(hash=False)
    records_by_grade: Mapping[str, int] = field(hash=False)
    reported: int
    expected: int
    missing: tuple[str, ...]
    question: Question
    withheld: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether every expected place has reported."""
        return self.reported == self.expected


class LeafRow(NamedTuple):
    """One row behind a figure; (record_type, record, county) point at its record."""

    measure: str
    county: str
    place: str
    day: dt.date
    value: int
    grade: str
    record_type: str
    record: uuid.UUID
    dims: dict[str, str]


class RowsPage(NamedTuple):
    """One page of the rows behind a figure."""

    rows: list[LeafRow]
    total: int


def question(
    *,
    measures: str | Iterable[str],
    by: Iterable[str] = (),
    filters: Mapping[str, str | Iterable[str]] | None = None,
    grades: Iterable[str] = (),
    place_map: str = PlaceMap.THEN,
    as_of: dt.date | None = None,
    withhold_below: int = 0,
    hierarchy: str = ADMINISTRATIVE,
) -> Question:
    """A checked question. Raises QuestionError, with a message to show, for anything undeclared."""
    codes = (measures,) if isinstance(measures, str) else tuple(measures)
    known = {m.code: m for m in declare.all()}
    if wrong := [c for c in codes if c not in known]:
        raise QuestionError(_("没有“%(code)s”这项统计。") % {"code": wrong[0]})
    asked = [known[c] for c in codes]
    if not asked:
        raise QuestionError(_("没有指定统计项。"))
    pairs = [(n, (c,) if isinstance(c, str) else tuple(sorted(c))) for n, c in sorted((filters or {}).items())]
    for name in (*by, *(n for n, _codes in pairs)):
        if wrong := [m for m in asked if name not in {d.code for d in m.dims}]:
            raise QuestionError(_("“%(title)s”不能按“%(name)s”分组。") % {"title": wrong[0].title, "name": name})
    for name, wanted in pairs:
        labels = set().union(*(m.dim(name).labels for m in asked))
        if not wanted or (unknown := set(wanted) - labels):
            raise QuestionError(
                _("“%(name)s”没有“%(code)s”这个取值。") % {"name": name, "code": min(unknown) if wanted else ""}
            )
    if hierarchy != ADMINISTRATIVE and hierarchy not in HierarchyKind.values:
        raise QuestionError(_("没有“%(code)s”这个体系。") % {"code": hierarchy})
    return Question(
        codes, tuple(by), tuple(pairs), _grades(grades), _map(place_map), as_of, withhold_below, str(hierarchy)
    )


def _grades(grades: Iterable[str]) -> tuple[str, ...]:
    found = tuple(sorted({str(g) for g in grades}))
    if wrong := set(found) - set(Grade):
        raise QuestionError(_("没有“%(code)s”这个佐证等级。") % {"code": min(wrong)})
    return found


def _map(place_map: str) -> str:
    if place_map not in PlaceMap.values:
        raise QuestionError(_("区划口径只有“当时”和“现行”两种。"))
    return str(place_map)
