"""Figures of a county, a city and the nation, beside hand-written DuckDB queries of the same scan in the same run.

    python bench/figures.py [--only county|city|nation] [--json] [--write]

Every part runs in a process of its own, on rows written straight to Parquet in a throw-away home (SQLite). Prints what
was measured beside the limits, exits 1 when one is broken; `--write` puts the table into docs/performance.md.
"""

# ruff: noqa: S608  the texts of made-up rows

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from page import middle, start, write

# On two cores. Seconds, megabytes.
LIMITS = {
    "county_base_s": 0.050,
    "county_cell_opened_s": 0.020,
    "county_change_visible_s": 1.0,
    "city_base_s": 0.250,
    "city_cell_opened_s": 0.020,
    "city_change_visible_s": 1.0,
    "nation_all_levels_s": 10.0,
    "nation_peak_mb": 4096,
}
MEASURES, MONTHS, FIRST = 200, 60, 2022 * 12
RUNS = 9  # medians of so many
SIZES = {"county": (1, 20, 301), "city": (11, 199, 3000)}  # counties, towns, villages


# -- a county, a city --


def codes(size: str) -> list[str]:
    """The city, its counties, towns and villages."""
    counties, towns, villages = SIZES[size]
    upper = [f"5101{n + 12:02}" for n in range(counties)]
    middle_ones = [f"{upper[n % counties]}{n // counties + 1:03}" for n in range(towns)]
    lower = [f"{middle_ones[n % towns]}{n // towns + 1:03}" for n in range(villages)]
    return sorted(["5101", *upper, *middle_ones, *lower])


def declared(rows_of: Callable):
    """Two hundred flows; the rows of the one that changes come from `rows_of`."""
    from qunwen.base.measures.declare import Dim, Measure

    def nothing(**_about):
        raise AssertionError("only what changed is counted")

    kinds = Dim("kind", "类别", tuple((f"k{k}", f"类别{k}") for k in range(6)))
    return [
        Measure(
            code=f"bench.m{n:03}",
            title=f"第{n}项",
            unit="次",
            kind="flow",
            meaning="测速用",
            rows=rows_of if n == 100 else nothing,
            feeds=(f"bench.m{n:03}",),
            dims=(kinds,),
        )
        for n in range(MEASURES)
    ]


def write_rows(places: list[str]) -> int:
    """One row a village, element and month, registered as the partitions of a county and month."""
    import duckdb

    from qunwen.base.measures import declare, leaf, snapshot
    from qunwen.base.measures.models import Partition
    from qunwen.base.measures.periods import Period
    from qunwen.base.scope import writing

    villages = [code for code in places if len(code) == 12]
    engine = duckdb.connect(config={"threads": "2", "memory_limit": "1GB"})
    engine.execute("CREATE TABLE v AS SELECT unnest($1) AS place", [villages])
    total = 0
    for number in range(MONTHS):
        month = Period(FIRST + number, 1)
        table = engine.sql(
            f"SELECT printf('bench.m%03d', m.range) AS measure, v.place[1:6] AS county, v.place,"
            f" DATE '{month.start}' + CAST(hash(v.place, m.range) % 28 AS INTEGER) AS day,"
            f" CAST(hash(v.place, m.range, {number}) % 100 AS BIGINT) AS value,"
            " ['A', 'B', 'C'][1 + CAST(hash(m.range, v.place) % 3 AS INTEGER)] AS grade, 'bench.event' AS record_type,"
            " CAST(uuid() AS VARCHAR) AS record, printf('k%d', hash(v.place) % 6) AS dim_kind"
            f" FROM v, range({MEASURES}) AS m ORDER BY 2, 1, 3, 4, 8"
        ).to_arrow_table()
        with writing.allowed("bench"):
            for county in sorted({code[:6] for code in villages}):
                rows = table.filter(_equal(table, county)).cast(leaf.schema())
                folder = snapshot.folder() / county / month.code
                folder.mkdir(parents=True)
                with leaf.writer(folder / "part") as out:
                    out.write_table(rows.combine_chunks(), row_group_size=leaf.GROUP)
                digest = hashlib.sha256((folder / "part").read_bytes()).hexdigest()
                (folder / "part").rename(folder / f"{digest}.parquet")
                Partition.unscoped.create(
                    county=county,
                    month=month.code,
                    version=1,
                    digest=digest,
                    row_count=rows.num_rows,
                    definitions=declare.digest(),
                )
                total += rows.num_rows
    return total


