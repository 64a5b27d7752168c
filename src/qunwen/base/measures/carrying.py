"""Rows of measures that no change has touched, carried over from the file that held them before."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from . import declare

_MEASURE = 0  # the column of that name stands first in every file


class Previous:
    """The rows of a partition file by measure. It was checked against its digest, so a changed byte is never carried on."""

    def __init__(self, content: bytes, wanted: pa.Schema) -> None:
        self._file = pq.ParquetFile(pa.BufferReader(content))
        self._wanted = wanted
        heads = self._file.metadata
        self._spans = [_span(heads.row_group(n).column(_MEASURE)) for n in range(heads.num_row_groups)]
        self._last: tuple[int, pa.Table] | None = None

    def rows_of(self, code: str) -> pa.Table:
        """All rows of a measure, in the order of the file. Quickest when asked in the order of the file."""
        found = []
        for number, (first, last) in enumerate(self._spans):
            if first <= code <= last:
                group = self._group(number)
                mine = pc.equal(group.column(_MEASURE), code)
                found.append(group.filter(mine))
        return pa.concat_tables([self._wanted.empty_table(), *found])

    def _group(self, number: int) -> pa.Table:
        if self._last is None or self._last[0] != number:
            self._last = (number, self._file.read_row_group(number).cast(self._wanted))
        return self._last[1]


def _span(column: pq.ColumnChunkMetaData) -> tuple[str, str]:
    return column.statistics.min, column.statistics.max


def previous(path: Path, digest: str, wanted: pa.Schema) -> Previous | None:
    """The file of that digest; None when it is gone, was changed, or has other columns: then all is counted anew."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    if hashlib.sha256(content).hexdigest() != digest:
        return None
    mine = Previous(content, wanted)
    return mine if mine._file.schema_arrow.names == wanted.names else None


def to_count(feeds: set[str]) -> frozenset[str]:
    """The codes of the measures that a change of records of these models can have changed.

    All of them for an unnamed change, and for a model that no measure says it reads.
    """
    found: set[str] = set()
    for feed in feeds:
        mine = {m.code for m in declare.all() if m.fed_by(feed)}
        if not mine:
            return frozenset(m.code for m in declare.all())
        found |= mine
    return frozenset(found)
