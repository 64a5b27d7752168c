"""Norms and grades as data: read from TOML, checked with file and line, hashed.

A norm compares a figure with a floor, or states a condition; where it applies, from when until when, who says so and how
sure that is stand beside it. Wrong data stop the load with one line that says where.
"""

from __future__ import annotations

import datetime as dt
import functools
import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from qunwen.governance.indicators import catalogue
from qunwen.governance.indicators.language import ir
from qunwen.governance.indicators.language.definitions import CODE
from qunwen.governance.indicators.language.reading import Source, Table, source_of, tables

from . import formulas
from .applying import LEVELS
from .enums import GRAVE, Law, PlaceKind, Region, Severity

FOLDER = Path(__file__).parent / "definitions"
NOT_NORMS = ("regions.toml", "remedies.toml")
# Who may confirm by reading the document (K-med), and who may only be listed (K-lo).
DOUBTFUL = ("K-med", "K-lo")
UNSURE = "K-lo"

_WHERE = {"level", "area", "region", "kinds", "valid", "source", "enabled", "adopt", "theme"}
_NORM = _WHERE | {
    "code", "family", "title", "en", "indicator", "left", "condition", "op", "floor", "floor_expr", "unit", "binding",
    "severity", "remedy", "remedy_en", "instead",
    "window",
}  # fmt: skip


@dataclass(frozen=True)
class Where:
    """For which places and days a rule is one."""

    level: str
    area: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None  # the last day

    def on(self, day: dt.date) -> bool:
        """Whether it is in its time on the day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)

    @property
    def law(self) -> Law:
        """Who issued it, as its area tells."""
        return Law(max((len(prefix) for prefix in self.area), default=0))

    @property
    def canonical(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "level": self.level,
            "area": list(self.area),
            "region": list(self.region),
            "kinds": list(self.kinds),
            "valid": [day.isoformat() if day else None for day in (self.valid_from, self.valid_to)],
        }


@dataclass(frozen=True)
class Norm:
    """One rule. `expr` is what must hold; of a comparison `left`, `op` and `floor` are its sides."""

    code: str
    family: str
    title: str
    en: str
    theme: str
    expr: ir.Expr
    where: Where
    source: Source
    severity: Severity
    text: str  # the left side or condition as written
    indicator: str = ""
    left: ir.Expr | None = None
    op: str = ""
    floor: ir.Expr | None = None
    floor_text: str = ""
    unit: str = ""
    binding: bool = True
    instead: bool = False  # replaces what is issued further above even where it asks less
    window: str = "period"
    enabled: bool = True
    adopt: bool = False  # an example from elsewhere: counts only in a county that adopts it
    remedy: str = ""
    remedy_en: str = ""
    rests_on: tuple[str, ...] = ()  # hashes of the indicators it uses
    file: str = field(default="", compare=False)
    line: int = field(default=0, compare=False)

    @property
    def doubtful(self) -> bool:
        """Counts only after a person has compared it with its document, or adopted it."""
        return self.adopt or self.source.certainty in DOUBTFUL

    @functools.cached_property
    def canonical(self) -> dict[str, Any]:
        """What decides a verdict, as plain data: a changed title does not ask for a new confirmation."""
        return {
            "code": self.code,
            "expr": self.expr.canonical,
            "rests_on": list(self.rests_on),
            "where": self.where.canonical,
            "window": self.window,
            "binding": self.binding,
            "severity": str(self.severity),
            "source": [self.source.doc, self.source.batch, self.source.year, self.source.certainty],
        }

    @functools.cached_property
    def sha256(self) -> str:
        """The hash of the rule."""
        return ir.digest(self.canonical)


@dataclass(frozen=True)
class Mandatory:
    """A condition without which a grade is out of reach."""

    grade: int
    title: str
    en: str
    expr: ir.Expr
    text: str


@dataclass(frozen=True)
class Item:
    """Points of a grade's score: `full` where `expr` holds, in steps (several conditions, the best one counts)."""

    title: str
    en: str
    steps: tuple[tuple[ir.Expr, Fraction], ...]
    texts: tuple[str, ...]

    @property
    def full(self) -> Fraction:
        """The most one can have."""
        return max(points for _expr, points in self.steps)


@dataclass(frozen=True)
class Grade:
    """Levels (1 is best) by mandatory conditions and by score; the worse of both counts."""

    code: str
    title: str
    en: str
    theme: str
    levels: tuple[int, ...]
    mandatory: tuple[Mandatory, ...]
    items: tuple[Item, ...]
    passing: tuple[tuple[int, Fraction], ...]
    where: Where
    source: Source
    enabled: bool = True
    adopt: bool = False
    file: str = field(default="", compare=False)
    line: int = field(default=0, compare=False)

    @property
    def doubtful(self) -> bool:
        """Counts only after a person has compared it with its document, or adopted it."""
        return self.adopt or self.source.certainty in DOUBTFUL

    @property
    def exprs(self) -> tuple[ir.Expr, ...]:
        """Everything it looks at."""
        return (*(m.expr for m in self.mandatory), *(e for i in self.items for e, _points in i.steps))

    @functools.cached_property
    def canonical(self) -> dict[str, Any]:
        """What decides a grade, as plain data."""
        return {
            "code": self.code,
            "levels": list(self.levels),
            "mandatory": [[m.grade, m.expr.canonical] for m in self.mandatory],
            "items": [[[e.canonical, str(points)] for e, points in i.steps] for i in self.items],
            "passing": [[grade, str(points)] for grade, points in self.passing],
            "where": self.where.canonical,
            "source": [self.source.doc, self.source.batch, self.source.year, self.source.certainty],
        }

    @functools.cached_property
    def sha256(self) -> str:
        """The hash of the rule."""
        return ir.digest(self.canonical)


