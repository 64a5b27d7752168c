"""The supervision ledger (监管台账) of a school and month, as numbers and as a sheet. It holds no child's name."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from qunwen.base.measures.periods import Period
from qunwen.base.papers.columns import Column, Group, Kind
from qunwen.base.papers.xlsx import Sheet, xlsx_bytes
from qunwen.base.scope import asking
from qunwen.base.scope.clock import local

from . import small
from .access import Permission
from .enums import SessionState
from .fees import yuan
from .models import Content, School, Session

COLUMNS = (
    Column("day", "日期", Kind.DATE), Column("title", "活动"), Column("field", "领域"), Column("provider", "提供者"),
    Column("tutor", "负责人"), Column("time", "时间"), Column("periods", "课时", Kind.INTEGER),
    Column("price", "每课时收费（元）"), Column("content", "申报内容"), Column("checked", "内容审核人"),
    Group("人数", (
        Column("expected", "应到", Kind.INTEGER), Column("present", "实到", Kind.INTEGER),
        Column("excused", "请假", Kind.INTEGER), Column("absent", "未到", Kind.INTEGER),
        Column("late", "晚接", Kind.INTEGER),
    )),
    Column("state", "状态"), Column("closed", "交接完毕"), Column("closed_by", "结束人"), Column("note", "备注"),
)  # fmt: skip


def _rows(school: School, month: Period) -> QuerySet[Session]:
    return Session.objects.filter(
        county=school.county, school=school, day__gte=month.start, day__lte=month.last_day
    ).select_related("activity", "tutor")


def numbers(school: School, month: Period) -> dict[str, int | str]:
    """How many sessions were held, cancelled or left open, and the places of attendance; small ones for the school only."""
    held, off = Q(state=SessionState.HELD), Q(state=SessionState.CANCELLED)
    found = _rows(school, month).aggregate(
        held=Count("pk", filter=held), cancelled=Count("pk", filter=off),
        unclosed=Count("pk", filter=Q(state=SessionState.OPEN)),
        present=Sum("present", filter=held, default=0), late=Sum("late", filter=held, default=0),
    )  # fmt: skip
    full = asking.may(Permission.CHILD_VIEW, on=school)
    children = {"present", "late"}
    return {key: small.told(int(value), full=full or key not in children) for key, value in found.items()}


def make(school: School, month: Period) -> bytes:
    """The sheet, sessions in the order of days."""
    rows = list(_rows(school, month).order_by("day", "starts_at", "pk"))
    contents: dict[Any, list[str]] = {}
    lines = Content.objects.filter(county=school.county, activity__in={row.activity_id for row in rows})
    for activity, text in lines.order_by("activity_id", "position").values_list("activity_id", "text"):
        contents.setdefault(activity, []).append(text)
    sheet = Sheet(
        name="监管台账", title="课后服务监管台账", subtitle=f"{school.name}　{month.label}", source="本系统逐场记录"
    )
    full = asking.may(Permission.CHILD_VIEW, on=school)
    return xlsx_bytes(COLUMNS, [_line(row, contents.get(row.activity_id, []), full) for row in rows], sheet=sheet)


def _line(row: Session, contents: list[str], full: bool) -> dict[str, Any]:  # noqa: FBT001  whether the reader is the school
    counted = row.state == SessionState.HELD
    shown: dict[str, Any] = {name: value if counted else None for name, value in small.cells(row, full=full).items()}
    activity = row.activity
    return shown | {
        "day": row.day, "title": activity.title, "field": str(activity.get_field_display()),
        "provider": str(activity.get_provider_display()), "tutor": row.tutor.name if row.tutor else "",
        "time": f"{local(row.starts_at):%H:%M}–{local(row.ends_at):%H:%M}", "periods": row.periods,
        "price": yuan(activity.price_fen), "content": "；".join(contents), "checked": activity.checked_by,
        "state": str(row.get_state_display()), "closed": f"{local(row.closed_at):%H:%M}" if row.closed_at else "",
        "closed_by": row.closed_by, "note": row.reason,
    }  # fmt: skip
