"""Targets of the demonstration county: a dozen for this year, split to towns, a few of them on to villages."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

from qunwen.base.journal.actors import Actor
from qunwen.base.measures.periods import Period
from qunwen.base.places.demo import Making
from qunwen.base.places.models import Place
from qunwen.governance.indicators.units import unit

from . import actions, figures, meaning, queries
from .actions import Part
from .enums import Nature, SplitBy
from .models import Target
from .splitting import Share, same, split

# (figure, nature, what it is to be of last year's in per cent, the step it is rounded to, how it is split)
WISHES = (
    ("activities.held_total", Nature.BINDING, 108, 10, SplitBy.LAST_YEAR),
    ("activities.attendance_total", Nature.EXPECTED, 110, 1000, SplitBy.LAST_YEAR),
    ("library.loans", Nature.BINDING, 105, 1000, None),
    ("library.visits", Nature.EXPECTED, 106, 1000, None),
    ("library.new_books", Nature.BINDING, 110, 100, None),
    ("library.books_per_head", Nature.BINDING, 103, Fraction(1, 100), SplitBy.SAME),
    ("films.shown", Nature.BINDING, 100, 12, SplitBy.EQUAL),
    ("activities.per_head", Nature.EXPECTED, 105, Fraction(1, 100), None),
    ("activities.active_villages", Nature.EXPECTED, 102, 1, SplitBy.SAME),
    ("media.reports_total", Nature.EXPECTED, 110, 1, None),
    ("volunteers.registered", Nature.EXPECTED, 115, 10, SplitBy.POPULATION),
    ("troupes.count", Nature.BINDING, 105, 1, SplitBy.POPULATION),
    ("training.town", Nature.EXPECTED, 100, 10, None),
)
ONWARD = 2


def make_targets(*, making: Making, by: Actor, at: dt.datetime) -> int:
    """Set and split them; figures that nobody has reported last year have no target. Returns how many."""
    year = Period.of(str(making.today.year))
    county = making.places[making.county]
    set_at = dt.datetime.combine(dt.date(making.today.year, 1, 12), dt.time(2), tzinfo=dt.UTC)
    set_at = min(set_at, at)
    found = 0
    for code, nature, wish, step, rule in WISHES:
        target = _set(making, county, code, year, nature=nature, wish=wish, step=Fraction(step), by=by, at=set_at)
        if target is None:
            continue
        found += 1
        if rule is None:
            continue
        towns = _split(making, target, making.towns, rule, by=by, at=set_at)
        for town in towns[:ONWARD] if code == WISHES[0][0] else ():
            villages = [place for place in making.villages if place.code.startswith(town.place_id)]
            _split(making, town, villages, SplitBy.POPULATION, by=by, at=set_at)
    return found


def _set(
    making: Making, county: Place, code: str, year: Period, *, nature: str, wish: int, step: Fraction, by: Actor,
    at: dt.datetime,
) -> Target | None:  # fmt: skip
    try:
        figure = meaning.of(code, county=county.code)
    except KeyError:
        return None
    last = year.last_year
    reached = figures.quantities([(county.code, figure.expr)], periods=[last], county=county.code)
    value = reached[last, county.code, figure.expr].value
    if not value:
        return None
    before = value / unit(figure.unit).factor
    wanted = -(-before * wish / 100 // step) * step
    baseline = Fraction(round(before * 100), 100)
    if figure.unit == "%":
        wanted = min(wanted, Fraction(100))
    return actions.set_target(
        place=county, code=code, period=year.code, value=wanted, nature=nature, baseline=baseline, by=by, at=at
    )


def _split(
    making: Making, target: Target, holders: list[Place], rule: SplitBy, *, by: Actor, at: dt.datetime
) -> list[Target]:
    codes = [place.code for place in holders]
    weights = dict.fromkeys(codes, Fraction(1))
    if rule == SplitBy.POPULATION:
        weights |= queries.populations(codes, year=making.today.year - 1)
    elif rule == SplitBy.LAST_YEAR:
        figure = meaning.of(target.code, county=making.county)
        last = Period.of(target.period).last_year
        known = figures.quantities([(c, figure.expr) for c in codes], periods=[last], county=making.county)
        weights = {c: known[last, c, figure.expr].value or Fraction(0) for c in codes}
    shares = [Share(code, weights[code]) for code in codes]
    if target.additive:
        parts = split(target.value, shares, step=Fraction(1, target.value.denominator))
    else:
        parts = same(target.value, shares)
    given = [Part(place, parts[place.code]) for place in holders]
    return actions.split_target(target=target, parts=given, by_rule=rule, by=by, at=at)
