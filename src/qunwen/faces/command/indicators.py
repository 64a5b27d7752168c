"""`qunwen indicators check`: loads every definition and names its source; a wrong one is refused with file and line."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections import Counter
from pathlib import Path

from . import start
from .telling import Stop, Teller

USAGE = 2
# How sure a source is, as people say it.
CERTAINTY = {
    "S": "有原文",
    "S2": "有转载或地方文件",
    "K-hi": "较有把握",
    "K-med": "待人工核对",
    "K-lo": "未核实，停用",
    "house": "本系统口径",
}
KINDS = {
    "element": "数据项", "indicator": "指标", "norm": "标准", "grade": "等级", "score_sheet": "评分表", "score": "评分项",
    "check": "数据疑点检查",
}  # fmt: skip


def arguments(parser: ArgumentParser) -> None:
    """What to check, and for whom the answer is."""
    parser.add_argument("what", choices=["check"], help="check：检查指标、标准、评分的定义")
    parser.add_argument("files", nargs="*", metavar="文件", help="只检查这些定义文件；不写则检查随系统提供的全部定义")
    parser.add_argument("--json", action="store_true", help="最后一行输出一个 JSON 对象，供程序读取")


def run(options: Namespace) -> int:
    """0 when every definition is right, 1 when one is not; the first mistake is told on one line."""
    teller = Teller(as_json=options.json)
    files = [Path(name) for name in options.files]
    if missing := [str(file) for file in files if not file.is_file()]:
        raise Stop(f"没有 {missing[0]} 这个文件。", code=USAGE)
    start.prepare()
    from qunwen.governance.indicators import catalogue  # noqa: PLC0415  after settings
    from qunwen.governance.indicators.language.reading import DefinitionError  # noqa: PLC0415  after settings

    try:
        found = catalogue.described_in(files) if files else catalogue.described()
    except DefinitionError as problem:
        teller.say(str(problem))
        about = {"file": problem.file, "line": problem.line, "code": problem.code, "reason": problem.reason}
        teller.result({"ok": False, "problem": about})
        return 1
    except UnicodeDecodeError:
        raise Stop("定义文件要用 UTF-8 编码。", code=USAGE) from None
    counts = Counter(each.kind for each in found)
    for kind, number in sorted(counts.items()):
        teller.say(f"{KINDS.get(kind, kind)} {number} 条")
        for each in found:
            if each.kind == kind:
                state = "" if each.enabled else "　停用"
                sure = CERTAINTY.get(each.source.certainty, each.source.certainty)
                teller.say(f"  {each.code}　{each.title}　来源：{_source(each.source)}（{sure}）{state}")
    teller.say(f"共 {len(found)} 条定义，全部可用。" if found else "没有定义。")
    teller.result({"ok": True, "counts": dict(counts), "definitions": [_plain(each) for each in found]})
    return 0


def _source(source: object) -> str:
    parts = [getattr(source, "doc", ""), getattr(source, "batch", ""), getattr(source, "locator", "")]
    return " ".join(part for part in parts if part)


def _plain(each: object) -> dict[str, object]:
    about = {name: getattr(each, name) for name in ("kind", "code", "title", "file", "line", "sha256", "enabled")}
    source = each.source  # type: ignore[attr-defined]
    own = {"doc": source.doc, "certainty": source.certainty, "batch": source.batch, "year": source.year}
    return {**about, "source": {**own, "locator": source.locator}}
