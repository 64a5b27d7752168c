"""`qunwen verify DIR`: recompute every figure of a sealed bundle; no database and no network is used."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from . import start
from .telling import Stop, Teller

USAGE = 2
SHOWN = 20


def arguments(parser: ArgumentParser) -> None:
    """The folder, and for whom the answer is."""
    parser.add_argument("folder", metavar="文件夹", help="qunwen report 写出的文件夹")
    parser.add_argument("--json", action="store_true", help="最后一行输出一个 JSON 对象，供程序读取")


def run(options: Namespace) -> int:
    """0 when everything agrees, 1 when something does not; the first is named."""
    folder = Path(options.folder)
    if not folder.is_dir():
        raise Stop(f"没有 {folder} 这个文件夹。", code=USAGE)
    teller = Teller(as_json=options.json)
    start.prepare()
    from qunwen.governance.reports import verifying  # noqa: PLC0415  after settings

    outcome = verifying.verify(folder)
    if outcome.ok:
        teller.say(
            f"完好：{outcome.files} 个文件、{outcome.figures} 个数字、文档中 {outcome.printed} 处，重算全部一致。"
        )
        teller.say(f"封存摘要 {outcome.manifest_sha256}，签名钥 {outcome.key}：请与生成时登记的核对。")
    else:
        teller.say(f"不符：{outcome.problems[0].message}")
        for problem in outcome.problems[1:SHOWN]:
            teller.say(f"  另有：{problem.message}")
        if len(outcome.problems) > SHOWN:
            teller.say(f"  共 {len(outcome.problems)} 处。")
    teller.result(outcome.plain)
    return 0 if outcome.ok else 1
