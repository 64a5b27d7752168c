"""What is counted of fees, and that every change of it is counted again."""

import pytest

from qunwen.base.measures import declare
from qunwen.base.measures.models import MeasureTouch
from qunwen.base.measures.periods import Period
from qunwen.base.scope import context, writing
from tests.afterschool.money.conftest import COUNTY, VILLAGE

pytestmark = pytest.mark.django_db


def _rows(code, month="2026-03", *dims):
    found = declare.get(f"afterschool.{code}").rows(county=COUNTY, month=Period.of(month))
    return sorted((row.place, row.value, *(row.dims[name] for name in dims)) for row in found)


def _touched():
    return sorted(MeasureTouch.unscoped.filter(county=COUNTY).values_list("month", "feed").distinct())


def test_bills_are_counted_in_the_month_of_the_service(town):
    poor, other = town.child(), town.child("小红")
    town.exempt(poor)
    town.roll(poor, "present")
    town.roll(other, "present", "sick")
    town.issue()
    town.pay(town.bill(other))
    assert _rows("fees", "2026-03", "state") == [(VILLAGE, 460, "nothing_due"), (VILLAGE, 920, "paid")]
    assert _rows("absence_refunds") == [(VILLAGE, 460)]
    assert _rows("fees", "2026-04") == []


def test_exemptions_are_counted_for_the_whole_county_only(town):
    poor = town.child()
    town.exempt(poor)
    town.roll(poor, "present")
    town.issue()
    assert (_rows("exempted"), _rows("exempted_children")) == ([(COUNTY, 460)], [(COUNTY, 1)])


def test_refunds_are_counted_on_the_day_they_arise(town):
    child = town.child()
    rows = town.roll(child, "present")
    town.issue()
    town.pay(town.bill(child))
    town.mend(rows[0], "sick")
    town.recount(town.bill(child))
    assert _rows("refunds", "2026-04", "reason", "state") == [(VILLAGE, 460, "recounted", "due")]


@pytest.mark.django_db(transaction=True)
def test_every_change_touches_its_month(town):
    child = town.child()
    rows = town.roll(child, "present")
    town.issue()
    with writing.allowed("test"):
        MeasureTouch.unscoped.filter(county=COUNTY).delete()
    town.pay(town.bill(child))
    town.mend(rows[0], "sick")
    town.recount(town.bill(child))
    found = _touched()
    assert [(str(month)[:7], feed) for month, feed in found] == [
        ("2026-03", "afterschool.bill"), ("2026-04", "afterschool.refund"),
    ]  # fmt: skip


def test_rows_under_a_figure_show_numbers_and_no_names(town):
    child = town.child()
    town.roll(child, "present")
    [bill] = town.issue()
    with context.everything(reason="test"):
        shown = declare.links(record_type="afterschool.bill", county=COUNTY, ids=[bill.pk])
    assert [str(link.label) for link in shown.values()] == [bill.number]
    with context.opened(context.resident(frozenset(), county=COUNTY)):
        assert declare.links(record_type="afterschool.bill", county=COUNTY, ids=[bill.pk]) == {}
