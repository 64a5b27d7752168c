"""An empty database is filled from a ready schema instead of walking two hundred migrations.

The files in `schema/` are what the migrations leave behind on an empty database, made by
tools/build_schema.py, with a digest of every migration they contain. They are used only while each of
those migrations is still there, unchanged; newer ones are run on top. Otherwise everything is migrated
step by step as usual: the same result, some twenty seconds later.
"""

from __future__ import annotations

import gzip
import hashlib
import inspect
import json
import sys
from importlib import resources
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

FOLDER = "schema"


def digests() -> dict[str, str]:
    """`app.name` → digest of the text, for every migration there is."""
    from django.db.migrations.loader import MigrationLoader  # noqa: PLC0415  needs the apps

    disk = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    return {f"{app}.{name}": _digest(migration) for (app, name), migration in sorted(disk.items())}


def _digest(migration: Any) -> str:
    source = inspect.getsource(sys.modules[type(migration).__module__])
    return hashlib.sha256(source.encode()).hexdigest()[:16]


def shipped(vendor: str) -> tuple[dict[str, str], str] | None:
    """The digests and the SQL of the ready schema for sqlite or postgresql; None when there is none."""
    path = resources.files(__package__) / FOLDER / f"{vendor}.sql.gz"
    if not path.is_file():
        return None
    head, _, sql = gzip.decompress(path.read_bytes()).decode().partition("\n")
    return json.loads(head.removeprefix("-- ")), sql


def fits(contained: dict[str, str]) -> bool:
    """Whether every migration in the ready schema is still there as it was."""
    present = digests()
    return all(present.get(name) == digest for name, digest in contained.items())


def fill() -> bool:
    """Fill the database when it is empty and the ready schema fits; whether that was done. All or nothing."""
    if connection.introspection.table_names():
        return False
    found = shipped(connection.vendor)
    if found is None or not fits(found[0]):
        return False
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        connection.connection.executescript(f"PRAGMA foreign_keys=OFF;BEGIN;{found[1]}COMMIT;PRAGMA foreign_keys=ON;")
        # The dump writes the full-text table straight into the schema; this connection knows of it once it reads that anew.
        connection.connection.execute("PRAGMA writable_schema=RESET")
    else:
        with transaction.atomic(), connection.cursor() as cursor:
            _run_plain(cursor, found[1])
    return True


def _run_plain(cursor: CursorWrapper, sql: str) -> None:
    # Without parameters psycopg sends the text as it is, so that many statements go in one message.
    cursor.cursor.execute(sql.encode())
    # The dump leaves both as suits it alone; without row security every walled table would refuse to answer.
    cursor.execute("SELECT set_config('search_path', 'public', false), set_config('row_security', 'on', false)")
