"""What the background does for the journal."""

from __future__ import annotations

import datetime as dt
import logging

from django.db import DatabaseError

from qunwen.base.scope import clock

from . import sealing

logger = logging.getLogger(__name__)

# (function, seconds between two runs, what it does)


def seal_tail(*, at: dt.datetime | None = None, limit: int = 100_000, **_more: object) -> int:
    """Seal what is not yet sealed, county by county in short transactions; how many entries it were.

    A county that cannot be sealed now does not keep the others waiting; it comes again at the next run.
    """
    moment = at or clock.now()
    done = 0
    for county in sealing.counties_with_tail():
        try:
            while done < limit and (sealed := sealing.seal(county=county, at=moment)):
                done += sealed
        except DatabaseError:
            logger.exception("操作日志未能封存：%s", county)
    return done
