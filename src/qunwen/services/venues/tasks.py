"""What goes on by itself: every night the day that is over is counted among the days of opening."""

from __future__ import annotations

import datetime as dt

from qunwen.base.journal.actors import SYSTEM
from qunwen.base.scope import context
from qunwen.base.scope.clock import day_of
from qunwen.base.scope.codes import LENGTHS, Level

from .actions import count_days
from .models import Venue


def count_yesterday(*, at: dt.datetime) -> int:
    """Count the days before today in every county with facilities; how many counties had not been. Safe to run twice."""
    with context.everything(reason="days of opening are counted in all counties"):
        size = LENGTHS[Level.COUNTY]
        places = Venue.unscoped.order_by().values_list("place_id", flat=True).distinct()
        counties = sorted({place[:size] for place in places if len(place) >= size})
        return sum(count_days(county=county, until=day_of(at), by=SYSTEM, at=at) for county in counties)
