"""A small SQL writer for one vocabulary: filter, join to the place closure, group, add integers.

No floats, no division, no formulas: those are exact Python elsewhere, so that every engine that knows
this vocabulary gives the same answer. Values are always bound, names come from declarations.
"""

from __future__ import annotations

from dataclasses import dataclass

from .leaf import DIM

# $files: partition files. Tables of the query: periods(period, starts, ends) and
# closure(ancestor, descendant, valid_from, valid_to), both half-open.
_SOURCE = """\
FROM read_parquet($files) AS f
JOIN periods AS p ON f.day >= p.starts AND f.day < p.ends
JOIN closure AS c ON c.descendant = f.place
  AND (c.valid_from IS NULL OR c.valid_from <= f.day)
  AND (c.valid_to IS NULL OR f.day < c.valid_to)"""


@dataclass(frozen=True)
class Plan:
    """The shape of a query: what is grouped by and what is filtered. Its values are parameters."""

    by: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    graded: bool = False

    def __post_init__(self) -> None:
        for name in (*self.by, *self.filters):
            if not (name.isidentifier() and name.isascii()):
                raise ValueError(f"not the name of a dimension: {name!r}")

    @property
    def where(self) -> str:
        """The conditions beyond period and place map."""
        parts = ["f.measure IN (SELECT unnest($measures))", "c.ancestor IN (SELECT unnest($places))"]
        parts += [f"f.{DIM}{name} IN (SELECT unnest($filter_{name}))" for name in self.filters]
        if self.graded:
            parts.append("f.grade IN (SELECT unnest($grades))")
        return "WHERE " + "\n  AND ".join(parts)


def cells(plan: Plan) -> str:
    """Values and numbers of rows by measure, place, period, the plan's dimensions, and grade."""
    keys = ["f.measure", "c.ancestor", "p.period", *(f"f.{DIM}{name}" for name in plan.by), "f.grade"]
    listed = ", ".join(keys)
    return (
        f"SELECT {listed}, CAST(SUM(f.value) AS BIGINT) AS value, COUNT(*) AS records\n"
        f"{_SOURCE}\n{plan.where}\nGROUP BY {listed}\nORDER BY {listed}"
    )


def reporters() -> str:
    """Which places have any row at all, by measure and period: what completeness is counted from."""
    return (
        "SELECT DISTINCT f.measure, c.ancestor, p.period\n"
        f"{_SOURCE}\n{Plan().where}\nORDER BY f.measure, c.ancestor, p.period"
    )


def rows(plan: Plan) -> str:
    """The rows behind a cell: the same filters, nothing added up, one page."""
    return (
        f"SELECT f.*\n{_SOURCE}\n{plan.where}\n"
        "ORDER BY f.day, f.place, f.record_type, f.record, f.grade, f.value\n"
        "LIMIT $limit OFFSET $offset"
    )


def row_count(plan: Plan) -> str:
    """How many rows are behind a cell."""
    return f"SELECT COUNT(*) AS records\n{_SOURCE}\n{plan.where}"
