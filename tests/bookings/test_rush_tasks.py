"""A queue goes on though nobody looks at it."""

import datetime as dt
import uuid

import pytest

from qunwen.base.journal.actors import SYSTEM
from qunwen.base.scope import context
from qunwen.services.bookings import tasks
from qunwen.services.bookings.models import Booking, RushAnswer, RushOrder
from qunwen.services.bookings.rush.deciding import decide_next
from qunwen.services.bookings.rush.forgetting import KEPT, forget_old
from qunwen.services.bookings.rush.taking import Asked, take_number

from .conftest import COUNTY, VILLAGE

pytestmark = pytest.mark.django_db


def queue_up(hall, residents):
    """Everybody takes a number."""
    for one in residents:
        asked = Asked(COUNTY, hall.bucket.pk, VILLAGE, one.pk, (str(one.pk),), str(uuid.uuid4()), "zh-hans")
        with context.everything(reason="test"):
            take_number(asked=asked, by=SYSTEM, at=hall.at)


def test_orders_nobody_asks_for_are_decided_in_their_order(hall, people):
    hall.open(2, waiting_list=False)
    queue_up(hall, people(3))
    assert tasks.decide_queues() == 3
    answers = RushAnswer.unscoped.filter(county=COUNTY).order_by("number").values_list("number", "verdict", "kind")
    assert list(answers) == [(1, "confirmed", ""), (2, "confirmed", ""), (3, "refused", "full")]
    assert hall.taken == 2
    assert tasks.decide_queues() == 0


def test_nothing_is_done_where_nobody_ever_took_a_number(db):
    assert tasks.decide_queues() == 0


def test_orders_go_a_month_after_they_were_decided_and_bookings_stay(hall, people):
    hall.open(9)
    first, second, third = people(3)
    queue_up(hall, [first, second])
    decide_next(COUNTY, hall.at, limit=1)
    decide_next(COUNTY, hall.at + dt.timedelta(days=1), limit=1)
    queue_up(hall, [third])
    with context.everything(reason="test"):
        assert forget_old(county=COUNTY, by=SYSTEM, at=hall.at + KEPT) == 0
        assert forget_old(county=COUNTY, by=SYSTEM, at=hall.at + KEPT + dt.timedelta(hours=1)) == 1
    assert list(RushOrder.unscoped.order_by("number").values_list("number", flat=True)) == [2, 3]
    assert list(RushAnswer.unscoped.values_list("number", flat=True)) == [2]
    assert tasks.forget_orders() == 1  # by the clock of today
    assert list(RushOrder.unscoped.values_list("number", flat=True)) == [3]
    assert Booking.unscoped.filter(county=COUNTY).count() == 2
