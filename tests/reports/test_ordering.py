"""A report asked for on the desk: made once, by the background round, with its state and reason kept."""

import pytest

from qunwen.base.journal.models import JournalEntry
from qunwen.base.notices.models import Notice
from qunwen.base.scope import asking, context, writing
from qunwen.governance.reports import ordering, tasks
from qunwen.governance.reports.access import Permission
from qunwen.governance.reports.models import Report, ReportOrder

from .conftest import LATER


@pytest.fixture
def order(county):
    return placed(county)


def placed(county, period="2026H1"):
    with context.everything(reason="test"):
        return ordering.order_report(place=county.places["510112"], period=period, by=county.officer, at=LATER)


def now(order):
    return ReportOrder.unscoped.get(county=order.county, pk=order.pk)


def change(order, **fields):
    with writing.allowed("test"):
        ReportOrder.unscoped.filter(county=order.county, pk=order.pk).update(**fields)


def codes(order):
    rows = JournalEntry.unscoped.filter(county=order.county, code__startswith="reports.").order_by("id")
    return list(rows.values_list("code", flat=True))


def test_a_second_wish_for_the_same_report_is_the_first(county, order):
    assert placed(county).pk == order.pk
    assert placed(county, "2025H2").pk != order.pk
    assert codes(order) == ["reports.order.placed"] * 2


def test_the_round_makes_it_once_in_the_name_of_who_asked(county, order):
    assert tasks.make_ordered(at=LATER) == 1
    assert tasks.make_ordered(at=LATER) == 0
    report = Report.unscoped.get(county=order.county)
    assert (now(order).state, now(order).report, report.made_by) == ("ready", report.pk, "赵静")
    assert codes(order) == ["reports.order.placed", "reports.report.made"]
    (notice,) = Notice.unscoped.filter(county=order.county, staff_id=county.officer.id)
    assert (notice.text, notice.payload) == (
        "龙泉驿区 2026年上半年 半年工作总结已生成并封存，可以下载。", {"url": f"/desk/papers/#r{report.pk}"},
    )  # fmt: skip


def test_what_cannot_be_made_says_why_and_may_be_asked_for_again(county, order):
    change(order, period="2026Q1")
    assert tasks.make_ordered(at=LATER) == 0
    failed = now(order)
    assert failed.state == "failed"
    assert "2026H1" in failed.problem
    assert codes(order) == ["reports.order.placed", "reports.order.failed"]
    assert failed.problem in Notice.unscoped.get(county=order.county, staff_id=county.officer.id).text
    assert placed(county).pk != order.pk


def test_one_left_by_a_killed_process_is_begun_anew_but_not_for_ever(county, order):
    change(order, tries=1, state="making", started_at=LATER)
    assert tasks.make_ordered(at=LATER) == 1
    second = placed(county, "2025H2")
    change(second, tries=ordering.MOST_TRIES, state="making", started_at=LATER)
    assert tasks.make_ordered(at=LATER) == 0
    assert (now(order).state, now(second).state) == ("ready", "failed")


def test_two_rounds_at_once_make_one(county, order):
    seen = now(order)
    with context.everything(reason="test"):
        assert ordering.begin_order(order=seen, by=county.officer, at=LATER) is True
        assert ordering.begin_order(order=seen, by=county.officer, at=LATER) is False


def test_only_who_may_make_a_report_asks_for_one(county):
    may_look = context.staff({Permission.VIEW: (context.Reach("510112"),)})
    with context.opened(may_look), pytest.raises(asking.Forbidden):
        ordering.order_report(place=county.places["510112"], period="2026H1", by=county.officer, at=LATER)
    assert ReportOrder.unscoped.filter(county="510112").count() == 0
