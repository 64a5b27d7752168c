"""`qunwen restore FILE --into HOME`: puts a copy back and proves that it is the same."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from . import start
from .telling import Stop, Teller


def arguments(parser: ArgumentParser) -> None:
    """What and where to."""
    parser.add_argument("file", metavar="备份文件", help="qunwen backup 写出的文件")
    parser.add_argument("--into", required=True, metavar="文件夹", help="恢复到这个空文件夹（作为新的 QUNWEN_HOME）")
    parser.add_argument("--json", action="store_true", help="最后一行输出一个 JSON 对象")


def run(options: Namespace) -> int:
    """Prove the file, put everything into an empty folder (and an empty PostgreSQL database), prove the result."""
    began = time.monotonic()
    teller = Teller(as_json=options.json)
    from .copying import archive  # noqa: PLC0415  help does without it

    source, into = Path(options.file).expanduser().resolve(), Path(options.into).expanduser().resolve()
    manifest = archive.manifest_of(source)
    _refuse(manifest, into)
    archive.prove(source, manifest, lambda n, all_: teller.progress("核对备份", n, all_))
    _place(source, into, manifest)
    with contextlib.ExitStack() as undo:
        # The folder was empty before; nobody else's files are in it.
        undo.callback(shutil.rmtree, into, ignore_errors=True)
        _fill(into, manifest, teller, undo)
        facts = _prove(manifest, teller)
        undo.pop_all()
    facts |= {"ok": True, "home": str(into), "seconds": round(time.monotonic() - began, 2)}
    teller.say(
        f"已恢复到 {into}：{facts['tables']} 张表、{facts['rows']} 行与备份时一致，"
        f"操作日志 {facts['journal']['checked']} 条校验无误。使用前请设 QUNWEN_HOME={into}"
    )
    teller.result(facts)
    return 0


def _refuse(manifest: dict[str, Any], into: Path) -> None:
    """What can be said before anything is written. Raises Stop."""
    url = os.environ.get("DATABASE_URL", "")
    if manifest["engine"] == "sqlite" and url:
        raise Stop("这个备份来自 SQLite，数据库会放进文件夹里：请先去掉 DATABASE_URL。", code=2)
    if manifest["engine"] == "postgresql" and not url.startswith("postgres"):
        raise Stop("这个备份来自 PostgreSQL：请用 DATABASE_URL 指定一个空数据库。", code=2)
    if into.exists() and (not into.is_dir() or any(into.iterdir())):
        raise Stop(f"{into} 不是空文件夹，不覆盖已有数据：请换一个。", code=2)
    if manifest["demonstration"] and os.environ.get("QUNWEN_ENV", "production") == "production":
        raise Stop("这是示范县的备份，不能恢复成正式系统：请加 QUNWEN_ENV=demo。", code=2)


def _place(source: Path, into: Path, manifest: dict[str, Any]) -> None:
    """The files, all or nothing: unpacked beside the folder, then put there."""
    from .copying import archive, dumps  # noqa: PLC0415  help does without it

    into.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=into.parent, prefix=".qunwen-") as scratch:
        fresh = Path(scratch) / "home"
        fresh.mkdir(mode=0o750)
        archive.unpack(source, fresh)
        if manifest["engine"] == "sqlite":
            (fresh / dumps.NAMES["sqlite"]).rename(fresh / "qunwen.sqlite3")
        if into.exists():
            into.rmdir()
        fresh.rename(into)


def _fill(into: Path, manifest: dict[str, Any], teller: Teller, undo: contextlib.ExitStack) -> None:
    os.environ["QUNWEN_HOME"] = str(into)
    start.prepare()
    start.connect()
    from . import ready_schema  # noqa: PLC0415  after settings
    from .copying import dumps  # noqa: PLC0415  after settings

    if ready_schema.digests() != manifest["migrations"]:
        raise Stop(f"备份由 {manifest['version']} 版制作，与本程序的数据结构不同：请用同一版本恢复，核对后再升级。")
    if manifest["engine"] == "postgresql":
        dumps.refuse_full()
        undo.callback(dumps.empty_again)
        teller.say("写入数据库…")
        dumps.put_back(into / dumps.NAMES["postgresql"])
        (into / dumps.NAMES["postgresql"]).unlink()
        start.connect()


def _prove(manifest: dict[str, Any], teller: Teller) -> dict[str, Any]:
    """Row counts and digests of every table, and the chains of the journal. Raises Stop naming the first difference."""
    from qunwen.base.journal import verifying  # noqa: PLC0415  after settings
    from qunwen.base.scope import context  # noqa: PLC0415  after settings

    from .copying import digests  # noqa: PLC0415  after settings

    with context.everything(reason="a copy holds all counties"):
        tables = digests.digest_all(lambda n, all_: teller.progress("核对各表", n, all_))
        journal = verifying.verify()
    for name, expected in sorted(manifest["tables"].items()):
        if tables.get(name) != expected:
            raise Stop(f"恢复后 {name} 与备份时不一致，已撤销恢复。", bad=name)
    if manifest["journal"]["ok"] and not journal.ok:
        raise Stop(f"恢复后操作日志校验不通过：{journal.first}，已撤销恢复。", bad=str(journal.first))
    heads = {county.county: county.head for county in journal.counties}
    if heads != manifest["journal"]["heads"]:
        raise Stop("恢复后操作日志的链头与备份时不同，已撤销恢复。", bad="journal")
    return {
        "tables": len(tables),
        "rows": sum(table["rows"] for table in tables.values()),
        "files": len(manifest["files"]),
        "journal": {"ok": journal.ok, "checked": journal.checked, "unsealed": journal.unsealed},
    }
