"""What the after-school service does by itself at night."""

from __future__ import annotations

import datetime as dt

from qunwen.base.journal.actors import SYSTEM
from qunwen.base.scope import context
from qunwen.base.scope.clock import day_of

from .actions import clearing
from .models import Child, PickupCode

MOST = 500  # children a night and county: the rest tomorrow


def clear_old(at: dt.datetime) -> int:
    """Clear what is kept of children whose time has come, in every county; how many children."""
    number = 0
    with context.everything(reason="what is no longer needed of children is cleared"):
        for county in sorted(set(PickupCode.unscoped.order_by().values_list("county", flat=True).distinct())):
            clearing.clear_codes(county=county, by=SYSTEM, at=at)
        for county in sorted(set(Child.unscoped.order_by().values_list("county", flat=True).distinct())):
            for child in clearing.due(county, day_of(at))[:MOST]:
                clearing.clear_child(child=child, by=SYSTEM, at=at)
                number += 1
    return number
