"""The checks as they are defined: title, explanation and limits from TOML, checked with file and line."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from qunwen.governance.indicators.catalogue import Described
from qunwen.governance.indicators.language.reading import Source, Table, source_of, tables

from .chance import NINE
from .checks import CHECKS, Check
from .enums import Severity

FILE = Path(__file__).parent / "definitions" / "checks.toml"
KINDS = ("check",)


@dataclass(frozen=True)
class Defined:
    """One check with its limits. `how` says in plain words how it works, for those whose records it looks at."""

    code: str
    title: str
    en: str
    severity: Severity
    limits: Mapping[str, int] = field(hash=False)
    how: str
    how_en: str
    source: Source
    enabled: bool
    file: str
    line: int

    @property
    def check(self) -> Check:
        """What is run."""
        return CHECKS[self.code]

    @property
    def sha256(self) -> str:
        """The digest of what it does."""
        told: dict[str, Any] = {"code": self.code, "limits": dict(self.limits), "enabled": self.enabled}
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def read(path: Path) -> list[Defined]:
    """Every check of a file, in order. Raises DefinitionError with file and line."""
    found = [_defined(table) for table in tables(path, name=path.name, kinds=KINDS)]
    seen: set[str] = set()
    for each in found:
        if each.code in seen:
            raise Table("check", {"code": each.code}, each.file, each.line).problem("code", _("同一个代码写了两次"))
        seen.add(each.code)
    return found


def _defined(table: Table) -> Defined:
    table.only("code", "title", "en", "severity", "limits", "how", "how_en", "source", "enabled")
    code = table.choice("code", tuple(CHECKS))
    enabled = table.data.get("enabled", True)
    if not isinstance(enabled, bool):
        raise table.problem("enabled", _("只能写 true 或 false"))
    return Defined(
        code=code, title=table.text("title"), en=table.text("en"),
        severity=Severity(table.choice("severity", Severity.values)), limits=_limits(table, CHECKS[code]),
        how=table.text("how"), how_en=table.text("how_en"), source=source_of(table), enabled=enabled,
        file=table.file, line=table.line,
    )  # fmt: skip


def _limits(table: Table, check: Check) -> dict[str, int]:
    given = table.data.get("limits", {})
    if not isinstance(given, dict) or set(given) != set(check.limits):
        raise table.problem("limits", _("limits 要正好写这几项：%(all)s") % {"all": "、".join(check.limits)})
    for name, (least, most) in check.limits.items():
        if type(given[name]) is not int or not least <= given[name] <= most:
            about = {"key": name, "least": least, "most": most}
            raise table.problem("limits", _("“%(key)s”要写 %(least)d 到 %(most)d 的整数") % about)
    if check.code == "digits.last" and given["odds"] not in NINE:
        raise table.problem("limits", _("odds 只能是：%(all)s") % {"all": "、".join(map(str, NINE))})
    return dict(given)


@functools.cache
def shipped() -> Mapping[str, Defined]:
    """The checks as shipped, by code. Raises DefinitionError."""
    return {each.code: each for each in read(FILE)}


def described(path: Path = FILE) -> Sequence[Described]:
    """The checks for the catalogue of all definitions. Raises DefinitionError."""
    return [
        Described("check", each.code, each.title, each.file, each.line, each.sha256, each.source, each.enabled)
        for each in (shipped().values() if path == FILE else read(path))
    ]
