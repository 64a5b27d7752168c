"""The quantities behind targets, as the indicators' own evaluation gives them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from qunwen.base.measures.periods import Period
from qunwen.governance.indicators.language.ir import Expr

Asked = tuple[str, Expr]


@dataclass(frozen=True)
class Reached:
    """A quantity in base units, and between what it lies while something is missing."""

    value: Fraction | None
    low: Fraction | None = None
    high: Fraction | None = None


def quantities(asked: Sequence[Asked], *, period: Period) -> Mapping[Asked, Reached]:
    """(place, formula) → its quantity."""
    return dict.fromkeys(asked, Reached(None))


def page_of(code: str, *, place: str, period: str) -> str:
    """The page on which the figure opens; nothing where it has none."""
    return ""
