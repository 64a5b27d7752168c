"""Where an installation lives: one folder (QUNWEN_HOME) and one database (DATABASE_URL)."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit


def home() -> Path:
    """The folder that holds everything: database, media, snapshots, keys.

    QUNWEN_HOME, or `qunwen` under the user's data folder (XDG_DATA_HOME).
    """
    named = os.environ.get("QUNWEN_HOME")
    if named:
        return Path(named).expanduser().resolve()
    data = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(data).expanduser().resolve() / "qunwen"


def database(folder: Path) -> dict[str, object]:
    """Django's database entry: DATABASE_URL (postgres://… or sqlite:///…), or SQLite in the folder.

    Raises ValueError on a scheme that is neither.
    """
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        return _sqlite(str(folder / "qunwen.sqlite3"))
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(unquote(parts.path) or str(folder / "qunwen.sqlite3"))
    if parts.scheme not in ("postgres", "postgresql"):
        raise ValueError(f"DATABASE_URL 只认 postgres:// 和 sqlite://,现在是 {parts.scheme}://")
    options: dict[str, object] = {"pool": {"min_size": 1, "max_size": 8, "timeout": 10}}
    query = dict(parse_qsl(parts.query))
    if os.environ.get("QUNWEN_DB_POOL") == "off" or query.pop("pool", "") == "off":
        options = {}
    options.update(query)
    return {
        "ENGINE": "qunwen.base.scope.postgresql",  # Django's, with the wall
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host") or unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
        "CONN_HEALTH_CHECKS": not options.get("pool"),
    }


def _sqlite(path: str) -> dict[str, object]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            # A writer takes its lock when the transaction begins: no upgrade from
            # reader to writer, hence no "database is locked" in the middle.
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": (
                "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA foreign_keys=ON;"
                "PRAGMA temp_store=MEMORY;PRAGMA cache_size=-65536;PRAGMA mmap_size=268435456;"
            ),
        },
    }
