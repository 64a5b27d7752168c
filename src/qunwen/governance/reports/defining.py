"""Figures as data: read from TOML, checked with file and line, hashed.

What a figure is stands in definitions/*.toml, never in code. A wrong definition stops the load with one line
that says where it is.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qunwen.base.measures import declare

FOLDER = Path(__file__).parent / "definitions"
PLACED = {"town": 4, "village": 5}  # Level numbers
SPECIAL = ("month", "grade", *PLACED)
COUNTS = ("expected", "reported", "missing")
PERIODS = ("this", "last_year")
_CODE = re.compile(r"[a-z][a-z0-9_]{0,30}")
_COMMON = {"code", "title", "unit", "by", "opens"}
_KINDS = {
    "measure": {"measure", "filters", "period"},
    "coverage": {"coverage", "count"},
    "population": {"population", "year"},
    "numerator": {"numerator", "denominator", "percent", "places", "balanced"},
}


class DefinitionError(ValueError):
    """A definition file is wrong; the message names file, line and what to mend."""


@dataclass(frozen=True)
class Definition:
    """One figure. `kind` is measure, coverage, population or numerator (a ratio); `about` holds the keys of that kind."""

    code: str
    title: str
    unit: str
    kind: str
    by: str
    opens: str
    about: Mapping[str, Any] = field(hash=False)

    @property
    def canonical(self) -> dict[str, Any]:
        """As plain data, equal for equal meaning."""
        return {
            "code": self.code,
            "title": self.title,
            "unit": self.unit,
            "by": self.by,
            "opens": self.opens,
            **{name: self.about[name] for name in sorted(self.about)},
        }

    @property
    def sha256(self) -> str:
        """The hash of this one definition."""
        return digest(self.canonical)

    @property
    def terms(self) -> tuple[dict[str, int], dict[str, int]]:
        """Numerator and denominator of a ratio as sums: {figure's code: factor}."""
        return read_sum(self.about["numerator"]), read_sum(self.about["denominator"])


@dataclass(frozen=True)
class Definitions:
    """All figures of a report, in the order in which they are evaluated."""

    title: str
    version: int
    figures: tuple[Definition, ...]

    @property
    def canonical(self) -> dict[str, Any]:
        """As plain data."""
        return {"title": self.title, "version": self.version, "figures": [f.canonical for f in self.figures]}

    @property
    def sha256(self) -> str:
        """One hash over every definition."""
        return digest(self.canonical)

    @functools.cached_property
    def by_code(self) -> dict[str, Definition]:
        """Figures by code."""
        return {f.code: f for f in self.figures}


def digest(plain: Any) -> str:
    """SHA-256 of plain data as canonical JSON (sorted keys, no spaces, UTF-8)."""
    return hashlib.sha256(canonical_json(plain)).hexdigest()


def canonical_json(plain: Any) -> bytes:
    """The one way to write plain data down."""
    return json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def read_sum(text: str) -> dict[str, int]:
    """'held - held_last' as {code: factor}. Only names, whole factors, + and -. Raises ValueError for anything else."""
    try:
        tree = ast.parse(text, mode="eval").body
    except SyntaxError:
        raise ValueError(f"看不懂的算式“{text}”") from None
    found: dict[str, int] = {}
    _collect(tree, 1, found)
    return found


def _collect(node: ast.expr, sign: int, found: dict[str, int]) -> None:
    match node:
        case ast.Name(id=name):
            found[name] = found.get(name, 0) + sign
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as op, right=right):
            _collect(left, sign, found)
            _collect(right, sign if isinstance(op, ast.Add) else -sign, found)
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            _collect(inner, -sign, found)
        case ast.BinOp(left=ast.Constant(value=int(factor)), op=ast.Mult(), right=ast.Name() as name):
            _collect(name, sign * factor, found)
        case _:
            raise ValueError(f"算式里只能有数字代码、整数倍和加减，不能有“{ast.unparse(node)}”")


@functools.cache
def shipped(kind: str) -> Definitions:
    """The definitions the package ships for a kind of report."""
    return load(FOLDER / f"{kind}.toml")


def load(path: Path) -> Definitions:
    """Read and check a definition file. Raises DefinitionError with file and line."""
    return parse(path.read_text(encoding="utf-8"), name=path.name)


