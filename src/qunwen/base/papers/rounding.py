"""Rounding balance (舍位平衡): parts shown in 万 or in tenths of a per cent still add up to the total shown.

Exact arithmetic only (integers and Fractions). A float is refused: it would bring its own error
into the very thing this module is there to remove.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class RoundedCell:
    """One shown value. `adjusted` is true where it is not what plain rounding would show."""

    exact: Fraction
    shown: Fraction
    adjusted: bool


@dataclass(frozen=True)
class Balanced:
    """The total shown and its parts in the order given; `sum(p.shown) == total.shown` always holds."""

    total: RoundedCell
    parts: tuple[RoundedCell, ...]


@dataclass(frozen=True)
class Branch:
    """A value that is either given (no children) or the sum of its children."""

    exact: Fraction
    children: Mapping[str, "Branch"] = field(default_factory=dict)

    @classmethod
    def of(cls, tree: Any) -> "Branch":
        """Build from nested mappings whose leaves are numbers."""
        if isinstance(tree, Mapping):
            children = {name: cls.of(below) for name, below in tree.items()}
            return cls(sum((child.exact for child in children.values()), Fraction(0)), children)
        return cls(_exact(tree))


@dataclass(frozen=True)
class RoundedBranch:
    """The tree of `round_tree`, with every value shown."""

    cell: RoundedCell
    children: Mapping[str, "RoundedBranch"]


class BalanceError(ValueError):
    """The total handed in lies more than one unit away from the sum of its parts."""


def round_half_up(value: int | Decimal | Fraction, *, step: int | Decimal | Fraction = 1) -> Fraction:
    """The multiple of `step` nearest to `value`; a value in the middle goes away from zero (四舍五入)."""
    exact, unit = _exact(value), _unit(step)
    units, rest = divmod(abs(exact) / unit, 1)
    rounded = (units + (1 if rest * 2 >= 1 else 0)) * unit
    return rounded if exact >= 0 else -rounded


def round_balanced(
    parts: Sequence[int | Decimal | Fraction],
    *,
    step: int | Decimal | Fraction = 1,
    total: int | Decimal | Fraction | None = None,
) -> Balanced:
    """Round every part to a multiple of `step` so that the parts add up to the rounded total.

    Largest remainder: every part is cut down, then the units still missing go to the parts that lost
    most; among equals the larger part comes first, then the earlier. So no part is ever a whole unit
    away from its exact value. `total` fixes the total shown (an already published figure); it must be
    a multiple of `step` next to the exact sum, otherwise BalanceError.
    """
    unit = _unit(step)
    exact = [_exact(part) for part in parts]
    whole = sum(exact, Fraction(0))
    shown_total = round_half_up(whole, step=unit) if total is None else _exact(total)
    if abs(shown_total - whole) >= unit or shown_total % unit:
        raise BalanceError(_("合计与各项之和相差超过一个单位，请先核对原数。"))
    return Balanced(
        total=RoundedCell(whole, shown_total, adjusted=shown_total != round_half_up(whole, step=unit)),
        parts=tuple(_spread(exact, shown_total, unit)),
    )


def round_tree(tree: Branch, *, step: int | Decimal | Fraction = 1) -> RoundedBranch:
    """Round a tree of sums from the top down: county, its towns, their villages all add up as shown.

    Each value stays within one unit of its exact value at every depth, because a parent is always
    shown at one of the two multiples next to it and its children can reach both.
    """
    unit = _unit(step)
    shown = round_half_up(tree.exact, step=unit)
    return _round_below(tree, RoundedCell(tree.exact, shown, adjusted=False), unit)


def _round_below(branch: Branch, cell: RoundedCell, unit: Fraction) -> RoundedBranch:
    cells = _spread([child.exact for child in branch.children.values()], cell.shown, unit) if branch.children else []
    children = {
        name: _round_below(child, below, unit)
        for (name, child), below in zip(branch.children.items(), cells, strict=True)
    }
    return RoundedBranch(cell, children)


def _spread(exact: list[Fraction], total: Fraction, unit: Fraction) -> list[RoundedCell]:
    floors = [value // unit for value in exact]
    missing = int(total / unit) - sum(floors)
    by_loss = sorted(range(len(exact)), key=lambda i: (-(exact[i] / unit - floors[i]), -abs(exact[i]), i))
    raised = set(by_loss[:missing])
    cells = []
    for i, value in enumerate(exact):
        shown = (floors[i] + (1 if i in raised else 0)) * unit
        cells.append(RoundedCell(value, shown, adjusted=shown != round_half_up(value, step=unit)))
    return cells


def _exact(value: int | Decimal | Fraction) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | Fraction):
        raise TypeError(f"rounding takes int, Decimal or Fraction, not {type(value).__name__}")
    return Fraction(value)


def _unit(step: int | Decimal | Fraction) -> Fraction:
    unit = _exact(step)
    if unit <= 0:
        raise ValueError("step must be positive")
    return unit
