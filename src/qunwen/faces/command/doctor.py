"""`qunwen doctor`: what is right and wrong with an installation, and how to mend it."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator

from . import start
from .finding import Finding, State
from .telling import Stop, Teller

MARKS = {State.GOOD: "正常", State.NOTE: "提示", State.WRONG: "有误"}


def arguments(parser: ArgumentParser) -> None:
    """--quick leaves out what reads every file."""
    parser.add_argument("--quick", action="store_true", help="不逐个读取文件和日志，几秒内完成")
    parser.add_argument("--json", action="store_true", help="最后一行输出一个 JSON 对象")


def run(options: Namespace) -> int:
    """All examinations; 1 when something is wrong."""
    teller = Teller(as_json=options.json)
    findings: list[Finding] = []
    for examine in _examinations(quick=options.quick):
        for finding in _safely(examine):
            findings.append(finding)
            mend = f"\n        怎样修：{finding.mend}" if finding.mend else ""
            teller.say(f"[{MARKS[finding.state]}] {finding.what}：{finding.told}{mend}")
    wrong = [one for one in findings if one.state is State.WRONG]
    teller.say(f"有 {len(wrong)} 处需要处理。" if wrong else "没有发现问题。")
    teller.result({"ok": not wrong, "findings": [one.as_dict() for one in findings]})
    return 1 if wrong else 0


def _examinations(*, quick: bool) -> Iterator[Callable[[], Iterator[Finding]]]:
    """In an order in which a later one may rely on the earlier ones; without a database the rest is left out."""
    from . import machine  # noqa: PLC0415  help does without it

    yield machine.python
    yield machine.folder
    try:
        start.prepare()
        start.connect()
    except Stop as stop:
        told = str(stop)
        yield lambda: iter([Finding("database", State.WRONG, "数据库", told, "改正后再运行 qunwen doctor")])
        return
    from . import freshness, records  # noqa: PLC0415  after settings

    yield from (machine.settings, machine.keys, machine.clock, machine.fonts, machine.sms)
    yield records.database
    if start.pending():
        return
    yield from (records.journal_triggers, records.wall, records.exclusion, records.background)
    yield from (freshness.sealing, freshness.figures, freshness.messages)
    if not quick:
        yield from (records.journal_chain, records.evidence, records.snapshots, freshness.reports)


def _safely(examine: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """An examination that itself fails is a finding, not the end."""
    from .failures import told  # noqa: PLC0415  after settings

    try:
        yield from examine()
    except Exception as problem:  # whatever it is, the person must hear of it and get the other findings
        yield Finding(examine.__name__, State.WRONG, "检查本身未能完成", told(problem), "把这一行发给技术支持")