def _equal(table, county: str):
    import pyarrow.compute as pc

    return pc.equal(table.column("county"), county)


def plain(files: list[Path], places: list[str], months: tuple[str, str]) -> dict[str, Callable[[], object]]:
    """What somebody would write by hand for one answer: no states, no completeness, no dated map."""
    import duckdb

    engine = duckdb.connect(config={"threads": "2", "memory_limit": "1GB"})
    engine.execute("SET parquet_metadata_cache=true")
    names = [str(f) for f in files]
    base = (
        "SELECT measure, grade, SUM(value), COUNT(*) FROM read_parquet($1)"
        " WHERE day >= CAST($2 AS DATE) AND day < CAST($3 AS DATE) GROUP BY ALL"
    )
    who = (
        "SELECT measure, COUNT(DISTINCT place) FROM read_parquet($1)"
        " WHERE day >= CAST($2 AS DATE) AND day < CAST($3 AS DATE) GROUP BY ALL"
    )
    opened = (
        "SELECT * FROM read_parquet($1) WHERE measure = 'bench.m001' AND starts_with(place, $4)"
        " AND day >= CAST($2 AS DATE) AND day < CAST($3 AS DATE) ORDER BY day, place LIMIT 50"
    )
    town = next(code for code in places if len(code) == 9)
    return {
        "base": lambda: engine.execute(base, [names, *months]).fetchall(),
        "reporters": lambda: engine.execute(who, [names, *months]).fetchall(),
        "opened": lambda: engine.execute(opened, [names, *months, town]).fetchall(),
    }


def house(size: str) -> dict[str, float]:
    """A county's or a city's half-year base, a cell opened, a change made visible."""
    from django.db import transaction

    from qunwen.base.measures import declare, rollup, snapshot
    from qunwen.base.measures.declare import Row
    from qunwen.base.measures.touching import touch
    from qunwen.base.places.models import Place
    from qunwen.base.scope import context, writing
    from qunwen.base.scope.codes import level_of, parent_of
    from qunwen.base.scope.ids import uuid7

    places = codes(size)
    with writing.allowed("bench"):
        Place.unscoped.create(code="51", name="51", level=level_of("51"))
        for code in places:
            Place.unscoped.create(code=code, name=code, level=level_of(code), parent_id=parent_of(code))
    villages = [code for code in places if len(code) == 12 and code.startswith("510112")]
    records = [(village, uuid7(), 7) for village in villages]

    def rows_of(*, county: str, month) -> Iterator[Row]:
        for village, key, value in records:
            yield Row(county, village, month.start, value, "A", "bench.event", key, {"kind": "k1"})

    with context.everything(reason="bench"), declare.only(*declared(rows_of)):
        found: dict[str, float] = {f"{size}_rows": write_rows(places), f"{size}_places": len(places)}
        root = "5101" if size == "city" else "510112"
        town = next(code for code in places if len(code) == 9)
        all_codes = [f"bench.m{n:03}" for n in range(MEASURES)]
        half = ["2026H1"]

        def base():
            return rollup.cells(measures=all_codes, root=root, periods=half)

        def opened():
            return rollup.opened(measure="bench.m001", place=town, period=half[0])

        def changed():
            with transaction.atomic(), writing.allowed("bench"):
                records[0] = (records[0][0], records[0][1], records[0][2] + 1)
                touch(county="510112", day=dt.date(2026, 3, 14), feed="bench.m100")
            (cell,) = rollup.cells(measures="bench.m100", root=root, periods=half)
            march = sum(value for _v, _k, value in records)
            (month,) = rollup.cells(measures="bench.m100", root="510112", periods=["2026-03"])
            assert month.value == march, (month.value, march)
            return cell

        found[f"{size}_base_s"] = middle(base, RUNS)
        found[f"{size}_cell_opened_s"] = middle(opened, RUNS)
        found[f"{size}_change_visible_s"] = middle(changed, RUNS)
        by_hand = plain(_files(snapshot.folder()), places, ("2026-01-01", "2026-07-01"))
        found[f"{size}_base_by_hand_s"] = middle(by_hand["base"], RUNS)
        found[f"{size}_reporters_by_hand_s"] = middle(by_hand["reporters"], RUNS)
        found[f"{size}_cell_opened_by_hand_s"] = middle(by_hand["opened"], RUNS)
        cells = base()
        assert {c.measure: c.value for c in cells if c.measure != "bench.m100"} == {
            code: value for code, value in _added(by_hand["base"]()) if code != "bench.m100"
        }
    return found


