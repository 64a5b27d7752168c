"""Background: count again what was touched, and clear away files nobody needs."""

from __future__ import annotations

import datetime as dt
from typing import Any

from qunwen.base.scope import context

from . import keeping, snapshot
from .models import MeasureTouch, Partition


def refresh(*, at: dt.datetime, **_extra: Any) -> int:
    """Rebuild every partition that has pending changes or was written under other declarations: how many.

    So that readers seldom have to. Running it twice does nothing the second time.
    """
    with context.everything(reason="partitions of all counties are rebuilt together"):
        due: dict[str, set[str]] = {}
        for county, month in Partition.unscoped.values_list("county", "month"):
            due.setdefault(county, set()).add(month)
        for county, month in MeasureTouch.unscoped.values_list("county", "month").distinct():
            due.setdefault(county, set()).add(month)
        done = 0
        for county, months in sorted(due.items()):
            waiting = snapshot.stale([county], sorted(months))
            snapshot.fresh([county], [month for _county, month in waiting])
            done += len(waiting)
        keeping.sweep(at=at)
    return done
