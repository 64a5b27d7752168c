"""A small SQL writer for one vocabulary: filter, join to the place closure, group, add integers.

No floats, no division, no formulas: those are exact Python elsewhere, so that every engine that knows
this vocabulary gives the same answer. Values are always bound, names come from declarations.

Tables: facts, the leaf rows; closure(ancestor, descendant, number, valid_from, valid_to), half-open, only the
ancestors that are asked for. The days asked for fall into segments at the bound days cut_1, cut_2, …;
which segments make a period is known outside.
"""

from __future__ import annotations

from dataclasses import dataclass

from .leaf import DIM


@dataclass(frozen=True)
class Dialect:
    """What four engines say differently."""

    name: str
    facts: str  # where the leaf rows are
    among: str  # a column's value is one of a bound list
    bound: str  # a bound value
    text: str = ""  # after a text column in ORDER BY: byte order whatever the database's language
    packed: bool = False  # who has reported comes as one bit string, the bit of number 0 first

    def listed(self, column: str, name: str) -> str:
        """Whether the column's value is in the list bound to the name."""
        return self.among.format(column=column, name=name)

    def value(self, name: str) -> str:
        """The value bound to the name."""
        return self.bound.format(name=name)


DUCKDB = Dialect(
    "duckdb", "read_parquet($files)", "{column} IN (SELECT unnest(${name}))", "${name}", packed=True
)  # fmt: skip
SQLITE = Dialect("sqlite", "facts", "{column} IN (SELECT value FROM json_each(:{name}))", ":{name}")
POSTGRES = Dialect("postgres", "facts", "{column} = ANY(%({name})s)", "%({name})s", ' COLLATE "C"')
SPARK = Dialect("spark", "facts", "array_contains(:{name}, {column})", ":{name}")
DIALECTS = (DUCKDB, SQLITE, POSTGRES, SPARK)


@dataclass(frozen=True)
class Plan:
    """The shape of a query; its values are parameters.

    `by`, `filters`: dimensions grouped by and filtered. `extremes`: a measure takes the greatest or least.
    `cuts`: how many days cut the whole into segments. `dated`: a place moved, came or went within these days.
    """

    by: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    graded: bool = False
    extremes: bool = False
    cuts: int = 0
    dated: bool = True

    def __post_init__(self) -> None:
        for name in (*self.by, *self.filters):
            if not (name.isidentifier() and name.isascii()):
                raise ValueError(f"not the name of a dimension: {name!r}")

    @property
    def narrowed(self) -> bool:
        """Whether rows of the measure may be left out."""
        return bool(self.filters) or self.graded


def _source(plan: Plan, dialect: Dialect) -> str:
    source = f"FROM {dialect.facts} AS f\nJOIN closure AS c ON c.descendant = f.place"
    if plan.dated:
        source += (
            "\n  AND (c.valid_from IS NULL OR c.valid_from <= f.day)\n  AND (c.valid_to IS NULL OR f.day < c.valid_to)"
        )
    return source


def _where(plan: Plan, dialect: Dialect) -> str:
    parts = [
        dialect.listed("f.measure", "measures"),
        f"f.day >= {dialect.value('starts')}",
        f"f.day < {dialect.value('ends')}",
        *(dialect.listed(f"f.{DIM}{name}", f"filter_{name}") for name in plan.filters),
    ]
    if plan.graded:
        parts.append(dialect.listed("f.grade", "grades"))
    return "WHERE " + "\n  AND ".join(parts)


def _segment(plan: Plan, dialect: Dialect) -> str:
    if not plan.cuts:
        return "0 AS segment"
    steps = (f"WHEN f.day < {dialect.value(f'cut_{n + 1}')} THEN {n}" for n in range(plan.cuts))
    return f"CASE {' '.join(steps)} ELSE {plan.cuts} END AS segment"


def _grouped(plan: Plan, keys: list[str]) -> str:
    return f"GROUP BY {', '.join([*keys, 'segment'] if plan.cuts else keys)}"


def cells(plan: Plan, dialect: Dialect = DUCKDB) -> str:
    """Segment; measure, place, codes of the plan's dimensions, grade; sum, (greatest, least,) number of rows."""
    keys = ["f.measure", "c.ancestor", *(f"f.{DIM}{name}" for name in plan.by), "f.grade"]
    extremes = ", MAX(f.value) AS most, MIN(f.value) AS least" if plan.extremes else ""
    return (
        f"SELECT {_segment(plan, dialect)}, {', '.join(keys)},\n"
        f"  CAST(SUM(f.value) AS BIGINT) AS value{extremes}, COUNT(*) AS records\n"
        f"{_source(plan, dialect)}\n{_where(plan, dialect)}\n{_grouped(plan, keys)}"
    )


def reporters(plan: Plan, dialect: Dialect = DUCKDB) -> str:
    """Segment, measure, and the numbers of the places that have any row at all, whatever the plan filters."""
    whole = Plan(cuts=plan.cuts, dated=plan.dated)
    keys = ["f.measure"] if dialect.packed else ["f.measure", "c.number"]
    bits = f", BITSTRING_AGG(c.number, 0, {dialect.value('last')}) AS bits" if dialect.packed else ""
    return (
        f"SELECT {_segment(whole, dialect)}, {', '.join(keys)}{bits}\n"
        f"{_source(whole, dialect)}\n{_where(whole, dialect)}\n{_grouped(whole, keys)}"
    )


def rows(plan: Plan, dialect: Dialect = DUCKDB) -> str:
    """The rows behind a cell: the same filters, nothing added up, one page."""
    order = ["f.day", *(f"f.{name}{dialect.text}" for name in ("place", "record_type", "record", "grade")), "f.value"]
    return (
        f"SELECT f.*\n{_source(plan, dialect)}\n{_where(plan, dialect)}\n"
        f"ORDER BY {', '.join(order)}\n"
        f"LIMIT {dialect.value('limit')} OFFSET {dialect.value('offset')}"
    )


def row_count(plan: Plan, dialect: Dialect = DUCKDB) -> str:
    """How many rows are behind a cell."""
    return f"SELECT COUNT(*) AS records\n{_source(plan, dialect)}\n{_where(plan, dialect)}"
