"""`qunwen backup --to …`: a whole copy in one file, read back and proved before it is called done."""

from __future__ import annotations

import tempfile
import time
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from . import start
from .telling import Stop, Teller


def arguments(parser: ArgumentParser) -> None:
    """Where to."""
    parser.add_argument("--to", required=True, metavar="文件夹或文件", help="写到这个文件夹（自动起名）或这个文件")
    parser.add_argument("--json", action="store_true", help="最后一行输出一个 JSON 对象")


def run(options: Namespace) -> int:
    """Copy database, media, snapshots, reports and keys; write row counts and digests into the manifest."""
    began = time.monotonic()
    teller = Teller(as_json=options.json)
    start.prepare()
    start.connect()
    if start.pending():
        raise Stop("数据库还没有建好或需要更新，没有备份：请先运行 qunwen init 或 qunwen manage migrate。")
    from qunwen.config.home import home  # noqa: PLC0415  after settings

    from .copying import archive, dumps  # noqa: PLC0415  after settings

    target = _target(Path(options.to).expanduser().resolve(), home())
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".qunwen-") as scratch:
        facts, copy = _database(Path(scratch), teller)
        files = [(dumps.NAMES[facts["engine"]], copy), *archive.contents(home())]
        manifest = archive.write(
            target, files=files, facts=facts, progress=lambda n, all_: teller.progress("写入文件", n, all_)
        )
    archive.prove(target, archive.manifest_of(target), lambda n, all_: teller.progress("回读核对", n, all_))
    rows = sum(table["rows"] for table in manifest["tables"].values())
    size = target.stat().st_size
    told = f"{len(manifest['tables'])} 张表、{rows} 行、{len(manifest['files'])} 个文件，{size / 1024 / 1024:.1f} MB"
    teller.say(f"已备份到 {target}：{told}，回读核对无误。文件里有密钥，请妥善保管。")
    seconds = round(time.monotonic() - began, 2)
    teller.result(
        {
            "ok": True,
            "file": str(target),
            "tables": len(manifest["tables"]),
            "rows": rows,
            "files": len(manifest["files"]),
            "bytes": size,
            "journal": manifest["journal"],
            "seconds": seconds,
        }
    )
    return 0


def _target(wanted: Path, home: Path) -> Path:
    from qunwen.base.scope import clock  # noqa: PLC0415  after settings

    from .copying import archive  # noqa: PLC0415  help does without it

    if wanted.is_dir() or not wanted.suffix:
        wanted.mkdir(parents=True, exist_ok=True)
        wanted = wanted / f"qunwen-{clock.local(clock.now()):%Y%m%d-%H%M%S}.zip"
    if any(wanted.is_relative_to(home / folder) for folder in archive.FOLDERS):
        raise Stop(f"不能把备份写到要备份的文件夹里（{wanted}）。", code=2)
    if wanted.exists():
        raise Stop(f"{wanted} 已存在，不覆盖：请换一个名字。", code=2)
    if not wanted.parent.is_dir():
        raise Stop(f"文件夹 {wanted.parent} 不存在。", code=2)
    return wanted


def _database(scratch: Path, teller: Teller) -> tuple[dict[str, Any], Path]:
    """Dump and describe one and the same state of the database."""
    from importlib.metadata import version  # noqa: PLC0415  rarely needed

    from django.db import connection  # noqa: PLC0415  after settings

    from qunwen.base.journal import verifying  # noqa: PLC0415  after settings
    from qunwen.base.scope import clock, context  # noqa: PLC0415  after settings
    from qunwen.config.environment import is_demonstration  # noqa: PLC0415  after settings
    from qunwen.config.home import home  # noqa: PLC0415  after settings

    from . import ready_schema  # noqa: PLC0415  after settings
    from .copying import digests, dumps  # noqa: PLC0415  after settings

    engine = connection.vendor
    copy = scratch / dumps.NAMES[engine]
    teller.say("复制数据库…")
    with context.everything(reason="a copy holds all counties"), dumps.dumped(copy):
        tables = digests.digest_all(lambda n, all_: teller.progress("计算各表摘要", n, all_))
        journal = verifying.verify()
        if not journal.ok:
            teller.say(f"注意：操作日志不完整（{journal.first}），仍照原样备份。")
    return {
        "made_at": clock.now().isoformat(),
        "version": version("qunwen"),
        "engine": engine,
        "demonstration": is_demonstration(home()),
        "migrations": ready_schema.digests(),
        "tables": tables,
        "journal": _chains(journal),
    }, copy


def _chains(result: Any) -> dict[str, Any]:
    heads = {county.county: county.head for county in result.counties}
    return {"ok": result.ok, "checked": result.checked, "unsealed": result.unsealed, "heads": heads}
