"""Every figure of every level at once, for a province or the nation: level by level, each group joined to its parent.

Rows are added up at their own place first, groups then go up one level after the other; so no row is ever joined to
all of its ancestors. Only rows of places that moved within the time asked for are looked at day by day.
"""

# ruff: noqa: S608  the texts are put together from names that stand here; values are bound

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from qunwen.base.scope.codes import LENGTHS

from . import declare
from .closure import Closure
from .enums import Over
from .periods import Period
from .segments import segments, span_of

NATION = ""
_SIZES = sorted(LENGTHS.values(), reverse=True)
_ENTRY = pa.schema([("place", pa.string()), ("node", pa.string()), ("since", pa.date32()), ("until", pa.date32())])


@dataclass(frozen=True)
class Tree:
    """A closure in short. Facts at a place enter at its node; a node's rows count for itself, its parent, and so on.

    `entries` (place, node, since, until) has one undated row for a place that always lay where it lies, several dated
    ones otherwise; `parents` (node, parent) goes up to the provinces, whose parent is the nation.
    """

    entries: pa.Table
    parents: pa.Table

    @classmethod
    def of_codes(cls, places: pa.Array, moved: Sequence[tuple[str, str, dt.date | None, dt.date | None]] = ()) -> Tree:
        """Places that lie where their codes say, but for the entries of those that moved."""
        engine = duckdb.connect(config={"threads": "2"})
        engine.register("codes", pa.table({"code": places}))
        engine.register(
            "moved", pa.Table.from_pylist([dict(zip(_ENTRY.names, row, strict=True)) for row in moved], _ENTRY)
        )
        entries = engine.sql(
            "SELECT code AS place, code AS node, NULL::DATE AS since, NULL::DATE AS until FROM codes"
            " WHERE code NOT IN (SELECT place FROM moved) UNION ALL SELECT * FROM moved"
        ).to_arrow_table()
        sizes = [*_SIZES, 0]
        cases = " ".join(f"WHEN {size} THEN code[1:{up}]" for size, up in itertools.pairwise(sizes))
        parents = engine.sql(
            f"SELECT code AS node, CASE length(code) {cases} END AS parent FROM codes"
        ).to_arrow_table()
        return cls(entries, parents)

    @classmethod
    def of_closure(cls, closure: Closure) -> Tree:
        """Of an administrative closure, on the map of the day or the present one."""
        above: dict[tuple[str, dt.date | None, dt.date | None], list[str]] = defaultdict(list)
        cuts: dict[str, set[dt.date | None]] = defaultdict(set)
        for _ancestor, place, since, until in closure.edges:
            cuts[place] |= {since or dt.date.min, until or dt.date.max}
        for ancestor, place, since, until in closure.edges:
            marks = sorted(cuts[place])
            for start, end in itertools.pairwise(marks):
                if (since or dt.date.min) <= start and end <= (until or dt.date.max):
                    above[place, start, end].append(ancestor)
        entries, parents = [], {}
        for (place, start, end), nodes in above.items():
            path = [*sorted(nodes, key=len, reverse=True), NATION]
            since, until = (None if start == dt.date.min else start), (None if end == dt.date.max else end)
            entries.append({"place": place, "node": path[0], "since": since, "until": until})
            parents |= dict(itertools.pairwise(path))
        return cls(
            pa.Table.from_pylist(entries, _ENTRY),
            pa.table(
                {"node": pa.array(list(parents), pa.string()), "parent": pa.array(list(parents.values()), pa.string())}
            ),
        )


def all_levels(
    files: Sequence[Path | str], tree: Tree, periods: Sequence[Period], measures: Sequence[str], *, memory: str = "3GB"
) -> pa.Table:
    """measure, place, period, grade, value, records for every place of every level that has any row; '' is the nation.

    Exact integers; an overflow is an error. Only measures that add up over places: ValueError for others.
    """
    kinds = {code: declare.get(code).kind for code in measures}
    if wrong := [code for code in measures if declare.get(code).over_places != Over.SUM]:
        raise ValueError(f"does not add up over places: {wrong[0]}")
    days = segments(periods, set(kinds.values()))
    covers = [
        {"measure": code, "segment": segment, "period": period.code}
        for code, kind in kinds.items()
        for period in periods
        for segment in days.between(span_of(kind, period).start, span_of(kind, period).end)
    ]
    engine = duckdb.connect(config={"threads": "2", "memory_limit": memory, "preserve_insertion_order": "false"})
    engine.register("entries", tree.entries)
    engine.register("parents", tree.parents)
    engine.register("covers", pa.Table.from_pylist(covers))
    bound = {"files": [str(f) for f in files], "measures": list(measures), **days.parameters}
    _own_rows(engine, bound, len(days.cuts))
    return _upwards(engine)


