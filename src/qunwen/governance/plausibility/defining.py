"""Checks as data: what each looks at in plain words, its limits, and where they come from."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from django.utils.translation import gettext as _

from qunwen.governance.indicators.language.reading import Source, Table, source_of, tables

FILE = Path(__file__).parent / "definitions.toml"
# Which limits each check reads; a file that names others, or fewer, is refused.
LIMITS: Mapping[str, frozenset[str]] = {
    "loans_over_holdings": frozenset({"times"}),
    "new_books_over_growth": frozenset({"weeding_percent", "least"}),
    "crowded": frozenset({"per_m2", "least"}),
    "held_while_closed": frozenset({"night_from", "night_to"}),
    "bunching": frozenset({"width_percent", "least", "chance"}),
    "heaping": frozenset({"least", "honest_percent", "chance", "from"}),
    "same_photo": frozenset({"distance"}),
    "copied_numbers": frozenset({"numbers", "from", "months"}),
    "entry_burst": frozenset({"records", "minutes", "days", "midnight", "night_from", "night_to", "late_days"}),
    "two_places": frozenset({"minutes"}),
    "jump": frozenset({"history", "times", "spreads", "least"}),
    "repeated": frozenset({"times", "from"}),
}


@dataclass(frozen=True)
class Check:
    """One check. `limits` are whole numbers; `chance` is how unlikely a coincidence has to be."""

    code: str
    title: str
    en: str
    explains: str
    explains_en: str
    limits: Mapping[str, int] = field(hash=False)
    chance: Fraction
    source: Source

    def __getitem__(self, name: str) -> int:
        return self.limits[name]


@functools.cache
def shipped() -> dict[str, Check]:
    """The checks of the house, by code. Raises DefinitionError."""
    return read(FILE, name=FILE.name)


def read(path_or_text: Path | str, *, name: str) -> dict[str, Check]:
    """Checks from TOML. Raises DefinitionError with file and line."""
    found: dict[str, Check] = {}
    for table in tables(path_or_text, name=name, kinds={"check"}):
        new = _check(table)
        if new.code in found:
            raise table.problem("code", _("代码重复"))
        found[new.code] = new
    return found


def _check(table: Table) -> Check:
    data = table.data
    keys = {"code", "title", "en", "explains", "explains_en", "limits", "source"}
    if wrong := sorted(set(data) ^ keys):
        raise table.problem(wrong[0], _("缺少或不认识的项目 %(name)s") % {"name": wrong[0]})
    if data["code"] not in LIMITS:
        raise table.problem("code", _("没有 %(code)s 这项检查") % {"code": data["code"]})
    limits = dict(data["limits"])
    if wrong := sorted(set(limits) ^ LIMITS[data["code"]]):
        raise table.problem("limits", _("缺少或不认识的界限 %(name)s") % {"name": wrong[0]})
    chance = _chance(table, limits.pop("chance", "1"))
    if any(type(n) is not int or n < 0 for n in limits.values()):
        raise table.problem("limits", _("界限要写不小于 0 的整数"))
    texts = (data["code"], data["title"], data["en"], data["explains"], data["explains_en"])
    return Check(*texts, limits, chance, source_of(table))


def _chance(table: Table, text: object) -> Fraction:
    try:
        found = Fraction(str(text))
    except (ValueError, ZeroDivisionError):
        found = Fraction(0)
    if not 0 < found <= 1:
        raise table.problem("limits", _("chance 要写成 1/1000 的样子"))
    return found
