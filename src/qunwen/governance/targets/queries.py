"""Targets of a place, their parts, and how far they are. Few queries whatever their number."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import QuerySet

from qunwen.base.measures.periods import Period
from qunwen.base.places.enums import PopulationBasis, PopulationGroup
from qunwen.base.places.models import Population
from qunwen.base.scope.codes import county_of
from qunwen.base.scope.rows import at_and_below

from . import actuals, path
from .enums import Standing, TargetState
from .models import Target, TargetVersion

ZERO = Fraction(0)


@dataclass(frozen=True)
class Reading:
    """One target and how far it is on a day."""

    target: Target
    progress: path.Progress
    actual: actuals.Actual


def targets(*, place: str = "", period: str = "") -> QuerySet[Target]:
    """Targets in force at a place and below that the open scope shows."""
    rows = Target.objects.filter(state=TargetState.SET).select_related("place")
    if place:
        rows = rows.filter(at_and_below(place))
    if period:
        rows = rows.filter(period=period)
    return rows.order_by("period", "code", "place_id", "department", "pk")


def heads(*, place: str, period: str = "") -> QuerySet[Target]:
    """The targets of the very place: what the list begins with."""
    return targets(place=place, period=period).filter(place_id=place)


def parts_of(target: Target) -> QuerySet[Target]:
    """What a target was split into, as the open scope shows it."""
    rows = Target.objects.filter(county=target.county, parent=target, state=TargetState.SET)
    return rows.select_related("place").order_by("place_id", "department", "pk")


def versions_of(target: Target) -> QuerySet[TargetVersion]:
    """Everything the target was, newest first."""
    return TargetVersion.objects.filter(county=target.county, target=target).order_by("-version", "pk")


def gap_of(target: Target, parts: Iterable[Target]) -> Fraction:
    """What the parts of an additive target lack to add up to it; nothing without parts."""
    values = [part.value for part in parts]
    return target.value - sum(values, ZERO) if values and target.additive else ZERO


def standing(found: Sequence[Target], *, on: dt.date) -> list[Reading]:
    """How far each of them is when the day `on` begins, in the order given."""
    known = actuals.of(found, on=on)
    result = []
    for target in found:
        actual = known[target.pk]
        progress = path.judge(
            target.course, actual=actual.value, on=on, last_year=actual.last_year, complete=actual.complete
        )
        result.append(Reading(target, progress, actual))
    return result


def missed(*, places: Sequence[str], period: str, on: dt.date) -> dict[str, list[Reading]]:
    """Targets of these places that are certainly not met on a day, by place."""
    rows = _of_places(places, period)
    found: dict[str, list[Reading]] = defaultdict(list)
    for each in standing(rows, on=on):
        if each.progress.standing == Standing.NOT_MET:
            found[each.target.place_id].append(each)
    return dict(found)


def _of_places(places: Sequence[str], period: str) -> list[Target]:
    counties = sorted({county_of(code) for code in places})
    rows = Target.unscoped.filter(
        county__in=counties, place_id__in=list(places), period=period, state=TargetState.SET, department=""
    )
    return list(rows.select_related("place").order_by("place_id", "code", "pk"))


def populations(places: Sequence[str], *, year: int) -> dict[str, Fraction]:
    """Residents of each place at the end of that year, or of the latest year before it that has figures for all."""
    rows = Population.unscoped.filter(
        place_id__in=list(places), year__lte=year, group=PopulationGroup.TOTAL, basis=PopulationBasis.RESIDENT
    ).values_list("year", "place_id", "number")
    by_year: dict[int, dict[str, Fraction]] = defaultdict(dict)
    for of_year, place, number in rows:
        by_year[of_year][place] = Fraction(number)
    whole = [of_year for of_year, each in by_year.items() if len(each) == len(set(places))]
    return by_year[max(whole or by_year)] if by_year else {}


def goals(*, place: str, period: Period, codes: Sequence[str]) -> Mapping[str, Target]:
    """The place's own targets of a period for these figures."""
    rows = heads(place=place, period=period.code).filter(code__in=list(codes), department="")
    return {row.code: row for row in rows}