@dataclass(frozen=True)
class Rules:
    """All that is known, in the order of the files."""

    norms: tuple[Norm, ...]
    grades: tuple[Grade, ...]

    @functools.cached_property
    def by_code(self) -> Mapping[str, Norm]:
        """Norms by code."""
        return {norm.code: norm for norm in self.norms}


@functools.cache
def shipped() -> Rules:
    """What the package ships. Raises DefinitionError."""
    return load(sorted(p for p in FOLDER.glob("*.toml") if p.name not in NOT_NORMS))


def load(paths: Iterable[Path]) -> Rules:
    """Read and check files. Raises DefinitionError with file, line and reason."""
    return read([(path.read_text(encoding="utf-8"), path.name) for path in paths])


def read(texts: Sequence[tuple[str, str]]) -> Rules:
    """The same from (text, name of the file)."""
    heads = [t for text, name in texts for t in tables(text, name=name, kinds=("norm", "grade"))]
    norms = [_norm(t) for t in heads if t.kind == "norm"]
    grades = [_grade(t) for t in heads if t.kind == "grade"]
    seen: set[str] = set()
    for table in heads:
        code = table.code
        if code in seen:
            raise table.problem("code", _("代码“%(code)s”已经用过") % {"code": code})
        seen.add(code)
    _no_overlap([t for t in heads if t.kind == "norm"], norms)
    return Rules(tuple(norms), tuple(grades))


def _no_overlap(heads: Sequence[Table], norms: Sequence[Norm]) -> None:
    """Versions of one family: on one day one rule for the same level, area, belt and sort of place."""
    slots: dict[tuple[str, ...], list[Norm]] = {}
    for table, norm in zip(heads, norms, strict=True):
        where = norm.where
        for slot in itertools.product(where.area or ("",), where.region or ("",), where.kinds or ("",)):
            there = slots.setdefault((norm.family, where.level, *slot), [])
            for other in there:
                if _meet(where, other.where):
                    raise table.problem("valid", _("与“%(code)s”的适用范围和日期重叠") % {"code": other.code})
            there.append(norm)


def _meet(one: Where, other: Where) -> bool:
    first, last = dt.date.min, dt.date.max
    return (one.valid_from or first) <= (other.valid_to or last) and (other.valid_from or first) <= (
        one.valid_to or last
    )


def _norm(table: Table) -> Norm:
    table.only(*_NORM)
    data, code = table.data, _code(table)
    indicator = table.text("indicator", default="")
    if indicator and indicator not in catalogue.indicators():
        raise table.problem("indicator", _("没有代码为“%(code)s”的指标") % {"code": indicator})
    expr, left, floor = _rule(table)
    source = _source(table)
    severity = Severity(table.choice("severity", Severity.values, default=Severity.WARN))
    # A rule that nobody has vouched for cannot condemn; a K-med one only after it was confirmed (judging).
    if source.certainty == UNSURE and severity in GRAVE:
        raise table.problem("severity", _("把握不足（K-lo）的标准不能是 fail 或 veto"))
    return Norm(
        code=code, family=table.text("family", default=code), title=table.text("title"), en=table.text("en"),
        theme=table.choice("theme", tuple(catalogue.GROUPS)), expr=expr, where=_where(table), source=source,
        severity=severity, text=data.get("condition") or data.get("left") or indicator,
        indicator=indicator or _same_indicator(left),
        left=left, op=expr.op if isinstance(expr, ir.Compare) and left is not None else "", floor=floor,
        floor_text=str(data.get("floor") or data.get("floor_expr") or ""), unit=_unit_of(table, floor),
        binding=_flag(table, "binding", default=True), instead=_flag(table, "instead", default=False), window=_window(table),
        enabled=_enabled(table, source), adopt=_flag(table, "adopt", default=False), remedy=table.text("remedy", default=""),
        remedy_en=table.text("remedy_en", default=""), rests_on=rests_on(expr), file=table.file, line=table.line,
    )  # fmt: skip


@functools.lru_cache(maxsize=1)
def _formulas() -> dict[bytes, str]:
    return {ir.canonical_json(i.expr.canonical): i.code for i in catalogue.indicators().values()}


def _same_indicator(left: ir.Expr | None) -> str:
    """The indicator with the same formula: its page opens the figure."""
    return "" if left is None else _formulas().get(ir.canonical_json(left.canonical), "")


