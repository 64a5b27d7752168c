"""Floors that places are held to, told by whoever knows them (the norms): for the check of bunching."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from qunwen.base.measures.periods import Period

from .rows import Series

Load = Callable[..., Sequence[Series]]  # (county=code, period=Period)
_known: list[Load] = []


def register(load: Load) -> None:
    """Announce a source of floors with what the places of a county reach; called in AppConfig.ready."""
    if load not in _known:
        _known.append(load)


def series(*, county: str, period: Period) -> tuple[Series, ...]:
    """What every announced source says of a county."""
    return tuple(each for load in _known for each in load(county=county, period=period))
