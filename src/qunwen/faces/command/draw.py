"""`qunwen draw verify FILE`: recompute a published draw; no database and no network is used."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from .telling import Stop, Teller

USAGE = 2


def arguments(parser: ArgumentParser) -> None:
    """The one thing one can do, and with which files."""
    parser.add_argument("what", choices=["verify"], help="verify：按公布的文件重算一遍，指出哪份申请被改动")
    parser.add_argument("file", metavar="文件", help="公布的摇号结果文件（或抽签前公布的名单）")
    parser.add_argument("--hash", default="", help="抽签前公布的名单摘要")
    parser.add_argument("--list", metavar="名单", help="抽签前公布的名单文件：逐份对照")
    parser.add_argument("--json", action="store_true", help="最后一行输出一个 JSON 对象，供程序读取")


def run(options: Namespace) -> int:
    """0 when everything agrees, 1 when something does not; the changed application is named."""
    from qunwen.services.draws import kernel  # noqa: PLC0415  not needed for help

    teller = Teller(as_json=options.json)
    file = _read(options.file)
    problems = kernel.check(file, options.hash, _read(options.list) if options.list else None)
    teller.say(kernel.report(file, problems).rstrip("\n"))
    teller.result({"ok": not problems, "problems": problems})
    return 1 if problems else 0


def _read(path: str) -> Any:
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as wrong:
        raise Stop(f"读不出 {path}：{wrong.strerror}。", code=USAGE) from None
    except ValueError:
        raise Stop(f"{path} 不是摇号结果文件（应为 JSON）。", code=USAGE) from None
