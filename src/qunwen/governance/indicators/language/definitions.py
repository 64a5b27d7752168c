"""Elements (what is counted or returned) and indicators (formulas over them), read from TOML tables."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from qunwen.base.measures import declare
from qunwen.base.measures.enums import Grade
from qunwen.base.places.enums import PopulationBasis, PopulationGroup
from qunwen.governance.indicators.units import UnitError, unit

from .ir import LEVELS, Expr, Ref, Use, digest, fraction_text, walk
from .parsing import FormulaError, Names, parse
from .reading import HOUSE, Source, Table, source_of

CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){1,3}")
KINDS = ("stock", "flow")
OVER_PLACES = ("sum", "max", "min", "own_else_sum")
EVERY = ("month", "quarter", "half", "year")
WINDOWS = ("period", "year")
ROUNDINGS = ("half_up", "down", "up")
BETTER = ("more", "less", "")
FRACTION = re.compile(r"\d{1,12}(/[1-9]\d{0,8}|\.\d{1,9})?")

# The themes of the product, in the order in which figures are shown.
GROUPS = {
    "venues": ("阵地", "Venues"),
    "activities": ("活动", "Activities"),
    "places": ("名额与学习", "Places and classes"),
    "library": ("图书馆", "Library"),
    "money": ("经费", "Money"),
    "people": ("队伍", "People"),
    "delivery": ("配送", "Delivery"),
    "digital": ("数字", "Digital"),
    "satisfaction": ("满意度", "Satisfaction"),
    "media": ("宣传", "Publicity"),
    "evidence": ("佐证", "Evidence"),
}


@dataclass(frozen=True)
class Returned:
    """An element reported by hand: by places of which level, how often, within which bounds (stored integers)."""

    level: str
    every: str
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True)
class Element:
    """One thing that is counted. `stored`: what one stored integer is, in `unit` (minutes in 小时: 1/60).

    Exactly one of: a measure (the area's own counting), a population, returned (by hand; its measure has the element's code).
    `vintage`: populations of which year end: absolute, or relative to the period's year; None: of the period's own year.
    """

    code: str
    title: str
    en: str
    unit: str
    kind: str
    over_places: str = "sum"
    stored: Fraction = Fraction(1)
    meaning: str = ""
    measure: str = ""
    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()
    population: tuple[str, str] | None = None
    vintage: int | None = None
    returned: Returned | None = None
    file: str = ""
    line: int = 0

    @property
    def dims(self) -> Mapping[str, Mapping[str, Any]] | None:
        """Filters a formula may put on it: name → {code: label}. None while its measure is not declared."""
        if self.population:
            return {}
        if self.measure not in {m.code for m in declare.all()}:
            return None
        fixed = {name for name, _codes in self.filters}
        dims = {d.code: d.labels for d in declare.get(self.measure).dims if d.code not in fixed}
        return {**dims, "grade": dict(Grade.choices)}

    @property
    def factor(self) -> Fraction:
        """What one stored integer is, in base units."""
        return self.stored * unit(self.unit).factor

    @property
    def canonical(self) -> dict[str, Any]:
        """What decides its numbers, as plain data."""
        return {
            "code": self.code, "kind": self.kind, "over_places": self.over_places, "factor": fraction_text(self.factor),
            "dimension": [list(x) for x in unit(self.unit).dimension], "measure": self.measure,
            "filters": {name: sorted(codes) for name, codes in self.filters},
            "population": list(self.population) if self.population else None, "vintage": self.vintage,
            "returned": [self.returned.level, self.returned.every] if self.returned else None,
        }  # fmt: skip

    @property
    def sha256(self) -> str:
        """The hash of this one definition."""
        return digest(self.canonical)


@dataclass(frozen=True)
class Indicator:
    """A formula with its unit and how it is shown. `rests_on`: the hashes of what the formula names."""

    code: str
    title: str
    en: str
    unit: str
    expr: Expr
    text: str
    places: int = 0
    rounding: str = "half_up"
    window: str = "period"
    levels: tuple[str, ...] = LEVELS
    need: int = 0
    meaning: str = ""
    source: Source = HOUSE
    group: str = "activities"
    better: str = "more"
    version: int = 1
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    file: str = ""
    line: int = 0
    rests_on: tuple[tuple[str, str], ...] = ()

    @property
    def canonical(self) -> dict[str, Any]:
        """What decides its numbers and how they are named, as plain data."""
        return {
            "code": self.code, "title": self.title, "unit": self.unit, "formula": self.expr.canonical,
            "places": self.places, "rounding": self.rounding, "window": self.window, "levels": sorted(self.levels),
            "need": self.need, "rests_on": dict(self.rests_on),
        }  # fmt: skip

    @property
    def sha256(self) -> str:
        """The hash of this definition and of all it rests on."""
        return digest(self.canonical)

    def in_force(self, day: dt.date) -> bool:
        """Whether it judges that day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


