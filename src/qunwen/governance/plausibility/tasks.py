"""Background: look through the records once a day, and open to reviewers what has waited its days."""

from __future__ import annotations

import datetime as dt

from qunwen.base.journal.actors import SYSTEM
from qunwen.base.measures.periods import Period
from qunwen.base.people.models import Unit
from qunwen.base.places.models import Place
from qunwen.base.scope import context
from qunwen.base.scope.clock import day_of
from qunwen.base.scope.codes import Level

from . import actions


def daily(*, at: dt.datetime) -> int:
    """The last month and this one, for every county that has units: how many findings are new."""
    found = 0
    with context.everything(reason="the nightly round looks through every county"):
        month = Period.month_of(day_of(at))
        for county in _counties():
            actions.open_due(county=county, by=SYSTEM, at=at)
            for each in (month.previous, month):
                found += actions.run_checks(county=county, period=each.code, by=SYSTEM, at=at).get("found", 0)
    return found


def _counties() -> list[str]:
    there = {code[:6] for code in Unit.unscoped.order_by().values_list("place_id", flat=True) if len(code) >= 6}
    return sorted(Place.unscoped.filter(pk__in=there, level=Level.COUNTY).values_list("pk", flat=True))
