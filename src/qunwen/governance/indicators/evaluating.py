"""From a formula and a basis to a figure: exact, with bounds, three-valued. No database and no rounding before the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from qunwen.base.measures.enums import State
from qunwen.base.scope.codes import Level, level_of

from . import banding, values
from .basis import Basis, ElementCell
from .enums import Verdict
from .language import ir
from .language.definitions import Indicator
from .language.parsing import Names
from .needing import Filters, Need, inlined, refs, windowed
from .spans import Moment, year_of
from .units import unit
from .values import NO, NOTHING, OPEN, YES, Quantity, Truth, known

__all__ = ["Figure", "Part", "applies", "compare", "evaluate", "quantity", "resolved", "truth"]

compare = values.compare


def resolved(expr: ir.Expr, names: Names, *, window: str = "period") -> ir.Expr:
    """The tree that is evaluated: indicators put in whole, year-to-date on the flows of what is counted by the year."""
    whole = inlined(expr, names)
    return windowed(whole, names) if window == "year" else whole


def quantity(expr: ir.Expr, *, place: str, basis: Basis) -> Quantity:
    """What a formula gives at a place, in base units. Raises KeyError for an element or indicator not known."""
    return _At(basis, place, basis.moment).quantity(_inlined(expr, basis))


def truth(expr: ir.Expr, *, place: str, basis: Basis) -> bool | None:
    """Whether a condition holds; None: undecided, or it does not apply there."""
    found = _At(basis, place, basis.moment).truth(_inlined(expr, basis))
    return None if found is None or found == OPEN else found == YES


def _inlined(expr: ir.Expr, basis: Basis) -> ir.Expr:
    return basis.once(expr, lambda: inlined(expr, basis.names))


def applies(expr: ir.Expr, *, place: str, basis: Basis) -> bool:
    """Whether a condition says anything about a place: one whose parts are all not applicable does not."""
    return _At(basis, place, basis.moment).truth(inlined(expr, basis.names)) is not None


@dataclass(frozen=True, slots=True)
class _At:
    """A place and a moment at which nodes are evaluated."""

    basis: Basis
    place: str
    moment: Moment

    def quantity(self, expr: ir.Expr) -> Quantity:
        match expr:
            case ir.Number():
                return known(expr.base)
            case ir.Ref():
                return self._element(expr)
            case ir.Add(left=left, right=right):
                return values.add([self.quantity(left), self.quantity(right)])
            case ir.Sub(left=left, right=right):
                return values.subtract(self.quantity(left), self.quantity(right))
            case ir.Mul(left=left, right=right):
                return values.multiply(self.quantity(left), self.quantity(right))
            case ir.Div(left=left, right=right):
                return values.divide(self.quantity(left), self.quantity(right))
            case ir.Neg(inner=inner):
                return values.negative(self.quantity(inner))
            case ir.Least(items=items):
                return values.least([self.quantity(x) for x in items])
            case ir.Most(items=items):
                return values.most([self.quantity(x) for x in items])
            case ir.When(cond=cond, yes=yes, no=no):
                chosen = self.truth(cond)
                return values.either(chosen, self.quantity(yes), self.quantity(no)) if chosen is not None else NOTHING
            case ir.Banded(by=by, steps=steps, carry=carry):
                return banding.banded(self.quantity(by), banding.bands(steps), carry=carry)
            case ir.Share() | ir.Count() | ir.Total() | ir.Reported():
                return self._over_places(expr)
            case ir.Before() | ir.LastYear() | ir.YearToDate() | ir.LastMonths() | ir.InYear():
                return self._then(expr).quantity(expr.inner)
        raise TypeError(f"not a quantity: {type(expr).__name__}")

    def truth(self, expr: ir.Expr) -> Truth | None:
        """None: the condition does not apply."""
        match expr:
            case ir.Compare(op=op, left=left, right=right):
                one, other = self.quantity(left), self.quantity(right)
                return values.truth_of(one, op, other) if one.applies and other.applies else None
            case ir.And(items=items):
                found = self._truths(items)
                return (any(no for no, _y in found), all(yes for _n, yes in found)) if found or not items else None
            case ir.Or(items=items):
                found = self._truths(items)
                return (all(no for no, _y in found), any(yes for _n, yes in found)) if found else None
            case ir.Not(inner=inner):
                opposite = self.truth(inner)
                return None if opposite is None else (opposite[1], opposite[0])
            case ir.Before() | ir.LastYear() | ir.YearToDate() | ir.LastMonths() | ir.InYear():
                return self._then(expr).truth(expr.inner)
        raise TypeError(f"not a condition: {type(expr).__name__}")

    def _truths(self, items: Sequence[ir.Expr]) -> list[Truth]:
        found = (self.truth(item) for item in items)
        return [t for t in found if t is not None]

    def _then(self, expr: ir.Expr) -> _At:
        return _At(self.basis, self.place, self.moment.under(expr))

    def _there(self, places: Iterable[str]) -> Iterator[_At]:
        return (_At(self.basis, place, self.moment) for place in places)

    def cell(self, ref: ir.Ref) -> ElementCell:
        """The cell of an element here and now."""
        return self.basis.cell(Need(ref.code, ref.filters, self.moment), self.place)

    def _element(self, ref: ir.Ref) -> Quantity:
        return scaled(self.cell(ref), self.basis.names.elements[ref.code].factor)

    def _over_places(self, expr: ir.Expr) -> Quantity:
        match expr:
            case ir.Total(level=level, inner=inner):
                places = self.basis.ever_below(self.place, level, self.moment)
                return values.add([at.quantity(inner) for at in self._there(places)])
            case ir.Reported(inner=inner):
                cell = self.cell(inner)
                return known(Fraction(cell.reported, cell.expected)) if cell.expected else NOTHING
            case ir.Share() | ir.Count():
                return self.counted(expr).quantity(share=isinstance(expr, ir.Share))
        raise TypeError(type(expr).__name__)

    def counted(self, expr: ir.Share | ir.Count) -> Counted:
        """How many places meet a condition, do not, or are open."""
        among = expr.among if isinstance(expr, ir.Share) else None
        there = self._there(self.basis.below(self.place, expr.level, self.moment))
        pairs = [(at.truth(among) if among is not None else YES, at.truth(expr.cond)) for at in there]
        return Counted.of(pairs)


@dataclass(frozen=True, slots=True)
class Counted:
    """Places by what is certain of them. `maybe`: not certain that they count at all, though if so they (do not) meet."""

    met: int = 0
    failed: int = 0
    open: int = 0
    maybe_met: int = 0
    maybe_failed: int = 0
    maybe_open: int = 0

    @classmethod
    def of(cls, pairs: Iterable[tuple[Truth | None, Truth | None]]) -> Counted:
        """From (counts at all, meets) of every place; a place to which either does not apply is left out."""
        found = [0] * 6
        for counts, meets in pairs:
            if counts is None or counts == NO or meets is None:
                continue
            kind = 0 if meets == YES else 1 if meets == NO else 2
            found[kind + (3 if counts == OPEN else 0)] += 1
        return cls(*found)

    @property
    def whole(self) -> int:
        """How many certainly count."""
        return self.met + self.failed + self.open

    def quantity(self, *, share: bool) -> Quantity:
        """The share, or the number, of those that meet; open ones stand in the bounds."""
        maybe = self.maybe_met + self.maybe_failed + self.maybe_open
        nobody = self.whole + maybe == 0
        if nobody:
            return NOTHING if share else known(0)
        decided = self.met + self.failed > 0
        if not share:
            most = self.met + self.open + self.maybe_met + self.maybe_open
            return values.made(Fraction(self.met) if decided else None, Fraction(self.met), Fraction(most))
        value = Fraction(self.met, self.whole) if decided else None
        return values.made(value, self._least(), self._most())

    def _least(self) -> Fraction:
        against = self.failed + self.open + self.maybe_failed + self.maybe_open
        return Fraction(self.met, self.met + against) if self.met + against else Fraction(1)

    def _most(self) -> Fraction:
        favour = self.met + self.open + self.maybe_met + self.maybe_open
        return Fraction(favour, favour + self.failed) if favour + self.failed else Fraction(0)


def scaled(cell: ElementCell, factor: Fraction) -> Quantity:
    """A cell in base units."""
    above, below = factor.numerator, factor.denominator
    value = None if cell.value is None else Fraction(cell.value * above, below)
    if cell.value == cell.low == cell.high:
        return Quantity(value, value, value, cell.state)
    low = None if cell.low is None else Fraction(cell.low * above, below)
    high = None if cell.high is None else Fraction(cell.high * above, below)
    return Quantity(value, low, high, cell.state)


@dataclass(frozen=True)
class Part:
    """One element that a figure stands on, at the figure's own place. Numbers in `unit`.

    `year`: of a population, at whose end. `level`: judged at the places of that level.
    """

    code: str
    title: str
    filters: Filters
    unit: str
    span: str
    state: State
    value: Fraction | None
    low: Fraction | None
    high: Fraction | None
    reported: int
    expected: int
    missing: tuple[str, ...]
    withheld: tuple[str, ...]
    grades: Mapping[str, int] = field(hash=False)
    level: str = ""
    year: int | None = None
    need: Need | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Figure:
    """An indicator at a place in a period. The exact value is number / whole in `unit`; `shown` is rounded once.

    `num`, `den`: both sides of a ratio, in base units. `low`, `high`: in `unit`, None is unbounded. `reported` of
    `expected` add up over the parts; `grades`: rows by evidence grade.
    """

    code: str
    title: str
    place: str
    period: str
    unit: str
    state: State
    number: int | None
    whole: int
    low: Fraction | None
    high: Fraction | None
    shown: str
    reported: int
    expected: int
    missing: tuple[str, ...]
    grades: Mapping[str, int] = field(hash=False)
    parts: tuple[Part, ...] = ()
    num: Quantity | None = None
    den: Quantity | None = None
    quantity: Quantity = NOTHING
    definition: str = ""
    version: int = 1

    @property
    def value(self) -> Fraction | None:
        """The exact value, in `unit`."""
        return None if self.number is None else Fraction(self.number, self.whole)

    @property
    def records(self) -> int:
        """How many rows stand behind it."""
        return sum(self.grades.values())

    @property
    def complete(self) -> bool:
        """Whether everybody who has to has reported."""
        return self.reported == self.expected


def evaluate(indicator: Indicator, *, place: str, basis: Basis) -> Figure:
    """The figure of an indicator at a place in the basis' period."""
    expr, definition = basis.once(
        indicator, lambda: (resolved(indicator.expr, basis.names, window=indicator.window), indicator.sha256)
    )
    at = _At(basis, place, basis.moment)
    applies = makes_sense(indicator, place)
    q, num, den = _opened(expr, at) if applies else (NOTHING, None, None)
    parts = parts_of(expr, place=place, basis=basis) if applies else ()
    expected, reported = sum(p.expected for p in parts), sum(p.reported for p in parts)
    factor = unit(indicator.unit).factor
    value, low, high = (None if n is None else n / factor for n in (q.value, q.low, q.high))
    state = q.state
    if value is not None and reported * 100 < indicator.need * expected:
        value, state = None, State.NOT_REPORTED
    grades: dict[str, int] = {}
    for part in parts:
        for grade, n in part.grades.items():
            grades[grade] = grades.get(grade, 0) + n
    return Figure(
        code=indicator.code, title=indicator.title, place=place, period=basis.period.code, unit=indicator.unit,
        state=state, number=None if value is None else value.numerator, whole=1 if value is None else value.denominator,
        low=low, high=high, shown="" if value is None else values.written(value, indicator.places, indicator.rounding),
        reported=reported, expected=expected, missing=tuple(sorted({m for p in parts for m in p.missing})),
        grades=dict(sorted(grades.items())), parts=parts, num=num, den=den, quantity=q,
        definition=definition, version=indicator.version,
    )  # fmt: skip


