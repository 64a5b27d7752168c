"""TOML whose every table knows its file and line, so that a mistake is told where it stands."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

# S: source found; S2: secondary or local; K-hi, K-med, K-lo: known with that confidence; house: our own definition.
CERTAINTIES = ("S", "S2", "K-hi", "K-med", "K-lo", "house")
_HEAD = re.compile(r"\[\[?\s*([A-Za-z0-9_.-]+)\s*\]\]?\s*(#.*)?")
_KEY = re.compile(r"\s*([A-Za-z0-9_-]+)(\.[A-Za-z0-9_.-]+)?\s*=")
_LINE = re.compile(r"\(at line (\d+), column \d+\)")


class DefinitionError(ValueError):
    """A definition is wrong. The message names file, line, code and what to mend; the parts are attributes."""

    def __init__(self, file: str, line: int, code: str, reason: str) -> None:
        super().__init__(f"{file}：第 {line} 行：{code or '（没有代码）'}：{reason}")
        self.file, self.line, self.code, self.reason = file, line, code, reason


@dataclass(frozen=True)
class Table:
    """One [[kind]] of a file."""

    kind: str
    data: Mapping[str, Any] = field(hash=False)
    file: str
    line: int
    lines: Mapping[str, int] = field(default_factory=dict, hash=False, repr=False)

    @property
    def code(self) -> str:
        """Its code, as far as it has one."""
        code = self.data.get("code")
        return code if isinstance(code, str) else ""

    def line_of(self, key: str) -> int:
        """The line on which a key stands; that of the head when it is missing."""
        return self.lines.get(key, self.line)

    def problem(self, key: str, text: str) -> DefinitionError:
        """The mistake at a key, to be raised."""
        return DefinitionError(self.file, self.line_of(key), self.code, text)

    def only(self, *allowed: str) -> None:
        """Raise DefinitionError at the first key that is not among these."""
        for key in self.data:
            if key not in allowed:
                raise self.problem(key, _("不认识的项目“%(key)s”") % {"key": key})

    def text(self, key: str, *, default: str | None = None) -> str:
        """A text that is not empty; with a default it may be missing. Raises DefinitionError."""
        if key not in self.data and default is not None:
            return default
        value = self.data.get(key)
        if not isinstance(value, str) or not (value.strip() or default is not None):
            raise self.problem(key, _("“%(key)s”要写一段文字") % {"key": key})
        return value

    def whole(self, key: str, *, least: int, most: int, default: int | None = None) -> int:
        """A whole number within bounds. Raises DefinitionError."""
        value = self.data.get(key, default)
        if type(value) is not int or not least <= value <= most:
            raise self.problem(
                key, _("“%(key)s”要写 %(least)d 到 %(most)d 的整数") % {"key": key, "least": least, "most": most}
            )
        return value

    def choice(self, key: str, allowed: Collection[str], *, default: str | None = None) -> str:
        """One of a few words. Raises DefinitionError."""
        value = self.data.get(key, default)
        if not isinstance(value, str) or value not in allowed:
            raise self.problem(key, _("“%(key)s”只能是：%(all)s") % {"key": key, "all": "、".join(allowed)})
        return value

    def choices(self, key: str, allowed: Collection[str] | None, *, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """A list of words, of a few when `allowed` is given. Raises DefinitionError."""
        value = self.data.get(key, list(default))
        if not isinstance(value, list) or not all(
            isinstance(x, str) and (allowed is None or x in allowed) for x in value
        ):
            shown = "、".join(allowed) if allowed is not None else _("几个带引号的词")
            raise self.problem(key, _("“%(key)s”只能是：%(all)s") % {"key": key, "all": shown})
        return tuple(value)

    def dates(self, key: str = "valid") -> tuple[dt.date | None, dt.date | None]:
        """{from=…, to=…}: the first day, and the last day on which it holds. Raises DefinitionError."""
        value = self.data.get(key, {})
        if not isinstance(value, dict) or set(value) - {"from", "to"}:
            raise self.problem(key, _("“%(key)s”要写成 {from=2016-01-01, to=2020-12-31}") % {"key": key})
        since, until = value.get("from"), value.get("to")
        for day in (since, until):
            if day is not None and type(day) is not dt.date:
                raise self.problem(key, _("“%(key)s”要写成 {from=2016-01-01, to=2020-12-31}") % {"key": key})
        if since and until and until < since:
            raise self.problem(key, _("结束日期早于开始日期"))
        return since, until


@dataclass(frozen=True)
class Source:
    """Where a definition comes from, and how sure that is."""

    doc: str
    certainty: str
    batch: str = ""
    year: int | None = None
    locator: str = ""

    @property
    def canonical(self) -> dict[str, Any]:
        """As plain data."""
        return {"doc": self.doc, "certainty": self.certainty, "batch": self.batch, "year": self.year}


HOUSE = Source("群文指标口径", "house")


def source_of(table: Table, *, default: Source | None = None) -> Source:
    """The source of a table. Raises DefinitionError when it is missing (and has no default) or malformed."""
    raw = table.data.get("source")
    if raw is None and default is not None:
        return default
    if not isinstance(raw, dict) or set(raw) - {"doc", "certainty", "batch", "year", "locator"}:
        raise table.problem("source", _("要用 source 写明文件 doc 和把握程度 certainty"))
    if not isinstance(raw.get("doc"), str) or not raw["doc"].strip():
        raise table.problem("source", _("source 要写明文件 doc"))
    if raw.get("certainty") not in CERTAINTIES:
        raise table.problem("source", _("certainty 只能是：%(all)s") % {"all": "、".join(CERTAINTIES)})
    if not isinstance(raw.get("year", 1), int) or not all(
        isinstance(raw.get(k, ""), str) for k in ("batch", "locator")
    ):
        raise table.problem("source", _("source 的年份要写整数，批次和出处要写文字"))
    return Source(**raw)


def tables(path_or_text: Path | str, *, name: str, kinds: Collection[str]) -> list[Table]:
    """Every [[kind]] of a TOML file or text, in order; `name` is what messages call it. Raises DefinitionError."""
    text = path_or_text.read_text(encoding="utf-8") if isinstance(path_or_text, Path) else path_or_text
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        found = _LINE.search(str(problem))
        line = int(found[1]) if found else len(text.splitlines()) or 1
        raise DefinitionError(name, line, "", _("不是有效的 TOML：%(problem)s") % {"problem": problem}) from None
    heads = _heads(text, kinds)
    counted: dict[str, int] = {}
    result: list[Table] = []
    for kind, line, lines in heads:
        if kind not in kinds:
            raise DefinitionError(name, line, "", _("不认识的“%(kind)s”，只有：%(all)s") % {"kind": kind, "all": "、".join(kinds)})  # fmt: skip
        rows = data.get(kind)
        place = counted.get(kind, 0)
        counted[kind] = place + 1
        if not isinstance(rows, list) or place >= len(rows) or not isinstance(rows[place], dict):
            raise DefinitionError(name, line, "", _("要写成 [[%(kind)s]]") % {"kind": kind})
        result.append(Table(kind, rows[place], name, line, lines))
    if strange := set(data) - set(kinds):
        raise DefinitionError(name, 1, "", _("不认识的“%(kind)s”，只有：%(all)s") % {"kind": sorted(strange)[0], "all": "、".join(kinds)})  # fmt: skip
    return result


def _heads(text: str, kinds: Collection[str]) -> list[tuple[str, int, dict[str, int]]]:
    """(kind, line of the head, line of each key) of every table; a sub-table [[kind.part]] belongs to its head."""
    found: list[tuple[str, int, dict[str, int]]] = []
    closing = ""  # the quotes that end the text we are in
    inner = False
    for number, line in enumerate(text.splitlines(), 1):
        if closing:
            closing = "" if line.count(closing) % 2 else closing
            continue
        for quotes in ('"""', "'''"):
            if line.count(quotes) % 2:
                closing = quotes
        if head := _HEAD.fullmatch(line):
            kind, _dot, part = head[1].partition(".")
            inner = bool(part)
            if not part:
                found.append((kind, number, {}))
            elif found:
                found[-1][2].setdefault(part, number)
        elif found and not inner and (key := _KEY.match(line)):
            found[-1][2].setdefault(key[1], number)
    return found
