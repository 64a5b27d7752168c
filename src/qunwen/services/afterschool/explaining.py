"""A bill as the parent reads it: every line, every day, and the same sum done again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from . import billing, fees, payments
from .enums import Mark
from .fees import wording
from .fees.checking import yuan
from .models import Bill, Payment, Refund

_STATUS = {**dict(Mark.choices), billing.CANCELLED: _("学校取消，不收费")}


@dataclass(frozen=True)
class SaidLine:
    """One line with its amount in yuan."""

    title: str
    formula: str
    amount: str
    clause: str
    days: Sequence[dt.date]


@dataclass(frozen=True)
class SaidDay:
    """One date on the roll: what it costs before anything is taken off."""

    day: dt.date
    title: str
    status: str
    periods: int
    price: str
    amount: str
    after: str  # what is left of it after caps and exemptions; refunds for absence are counted from that


@dataclass(frozen=True)
class Explained:
    """A bill with everything its page shows. `agrees`: the sum done again now is that of the bill."""

    bill: Bill
    lines: list[SaidLine]
    days: list[SaidDay]
    agrees: bool | None
    rule: fees.FeeRule | None
    rule_title: str
    sure: str
    due: str
    paid: str
    refunded: str
    open: str


def explain(bill: Bill) -> Explained:
    """The bill's lines in the reader's language and the check; no statement. `agrees` is None when the rule is gone."""
    attended, reliefs = billing.inputs_of(bill.basis)
    rule = wording.known(bill.rule_code, bill.rule_sha256)
    statement = None if rule is None else billing.compute(attended, reliefs, lambda day: _rule(bill, rule, day))
    agrees = None if statement is None else statement.due_fen == bill.due_fen
    lines = [line.plain for line in statement.lines] if statement and agrees else bill.lines
    return Explained(
        bill=bill, lines=[_line(line) for line in lines], days=_days(bill, rule, attended, reliefs), agrees=agrees,
        rule=rule, rule_title=wording.title(rule) if rule else bill.rule_code,
        sure=str(wording.SURE[rule.certainty]) if rule else "", due=yuan(bill.due_fen), paid=yuan(bill.paid_fen),
        refunded=yuan(bill.refunded_fen), open=yuan(bill.open_fen),
    )  # fmt: skip


def _rule(bill: Bill, first: fees.FeeRule, day: dt.date) -> fees.FeeRule:
    """The rule of a day: that of the bill as long as it holds, a later one of the place when it changed in the month."""
    return first if first.on(day) else fees.rule_for(bill.county, day)


def _line(line: dict[str, Any]) -> SaidLine:
    return SaidLine(
        line["title"], line["formula"], yuan(line["amount_fen"]), wording.said(line["clause"]),
        [dt.date.fromisoformat(day) for day in line["days"]],
    )  # fmt: skip


def _days(
    bill: Bill, rule: fees.FeeRule | None, attended: Sequence[billing.Attended], reliefs: Sequence[billing.Relief]
) -> list[SaidDay]:
    left = {} if rule is None else billing.payable(attended, reliefs, lambda day: _rule(bill, rule, day))
    return [_day(row, billing.exact(left[row.record]) if row.record in left else "") for row in attended]


def _day(row: billing.Attended, after: str) -> SaidDay:
    cost = 0 if row.status == billing.CANCELLED else row.periods * row.price_fen
    status = str(_STATUS.get(row.status, row.status))
    return SaidDay(row.day, row.title, status, row.periods, yuan(row.price_fen), yuan(cost), after)


@dataclass(frozen=True)
class SaidPayment:
    """A payment with the name of its way; `pretended` has to stand wherever it is shown."""

    row: Payment
    way: str
    amount: str
    pretended: bool


def payments_of(bill: Bill) -> list[SaidPayment]:
    """What came for the bill, oldest first."""
    rows = Payment.objects.filter(county=bill.county, bill=bill).order_by("paid_at", "pk")
    return [said_payment(row) for row in rows]


def said_payment(row: Payment) -> SaidPayment:
    """One payment as it is shown."""
    return SaidPayment(row, str(payments.adapter(row.adapter).title), yuan(row.amount_fen), row.pretended)


def refunds_of(bill: Bill) -> list[tuple[Refund, str]]:
    """What goes back, with yuan, oldest first."""
    rows = Refund.objects.filter(county=bill.county, bill=bill).order_by("created_at", "pk")
    return [(row, yuan(row.amount_fen)) for row in rows]
