"""Who lies under whom, and when: the places' dated closure as the roll-up needs it."""

from __future__ import annotations

import datetime as dt
import os
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import pyarrow as pa

from qunwen.base.places import queries as places
from qunwen.base.places.enums import ADMINISTRATIVE
from qunwen.base.scope.codes import LENGTHS, Level, level_of

from .enums import PlaceMap
from .periods import Period

Edge = tuple[str, str, dt.date | None, dt.date | None]

_KEPT = 20_000  # places of a closure that is kept for the next question
_SCHEMA = pa.schema(
    [
        ("ancestor", pa.string()),
        ("descendant", pa.string()),
        ("number", pa.int32()),
        ("valid_from", pa.date32()),
        ("valid_to", pa.date32()),
    ]
)


@dataclass(frozen=True)
class Closure:
    """Edges (ancestor, descendant, valid from, valid to), half-open, None is open; each place is its own descendant.

    On the map `then` edges hold on a fact's own day; on the map `now` they say where a fact of the past
    counts today, and the places there are are those of `as_of`.
    """

    edges: tuple[Edge, ...] = field(repr=False)
    place_map: str = PlaceMap.THEN
    as_of: dt.date | None = None
    # What was found out once holds as long as the closure, which never changes.
    _reporters: dict[tuple[str, Period, Level], frozenset[str]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @cached_property
    def _below(self) -> dict[str, list[Edge]]:
        found: dict[str, list[Edge]] = defaultdict(list)
        for edge in self.edges:
            found[edge[0]].append(edge)
        return dict(found)

    @cached_property
    def _counties(self) -> dict[str, set[str]]:
        size = LENGTHS[Level.COUNTY]
        return {place: {d[:size] for _, d, _, _ in edges if len(d) >= size} for place, edges in self._below.items()}

    def counties_under(self, roots: Iterable[str]) -> set[str]:
        """The counties whose rows can count for any of the places."""
        return set().union(*(self._counties.get(place, ()) for place in roots))

    def members(self, place: str, period: Period) -> set[str]:
        """The place and all below it that there were in the period (on the map `now`: that there are)."""
        start, end = period.start, period.end
        if self.place_map == PlaceMap.NOW and self.as_of is not None:
            start, end = self.as_of, self.as_of + dt.timedelta(days=1)
        return {
            d
            for _, d, since, until in self._below.get(place, ())
            if (since is None or since < end) and (until is None or until > start)
        }

    def reporters(self, place: str, period: Period, level: Level) -> frozenset[str]:
        """Those from whom a report is expected: the places at that level, and higher ones with none below them.

        A place below that level answers for itself.
        """
        key = (place, period, level)
        if key not in self._reporters:
            if len(self._reporters) >= _KEPT:
                self._reporters.clear()
            self._reporters[key] = frozenset(self._found_reporters(place, period, level))
        return self._reporters[key]

    def _found_reporters(self, place: str, period: Period, level: Level) -> set[str]:
        here = self.members(place, period)
        near = {d for d in here if level_of(d) <= level}
        return {d for d in near if len(near & self.members(d, period)) <= 1} or (here & {place})

    def at_level(self, root: str, level: Level, period: Period) -> list[str]:
        """The places of a level under a root in a period, in order of code."""
        return sorted(d for d in self.members(root, period) if level_of(d) == level)

    def table(self, ancestors: Sequence[str], *, starts: dt.date, ends: dt.date) -> tuple[pa.Table, bool]:
        """The edges of these ancestors for the engine, an ancestor's number being its place in the sequence.

        Only those that hold on some day from `starts` up to, not with, `ends`; and whether one of them begins or
        ends within these days, so that the day of a row matters.
        """
        edges = [
            (ancestor, descendant, number, since, until)
            for number, place in enumerate(ancestors)
            for ancestor, descendant, since, until in self._below.get(place, ())
            if (since is None or since < ends) and (until is None or until > starts)
        ]
        dated = any((s is not None and s > starts) or (u is not None and u < ends) for _a, _d, _n, s, u in edges)
        columns = list(zip(*edges, strict=True)) if edges else [()] * len(_SCHEMA)
        return pa.table([pa.array(c, f.type) for c, f in zip(columns, _SCHEMA, strict=True)], schema=_SCHEMA), dated


def common_root(codes: Sequence[str]) -> str:
    """The smallest place that holds all of them; '' is the nation."""
    # Codes are paths without separators: what they share letter by letter is what they share.
    shared = os.path.commonprefix(list(codes))  # noqa: RUF071
    return shared[: max((size for size in LENGTHS.values() if size <= len(shared)), default=0)]


def closure_of(*, root: str, as_of: dt.date, place_map: str, hierarchy: str = ADMINISTRATIVE) -> Closure:
    """Everything at or below a root on a map: that of each day (`then`) or the one of `as_of` (`now`).

    In a named hierarchy what lies below a place is what belongs to it there, wherever its code begins.
    """
    ground = places.ground_of(hierarchy=hierarchy, map=str(place_map), root=root)
    small = len(ground[0]) <= _KEPT
    return (_made if small else _made.__wrapped__)(ground, as_of, str(place_map), root)


@lru_cache(maxsize=32)
def _made(ground: places.Ground, as_of: dt.date, place_map: str, root: str) -> Closure:
    """The closure of these very rows of the places: whatever changes in them makes another."""
    rows = places.closure_from(ground, as_of=as_of, map=place_map, root=root)
    edges = tuple((r.ancestor, r.descendant, r.valid_from, r.valid_to) for r in rows)
    return Closure(edges, place_map, as_of)