def _added(rows) -> list[tuple[str, int]]:
    sums: dict[str, int] = {}
    for code, _grade, value, _records in rows:
        sums[code] = sums.get(code, 0) + int(value)
    return list(sums.items())


def _files(folder: Path) -> list[Path]:
    """The newest file of every county and month of the half-year."""
    months = [f"2026-{n:02}" for n in range(1, 7)]
    return [
        max(f.glob("*.parquet"), key=lambda p: p.stat().st_mtime_ns)
        for f in sorted(folder.glob("*/*"))
        if f.name in months
    ]


# -- the nation --

NATION_ROWS, NATION_MEASURES, NATION_MONTHS = 50_000_000, 8, 10


def write_nation(folder: Path) -> tuple[int, list[Path]]:
    """Fifty million rows over all villages of the country, one file a province and month, as the snapshot sorts them."""
    import duckdb
    import pyarrow as pa

    from qunwen.base.measures import leaf
    from qunwen.base.measures.periods import Period
    from qunwen.base.places import divisions

    provinces = sorted(code for code in divisions.upper() if len(code) == 2)
    engine = duckdb.connect(config={"threads": "2", "memory_limit": "2GB"})
    total, files = 0, []
    villages = {p: [d.code for d in divisions.below(p) if len(d.code) == 12] for p in provinces}
    share = NATION_ROWS / (sum(map(len, villages.values())) * NATION_MEASURES * NATION_MONTHS)
    for province in provinces:
        engine.register("v", pa.table({"place": villages[province]}))
        for number in range(NATION_MONTHS):
            month = Period(2026 * 12 + number, 1)
            # A little more than one row a village, element and month: some report twice.
            table = engine.sql(
                f"SELECT printf('bench.m%03d', m.range) AS measure, v.place[1:6] AS county, v.place,"
                f" DATE '{month.start}' + CAST(hash(v.place, m.range, r.range) % 28 AS INTEGER) AS day,"
                f" CAST(hash(v.place, m.range, {number}) % 100 AS BIGINT) AS value,"
                " ['A', 'B', 'C'][1 + CAST(hash(m.range, v.place) % 3 AS INTEGER)] AS grade,"
                " 'bench.event' AS record_type, printf('%016x', hash(v.place, m.range, r.range)) AS record,"
                f" 'k1' AS dim_kind FROM v, range({NATION_MEASURES}) AS m, range(2) AS r"
                f" WHERE r.range = 0 OR hash(v.place, m.range, {number}) % 1000000 < {int((share - 1) * 1_000_000)}"
                " ORDER BY 1, 3, 4"
            ).to_arrow_table()
            path = folder / f"{province}-{month.code}.parquet"
            with leaf.writer(path) as out:
                out.write_table(table.cast(leaf.schema()), row_group_size=leaf.GROUP * 8)
            total += table.num_rows
            files.append(path)
    return total, files


def nation() -> dict[str, float]:
    """Every figure of every level of the country: the roll-up in a process of its own, its memory with it."""
    from qunwen.base.measures import declare

    with tempfile.TemporaryDirectory(prefix="qunwen-nation-") as folder, declare.only(*declared(lambda **_: iter(()))):
        rows, files = write_nation(Path(folder))
        (Path(folder) / "files.json").write_text(json.dumps([str(f) for f in files]))
        done = subprocess.run(
            [sys.executable, __file__, "--roll", folder], stdout=subprocess.PIPE, text=True, check=True
        )
        return {"nation_rows": rows, **json.loads(done.stdout.splitlines()[-1])}


def roll(folder: Path) -> dict[str, float]:
    """The roll-up alone, and a by-hand query of the same scan: villages and elements only, no levels above."""
    import duckdb
    import pyarrow as pa

    from qunwen.base.measures import declare
    from qunwen.base.measures import nation as measures_nation
    from qunwen.base.measures.periods import Period
    from qunwen.base.places import divisions

    files = json.loads((folder / "files.json").read_text())
    provinces = sorted(code for code in divisions.upper() if len(code) == 2)
    codes = [d.code for p in provinces for d in divisions.below(p)]
    moved = [(c, c[:9], None, dt.date(2026, 4, 1)) for c in codes if len(c) == 12][:2_000]
    tree = measures_nation.Tree.of_codes(pa.array(codes), moved)
    names = [f"bench.m{n:03}" for n in range(NATION_MEASURES)]
    with declare.only(*declared(lambda **_: iter(()))):
        begun = time.perf_counter()
        found = measures_nation.all_levels(files, tree, [Period.of("2026")], names)
        taken = time.perf_counter() - begun
    peak = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3)
    engine = duckdb.connect(config={"threads": "2", "memory_limit": "3GB"})
    begun = time.perf_counter()
    engine.execute(
        "CREATE TABLE t AS SELECT measure, place, grade, SUM(value), COUNT(*) FROM read_parquet($1) GROUP BY ALL",
        [files],
    )
    by_hand = time.perf_counter() - begun
    return {
        "nation_places": len(codes),
        "nation_villages": sum(len(c) == 12 for c in codes),
        "nation_figures": found.num_rows,
        "nation_all_levels_s": round(taken, 2),
        "nation_peak_mb": peak,
        "nation_villages_by_hand_s": round(by_hand, 2),
    }


