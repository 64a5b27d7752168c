"""How long sheets of 300,000 rows take and how much memory they need, against limits.

    python bench/papers.py [--rows 300000] [--json]

Each step runs in a process of its own, so that its peak memory is its own. Exits 1 when a limit is broken.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qunwen.config.settings.test")

MEGABYTE = 1024  # ru_maxrss is in kilobytes
# Seconds and megabytes for 300,000 rows of ten columns; fewer rows have proportionally less time.
LIMITS = {
    "write_xlsx": (90, 300),
    "write_csv": (30, 300),
    "read_xlsx": (60, 500),
    "read_csv": (30, 300),
    "read_shared": (60, 500),
    "dry_run_xlsx": (120, 500),
    "apply_xlsx": (150, 500),
    "error_workbook": (150, 500),
}
KINDS = ("文艺演出", "讲座培训", "展览", "读书看报")


def made_rows(count):
    start = date(2025, 1, 1)
    for i in range(count):
        yield [
            f"51011200{i:010d}", f"第{i}场 百姓大舞台惠民演出", KINDS[i % 4], start + timedelta(days=i % 700),
            f"龙泉街道{i % 124:03d}村文化院坝", i % 900, i % 200, i % 90, "是" if i % 3 else "否", f"备注{i % 50}",
        ]  # fmt: skip


def tree():
    from qunwen.base.papers.columns import Column, Group, Kind

    return [
        Column("code", "编号", Kind.ID), Column("name", "活动名称"), Column("kind", "类别"),
        Column("day", "日期", Kind.DATE), Column("venue", "地点"),
        Group("参加人数", (Column("all", "合计", Kind.INTEGER), Column("old", "老年人", Kind.INTEGER),
                       Column("young", "未成年人", Kind.INTEGER))),
        Column("free", "免费"), Column("note", "备注"),
    ]  # fmt: skip


def spec():
    from qunwen.base.papers.fields import Field, FieldKind
    from qunwen.base.papers.imports import SheetSpec

    return SheetSpec(
        (
            Field("code", "编号", required=True), Field("name", "活动名称", required=True, max_length=60),
            Field("kind", "类别", FieldKind.CHOICE, choices={name: name for name in KINDS}),
            Field("day", "日期", FieldKind.DATE, required=True), Field("venue", "地点"),
            Field("all", "合计", FieldKind.INTEGER, minimum=0), Field("old", "老年人", FieldKind.INTEGER),
            Field("young", "未成年人", FieldKind.INTEGER), Field("free", "免费", FieldKind.BOOL), Field("note", "备注"),
        ),
        unique=("code",),
    )  # fmt: skip


def run_step(step, folder, rows):
    import django

    django.setup()
    if step == "prepare":
        write_shared(folder, rows)
        return
    from qunwen.base.papers import imports, reading, xlsx

    book, lines = folder / "rows.xlsx", folder / "rows.csv"
    began = time.perf_counter()
    if step == "write_xlsx":
        done = xlsx.write_xlsx(book, tree(), made_rows(rows), sheet=xlsx.Sheet(title="活动表"))
    elif step == "write_csv":
        xlsx.write_csv(lines, tree(), made_rows(rows))
        done = rows
    elif step.startswith("read_"):
        source = {"read_xlsx": book, "read_csv": lines, "read_shared": folder / "shared.xlsx"}[step]
        with reading.OpenSheet(source) as sheet:
            done = sum(1 for _ in sheet.rows())
    elif step == "dry_run_xlsx":
        with reading.OpenSheet(book) as sheet:
            report = imports.dry_run(spec(), sheet)
        assert report.may_apply, report.problems[:3]
        done = report.good
    elif step == "apply_xlsx":
        done = apply_rows(book)
    else:
        mark_errors(book, folder / "marked.xlsx")
        done = rows
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE
    print(json.dumps({"step": step, "rows": done, "seconds": round(seconds, 2), "peak_mb": round(peak)}))


def write_shared(folder, rows):
    """A workbook as office programs save it, every text kept once in one table: six hundred thousand texts here."""
    import xlsxwriter

    made = xlsxwriter.Workbook(str(folder / "shared.xlsx"))
    page = made.add_worksheet()
    for i, row in enumerate(made_rows(rows)):
        page.write_row(i, 0, [value.isoformat() if isinstance(value, date) else value for value in row])
    made.close()


def apply_rows(book):
    """Into a small table of its own, so that the figure is that of the import and not of an area's rules."""
    from django.db import connection

    from qunwen.base.papers import imports, reading

    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE bench_rows (code varchar(20) PRIMARY KEY, total integer)")

        def write(rows):
            cursor.executemany(
                "INSERT INTO bench_rows VALUES (%s, %s)", [(r.values["code"], r.values["all"]) for r in rows]
            )

        with reading.OpenSheet(book) as sheet:
            return imports.apply_sheet(spec(), sheet, write).rows


def mark_errors(book, target):
    from qunwen.base.papers import errorbook, imports, problems, reading

    with reading.OpenSheet(book) as sheet:
        heads = imports.locate(spec(), sheet)
        faults = [problems.CellProblem(row, 4, "日期", "x", "看不懂日期。") for row in range(10, 20_000, 4)]
        errorbook.write_error_workbook(target, sheet, heads, faults)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=300_000)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--step", choices=["prepare", *LIMITS])
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    if options.step:
        run_step(options.step, options.folder, options.rows)
        return 0
    results, broken = [], []
    with tempfile.TemporaryDirectory() as folder:
        base = [sys.executable, __file__, "--folder", folder, "--rows", str(options.rows), "--step"]
        subprocess.run([*base, "prepare"], check=True)
        for step, (seconds, megabytes) in LIMITS.items():
            shown = subprocess.run([*base, step], capture_output=True, text=True, check=True).stdout
            result = json.loads(shown.splitlines()[-1])
            kept = result["seconds"] <= seconds * max(options.rows / 300_000, 0.1) and result["peak_mb"] <= megabytes
            results.append({**result, "limit_seconds": seconds, "limit_mb": megabytes, "kept": kept})
            if not kept:
                broken.append(step)
            if not options.json:
                print(f"{step:15} {result['rows']:>8} rows {result['seconds']:7.2f} s (limit {seconds}) "
                      f"{result['peak_mb']:>5} MB (limit {megabytes}) {'ok' if kept else 'BROKEN'}", flush=True)  # fmt: skip
    if options.json:
        print(json.dumps({"results": results, "broken": broken}))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
