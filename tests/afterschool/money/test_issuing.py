"""Bills of a month: one a child, from the roll, not before everything is settled."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from qunwen.base.journal.models import JournalEntry
from qunwen.base.measures.periods import Period
from qunwen.base.scope import context
from qunwen.services.afterschool import billing, fees
from qunwen.services.afterschool.actions import days, issuing
from qunwen.services.afterschool.models import Bill, CalendarDay
from tests.afterschool.money.conftest import APRIL_1, CLERK, COUNTY, DAYS, MARCH

pytestmark = pytest.mark.django_db


def test_bill_is_what_the_roll_and_the_rule_give(town):
    child = town.child()
    town.roll(child, "present", "leave", "absent", "present", "sick")
    [bill] = town.issue()
    assert (bill.fee_fen, bill.exempted_fen, bill.absence_fen, bill.due_fen) == (2300, 0, 920, 1380)
    assert (bill.state, bill.rule_code) == ("issued", "product")
    assert [line["kind"] for line in bill.lines] == ["fee", "absence"]


def test_bill_keeps_what_it_was_computed_from(town):
    child = town.child()
    town.exempt(child, "martyr", DAYS[1], DAYS[2])
    town.roll(child, "present", "leave", "present")
    town.issue()
    bill = town.bill(child)
    attended, reliefs = billing.inputs_of(bill.basis)
    again = billing.compute(attended, reliefs, lambda day: fees.rule_for(COUNTY, day))
    assert [line.plain for line in again.lines] == bill.lines
    assert fees.rule_for(COUNTY, DAYS[0]).sha256 == bill.rule_sha256


def test_second_issue_bills_only_children_without_one(town):
    first, late = town.child(), town.child("小红")
    town.roll(first, "present")
    [one] = town.issue()
    town.roll(late, "present")
    [two] = town.issue()
    assert town.issue() == []
    assert (one.number[-5:], two.number[-5:]) == ("00001", "00002")


def test_certified_child_owes_nothing_and_the_bill_says_so(town):
    child = town.child()
    town.exempt(child)
    town.roll(child, "present")
    [bill] = town.issue()
    assert (bill.state, bill.fee_fen, bill.exempted_fen, bill.due_fen) == ("nothing_due", 460, 460, 0)


def test_month_is_not_billed_before_it_is_over(town):
    town.roll(town.child(), "present")
    with pytest.raises(issuing.NotSettled, match="还没有结束"):
        town.issue(at=dt.datetime(2026, 3, 31, 12, tzinfo=dt.UTC))


def test_month_with_an_open_session_is_not_billed(town):
    town.roll(town.child(), "unmarked", state="open")
    with pytest.raises(issuing.NotSettled, match="1 次课没有结束点名"):
        town.issue()


def test_month_of_an_unknown_year_waits_until_the_county_has_entered_it(town):
    child = town.child()
    town.roll(child, "present", days=[dt.date(2031, 3, 3)])
    march, later = Period.of("2031-03"), dt.datetime(2031, 4, 1, tzinfo=dt.UTC)
    with pytest.raises(issuing.NotSettled, match="2031 年放假安排"):
        town.issue(at=later, month=march)
    with context.everything(reason="test"):
        days.enter_year(place=town.places[COUNTY], year=2031, document="国办发明电〔2030〕1号", by=CLERK, at=later)
    assert len(town.issue(at=later, month=march)) == 1


def test_recount_follows_the_roll_while_nothing_is_paid(town):
    child = town.child()
    [row] = town.roll(child, "absent")
    town.issue()
    town.mend(row, "sick")
    assert town.recount(town.bill(child)).state == "nothing_due"
    town.mend(row, "present")
    assert (town.recount(town.bill(child)).due_fen, town.bill(child).state) == (460, "issued")


def test_recount_of_an_unchanged_roll_writes_nothing(town):
    child = town.child()
    town.roll(child, "present")
    town.issue()
    before = JournalEntry.unscoped.filter(county=COUNTY).count()
    town.recount(town.bill(child))
    assert JournalEntry.unscoped.filter(county=COUNTY).count() == before


def test_paid_bill_is_never_raised(town):
    child = town.child()
    rows = town.roll(child, "present", "sick")
    town.issue()
    town.pay(town.bill(child))
    town.mend(rows[1], "present")
    with pytest.raises(ValidationError, match="不再调高"):
        town.recount(town.bill(child))
    assert town.bill(child).due_fen == 460


def test_bills_of_a_class_take_the_same_number_of_statements(town, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    town.roll(town.child(), "present")
    with CaptureQueriesContext(
        connection,
    ) as one:
        town.issue()
    for _ in range(3):
        town.roll(town.child(), "present", "leave")
    with CaptureQueriesContext(connection) as three:
        town.issue()
    assert (len(three) <= len(one), Bill.unscoped.filter(county=COUNTY).count()) == (True, 4)


def test_county_day_is_set_changed_and_dropped(town):
    county = town.places[COUNTY]
    with context.everything(reason="test"):
        row = days.set_day(place=county, day=DAYS[0], opens=False, why="暴雨停课", by=CLERK, at=APRIL_1)
        again = days.set_day(place=county, day=DAYS[0], opens=False, why="高温停课", by=CLERK, at=APRIL_1)
        assert (row.pk, again.why) == (again.pk, "高温停课")
        days.drop_day(row=again, by=CLERK, at=APRIL_1)
    assert CalendarDay.unscoped.filter(county=COUNTY).count() == 0


def test_exemption_cannot_overlap_and_ends_on_a_day(town):
    from qunwen.services.afterschool.actions import relief

    child = town.child()
    row = town.exempt(child, "poor", DAYS[0], DAYS[4])
    with pytest.raises(ValidationError, match="已登记过"):
        town.exempt(child, "poor", DAYS[4])
    with context.everything(reason="test"):
        relief.end_exemption(row=row, last_day=DAYS[2], by=CLERK, at=APRIL_1)
    assert town.exempt(child, "poor", DAYS[3]).starts_on == DAYS[3]
    assert MARCH.start == dt.date(2026, 3, 1)
