"""Places in the order of their scores: equal scores share a rank, the next one counts on (1, 2, 2, 4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from .scoring import ScoreResult


@dataclass(frozen=True)
class Ranked:
    """One subject with its rank. `shared`: others have the same."""

    rank: int
    result: ScoreResult
    shared: bool = False


def key_of(result: ScoreResult) -> tuple[Fraction, ...]:
    """What decides: the total, then the points of the items the sheet names for ties, in their order."""
    return (result.total, *(result.points_of(code) for code in result.sheet.ties))


def rank(results: Iterable[ScoreResult]) -> list[Ranked]:
    """All of them, best first; among equals by the subject's code, so that the order never depends on chance."""
    ordered = sorted(results, key=lambda each: each.subject)
    ordered.sort(key=key_of, reverse=True)
    keys = [key_of(each) for each in ordered]
    return [Ranked(keys.index(key) + 1, each, keys.count(key) > 1) for key, each in zip(keys, ordered, strict=True)]
