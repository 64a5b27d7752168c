"""What figures are computed from: leaf rows in files, the places as they were, populations. Nothing else.

Made from the database once (`gather`), written into the bundle, and read back from it alone (`read`).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from qunwen.base.measures import declare, snapshot
from qunwen.base.measures.closure import Closure, closure_of
from qunwen.base.measures.declare import Dim, Measure
from qunwen.base.measures.enums import Kind, Over, PlaceMap
from qunwen.base.measures.periods import Period
from qunwen.base.places.models import Place, Population
from qunwen.base.scope.codes import Level, upper_bound

DATA = "data"
PLACES, POPULATIONS, MEASURES = "places.json", "populations.json", "measures.json"


@dataclass(frozen=True)
class Leaf:
    """One leaf row with its line for hashing."""

    measure: str
    place: str
    day: dt.date
    value: int
    grade: str
    dims: Mapping[str, str]
    line: str


@dataclass(frozen=True)
class Basis:
    """Everything a report's figures depend on besides their definitions."""

    county: str
    period: Period
    files: Mapping[str, Path]
    closure: Closure
    names: Mapping[str, str]
    populations: tuple[Mapping[str, Any], ...] = ()
    _rows: dict[str, list[Leaf]] = field(default_factory=dict, repr=False)

    def paths(self, period: Period) -> list[Path]:
        """The files of a period's months."""
        return [self.files[m.code] for m in period.months if m.code in self.files]

    def rows(self, period: Period) -> Iterator[Leaf]:
        """The leaf rows of a period, as the files hold them."""
        for month in period.months:
            if month.code in self.files:
                if month.code not in self._rows:
                    self._rows[month.code] = _leaves(self.files[month.code])
                yield from self._rows[month.code]

    def places(self, level: Level) -> list[str]:
        """The places of a level under the county in the report's period, by code."""
        return self.closure.at_level(self.county, level, self.period)

    @cached_property
    def _above(self) -> dict[str, list[tuple[str, dt.date | None, dt.date | None]]]:
        found: dict[str, list[tuple[str, dt.date | None, dt.date | None]]] = {}
        for ancestor, descendant, since, until in self.closure.edges:
            found.setdefault(descendant, []).append((ancestor, since, until))
        return found

    def ancestors(self, place: str, day: dt.date) -> list[str]:
        """Whom a row at a place on a day counts for."""
        return [
            a
            for a, since, until in self._above.get(place, ())
            if (since is None or since <= day) and (until is None or day < until)
        ]

    def population(self, place: str, *, year: int, group: str, basis: str) -> int | None:
        """People of a place at the end of a year; None when nobody has recorded it."""
        wanted = (place, year, group, basis)
        for row in self.populations:
            if (row["place"], row["year"], row["group"], row["basis"]) == wanted:
                return int(row["number"])
        return None


def _leaves(path: Path) -> list[Leaf]:
    # ParquetFile, not read_table: the latter would take YYYY-MM in a folder's name for a partition.
    with pq.ParquetFile(path) as file:
        rows = file.read().to_pylist()
    found = []
    for row in rows:
        dims = {n.removeprefix("dim_"): v for n, v in row.items() if n.startswith("dim_") and v is not None}
        parts = [str(row[n]) for n in ("measure", "county", "place", "day", "value", "grade", "record_type", "record")]
        line = "\t".join([*parts, *(f"{n}={v}" for n, v in sorted(dims.items()))])
        found.append(Leaf(row["measure"], row["place"], row["day"], row["value"], row["grade"], dims, line))
    return found


def rows_digest(lines: list[str]) -> str:
    """SHA-256 over the lines of leaf rows in order of text, each ended by a line feed."""
    digest = hashlib.sha256()
    for line in sorted(lines):
        digest.update(line.encode() + b"\n")
    return digest.hexdigest()


def gather(*, county: str, period: Period, into: Path) -> Basis:
    """Bring everything up to date, copy it into a bundle's folder, and give it as read back from there.

    The scope must admit the county's figures; rows and places are read whole. Raises NeverFreshError.
    """
    (into / DATA).mkdir(parents=True)
    months = [*period.last_year.months, *period.months]
    for partition in snapshot.fresh([county], months):
        if partition.row_count:
            # A copy, not a link: a bundle is carried about, and what happens to it must not reach the house's own file.
            shutil.copyfile(snapshot.path_of(partition), into / DATA / f"{partition.month}.parquet")
    closure = closure_of(root=county, as_of=period.end, place_map=PlaceMap.THEN)
    inside = Place.unscoped.filter(code__gte=county, code__lt=upper_bound(county)).order_by("code")
    people = Population.unscoped.filter(
        place_id__gte=county, place_id__lt=upper_bound(county), year__gte=period.year - 2, year__lte=period.year
    ).order_by("place_id", "year", "basis", "group")
    fields = ("place_id", "year", "group", "basis", "number", "source", "grade")
    populations = [dict(zip(("place", *fields[1:]), row, strict=True)) for row in people.values_list(*fields)]
    edges = [[a, d, *(x and x.isoformat() for x in (s, u))] for a, d, s, u in closure.edges]
    tree = {"county": county, "period": period.code, "as_of": period.end.isoformat()}
    names = dict(inside.values_list("code", "name"))
    write_json(into / PLACES, {**tree, "names": names, "closure": edges})
    write_json(into / POPULATIONS, populations)
    write_json(into / MEASURES, declare.definitions())
    return read(into)


def read(folder: Path) -> Basis:
    """The basis from a bundle's files alone. Raises OSError, ValueError or KeyError for what is missing or malformed."""
    tree = json.loads((folder / PLACES).read_text(encoding="utf-8"))
    edges = tuple((a, d, _day(s), _day(u)) for a, d, s, u in tree["closure"])
    return Basis(
        county=tree["county"],
        period=Period.of(tree["period"]),
        files={p.stem: p for p in sorted((folder / DATA).glob("*.parquet"))},
        closure=Closure(edges, PlaceMap.THEN, dt.date.fromisoformat(tree["as_of"])),
        names=tree["names"],
        populations=tuple(json.loads((folder / POPULATIONS).read_text(encoding="utf-8"))),
    )


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


@contextmanager
def declared_as_sealed(folder: Path) -> Iterator[None]:
    """Inside, the measures are those the bundle brings, whatever this installation declares today."""
    sealed = json.loads((folder / MEASURES).read_text(encoding="utf-8"))
    with declare.only(*(_measure(each) for each in sealed)):
        yield


def _measure(sealed: Mapping[str, Any]) -> Measure:
    return Measure(
        code=sealed["code"],
        title=sealed["title"],
        unit=sealed["unit"],
        kind=Kind(sealed["kind"]),
        meaning="",
        rows=_no_records,
        feeds=("bundle",),
        dims=tuple(Dim(name, name, tuple(labels.items())) for name, labels in sealed["dims"].items()),
        reported_by=Level(sealed["reported_by"]),
        version=sealed["version"],
        over_places=Over(sealed.get("over_places", Over.SUM)),
    )


def _no_records(**_about: Any) -> Iterator[Any]:
    return iter(())


def write_json(path: Path, plain: Any) -> None:
    """Plain data as readable JSON, the same bytes for the same data."""
    path.write_text(json.dumps(plain, ensure_ascii=False, sort_keys=True, indent=1) + "\n", encoding="utf-8")
