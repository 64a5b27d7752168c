"""The leaf rows and recorded populations behind an element at a place: what its cell adds up, one by one."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from qunwen.base.measures import reading, rollup
from qunwen.base.measures.enums import State
from qunwen.base.measures.leaf import DIM
from qunwen.base.measures.questions import LeafRow, RowsPage

from .basis import Basis
from .needing import GRADE, Need, reading_span
from .spans import year_of

ALL = 2**62


class PersonRow(NamedTuple):
    """A recorded population; `number` is None where none has been recorded."""

    place: str
    year: int
    number: int | None
    grade: str
    source: str
    group: str = ""  # who are counted: "elder/resident"


def files_of(need: Need, *, place: str, basis: Basis) -> list[Path]:
    """The fresh partition files whose rows can count for the element at the place."""
    element = basis.names.elements[need.code]
    return rollup.files_for(basis.closure, [place], [reading_span(element, need.moment.span)])


def rows_of(
    need: Need, *, place: str, basis: Basis, files: Sequence[Path] | None = None, limit: int = ALL, offset: int = 0
) -> RowsPage:
    """The rows that a cell adds up, oldest first. `files`: other files than the fresh ones (those of an approval).

    A value that is withheld because it is small has none: they would tell it.
    """
    element = basis.names.elements[need.code]
    if basis.withheld_below(element) and basis.cell(need, place).state == State.WITHHELD:
        return RowsPage([], 0)
    files = files_of(need, place=place, basis=basis) if files is None else files
    filters = _filters(need, basis)
    if element.population or not files or not all(filters.values()):
        return RowsPage([], 0)
    grades = filters.pop(GRADE, None)
    found, total = reading.rows_of(
        element.measure,
        reading_span(element, need.moment.span),
        place=place,
        closure=basis.closure,
        files=files,
        filters={name: sorted(codes) for name, codes in filters.items()},
        grades=None if grades is None else sorted(grades),
        limit=limit,
        offset=offset,
    )
    return RowsPage([_leaf(row) for row in found], total)


def _filters(need: Need, basis: Basis) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name, codes in (*basis.names.elements[need.code].filters, *need.filters):
        found[name] = found[name] & set(codes) if name in found else set(codes)
    return dict(sorted(found.items()))


def _leaf(row: dict[str, Any]) -> LeafRow:
    dims = {name.removeprefix(DIM): code for name, code in row.items() if name.startswith(DIM) and code is not None}
    fixed = {name: row[name] for name in LeafRow._fields if name not in ("dims", "record")}
    return LeafRow(**fixed, record=uuid.UUID(row["record"]), dims=dims)


def people_of(need: Need, *, place: str, basis: Basis) -> list[PersonRow]:
    """The recorded populations that a cell adds up, and the places of which none has been recorded."""
    element = basis.names.elements[need.code]
    if not element.population:
        return []
    year = year_of(element.vintage, need.moment)
    found = basis.people.sources(place, year, element.population)
    return [
        PersonRow(
            p,
            year,
            one.number if one else None,
            one.grade if one else "",
            one.source if one else "",
            "/".join(element.population),
        )
        for p, one in found
    ]


@dataclass(frozen=True)
class Print:
    """What rows were: how many, and a hash of every one of them."""

    rows: int
    sha256: str


def line_of(row: LeafRow) -> str:
    """A row as one line: whatever changes in it changes the line."""
    dims = "\t".join(f"{name}={code}" for name, code in sorted(row.dims.items()))
    fixed = (row.measure, row.county, row.place, row.day, row.value, row.grade, row.record_type, row.record)
    return "\t".join([*map(str, fixed), dims])


def person_line(row: PersonRow) -> str:
    """The same of a population."""
    return "\t".join(map(str, row))


def print_of(lines: Iterable[str]) -> Print:
    """SHA-256 over the sorted lines, each ended by a line feed."""
    ordered = sorted(lines)
    return Print(len(ordered), hashlib.sha256("".join(f"{line}\n" for line in ordered).encode()).hexdigest())
