"""Judging: which norms hold at a place in a period, by how much, since when, and what would meet them.

Exact and three-valued: a norm met exactly is met; what is unknown never meets. Rules stack from the nation to the county:
of one family the strictest in force counts, unless a nearer one replaces what stands above it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from django.utils.translation import gettext as _

from qunwen.base.measures.enums import PlaceMap
from qunwen.base.measures.periods import Period
from qunwen.base.scope.codes import Level, county_of, level_of
from qunwen.governance.indicators import catalogue, evaluating
from qunwen.governance.indicators.basis import Basis
from qunwen.governance.indicators.enums import Verdict
from qunwen.governance.indicators.units import unit
from qunwen.governance.indicators.values import Quantity

from . import queries
from .applying import applies
from .defining import Norm
from .enums import GRAVE, Severity, Standing
from .gaps import Finder, Gap, Gaps

BACK = 4

Standings = Mapping[str, Standing]  # code → whether it counts in the place's county


@dataclass(frozen=True)
class Judgement:
    """A norm at a place in a period. `value`, `floor`: both sides of a comparison; `sha256` is the rule judged by."""

    norm: Norm
    place: str
    period: Period
    verdict: Verdict
    standing: Standing
    value: Quantity | None = None
    floor: Quantity | None = None
    gap: Gap | Gaps | None = None
    running: bool = False  # not reached so far, but the year is not over
    prevails: str = ""  # the code of the rule of the same family that counts instead
    since: Period | None = None  # the earliest period of an unbroken row with this verdict
    since_further: bool = False  # it was so as far back as was looked

    @property
    def sha256(self) -> str:
        """The hash of the rule."""
        return self.norm.sha256

    @property
    def counts(self) -> bool:
        """Whether the verdict says anything about the place: in force and not replaced."""
        return self.standing == Standing.IN_FORCE and not self.prevails

    @property
    def applies(self) -> bool:
        """Whether there is anything to judge at all (a village without a hall has no hall to be measured)."""
        return all(side is None or side.applies for side in (self.value, self.floor))

    @property
    def severity(self) -> Severity:
        """What not meeting it means: a rule that does not count cannot condemn."""
        if self.counts:
            return self.norm.severity
        return Severity.INFO if self.norm.severity in GRAVE else self.norm.severity

    @property
    def margin(self) -> Fraction | None:
        """By how much the value is better than the floor (less than 0: worse), in the norm's unit."""
        if self.value is None or self.floor is None or self.value.value is None or self.floor.value is None:
            return None
        above = (self.value.value - self.floor.value) / unit(self.norm.unit).factor
        return -above if self.norm.op in ("<=", "<") else above


def judge(
    place: str, period: Period, *, norms: Sequence[Norm] | None = None, rules_on: dt.date | None = None,
    place_map: str = PlaceMap.THEN, as_of: dt.date | None = None, back: int = 0,
) -> list[Judgement]:  # fmt: skip
    """Every norm that applies to the place, judged. As `judge_many`; `back`: also since when, by the same rules, up to so
    many earlier periods of the same length.
    """
    return judge_many(
        [place], period, norms=norms, rules_on=rules_on, place_map=place_map, as_of=as_of, back=back
    )[place]  # fmt: skip


def judge_many(
    places: Sequence[str], period: Period, *, norms: Sequence[Norm] | None = None, rules_on: dt.date | None = None,
    place_map: str = PlaceMap.THEN, as_of: dt.date | None = None, back: int = 0,
) -> dict[str, list[Judgement]]:  # fmt: skip
    """Norms of many places of one county (or of one place above) in few engine queries whatever their number.

    `rules_on`: the versions of that day (without: of the period's last day). `norms`: judge exactly these, where they
    apply. Raises ValueError for places of two counties, Forbidden, NeverFreshError.
    """
    day = rules_on or period.last_day
    county = county_in(places)
    known = queries.norms(county=county, on=day) if norms is None else norms
    wanted = {place: applying(known, place, day) for place in places}
    needed = {norm.code: norm for each in wanted.values() for norm in each}
    if not needed:
        return {place: [] for place in places}
    earlier = _earlier(period, back)
    basis = Basis.load(
        [n.expr for n in needed.values()], places=places, period=period, periods=earlier, place_map=place_map,
        as_of=as_of, catalogue=catalogue.names(county=county, on=day),
    )  # fmt: skip
    standing = queries.standings(needed.values(), county=county)
    found = {p: judged(each, place=p, basis=basis, period=period, standing=standing) for p, each in wanted.items()}
    return {p: _since(each, basis, earlier) for p, each in found.items()} if earlier else found


def _earlier(period: Period, back: int) -> list[Period]:
    found: list[Period] = []
    for _each in range(min(back, BACK)):
        found.append((found[-1] if found else period).previous)
    return found


def county_in(places: Sequence[str]) -> str:
    """The county whose confirmations count; "" above a county. Raises ValueError for places of two counties."""
    counties = {county_of(p) for p in places if level_of(p) >= Level.COUNTY}
    if len(counties) > 1:
        raise ValueError(_("一次只能判定同一个县（市、区）的地方"))
    return next(iter(counties), "")


