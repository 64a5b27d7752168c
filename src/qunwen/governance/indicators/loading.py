"""Reading what formulas need: few engine queries, whatever the number of formulas."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qunwen.base.measures import declare

from .cube import EngineCube, Wanted
from .language.definitions import Element
from .needing import GRADE, Need, reading_span
from .spans import Span

if TYPE_CHECKING:
    from .basis import Basis


@dataclass
class Reading:
    """Groups what a basis needs into few engine queries."""

    basis: Basis
    cube: EngineCube

    def read(self) -> None:
        """Sums and reporters of the spans asked for, then what those who are missing said before."""
        wanted = self._wanted()
        self.cube.read(wanted)
        self.cube.read_reporters(self._reporters(wanted))
        self.cube.read(self._history())

    def _measured(self) -> Iterator[tuple[Need, str, Element]]:
        known = {m.code for m in declare.all()}
        for need, level in self.basis.wanted:
            element = self.basis.names.elements[need.code]
            if element.measure in known:
                yield need, level, element

    def _dims(self) -> dict[str, tuple[str, ...]]:
        """By measure, every dimension that a formula filters it by."""
        found: dict[str, set[str]] = defaultdict(set)
        for need, _level, element in self._measured():
            found[element.measure] |= {n for n, _c in (*element.filters, *need.filters) if n != GRADE}
        return {measure: tuple(sorted(names)) for measure, names in found.items()}

    def _wanted(self) -> list[Wanted]:
        """At most four queries: measures with and without dimensions, at the places asked for and at those below, too."""
        dims = self._dims()
        found = defaultdict(lambda: (set(), set(), set()))  # type: ignore[var-annotated]
        below = {element.measure for _need, level, element in self._measured() if level}
        for need, level, element in self._measured():
            by, places, measures = found[element.measure in below, bool(dims[element.measure])]
            by |= set(dims[element.measure])
            places |= set(self._places(need, level))
            measures.add((element.measure, reading_span(element, need.moment.span)))
        return [_wanted(*each) for each in found.values()]

    def _places(self, need: Need, level: str) -> Iterator[str]:
        for place in self.basis.places:
            yield place
            if level:
                yield from self.basis.below(place, level, need.moment)
                yield from self.basis.ever_below(place, level, need.moment)

    def _reporters(self, wanted: Sequence[Wanted]) -> list[Wanted]:
        places: set[str] = set()
        measures: set[tuple[str, Span]] = set()
        for one in wanted:
            measures |= set(one.measures)
            places |= set(one.places)
            for level, span in {(declare.get(m).reported_by, s) for m, s in one.measures}:
                places = places.union(*(self.basis.near(place, span, level) for place in one.places))
        return [_wanted(set(), places, measures)] if measures else []

    def _history(self) -> list[Wanted]:
        dims = self._dims()
        found = defaultdict(lambda: (set(), set(), set()))  # type: ignore[var-annotated]
        for need, level, element in self._measured():
            for place in self._places(need, level):
                missing = self.basis.owing(element, place, need.moment.span).missing
                if missing:
                    by, places, measures = found[bool(dims[element.measure])]
                    by |= set(dims[element.measure])
                    places |= missing
                    measures |= {(element.measure, reading_span(element, s)) for s in need.moment.span.earlier}
        return [_wanted(*each) for each in found.values()]


def _wanted(by: set[str], places: set[str], measures: set[tuple[str, Span]]) -> Wanted:
    return Wanted(tuple(sorted(measures)), tuple(sorted(by)), tuple(sorted(places)))
