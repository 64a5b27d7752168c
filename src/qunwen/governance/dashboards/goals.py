"""Targets as the dashboard shows them. The area that keeps targets registers how they are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from qunwen.base.measures.periods import Period


@dataclass(frozen=True)
class Goal:
    """What is to be reached in the period: in the unit of the indicator; `binding` is 约束性, otherwise 预期性."""

    value: Fraction
    binding: bool = False
    label: str = ""
    url: str = ""


# (place=code, period=Period, codes=[…]) -> {code: Goal}; codes without a target are left out.
Load = Callable[..., Mapping[str, Goal]]
_sources: list[Load] = []


def register(load: Load) -> Load:
    """Have targets read by `load`; of several the first that knows a code gives its target. From AppConfig.ready."""
    if load not in _sources:
        _sources.append(load)
    return load


def goals(*, place: str, period: Period, codes: Sequence[str]) -> dict[str, Goal]:
    """The targets of a place and period, by code of what is counted."""
    found: dict[str, Goal] = {}
    for load in _sources:
        for code, goal in load(place=place, period=period, codes=codes).items():
            found.setdefault(code, goal)
    return found