def _code(table: Table) -> str:
    code = table.text("code")
    if not CODE.fullmatch(code):
        raise table.problem("code", _("代码要写成 library.holdings 这样，小写字母、数字和下划线，中间有点"))
    return code


def _unit(table: Table, key: str = "unit") -> str:
    text = table.text(key, default="")
    try:
        unit(text)
    except UnitError as problem:
        raise table.problem(key, str(problem)) from None
    return text


def fraction(table: Table, key: str, default: Fraction) -> Fraction:
    """An exact positive number: 1, "1/60", "0.01". Raises DefinitionError."""
    raw = table.data.get(key)
    if raw is None:
        return default
    text = str(raw) if type(raw) is int else raw
    if not isinstance(text, str) or not FRACTION.fullmatch(text) or Fraction(text) <= 0:
        raise table.problem(key, _("“%(key)s”要写成 1、\"1/60\" 或 \"0.01\"") % {"key": key})  # fmt: skip
    return Fraction(text)


def read_element(table: Table) -> Element:
    """The element of a [[element]]. Raises DefinitionError."""
    table.only(
        "code", "title", "en", "unit", "kind", "over_places", "stored", "meaning", "measure", "filters", "population",
        "vintage", "returned",
    )  # fmt: skip
    code = _code(table)
    origins = [key for key in ("measure", "population", "returned") if key in table.data]
    if len(origins) != 1:
        raise table.problem("code", _("要写 measure、population、returned 中的一个，说明数从哪里来"))
    returned = _returned(table) if "returned" in table.data else None
    population = _population(table) if "population" in table.data else None
    return Element(
        code=code, title=table.text("title"), en=table.text("en"), unit=_unit(table),
        kind=table.choice("kind", KINDS, default="stock" if population else None),
        over_places=table.choice("over_places", OVER_PLACES, default="own_else_sum" if population else "sum"),
        stored=fraction(table, "stored", Fraction(1)), meaning=table.text("meaning"),
        measure=table.text("measure") if "measure" in table.data else code if returned else "",
        filters=_filters(table), population=population, returned=returned,
        vintage=table.whole("vintage", least=-50, most=2100) if "vintage" in table.data else None,
        file=table.file, line=table.line,
    )  # fmt: skip


def _returned(table: Table) -> Returned:
    raw = table.data["returned"]
    form = _("returned 要写成 {level=\"town\", every=\"year\", low=0, high=1000}")  # fmt: skip
    if not isinstance(raw, dict) or set(raw) - {"level", "every", "low", "high"}:
        raise table.problem("returned", form)
    low, high = raw.get("low"), raw.get("high")
    if raw.get("level") not in LEVELS or raw.get("every") not in EVERY:
        raise table.problem("returned", form)
    if any(x is not None and type(x) is not int for x in (low, high)) or (None not in (low, high) and high < low):
        raise table.problem("returned", form)
    return Returned(raw["level"], raw["every"], low, high)


