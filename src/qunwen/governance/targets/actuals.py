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
    """What period to ask for: its own; for what is as it stands today, the last month that has begun by then."""
    own, figure = Period.of(target.period), _known(target)
    if figure is None or figure.whole_period or on >= own.end:
        return own
    return Period.month_of(max(own.start, on - dt.timedelta(days=1)))


def _known(target: Target) -> meaning.Figure | None:
    try:
        return meaning.of(target.code, county=target.county)
    except KeyError:
        return None


def _of_period(targets: Sequence[Target], period: Period, *, on: dt.date, grows: bool) -> dict[uuid.UUID, Actual]:
    county = targets[0].county
    asked = [(target.place_id, meaning.of(target.code, county=target.county).expr) for target in targets]
    # Last year's months tell how the year usually runs; only what adds up over months has such a rhythm.
    running = grows and period.start < on < period.end and any(target.additive for target in targets)
    months = period.last_year.months if running else ()
    known = figures.quantities(asked, periods=[period, *months], county=county)
    found = {}
    for target, (place, expr) in zip(targets, asked, strict=True):
        reached, factor = known[period, place, expr], unit(target.unit_code).factor
        value = None if reached.value is None else reached.value / factor
        complete = reached.value is not None and reached.low == reached.value == reached.high
        last = _rhythm([known[month, place, expr].value for month in months], period, on, factor)
        found[target.pk] = Actual(value, complete, last if target.additive else None, period.code)
    return found


def _rhythm(values: Sequence[Fraction | None], period: Period, on: dt.date, factor: Fraction) -> LastYear | None:
    """How much of last year's was there at the same point; None where a month is missing.

    Whole months are added; of the month that is running as many days as have passed, evenly.
    """
    known = [value for value in values if value is not None]
    if not values or len(known) != len(values):
        return None
    part = sum((value * _share(month, on) for value, month in zip(known, period.months, strict=True)), ZERO)
    return LastYear(part / factor, sum(known, ZERO) / factor)


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
    months = [month for month in Period.of(target.period).months if month.start < on]
    if not months or known is None or target.department or (target.behaviour == Behaviour.FLOW and not target.additive):
        return [(month, None) for month in months]
    place, expr, factor = target.place_id, known.expr, unit(target.unit_code).factor
    reached = figures.quantities([(place, expr)], periods=months, county=target.county)
    found: list[tuple[Period, Fraction | None]] = []
    whole: Fraction | None = ZERO
    for month in months:
        value = reached[month, place, expr].value
        if target.behaviour == Behaviour.FLOW:
            whole = None if whole is None or value is None else whole + value
            value = whole
        found.append((month, None if value is None else value / factor))
    return found


def weights(code: str, *, county: str, places: Sequence[str], period: Period) -> dict[str, Fraction | None]:
    """Last year's figure of each place, by which a target may be divided; None where it is missing."""
    expr, last = meaning.of(code, county=county).expr, period.last_year
    found = figures.quantities([(place, expr) for place in places], periods=[last], county=county)
    return {place: found[last, place, expr].value for place in places}
