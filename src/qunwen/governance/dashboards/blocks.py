"""The blocks of a dashboard: each asks the figures once or twice, however many places there are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from qunwen.base.measures import daily, declare, rollup
from qunwen.base.measures.access import Permission
from qunwen.base.measures.enums import State
from qunwen.base.measures.periods import Period
from qunwen.base.places import queries
from qunwen.base.places.enums import ADMINISTRATIVE
from qunwen.base.places.models import HierarchyEdge, Place
from qunwen.base.scope import asking
from qunwen.base.scope.codes import Level

from .asked import Asked
from .comparing import Comparison, Progress, Ranked, compare, progress, ranked
from .goals import Goal, goals
from .readings import Key, Reading, of_cell, read, read_below
from .subjects import HELD, Subject, of_measure

YEAR = 12
_SHOWN = (State.VALUE, State.ZERO)


@dataclass(frozen=True)
class Card:
    """One headline figure, against the period before, the year before, and its target."""

    now: Reading
    before: Comparison
    last_year: Comparison
    goal: Progress | None


@dataclass(frozen=True)
class Trend:
    """Twelve months up to the end of the period, and the same months a year before."""

    months: tuple[Reading, ...]
    year_before: tuple[Reading, ...]


@dataclass(frozen=True)
class Below:
    """A place below in the ranking, against the year before."""

    entry: Ranked
    place: Place
    last_year: Comparison

    @property
    def now(self) -> Reading:
        """Its figure."""
        return self.entry.reading


@dataclass(frozen=True)
class Days:
    """What a flow counted day by day; days of months from which nothing was reported are not there."""

    subject: Subject
    first: dt.date
    last: dt.date
    counts: Mapping[dt.date, int]
    months: tuple[Reading, ...]


@dataclass(frozen=True)
class Dashboard:
    """Everything on the page."""

    asked: Asked
    cards: tuple[Card, ...]
    trend: Trend
    below: tuple[Below, ...]
    days: Days | None
    kinds: tuple[tuple[str, Reading], ...]
    missing: tuple[tuple[str, str], ...]

    @property
    def front(self) -> Card:
        """The card of what is in front."""
        return next(card for card in self.cards if card.now.subject == self.asked.focus)


def dashboard(asked: Asked, *, today: dt.date) -> Dashboard:
    """All blocks of a place in a period. Raises Forbidden, NeverFreshError."""
    cards = headline(asked, asked.in_front, today=today)
    front = next(card.now for card in cards if card.now.subject == asked.focus)
    months = trend(asked)
    return Dashboard(
        asked,
        cards,
        months,
        below(asked, today=today),
        days(asked, months, today=today),
        kinds(asked),
        tuple(named(front.missing)),
    )


def headline(asked: Asked, subjects: Sequence[Subject], *, today: dt.date) -> tuple[Card, ...]:
    """The cards of these subjects."""
    period, here = asked.period, asked.place.pk
    wanted = list(subjects)
    found = read(wanted, places=[here], periods=[period, period.previous, period.last_year], hierarchy=asked.hierarchy)
    targets = goals(place=here, period=period, codes=[s.code for s in wanted])
    return tuple(_card(s, asked, found, targets.get(s.code), today) for s in wanted)


def _card(subject: Subject, asked: Asked, found: Mapping[Key, Reading], goal: Goal | None, today: dt.date) -> Card:
    now, before, last_year = (
        found[subject.code, asked.place.pk, p]
        for p in (asked.period, asked.period.previous, asked.period.last_year)
    )  # fmt: skip
    return Card(
        now,
        compare(now, before, today=today),
        compare(now, last_year, today=today),
        progress(now, goal) if goal else None,
    )


def months_until(period: Period, number: int = YEAR) -> list[Period]:
    """So many months up to the last one of the period."""
    last = period.last_month.first
    return [Period(last - back, 1) for back in reversed(range(number))]


def trend(asked: Asked) -> Trend:
    """The months of what is in front."""
    months, code, here = months_until(asked.period, 2 * YEAR), asked.focus.code, asked.place.pk
    found = read([asked.focus], places=[here], periods=months, hierarchy=asked.hierarchy)
    line = [found[code, here, month] for month in months]
    return Trend(tuple(line[YEAR:]), tuple(line[:YEAR]))


def below(asked: Asked, *, today: dt.date) -> tuple[Below, ...]:
    """The places below, ranked by what is in front."""
    return ranked_below(asked, asked.focus, against=asked.period.last_year, today=today)


def ranked_below(asked: Asked, subject: Subject, *, against: Period, today: dt.date) -> tuple[Below, ...]:
    """The places below, ranked by one figure and each against another period."""
    found = readings_below(asked, [subject], [asked.period, against])
    codes = list(dict.fromkeys(place for _code, place, _period in found))
    places = {p.pk: p for p in Place.objects.filter(pk__in=codes)}
    entries = ranked([found[subject.code, code, asked.period] for code in codes if code in places])
    return tuple(
        Below(
            e, places[e.reading.place], compare(e.reading, found[subject.code, e.reading.place, against], today=today)
        )
        for e in entries
    )


def readings_below(asked: Asked, subjects: Sequence[Subject], periods: Sequence[Period]) -> dict[Key, Reading]:
    """Figures of the places one step below, by the codes or in the named hierarchy."""
    if asked.hierarchy != ADMINISTRATIVE:
        members = branches(asked.place.pk, asked.hierarchy, asked.period)
        return read(subjects, places=members, periods=periods, hierarchy=asked.hierarchy)
    if asked.place.level >= Level.VILLAGE:
        return {}
    subjects = [s for s in subjects if s.at(asked.place.level + 1)]
    return read_below(subjects, root=asked.place.pk, level=Level(asked.place.level + 1), periods=periods)


def branches(place: str, hierarchy: str, period: Period) -> list[str]:
    """What belonged to a place in a named hierarchy at some time in the period, as far as the reader may see."""
    edges = HierarchyEdge.unscoped.filter(hierarchy=hierarchy, parent_id=place)
    rows = edges.values_list("child_id", "valid_from", "valid_to")
    codes = {
        child
        for child, since, until in rows
        if (since is None or since < period.end) and (until is None or until > period.start)
    }
    return sorted(code for code in codes if asking.may(Permission.VIEW, place=code))


def days(asked: Asked, months: Trend, *, today: dt.date) -> Days | None:
    """The days of the twelve months: of what is in front when it has days, otherwise of activities held."""
    subject = asked.focus if asked.focus.by_day else of_measure(HELD)
    spans = months_until(asked.period)
    first, last = spans[0].start, min(asked.period.end, today + dt.timedelta(days=1)) - dt.timedelta(days=1)
    if last < first:
        return None
    line = months.months
    if subject != asked.focus:
        found = read([subject], places=[asked.place.pk], periods=spans, hierarchy=asked.hierarchy)
        line = tuple(found[subject.code, asked.place.pk, span] for span in spans)
    counts: dict[dt.date, int] = {}
    if any(month.value is not None for month in line):
        counts = daily.by_day(measure=subject.code, place=asked.place.pk, months=spans, hierarchy=asked.hierarchy)
    known = {month.period for month in line if month.value is not None}
    full = {}
    for offset in range((last - first).days + 1):
        day = first + dt.timedelta(days=offset)
        if day in counts or Period.month_of(day) in known:
            full[day] = counts.get(day, 0)
    return Days(subject, first, last, full, line)


def kinds(asked: Asked) -> tuple[tuple[str, Reading], ...]:
    """What is in front by kind of activity, the most first; nothing for what has no kinds."""
    if not asked.focus.by_kind:
        return ()
    cells = rollup.cells(
        measures=asked.focus.code, places=[asked.place.pk], periods=[asked.period], by=["kind"],
        hierarchy=asked.hierarchy,
    )  # fmt: skip
    labels = declare.get(asked.focus.code).dim("kind").labels
    found = [(cell.dims[0][1], of_cell(cell, asked.focus)) for cell in cells if cell.dims and cell.state in _SHOWN]
    found.sort(key=lambda pair: (-(pair[1].value or Fraction(0)), pair[0]))
    return tuple((str(labels[code]), reading) for code, reading in found)


def named(codes: Sequence[str]) -> list[tuple[str, str]]:
    """(name, code) of places in the order given."""
    rows = queries.names(codes)
    return [(rows.get(code, code), code) for code in codes]
