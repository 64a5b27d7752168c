"""Remedies (措施): what can be done to meet a standard, what one step of it adds and costs. Data, with their source."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

from django.utils.translation import gettext as _

from qunwen.governance.indicators.language import ir
from qunwen.governance.indicators.language.reading import Source, Table, source_of, tables

FILE = Path(__file__).parent / "definitions" / "remedies.toml"
_KEYS = {"code", "title", "en", "unit", "step", "level", "cost", "most", "raises", "source"}


@dataclass(frozen=True)
class Raise:
    """What one step adds: so much (in the element's unit) of an element, in these dimensions."""

    element: str
    by: Fraction
    dims: Mapping[str, str] = field(default_factory=dict, hash=False)

    def fits(self, ref: ir.Ref) -> bool:
        """Whether the element as the formula reads it grows by this."""
        return ref.code == self.element and all(self.dims.get(name) in codes for name, codes in ref.filters)


@dataclass(frozen=True)
class Remedy:
    """One kind of step: `step` of `unit`, done at places of `level`, at most `most` times a place.

    `cost` is in fen (分) a step, whole.
    """

    code: str
    title: str
    en: str
    unit: str
    step: int
    level: str
    cost: int
    most: int
    raises: tuple[Raise, ...]
    source: Source

    def raises_of(self, ref: ir.Ref) -> Fraction:
        """How much a step adds to the element as a formula reads it, in the element's unit."""
        return sum((r.by for r in self.raises if r.fits(ref)), Fraction(0))

    def priced(self, cost: int) -> Remedy:
        """The same at another price (fen a step)."""
        return replace(self, cost=cost)


@functools.cache
def shipped() -> tuple[Remedy, ...]:
    """The remedies of the house. Raises DefinitionError with file and line."""
    found = tables(FILE, name=FILE.name, kinds={"remedy"})
    return tuple(_remedy(table) for table in found)


def _remedy(table: Table) -> Remedy:
    data = table.data
    if wrong := sorted(set(data) ^ _KEYS):
        raise table.problem(wrong[0], _("缺少或不认识的项目 %(key)s") % {"key": wrong[0]})
    if data["level"] not in ir.LEVELS:
        raise table.problem("level", _("“%(key)s”只能是：%(all)s") % {"key": "level", "all": "、".join(ir.LEVELS)})
    for key in ("step", "most"):
        if type(data[key]) is not int or data[key] < 1:
            raise table.problem(key, _("“%(key)s”要写正整数") % {"key": key})
    cost = Fraction(data["cost"]) * 100
    if cost.denominator != 1 or cost < 0:
        raise table.problem("cost", _("cost 以元为单位，最多两位小数，不能为负"))
    raises = tuple(Raise(r["element"], Fraction(r["by"]), r.get("dims", {})) for r in data["raises"])
    return Remedy(
        data["code"], data["title"], data["en"], data["unit"], data["step"], data["level"], int(cost), data["most"],
        raises, source_of(table),
    )  # fmt: skip
