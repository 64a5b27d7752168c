"""A queue goes on though nobody looks at it."""

import uuid

import pytest

from qunwen.base.journal.actors import SYSTEM
from qunwen.base.scope import context
from qunwen.services.bookings import tasks
from qunwen.services.bookings.models import RushAnswer
from qunwen.services.bookings.rush.taking import Asked, take_number

from .conftest import COUNTY, VILLAGE

pytestmark = pytest.mark.django_db


def test_orders_nobody_asks_for_are_decided_in_their_order(hall, people):
    hall.open(2, waiting_list=False)
    residents = people(3)
    for one in residents:
        asked = Asked(COUNTY, hall.bucket.pk, VILLAGE, one.pk, (str(one.pk),), str(uuid.uuid4()), "zh-hans")
        with context.everything(reason="test"):
            take_number(asked=asked, by=SYSTEM, at=hall.at)
    assert tasks.decide_queues() == 3
    answers = RushAnswer.unscoped.filter(county=COUNTY).order_by("number").values_list("number", "verdict", "kind")
    assert list(answers) == [(1, "confirmed", ""), (2, "confirmed", ""), (3, "refused", "full")]
    assert hall.taken == 2
    assert tasks.decide_queues() == 0


def test_nothing_is_done_where_nobody_ever_took_a_number(db):
    assert tasks.decide_queues() == 0
