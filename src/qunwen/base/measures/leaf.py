"""Leaf rows as columns: checked against their declaration, sorted, hashed, written as Parquet."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from qunwen.base.scope.codes import LEVEL_OF_LENGTH

from . import declare
from .declare import DeclarationError, Measure, Row, TogetherFunction
from .periods import Period

FETCH = 20_000  # rows held as Python objects at a time
GROUP = 16_384  # rows in one row group of a file: few enough that one measure is read without the others
FIXED = ("measure", "county", "place", "day", "value", "grade", "record_type", "record")
DIM = "dim_"
_SEPARATOR = "\t"


def dim_names() -> tuple[str, ...]:
    """The dimensions of all measures: each is a column `dim_…` of every file."""
    return tuple(sorted({d.code for m in declare.all() for d in m.dims}))


def schema() -> pa.Schema:
    """The columns of a partition file under the present declarations."""
    types: dict[str, Any] = {"day": pa.date32(), "value": pa.int64()}
    fields = [pa.field(name, types.get(name, pa.string()), nullable=False) for name in FIXED]
    return pa.schema([*fields, *(pa.field(DIM + name, pa.string()) for name in dim_names())])


def table_of(measure: Measure, *, county: str, month: Period) -> pa.Table:
    """All rows of one measure alone: see Counting."""
    return Counting(county=county, month=month, wanted=schema()).table_of(measure)


class Counting:
    """The measures of one county and month, read one after the other; those declared together by one reading."""

    def __init__(self, *, county: str, month: Period, wanted: pa.Schema) -> None:
        self._about = {"county": county, "month": month}
        self._wanted = wanted
        self._empty = wanted.empty_table()
        self._read: dict[TogetherFunction, Mapping[str, Iterable[Row]]] = {}

    def table_of(self, measure: Measure) -> pa.Table:
        """All rows of a measure, checked and sorted by place, day, record.

        Raises DeclarationError for anything that is not what was declared, and for one record counted twice.
        """
        chunks = _chunks(iter(self._source(measure)))
        batches = [_batch(chunk, measure, wanted=self._wanted, **self._about) for chunk in chunks]
        if not batches:
            return self._empty
        return _sorted(pa.Table.from_batches(batches, schema=self._wanted), measure)

    def _source(self, measure: Measure) -> Iterable[Row]:
        function = measure.together
        if function is None:
            return measure.rows(**self._about)
        if function not in self._read:
            self._read[function] = found = function(**self._about)
            if wrong := [c for c in found if declare.get(c).together is not function]:
                raise DeclarationError(f"{wrong[0]}: 不是由这个函数一起读出的统计项")
        return self._read[function].get(measure.code, ())


def _sorted(table: pa.Table, measure: Measure) -> pa.Table:
    keys = ["place", "day", "record_type", "record", *(DIM + d.code for d in measure.dims)]
    table = table.sort_by([(name, "ascending") for name in [*keys, "grade", "value"]])
    _refuse_doubles(table, keys, measure)
    return table


def _chunks(source: Iterator[Row]) -> Iterator[list[Row]]:
    while chunk := list(itertools.islice(source, FETCH)):
        yield chunk


def _batch(chunk: list[Row], measure: Measure, *, county: str, month: Period, wanted: pa.Schema) -> pa.RecordBatch:
    counties, places, days, values, grades, types, records, dims = zip(*chunk, strict=True)

    def fail(what: str, which: Any) -> DeclarationError:
        return DeclarationError(f"{measure.code} {county} {month}: {what}: {which!r}")

    if wrong := set(counties) - {county}:
        raise fail("行不属于这个县", sorted(map(str, wrong))[0])
    for place in set(places):
        if not (isinstance(place, str) and place.startswith(county) and place.isdigit()):
            raise fail("地点不在这个县", place)
        if len(place) not in LEVEL_OF_LENGTH:
            raise fail("地点代码长度不对", place)
    for day in set(days):
        if type(day) is not dt.date or not month.holds(day):
            raise fail("日期不在这个月(须为 date)", day)
    for value in values:
        if type(value) is not int or not -(2**63) <= value < 2**63:
            raise fail("数值必须是整数(BIGINT)", value)
    if wrong := {str(g) for g in grades} - set(measure.grades):
        raise fail("没有声明的佐证等级", min(wrong))
    columns: dict[str, Any] = {
        "measure": itertools.repeat(measure.code, len(chunk)),
        "county": counties,
        "place": places,
        "day": days,
        "value": values,
        "grade": map(str, grades),
        "record_type": types,
        "record": map(str, records),
    }
    columns |= _dim_columns(dims, measure, fail)
    empty = pa.nulls(len(chunk), pa.string())
    arrays = [pa.array(list(columns[f.name]), f.type) if f.name in columns else empty for f in wanted]
    return pa.RecordBatch.from_arrays(arrays, schema=wanted)


def _dim_columns(dims: tuple[Any, ...], measure: Measure, fail: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    width = len(measure.dims)
    if wrong := next((d for d in dims if len(d) != width), None):
        raise fail("分组与声明不符", dict(wrong))
    for dim in measure.dims:
        try:
            codes = [str(d[dim.code]) for d in dims]
        except KeyError:
            raise fail("缺少分组", dim.code) from None
        if unknown := set(codes) - set(dim.labels):
            raise fail(f"分组 {dim.code} 没有声明的取值", min(unknown))
        found[DIM + dim.code] = codes
    return found


def _refuse_doubles(table: pa.Table, keys: list[str], measure: Measure) -> None:
    # A join that fans out counts one record several times: the classic silent error, so it is loud here.
    if table.num_rows < 2:
        return
    same = None
    for name in keys:
        column = table.column(name).combine_chunks()
        equal = pc.equal(column[1:], column[:-1])
        same = equal if same is None else pc.and_(same, equal)
    at = pc.index(same, value=True).as_py()
    if at >= 0:
        row = table.slice(at, 1).to_pylist()[0]
        raise DeclarationError(f"{measure.code}: 同一条记录计了两次:{row['record_type']} {row['record']}")


class RowsHash:
    """The hash of the rows themselves, whatever file holds them.

    SHA-256 over one line a row in file order: the fixed columns, then `name=code` for every dimension the
    row has, tab-separated, ended by a line feed, in UTF-8.
    """

    def __init__(self) -> None:
        self._hash = hashlib.sha256()

    def add(self, table: pa.Table) -> None:
        """Take in the next rows."""
        for batch in table.to_batches(max_chunksize=FETCH):
            names = [n for n in batch.schema.names if n in FIXED]
            names += sorted(n for n in batch.schema.names if n.startswith(DIM))
            parts = [_text(batch.column(n), n) for n in names]
            lines = pc.binary_join_element_wise(*parts, _SEPARATOR, null_handling="skip")
            lines = pc.binary_join_element_wise(lines, "", "\n")
            self._hash.update(_bytes(lines))

    def hexdigest(self) -> str:
        """The hash so far."""
        return self._hash.hexdigest()


def _text(column: pa.Array, name: str) -> pa.Array:
    if name.startswith(DIM):
        return pc.binary_join_element_wise(name.removeprefix(DIM), column, "=")
    return column.cast(pa.string())


def _bytes(lines: pa.Array) -> memoryview:
    """The text of all lines in one piece, without what the buffers hold beyond it."""
    _validity, offsets, data = lines.buffers()
    if not len(lines) or data is None:
        return memoryview(b"")
    ends = memoryview(offsets).cast("B").cast("i")
    return memoryview(data)[ends[lines.offset] : ends[lines.offset + len(lines)]]


def write(path: Path, tables: Iterable[pa.Table]) -> tuple[int, str]:
    """Write tables (already sorted, measures in order) as one Parquet file: (rows, rows' hash).

    Equal rows give equal bytes: full row groups wherever a measure begins, each in one piece, no pandas or Arrow
    metadata, one compression. Few rows of many measures share a row group, which is quicker to read.
    """
    rows, digest = 0, RowsHash()
    with writer(path) as out:
        waiting = out.schema.empty_table()
        for table in tables:
            if table.num_rows:
                digest.add(table)
                rows += table.num_rows
                waiting = pa.concat_tables([waiting, table])
            while waiting.num_rows >= GROUP:
                out.write_table(waiting.slice(0, GROUP).combine_chunks())
                waiting = waiting.slice(GROUP)
        if waiting.num_rows:
            out.write_table(waiting.combine_chunks())
    return rows, digest.hexdigest()


def writer(path: Path) -> pq.ParquetWriter:
    """A partition file being written, with the options that make equal rows equal bytes."""
    wanted = schema()
    return pq.ParquetWriter(
        path,
        wanted,
        compression="zstd",
        compression_level=3,
        use_dictionary=[f.name for f in wanted if f.type == pa.string() and f.name != "record"],
        write_statistics=True,
        store_schema=False,
        version="2.6",
        data_page_version="1.0",
    )
