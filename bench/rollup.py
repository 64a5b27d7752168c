"""Snapshot and roll-up of a county with 3.6 million leaf rows: how long, how much memory, within which limits.

    python bench/rollup.py [--rows 3600000] [--months 60] [--json]

Builds a throw-away home (SQLite), writes every partition, asks the questions a report and a dashboard
ask, compares with the limits below, exits 1 when one is broken. With `--write`, puts the result into
docs/performance.md.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
import uuid

from page import middle, start, write

COUNTY, TOWNS, VILLAGES, MEASURES = "510112", 20, 301, 10
# On two shared cores. Seconds, megabytes.
LIMITS = {
    "write_all_s": 240,
    "write_month_s": 5,
    "one_figure_all_places_s": 0.5,
    "half_year_base_s": 0.5,
    "twelve_months_by_town_s": 0.8,
    "rows_behind_s": 0.3,
    "rss_mb": 700,
    "million_row_month_s": 60,
    "million_row_month_rss_mb": 1200,
}
RUNS = 7  # medians of so many


def places() -> list[str]:
    from qunwen.base.places.models import Place
    from qunwen.base.scope import writing
    from qunwen.base.scope.codes import level_of, parent_of

    towns = [f"{COUNTY}{t + 1:03}" for t in range(TOWNS)]
    villages = [f"{towns[v % TOWNS]}{v // TOWNS + 1:03}" for v in range(VILLAGES)]
    with writing.allowed("bench"):
        for code in ["51", "5101", COUNTY, *towns, *villages]:
            Place.unscoped.create(code=code, name=code, level=level_of(code), parent_id=parent_of(code))
    return villages


def declared(villages: list[str], each: int):
    """Measures with `each` rows a month, spread over villages, days, six kinds and the grades."""
    import datetime as dt

    from qunwen.base.measures.declare import Dim, Measure, Row

    def rows_of(number: int):
        def rows(*, county, month):
            days = [month.start + dt.timedelta(days=n) for n in range((month.end - month.start).days)]
            dims = [{"kind": f"k{k}"} for k in range(6)]
            base = (number << 96) | (month.first << 48)
            for n in range(each):
                yield Row(
                    county,
                    villages[n * 7919 % VILLAGES],
                    days[n % len(days)],
                    n % 100,
                    "ABC"[n % 3],
                    "bench.event",
                    uuid.UUID(int=base | n),
                    dims[n % 6],
                )

        return rows

    kinds = tuple((f"k{k}", f"类别{k}") for k in range(6))
    return [
        Measure(
            code=f"bench.m{n}",
            title=f"第{n}项",
            unit="次",
            kind="flow",
            meaning="测速用",
            rows=rows_of(n + 1),
            feeds=("places.Place",),
            dims=(Dim("kind", "类别", kinds),),
        )
        for n in range(MEASURES)
    ]


def questions(months: list) -> dict[str, float]:
    from qunwen.base.measures import rollup
    from qunwen.base.scope.codes import Level

    half = [f"{months[-1].year}H1"]
    everyone = [COUNTY, *[f"{COUNTY}{t + 1:03}" for t in range(TOWNS)]]
    everyone += [c.place for c in rollup.cells(measures="bench.m1", root=COUNTY, level=Level.VILLAGE, periods=half)]
    all_measures = [f"bench.m{n}" for n in range(MEASURES)]
    (cell,) = rollup.cells(measures="bench.m1", root=everyone[1], periods=half)
    year = [m.code for m in months[-12:]]
    return {
        "places": len(everyone),
        "one_figure_all_places_s": middle(
            lambda: rollup.cells(measures="bench.m1", places=everyone, periods=half), RUNS
        ),
        "half_year_base_s": middle(lambda: rollup.cells(measures=all_measures, root=COUNTY, periods=half), RUNS),
        "twelve_months_by_town_s": middle(
            lambda: rollup.cells(measures="bench.m1", root=COUNTY, level=Level.TOWN, periods=year), RUNS
        ),
        "rows_behind_s": middle(lambda: rollup.rows_behind(cell, limit=50), RUNS),
        "rows_behind_cell": cell.records,
    }


def measure(rows: int, months_count: int) -> dict[str, float]:
    import psutil

    from qunwen.base.measures import declare, snapshot
    from qunwen.base.measures.periods import Period
    from qunwen.base.scope import context

    process = psutil.Process()
    villages = places()
    months = [Period(2022 * 12 + n, 1) for n in range(months_count)]
    each = rows // months_count // MEASURES
    found: dict[str, float] = {"rows": each * MEASURES * months_count, "months": months_count}
    with context.everything(reason="bench"), declare.only(*declared(villages, each)):
        begun = time.perf_counter()
        for month in months:
            snapshot.fresh([COUNTY], [month])
        found["write_all_s"] = round(time.perf_counter() - begun, 2)
        found["write_month_s"] = round(found["write_all_s"] / months_count, 3)
        files = list(snapshot.folder().rglob("*.parquet"))
        found["parquet_mb"] = round(sum(f.stat().st_size for f in files) / 1e6, 1)
        found |= questions(months)
        found["rss_mb"] = round(process.memory_info().rss / 1e6)
    with context.everything(reason="bench"), declare.only(*declared(villages, 100_000)):
        begun = time.perf_counter()
        snapshot.fresh([COUNTY], ["2030-01"])
        found["million_row_month_s"] = round(time.perf_counter() - begun, 2)
        import resource

        found["million_row_month_rss_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3)
    return found


WORDS = {
    "write_all_s": "write all partitions, s",
    "write_month_s": "rebuild one touched county-month, s",
    "one_figure_all_places_s": "one figure for every place, half-year, s",
    "half_year_base_s": "half-year base: ten measures for the county, s",
    "twelve_months_by_town_s": "one measure by town and month, twelve months, s",
    "rows_behind_s": "first 50 rows behind a figure, s",
    "rss_mb": "resident memory after all of this, MB",
    "million_row_month_s": "one county-month of 1,000,000 rows, s",
    "million_row_month_rss_mb": "peak resident memory with that month, MB",
}


def document(found: dict[str, float]) -> str:
    lines = [
        (
            f"{found['rows']:,} leaf rows, {found['places']} places, {found['months']} months, {MEASURES} measures; "
            f"{found['parquet_mb']} MB of Parquet. Medians of seven, freshness check included, two shared cores."
        ),
        "",
        "| what | measured | limit |",
        "|---|---:|---:|",
        *(f"| {words} | {found[name]:g} | {LIMITS[name]:g} |" for name, words in WORDS.items()),
        "",
        "`python bench/rollup.py --write` measures again.",
    ]
    return "\n".join(lines)


def main() -> int:
    options = argparse.ArgumentParser(description="Snapshot and roll-up of one county.")
    options.add_argument("--rows", type=int, default=3_600_000)
    options.add_argument("--months", type=int, default=60)
    options.add_argument("--json", action="store_true")
    options.add_argument("--write", action="store_true")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="qunwen-bench-") as home:
        start(home, "places", "measures")
        found = measure(chosen.rows, chosen.months)
    broken = {name: limit for name, limit in LIMITS.items() if found[name] > limit}
    print(json.dumps({**found, "broken": broken}) if chosen.json else document(found))
    if chosen.write:
        write("rollup", "Snapshot and roll-up", document(found))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
