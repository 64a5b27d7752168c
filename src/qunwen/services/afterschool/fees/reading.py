"""Fee rules as TOML, each mistake told with its file and line. One file is one document of one area."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Collection, Mapping
from typing import Any

from django.utils.translation import gettext as _

# S: source found; S2: a copy or secondary; K-hi, K-med, K-lo: known with that confidence; house: our own choice.
CERTAINTIES = ("S", "S2", "K-hi", "K-med", "K-lo", "house")
_HEAD = re.compile(r"\[\[\s*([a-z_]+)\s*\]\]\s*(#.*)?")
_KEY = re.compile(r"\s*([a-z_]+)\s*=")
_LINE = re.compile(r"\(at line (\d+), column \d+\)")


class FeeRuleError(ValueError):
    """A fee rule is wrong. The message names file and line and what to mend."""

    def __init__(self, file: str, line: int, reason: str) -> None:
        super().__init__(_("%(file)s：第 %(line)d 行：%(reason)s") % {"file": file, "line": line, "reason": reason})
        self.file, self.line, self.reason = file, line, reason


class Table:
    """A table of the file, or the file's own head, that knows the lines of its keys."""

    def __init__(self, data: Mapping[str, Any], file: str, line: int, lines: Mapping[str, int]) -> None:
        self.data, self.file, self.line, self.lines = data, file, line, lines

    def problem(self, key: str, reason: str) -> FeeRuleError:
        """The mistake at a key, to be raised; at the head of the table when the key is missing."""
        return FeeRuleError(self.file, self.lines.get(key, self.line), reason)

    def only(self, *allowed: str) -> None:
        """Raise FeeRuleError at the first key that is not among these."""
        for key in self.data:
            if key not in allowed:
                raise self.problem(key, _("不认识的项目“%(key)s”") % {"key": key})

    def text(self, key: str) -> str:
        """A text that is not empty. Raises FeeRuleError."""
        value = self.data.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self.problem(key, _("“%(key)s”要写一段文字") % {"key": key})
        return value

    def one_of(self, key: str, allowed: Collection[str], *, default: str | None = None) -> str:
        """One of a few words. Raises FeeRuleError."""
        value = self.data.get(key, default)
        if not isinstance(value, str) or value not in allowed:
            raise self.problem(key, _("“%(key)s”只能是：%(all)s") % {"key": key, "all": "、".join(allowed)})
        return value

    def words(self, key: str, allowed: Collection[str] | None = None, *, empty: bool = False) -> tuple[str, ...]:
        """A list of words, of a few when `allowed` is given. Raises FeeRuleError."""
        value = self.data.get(key, [] if empty else None)
        right = isinstance(value, list) and all(
            isinstance(one, str) and (allowed is None or one in allowed) for one in value
        )
        if not right or not (value or empty):
            shown = "、".join(allowed) if allowed is not None else _("几个带引号的词")
            raise self.problem(key, _("“%(key)s”只能是：%(all)s") % {"key": key, "all": shown})
        return tuple(value)  # type: ignore[arg-type]

    def fen(self, key: str) -> int:
        """An amount in fen, 1 to 1,000,000. Raises FeeRuleError, also for yuan with a point."""
        value = self.data.get(key)
        if type(value) is not int or not 1 <= value <= 1_000_000:
            raise self.problem(key, _("“%(key)s”要写以分为单位的整数（1 元 = 100）") % {"key": key})
        return value

    def share(self, key: str) -> tuple[int, int]:
        """A share as [numerator, denominator], above nothing, at most the whole. Raises FeeRuleError."""
        value = self.data.get(key)
        if not isinstance(value, list) or len(value) != 2 or any(type(n) is not int for n in value):
            raise self.problem(key, _("“%(key)s”要写成 [1, 2]，表示二分之一") % {"key": key})
        top, bottom = value
        if not 0 < top <= bottom:
            raise self.problem(key, _("“%(key)s”要大于 0，不超过 1") % {"key": key})
        return top, bottom

    def dates(self, key: str) -> tuple[dt.date, dt.date | None]:
        """{from=…, to=…}: the first day, and the last on which it holds. Raises FeeRuleError."""
        value = self.data.get(key)
        shape = _("“%(key)s”要写成 {from = 2022-01-01, to = 2025-12-31}，to 可以不写") % {"key": key}
        if not isinstance(value, dict) or set(value) - {"from", "to"} or type(value.get("from")) is not dt.date:
            raise self.problem(key, shape)
        until = value.get("to")
        if until is not None and type(until) is not dt.date:
            raise self.problem(key, shape)
        if until is not None and until < value["from"]:
            raise self.problem(key, _("结束日期早于开始日期"))
        return value["from"], until


def read(text: str, *, file: str, kinds: Collection[str]) -> tuple[Table, list[tuple[str, Table]]]:
    """The head of the file and its [[tables]] in order. Raises FeeRuleError for anything that is not such a file."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        found = _LINE.search(str(problem))
        line = int(found[1]) if found else len(text.splitlines()) or 1
        raise FeeRuleError(file, line, _("不是有效的 TOML：%(problem)s") % {"problem": problem}) from None
    heads = _heads(text)
    tables: list[tuple[str, Table]] = []
    counted: dict[str, int] = {}
    for kind, line, lines in heads[1:]:
        if kind not in kinds:
            words = {"kind": kind, "all": "、".join(kinds)}
            raise FeeRuleError(file, line, _("不认识的“%(kind)s”，只有：%(all)s") % words)
        number = counted.get(kind, 0)
        counted[kind] = number + 1
        tables.append((kind, Table(data[kind][number], file, line, lines)))
    own = {key: value for key, value in data.items() if key not in counted}
    return Table(own, file, 1, heads[0][2]), tables


def _heads(text: str) -> list[tuple[str, int, dict[str, int]]]:
    """(kind, line, line of each key); the first is the file itself. Only one-line texts are used in these files."""
    found: list[tuple[str, int, dict[str, int]]] = [("", 1, {})]
    for number, line in enumerate(text.splitlines(), 1):
        if head := _HEAD.fullmatch(line.strip()):
            found.append((head[1], number, {}))
        elif key := _KEY.match(line):
            found[-1][2].setdefault(key[1], number)
    return found
