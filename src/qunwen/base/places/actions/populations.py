"""Population figures."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, nothing_changed, record
from qunwen.base.papers.imports import ParsedRow, SheetSpec, apply_sheet
from qunwen.base.papers.problems import RowRefusedError
from qunwen.base.papers.reading import OpenSheet
from qunwen.base.places.access import Permission
from qunwen.base.places.enums import Entry, Grade, PopulationBasis, PopulationGroup
from qunwen.base.places.models import Place, Population
from qunwen.base.places.problems import NotInUse, NumberRefused
from qunwen.base.scope import asking
from qunwen.base.scope.clock import day_of


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: how many people of a group a place had at the end of a year, and who says so."""

    place: Place
    year: int
    number: int
    source: str
    group: str = PopulationGroup.TOTAL
    basis: str = PopulationBasis.RESIDENT
    grade: str = Grade.B


@action
def record_population(*, figure: Figure, by: Actor, at: dt.datetime) -> Population:
    """Enter or correct one figure; the same figure again changes nothing.

    Raises NumberRefused for a negative number, a year to come, an unknown group or a figure without a source,
    NotInUse for a place that did not exist in that year.
    """
    asking.require(Permission.POPULATION, place=figure.place.code)
    _check(figure, today=day_of(at))
    key = {"place": figure.place, "year": figure.year, "group": figure.group, "basis": figure.basis}
    value = {"number": figure.number, "source": figure.source.strip(), "grade": figure.grade}
    row = Population.unscoped.select_for_update().filter(**key).first()
    before = {name: getattr(row, name) for name in value} if row else {}
    if row and before == value:
        nothing_changed("the figure is there")
        return row
    row = row or Population(**key)
    for name, new in value.items():
        setattr(row, name, new)
    row.save()
    record(
        code=Entry.POPULATION_RECORDED,
        by=by,
        at=at,
        subject=row,
        place=figure.place.code,
        before=before,
        after={"year": figure.year, "group": figure.group, "basis": figure.basis, **value},
        label=f"{figure.place.name} {figure.year} {PopulationGroup(figure.group).label}",
    )
    return row


@action
def record_populations(*, figures: Sequence[Figure], by: Actor, at: dt.datetime) -> int:
    """Enter a whole list (an imported table) or nothing of it; the number of figures. Raises as `record_population`."""
    if not figures:
        nothing_changed("an empty list")
    for figure in figures:
        record_population(figure=figure, by=by, at=at)
    nothing_changed("every figure was there already")
    return len(figures)


@action
def import_populations(
    *, spec: SheetSpec, sheet: OpenSheet, expected_sha256: str, by: Actor, at: dt.datetime
) -> Counter[str]:
    """Write every row of a sheet or none: how many figures were `written` and how many `known` already.

    Raises ImportRefusedError naming the first row that cannot be, and then nothing is written; Forbidden.
    """
    asking.require(Permission.POPULATION)
    told: Counter[str] = Counter()

    def write(batch: list[ParsedRow]) -> None:
        for row in batch:
            figure = Figure(**{key: value for key, value in row.values.items() if value is not None})
            there = Population.unscoped.filter(
                place=figure.place, year=figure.year, group=figure.group, basis=figure.basis
            ).values_list("number", "source", "grade")
            known = list(there) == [(figure.number, figure.source.strip(), figure.grade)]
            try:
                record_population(figure=figure, by=by, at=at)
            except NotInUse as refusal:
                raise RowRefusedError(str(refusal), key="place") from refusal
            except NumberRefused as refusal:
                raise RowRefusedError(str(refusal), key="number") from refusal
            except PermissionDenied as refusal:
                raise RowRefusedError(str(refusal), key="place") from refusal
            told["known" if known else "written"] += 1

    apply_sheet(spec, sheet, write, batch_size=1, expected_sha256=expected_sha256)
    return told


def _check(figure: Figure, *, today: dt.date) -> None:
    if figure.number < 0:
        raise NumberRefused(_("人口数不能为负。"))
    if not 1949 <= figure.year <= today.year:
        raise NumberRefused(_("年份 %(year)s 不在 1949 至 %(now)s 之间。") % {"year": figure.year, "now": today.year})
    if figure.group not in PopulationGroup.values or figure.basis not in PopulationBasis.values:
        raise NumberRefused(_("人群或口径不在规定的类别里。"))
    if figure.grade not in Grade.values:
        raise NumberRefused(_("可信等级只有 A、B、C。"))
    if not figure.source.strip():
        raise NumberRefused(_("请填写人口数的来源。"))
    year_end = dt.date(figure.year, 12, 31)
    if not (figure.place.exists_on(year_end) or figure.place.exists_on(dt.date(figure.year, 1, 1))):
        raise NotInUse(_("%(name)s在 %(year)s 年未启用或已撤销。") % {"name": figure.place.name, "year": figure.year})