def _rule(table: Table) -> tuple[ir.Expr, ir.Expr | None, ir.Expr | None]:
    """(what must hold, left side, floor); a condition has no sides. Raises DefinitionError."""
    sides = [key for key in ("indicator", "left", "condition") if table.data.get(key)]
    floors = [key for key in ("floor", "floor_expr") if table.data.get(key)]
    if len(sides) != 1:
        raise table.problem(sides[1] if sides else "code", _("须写 indicator、left、condition 三者之一"))
    if sides == ["condition"]:
        if floors:
            raise table.problem(floors[0], _("condition 自身就是条件，不能再写 floor"))
        return formulas.condition(table, "condition", table.text("condition")), None, None
    if len(floors) != 1:
        raise table.problem(floors[1] if floors else "code", _("须写 floor、floor_expr 二者之一"))
    op = table.choice("op", ir.OPS, default=">=")
    left = ir.Use(table.text("indicator")) if sides == ["indicator"] else formulas.value(table, "left")
    floor = formulas.floor(table)
    formulas.comparable(table, left, floor)
    return ir.Compare(op, left, floor), left, floor


def _unit_of(table: Table, floor: ir.Expr | None) -> str:
    """What the floor is written in."""
    return floor.unit if isinstance(floor, ir.Number) else table.text("unit", default="")


def _code(table: Table) -> str:
    code = table.text("code")
    if not CODE.fullmatch(code):
        raise table.problem("code", _("代码“%(code)s”应由小写字母、数字、下划线和点组成") % {"code": code})
    return code


def _source(table: Table) -> Source:
    return source_of(table)


def _flag(table: Table, key: str, *, default: bool) -> bool:
    value = table.data.get(key, default)
    if not isinstance(value, bool):
        raise table.problem(key, _("“%(key)s”只能是 true 或 false") % {"key": key})
    return value


def _window(table: Table) -> str:
    indicator = table.data.get("indicator")
    usual = catalogue.indicators()[indicator].window if indicator else "period"
    return table.choice("window", ("period", "year"), default=usual)


def _enabled(table: Table, source: Source) -> bool:
    enabled = _flag(table, "enabled", default=source.certainty != UNSURE)
    if enabled and source.certainty == UNSURE:
        raise table.problem("enabled", _("把握不足（K-lo）的标准不能随附启用"))
    return enabled


def _where(table: Table) -> Where:
    area = table.choices("area", None)
    if any(len(prefix) not in (2, 4, 6) or not prefix.isdigit() for prefix in area):
        raise table.problem("area", _("area 应为省、市、县的区划代码"))
    return Where(
        table.choice("level", tuple(LEVELS)), area, table.choices("region", Region.values),
        table.choices("kinds", PlaceKind.values), *table.dates(),
    )  # fmt: skip


_GRADE = _WHERE | {"code", "title", "en", "levels", "mandatory", "item", "passing"}


def _grade(table: Table) -> Grade:
    table.only(*_GRADE)
    data = table.data
    levels = data.get("levels")
    if not isinstance(levels, list) or not levels or levels != sorted({x for x in levels if type(x) is int}):
        raise table.problem("levels", _("levels 须从最高等级起依次列出，如 [1, 2, 3]"))
    mandatory = tuple(
        Mandatory(m.get("grade"), m.get("title", ""), m.get("en", ""), formulas.condition(table, "mandatory", m.get("when")), m.get("when"))
        for m in data.get("mandatory", ())
    )  # fmt: skip
    items = tuple(_item(table, item) for item in data.get("item", ()))
    passing = tuple(sorted((int(g), Fraction(str(p))) for g, p in data.get("passing", {}).items()))
    if {m.grade for m in mandatory} | {g for g, _points in passing} > set(levels):
        raise table.problem("levels", _("必备条件和分数线所写的等级须在 levels 中"))
    if bool(items) != bool(passing):
        raise table.problem("passing", _("有评分项就须有分数线，有分数线就须有评分项"))
    source = _source(table)
    return Grade(
        code=_code(table), title=table.text("title"), en=table.text("en"),
        theme=table.choice("theme", tuple(catalogue.GROUPS)), levels=tuple(levels), mandatory=mandatory, items=items,
        passing=passing, where=_where(table), source=source, enabled=_enabled(table, source),
        adopt=_flag(table, "adopt", default=False), file=table.file, line=table.line,
    )  # fmt: skip


def _item(table: Table, item: Mapping[str, Any]) -> Item:
    steps = item.get("steps", ())
    if not steps:
        raise table.problem("item", _("评分项须写 steps：条件 when 和得分 points"))
    return Item(
        item.get("title", ""),
        item.get("en", ""),
        tuple((formulas.condition(table, "item", s.get("when")), Fraction(str(s.get("points", 0)))) for s in steps),
        tuple(str(s.get("when")) for s in steps),
    )


def rests_on(expr: ir.Expr) -> tuple[str, ...]:
    """The hashes of the indicators a rule uses: with another formula it is another rule."""
    used = {node.code for node in ir.walk(expr) if isinstance(node, ir.Use)}
    return tuple(sorted(catalogue.indicators()[code].sha256 for code in used))
