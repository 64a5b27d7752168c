"""The bounded memory of bad luck: one point for going away empty, at most four, one fades every half year.

A point is gained at most once in thirty days, so that entering many hopeless draws gathers nothing; who wins
begins anew. Four points double the tickets, never more.
"""

from __future__ import annotations

import datetime as dt

from .kernel import MOST_CREDIT

FADES = dt.timedelta(days=180)
AT_MOST_EVERY = dt.timedelta(days=30)


def faded(credit: int, counted_at: dt.datetime, at: dt.datetime) -> int:
    """What is left of a credit that stood at `counted_at`: one point less for each whole half year."""
    return max(0, credit - max(0, (at - counted_at) // FADES))


def after_loss(credit: int) -> int:
    """The credit after going away empty once more."""
    return min(MOST_CREDIT, credit + 1)


def gains(gained_at: dt.datetime | None, at: dt.datetime) -> bool:
    """Whether going away empty counts at this moment: thirty days after it last did."""
    return gained_at is None or at - gained_at >= AT_MOST_EVERY
