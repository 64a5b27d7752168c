"""What has been reached so far: from the figures of the house, with last year's rhythm beside it. Few engine queries."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from qunwen.base.measures.periods import Period
from qunwen.governance.indicators.units import unit

from . import figures, meaning
from .enums import Behaviour
from .models import Target
from .path import LastYear

ZERO = Fraction(0)


@dataclass(frozen=True)
class Actual:
    """What there is, in the target's unit; None when nothing has been reported. `complete`: nothing is missing.

    `period`: what the figure page is to be asked for.
    """

    value: Fraction | None
    complete: bool = True
    last_year: LastYear | None = None
    period: str = ""


def of(targets: Sequence[Target], *, on: dt.date) -> Mapping[uuid.UUID, Actual]:
    """What each target's figure is when the day `on` begins."""
    found: dict[uuid.UUID, Actual] = {}
    groups: dict[tuple[str, Period], list[Target]] = defaultdict(list)
    for target in targets:
        # A department's figure is not known apart from its place's: nobody's number is put down to it.
        if target.department or _known(target) is None:
            found[target.pk] = Actual(None)
        else:
            groups[target.behaviour, period_of(target, on)].append(target)
    for (behaviour, period), several in groups.items():
        found.update(_of_period(several, period, on=on, grows=behaviour == Behaviour.FLOW))
    return found


def period_of(target: Target, on: dt.date) -> Period:
    """What period to ask for: a flow's own; a level's last month that has begun by then, within its period."""
    own = Period.of(target.period)
    if target.behaviour == Behaviour.FLOW or on >= own.end:
        return own
    month = Period.month_of(max(own.start, on - dt.timedelta(days=1)))
    return month


def _known(target: Target) -> meaning.Figure | None:
    try:
        return meaning.of(target.code, county=target.county)
    except KeyError:
        return None


def _of_period(targets: Sequence[Target], period: Period, *, on: dt.date, grows: bool) -> dict[uuid.UUID, Actual]:
    exprs = {target.pk: meaning.of(target.code, county=target.county).expr for target in targets}
    asked = [(target.place_id, exprs[target.pk]) for target in targets]
    now = figures.quantities(asked, period=period)
    rhythm = _rhythm(targets, exprs, period, on) if grows else {}
    found = {}
    for target in targets:
        quantity = now[target.place_id, exprs[target.pk]]
        factor = unit(target.unit_code).factor
        value = None if quantity.value is None else quantity.value / factor
        complete = quantity.value is not None and quantity.low == quantity.value == quantity.high
        found[target.pk] = Actual(value, complete, rhythm.get(target.pk), period.code)
    return found


def _rhythm(
    targets: Sequence[Target], exprs: Mapping[uuid.UUID, object], period: Period, on: dt.date
) -> dict[uuid.UUID, LastYear]:
    """How much of last year's was there at the same point, for what adds up over months.

    Whole months are added; of the month that is running as many days as have passed, evenly.
    """
    adding = [target for target in targets if target.additive]
    if not adding or not period.start < on < period.end:
        return {}
    asked = [(target.place_id, exprs[target.pk]) for target in adding]
    months = [figures.quantities(asked, period=month) for month in period.last_year.months]
    found = {}
    for target in adding:
        key = target.place_id, exprs[target.pk]
        values = [month[key].value for month in months]
        if any(value is None for value in values):
            continue
        factor = unit(target.unit_code).factor
        part = sum((value * _share(month, on) for value, month in zip(values, period.months, strict=True)), ZERO)
        found[target.pk] = LastYear(part / factor, sum(values, ZERO) / factor)
    return found


def _share(month: Period, on: dt.date) -> Fraction:
    if on >= month.end:
        return Fraction(1)
    return Fraction(max((on - month.start).days, 0), (month.end - month.start).days)


def history(target: Target, *, on: dt.date) -> list[tuple[Period, Fraction | None]]:
    """What had been reached at the end of each month of the period that has begun by `on`; None where it is missing.

    A flow is added up from the beginning, and stays unknown from the first missing month on. What cannot be added
    over months (activities a head) has no history, only its present.
    """
    known = _known(target)
    period = Period.of(target.period)
    months = [month for month in period.months if month.start < on]
    if known is None or target.department or (target.behaviour == Behaviour.FLOW and not target.additive):
        return [(month, None) for month in months]
    asked, factor = [(target.place_id, known.expr)], unit(target.unit_code).factor
    found: list[tuple[Period, Fraction | None]] = []
    sum_up: Fraction | None = ZERO
    for month in months:
        value = figures.quantities(asked, period=month)[asked[0]].value
        if target.behaviour == Behaviour.FLOW:
            sum_up = None if sum_up is None or value is None else sum_up + value
            value = sum_up
        found.append((month, None if value is None else value / factor))
    return found


def weights(code: str, *, county: str, places: Sequence[str], period: Period) -> dict[str, Fraction | None]:
    """Last year's figure of each place, by which a target may be divided; None where it is missing."""
    expr = meaning.of(code, county=county).expr
    found = figures.quantities([(place, expr) for place in places], period=period.last_year)
    return {place: found[place, expr].value for place in places}
