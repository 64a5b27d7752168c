"""A small SQL writer for one vocabulary: filter, join to spans and place closure, group, add integers.

No floats, no division, no formulas: those are exact Python elsewhere, so that every engine that knows
this vocabulary gives the same answer. Values are always bound, names come from declarations.
"""

from __future__ import annotations

from dataclasses import dataclass

from .leaf import DIM


@dataclass(frozen=True)
class Dialect:
    """What four engines say differently. Tables of a query: spans(measure, period, starts, ends) says which days
    count for which period, closure(ancestor, descendant, valid_from, valid_to) who lies under whom; both half-open.
    """

    name: str
    facts: str  # where the leaf rows are
    among: str  # a column's value is one of a bound list
    bound: str  # a bound value
    text: str = ""  # after a text column in ORDER BY: byte order whatever the database's language

    def listed(self, column: str, name: str) -> str:
        """Whether the column's value is in the list bound to the name."""
        return self.among.format(column=column, name=name)

    def value(self, name: str) -> str:
        """The value bound to the name."""
        return self.bound.format(name=name)


DUCKDB = Dialect("duckdb", "read_parquet($files)", "{column} IN (SELECT unnest(${name}))", "${name}")
SQLITE = Dialect("sqlite", "facts", "{column} IN (SELECT value FROM json_each(:{name}))", ":{name}")
POSTGRES = Dialect("postgres", "facts", "{column} = ANY(%({name})s)", "%({name})s", ' COLLATE "C"')
SPARK = Dialect("spark", "facts", "array_contains(:{name}, {column})", ":{name}")
DIALECTS = (DUCKDB, SQLITE, POSTGRES, SPARK)


@dataclass(frozen=True)
class Plan:
    """The shape of a query: what is grouped by and what is filtered. Its values are parameters."""

    by: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    graded: bool = False
    extremes: bool = False

    def __post_init__(self) -> None:
        for name in (*self.by, *self.filters):
            if not (name.isidentifier() and name.isascii()):
                raise ValueError(f"not the name of a dimension: {name!r}")


def _source(dialect: Dialect) -> str:
    return (
        f"FROM {dialect.facts} AS f\n"
        "JOIN spans AS s ON s.measure = f.measure AND s.starts <= f.day AND f.day < s.ends\n"
        "JOIN closure AS c ON c.descendant = f.place\n"
        "  AND (c.valid_from IS NULL OR c.valid_from <= f.day)\n"
        "  AND (c.valid_to IS NULL OR f.day < c.valid_to)"
    )


def _where(plan: Plan, dialect: Dialect) -> str:
    parts = [dialect.listed("c.ancestor", "places")]
    parts += [dialect.listed(f"f.{DIM}{name}", f"filter_{name}") for name in plan.filters]
    if plan.graded:
        parts.append(dialect.listed("f.grade", "grades"))
    return "WHERE " + "\n  AND ".join(parts)


def cells(plan: Plan, dialect: Dialect = DUCKDB) -> str:
    """Sums and numbers of rows by measure, place, period, the plan's dimensions, and grade.

    Where a measure takes the greatest or least, these two stand between the sum and the number.
    """
    keys = ["s.measure", "c.ancestor", "s.period", *(f"f.{DIM}{name}" for name in plan.by), "f.grade"]
    listed = ", ".join(keys)
    extremes = ", MAX(f.value) AS most, MIN(f.value) AS least" if plan.extremes else ""
    return (
        f"SELECT {listed}, CAST(SUM(f.value) AS BIGINT) AS value{extremes}, COUNT(*) AS records\n"
        f"{_source(dialect)}\n{_where(plan, dialect)}\nGROUP BY {listed}"
    )


def reporters(dialect: Dialect = DUCKDB) -> str:
    """Which places have any row at all, by measure and period: what completeness is counted from."""
    return f"SELECT DISTINCT s.measure, c.ancestor, s.period\n{_source(dialect)}\n{_where(Plan(), dialect)}"


def rows(plan: Plan, dialect: Dialect = DUCKDB) -> str:
    """The rows behind a cell: the same filters, nothing added up, one page."""
    order = ["f.day", *(f"f.{name}{dialect.text}" for name in ("place", "record_type", "record", "grade")), "f.value"]
    return (
        f"SELECT f.*\n{_source(dialect)}\n{_where(plan, dialect)}\n"
        f"ORDER BY {', '.join(order)}\n"
        f"LIMIT {dialect.value('limit')} OFFSET {dialect.value('offset')}"
    )


def row_count(plan: Plan, dialect: Dialect = DUCKDB) -> str:
    """How many rows are behind a cell."""
    return f"SELECT COUNT(*) AS records\n{_source(dialect)}\n{_where(plan, dialect)}"
