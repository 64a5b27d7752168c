"""Figures of a county, a city and the nation, beside hand-written DuckDB queries of the same scan in the same run.

    python bench/figures.py [--only county|city|nation] [--json] [--write]

Every part runs in a process of its own, on rows written straight to Parquet in a throw-away home (SQLite). Prints what
was measured beside the limits, exits 1 when one is broken; `--write` puts the table into docs/performance.md.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

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
SIZES = {"county": (1, 20, 301), "city": (11, 199, 3000)}  # counties, towns, villages
DOCUMENT = Path(__file__).parents[1] / "docs" / "performance.md"
MARKS = ("<!-- figures:begin -->", "<!-- figures:end -->")


def start(home: str) -> None:
    os.environ |= {"QUNWEN_HOME": home, "DJANGO_SETTINGS_MODULE": "qunwen.config.settings.test"}
    os.environ.pop("DATABASE_URL", None)
    import django

    django.setup()
    from django.core.management import call_command

    for app in ("places", "measures"):
        call_command("migrate", app, verbosity=0)


def middle(work: Callable[[], object], times: int = 9) -> float:
    """The median of several runs after a first, in seconds."""
    work()
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return round(statistics.median(taken), 4)


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
            (cell,) = rollup.cells(measures="bench.m001", root=town, periods=half)
            return rollup.rows_behind(cell, limit=50)

        def changed():
            with transaction.atomic(), writing.allowed("bench"):
                records[0] = (records[0][0], records[0][1], records[0][2] + 1)
                touch(county="510112", day=dt.date(2026, 3, 14), feed="bench.m100")
            (cell,) = rollup.cells(measures="bench.m100", root=root, periods=half)
            march = sum(value for _v, _k, value in records)
            (month,) = rollup.cells(measures="bench.m100", root="510112", periods=["2026-03"])
            assert month.value == march, (month.value, march)
            return cell

        found[f"{size}_base_s"] = middle(base)
        found[f"{size}_cell_opened_s"] = middle(opened)
        found[f"{size}_change_visible_s"] = middle(changed)
        by_hand = plain(_files(snapshot.folder()), places, ("2026-01-01", "2026-07-01"))
        found[f"{size}_base_by_hand_s"] = middle(by_hand["base"])
        found[f"{size}_reporters_by_hand_s"] = middle(by_hand["reporters"])
        found[f"{size}_cell_opened_by_hand_s"] = middle(by_hand["opened"])
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


PARTS: dict[str, Callable[[], dict[str, float]]] = {
    "county": lambda: house("county"),
    "city": lambda: house("city"),
}


def main() -> int:
    options = argparse.ArgumentParser(description="Figures of a county, a city and the nation.")
    options.add_argument("--only", choices=list(PARTS))
    options.add_argument("--json", action="store_true")
    options.add_argument("--write", action="store_true")
    options.add_argument("--part", choices=list(PARTS), help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.part:
        with tempfile.TemporaryDirectory(prefix="qunwen-bench-") as home:
            start(home)
            found = PARTS[chosen.part]()
        found[f"{chosen.part}_peak_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3)
        print(json.dumps(found))
        return 0
    found = {}
    for part in [chosen.only] if chosen.only else PARTS:
        done = subprocess.run([sys.executable, __file__, "--part", part], stdout=subprocess.PIPE, text=True, check=True)
        found |= json.loads(done.stdout.splitlines()[-1])
    print(json.dumps(found, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
