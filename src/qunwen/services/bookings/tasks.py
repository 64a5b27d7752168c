"""Thin background entries. Each may be run twice, or late, without harm."""

from __future__ import annotations

from qunwen.base.journal.actors import SYSTEM
from qunwen.base.scope import context
from qunwen.base.scope.clock import now

from . import actions
from .actions import Drift
from .enums import Mark
from .models import Bucket, RushMark
from .rush.deciding import BATCH, Busy, decide_next
from .rush.forgetting import forget_old


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


def decide_queues(*, batches: int = 40) -> int:
    """Every few seconds: go on with orders of a rush that nobody asks for any more. Returns how many were decided.

    Whoever looks at the queue page has it decided; this is for when all have closed it, or the server began anew.
    """
    decided = 0
    with context.everything(reason="queues move on"):
        marks = {(row.county, row.what): row.number for row in RushMark.unscoped.order_by("county")}
    behind = [
        county
        for (county, what), number in marks.items()
        if what == Mark.GIVEN and number > marks[county, Mark.DECIDED]
    ]
    for county in behind:
        for _batch in range(batches):
            try:
                answers = decide_next(county, now())
            except Busy:
                break
            decided += len(answers)
            if len(answers) < BATCH:
                break
    return decided


def forget_orders() -> int:
    """Every night: delete orders of queues decided a month ago. Returns how many; the bookings stay."""
    with context.everything(reason="old orders of queues go"):
        counties = RushMark.unscoped.order_by("county").values_list("county", flat=True).distinct()
        return sum(forget_old(county=county, by=SYSTEM, at=now()) for county in counties)
