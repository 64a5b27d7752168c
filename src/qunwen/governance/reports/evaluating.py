"""Figures from a basis and definitions: whole numbers and fractions, rounded once, for show only.

Counted figures are computed twice, by the engine and by adding up the rows in Python; the two must agree.
Missing is never zero: a figure that rests on something missing is missing itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from qunwen.base.measures import declare, rollup
from qunwen.base.measures.enums import Grade, PlaceMap, State
from qunwen.base.measures.periods import Period
from qunwen.base.measures.questions import Cell, question
from qunwen.base.papers.rounding import round_balanced, round_half_up
from qunwen.base.scope.codes import Level

from .basis import Basis, Leaf, rows_digest
from .defining import PLACED, Definition, Definitions

MISSING = "缺"
UNDEFINED = "—"
_KNOWN = (State.VALUE, State.ZERO)


class EvaluationError(RuntimeError):
    """The engine and the rows disagree: nothing may be published."""


@dataclass(frozen=True)
class Value:
    """One figure. `number` over `whole` is its exact value (None: missing); `shown` is what papers print.

    `rows` is the digest of the leaf rows it adds up ('' for one without rows of its own), `grades` how much of it is
    proved how, `reported` of `expected` how complete.
    """

    id: str
    code: str
    key: str
    label: str
    unit: str
    place: str
    period: str
    state: str
    number: int | None
    whole: int
    shown: str
    definition: str
    records: int = 0
    rows: str = ""
    grades: dict[str, int] = field(default_factory=dict, hash=False)
    reported: int = 0
    expected: int = 0
    missing: tuple[str, ...] = ()

    @property
    def exact(self) -> Fraction | None:
        """The exact value."""
        return None if self.number is None or not self.whole else Fraction(self.number, self.whole)

    @property
    def plain(self) -> dict[str, Any]:
        """As it stands in figures.json."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__} | {"missing": list(self.missing)}


Values = dict[str, Value]


def evaluate(definitions: Definitions, basis: Basis) -> Values:
    """Every figure by id (`code`, or `code.key` where it is split), in order. Raises EvaluationError."""
    found: Values = {}
    grouped: dict[str, list[Value]] = {}
    for definition in definitions.figures:
        made = list(_MAKERS[definition.kind](definition, basis, grouped))
        if definition.about.get("balanced"):
            made = _balanced(made, definition)
        grouped[definition.code] = made
        found |= {value.id: value for value in made}
    return found


def _value(d: Definition, basis: Basis, key: str, **about: Any) -> Value:
    about.setdefault("place", key if d.by in PLACED else basis.county)
    about.setdefault("period", key if d.by == "month" else basis.period.code)
    about.setdefault("whole", 1)
    about.setdefault("shown", "")
    value = Value(
        id=f"{d.code}.{key}" if key else d.code,
        code=d.code,
        key=key,
        label=_label(d, basis, key),
        unit=d.unit,
        definition=d.sha256,
        **about,
    )
    return replace(value, shown=about["shown"] or _shown(value, d))


def _label(d: Definition, basis: Basis, key: str) -> str:
    if d.by in PLACED:
        return basis.names.get(key, key)
    if d.by == "month":
        return Period.of(key).label_cn.partition("年")[2]
    if d.by == "grade":
        return str(Grade(key).label)
    if d.by and d.kind == "measure":
        return str(declare.get(d.about["measure"]).dim(d.by).labels[key])
    return key


def _shown(value: Value, d: Definition) -> str:
    if value.number is None:
        return MISSING
    if value.exact is None:
        return UNDEFINED
    if d.kind != "numerator":
        return f"{value.number:,}"
    scale = 100 if d.about.get("percent") else 1
    return _digits(value.exact * scale, d.about.get("places", 0))


def _digits(exact: Fraction, places: int) -> str:
    step = Fraction(1, 10**places)
    units = int(round_half_up(exact, step=step) / step)
    return f"{Decimal(units).scaleb(-places):,.{places}f}"


def _balanced(values: list[Value], d: Definition) -> list[Value]:
    """Shares as they are shown add up to the total shown; left alone where one is missing or they are not all."""
    exact = [value.exact for value in values]
    if any(each is None for each in exact) or sum(each or 0 for each in exact) != 1:
        return values
    places = d.about.get("places", 0)
    parts = round_balanced([(each or Fraction(0)) * 100 for each in exact], step=Fraction(1, 10**places)).parts
    return [replace(v, shown=_digits(p.shown, places)) for v, p in zip(values, parts, strict=True)]


# -- counted ----------------------------------------------------------------------------------------------


def _count(d: Definition, basis: Basis, _known: dict[str, list[Value]]) -> Iterator[Value]:
    period = basis.period.last_year if d.about.get("period") == "last_year" else basis.period
    keys = _keys(d, basis, period)
    lines = _lines(d, basis, period)
    for key, cell in zip(keys, _cells(d, basis, period, keys), strict=True):
        rows = lines.get(key, [])
        graded = cell.by_grade if d.by != "grade" else {key: cell.by_grade.get(key, 0)}
        value = cell.value if d.by != "grade" or cell.value is None else graded[key]
        if (value or 0) != sum(row.value for row in rows):
            raise EvaluationError(f"{d.code} {key}：汇总得 {value}，逐行相加得 {sum(r.value for r in rows)}")
        yield _value(
            d,
            basis,
            key,
            state=str(cell.state if value or cell.value is None else State.ZERO),
            number=value,
            period=cell.period.code,
            records=len(rows),
            rows=rows_digest([row.line for row in rows]),
            grades=dict(graded),
            reported=cell.reported,
            expected=cell.expected,
            missing=cell.missing if not d.by else (),
        )


