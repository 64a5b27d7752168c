"""The list of exempted and subsidised children that a school hands in with its claim (.xlsx)."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from qunwen.base.measures.periods import Period
from qunwen.base.papers.columns import Column, Kind, Tree
from qunwen.base.papers.xlsx import Sheet, xlsx_bytes

from .models import Bill, Exemption, School
from .money_enums import ReliefGroup

COLUMNS: Tree = (
    Column("number", "账单号", Kind.ID, width=17),
    Column("school_class", "班级"),
    Column("name", "学生"),
    Column("groups", "减免对象", width=14),
    Column("documents", "认定依据", width=20),
    Column("fee", "应收（元）", Kind.DECIMAL),
    Column("exempted", "减免（元）", Kind.DECIMAL),
    Column("due", "家长应缴（元）", Kind.DECIMAL),
)


def rows(school: School, month: Period) -> list[dict[str, object]]:
    """One row for each bill of the month with an exemption, in the order of bill numbers, and their sum."""
    bills = list(
        Bill.objects.filter(county=school.county, school=school, month=month.start, exempted_fen__gt=0)
        .select_related("child__resident", "child__school_class")
        .order_by("number", "pk")
    )
    documents: dict[UUID, list[str]] = {}
    held = Exemption.objects.filter(county=school.county, child__in=[bill.child_id for bill in bills])
    for child, text in held.order_by("starts_on", "pk").values_list("child_id", "document"):
        documents.setdefault(child, []).append(text)
    found: list[dict[str, object]] = [
        {
            "number": bill.number,
            "school_class": bill.child.school_class.name,
            "name": bill.child.resident.name,
            "groups": "、".join(_groups(bill)),
            "documents": "；".join(documents.get(bill.child_id, ())),
            "fee": _yuan(bill.fee_fen),
            "exempted": _yuan(bill.exempted_fen),
            "due": _yuan(bill.due_fen),
        }
        for bill in bills
    ]
    if found:
        sums = {
            "fee": _yuan(sum(bill.fee_fen for bill in bills)),
            "exempted": _yuan(sum(bill.exempted_fen for bill in bills)),
            "due": _yuan(sum(bill.due_fen for bill in bills)),
        }
        found.append({"number": "合计", "groups": f"{len(bills)} 人", **sums})
    return found


def _groups(bill: Bill) -> list[str]:
    codes = sorted({group for group, _first, _last in bill.basis["reliefs"]})
    return [str(ReliefGroup(code).label) for code in codes]


def _yuan(fen: int) -> Decimal:
    return Decimal(fen).scaleb(-2)


def workbook(school: School, month: Period) -> bytes:
    """The list as .xlsx, for the school and whoever pays the subsidy."""
    sheet = Sheet(
        name="减免名册",
        title="课后服务费减免（补助）名册",
        subtitle=f"{school.name}　{month.start:%Y年%m月}",
        source="由账单生成；每一行可在账单页重新计算",
    )
    return xlsx_bytes(COLUMNS, rows(school, month), sheet=sheet)