def applying(norms: Iterable[Norm], place: str, day: dt.date) -> list[Norm]:
    """Those that are rules for the place on the day."""
    return [
        n
        for n in norms
        if n.where.on(day)
        and applies(place, level=n.where.level, area=n.where.area, region=n.where.region, kinds=n.where.kinds)
    ]


def judged(
    norms: Sequence[Norm], *, place: str, basis: Basis, period: Period, standing: Standings | None = None
) -> list[Judgement]:
    """The norms judged on a basis that holds what they need; no database. Without standings all that ship enabled count
    as they do before anybody has confirmed anything."""
    finder = Finder(basis, basis.names.elements, basis.names.indicators)
    first = [_judged(n, place, basis, period, (standing or {}).get(n.code, first_standing(n))) for n in norms]
    return [
        replace(
            j, prevails=_prevailing(j, first), gap=None if j.verdict == Verdict.MET else finder.gap(j.norm.expr, place)
        )
        for j in first
    ]


def first_standing(norm: Norm) -> Standing:
    """Whether a norm counts where nobody has confirmed it."""
    if not norm.enabled:
        return Standing.DISABLED
    return Standing.WAITING if norm.doubtful else Standing.IN_FORCE


def _judged(norm: Norm, place: str, basis: Basis, period: Period, standing: Standing) -> Judgement:
    if norm.left is None or norm.floor is None:
        truth = evaluating.truth(norm.expr, place=place, basis=basis)
        verdict = Verdict.UNDECIDED if truth is None else Verdict.MET if truth else Verdict.NOT_MET
        value = floor = None
    else:
        value = evaluating.quantity(norm.left, place=place, basis=basis)
        floor = evaluating.quantity(norm.floor, place=place, basis=basis)
        verdict = evaluating.compare(value, norm.op, floor)
    running = verdict == Verdict.NOT_MET and _still_running(norm, period)
    return Judgement(
        norm, place, period, Verdict.UNDECIDED if running else verdict, standing, value, floor, running=running
    )


def _still_running(norm: Norm, period: Period) -> bool:
    """A yearly floor not reached is open until the period holds the year's end."""
    return norm.window == "year" and norm.op not in ("<=", "<") and period.end.month != 1


def _prevailing(judgement: Judgement, all_of_them: Sequence[Judgement]) -> str:
    """The code of the rule of the same family that counts instead of this one; "" where this one counts."""
    if judgement.standing != Standing.IN_FORCE:
        return ""
    mates = [
        j
        for j in all_of_them
        if j.norm.family == judgement.norm.family and j.standing == Standing.IN_FORCE and j is not judgement
    ]
    before = [mate for mate in mates if _before(mate, judgement)]
    return next((m.norm.code for m in before if not any(_before(o, m) for o in before if o is not m)), "")


def _before(one: Judgement, other: Judgement) -> bool:
    """Whether `one` counts rather than `other`: it replaces what stands above it, asks more, or as much and is nearer.

    Rules that cannot be compared both count.
    """
    nearer = one.norm.where.law - other.norm.where.law
    if one.norm.instead and nearer > 0:
        return True
    if other.norm.instead and nearer < 0:
        return False
    stricter = _stricter(one, other)
    if stricter is None:
        return False
    return stricter > 0 or (stricter == 0 and (nearer, other.norm.code) > (0, one.norm.code))


def _stricter(one: Judgement, other: Judgement) -> int | None:
    """1: `one` asks more than `other`; -1: less; 0: as much; None: they cannot be compared."""
    a, b = (j.floor.value if j.floor is not None else None for j in (one, other))
    if a is None or b is None or one.norm.op == "==" or one.norm.op[0] != other.norm.op[0]:
        return None
    if not _same_left(one.norm, other.norm):
        return None
    sign = -1 if one.norm.op[0] == "<" else 1
    if a != b:
        return sign if a > b else -sign
    return (len(other.norm.op) > len(one.norm.op)) - (len(one.norm.op) > len(other.norm.op))


def _same_left(one: Norm, other: Norm) -> bool:
    """Only what measures the same can be compared by floors."""
    return one.left is not None and other.left is not None and one.left.canonical == other.left.canonical


def _since(found: Sequence[Judgement], basis: Basis, earlier: Sequence[Period]) -> list[Judgement]:
    """With the earliest period from which the verdict has been the same without a break."""
    since = {j.norm.code: j.period for j in found}
    unbroken = {j.norm.code: j for j in found if not j.running}
    for period in earlier:
        then = basis.during(period)
        for code, now in list(unbroken.items()):
            before = _judged(now.norm, now.place, then, period, now.standing)
            if before.running:
                continue  # a year that was not over says nothing either way
            if before.verdict == now.verdict:
                since[code] = period
            else:
                del unbroken[code]
    return [replace(j, since=since[j.norm.code], since_further=j.norm.code in unbroken) for j in found]


def replace_dates(norm: Norm) -> Norm:
    """The same rule without its dates: today's rule looking back."""
    return replace(norm, where=replace(norm.where, valid_from=None, valid_to=None))
