"""A definition as somebody types it on the desk: as TOML text, and everything that is wrong with it at its field."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from . import catalogue
from .language import checking
from .language.definitions import CODE, Indicator, bound, read_indicator
from .language.ir import Use, walk
from .language.parsing import FormulaError, Names
from .language.reading import CERTAINTIES, DefinitionError, tables
from .language.wording import level_in_words
from .units import UnitError, unit

OWN = "own."  # codes of indicators that a county adds begin so


@dataclass(frozen=True)
class Draft:
    """What stands in the fields of the page."""

    code: str
    title: str
    unit: str
    formula: str
    group: str
    doc: str
    certainty: str
    valid_from: dt.date
    valid_to: dt.date | None = None
    en: str = ""
    places: int = 0
    window: str = "period"
    rounding: str = "half_up"
    need: int = 0
    levels: tuple[str, ...] = ()  # none: wherever the formula has an answer
    better: str = "more"
    meaning: str = ""

    def text(self, version: int) -> str:
        """As a TOML table, as it is kept and read."""
        about = {
            "code": self.code, "title": self.title.strip(), "en": self.en.strip() or self.title.strip(),
            "unit": self.unit.strip(), "formula": " ".join(self.formula.split()), "places": self.places,
            "rounding": self.rounding, "window": self.window, "need": self.need, "group": self.group, "better": self.better,
            "meaning": " ".join(self.meaning.split()), "version": version,
        }  # fmt: skip
        lines = [f"{key} = {_toml(value)}" for key, value in about.items()]
        if self.levels:
            lines.append(f"levels = [{', '.join(map(_toml, self.levels))}]")
        lines.append(f"source = {{ doc = {_toml(self.doc.strip())}, certainty = {_toml(self.certainty)} }}")
        until = f", to = {self.valid_to.isoformat()}" if self.valid_to else ""
        lines.append(f"valid = {{ from = {self.valid_from.isoformat()}{until} }}")
        return "\n".join(["[[indicator]]", *lines, ""])


def _toml(value: str | int) -> str:
    if isinstance(value, int):
        return str(value)
    clean = "".join(sign for sign in value if sign >= " " and sign != "\x7f")
    return json.dumps(clean, ensure_ascii=False)


@dataclass(frozen=True)
class Checked:
    """A draft after checking: the definition when it is right, else the message for each wrong field.

    `column`: the character of the formula at which its mistake stands, from 1. `others`: what the county has beside it.
    """

    indicator: Indicator | None
    wrong: Mapping[str, str]
    column: int = 0
    others: Mapping[str, Indicator] | None = None

    @property
    def names(self) -> Names:
        """What its formula may name."""
        return Names(catalogue.elements(), self.others or {})


def checked(draft: Draft, *, county: str, version: int) -> Checked:
    """Everything that is wrong with a draft in a county, told at the fields."""
    others = catalogue.indicators(county=county, on=draft.valid_from)
    names = Names(catalogue.elements(), {**others, draft.code: draft.title})
    wrong, column = _fields(draft), 0
    try:
        checking.check_formula(draft.formula, names=replace(names, indicators=others), unit_code=_unit(draft, wrong))
    except FormulaError as problem:
        wrong["formula"], column = _at(problem), problem.column
    if wrong:
        return Checked(None, wrong, column, others)
    try:
        (table,) = tables(draft.text(version), name=_("口径"), kinds=("indicator",))
        made = read_indicator(table, names=names)
        bound(list({**others, draft.code: made}.values()), catalogue.elements())  # no circle, so uses may be followed
        whole = Names(catalogue.elements(), {**others, draft.code: made})
        if strange := [level for level in draft.levels if level not in checking.levels_of(made.expr, whole)]:
            return Checked(None, {"levels": _without(strange)}, 0, others)
        made = checking.with_levels(made, whole)
        made = bound(list({**others, draft.code: made}.values()), catalogue.elements())[draft.code]
    except DefinitionError as problem:
        return Checked(None, {"formula": problem.reason}, 0, others)
    except ValueError as problem:
        return Checked(None, {"formula": _("指标互相引用成了圈：%(circle)s") % {"circle": problem}}, 0, others)
    found = _breaks(made, others)
    return Checked(None if found else made, found, 0, others)


def _without(levels: Sequence[str]) -> str:
    return _("这个算式在%(levels)s没有数，请去掉。") % {"levels": _("、").join(map(level_in_words, levels))}


def _at(problem: FormulaError) -> str:
    return _("第 %(n)d 个字：%(problem)s") % {"n": problem.column, "problem": problem}


def _unit(draft: Draft, wrong: dict[str, str]) -> str:
    # With a wrong unit the formula is still looked at for everything else, as if it gave what it gives.
    return checking.ANY if "unit" in wrong else draft.unit.strip()


def _fields(draft: Draft) -> dict[str, str]:
    wrong: dict[str, str] = {}
    try:
        unit(draft.unit.strip())
    except UnitError as problem:
        wrong["unit"] = str(problem)
    if not draft.title.strip():
        wrong["title"] = _("请写名称。")
    if not CODE.fullmatch(draft.code):
        wrong["code"] = _("代码要写成 own.reading 这样，小写字母、数字和下划线，中间有点。")
    elif draft.code in catalogue.elements():
        wrong["code"] = _("代码与数据项重复。")
    if not draft.doc.strip():
        wrong["doc"] = _("请写明依据的文件。")
    if draft.certainty not in CERTAINTIES:
        wrong["certainty"] = _("请选择把握程度。")
    if draft.valid_to and draft.valid_to < draft.valid_from:
        wrong["valid_to"] = _("截止日期早于起始日期。")
    return wrong


def _breaks(made: Indicator, others: Mapping[str, Indicator]) -> dict[str, str]:
    """The message when an indicator that uses this one would no longer work out."""
    names = Names(catalogue.elements(), {**others, made.code: made})
    for other in others.values():
        if not any(isinstance(n, Use) and n.code == made.code for n in walk(other.expr)):
            continue
        try:
            found = checking.nature(other.expr, names).dimension
            reason = "" if found == unit(other.unit).dimension else _("单位不再相符")
        except ValueError as problem:
            reason = str(problem)
        if reason:
            told = {"title": other.title, "reason": reason}
            return {"formula": _("“%(title)s”用到这个指标，这样改后它算不出来：%(reason)s") % told}
    return {}
