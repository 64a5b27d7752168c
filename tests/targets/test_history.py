"""What had been reached month by month, as the chart beside the path shows it."""

import datetime as dt
from fractions import Fraction

from qunwen.base.scope.context import everything as all_rows
from qunwen.governance.targets import actuals
from tests.desk.people import VILLAGE

DAYS = (dt.date(2026, 1, 5), dt.date(2026, 1, 6), dt.date(2026, 3, 7))
ON = dt.date(2026, 4, 1)


def reached(target):
    with all_rows(reason="test"):
        return [value for _month, value in actuals.history(target, on=ON)]


def test_activities_are_added_up_and_a_month_without_report_ends_what_is_known(aim, happened):
    happened(*DAYS)
    target = aim()
    assert reached(target) == [2, None, None]
    happened(dt.date(2026, 2, 1))
    assert reached(target) == [2, 3, 4]


def test_a_share_of_villages_is_read_over_all_months_so_far(aim, happened, county):
    happened(dt.date(2026, 1, 5))
    other = next(code for code in county.places if len(code) == 12 and code.startswith("510112") and code != VILLAGE)
    happened(dt.date(2026, 3, 5), place=other)
    found = reached(aim("activities.active_villages", 90))
    villages = sum(len(code) == 12 and code.startswith("510112") for code in county.places)
    assert found == [Fraction(100, villages), Fraction(100, villages), Fraction(200, villages)]