PARTS: dict[str, Callable[[], dict[str, float]]] = {
    "county": lambda: house("county"),
    "city": lambda: house("city"),
    "nation": nation,
}

WORDS = {
    "county_base_s": ("county: half-year base, 200 elements, s", "county_base_by_hand_s"),
    "county_cell_opened_s": ("county: a cell opened, value and first 50 rows, s", "county_cell_opened_by_hand_s"),
    "county_change_visible_s": ("county: one record changed, to the new figure, s", ""),
    "city_base_s": ("city: half-year base, 200 elements, s", "city_base_by_hand_s"),
    "city_cell_opened_s": ("city: a cell opened, value and first 50 rows, s", "city_cell_opened_by_hand_s"),
    "city_change_visible_s": ("city: one record changed, to the new figure, s", ""),
    "nation_all_levels_s": ("nation: every figure of every level, s", "nation_villages_by_hand_s"),
    "nation_peak_mb": ("nation: peak memory of that process, MB", ""),
}


def document(found: dict[str, float]) -> str:
    """What was measured, as a section of docs/performance.md."""
    scales = [
        f"{part}: {found[f'{part}_rows']:,} leaf rows, {found[f'{part}_places']:,} places"
        for part in PARTS
        if f"{part}_rows" in found
    ]
    lines = [
        (
            f"{'; '.join(scales)}. Medians of nine (the nation once), freshness check, rights and completeness included; "
            f"DuckDB with two threads; load of the machine {found['load']:g} before."
        ),
        "",
        "| what | measured | limit | plain DuckDB, same scan |",
        "|---|---:|---:|---:|",
    ]
    for name, (words, hand) in WORDS.items():
        if name in found:
            lines.append(f"| {words} | {found[name]:g} | {LIMITS[name]:g} | {f'{found[hand]:g}' if hand else ''} |")
    lines += [
        "",
        "The plain query has neither completeness (a second scan: "
        + ", ".join(f"{part} {found[f'{part}_reporters_by_hand_s']:g} s" for part in SIZES if f"{part}_rows" in found)
        + ") nor a map with dates; for the nation it stops at the villages.",
        "",
        "`python bench/figures.py --write` measures again.",
    ]
    return "\n".join(lines)


def main() -> int:
    options = argparse.ArgumentParser(description="Figures of a county, a city and the nation.")
    options.add_argument("--only", choices=list(PARTS))
    options.add_argument("--json", action="store_true")
    options.add_argument("--write", action="store_true")
    options.add_argument("--part", choices=list(PARTS), help=argparse.SUPPRESS)
    options.add_argument("--roll", type=Path, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.roll:
        with tempfile.TemporaryDirectory(prefix="qunwen-bench-") as home:
            start(home, "places", "measures")
            print(json.dumps(roll(chosen.roll)))
        return 0
    if chosen.part:
        with tempfile.TemporaryDirectory(prefix="qunwen-bench-") as home:
            start(home, "places", "measures")
            found = PARTS[chosen.part]()
        found[f"{chosen.part}_process_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3)
        print(json.dumps(found))
        return 0
    found = {"load": round(os.getloadavg()[0], 1)}
    for part in [chosen.only] if chosen.only else PARTS:
        done = subprocess.run([sys.executable, __file__, "--part", part], stdout=subprocess.PIPE, text=True, check=True)
        found |= json.loads(done.stdout.splitlines()[-1])
    broken = {name: limit for name, limit in LIMITS.items() if name in found and found[name] > limit}
    print(json.dumps({**found, "broken": broken}) if chosen.json else document(found))
    if chosen.write:
        write("figures", "Figures", document(found))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