def parse(text: str, *, name: str) -> Definitions:
    """The definitions in a text; `name` is what messages call the file. Raises DefinitionError."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise DefinitionError(f"{name}：{problem}") from None
    heads = [n for n, line in enumerate(text.splitlines(), 1) if line.split("#")[0].strip() == "[[figure]]"]
    title, version = data.get("title"), data.get("version")
    if not isinstance(title, str) or not isinstance(version, int) or set(data) - {"title", "version", "figure"}:
        raise DefinitionError(f"{name}：第 1 行：开头要写 title 和 version，不能有别的")
    known: dict[str, Definition] = {}
    for line, raw in zip(heads, data.get("figure", []), strict=True):
        try:
            new = _figure(raw, known)
        except (ValueError, KeyError, TypeError) as problem:
            raise DefinitionError(f"{name}：第 {line} 行：{raw.get('code', '（没有代码）')}：{problem}") from None
        known[new.code] = new
    if not known:
        raise DefinitionError(f"{name}：没有一个 [[figure]]")
    return Definitions(title, version, tuple(known.values()))


def from_plain(data: Mapping[str, Any]) -> Definitions:
    """The definitions back from their canonical form (a sealed bundle's). Raises DefinitionError."""
    known: dict[str, Definition] = {}
    for number, raw in enumerate(data["figures"], 1):
        try:
            given = {name: value for name, value in raw.items() if name not in ("by", "opens") or value}
            new = _figure(given, known)
        except (ValueError, KeyError, TypeError) as problem:
            raise DefinitionError(f"definitions.json：第 {number} 个数字：{raw.get('code')}：{problem}") from None
        known[new.code] = new
    return Definitions(data["title"], data["version"], tuple(known.values()))


def _figure(raw: Mapping[str, Any], known: Mapping[str, Definition]) -> Definition:
    code = raw.get("code", "")
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        raise ValueError("code 要用小写字母、数字和下划线")
    if code in known:
        raise ValueError("代码重复")
    kinds = [kind for kind in _KINDS if kind in raw]
    if len(kinds) != 1:
        raise ValueError("要写 measure、coverage、population、numerator 中的一个")
    kind = kinds[0]
    if strange := sorted(set(raw) - _COMMON - _KINDS[kind]):
        raise ValueError(f"不认识的项目 {'、'.join(strange)}")
    if not raw.get("title") or "unit" not in raw:
        raise ValueError("缺少 title 或 unit")
    by, opens = raw.get("by", ""), raw.get("opens", "")
    about = {name: raw[name] for name in _KINDS[kind] if name in raw}
    new = Definition(code, raw["title"], raw["unit"], kind, by, opens, about)
    _CHECKS[kind](new, known)
    if opens and (opens not in known or known[opens].kind != "measure" or known[opens].by != by):
        raise ValueError(f"opens 要指向前面同样分组的计数：{opens}")
    return new


def _check_measure(new: Definition, known: Mapping[str, Definition]) -> None:
    code = new.about["measure"]
    _check_declared(code)
    measure = declare.get(code)
    if new.about.get("period", "this") not in PERIODS:
        raise ValueError("period 只能是 this 或 last_year")
    filters = new.about.get("filters", {})
    for name in [*filters, *([new.by] if new.by and new.by not in SPECIAL else [])]:
        if name not in {d.code for d in measure.dims}:
            raise ValueError(f"{code} 没有 {name} 这个维度")
    for name, value in filters.items():
        if not isinstance(value, str) or value not in measure.dim(name).labels:
            raise ValueError(f"{name} 没有 {value} 这个取值")


def _check_declared(code: str) -> None:
    if code not in {m.code for m in declare.all()}:
        raise ValueError(f"没有 {code} 这项统计")


def _check_coverage(new: Definition, known: Mapping[str, Definition]) -> None:
    _check_declared(new.about["coverage"])
    if new.about["count"] not in COUNTS:
        raise ValueError(f"count 只能是 {'、'.join(COUNTS)}")
    if new.by and new.by not in PLACED:
        raise ValueError("应报、缺报只能按地方分")
    if not new.opens:
        raise ValueError("要用 opens 写明点开看哪个数字")


def _check_population(new: Definition, known: Mapping[str, Definition]) -> None:
    if set(new.about["population"]) != {"group", "basis"} or not isinstance(new.about["year"], int):
        raise ValueError("人口数要写 group、basis 和 year")
    if new.by and new.by not in PLACED:
        raise ValueError("人口数只能按地方分")
    if not new.opens:
        raise ValueError("要用 opens 写明点开看哪个数字")


def _check_ratio(new: Definition, known: Mapping[str, Definition]) -> None:
    places = new.about.get("places", 0)
    if type(places) is not int or not 0 <= places <= 6:
        raise ValueError("places 是 0 到 6 的整数")
    for terms in new.terms:
        for code in terms:
            if code not in known:
                raise ValueError(f"算式用到的 {code} 前面没有定义")
            if known[code].kind == "numerator":
                raise ValueError(f"算式不能用比率 {code}，比率不能相加")
            if known[code].by not in ("", new.by):
                raise ValueError(f"{code} 的分组与本数字不同")
    units = [{known[code].unit for code in terms} for terms in new.terms]
    if any(len(each) > 1 for each in units):
        raise ValueError("相加减的数字单位不同")
    if new.about.get("percent") and units[0] != units[1]:
        raise ValueError("百分数的分子和分母单位要相同")
    if new.about.get("balanced") and (not new.about.get("percent") or not new.by):
        raise ValueError("balanced 只用于按项分的百分数")


_CHECKS = {
    "measure": _check_measure,
    "coverage": _check_coverage,
    "population": _check_population,
    "numerator": _check_ratio,
}
