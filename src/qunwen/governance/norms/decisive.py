"""Decisive cells (决定性缺数): which missing reports decide a verdict, and which cannot.

A verdict that is undecided hangs on what is missing. Three answers, each exact and each tested against trying
everything out: cells that cannot move it whatever they say; cells that settle it alone if they come out at their
historical least or most; and the fewest cells to ask for, so that the verdict is certain whatever the others say if these
report as they did last time ("three telephone calls, not forty-four").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from qunwen.governance.indicators import evaluating
from qunwen.governance.indicators.basis import Basis
from qunwen.governance.indicators.language import ir

Cell = tuple[str, str]  # (measure, place)
Bounds = tuple[int | None, int | None, int | None]  # least, most, last, in stored integers


@dataclass(frozen=True)
class Alone:
    """A missing cell that settles the verdict by itself."""

    cell: Cell
    at_least: bool | None  # the verdict if it comes out at its historical least; None: still open
    at_most: bool | None


@dataclass(frozen=True)
class Decisive:
    """What an undecided verdict hangs on. `truth` is the verdict itself; where it is not None nothing missing matters."""

    truth: bool | None
    missing: tuple[Cell, ...]
    idle: tuple[Cell, ...] = ()
    alone: tuple[Alone, ...] = ()
    calls: tuple[Cell, ...] = ()
    then: bool | None = None  # the verdict when `calls` report as last time

    @property
    def others(self) -> int:
        """How many need not be asked once the calls are made."""
        return len(self.missing) - len(self.calls)


def decisive(expr: ir.Expr, *, place: str, basis: Basis) -> Decisive:
    """Which of the missing cells decide whether the condition holds at the place."""
    bounds = {cell: b for cell, b in basis.missing_cells().items() if cell[1].startswith(place)}
    now = evaluating.truth(expr, place=place, basis=basis)
    missing = tuple(sorted(bounds))
    if now is not None or not missing:
        return Decisive(now, missing, idle=missing)
    idle = tuple(cell for cell in missing if _idle(expr, place, basis, (cell, bounds[cell])))
    moving = [cell for cell in missing if cell not in set(idle)]
    calls, then = _fewest(expr, place, basis, {cell: bounds[cell] for cell in moving})
    return Decisive(None, missing, idle, _alone(expr, place, basis, {c: bounds[c] for c in moving}), calls, then)


def _supposed(expr: ir.Expr, place: str, basis: Basis, known: Mapping[Cell, int]) -> bool | None:
    return evaluating.truth(expr, place=place, basis=basis.supposing(known))


def _idle(expr: ir.Expr, place: str, basis: Basis, cell: tuple[Cell, Bounds]) -> bool:
    """Whether the bounds of every comparison stay as they are, whatever the cell says between its least and its most."""
    which, (least, most, _last) = cell
    if least is None or most is None:
        return False
    before = _signature(expr, place, basis)
    return all(_signature(expr, place, basis.supposing({which: value})) == before for value in (least, most))


def _signature(expr: ir.Expr, place: str, basis: Basis) -> tuple[object, ...]:
    match expr:
        case ir.And(items=items) | ir.Or(items=items):
            return tuple(_signature(item, place, basis) for item in items)
        case ir.Not(inner=inner):
            return _signature(inner, place, basis)
        case ir.Compare(left=left, right=right):
            sides = (evaluating.quantity(side, place=place, basis=basis) for side in (left, right))
            return tuple((q.low, q.high) for q in sides)
        case _:
            return (evaluating.truth(expr, place=place, basis=basis),)


def _alone(expr: ir.Expr, place: str, basis: Basis, bounds: Mapping[Cell, Bounds]) -> tuple[Alone, ...]:
    found = []
    for cell, (least, most, _last) in bounds.items():
        low = None if least is None else _supposed(expr, place, basis, {cell: least})
        high = None if most is None else _supposed(expr, place, basis, {cell: most})
        if low is not None or high is not None:
            found.append(Alone(cell, low, high))
    return tuple(found)


def _fewest(
    expr: ir.Expr, place: str, basis: Basis, bounds: Mapping[Cell, Bounds]
) -> tuple[tuple[Cell, ...], bool | None]:
    """The shortest beginning of the list (widest first) that, reporting as last time, leaves the others no say."""
    order = sorted((c for c in bounds if bounds[c][2] is not None), key=lambda c: (-_width(bounds[c]), c))

    def asked(number: int) -> bool | None:
        return _supposed(expr, place, basis, {c: _last(bounds[c]) for c in order[:number]})

    if not order or asked(len(order)) is None:
        return (), None
    low, high = 0, len(order)  # more knowledge never makes a decided verdict undecided again
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if asked(middle) is not None else (middle, high)
    return tuple(order[:high]), asked(high)


def _width(bounds: Bounds) -> Fraction:
    least, most, _last = bounds
    return Fraction(10**30) if least is None or most is None else Fraction(most - least)


def _last(bounds: Bounds) -> int:
    return bounds[2] if bounds[2] is not None else 0


def places_of(cells: Sequence[Cell]) -> list[str]:
    """The places to telephone, each once, in the order of the cells."""
    return list(dict.fromkeys(place for _measure, place in cells))
