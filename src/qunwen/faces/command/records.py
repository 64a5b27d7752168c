"""Examinations of the records: database, journal, evidence, snapshots, background."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator

from django.db import connection

from qunwen.base.scope import clock, context
from qunwen.config.home import home

from . import start
from .finding import Finding, State

OLDEST_POSTGRESQL = 140000
SILENT = dt.timedelta(minutes=2)
NAMED = 3  # how many of many broken things are named


def database() -> Iterator[Finding]:
    """Version, safety switches and migrations."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            modes = {}
            for name in ("journal_mode", "foreign_keys"):
                cursor.execute(f"PRAGMA {name}")
                modes[name] = str(cursor.fetchone()[0])
            good = modes == {"journal_mode": "wal", "foreign_keys": "1"}
            told = f"SQLite，WAL {'已' if modes['journal_mode'] == 'wal' else '未'}启用，外键 {'已' if modes['foreign_keys'] == '1' else '未'}启用"
            mend = "" if good else "把数据库放在本机磁盘（不要放网络盘），再重启"
            yield Finding("database", State.GOOD if good else State.WRONG, "数据库", told, mend)
            cursor.execute("PRAGMA quick_check(1)")
            whole = cursor.fetchone()[0]
            if whole != "ok":
                yield Finding("integrity", State.WRONG, "数据库文件", str(whole), "用 qunwen restore 恢复最近的备份")
        else:
            cursor.execute("SHOW server_version_num")
            number = int(cursor.fetchone()[0])
            good = number >= OLDEST_POSTGRESQL
            mend = "" if good else "升级到 PostgreSQL 14 或更新的版本"
            told = f"PostgreSQL {number // 10000}"
            yield Finding("database", State.GOOD if good else State.WRONG, "数据库", told, mend)
    waiting = start.pending()
    if waiting:
        mend = "新装请运行 qunwen init --county 县名；升级请先备份，再运行 qunwen manage migrate"
        yield Finding("migrations", State.WRONG, "数据表", f"还差 {waiting} 步更新", mend)
    else:
        yield Finding("migrations", State.GOOD, "数据表", "是最新的")
        yield from _divisions()


def _divisions() -> Iterator[Finding]:
    from qunwen.base.places import queries  # noqa: PLC0415  needs its tables

    counties = list(queries.counties_of()[: NAMED + 1])
    if not counties:
        yield Finding("divisions", State.WRONG, "区划", "还没有装入任何县", "运行 qunwen init --county 县名")
        return
    told = "、".join(f"{one.name}（{one.code}）" for one in counties[:NAMED])
    yield Finding("divisions", State.GOOD, "区划", told + (" 等" if len(counties) > NAMED else ""))


def journal_triggers() -> Iterator[Finding]:
    """The journal's triggers stand."""
    from qunwen.base.journal import append_only  # noqa: PLC0415  needs its tables

    if append_only.standing(connection):
        yield Finding("journal_triggers", State.GOOD, "日志只增触发器", "都在")
    else:
        mend = "先用 qunwen journal verify 查明是否被改动，再请运维人员重建触发器"
        yield Finding("journal_triggers", State.WRONG, "日志只增触发器", "缺失，日志可能被改写", mend)


def exclusion() -> Iterator[Finding]:
    """The rooms' exclusion constraint stands (PostgreSQL); the slots guard without it."""
    from qunwen.services.rooms import exclusion as rooms  # noqa: PLC0415  as the others

    if connection.vendor != "postgresql":
        return
    label = "场地预约排他约束"
    if rooms.standing(connection):
        yield Finding("room_exclusion", State.GOOD, label, "在")
    else:
        told = "没有建立（缺少 btree_gist 扩展或权限），由时段表的唯一约束防止重复预约"
        mend = "请数据库管理员在本库执行 CREATE EXTENSION btree_gist，再运行 qunwen manage migrate"
        yield Finding("room_exclusion", State.NOTE, label, told, mend)


