"""Reading returned values: what stands, what a place still owes, how complete its places are, how an answer came about."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from qunwen.base.measures.periods import Period
from qunwen.base.places import queries as places
from qunwen.base.places.models import Place
from qunwen.base.scope.codes import Level, county_of, upper_bound

from . import elements
from .enums import Answer, Every
from .models import ReturnedValue

MONTHS_DUE = 3


def current(*, county: str, place: str = "", period: str = "") -> QuerySet[ReturnedValue]:
    """What stands now, of one place or period or all."""
    rows = ReturnedValue.objects.filter(county=county, superseded_at=None)
    if place:
        rows = rows.filter(place_id=place)
    if period:
        rows = rows.filter(period=period)
    return rows.order_by("element", "place_id", "period", "pk")


def answers_of(place: str, period: Period) -> dict[str, ReturnedValue]:
    """Element → what the place said of it for the period."""
    return {row.element: row for row in current(county=county_of(place), place=place, period=period.code)}


def chain(row: ReturnedValue) -> list[ReturnedValue]:
    """Every answer that a place gave to the same question, newest first."""
    rows = ReturnedValue.objects.filter(
        county=row.county, place_id=row.place_id, element=row.element, period=row.period
    )
    return list(rows.select_related("entered_by").order_by("-revision", "pk"))


@dataclass(frozen=True)
class Due:
    """One sheet: the elements of a rhythm that a place reports for a period, and how far it is."""

    place: Place
    period: Period
    every: Every
    asked: int
    answered: int

    @property
    def missing(self) -> int:
        """Elements nobody has answered."""
        return self.asked - self.answered

    @property
    def done(self) -> bool:
        """Whether nothing is missing."""
        return self.missing == 0


def periods_due(every: str, today: dt.date) -> list[Period]:
    """The periods of a rhythm that are asked for now: the newest, of months the last three."""
    newest = elements.newest(every, today)
    number = MONTHS_DUE if every == Every.MONTH else 2 if every in (Every.QUARTER, Every.HALF) else 1
    found = [newest]
    while len(found) < number:
        found.append(found[-1].previous)
    return found


def due_of(place: Place, *, today: dt.date) -> list[Due]:
    """The sheets of a place, by rhythm, newest period first; two queries. Periods before it was in use are left out."""
    asked = {every: elements.asked_of(Level(place.level), every) for every in Every}
    wanted = [(every, period) for every in Every if asked[every] for period in periods_due(every, today)]
    wanted = [(every, period) for every, period in wanted if place.exists_on(period.last_day)]
    done = answered([place.pk], [period for _every, period in wanted])
    return [
        Due(place, period, every, len(asked[every]), done.get((place.pk, period.code), 0)) for every, period in wanted
    ]


def answered(codes: Collection[str], periods: Iterable[Period]) -> dict[tuple[str, str], int]:
    """(place, period) → how many elements it has answered, of those that are still asked of its level."""
    by_county: dict[str, list[str]] = defaultdict(list)
    for code in codes:
        by_county[county_of(code)].append(code)
    found: dict[tuple[str, str], int] = {}
    for county, mine in by_county.items():
        rows = ReturnedValue.objects.filter(
            county=county, place_id__in=mine, period__in=sorted({p.code for p in periods}), superseded_at=None,
            element__in=sorted(elements.returned()),
        )  # fmt: skip
        counted = rows.order_by().values_list("place_id", "period").annotate(number=Count("pk"))
        found.update({(place, period): number for place, period, number in counted})
    return found


@dataclass(frozen=True)
class Standing:
    """How far one place is with a period: answered of asked, and how it answered."""

    place: Place
    asked: int
    by_answer: Mapping[str, int]

    @property
    def answered(self) -> int:
        """All answers."""
        return sum(self.by_answer.values())

    @property
    def missing(self) -> int:
        """Elements nobody has answered."""
        return self.asked - self.answered

    @property
    def per_cent(self) -> int:
        """Answered of asked, in whole per cent, rounded down: 100 only when all is there."""
        return self.answered * 100 // self.asked if self.asked else 100


def standings(*, root: str, level: Level, period: Period) -> list[Standing]:
    """Every place of a level below a county, town or village that existed at the period's end; three queries."""
    asked = elements.asked_of(level, elements.rhythm(period))
    rows = ReturnedValue.objects.filter(
        county=county_of(root), period=period.code, superseded_at=None, element__in=[e.code for e in asked],
        place_id__gte=root, place_id__lt=upper_bound(root),
    )  # fmt: skip
    counted: dict[str, dict[str, int]] = defaultdict(dict)
    for place, answer, number in rows.order_by().values_list("place_id", "answer").annotate(number=Count("pk")):
        counted[place][answer] = number
    there = places.below(root, on=period.last_day).filter(level=level).select_related("parent")
    return [Standing(place, len(asked), counted.get(place.pk, {})) for place in there]


def before(place: str, period: Period, codes: Collection[str]) -> dict[str, ReturnedValue]:
    """Element → the place's last answer for an earlier period of the same length."""
    rows = ReturnedValue.objects.filter(
        county=county_of(place), place_id=place, ends_on__lt=period.start, superseded_at=None, element__in=sorted(codes),
    )  # fmt: skip
    found: dict[str, ReturnedValue] = {}
    for row in rows.order_by("element", "ends_on", "pk"):
        found[row.element] = row
    return found


def one(county: str, pk: uuid.UUID) -> ReturnedValue | None:
    """A returned value within the open scope."""
    return ReturnedValue.objects.select_related("place", "entered_by").filter(county=county, pk=pk).first()


def has_number(row: ReturnedValue | None) -> bool:
    """Whether it is an answer with a number."""
    return row is not None and row.answer == Answer.VALUE
