"""What formulas stand on: cells of elements at places and in spans, with who is missing and what they may say.

`Basis.load` asks the engine a handful of times, whatever the number of formulas; `Basis.of_rows` takes plain rows. Cells
are then made when asked for, once.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from qunwen.base.measures import declare
from qunwen.base.measures.access import Permission
from qunwen.base.measures.closure import Closure, closure_of, common_root
from qunwen.base.measures.declare import Row
from qunwen.base.measures.enums import PlaceMap, State
from qunwen.base.measures.periods import Period
from qunwen.base.scope import asking
from qunwen.base.scope.codes import LENGTHS, Level

from . import catalogue as shipped
from . import people
from .cube import Cube, EngineCube, RowCube, Sum, combined, total
from .language import ir
from .language.definitions import Element
from .language.parsing import Names
from .loading import Reading
from .needing import LEVELS, Need, chosen, inlined, needs, reading_span
from .people import People, Person
from .spans import Moment, Span, span_of, year_of

__all__ = ["Basis", "ElementCell", "Missing", "Need", "Owing", "county_of_places", "inlined", "needs"]

Missing = tuple[int | None, int | None, int | None]  # least, most, last


@dataclass(frozen=True, slots=True)
class ElementCell:
    """An element at a place, in stored integers. `low`, `high`: if the missing came out at their least and most."""

    value: int | None
    low: int | None
    high: int | None
    state: State
    reported: int
    expected: int
    missing: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()
    grades: Mapping[str, int] = field(default_factory=dict)  # grade → records

    @property
    def records(self) -> int:
        """How many rows stand behind it."""
        return sum(self.grades.values())


class Owing(NamedTuple):
    """Who has to report; who of them has not; who of these will not tell."""

    expected: set[str]
    missing: set[str]
    withheld: set[str]


@dataclass
class Basis:
    """Cells for formulas, of one map. `period` is what formulas are asked for; `during` asks for another one."""

    period: Span
    places: tuple[str, ...]
    closure: Closure
    cube: Cube
    people: People
    names: Names
    wanted: frozenset[tuple[Need, str]] = frozenset()
    levels: Mapping[str, Level] = field(default_factory=dict)  # who reports a measure that is not declared (plain rows)
    excused: Mapping[str, Mapping[str, State]] | None = None  # the same for excuses
    supposed: Mapping[tuple[str, str], int] = field(default_factory=dict)
    gained: Mapping[tuple[str, str], int] = field(default_factory=dict)
    _cells: dict[tuple[Any, ...], ElementCell] = field(default_factory=dict, repr=False)
    _known: dict[tuple[Any, ...], Any] = field(default_factory=dict, repr=False)

    @classmethod
    def load(
        cls, exprs: Iterable[ir.Expr], *, places: Sequence[str], period: Period, periods: Sequence[Period] = (),
        place_map: str = PlaceMap.THEN, as_of: dt.date | None = None, catalogue: Names | None = None,
    ) -> Basis:  # fmt: skip
        """All that these formulas need at these places, as fresh as the last change committed before the call.

        `periods`: more periods that will be asked for (`during`). Raises Forbidden when the open scope does not hold
        measures.view at every place, and NeverFreshError as reading figures does.
        """
        for place in places:
            asking.require(Permission.VIEW, place=place)
        asked = list(dict.fromkeys([span_of(period), *(span_of(p) for p in periods)]))
        names = catalogue or shipped.names()
        as_of = as_of or max(p.end for p in asked)
        known_until = as_of if place_map == PlaceMap.NOW else max(as_of, *(p.end for p in asked))
        root = common_root(list(places))
        closure = closure_of(root=root, as_of=known_until, place_map=str(place_map))
        closure = replace(closure, as_of=as_of)
        wanted = frozenset(n for e in set(exprs) for p in asked for n in needs(e, period=p, names=names))
        cube = EngineCube(closure)
        basis = cls(asked[0], tuple(places), closure, cube, People(closure, {}), names, wanted)
        basis.people = basis._recorded(root)
        Reading(basis, cube).read()
        return basis

    @classmethod
    def of_rows(
        cls, rows: Sequence[tuple[str, Row]], *, period: Period, closure: Closure, names: Names,
        places: Sequence[str] = (), populations: Mapping[tuple[str, int, str, str], Person] | None = None,
        levels: Mapping[str, Level] | None = None, excused: Mapping[str, Mapping[str, State]] | None = None,
        exprs: Iterable[ir.Expr] = (),
    ) -> Basis:  # fmt: skip
        """From plain rows (measure, row), edges and populations: no database."""
        wanted = frozenset(n for e in exprs for n in needs(e, period=period, names=names))
        return cls(
            span_of(period), tuple(places), closure, RowCube(closure, rows),
            People(closure, populations or {}), names, wanted, levels or {}, excused,
        )  # fmt: skip

    # --- places

    def below(self, place: str, level: str, moment: Moment | None = None) -> list[str]:
        """The places of a level at or below a place, on the period's last day (map `now`: of `as_of`), by code."""
        last = (moment or self.moment).period.last_month
        day = last.last_day
        key = ("below", place, level, day)
        if key not in self._known:
            here = self.closure.at_level(place, LEVELS[level], last)
            if self.closure.place_map == PlaceMap.THEN:
                ends = {d: until for a, d, _s, until in self._edges(place) if until is None or until > day}
                here = [p for p in here if p in ends]
            self._known[key] = here
        return list(self._known[key])

    def ever_below(self, place: str, level: str, moment: Moment) -> list[str]:
        """The places of a level that there were at any time of the span: over these, sums are taken."""
        key = ("ever", place, level, moment.span)
        if key not in self._known:
            self._known[key] = self.closure.at_level(place, LEVELS[level], moment.span)
        return list(self._known[key])

    def _edges(self, place: str) -> list[tuple[str, str, dt.date | None, dt.date | None]]:
        if "edges" not in self._known:
            found = defaultdict(list)
            for edge in self.closure.edges:
                found[edge[0]].append(edge)
            self._known["edges"] = found  # type: ignore[index]
        return self._known["edges"].get(place, [])  # type: ignore[index]

    @property
    def moment(self) -> Moment:
        """The period as formulas begin with it."""
        return Moment(self.period)

    def during(self, period: Period) -> Basis:
        """The same cells, asked for another period that was loaded along."""
        return replace(self, period=span_of(period))

    def once(self, thing: object, make: Callable[[], Any]) -> Any:
        """What follows from a thing alone (a formula put together, a hash), made once."""
        key = ("once", id(thing))
        if key not in self._known:
            self._known[key] = thing, make()  # the thing is kept, so that no other one gets its id
        return self._known[key][1]

    # --- cells

    def cell(self, need: Need, place: str) -> ElementCell:
        """An element at a place. Raises KeyError for an element that is not known."""
        key = (need.code, need.filters, need.moment, place)
        if key not in self._cells:
            element = self.names.elements[need.code]
            make = self._population if element.population else self._counted
            self._cells[key] = make(element, need, place)
        return self._cells[key]

    def _counted(self, element: Element, need: Need, place: str) -> ElementCell:
        span = reading_span(element, need.moment.span)
        expected, missing, withheld = self.owing(element, place, need.moment.span)
        sums = self._sums(element, need, place, span)
        there = bool(sums) or len(missing) < len(expected) or self.cube.came(element.measure, place, span)
        value = total(sums, element.over_places) if there else None
        bounds = {p: self.bounds(element, need, p) for p in missing}
        if self.supposed or self.gained:
            value, missing = self._what_if(element, need, place, (value, missing, bounds))
        low, high = _stretched(element, value, [bounds[p] for p in missing])
        state = State.NOT_APPLICABLE if not expected else State.NOT_REPORTED
        if value is not None:
            state = State.VALUE if value else State.ZERO
        elif expected and expected <= withheld:
            state = State.WITHHELD
        grades: dict[str, int] = defaultdict(int)
        for each in sums:
            grades[each.grade] += each.records
        least = self.withheld_below(element)
        if value is not None and 0 < value < least:
            high = None if high is None else max(high, least - 1)
            value, low, state, grades = None, 1, State.WITHHELD, {}
        return ElementCell(
            value, low if state != State.NOT_APPLICABLE else None, high if state != State.NOT_APPLICABLE else None, state,
            len(expected) - len(missing), len(expected), tuple(sorted(missing)), tuple(sorted(withheld & missing)),
            dict(sorted(grades.items())),
        )  # fmt: skip

    def _sums(self, element: Element, need: Need, place: str, span: Span) -> list[Sum]:
        return chosen(self.cube.sums(element.measure, place, span), need.filters, element)

    def owing(self, element: Element, place: str, span: Span) -> Owing:
        """Who has to report an element for a place in a span, who of them has not, who has said that they will not tell."""
        key = ("owing", element.measure, element.kind, place, span.key)
        if key not in self._known:
            read = reading_span(element, span)
            near = self.near(place, read, self._level(element))
            silent = {p for p in near if not self.cube.came(element.measure, p, read)}
            excuses = self._excuses(element.measure, span) if silent else {}
            excused = {p for p in silent if excuses.get(p) == State.NOT_APPLICABLE}
            missing = silent - excused
            withheld = {p for p in missing if excuses.get(p) == State.WITHHELD}
            self._known[key] = Owing(near - excused, missing, withheld)
        return self._known[key]

    def near(self, place: str, span: Span, level: Level) -> set[str]:
        """The places from which reports are expected, whatever the element."""
        key = ("near", place, span.key, level)
        if key not in self._known:
            self._known[key] = self.closure.reporters(place, span, level)
        return self._known[key]

    def _level(self, element: Element) -> Level:
        if element.measure in self.levels:
            return self.levels[element.measure]
        try:
            return declare.get(element.measure).reported_by
        except KeyError:
            return LEVELS[element.returned.level] if element.returned else Level.VILLAGE

    @staticmethod
    def withheld_below(element: Element) -> int:
        """Values from 1 to one below it are told to nobody (few children, say); 0: every value is told."""
        try:
            return declare.get(element.measure).withhold_below
        except KeyError:  # rows that no measure of this installation declares
            return 0

    def _excuses(self, measure: str, span: Span) -> Mapping[str, State]:
        if self.excused is not None:
            return self.excused.get(measure, {})
        try:
            function = declare.get(measure).excuses
        except KeyError:
            function = None
        if function is None:
            return {}
        # One answer for all measures, where the area can give it.
        together = getattr(function, "together", None)
        key = ("excuses", together or function, span)
        if key not in self._known:
            counties = self.closure.counties_under(self.places)
            self._known[key] = (together or function)(counties=counties, period=span)
        return self._known[key].get(measure, {}) if together else self._known[key]

    def bounds(self, element: Element, need: Need, place: str) -> Missing:
        """Least, most and last of what one place said in earlier periods of the same length; else what is declared."""
        key = ("bounds", need.code, need.filters, need.moment.span.key, place)
        if key not in self._known:
            said = []
            for earlier in need.moment.span.earlier:
                span = reading_span(element, earlier)
                if self.cube.came(element.measure, place, span):
                    sums = self._sums(element, need, place, span)
                    said.append(total(sums, element.over_places))
            declared = element.returned
            low = declared.low if declared and declared.low is not None else 0
            high = declared.high if declared else None
            self._known[key] = (min(said), max(said), said[0]) if said else (low, high, None)
        return self._known[key]

    def _population(self, element: Element, need: Need, place: str) -> ElementCell:
        group = element.population or ("", "")
        year = year_of(element.vintage, need.moment)
        sources = self.people.sources(place, year, group)
        told = [person for _p, person in sources if person is not None]
        missing = tuple(sorted(p for p, person in sources if person is None))
        value = sum(p.number for p in told) if told else None
        low, high = _stretched(element, value, [self._people_bounds(p, year, group) for p in missing])
        state = State.NOT_REPORTED if value is None else State.VALUE if value else State.ZERO
        grades: dict[str, int] = defaultdict(int)
        for person in told:
            grades[person.grade] += 1
        return ElementCell(value, low, high, state, len(told), len(sources), missing, (), dict(sorted(grades.items())))

    def _people_bounds(self, place: str, year: int, group: tuple[str, str]) -> Missing:
        least, most, last = self.people.bounds(place, year, group)
        return (least or 0), most, last

    # --- what if

    def missing_cells(self) -> dict[tuple[str, str], Missing]:
        """(measure, place) → least, most and last in stored integers of everything that is missing now."""
        found: dict[tuple[str, str], Missing] = {}
        for need, place in self._here():
            element = self.names.elements[need.code]
            if element.population or not self._current(need):
                continue
            for each in self.cell(need, place).missing:
                key, bounds = (element.measure, each), self.bounds(element, need, each)
                found[key] = _wider(found[key], bounds) if key in found else bounds
        return found

    def _here(self) -> Iterator[tuple[Need, str]]:
        for need, level in sorted(self.wanted, key=lambda pair: (pair[0].code, pair[0].filters, pair[1])):
            for place in self.places:
                yield need, place
                if level:
                    yield from ((need, p) for p in self.ever_below(place, level, need.moment))

    def _current(self, need: Need) -> bool:
        return need.moment.span.end == self.period.end

    def supposing(self, known: Mapping[tuple[str, str], int]) -> Basis:
        """As if these missing places had reported this: (measure, place) → stored integer."""
        return replace(self, supposed={**self.supposed, **known}, _cells={})

    def adding(self, gains: Mapping[tuple[str, str], int]) -> Basis:
        """As if there were so much more at these places: (measure or element, place) → stored integers."""
        total = dict(self.gained)
        for key, more in gains.items():
            total[key] = total.get(key, 0) + more
        return replace(self, gained=total, _cells={})

    def _what_if(
        self, element: Element, need: Need, place: str,
        found: tuple[int | None, set[str], Mapping[str, Missing]],
    ) -> tuple[int | None, set[str]]:  # fmt: skip
        value, missing, bounds = found
        if not self._current(need):
            return value, missing
        told = {p: n for (m, p), n in self.supposed.items() if m == element.measure and p in missing}
        numbers = [] if value is None else [value]
        for each, number in told.items():
            low, high, _last = bounds[each]
            number = number if low is None else max(number, low)
            numbers.append(number if high is None else min(number, high))
        more = self._gains(element, need, place)
        if more:
            numbers = [combined(numbers, element.over_places) if numbers else 0]
            numbers[0] += sum(more.values())
        value = combined(numbers, element.over_places) if numbers else None
        return value, missing - set(told) - set(more)

    def _gains(self, element: Element, need: Need, place: str) -> dict[str, int]:
        plain = not (element.filters or need.filters)
        mine = {
            p: n for (code, p), n in self.gained.items() if code == element.code or (plain and code == element.measure)
        }
        inside = self.closure.members(place, need.moment.span.last_month) if mine else set()
        return {p: n for p, n in mine.items() if p in inside}

    # --- reading populations

    def _recorded(self, root: str) -> People:
        named = [(n, self.names.elements[n.code]) for n, _level in self.wanted]
        asked = [(e.population, year_of(e.vintage, n.moment)) for n, e in named if e.population]
        years = sorted({year for _g, year in asked})
        return people.load(self.closure, root=root, groups={g for g, _y in asked if g}, years=years)


def _stretched(element: Element, value: int | None, bounds: Sequence[Missing]) -> tuple[int | None, int | None]:
    """The value's bounds once those who are missing have said something."""
    over = element.over_places
    lows = [low for low, _h, _l in bounds]
    highs = [high for _l, high, _last in bounds]
    own = [] if value is None else [value]
    low = None if None in lows else combined([*own, *(x for x in lows if x is not None)] or [0], over)
    high = None if None in highs else combined([*own, *(x for x in highs if x is not None)] or [0], over)
    if over == "max" and low is None and own:
        low = own[0]
    if over == "min" and high is None and own:
        high = own[0]
    return low, high


def _wider(one: Missing, other: Missing) -> Missing:
    low = None if one[0] is None or other[0] is None else min(one[0], other[0])
    high = None if one[1] is None or other[1] is None else max(one[1], other[1])
    return low, high, one[2] if one[2] is not None else other[2]


def county_of_places(places: Sequence[str]) -> str:
    """The county all places lie in; "" when they do not lie in one."""
    found = {p[: LENGTHS[Level.COUNTY]] for p in places}
    one = next(iter(found), "")
    return one if len(found) == 1 and len(one) == LENGTHS[Level.COUNTY] else ""
