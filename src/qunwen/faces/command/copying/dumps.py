"""The database as one file: SQLite by its backup interface, PostgreSQL by pg_dump on an exported snapshot."""

from __future__ import annotations

import contextlib
import glob
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from qunwen.base.scope import wall
from qunwen.faces.command.telling import Stop
from qunwen.services.rooms import exclusion

# Those that belong to an extension stay with it.
OWN_FUNCTIONS = (
    "SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace "
    "AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
)
NAMES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}


@contextlib.contextmanager
def dumped(target: Path) -> Iterator[None]:
    """Write the database to `target`; inside the block the default database reads the same state.

    Raises Stop when PostgreSQL's programs are missing or fail.
    """
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with contextlib.closing(sqlite3.connect(target)) as copy:
            connection.connection.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
        with _reading(target):
            yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            snapshot = cursor.fetchone()[0]
        # The wall holds for whoever owns the tables too: the copy goes through it, with everything open. Extensions stay
        # out of it: they may belong to the database's administrator, and then nobody else may say anything about them.
        _pg(
            "pg_dump", "--enable-row-security", "--format=custom", "--no-owner", "--no-privileges", "--extension=plpgsql",
            f"--snapshot={snapshot}", f"--file={target}",
        )  # fmt: skip
        yield


@contextlib.contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Let the default connection read another SQLite file for a while."""
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = str(path)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


def refuse_full() -> None:
    """Raise Stop unless the PostgreSQL database is empty."""
    if connection.introspection.table_names():
        raise Stop("目标数据库里已有数据表，恢复只写入空数据库：请另建一个数据库，用 DATABASE_URL 指定。")


def empty_again() -> None:
    """Take back what `put_back` wrote into a PostgreSQL database that was empty before."""
    names = connection.introspection.table_names()
    with transaction.atomic(), connection.cursor() as cursor:
        for name in names:
            cursor.execute(f"DROP TABLE IF EXISTS {connection.ops.quote_name(name)} CASCADE")
        cursor.execute(OWN_FUNCTIONS)
        for (function,) in cursor.fetchall():
            cursor.execute(f"DROP FUNCTION {function} CASCADE")


def put_back(source: Path) -> None:
    """Fill the empty PostgreSQL database from a dump, whole or not at all. Raises Stop."""
    exclusion.extend(connection)
    connection.close()
    _pg(
        "pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", str(source), into=True
    )


def program(name: str) -> str:
    """Where PostgreSQL's program is; the newest one installed. Raises Stop when there is none."""
    places = sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"), key=lambda path: int(path.split("/")[4]))
    found = places[-1] if places else shutil.which(name)
    if not found:
        raise Stop(f"没有找到 {name}：请安装与服务器同版本的 PostgreSQL 客户端（Debian：postgresql-client）。")
    return found


def _pg(name: str, *options: str, into: bool = False) -> None:
    database: dict[str, Any] = settings.DATABASES["default"]
    database = {**database, "NAME": connection.settings_dict["NAME"]}
    environment = {**os.environ, "PGPASSWORD": database["PASSWORD"], "PGCONNECT_TIMEOUT": "10"}
    environment["PGOPTIONS"] = f"-c {wall.SETTING}={wall.EVERYTHING}"
    where = [f"--{key}={database[field]}" for key, field in PG_OPTIONS if database[field]]
    where.append(f"--dbname={database['NAME']}")
    done = subprocess.run(  # noqa: S603  fixed program, own settings
        [program(name), *where, *options], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["?"])[-1]
        raise Stop(f"{'写入' if into else '导出'}数据库失败（{name}）：{last[:300]}")


PG_OPTIONS = (("host", "HOST"), ("port", "PORT"), ("username", "USER"))
