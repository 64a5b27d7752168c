"""One shape for everything a page shows, whether it is a count of the house or an indicator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from qunwen.base.measures import rollup
from qunwen.base.measures.enums import State
from qunwen.base.measures.periods import Period
from qunwen.base.measures.queries import url_of
from qunwen.base.measures.questions import Cell
from qunwen.base.papers.rounding import round_half_up
from qunwen.base.places.enums import ADMINISTRATIVE
from qunwen.base.scope.codes import Level

from .subjects import Subject


@dataclass(frozen=True)
class Reading:
    """A figure: `value` is exact in the subject's unit, None when it is missing, and `url` opens it."""

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
        return "" if self.value is None else say(self.value, self.subject.places)

    @property
    def rounded(self) -> Fraction | None:
        """The value that is shown, as a number."""
        return None if self.value is None else round_to(self.value, self.subject.places)

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
    found: dict[Key, Reading] = {}
    if counts:
        cells = rollup.cells(measures=list(counts), periods=list(periods), **where)
        found |= {(c.measure, c.place, c.period): of_cell(c, counts[c.measure]) for c in cells}
    return found


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