def _own_rows(engine: duckdb.DuckDBPyConnection, bound: dict, cuts: int) -> None:
    """own: groups at the nodes where rows enter, each once; extra: those of places that moved. One scan of the files."""
    steps = " ".join(f"WHEN f.day < $cut_{n + 1} THEN {n}" for n in range(cuts))
    segment = f"CASE {steps} ELSE {cuts} END" if cuts else "0"
    engine.execute(
        "CREATE TABLE moved AS SELECT place, node, coalesce(since, DATE '0001-01-01') AS since,"
        " coalesce(until, DATE '9999-12-31') AS until FROM entries WHERE since IS NOT NULL OR until IS NOT NULL"
    )
    (moving,) = engine.execute("SELECT COUNT(*) FROM moved").fetchone() or (0,)
    # Only rows of places that moved keep their day, so all others make one group a segment.
    day = "CASE WHEN f.place IN (SELECT place FROM moved) THEN f.day END" if moving else "NULL::DATE"
    engine.execute(
        f"CREATE TABLE grouped AS SELECT f.measure, {segment} AS segment, f.place, {day} AS day, f.grade,"
        " SUM(f.value)::BIGINT AS value, COUNT(*) AS records FROM read_parquet($files) AS f"
        " WHERE f.measure IN (SELECT unnest($measures)) AND f.day >= $starts AND f.day < $ends GROUP BY ALL",
        bound,
    )
    sums = "SUM(g.value)::BIGINT AS value, SUM(g.records)::BIGINT AS records"
    # Without cuts a measure has one segment and its groups are what they will be; else segments make periods.
    values, grouping = ("g.value, g.records::BIGINT AS records", "") if not cuts else (sums, " GROUP BY ALL")
    covers = " JOIN covers AS c ON c.measure = g.measure AND c.segment = g.segment"
    engine.execute(
        f"CREATE TABLE own AS SELECT g.measure, g.place, c.period, g.grade, {values} FROM grouped AS g{covers}"
        " WHERE g.day IS NULL AND g.place IN (SELECT place FROM entries WHERE since IS NULL AND until IS NULL AND node = place)"
        f"{grouping}"
    )
    engine.execute(
        f"CREATE TABLE extra AS SELECT g.measure, m.node AS place, c.period, g.grade, {sums} FROM grouped AS g"
        " JOIN moved AS m ON m.place = g.place AND m.since <= g.day AND g.day < m.until"
        f"{covers} GROUP BY ALL UNION ALL"
        f" SELECT g.measure, e.node, c.period, g.grade, {sums} FROM grouped AS g"
        " JOIN (SELECT * FROM entries WHERE since IS NULL AND until IS NULL AND node <> place) AS e ON e.place = g.place"
        f"{covers} GROUP BY ALL"
    )
    engine.execute("DROP TABLE grouped")


def _upwards(engine: duckdb.DuckDBPyConnection) -> pa.Table:
    """Each level: its own rows, and what came to its places from elsewhere or from the level below."""
    keys, added = "measure, place, period, grade", "SUM(value)::BIGINT AS value, SUM(records)::BIGINT AS records"
    names = []
    for size in [*_SIZES, 0]:
        name, own, come = f"level_{size}", f"own WHERE length(place) = {size}", f"extra WHERE length(place) = {size}"
        # Groups of places to which nothing came are as they are: most villages.
        engine.execute(
            f"CREATE TABLE {name} AS SELECT {keys}, value, records FROM {own} AND place NOT IN (SELECT place FROM {come})"
            f" UNION ALL SELECT {keys}, {added} FROM ("
            f" SELECT {keys}, value, records FROM {own} AND place IN (SELECT place FROM {come})"
            f" UNION ALL SELECT {keys}, value, records FROM {come}) GROUP BY ALL"
        )
        engine.execute(
            "INSERT INTO extra SELECT l.measure, p.parent, l.period, l.grade, SUM(l.value)::BIGINT, SUM(l.records)::BIGINT"
            f" FROM {name} AS l JOIN parents AS p ON p.node = l.place GROUP BY ALL"
        )
        names.append(name)
    engine.execute("DROP TABLE own")
    return engine.sql(" UNION ALL ".join(f"SELECT * FROM {name}" for name in names)).to_arrow_table()