def wall() -> Iterator[Finding]:
    """Row-level security stands, and holds for our own database user (PostgreSQL)."""
    from qunwen.base.scope import wall as walls  # noqa: PLC0415  as the others

    if connection.vendor != "postgresql":
        return
    label = "数据库行级隔离"
    if lacking := walls.missing(connection):
        told = "缺少策略：" + "、".join(lacking[:NAMED]) + (" 等" if len(lacking) > NAMED else "")
        yield Finding("wall", State.WRONG, label, told, "运行 qunwen manage migrate，会自动补上")
    elif walls.bypassed(connection):
        told = "数据库用户是超级用户或有 BYPASSRLS 权限，行级隔离对它不起作用"
        mend = "另建一个普通用户（NOSUPERUSER NOBYPASSRLS）作为数据库的所有者，改用它连接"
        yield Finding("wall", State.NOTE, label, told, mend)
    else:
        yield Finding("wall", State.GOOD, label, f"{len(walls.tables())} 张含个人信息的表都按县隔离")


def journal_chain() -> Iterator[Finding]:
    """Every chain is whole."""
    from qunwen.base.journal import verifying  # noqa: PLC0415  needs its tables

    with context.everything(reason="the doctor looks at all counties"):
        result = verifying.verify()
    if result.ok:
        told = f"{result.checked} 条与封存时一致，{result.unsealed} 条待封存"
        yield Finding("journal_chain", State.GOOD, "操作日志", told)
    else:
        mend = "保留现场，不要改动数据库；用备份比对，并报告安全审计员"
        yield Finding("journal_chain", State.WRONG, "操作日志", str(result.first), mend)


def evidence() -> Iterator[Finding]:
    """Every file in the register lies on the disk, as it was."""
    from qunwen.base.evidence import storage  # noqa: PLC0415  needs its tables
    from qunwen.base.evidence.models import EvidenceFile  # noqa: PLC0415  needs its tables

    missing: list[str] = []
    changed: list[str] = []
    count = 0
    for county, digest, name in EvidenceFile.unscoped.order_by().values_list("county", "sha256", "name").iterator():
        count += 1
        path = storage.path_of(county, digest)
        if not path.exists():
            missing.append(f"{county} {name}")
        elif storage.digest_of(path) != digest:
            changed.append(f"{county} {name}")
    for code, rows, word in (("evidence_missing", missing, "不见了"), ("evidence_changed", changed, "内容变了")):
        if rows:
            told = f"{len(rows)} 个文件{word}：{'、'.join(rows[:NAMED])}"
            yield Finding(code, State.WRONG, "佐证文件", told, "从最近的备份里取回 media 文件夹中的原文件")
    if not missing and not changed:
        yield Finding("evidence", State.GOOD, "佐证文件", f"{count} 个都在，内容未变")


def snapshots() -> Iterator[Finding]:
    """Every published partition is there, byte for byte."""
    from qunwen.base.measures import keeping  # noqa: PLC0415  needs its tables
    from qunwen.base.measures.models import Partition  # noqa: PLC0415  needs its tables

    problems: list[str] = []
    count = 0
    for partition in Partition.unscoped.filter(version__gt=0).order_by("county", "month"):
        count += 1
        problems += keeping.problems_of(partition)
    if problems:
        mend = "删除有误的文件后重新统计即可：快照由业务数据生成，不会丢失"
        yield Finding("snapshots", State.WRONG, "统计快照", "；".join(problems[:NAMED]), mend)
    else:
        yield Finding("snapshots", State.GOOD, "统计快照", f"{count} 个分区完好")


def background() -> Iterator[Finding]:
    """The background process was heard of lately and complains of nothing."""
    path = home() / "run" / "work.json"
    try:
        word = json.loads(path.read_text(encoding="utf-8"))
        age = clock.now() - dt.datetime.fromisoformat(word["at"])
    except (OSError, ValueError, KeyError):
        yield Finding("work", State.NOTE, "后台任务", "还没有运行过", "qunwen serve 会自行启动它")
        return
    if word["errors"]:
        told = "；".join(word["errors"].values())
        yield Finding("work", State.WRONG, "后台任务", told, "按提示处理；仍不行请查看日志")
    elif age > SILENT:
        told = f"{int(age.total_seconds() // 60)} 分钟没有动静"
        yield Finding("work", State.NOTE, "后台任务", told, "若网站正在运行，请重启 qunwen serve")
    else:
        yield Finding("work", State.GOOD, "后台任务", "运行中")
