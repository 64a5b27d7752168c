"""`qunwen demo`: the demonstration county, built once and then served."""

from __future__ import annotations

import json
import os
import shutil
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from qunwen.config.environment import DEMO_MARK, is_demonstration, mark_demonstration
from qunwen.config.home import database, home

from . import start
from .telling import Stop, Teller

USAGE = 2
BUILT = "demo.json"
SMALL = 0.1


def arguments(parser: ArgumentParser) -> None:
    """--no-serve, --small, --fresh, where to listen."""
    parser.add_argument("--no-serve", action="store_true", help="只建示范县，不启动网站")
    parser.add_argument("--small", action="store_true", help="只造十分之一的数据（一分钟内）")
    parser.add_argument("--fresh", action="store_true", help="删除已建的示范县，重新建（会先询问）")
    parser.add_argument("--yes", action="store_true", help="与 --fresh 同用：不再询问")
    parser.add_argument("--host", default="127.0.0.1", help="监听地址（默认 127.0.0.1，只有本机能访问）")
    parser.add_argument("--port", type=int, default=8000, help="端口（默认 8000）")
    parser.add_argument("--json", action="store_true", help="最后一行输出一个 JSON 对象，供程序读取")


def run(options: Namespace) -> int:
    """Build unless it is built already, then serve. Raises Stop on a folder that holds anything else."""
    teller = Teller(as_json=options.json)
    _demonstration_only()
    folder = home()
    facts = _built(folder)
    if facts is None or options.fresh:
        if facts is None and _unfinished(folder):
            teller.say(f"{folder} 里的示范县上次没有建完，这次清空后重新建。")
        _make_room(folder, facts, options)
        facts = _build(folder, options, teller)
    else:
        start.prepare()
        start.connect()
        start.migrate(teller)
        teller.say(f"示范县已经建好（{folder}），{facts['activities']} 项活动；重新建请加 --fresh。")
        facts = {**facts, "built_now": False}
    _tell_accounts(teller)
    if options.no_serve:
        teller.result(facts)
        return 0
    from .serve import serve  # noqa: PLC0415  after settings

    workers = min(os.cpu_count() or 1, 4)
    return serve(host=options.host, port=options.port, workers=workers, teller=teller)


def _demonstration_only() -> None:
    """This command runs under demonstration settings or not at all."""
    named = os.environ.setdefault("QUNWEN_ENV", "demo")
    if named == "production":
        raise Stop("QUNWEN_ENV=production 不能建示范县：请去掉 QUNWEN_ENV，或设为 demo。", code=USAGE)
    if named == "demo":
        os.environ["DJANGO_SETTINGS_MODULE"] = "qunwen.config.settings.demo"


def _built(folder: Path) -> dict[str, Any] | None:
    """What the building of this folder left; None when it is not there or was never finished."""
    try:
        found = json.loads((folder / BUILT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if is_demonstration(folder) and found.get("state") == "built" else None


def _unfinished(folder: Path) -> bool:
    """Whether a building of this folder was broken off."""
    return is_demonstration(folder) and (folder / BUILT).is_file()


def _where() -> str:
    """Which database this is, so that a demonstration never touches another one."""
    entry = database(home())
    return "sqlite" if "sqlite" in str(entry["ENGINE"]) else f"{entry['HOST']}:{entry['PORT']}/{entry['NAME']}"


def _make_room(folder: Path, facts: dict[str, Any] | None, options: Namespace) -> None:
    """An empty folder and database to build in. Never removes what is not a demonstration."""
    there = [path for path in folder.iterdir() if path.name != "logs"] if folder.exists() else []
    if not there:
        return
    if not is_demonstration(folder):
        raise Stop(f"{folder} 里不是示范县，不会动它：请用 QUNWEN_HOME 指定一个空文件夹。", code=USAGE)
    if facts is not None and not options.yes:
        _ask(folder)
    if _where() != "sqlite":
        _drop_tables(folder)
    for path in there:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    mark_demonstration(folder)


def _ask(folder: Path) -> None:
    if not sys.stdin.isatty():
        raise Stop("删除并重建示范县请加 --yes。", code=USAGE)
    sys.stdout.write(f"将删除 {folder} 里的示范县并重新建，里面改过的内容也会没有。继续请输入 yes：")
    sys.stdout.flush()
    if sys.stdin.readline().strip().lower() != "yes":
        raise Stop("没有改动。", code=USAGE)


def _drop_tables(folder: Path) -> None:
    """Empty the PostgreSQL database, if this folder's demonstration was built in that very one."""
    try:
        marked = json.loads((folder / BUILT).read_text(encoding="utf-8")).get("database")
    except (OSError, ValueError):
        marked = None
    if marked != _where():
        raise Stop(f"数据库 {_where()} 不是这个示范县建的，不会清空它：请换一个空的数据库。", code=USAGE)
    start.prepare()
    start.connect()
    from django.db import connection  # noqa: PLC0415  after settings

    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")


def _build(folder: Path, options: Namespace, teller: Teller) -> dict[str, Any]:
    start.prepare()
    start.connect()
    from django.db import connection  # noqa: PLC0415  after settings

    if connection.introspection.table_names():
        raise Stop(f"数据库 {_where()} 里已有数据表，示范县只建在空的数据库里。", code=USAGE)
    mark_demonstration(folder)
    note = folder / BUILT
    note.write_text(json.dumps({"state": "building", "database": _where()}), encoding="utf-8")
    from .demo_building import build  # noqa: PLC0415  after settings

    facts = build(share=SMALL if options.small else 1.0, teller=teller)
    facts |= {"state": "built", "database": _where(), "home": str(folder), "built_now": True}
    note.write_text(json.dumps(facts, ensure_ascii=False, indent=1), encoding="utf-8")
    return facts


def _tell_accounts(teller: Teller) -> None:
    from qunwen.base.people.demo import DEMO_RESIDENT_PHONE  # noqa: PLC0415  after settings
    from qunwen.base.people.demo_users import shown  # noqa: PLC0415  after settings

    for user in shown():
        teller.say(f"  {user.username:<12} {user.password:<20} {user.role}（{user.place}）")
    teller.say(f"  居民手机 {DEMO_RESIDENT_PHONE}，验证码见 /demo/outbox/；这是示范数据（标记 {DEMO_MARK}）。")
