"""Which partition files are still needed, and whether they are what they were."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from . import leaf, snapshot
from .models import Partition

KEPT_FOR = dt.timedelta(days=1)

_keepers: list[Callable[[], Iterable[str]]] = []


def keeps(function: Callable[[], Iterable[str]]) -> Callable[[], Iterable[str]]:
    """Declare the decorated function as naming file digests that must stay (a sealed report's, say)."""
    _keepers.append(function)
    return function


def sweep(*, at: dt.datetime) -> list[Path]:
    """Remove files that no partition and no keeper names and that are older than a day; unfinished ones too.

    The day lets whoever is reading an older file finish. Returns what was removed.
    """
    needed = set(Partition.unscoped.filter(version__gt=0).values_list("digest", flat=True))
    for function in _keepers:
        needed |= set(function())
    removed = []
    for path in [*snapshot.folder().glob("*/*/*.parquet"), *snapshot.folder().glob("*/*/.*.part")]:
        if path.stem in needed:
            continue
        if dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC) < at - KEPT_FOR:
            path.unlink(missing_ok=True)
            removed.append(path)
    return removed


def problems_of(partition: Partition) -> list[str]:
    """What is wrong with a partition's file, in Chinese; empty when every byte and every row is as published."""
    path = snapshot.path_of(partition)
    name = f"{partition.county} {partition.month}"
    if not path.exists():
        return [f"{name}：统计文件不见了（{path.name}）"]
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != partition.digest:
        return [f"{name}：统计文件被改动过，应为 {partition.digest[:12]}…，现在是 {found[:12]}…"]
    rows, digest = rows_of(path)
    if (rows, digest) != (partition.row_count, partition.rows_digest):
        return [f"{name}：文件中的行与登记不符（应有 {partition.row_count} 行，实有 {rows} 行）"]
    return []


def rows_of(path: Path) -> tuple[int, str]:
    """(rows, rows' hash) of a partition file, read from the file alone."""
    rows, digest = 0, leaf.RowsHash()
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=leaf.FETCH):
            table = pa.Table.from_batches([batch])
            digest.add(table)
            rows += table.num_rows
    return rows, digest.hexdigest()
