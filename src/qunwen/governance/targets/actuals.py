"""What has been reached so far: from the figures of the house, with last year's rhythm beside it. Few engine queries."""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from qunwen.base.measures.periods import Period
from qunwen.governance.indicators.language.ir import LastMonths
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

    A flow is added up from the beginning, and stays unknown from the first missing month on. What rests on flows and
    cannot be added (the share of villages with an activity) is read each time over all months so far; what stands as it
    is (books held), at the month's end.
    """
    known = _known(target)
    months = [month for month in Period.of(target.period).months if month.start < on]
    if not months or known is None or target.department:
        return [(month, None) for month in months]
    place, expr, factor = target.place_id, known.expr, unit(target.unit_code).factor
    adds_up = target.behaviour == Behaviour.FLOW and target.additive
    so_far = known.whole_period and not adds_up
    asked = {month: LastMonths(expr, n) if so_far else expr for n, month in enumerate(months, 1)}
    reached = figures.quantities([(place, each) for each in asked.values()], periods=months, county=target.county)
    values = [reached[month, place, each].value for month, each in asked.items()]
    if adds_up:
        values = list(itertools.accumulate(values, lambda a, b: None if a is None or b is None else a + b))
    return [(month, None if v is None else v / factor) for month, v in zip(months, values, strict=True)]


def weights(code: str, *, county: str, places: Sequence[str], period: Period) -> dict[str, Fraction | None]:
    """Last year's figure of each place, by which a target may be divided; None where it is missing."""
    expr, last = meaning.of(code, county=county).expr, period.last_year
    found = figures.quantities([(place, expr) for place in places], periods=[last], county=county)
    return {place: found[last, place, expr].value for place in places}
