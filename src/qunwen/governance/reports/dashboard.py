"""What the dashboard of a place shows: cards, months, kinds, the places below. Four questions to the figures, whatever the size."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from qunwen.base.measures import declare, rollup
from qunwen.base.measures.access import Permission
from qunwen.base.measures.enums import State
from qunwen.base.measures.periods import Period
from qunwen.base.measures.queries import url_of
from qunwen.base.measures.questions import Cell
from qunwen.base.places.models import Place
from qunwen.base.scope import context
from qunwen.base.scope.codes import LENGTHS, Level
from qunwen.base.ui.wording import exact_number

PLANNED, HELD, ATTENDANCE, MEDIA = (
    "activities.planned", "activities.held", "activities.attendance", "activities.media_reports",
)  # fmt: skip
COUNTED = (PLANNED, HELD, ATTENDANCE)
_SHOWN = (State.VALUE, State.ZERO)


@dataclass(frozen=True)
class Number:
    """A figure as a page shows it; `value` is None when it is missing."""

    value: int | None
    url: str
    state: str

    @classmethod
    def of(cls, cell: Cell) -> Number:
        """A cell with the address that opens it."""
        return cls(cell.value, url_of(cell), str(State(cell.state).label))


@dataclass(frozen=True)
class Card:
    """One headline figure: value, unit, how complete, and against the same period a year before."""

    title: str
    unit: str
    number: Number
    last_year: Number
    reported: int
    expected: int

    @property
    def change(self) -> int | None:
        """How much more than a year before, in the unit; None when either is missing."""
        if self.number.value is None or self.last_year.value is None:
            return None
        return self.number.value - self.last_year.value

    @property
    def difference(self) -> str:
        """How far it is from a year before, either way, with separators."""
        return exact_number(abs(self.change or 0))

    @property
    def complete(self) -> bool:
        """Whether all have reported."""
        return self.reported == self.expected


@dataclass(frozen=True)
class Line:
    """One line of a table: a name, where it leads, planned, held, attendance, and how many below have reported."""

    label: str
    url: str
    numbers: tuple[Number, ...]
    reported: int = 0
    expected: int = 0


@dataclass(frozen=True)
class Dashboard:
    """Everything on the page."""

    cards: tuple[Card, ...]
    months: tuple[Line, ...]
    kinds: tuple[Line, ...]
    places: tuple[Line, ...]
    missing: tuple[tuple[str, str], ...]


def of_place(place: Place, period: Period) -> Dashboard:
    """The figures of a place in a period. Raises Forbidden, NeverFreshError."""
    totals = rollup.cells(measures=[*COUNTED, MEDIA], places=[place.pk], periods=[period, period.last_year])
    cards = tuple(_card(now, before) for now, before in zip(totals[::2], totals[1::2], strict=True))
    months = rollup.cells(measures=COUNTED, places=[place.pk], periods=period.months)
    kinds = rollup.cells(measures=[HELD, ATTENDANCE], places=[place.pk], periods=[period], by=["kind"])
    below = []
    if place.level < Level.VILLAGE:
        below = rollup.cells(measures=COUNTED, root=place.pk, level=Level(place.level + 1), periods=[period])
    held = next(cell for cell in totals if cell.measure == HELD)
    names = _names([*(cell.place for cell in below), *held.missing])
    missing = tuple((names.get(code, code), code) for code in held.missing)
    return Dashboard(cards, _by_month(months, period), _by_kind(kinds), _by_place(below, names), missing)


def _card(now: Cell, before: Cell) -> Card:
    measure = declare.get(now.measure)
    return Card(str(measure.title), str(measure.unit), Number.of(now), Number.of(before), now.reported, now.expected)


def _by_month(cells: Sequence[Cell], period: Period) -> tuple[Line, ...]:
    at = {(cell.measure, cell.period): Number.of(cell) for cell in cells}
    return tuple(
        Line(_("%(month)d月") % {"month": month.start.month}, "", tuple(at[code, month] for code in COUNTED))
        for month in period.months
    )


def _by_kind(cells: Sequence[Cell]) -> tuple[Line, ...]:
    held = {cell.dims[0][1]: cell for cell in cells if cell.dims and cell.measure == HELD and cell.state in _SHOWN}
    came = {cell.dims[0][1]: cell for cell in cells if cell.dims and cell.measure == ATTENDANCE}
    labels = declare.get(HELD).dim("kind").labels
    found = sorted(held.items(), key=lambda pair: (-(pair[1].value or 0), pair[0]))
    none = Number(None, "", str(State.NOT_REPORTED.label))
    return tuple(
        Line(str(labels[code]), "", (Number.of(cell), Number.of(came[code]) if code in came else none))
        for code, cell in found
    )


def _by_place(cells: Sequence[Cell], names: dict[str, str]) -> tuple[Line, ...]:
    at: dict[str, list[Cell]] = {}
    for cell in cells:
        at.setdefault(cell.place, []).append(cell)
    lines = []
    for code, row in at.items():
        held = next(cell for cell in row if cell.measure == HELD)
        numbers = tuple(Number.of(cell) for cell in row)
        lines.append(Line(names.get(code, code), code, numbers, held.reported, held.expected))
    return tuple(lines)


def _names(codes: Sequence[str]) -> dict[str, str]:
    return dict(Place.objects.filter(pk__in=set(codes)).values_list("code", "name"))


def homes() -> list[Place]:
    """The places that the open scope lets one look at from the top, counties first where it is the whole nation."""
    scope = context.current()
    if scope is None:
        return []
    prefixes = {""} if scope.kind == "everything" else {r.prefix for r in scope.reaches_for(Permission.VIEW)}
    if not prefixes:
        return []
    if "" in prefixes:
        return list(Place.objects.filter(level=Level.COUNTY).order_by("code")[:20])
    tops = [p for p in prefixes if not any(q != p and p.startswith(q) for q in prefixes)]
    return list(Place.objects.filter(pk__in=tops).order_by("level", "code")[:20])


def choices(today: dt.date) -> list[tuple[str, list[tuple[str, str]]]]:
    """Periods to choose from: this year and the last by year, half-year, quarter and month, the newest first."""
    groups: list[tuple[str, list[tuple[str, str]]]] = []
    for label, length in ((_("年"), 12), (_("半年"), 6), (_("季度"), 3), (_("月"), 1)):
        period, found = Period.month_of(today), []
        period = Period(period.first - period.first % length, length)
        while period.year >= today.year - 1:
            found.append((period.code, period.label))
            period = period.previous
        groups.append((label, found))
    return groups


def default_period(today: dt.date) -> Period:
    """The half-year in which the day lies."""
    month = Period.month_of(today)
    return Period(month.first - month.first % 6, 6)


def is_place(code: str) -> bool:
    """Whether a text has the form of a place's code."""
    return code.isascii() and code.isdigit() and len(code) in LENGTHS.values()
