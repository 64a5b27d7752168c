"""One shape for everything a page shows, whether it is a count of the house or an indicator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from qunwen.base.measures import rollup
from qunwen.base.measures.closure import closure_of
from qunwen.base.measures.enums import PlaceMap, State
from qunwen.base.measures.periods import Period
from qunwen.base.measures.queries import url_of
from qunwen.base.measures.questions import Cell
from qunwen.base.papers.rounding import round_half_up
from qunwen.base.places.enums import ADMINISTRATIVE
from qunwen.base.scope.codes import Level
from qunwen.governance.indicators import queries as indicators
from qunwen.governance.indicators.evaluating import Figure
from qunwen.governance.indicators.opening import figure_url

from .subjects import Subject


@dataclass(frozen=True)
class Reading:
    """A figure: `value` is exact in the subject's unit, None when it is missing, and `url` opens it.

    `written` is how its own definition rounds it, where it has a rule for that.
    """

    subject: Subject
    place: str
    period: Period
    value: Fraction | None
    state: str = State.VALUE
    reported: int = 0
    expected: int = 0
    missing: tuple[str, ...] = ()
    grades: Mapping[str, int] = field(default_factory=dict, hash=False)
    url: str = ""
    written: str = ""

    @property
    def complete(self) -> bool:
        """Whether there is a value and all who are expected have reported."""
        return self.value is not None and self.reported == self.expected

    @property
    def lacking(self) -> int:
        """How many have not reported."""
        return self.expected - self.reported

    @property
    def shown(self) -> str:
        """The value as pages write it; empty when missing."""
        return "" if self.value is None else self.written or say(self.value, self.subject.places)

    @property
    def rounded(self) -> Fraction | None:
        """The value that is shown, as a number."""
        return None if self.value is None else Fraction(self.shown.replace(",", ""))

    @property
    def state_words(self) -> str:
        """What is shown in place of a missing value."""
        return str(State(self.state).label)


Key = tuple[str, str, Period]  # code, place, period


def round_to(value: Fraction, places: int) -> Fraction:
    """Rounded half up to so many decimals."""
    return round_half_up(value, step=Fraction(1, 10**places))


def say(value: Fraction | int, places: int = 0) -> str:
    """A number with thousands separators and exactly so many decimals, rounded half up once."""
    units = int(round_to(Fraction(value), places) * 10**places)
    whole, rest = divmod(abs(units), 10**places)
    text = f"{whole:,}" + (f".{rest:0{places}}" if places else "")
    return f"-{text}" if units < 0 else text


def read(
    subjects: Iterable[Subject], *, places: Sequence[str], periods: Sequence[Period], hierarchy: str = ADMINISTRATIVE
) -> dict[Key, Reading]:
    """Figures of these places in these periods. Raises Forbidden, NeverFreshError."""
    if not places:
        return {}
    return _read(list(subjects), periods, {"places": list(places), "hierarchy": hierarchy})


def read_below(
    subjects: Iterable[Subject], *, root: str, level: Level, periods: Sequence[Period]
) -> dict[Key, Reading]:
    """Figures of all places of a level under a root. Raises Forbidden, NeverFreshError."""
    return _read(list(subjects), periods, {"root": root, "level": level})


def _read(subjects: list[Subject], periods: Sequence[Period], where: dict[str, Any]) -> dict[Key, Reading]:
    counts = {subject.code: subject for subject in subjects if subject.measure}
    others = {subject.code: subject for subject in subjects if not subject.measure}
    found: dict[Key, Reading] = {}
    if counts:
        cells = rollup.cells(measures=list(counts), periods=list(periods), **where)
        found |= {(c.measure, c.place, c.period): of_cell(c, counts[c.measure]) for c in cells}
    if others:
        places = where.get("places") or below(where["root"], where["level"], periods)
        found |= _figures(others, places, periods)
    return found


def below(root: str, level: Level, periods: Sequence[Period]) -> list[str]:
    """The places of a level that lay under a root in any of the periods."""
    closure = closure_of(root=root, as_of=max(p.end for p in periods), place_map=PlaceMap.THEN)
    return sorted({code for period in periods for code in closure.at_level(root, level, period)})


def _figures(subjects: Mapping[str, Subject], places: Sequence[str], periods: Sequence[Period]) -> dict[Key, Reading]:
    if not places:
        return {}
    figures = indicators.figures_over(places, periods=periods, codes=list(subjects))
    return {
        (code, place, period): of_figure(figures[place, period.code, code], subject, period)
        for period in periods
        for place in places
        for code, subject in subjects.items()
    }


def of_figure(figure: Figure, subject: Subject, period: Period) -> Reading:
    """An indicator as it is evaluated. Who has reported is told of the part of which most is missing."""
    coverage = [(part.reported, part.expected) for part in figure.parts if part.expected]
    reported, expected = max(coverage or [(figure.reported, figure.expected)], key=lambda pair: pair[1] - pair[0])
    return Reading(
        subject=subject,
        place=figure.place,
        period=period,
        value=figure.value,
        state=str(figure.state),
        reported=reported,
        expected=expected,
        missing=figure.missing,
        grades=dict(figure.grades),
        url=figure_url(figure.code, figure.place, period),
        written=figure.shown if figure.value is not None else "",
    )


def of_cell(cell: Cell, subject: Subject) -> Reading:
    """A count as the engine gives it."""
    return Reading(
        subject=subject,
        place=cell.place,
        period=cell.period,
        value=None if cell.value is None else Fraction(cell.value),
        state=str(cell.state),
        reported=cell.reported,
        expected=cell.expected,
        missing=cell.missing,
        grades=dict(cell.records_by_grade),
        url=url_of(cell),
    )
