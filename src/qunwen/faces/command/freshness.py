"""Examinations of what should keep up by itself: sealing, figures, messages; and of what was once made: reports."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Iterator

from django.db.models import Count, Min

from qunwen.base.scope import clock, context
from qunwen.config.home import home

from .finding import Finding, State

LATE = dt.timedelta(minutes=10)  # rounds run every few seconds; a long import may hold one up for a while
RECENT = dt.timedelta(days=7)
NAMED = 3
START = "qunwen serve 会自行处理；若它正在运行，请看“后台任务”一项"


def _late(moment: dt.datetime | None) -> bool:
    return moment is not None and clock.now() - moment > LATE


def _since(moment: dt.datetime) -> str:
    return f"{clock.local(moment):%Y-%m-%d %H:%M}"


def sealing() -> Iterator[Finding]:
    """What is recorded is sealed within seconds while the background runs."""
    from qunwen.base.journal import queries  # noqa: PLC0415  needs its tables

    tail = queries.tail()
    if tail.oldest is not None and _late(tail.oldest):
        told = f"{tail.entries} 条未封存，最早一条记于 {_since(tail.oldest)}"
        yield Finding("sealing", State.NOTE, "日志封存", told, START)
    else:
        yield Finding("sealing", State.GOOD, "日志封存", f"{tail.entries} 条待封存")


def figures() -> Iterator[Finding]:
    """Months whose records changed are counted again soon; who reads a figure meanwhile waits for it."""
    from qunwen.base.measures.models import MeasureTouch  # noqa: PLC0415  needs its tables

    rows = MeasureTouch.unscoped.filter(onward=False).order_by()
    oldest = rows.order_by("id").values_list("id", flat=True).first()
    months = rows.values("county", "month").distinct().count()
    moment = _made_at(oldest) if oldest else None
    if moment is not None and _late(moment):
        told = f"{months} 个月份改动后还没有重算，最早改于 {_since(moment)}"
        yield Finding("figures", State.NOTE, "统计更新", told, START)
    else:
        yield Finding("figures", State.GOOD, "统计更新", f"{months} 个月份待重算")


def _made_at(key: uuid.UUID) -> dt.datetime:
    """When a UUIDv7 was made: its first 48 bits are milliseconds."""
    return dt.datetime.fromtimestamp((key.int >> 80) / 1000, tz=dt.UTC)


def messages() -> Iterator[Finding]:
    """Nothing due waits long, and no message failed lately without somebody being told."""
    from qunwen.base.notices.enums import State as Sent  # noqa: PLC0415  needs its tables
    from qunwen.base.notices.models import OutboxMessage  # noqa: PLC0415  needs its tables

    rows = OutboxMessage.unscoped.order_by()
    due = rows.filter(state=Sent.WAITING).aggregate(n=Count("id"), oldest=Min("next_at"))
    failed = rows.filter(state=Sent.FAILED, queued_at__gte=clock.now() - RECENT).count()
    if _late(due["oldest"]):
        told = f"{due['n']} 条短信没有按时发出，最早应在 {_since(due['oldest'])}"
        yield Finding("messages", State.NOTE, "短信发送", told, START)
    elif failed:
        mend = "在工作台“短信发送情况”里看原因，平台故障的可再发一次，号码有误的请更正"
        yield Finding("messages", State.NOTE, "短信发送", f"最近 7 天有 {failed} 条没有发出去", mend)
    else:
        yield Finding("messages", State.GOOD, "短信发送", f"{due['n']} 条待发送，没有失败的")


def reports() -> Iterator[Finding]:
    """Every sealed report lies where it was put, its manifest as it was sealed, and the key that signs is kept."""
    from qunwen.governance.reports.models import Report  # noqa: PLC0415  needs its tables
    from qunwen.governance.reports.queries import folder_of  # noqa: PLC0415  needs its tables

    problems: list[str] = []
    count = 0
    with context.everything(reason="the doctor looks at all counties"):
        for report in Report.objects.order_by("county", "made_at", "id").iterator():
            count += 1
            path = folder_of(report.county, report.pk) / "manifest.json"
            if not path.is_file():
                problems.append(f"{report} 的文件不见了")
            elif hashlib.sha256(path.read_bytes()).hexdigest() != report.manifest_sha256:
                problems.append(f"{report} 的清单变了")
    if problems:
        mend = "从最近的备份里取回 reports 文件夹；取不回时可在工作台重新生成"
        yield Finding("reports", State.WRONG, "已生成的总结", "；".join(problems[:NAMED]), mend)
    elif count and not (home() / "keys" / "reports.key").is_file():
        mend = "从最近的备份里取回 keys/reports.key，否则以后的总结会换一把签名密钥"
        yield Finding("reports", State.WRONG, "已生成的总结", "封存用的签名密钥 keys/reports.key 不见了", mend)
    else:
        yield Finding("reports", State.GOOD, "已生成的总结", f"{count} 份完好")
