"""What draws count: places, applications and winners, at the village people live in, of draws that were held."""

from __future__ import annotations

from collections import Counter

import pytest

from qunwen.base.measures.periods import Period
from qunwen.base.scope.clock import day_of
from qunwen.services.draws import measures

from .conftest import COUNTY, DAY, EAST, NORTH

pytestmark = pytest.mark.django_db


def month(office):
    return Period.month_of(day_of(office.at + 2 * DAY))


def test_nothing_is_counted_before_lots_are_drawn(office):
    office.notice(office.course("书法", 2))
    office.apply()
    office.freeze()
    for count in (measures.applied, measures.served, measures.offered):
        assert list(count(county=COUNTY, month=month(office))) == []


def test_applications_and_winners_are_counted_by_village_group_and_channel(office):
    office.notice(office.course("书法", 2, kept={"elders": 1}))
    office.apply(office.resident(born=1940, village=NORTH), channel="paper")
    for _ in range(4):
        office.apply(office.resident(village=EAST))
    office.carry_out()
    applied = list(measures.applied(county=COUNTY, month=month(office)))
    served = list(measures.served(county=COUNTY, month=month(office)))
    assert Counter((row.place, row.dims["group"], row.dims["channel"]) for row in applied) == {
        (NORTH, "elder", "paper"): 1, (EAST, "adult", "worker"): 4,
    }  # fmt: skip
    assert Counter(row.place for row in served) == {NORTH: 1, EAST: 1}
    assert {row.value for row in applied + served} == {1}


def test_places_are_counted_where_the_draw_was_held(office):
    office.notice(office.course("书法", 2), office.course("古筝", 3))
    office.apply()
    office.carry_out()
    offered = list(measures.offered(county=COUNTY, month=month(office)))
    assert sorted((row.place, row.value) for row in offered) == [(COUNTY, 2), (COUNTY, 3)]
