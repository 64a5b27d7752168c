"""`qunwen report half-year`: the half-year report of a county with its sealed bundle."""

from __future__ import annotations

import shutil
import time
from argparse import ArgumentParser, Namespace
from pathlib import Path

from . import start
from .telling import Stop, Teller

USAGE = 2


def arguments(parser: ArgumentParser) -> None:
    """Which report, of which county and half-year, and where to."""
    parser.add_argument("what", choices=["half-year"], help="half-year：半年工作总结")
    parser.add_argument("--county", required=True, metavar="代码", help="县（市、区）的六位代码，如 510112")
    parser.add_argument("--period", required=True, metavar="时期", help="2026H1 为 2026 年上半年，2026H2 为下半年")
    parser.add_argument("--out", required=True, metavar="文件夹", help="写到哪里：不存在的或空的文件夹")
    parser.add_argument("--json", action="store_true", help="最后一行输出一个 JSON 对象，供程序读取")


def run(options: Namespace) -> int:
    """Make it in the house's folder, then copy it out."""
    began = time.monotonic()
    teller = Teller(as_json=options.json)
    out = Path(options.out)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise Stop(f"{out} 不是空文件夹：请另指定一个，已有文件没有改动。", code=USAGE)
    start.prepare()
    start.connect()
    if start.pending():
        raise Stop("数据库还没有建好或需要升级：请先运行 qunwen init。")
    from qunwen.base.journal.actors import Actor, ActorKind  # noqa: PLC0415  after settings
    from qunwen.base.measures.periods import PeriodError  # noqa: PLC0415  after settings
    from qunwen.base.places import queries as places  # noqa: PLC0415  after settings
    from qunwen.base.places.problems import DivisionUnknown  # noqa: PLC0415  after settings
    from qunwen.base.scope import clock, context  # noqa: PLC0415  after settings
    from qunwen.governance.reports import actions, queries, sealing  # noqa: PLC0415  after settings

    by = Actor(kind=ActorKind.COMMAND, id=None, name=start.operator())
    with context.everything(reason="the operator makes a county's report"):
        teller.say("统计并封存数据…")
        try:
            county = places.place(options.county)
            report = actions.make_report(place=county, period=options.period, by=by, at=clock.now())
        except (actions.ReportRefused, PeriodError, DivisionUnknown) as problem:
            raise Stop(str(problem), code=USAGE) from None
    shutil.copytree(queries.folder_of(report.county, report.pk), out, dirs_exist_ok=True)
    document = next(out.glob("*.docx"))
    facts = {
        "ok": True, "county": report.county, "name": county.name, "period": report.period, "out": str(out),
        "document": str(document), "figures": report.figures, "reported": report.reported, "expected": report.expected,
        "manifest_sha256": report.manifest_sha256, "report": str(report.pk),
        "key": sealing.fingerprint(sealing.public_key_of(out)), "seconds": round(time.monotonic() - began, 2),
    }  # fmt: skip
    told = f"{facts['figures']} 个数字，应报 {facts['expected']} 个单位、已报 {facts['reported']} 个"
    teller.say(f"{document}：{told}，用时 {facts['seconds']} 秒。")
    teller.say(f"封存摘要 {report.manifest_sha256}，签名钥 {facts['key']}。复核：qunwen verify {out}")
    teller.result(facts)
    return 0
