"""Fees of the after-school service: the rules and school days for everybody, bills for the family and the school's clerk."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.utils.translation import gettext as _
from ninja import Router, Schema

from qunwen.base.scope import asking, clock
from qunwen.services.afterschool import fees
from qunwen.services.afterschool.access import Permission
from qunwen.services.afterschool.days import calendar_of
from qunwen.services.afterschool.models import Bill

from . import paging
from .auth import ResidentAuth, TokenAuth, anybody
from .paging import Cursor, Limit
from .problems import Problem
from .words import County, QueryDay, QueryMonth, QueryYear

router = Router(tags=["课后服务"])


class CapShape(Schema):
    per: str
    fen: int
    provider: str
    clause: str
    certainty: str


class FeeRuleShape(Schema):
    code: str
    title: str
    document: str
    certainty: str
    valid_from: dt.date
    valid_to: dt.date | None
    sha256: str
    caps: list[CapShape]


class SchoolDayShape(Schema):
    day: dt.date
    kind: str
    serves: bool
    certain: bool
    why: str


class SchoolDaysShape(Schema):
    county: str
    days: list[SchoolDayShape]


class BillLineShape(Schema):
    kind: str
    title: str
    formula: str
    amount_fen: int
    clause: str
    days: list[dt.date]


class BillShape(Schema):
    id: uuid.UUID
    county: str
    number: str
    month: dt.date
    state: str
    fee_fen: int
    exempted_fen: int
    absence_fen: int
    due_fen: int
    paid_fen: int
    refunded_fen: int
    rule: str
    rule_sha256: str
    lines: list[BillLineShape]


class BillPage(Schema):
    items: list[BillShape]
    next: str | None


def _bill(row: Bill) -> BillShape:
    """A bill as it stands; no name is in it."""
    lines = [BillLineShape(**line) for line in row.lines]
    return BillShape(
        id=row.pk, county=row.county, number=row.number, month=row.month, state=row.state, fee_fen=row.fee_fen,
        exempted_fen=row.exempted_fen, absence_fen=row.absence_fen, due_fen=row.due_fen, paid_fen=row.paid_fen,
        refunded_fen=row.refunded_fen, rule=row.rule_code, rule_sha256=row.rule_sha256, lines=lines,
    )  # fmt: skip


@router.get(
    "/counties/{county}/after-school/fee-rule",
    auth=anybody,
    response=FeeRuleShape,
    summary="课后服务收费规定",
    operation_id="getFeeRule",
)
def fee_rule(request: Any, county: County, day: QueryDay = None) -> Any:
    """这一天（默认今天）在这个县适用的规定、上限和条文。金额以分计。"""
    del request
    try:
        rule = fees.rule_for(county, day or clock.today())
    except fees.NoFeeRule as missing:
        raise Problem(422, "invalid", str(missing), errors=[("day", str(missing))]) from missing
    caps = [
        CapShape(per=c.per, fen=c.fen, provider=c.provider, clause=c.clause.text, certainty=c.clause.certainty)
        for c in rule.caps
    ]
    return FeeRuleShape(
        code=rule.code, title=rule.title, document=rule.doc, certainty=rule.certainty, valid_from=rule.valid_from,
        valid_to=rule.valid_to, sha256=rule.sha256, caps=caps,
    )  # fmt: skip


@router.get(
    "/counties/{county}/after-school/days",
    auth=anybody,
    response=SchoolDaysShape,
    summary="课后服务日",
    operation_id="listSchoolDays",
)
def school_days(request: Any, county: County, year: QueryYear = None) -> Any:
    """一年里每一天上不上课：法定节假日、调休、本县停课和补课；各校寒暑假另计。"""
    del request
    when = year or clock.today().year
    found = calendar_of(county).days(dt.date(when, 1, 1), dt.date(when, 12, 31))
    days = [
        SchoolDayShape(day=one.day, kind=str(one.kind), serves=one.serves, certain=one.certain, why=one.why)
        for one in found
    ]
    return SchoolDaysShape(county=county, days=days)


@router.get(
    "/me/after-school/bills",
    auth=ResidentAuth(csrf=True),
    response=BillPage,
    summary="我家孩子的课后服务账单",
    operation_id="listMyBills",
)
def my_bills(request: Any, cursor: Cursor = "", limit: Limit = 50) -> Any:
    """每一行带算式和条文。"""
    people = [request.resident.pk, *(ward.pk for ward in request.wards)]
    rows = Bill.objects.filter(county=request.resident.county, child__resident__in=people)
    items, following = paging.page(rows, cursor=cursor, limit=limit, shape=_bill)
    return BillPage(items=items, next=following)


@router.get(
    "/staff/counties/{county}/after-school/bills",
    auth=TokenAuth(),
    response=BillPage,
    summary="课后服务账单",
    operation_id="listBills",
)
def bills(
    request: Any, *, county: County, year: QueryYear = None, month: QueryMonth = None, cursor: Cursor = "",
    limit: Limit = 50,
) -> Any:  # fmt: skip
    """本校的账单，可只看一年或一个月；不带学生姓名。"""
    del request
    asking.require(Permission.MONEY_VIEW)
    if month is not None and year is None:
        words = _("只写月份不行，还要写年份。")
        raise Problem(422, "invalid", words, errors=[("year", words)])
    rows = Bill.objects.filter(county=county)
    if year is not None:
        rows = rows.filter(month__year=year)
    if month is not None:
        rows = rows.filter(month__month=month)
    items, following = paging.page(rows, cursor=cursor, limit=limit, shape=_bill)
    return BillPage(items=items, next=following)
