"""What the places of a county reach where a norm has a floor: plausibility looks whether they crowd just above it."""

from __future__ import annotations

from fractions import Fraction

from qunwen.base.measures.periods import Period
from qunwen.governance.indicators.basis import Basis
from qunwen.governance.indicators.language import ir
from qunwen.governance.plausibility.rows import Series

from . import judging, queries

HALF_YEAR = 6  # months: norms of towns and villages are told by the half-year


def series(*, county: str, period: Period) -> list[Series]:
    """For the month in which a half-year ends, every norm of towns and villages that has a plain floor; else none."""
    if period.end.month not in (1, 7):
        return []
    half = Period(period.last_month.first - HALF_YEAR + 1, HALF_YEAR)
    day = half.last_day
    norms = [
        n
        for n in queries.norms(county=county, on=day)
        if n.where.level in ("town", "village") and n.op == ">=" and isinstance(n.floor, ir.Number)
    ]
    shape = Basis.load([], places=[county], period=half)
    places = [p for level in ("town", "village") for p in shape.below(county, level)]
    if not norms or not places:
        return []
    reached: dict[str, list[tuple[str, Fraction]]] = {}
    for place, judgements in judging.judge_many(places, half, norms=norms).items():
        for judgement in judgements:
            reading = judgement.value
            if judgement.counts and reading is not None and reading.exact and reading.value is not None:
                reached.setdefault(judgement.norm.code, []).append((place, reading.value))
    floors = {n.code: n.floor.base for n in norms if isinstance(n.floor, ir.Number)}
    return [Series(n.code, n.title, floors[n.code], tuple(reached[n.code])) for n in norms if n.code in reached]
