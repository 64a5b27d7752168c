"""Standards impact (标准影响): put in a new floor, see who falls, by how much, and what it costs to return."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from django.utils.translation import gettext as _

from qunwen.base.measures.periods import Period
from qunwen.base.scope.codes import county_of
from qunwen.governance.indicators.basis import Basis
from qunwen.governance.indicators.enums import Verdict
from qunwen.governance.indicators.language import ir

from . import queries, remedies
from .defining import Norm
from .judging import Judgement, judged, replace_dates
from .programme import Outcome
from .remedies import Remedy
from .road import Road, plan

ONE_PLACE = 1.0  # seconds the solver may take for one place


class ImpactRefused(ValueError):
    """The norm has no floor that could be put otherwise; the message is for the person."""


@dataclass(frozen=True)
class Effect:
    """One place under the rule as it is and under the new one. `road`: what returning would take, None where not needed."""

    place: str
    before: Judgement
    after: Judgement
    road: Road | None = None

    @property
    def falls(self) -> bool:
        """Met so far, no longer."""
        return self.before.verdict == Verdict.MET and self.after.verdict == Verdict.NOT_MET

    @property
    def rises(self) -> bool:
        """Not met so far, met under the new floor."""
        return self.before.verdict != Verdict.MET and self.after.verdict == Verdict.MET

    @property
    def cost(self) -> int | None:
        """Fen to meet the new floor; None where no plan was found."""
        if self.road is None:
            return None
        found = self.road.plan.outcome in (Outcome.OPTIMAL, Outcome.FEASIBLE) and not self.road.left_out
        return self.road.plan.cost if found else None


@dataclass(frozen=True)
class Impact:
    """All places that the norm is for."""

    norm: Norm
    changed: Norm
    effects: tuple[Effect, ...]

    @property
    def falls(self) -> tuple[Effect, ...]:
        """Those who fall, the dearest return first."""
        return tuple(sorted((e for e in self.effects if e.falls), key=lambda e: (-(e.cost or 0), e.place)))

    @property
    def cost(self) -> int:
        """Fen for all who fall and can return."""
        return sum(e.cost or 0 for e in self.falls)

    def counted(self, verdict: Verdict) -> tuple[int, int]:
        """How many have the verdict, before and after."""
        return (
            sum(e.before.verdict == verdict for e in self.effects),
            sum(e.after.verdict == verdict for e in self.effects),
        )


def with_floor(norm: Norm, floor: Fraction) -> Norm:
    """The norm with another floor, in its unit. Raises ImpactRefused for one without a plain floor."""
    if norm.left is None or not isinstance(norm.floor, ir.Number):
        raise ImpactRefused(_("这条标准的底线不是一个数，不能直接改底线测算。"))
    number = ir.Number(floor, norm.unit)
    return replace(norm, floor=number, expr=ir.Compare(norm.op, norm.left, number), floor_text=str(floor))


def impact(
    code: str, root: str, period: Period, *, floor: Fraction, prices: Mapping[str, int] | None = None, today: dt.date
) -> Impact:
    """A norm's new floor for every place of its level at or below the root. Raises KeyError, ImpactRefused."""
    norm = queries.norm(code, county=county_of(root) if len(root) >= 6 else "")
    changed = with_floor(norm, floor)
    shape = Basis.load([], places=[root], period=period)
    places = [p for p in shape.below(root, norm.where.level) if _concerns(norm, p)]
    basis = Basis.load([norm.expr], places=places or [root], period=period)
    known = [r.priced(prices[r.code]) if prices and r.code in prices else r for r in remedies.shipped()]
    return Impact(norm, changed, tuple(_effect(p, norm, changed, basis, (period, known)) for p in places))


def _concerns(norm: Norm, place: str) -> bool:
    from .applying import applies  # noqa: PLC0415

    where = replace_dates(norm).where
    return applies(place, level=where.level, area=where.area, region=where.region, kinds=where.kinds)


def _effect(place: str, norm: Norm, changed: Norm, basis: Basis, about: tuple[Period, Sequence[Remedy]]) -> Effect:
    period, known = about
    (before,) = judged([norm], place=place, basis=basis, period=period)
    (after,) = judged([changed], place=place, basis=basis, period=period)
    effect = Effect(place, before, after)
    if not effect.falls:
        return effect
    return replace(effect, road=plan([after], basis=basis, known=known, seconds=ONE_PLACE))
