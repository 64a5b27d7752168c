"""Thin background entries. Each may be run twice, or late, without harm."""

from __future__ import annotations

from qunwen.base.journal.actors import SYSTEM
from qunwen.base.scope import context
from qunwen.base.scope.clock import now

from . import actions
from .actions import Drift
from .models import Bucket


def settle_offers(*, limit: int = 500) -> int:
    """Every minute: lapse offers that nobody answered and serve the next. Returns how many bookings changed.

    Not needed for correctness: whoever touches a bucket settles it; this only tells people sooner.
    """
    at = now()
    with context.everything(reason="waiting lines move on"):
        due = Bucket.unscoped.filter(next_lapse__lte=at).order_by("next_lapse", "pk")[:limit]
        return sum(actions.settle_bucket(bucket=bucket, by=SYSTEM, at=at) for bucket in due)


def recount_all() -> list[Drift]:
    """Every night: recount each county's ledger. Returns what does not agree (nothing, if all is well)."""
    with context.everything(reason="nightly recount"):
        counties = Bucket.unscoped.order_by("county").values_list("county", flat=True).distinct()
        return [drift for county in counties for drift in actions.recount(county=county, by=SYSTEM, at=now())]
