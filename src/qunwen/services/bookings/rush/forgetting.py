"""Old orders of a queue go: what they got stands in the ledger, and they name people."""

from __future__ import annotations

import datetime as dt

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, bulk, nothing_changed
from qunwen.services.bookings.enums import Entry
from qunwen.services.bookings.models import RushAnswer, RushOrder

KEPT = dt.timedelta(days=30)


@action
def forget_old(*, county: str, by: Actor, at: dt.datetime) -> int:
    """Delete orders decided more than KEPT ago, with their answers. Returns how many orders; what waits, stays."""
    nothing_changed("nothing is that old")
    answers = RushAnswer.unscoped.filter(county=county, decided_at__lt=at - KEPT)
    last = answers.order_by("-number").values_list("number", flat=True).first()
    if last is None:
        return 0
    answers.delete()
    gone, _each = RushOrder.unscoped.filter(county=county, number__lte=last).delete()
    bulk(code=Entry.ORDERS_FORGOTTEN, by=by, at=at, model=RushOrder, place=county, counts={"orders": gone})
    return gone
