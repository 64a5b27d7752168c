"""Money in and out: once, exactly, never more back than came."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qunwen.base.journal.actors import Actor, ActorKind
from qunwen.base.scope import context
from qunwen.base.scope.asking import Forbidden
from qunwen.services.afterschool.actions import giving_back, paying
from qunwen.services.afterschool.models import MoneyFile, Payment, Refund
from qunwen.services.afterschool.payments import exchange
from tests.afterschool.money.conftest import APRIL_1, CLERK, COUNTY

pytestmark = pytest.mark.django_db


def _billed(town, *statuses):
    child = town.child()
    rows = town.roll(child, *(statuses or ("present", "present")))
    town.issue()
    return child, rows


def _receipts(town, *rows, serial="R-1"):
    data = exchange.write(
        "回单", county=COUNTY, serial=serial, key=paying.exchange_key(town.school),
        rows=[(number, fen, reference, "2026-04-02 10:00:00") for number, fen, reference in rows],
    )  # fmt: skip
    with context.everything(reason="test"):
        return paying.read_receipt_file(school=town.school, data=data, by=CLERK, at=APRIL_1)


def test_payment_at_the_counter_closes_the_bill(town):
    child, _rows = _billed(town)
    town.pay(town.bill(child))
    bill = town.bill(child)
    assert (bill.state, bill.paid_fen, bill.open_fen) == ("paid", 920, 0)


def test_same_slip_again_changes_nothing(town):
    child, _rows = _billed(town)
    first, second = town.pay(town.bill(child)), town.pay(town.bill(child), fen=920)
    assert (first.pk, town.bill(child).paid_fen) == (second.pk, 920)


def test_slip_of_another_bill_is_refused(town):
    child, _rows = _billed(town)
    other, _rows = _billed(town)
    town.pay(town.bill(child))
    with pytest.raises(ValidationError, match="另一笔缴费"):
        town.pay(town.bill(other))


@pytest.mark.parametrize("fen", [0, 919, 921])
def test_amount_at_the_counter_has_to_be_the_due(town, fen):
    child, _rows = _billed(town)
    with pytest.raises(ValidationError):
        town.pay(town.bill(child), fen=fen)
    assert town.bill(child).paid_fen == 0


def test_files_adapter_takes_nothing_by_hand(town):
    child, _rows = _billed(town)
    with pytest.raises(ValidationError, match="不能用"):
        town.pay(town.bill(child), adapter="files")


def test_parent_pays_in_a_demonstration_and_the_payment_says_it_was_none(town, settings):
    settings.QUNWEN_DEMO = True
    child, _rows = _billed(town)
    bill = town.bill(child)
    parent = Actor(kind=ActorKind.RESIDENT, id=child.guardian.pk, name="家长")
    family = context.resident(frozenset({child.guardian.pk, child.resident_id}), county=COUNTY)
    with context.opened(family):
        made = paying.pay_bill(
            bill=bill, adapter="demonstration", reference="DEMO-1", amount_fen=920, by=parent, at=APRIL_1
        )
    assert (made.pretended, town.bill(child).state) == (True, "paid")


@pytest.mark.parametrize("adapter", ["demonstration", "counter"])
def test_parent_cannot_pay_elsewhere_nor_another_childs_bill(town, settings, adapter):
    settings.QUNWEN_DEMO = adapter == "demonstration"
    child, _rows = _billed(town)
    stranger = town.child("小刚")
    parent = Actor(kind=ActorKind.RESIDENT, id=stranger.guardian.pk, name="家长")
    family = context.resident(frozenset({stranger.guardian.pk, stranger.resident_id}), county=COUNTY)
    with context.opened(family), pytest.raises((ValidationError, Forbidden)):
        paying.pay_bill(
            bill=town.bill(child), adapter=adapter, reference="DEMO-1", amount_fen=920, by=parent, at=APRIL_1
        )
    assert town.bill(child).paid_fen == 0


def test_bill_file_lists_what_is_open_with_masked_names(town):
    child, _rows = _billed(town)
    _billed(town, "sick")
    with context.everything(reason="test"):
        file, data = paying.write_bill_file(school=town.school, by=CLERK, at=APRIL_1)
    lines = data.decode("utf-8-sig").splitlines()
    assert (file.rows, file.total_fen) == (1, 920)
    assert lines[2] == f"{town.bill(child).number},{town.school.name},小**,2026-03,920"


def test_receipt_file_pays_bills_and_names_what_fits_nothing(town):
    child, _rows = _billed(town)
    taken = _receipts(town, (town.bill(child).number, 920, "BANK-1"), ("KH-NONE", 5, "BANK-2"))
    assert (taken.payments, taken.refunds, taken.known, taken.unknown) == (
        1, 0, 0, ("第 4 行：没有单号 KH-NONE，或退费金额不符。",),
    )  # fmt: skip
    assert town.bill(child).state == "paid"


def test_same_file_and_same_row_again_are_harmless(town):
    child, _rows = _billed(town)
    row = (town.bill(child).number, 920, "BANK-1")
    _receipts(town, row)
    same = _receipts(town, row)
    other = _receipts(town, row, ("KH-NONE", 5, "BANK-2"), serial="R-2")
    assert [(t.payments, t.known) for t in (same, other)] == [(0, 1), (0, 1)]
    assert (town.bill(child).paid_fen, MoneyFile.unscoped.filter(county=COUNTY, kind="receipts").count()) == (920, 2)


def test_receipt_file_of_another_school_is_not_taken(town, places, at):
    from tests.afterschool.money.conftest import Town

    child, _rows = _billed(town)
    other = Town(places, at)
    row = (town.bill(child).number, 920, "BANK-1", "2026-04-02 10:00:00")
    data = exchange.write("回单", county=COUNTY, serial="R", rows=[row], key=paying.exchange_key(other.school))
    with context.everything(reason="test"), pytest.raises(exchange.FileRefused, match="签名不符"):
        paying.read_receipt_file(school=town.school, data=data, by=CLERK, at=APRIL_1)
    assert town.bill(child).paid_fen == 0


def test_paid_twice_gives_the_second_back(town):
    child, _rows = _billed(town)
    number = town.bill(child).number
    _receipts(town, (number, 920, "BANK-1"), (number, 920, "BANK-2"))
    bill = town.bill(child)
    refund = Refund.unscoped.get(county=COUNTY, bill=bill)
    assert (bill.paid_fen, bill.refunded_fen, bill.state) == (1840, 920, "paid")
    assert (refund.amount_fen, refund.reason, refund.payment.reference) == (920, "overpaid", "BANK-2")


def test_mended_roll_gives_the_difference_back_by_file_to_where_it_came_from(town):
    child, rows = _billed(town)
    _receipts(town, (town.bill(child).number, 920, "BANK-1"))
    town.mend(rows[0], "sick")
    town.recount(town.bill(child))
    with context.everything(reason="test"):
        _file, data = paying.write_refund_file(school=town.school, by=CLERK, at=APRIL_1)
    refund = Refund.unscoped.get(county=COUNTY)
    assert data.decode("utf-8-sig").splitlines()[2].split(",")[2:] == ["BANK-1", "点名或减免更正后多缴的部分", "460"]
    assert refund.state == "sent"
    _receipts(town, (refund.number, 460, "BACK-1"), serial="R-3")
    refund.refresh_from_db()
    assert (refund.state, refund.reference, town.bill(child).state) == ("done", "BACK-1", "paid")


def test_refund_is_finished_once_with_one_number(town):
    child, rows = _billed(town)
    town.pay(town.bill(child))
    town.mend(rows[0], "sick")
    town.recount(town.bill(child))
    refund = Refund.unscoped.get(county=COUNTY)
    with context.everything(reason="test"):
        for _ in range(2):
            giving_back.finish_refund(refund=refund, reference="SLIP-1", by=CLERK, at=APRIL_1)
        with pytest.raises(ValidationError, match="另一个流水号"):
            giving_back.finish_refund(refund=refund, reference="SLIP-2", by=CLERK, at=APRIL_1)


def test_nothing_open_makes_no_file(town):
    with context.everything(reason="test"), pytest.raises(ValidationError, match="没有要导出的账单"):
        paying.write_bill_file(school=town.school, by=CLERK, at=APRIL_1)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("mend"), st.integers(0, 3), st.sampled_from(["present", "leave", "sick", "absent"])),
        st.tuples(st.just("receipt"), st.integers(1, 2000), st.integers(0, 3)),
        st.tuples(st.just("pay"), st.just(0), st.integers(0, 3)),
    ),
    max_size=7,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_whatever_happens_no_more_goes_back_than_came(town, steps):
    child = town.child()
    rows = town.roll(child, "present", "present", "leave", "absent")
    town.issue()
    highest = town.bill(child).due_fen
    for number, (what, amount, how) in enumerate(steps):
        bill = town.bill(child)
        try:
            if what == "mend":
                town.mend(rows[amount], how)
                highest = max(highest, town.recount(bill).due_fen)
            elif what == "receipt":
                _receipts(town, (bill.number, amount, f"{child.pk.hex[-8:]}-{how}"), serial=f"R{number}")
            else:
                town.pay(bill, reference=f"{child.pk.hex[-8:]}-C{how}")
        except ValidationError:
            pass
        bill = town.bill(child)
        paid = sum(Payment.unscoped.filter(county=COUNTY, bill=bill).values_list("amount_fen", flat=True))
        back = Refund.unscoped.filter(county=COUNTY, bill=bill)
        assert bill.paid_fen == paid
        assert bill.refunded_fen == sum(one.amount_fen for one in back) <= paid
        assert bill.paid_fen - bill.refunded_fen <= bill.due_fen <= highest <= 4 * 460
        for payment in Payment.unscoped.filter(county=COUNTY, bill=bill):
            assert sum(one.amount_fen for one in back if one.payment_id == payment.pk) <= payment.amount_fen