def _keys(d: Definition, basis: Basis, period: Period) -> list[str]:
    if not d.by:
        return [""]
    if d.by == "month":
        return [month.code for month in period.months]
    if d.by == "grade":
        return [str(grade) for grade in Grade]
    if d.by in PLACED:
        return basis.places(Level(PLACED[d.by]))
    return list(declare.get(d.about["measure"]).dim(d.by).labels)


def _cells(d: Definition, basis: Basis, period: Period, keys: list[str]) -> list[Cell]:
    """One cell a key, in order."""
    placed = d.by in PLACED
    places = keys if placed else [basis.county]
    periods = list(period.months) if d.by == "month" else [period]
    whole = _compute(d, basis, places, periods, ())
    if not d.by or placed or d.by == "month":
        return whole
    if d.by == "grade":
        return whole * len(keys)
    split = {cell.dims[0][1]: cell for cell in _compute(d, basis, places, periods, (d.by,)) if cell.dims}
    (total,) = whole
    none = replace(total, value=0, state=State.ZERO, by_grade={}, records=0) if total.state in _KNOWN else total
    return [split.get(key, none) for key in keys]


def _compute(d: Definition, basis: Basis, places: list[str], periods: list[Period], by: tuple[str, ...]) -> list[Cell]:
    asked = question(
        measures=d.about["measure"],
        by=by,
        filters=d.about.get("filters", {}),
        place_map=PlaceMap.THEN,
        as_of=basis.closure.as_of,
    )
    files = [path for period in periods for path in basis.paths(period)]
    return rollup.compute(asked, places=places, periods=periods, closure=basis.closure, files=files)


def _lines(d: Definition, basis: Basis, period: Period) -> dict[str, list[Leaf]]:
    """The rows of each key, by adding up in Python what the engine added up."""
    filters = d.about.get("filters", {})
    keys_of = _key_reader(d, basis)
    found: dict[str, list[Leaf]] = defaultdict(list)
    for row in basis.rows(period):
        if row.measure != d.about["measure"] or any(row.dims.get(n) != v for n, v in filters.items()):
            continue
        above = basis.ancestors(row.place, row.day)
        if basis.county in above:
            for key in keys_of(row, above):
                found[key].append(row)
    return found


def _key_reader(d: Definition, basis: Basis) -> Callable[[Leaf, list[str]], list[str]]:
    if d.by in PLACED:
        wanted = set(basis.places(Level(PLACED[d.by])))
        return lambda _row, above: [place for place in above if place in wanted]
    if d.by == "month":
        return lambda row, _above: [Period.month_of(row.day).code]
    if d.by == "grade":
        return lambda row, _above: [row.grade]
    return lambda row, _above: [row.dims.get(d.by, "")] if d.by else [""]


def _coverage(d: Definition, basis: Basis, known: dict[str, list[Value]]) -> Iterator[Value]:
    for whole in known[d.opens]:
        numbers = {
            "expected": whole.expected,
            "reported": whole.reported,
            "missing": whole.expected - whole.reported,
        }
        number = numbers[d.about["count"]]
        state = State.VALUE if number else State.ZERO
        yield _value(
            d, basis, whole.key, state=str(state), number=number, reported=whole.reported, expected=whole.expected
        )


def _people(d: Definition, basis: Basis, _known: dict[str, list[Value]]) -> Iterator[Value]:
    year = basis.period.year + d.about["year"]
    for key in basis.places(Level(PLACED[d.by])) if d.by else [""]:
        number = basis.population(key or basis.county, year=year, **d.about["population"])
        state = State.NOT_REPORTED if number is None else State.VALUE if number else State.ZERO
        yield _value(d, basis, key, state=str(state), number=number, period=str(year))


def _ratio(d: Definition, basis: Basis, known: dict[str, list[Value]]) -> Iterator[Value]:
    above, below = d.terms
    split = next((known[c] for c in (*above, *below) if any(v.key for v in known[c])), []) if d.by else [None]
    for part in split:
        key = part.key if part else ""
        number, whole = _sum(above, key, known), _sum(below, key, known)
        missing = number is None or whole is None
        undefined = not missing and whole == 0
        state = State.NOT_REPORTED if missing else State.NOT_APPLICABLE if undefined else State.VALUE
        if state == State.VALUE and number == 0:
            state = State.ZERO
        value = _value(
            d, basis, key, state=str(state), number=None if missing else number, whole=1 if missing else whole
        )
        yield replace(value, label=part.label) if part else value


def _sum(terms: dict[str, int], key: str, known: dict[str, list[Value]]) -> int | None:
    total = 0
    for code, factor in terms.items():
        values = {value.key: value for value in known[code]}
        value = values.get(key) or values.get("")
        if value is None or value.number is None:
            return None
        total += factor * value.number
    return total


_MAKERS: dict[str, Callable[[Definition, Basis, dict[str, list[Value]]], Iterator[Value]]] = {
    "measure": _count,
    "coverage": _coverage,
    "population": _people,
    "numerator": _ratio,
}
