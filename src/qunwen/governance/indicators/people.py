"""Populations as elements: the bureau's own figure of a place wins over the sum of those below; missing is missing."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from django.db.models import Q

from qunwen.base.measures.closure import Closure, Edge
from qunwen.base.places.models import Population
from qunwen.base.scope.codes import Level, level_of, upper_bound

HISTORY_YEARS = 12

Group = tuple[str, str]  # (group, basis)


class Person(NamedTuple):
    """One recorded figure."""

    number: int
    grade: str
    source: str = ""


@dataclass
class People:
    """Recorded figures by (place, year, group, basis), and who lay below whom at a year's end."""

    closure: Closure
    figures: Mapping[tuple[str, int, str, str], Person]
    _below: dict[tuple[str, int], tuple[str, ...]] = field(default_factory=dict)

    def sources(self, place: str, year: int, group: Group) -> list[tuple[str, Person | None]]:
        """Where the figure of a place comes from: its own, else those of the places below; None where there is none."""
        own = self.figures.get((place, year, *group))
        if own is not None:
            return [(place, own)]
        below = self.below(place, year)
        if not below:
            return [(place, None)]
        return [each for p in below for each in self.sources(p, year, group)]

    def bounds(self, place: str, year: int, group: Group) -> tuple[int | None, int | None, int | None]:
        """Least, most and last of the twelve years before; None where nothing is known."""
        earlier = [self.figures.get((place, year - n, *group)) for n in range(1, HISTORY_YEARS + 1)]
        numbers = [p.number for p in earlier if p is not None]
        return (min(numbers), max(numbers), numbers[0]) if numbers else (None, None, None)

    def below(self, place: str, year: int) -> tuple[str, ...]:
        """The places right below one at the year's end; villages have none."""
        if (place, year) not in self._below:
            self._below[place, year] = self._right_below(place, year)
        return self._below[place, year]

    def _right_below(self, place: str, year: int) -> tuple[str, ...]:
        day = dt.date(year, 12, 31)
        inside = sorted((p for p in self._on(place, day) if p != place), key=lambda p: (len(p), p))
        covered: set[str] = set()
        found = []
        for each in inside:
            if each not in covered:
                found.append(each)
                covered |= self._on(each, day)
        return tuple(found)

    def _on(self, place: str, day: dt.date) -> set[str]:
        return {
            d
            for _a, d, since, until in self._edges.get(place, ())
            if level_of(d) <= Level.VILLAGE and (since is None or since <= day) and (until is None or day < until)
        }

    @cached_property
    def _edges(self) -> dict[str, list[Edge]]:
        found: dict[str, list[Edge]] = defaultdict(list)
        for edge in self.closure.edges:
            found[edge[0]].append(edge)
        return found


def load(closure: Closure, *, root: str, groups: Iterable[Group], years: Sequence[int]) -> People:
    """What is recorded for places under a root in these years and the twelve before, in one query."""
    wanted = set(groups)
    if not (wanted and years):
        return People(closure, {})
    outside = [d for _a, d, _s, _u in closure.edges if not d.startswith(root)]
    where = Q(place_id__in=outside) | (Q(place_id__gte=root, place_id__lt=upper_bound(root)) if root else Q())
    rows = Population.unscoped.filter(
        where if root else Q(),
        group__in={g for g, _b in wanted},
        basis__in={b for _g, b in wanted},
        year__gte=min(years) - HISTORY_YEARS,
        year__lte=max(years),
    ).values_list("place_id", "year", "group", "basis", "number", "grade", "source")
    return People(closure, {row[:4]: Person(*row[4:]) for row in rows})
