"""DuckDB in this process, reading only our own Parquet files: no extensions, no network, bounded memory."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from typing import Any

import duckdb
import pyarrow as pa
from django.conf import settings

_lock = threading.Lock()
_open: dict[int, duckdb.DuckDBPyConnection] = {}


def _connection() -> duckdb.DuckDBPyConnection:
    """One in-memory database a process; a forked child makes its own."""
    mine = _open.get(os.getpid())
    if mine is None:
        spill = settings.QUNWEN_HOME / "tmp"
        spill.mkdir(parents=True, exist_ok=True)
        mine = duckdb.connect(
            config={
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
                "memory_limit": getattr(settings, "QUNWEN_DUCKDB_MEMORY", "512MB"),
                "threads": str(getattr(settings, "QUNWEN_DUCKDB_THREADS", 2)),
                "temp_directory": str(spill),
            }
        )
        # Files never change under their name, so what was read of their heads stays true.
        mine.execute("SET parquet_metadata_cache=true")
        mine.execute("SET lock_configuration=true")
        _open.clear()
        _open[os.getpid()] = mine
    return mine


def run(text: str, parameters: Mapping[str, Any], tables: Mapping[str, pa.Table]) -> tuple[list[str], list[tuple]]:
    """Execute a query of the SQL writer over small tables given along: (column names, rows)."""
    with _lock:
        cursor = _connection().cursor()
    try:
        for name, table in tables.items():
            cursor.register(name, table)
        cursor.execute(text, dict(parameters))
        return [column[0] for column in cursor.description], cursor.fetchall()
    finally:
        cursor.close()
