"""`qunwen journal verify`: walks the chains; names the first broken entry."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from . import start


def arguments(parser: ArgumentParser) -> None:
    """The one thing one can do, and for which county."""
    parser.add_argument("what", choices=["verify"], help="verify：校验操作日志是否被改动")
    parser.add_argument("--county", help="只校验这个县（六位代码）")
    parser.add_argument("--json", action="store_true", help="最后一行输出一个 JSON 对象")


def run(options: Namespace) -> int:
    """0 when every chain is whole, 1 when one is broken."""
    start.prepare()
    start.connect()
    from qunwen.base.journal import verifying  # noqa: PLC0415  after settings
    from qunwen.base.scope import context  # noqa: PLC0415  after settings

    with context.everything(reason="the operator verifies all chains"):
        return verifying.command(county=options.county, as_json=options.json)
