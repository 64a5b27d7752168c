"""Money that comes: at the counter, by a file of receipts, or pretended in a demonstration."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor, ActorKind
from qunwen.base.journal.recording import action, nothing_changed, record
from qunwen.base.measures.touching import touch
from qunwen.base.scope import asking
from qunwen.services.afterschool import payments
from qunwen.services.afterschool.access import Permission
from qunwen.services.afterschool.models import Bill, MoneyFile, Payment, Refund, School
from qunwen.services.afterschool.money_enums import BillState, FileKind, MoneyEntry, RefundReason, RefundState
from qunwen.services.afterschool.payments import exchange

from . import giving_back
from .issuing import state_of


def exchange_key(school: School) -> bytes:
    """The secret agreed with the collector of a school, made from the house's own; whoever has it can sign receipts."""
    words = f"{school.county}:{school.pk}"
    return salted_hmac("qunwen.afterschool.exchange", words, secret=settings.SECRET_KEY, algorithm="sha256").digest()


@action
def pay_bill(*, bill: Bill, adapter: str, reference: str, amount_fen: int, by: Actor, at: dt.datetime) -> Payment:
    """Record a payment at the counter (staff) or a pretended one (the parent, in a demonstration only).

    Again with the same reference, bill and amount: harmless. What is above the due becomes a refund.
    Raises Forbidden, ValidationError.
    """
    way = payments.adapter(adapter)
    if not way.available() or adapter == payments.FILES:
        raise ValidationError(_("这种缴费方式现在不能用。"))
    if by.kind == ActorKind.RESIDENT or by.for_id is not None:
        if not way.instant:
            raise ValidationError({"adapter": [_("请按说明到窗口或代收单位缴费。")]})
        _own_child(bill, by)
    else:
        asking.require(Permission.MONEY_EDIT, on=bill)
    if not exchange.REFERENCE.fullmatch(reference):
        raise ValidationError({"reference": [_("流水号要 4 到 64 位字母、数字。")]})
    return _take(bill, adapter, exchange.Receipt(bill.number, amount_fen, reference, at, 0), None, by=by, at=at)


def _own_child(bill: Bill, by: Actor) -> None:
    """A resident sees only bills of the own family through the scope; whoever got another's row by hand is refused."""
    if not Bill.objects.filter(county=bill.county, pk=bill.pk).exists():
        raise asking.Forbidden(_("这不是您家孩子的账单。"))


def _take(
    bill: Bill, adapter: str, receipt: exchange.Receipt, file: MoneyFile | None, *, by: Actor, at: dt.datetime
) -> Payment:
    bill = Bill.unscoped.select_for_update().get(county=bill.county, pk=bill.pk)
    old = Payment.unscoped.filter(county=bill.county, adapter=adapter, reference=receipt.reference).first()
    if old is not None:
        if (old.bill_id, old.amount_fen) != (bill.pk, receipt.fen):
            raise ValidationError({"reference": [_("这个流水号已登记在另一笔缴费上。")]})
        nothing_changed("paid already")
        return old
    if receipt.fen <= 0:
        raise ValidationError({"amount_fen": [_("金额要大于 0。")]})
    if file is None and receipt.fen != bill.open_fen:
        raise ValidationError({"amount_fen": [_("应缴金额与登记的不同，请核对后再登记。")]})
    payment = Payment(
        county=bill.county, bill=bill, adapter=adapter, reference=receipt.reference, amount_fen=receipt.fen,
        pretended=payments.adapter(adapter).pretended, paid_at=receipt.at, file=file,
    )  # fmt: skip
    payment.save(force_insert=True)
    bill.paid_fen += receipt.fen
    bill.state = state_of(bill)
    bill.save(update_fields=["paid_fen", "state"])
    record(
        code=MoneyEntry.PAID, by=by, at=at, subject=bill, place=bill.place_id,
        after={"amount_fen": receipt.fen, "adapter": adapter, "reference": receipt.reference},
    )  # fmt: skip
    giving_back.give_back_excess(bill=bill, reason=RefundReason.OVERPAID, by=by, at=at)
    touch(county=bill.county, day=bill.month, feed="afterschool.bill")
    return payment


@action
def write_bill_file(*, school: School, by: Actor, at: dt.datetime) -> tuple[MoneyFile, bytes]:
    """A signed file of every bill of the school that is still to be paid. Raises Forbidden, ValidationError."""
    asking.require(Permission.MONEY_EDIT, place=school.place_id, unit=school.unit_id)
    bills = Bill.unscoped.filter(county=school.county, school=school, state=BillState.ISSUED).order_by("number")
    rows = [
        (bill.number, school.name, masked_name(bill.child.resident.name), f"{bill.month:%Y-%m}", bill.open_fen)
        for bill in bills.select_related("child__resident")
    ]
    return _write(school, FileKind.BILLS, exchange.BILLS, rows, by=by, at=at)