def _population(table: Table) -> tuple[str, str]:
    raw = table.data["population"]
    if (
        not isinstance(raw, dict)
        or set(raw) != {"group", "basis"}
        or raw["group"] not in PopulationGroup.values
        or raw["basis"] not in PopulationBasis.values
    ):
        raise table.problem("population", _("population 要写成 {group=\"total\", basis=\"resident\"}"))  # fmt: skip
    return raw["group"], raw["basis"]


def _filters(table: Table) -> tuple[tuple[str, tuple[str, ...]], ...]:
    raw = table.data.get("filters", {})
    if not isinstance(raw, dict):
        raise table.problem("filters", _("filters 要写成 {kind=\"library\"} 或 {kind=[\"library\", \"station\"]}"))  # fmt: skip
    found = []
    for name, value in sorted(raw.items()):
        codes = [value] if isinstance(value, str) else value
        if not isinstance(codes, list) or not codes or not all(isinstance(c, str) for c in codes):
            raise table.problem("filters", _("filters 要写成 {kind=\"library\"} 或 {kind=[\"library\", \"station\"]}"))  # fmt: skip
        found.append((name, tuple(sorted(set(codes)))))
    return tuple(found)


def read_indicator(table: Table, *, names: Names) -> Indicator:
    """The indicator of an [[indicator]]. Raises DefinitionError."""
    table.only(
        "code", "title", "en", "unit", "formula", "places", "rounding", "window", "levels", "need", "meaning", "source",
        "group", "better", "version", "valid",
    )  # fmt: skip
    code, text = _code(table), table.text("formula")
    since, until = table.dates()
    return Indicator(
        code=code, title=table.text("title"), en=table.text("en"), unit=_unit(table),
        expr=formula(table, "formula", names=names), text=" ".join(text.split()),
        places=table.whole("places", least=0, most=6, default=0),
        rounding=table.choice("rounding", ROUNDINGS, default="half_up"),
        window=table.choice("window", WINDOWS, default="period"),
        levels=table.choices("levels", LEVELS),
        need=table.whole("need", least=0, most=100, default=0), meaning=table.text("meaning", default=""),
        source=source_of(table, default=HOUSE), group=table.choice("group", tuple(GROUPS)),
        better=table.choice("better", BETTER, default="more"), version=table.whole("version", least=1, most=9999, default=1),
        valid_from=since, valid_to=until, file=table.file, line=table.line,
    )  # fmt: skip


def formula(table: Table, key: str, *, names: Names) -> Expr:
    """The formula at a key, with the column in the message. Raises DefinitionError."""
    try:
        return parse(table.text(key), names=names)
    except FormulaError as problem:
        raise table.problem(key, _("第 %(n)d 个字：%(problem)s") % {"n": problem.column, "problem": problem}) from None


def names_of(elements: Mapping[str, Element], found: Iterable[Table]) -> Names:
    """What formulas of these tables may name."""
    return Names(elements, {t.code: t.data.get("title", "") for t in found if t.kind == "indicator"})


def bound(indicators: Sequence[Indicator], elements: Mapping[str, Element]) -> dict[str, Indicator]:
    """By code, each with the hashes of what it rests on. Raises ValueError (the codes) for a circle."""
    by_code = {i.code: i for i in indicators}
    done: dict[str, Indicator] = {}

    def bind(code: str, above: tuple[str, ...]) -> Indicator:
        if code in above:
            raise ValueError(" → ".join([*above[above.index(code) :], code]))
        if code not in done:
            own = by_code[code]
            rests = {n.code: elements[n.code].sha256 for n in walk(own.expr) if isinstance(n, Ref)}
            for used in sorted({n.code for n in walk(own.expr) if isinstance(n, Use)}):
                rests[used] = bind(used, (*above, code)).sha256
            done[code] = replace(own, rests_on=tuple(sorted(rests.items())))
        return done[code]

    return {code: bind(code, ()) for code in by_code}
