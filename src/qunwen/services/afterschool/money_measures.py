"""What is counted of fees: charged, exempted, given back. Amounts are whole fen.

Exemptions are counted for the county as a whole, never for a village or a school: there they would point at children.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from qunwen.base.measures.declare import Dim, RecordLink, Row, measure, records
from qunwen.base.measures.enums import Grade, Kind
from qunwen.base.measures.periods import Period
from qunwen.base.scope.clock import day_of
from qunwen.base.scope.codes import Level

from .models import Bill, Refund
from .money_enums import BillState, RefundReason, RefundState
from .small import LEAST

BILL, REFUND = "afterschool.bill", "afterschool.refund"
STATE = Dim("state", _("缴费情况"), tuple(BillState.choices))
REASON = Dim("reason", _("退费事由"), tuple(RefundReason.choices))
STEP = Dim("state", _("退费情况"), tuple(RefundState.choices))


def _bills(county: str, month: Period, field: str) -> Iterator[tuple]:
    """(id, place, first day, state, fen) of the month's bills with something in the field."""
    rows = Bill.unscoped.filter(county=county, month=month.start, **{f"{field}__gt": 0}).order_by("pk")
    return rows.values_list("pk", "place_id", "month", "state", field).iterator()


@measure(
    code="afterschool.fees",
    title=_("课后服务费用"),
    unit=_("分"),
    kind=Kind.FLOW,
    meaning=_("按点名记录和收费规定出具的账单费用（已扣超过上限部分，未扣减免和缺勤退费），计入服务的月份。"),
    feeds=(BILL,),
    dims=(STATE,),
    reported_by=Level.VILLAGE,
)
def charged(*, county: str, month: Period) -> Iterator[Row]:
    """One row for each bill with a fee."""
    for pk, place, day, state, fen in _bills(county, month, "fee_fen"):
        yield Row(county, place, day, fen, Grade.A, BILL, pk, {"state": state})


@measure(
    code="afterschool.absence_refunds",
    title=_("课后服务缺勤退费"),
    unit=_("分"),
    kind=Kind.FLOW,
    meaning=_("账单里因缺勤按规定不收的金额，计入服务的月份。"),
    feeds=(BILL,),
    reported_by=Level.VILLAGE,
)
def given_for_absence(*, county: str, month: Period) -> Iterator[Row]:
    """One row for each bill with a refund for absence."""
    for pk, place, day, _state, fen in _bills(county, month, "absence_fen"):
        yield Row(county, place, day, fen, Grade.A, BILL, pk)


@measure(
    code="afterschool.exempted",
    title=_("课后服务费减免"),
    unit=_("分"),
    kind=Kind.FLOW,
    meaning=_("因认定的困难等情形减免的金额，计入服务的月份；为保护儿童只按全县计。"),
    feeds=(BILL,),
    reported_by=Level.COUNTY,
)
def exempted(*, county: str, month: Period) -> Iterator[Row]:
    """One row for each bill with an exemption, at the county."""
    for pk, _place, day, _state, fen in _bills(county, month, "exempted_fen"):
        yield Row(county, county, day, fen, Grade.A, BILL, pk)


@measure(
    code="afterschool.exempted_children",
    title=_("课后服务费减免人次"),
    unit=_("人次"),
    kind=Kind.FLOW,
    meaning=_("有减免的账单数，一名学生一个月计一次；为保护儿童只按全县计，1 至 4 人次不显示。"),
    feeds=(BILL,),
    reported_by=Level.COUNTY,
    withhold_below=LEAST,
)
def exempted_children(*, county: str, month: Period) -> Iterator[Row]:
    """One row for each bill with an exemption, at the county."""
    for pk, _place, day, _state, _fen in _bills(county, month, "exempted_fen"):
        yield Row(county, county, day, 1, Grade.A, BILL, pk)


@measure(
    code="afterschool.refunds",
    title=_("课后服务退费"),
    unit=_("分"),
    kind=Kind.FLOW,
    meaning=_("缴费之后退回的金额，计入产生退费的日期。"),
    feeds=(REFUND,),
    dims=(REASON, STEP),
    reported_by=Level.VILLAGE,
)
def refunded(*, county: str, month: Period) -> Iterator[Row]:
    """One row for each refund."""
    rows = Refund.unscoped.filter(county=county, created_at__gte=month.starts_at, created_at__lt=month.ends_at)
    fields = ("pk", "bill__place_id", "created_at", "amount_fen", "reason", "state")
    for pk, place, at, fen, reason, state in rows.order_by("pk").values_list(*fields).iterator():
        yield Row(county, place, day_of(at), fen, Grade.A, REFUND, pk, {"reason": reason, "state": state})


@records(BILL)
def show_bills(*, county: str, ids: Iterable[uuid.UUID]) -> Mapping[uuid.UUID, RecordLink]:
    """Bills under a figure, by number: only who may see the school's fees finds them, and no name stands there."""
    rows = Bill.objects.filter(county=county, pk__in=list(ids))
    return {row.pk: RecordLink(row.number, reverse("afterschool_money:bill", args=[county, row.pk])) for row in rows}


@records(REFUND)
def show_refunds(*, county: str, ids: Iterable[uuid.UUID]) -> Mapping[uuid.UUID, RecordLink]:
    """Refunds under a figure, by number."""
    rows = Refund.objects.filter(county=county, pk__in=list(ids))
    return {row.pk: RecordLink(row.number, reverse("afterschool_money:refund", args=[county, row.pk])) for row in rows}