def makes_sense(indicator: Indicator, place: str) -> bool:
    """Whether the indicator is meant for places of that level; what holds for counties holds above them, too."""
    level = level_of(place) if place else Level.PROVINCE
    name = {Level.TOWN: "town", Level.VILLAGE: "village", Level.GRID: "village"}.get(level, "county")
    return name in indicator.levels


def _opened(expr: ir.Expr, at: _At) -> tuple[Quantity, Quantity | None, Quantity | None]:
    """A formula's quantity, and both sides of it where it is a ratio."""
    match expr:
        case ir.Div(left=left, right=right):
            above, below = at.quantity(left), at.quantity(right)
            return values.divide(above, below), above, below
        case ir.Share():
            found = at.counted(expr)
            return found.quantity(share=True), found.quantity(share=False), known(found.whole)
        case ir.Before() | ir.LastYear() | ir.YearToDate() | ir.LastMonths() | ir.InYear():
            return _opened(expr.inner, _At(at.basis, at.place, at.moment.under(expr)))
        case _:
            return at.quantity(expr), None, None


def parts_of(expr: ir.Expr, *, place: str, basis: Basis) -> tuple[Part, ...]:
    """The elements of a resolved formula, each once, in the order in which they are written."""
    found: dict[tuple[Need, str], Part] = {}
    for need, level in refs(expr, basis.moment, ""):
        if (need, level) not in found:
            found[need, level] = _part(need, level, place, basis)
    return tuple(found.values())


def _part(need: Need, level: str, place: str, basis: Basis) -> Part:
    element = basis.names.elements[need.code]
    cell = basis.cell(need, place)
    value, low, high = (None if n is None else n * element.stored for n in (cell.value, cell.low, cell.high))
    return Part(
        code=need.code, title=element.title, filters=need.filters, unit=element.unit, span=need.moment.span.code,
        state=cell.state, value=value, low=low, high=high, reported=cell.reported, expected=cell.expected,
        missing=cell.missing, withheld=cell.withheld, grades=cell.grades, level=level,
        year=year_of(element.vintage, need.moment) if element.population else None, need=need,
    )  # fmt: skip


def verdict(expr: ir.Expr, *, place: str, basis: Basis) -> Verdict:
    """A condition as a verdict."""
    found = truth(expr, place=place, basis=basis)
    return Verdict.UNDECIDED if found is None else Verdict.MET if found else Verdict.NOT_MET
