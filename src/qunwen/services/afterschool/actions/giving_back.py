"""Money that goes back: never more than came, and to the payment it came from."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db.models import Sum
from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, nothing_changed, record
from qunwen.base.measures.touching import touch
from qunwen.base.scope import asking
from qunwen.services.afterschool.access import Permission
from qunwen.services.afterschool.models import Bill, Payment, Refund
from qunwen.services.afterschool.money_enums import MoneyEntry, RefundReason, RefundState
from qunwen.services.afterschool.payments.exchange import REFERENCE


def give_back_excess(*, bill: Bill, reason: RefundReason, by: Actor, at: dt.datetime) -> list[Refund]:
    """Inside an action that holds the bill's lock: refunds for what was paid above what is due, latest payment first."""
    excess = bill.paid_fen - bill.refunded_fen - bill.due_fen
    made: list[Refund] = []
    if excess <= 0:
        return made
    given = dict(
        Refund.unscoped.filter(county=bill.county, bill=bill).values_list("payment_id").annotate(n=Sum("amount_fen"))
    )
    count = Refund.unscoped.filter(county=bill.county, bill=bill).count()
    for payment in Payment.unscoped.filter(county=bill.county, bill=bill).order_by("-paid_at", "-pk"):
        part = min(excess, payment.amount_fen - given.get(payment.pk, 0))
        if part <= 0:
            continue
        count += 1
        refund = Refund(
            county=bill.county, number=f"{bill.number}-T{count}", bill=bill, payment=payment, amount_fen=part,
            reason=reason, created_at=at,
        )  # fmt: skip
        refund.save(force_insert=True)
        made.append(refund)
        excess -= part
    bill.refunded_fen += sum(refund.amount_fen for refund in made)
    bill.save(update_fields=["refunded_fen"])
    for refund in made:
        record(
            code=MoneyEntry.REFUND_DUE, by=by, at=at, subject=refund, place=bill.place_id,
            after={"amount_fen": refund.amount_fen, "reason": refund.reason},
        )  # fmt: skip
    touch(county=bill.county, day=at, feed="afterschool.refund")
    return made


@action
def finish_refund(*, refund: Refund, reference: str, by: Actor, at: dt.datetime) -> Refund:
    """The money has gone back: `reference` is the number of the transfer or slip. Again with the same: harmless.

    Raises Forbidden, ValidationError for another reference, or one that was used.
    """
    asking.require(Permission.MONEY_EDIT, on=refund)
    return mark_done(refund=refund, reference=reference, by=by, at=at)


def mark_done(*, refund: Refund, reference: str, by: Actor, at: dt.datetime) -> Refund:
    """`finish_refund` for callers that have asked for the permission."""
    bill = Bill.unscoped.select_for_update().get(county=refund.county, pk=refund.bill_id)
    refund = Refund.unscoped.get(county=refund.county, pk=refund.pk)
    if refund.state == RefundState.DONE:
        if refund.reference != reference:
            raise ValidationError({"reference": [_("这笔退费已用另一个流水号登记完成。")]})
        nothing_changed("done already")
        return refund
    if not REFERENCE.fullmatch(reference):
        raise ValidationError({"reference": [_("流水号要 4 到 64 位字母、数字。")]})
    if Refund.unscoped.filter(county=refund.county, reference=reference).exists():
        raise ValidationError({"reference": [_("这个流水号已登记在另一笔退费上。")]})
    refund.state, refund.reference, refund.done_at = RefundState.DONE, reference, at
    refund.save(update_fields=["state", "reference", "done_at"])
    record(
        code=MoneyEntry.REFUNDED, by=by, at=at, subject=refund, place=bill.place_id,
        after={"amount_fen": refund.amount_fen, "reference": reference},
    )  # fmt: skip
    touch(county=bill.county, day=refund.created_at, feed="afterschool.refund")
    return refund