@action
def write_refund_file(*, school: School, by: Actor, at: dt.datetime) -> tuple[MoneyFile, bytes]:
    """A signed file of every refund of money that a collector took. Raises Forbidden, ValidationError."""
    asking.require(Permission.MONEY_EDIT, place=school.place_id, unit=school.unit_id)
    waiting = Refund.unscoped.filter(
        county=school.county, bill__school=school, payment__adapter=payments.FILES,
        state__in=(RefundState.DUE, RefundState.SENT),
    ).select_related("bill", "payment").order_by("number")  # fmt: skip
    rows = [
        (one.number, one.bill.number, one.payment.reference, str(one.get_reason_display()), one.amount_fen)
        for one in waiting
    ]
    made = _write(school, FileKind.REFUNDS, exchange.REFUNDS, rows, by=by, at=at)
    Refund.unscoped.filter(county=school.county, number__in=[row[0] for row in rows]).update(state=RefundState.SENT)
    return made


def masked_name(name: str) -> str:
    """A child's name as the collector sees it: the first sign only."""
    return name[:1] + "*" * min(max(len(name) - 1, 1), 3)


def _write(
    school: School,
    kind: FileKind,
    head: str,
    rows: Sequence[tuple[str | int, ...]],
    *,
    by: Actor,
    at: dt.datetime,
) -> tuple[MoneyFile, bytes]:
    if not rows:
        raise ValidationError(_("没有要导出的%(kind)s。") % {"kind": kind.label})
    number = MoneyFile.unscoped.filter(county=school.county, kind=kind).count() + 1
    serial = f"{kind.value.upper()}-{school.pk.hex[-6:].upper()}-{at:%Y%m%d}-{number:04d}"
    data = exchange.write(head, county=school.county, serial=serial, rows=rows, key=exchange_key(school))
    file = MoneyFile(
        county=school.county, place_id=school.place_id, unit_id=school.unit_id, kind=kind, serial=serial,
        digest=exchange.digest_of(data), rows=len(rows), total_fen=sum(int(row[-1]) for row in rows), at=at,
        by_name=by.name,
    )  # fmt: skip
    file.save(force_insert=True)
    record(
        code=MoneyEntry.FILE_WRITTEN, by=by, at=at, subject=file, place=file.place_id,
        after={"rows": file.rows, "total_fen": file.total_fen},
    )  # fmt: skip
    return file, data


@dataclass(frozen=True)
class Taken:
    """What a file of receipts did: new payments and refunds, rows known already, rows that fit nothing."""

    payments: int
    refunds: int
    known: int
    unknown: tuple[str, ...]


@action
def read_receipt_file(*, school: School, data: bytes, by: Actor, at: dt.datetime) -> Taken:
    """Take the receipts of a signed file: all rows that name a bill or refund of the school; others are told.

    The same file, or a row of another file again, changes nothing. Raises Forbidden, FileRefused for the whole file.
    """
    asking.require(Permission.MONEY_EDIT, place=school.place_id, unit=school.unit_id)
    read = exchange.read_receipts(data, county=school.county, key=exchange_key(school))
    if MoneyFile.unscoped.filter(county=school.county, kind=FileKind.RECEIPTS, digest=read.digest).exists():
        nothing_changed("file read before")
        return Taken(0, 0, len(read.rows), ())
    file = MoneyFile(
        county=school.county, place_id=school.place_id, unit_id=school.unit_id, kind=FileKind.RECEIPTS,
        serial=read.serial[:60], digest=read.digest, rows=len(read.rows), total_fen=read.total_fen, at=at,
        by_name=by.name,
    )  # fmt: skip
    file.save(force_insert=True)
    numbers = [row.number for row in read.rows]
    # In the order of their ids, as every other action that takes several bills.
    bills = {b.number: b for b in Bill.unscoped.filter(county=school.county, school=school, number__in=numbers)}
    refunds = {
        r.number: r for r in Refund.unscoped.filter(county=school.county, bill__school=school, number__in=numbers)
    }
    before = set(
        Payment.unscoped.filter(
            county=school.county, adapter=payments.FILES, reference__in=[row.reference for row in read.rows]
        ).values_list("reference", flat=True)
    )
    taken, done, known, unknown = 0, 0, 0, []
    for row in sorted(read.rows, key=lambda row: _lock_key(row, bills, refunds)):
        try:
            if row.number in bills:
                _take(bills[row.number], payments.FILES, row, file, by=by, at=at)
                known, taken = known + (row.reference in before), taken + (row.reference not in before)
            elif row.number in refunds and refunds[row.number].amount_fen == row.fen:
                again = refunds[row.number].state == RefundState.DONE
                giving_back.mark_done(refund=refunds[row.number], reference=row.reference, by=by, at=row.at)
                known, done = known + again, done + (not again)
            else:
                unknown.append(_("第 %(line)d 行：没有单号 %(number)s，或退费金额不符。") % {"line": row.line, "number": row.number})  # fmt: skip
        except ValidationError as refused:
            unknown.append(_("第 %(line)d 行：%(why)s") % {"line": row.line, "why": " ".join(refused.messages)})
    record(
        code=MoneyEntry.FILE_READ, by=by, at=at, subject=file, place=file.place_id,
        after={"rows": file.rows, "payments": taken, "refunds": done, "known": known, "unknown": len(unknown)},
    )  # fmt: skip
    return Taken(taken, done, known, tuple(unknown))


def _lock_key(row: exchange.Receipt, bills: dict[str, Bill], refunds: dict[str, Refund]) -> tuple[UUID | None, int]:
    bill = (
        bills[row.number].pk if row.number in bills else refunds[row.number].bill_id if row.number in refunds else None
    )
    return (bill or UUID(int=0), row.line)
