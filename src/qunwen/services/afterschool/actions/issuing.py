"""Bills: computed from the roll, issued once a child and month, computed again when the roll was mended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, nothing_changed, record
from qunwen.base.measures.periods import Period
from qunwen.base.measures.touching import touch
from qunwen.base.scope import asking
from qunwen.services.afterschool import billing, charging, fees
from qunwen.services.afterschool.access import Permission
from qunwen.services.afterschool.models import Bill, School
from qunwen.services.afterschool.money_enums import BillState, MoneyEntry, RefundReason

from . import giving_back


class NotSettled(ValidationError):
    """The month cannot be billed yet; the message says why."""


@action
def issue_bills(*, school: School, month: Period, by: Actor, at: dt.datetime) -> list[Bill]:
    """Issue the bills of a school's month: for every child with a class held, none twice.

    The month has to be over, its sessions closed and its holidays known. Raises Forbidden, NotSettled.
    """
    asking.require(Permission.MONEY_EDIT, place=school.place_id, unit=school.unit_id)
    School.unscoped.select_for_update().get(county=school.county, pk=school.pk)
    _month_is_settled(school, month, at)
    rolls = charging.attended(school, month)
    old = set(
        Bill.unscoped.filter(county=school.county, school=school, month=month.start).values_list("child_id", flat=True)
    )
    fresh = {child: rows for child, rows in rolls.items() if child not in old}
    reliefs = charging.reliefs(school.county, fresh)
    number = len(old)
    made = []
    for child, rows in fresh.items():
        number += 1
        made.append(_issue(school, child, month, rows=rows, reliefs=reliefs.get(child, []), number=number, at=at))
    Bill.unscoped.bulk_create(made, batch_size=500)
    if not made:
        nothing_changed("every child has a bill")
        return []
    record(
        code=MoneyEntry.ISSUED, by=by, at=at, subject=school, place=school.place_id,
        after={"month": month.code, "bills": len(made), "total_fen": sum(bill.due_fen for bill in made)},
    )  # fmt: skip
    touch(county=school.county, day=month.start, feed="afterschool.bill")
    return made


def _month_is_settled(school: School, month: Period, at: dt.datetime) -> None:
    if at < month.ends_at:
        raise NotSettled(_("%(month)s 还没有结束，月底以后再出账。") % {"month": month.code})
    if number := charging.open_sessions(school, month):
        raise NotSettled(_("还有 %(n)d 次课没有结束点名，先把它们关闭。") % {"n": number})
    unsettled = charging.unsettled_days(school, month)
    if unsettled:
        raise NotSettled(_("%(year)d 年放假安排还没有录入，先在“校历”里录入。") % {"year": unsettled[0].year})


def _issue(
    school: School, child: UUID, month: Period, *, rows: Sequence[billing.Attended], reliefs: Sequence[billing.Relief],
    number: int, at: dt.datetime,
) -> Bill:  # fmt: skip
    serial = f"KH{school.county}{month.start:%Y%m}-{school.pk.hex[-6:].upper()}-{number:05d}"
    bill = Bill(
        county=school.county, number=serial, child_id=child, school=school, place_id=school.place_id,
        unit_id=school.unit_id, month=month.start, issued_at=at,
    )  # fmt: skip
    for name, value in _computed(school.county, rows, reliefs, at).items():
        setattr(bill, name, value)
    bill.state = BillState.ISSUED if bill.due_fen else BillState.NOTHING_DUE
    return bill


def _computed(
    county: str, rows: Sequence[billing.Attended], reliefs: Sequence[billing.Relief], at: dt.datetime
) -> Mapping[str, Any]:
    """The columns of a bill that follow from roll and rule; its words are kept in Chinese whoever issues it."""
    with translation.override(settings.LANGUAGE_CODE):
        return _columns(county, rows, reliefs, at)


def _columns(
    county: str, rows: Sequence[billing.Attended], reliefs: Sequence[billing.Relief], at: dt.datetime
) -> Mapping[str, Any]:
    statement = billing.compute(rows, reliefs, lambda day: fees.rule_for(county, day))
    rule = fees.rule_for(county, min(row.day for row in rows))
    return {
        "fee_fen": statement.total(billing.FEE, billing.CAP),
        "exempted_fen": -statement.total(billing.EXEMPTION),
        "absence_fen": -statement.total(billing.ABSENCE),
        "due_fen": statement.due_fen,
        "rule_code": rule.code,
        "rule_sha256": rule.sha256,
        "basis": billing.basis_of(rows, reliefs),
        "lines": [line.plain for line in statement.lines],
        "counted_at": at,
    }


@action
def recount_bill(*, bill: Bill, by: Actor, at: dt.datetime) -> Bill:
    """Compute a bill again from the roll as it is now.

    When less is due than was paid, the difference becomes a refund. A bill that was paid is never raised.
    Raises Forbidden, ValidationError.
    """
    asking.require(Permission.MONEY_EDIT, on=bill)
    bill = Bill.unscoped.select_for_update().get(county=bill.county, pk=bill.pk)
    month = Period.month_of(bill.month)
    rows = charging.attended(bill.school, month, child=bill.child_id).get(bill.child_id, [])
    if not rows:
        raise ValidationError(_("这个学生当月已没有点名记录，不能重新计算。"))
    new = _computed(bill.county, rows, charging.reliefs(bill.county, [bill.child_id]).get(bill.child_id, []), at)
    if new["lines"] == bill.lines and new["basis"] == bill.basis:
        nothing_changed("same lines")
        return bill
    if bill.paid_fen and new["due_fen"] > bill.due_fen:
        raise ValidationError(_("已缴费的账单不再调高，请与家长另行说明。"))
    before = bill.due_fen
    for name, value in new.items():
        setattr(bill, name, value)
    bill.state = state_of(bill)
    bill.save()
    record(
        code=MoneyEntry.RECOUNTED, by=by, at=at, subject=bill, place=bill.place_id,
        before={"due_fen": before}, after={"due_fen": bill.due_fen},
    )  # fmt: skip
    giving_back.give_back_excess(bill=bill, reason=RefundReason.RECOUNTED, by=by, at=at)
    touch(county=bill.county, day=bill.month, feed="afterschool.bill")
    return bill


def state_of(bill: Bill) -> BillState:
    """The state that follows from the amounts."""
    if bill.paid_fen and bill.open_fen == 0:
        return BillState.PAID
    return BillState.ISSUED if bill.due_fen else BillState.NOTHING_DUE
