"""Score sheets read from TOML and checked; a mistake is told with file and line.

[[sheet]] heads a sheet; [[item]], [[veto]], [[reset]] below it belong to it by `sheet = "code"`. Points are whole
numbers or text ("1.5"): a binary fraction is refused. What an item may fall and rise to must be written.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from qunwen.governance.indicators.language.checking import check_formula
from qunwen.governance.indicators.language.ir import Expr
from qunwen.governance.indicators.language.parsing import FormulaError, Names
from qunwen.governance.indicators.language.reading import DefinitionError, Table, source_of, tables
from qunwen.governance.indicators.units import UnitError, unit

from .enums import Asks, Every, ItemKind, Subjects
from .sheets import ONE, ZERO, Award, Category, Item, Late, Reset, Sheet, Step, Veto

FOLDER = Path(__file__).parent / "definitions"
KINDS = ("sheet", "item", "veto", "reset")
SUPPLIES = ("targets.missed",)
OVER = ("sum", "average")
_CODE = re.compile(r"[a-z][a-z0-9_]{0,30}(\.[a-z][a-z0-9_]{0,30})?")
_AMOUNT = re.compile(r"-?\d{1,9}(\.\d{1,4})?(/\d{1,6})?%?")
_COMMON = ("sheet", "code", "title", "en", "kind", "source", "weight", "confirm")
_KEYS: Mapping[str, tuple[str, ...]] = {
    ItemKind.BASE: ("base", "if_not", "floor", "asks", "late"),
    ItemKind.MINUS: ("base", "minus", "floor", "categories", "supply"),
    ItemKind.PLUS: ("plus_each", "cap", "categories", "late"),
    ItemKind.CONDITION: ("when", "points", "otherwise", "floor"),
    ItemKind.STEPS: ("value", "unit", "steps"),
    ItemKind.JUDGED: ("most",),
    ItemKind.SHEET: ("of", "over", "cap"),
}


def load(source: Path | str, *, name: str, names: Names) -> list[Sheet]:
    """Every sheet of a file or text. Raises DefinitionError."""
    heads: dict[str, Table] = {}
    below: dict[str, list[Table]] = {}
    for table in tables(source, name=name, kinds=KINDS):
        code = _code(table)
        if table.kind == "sheet":
            if code in heads:
                raise table.problem("code", _("代码重复"))
            heads[code], below[code] = table, []
            continue
        owner = table.text("sheet")
        if owner not in heads:
            raise table.problem("sheet", _("前面没有评分表“%(code)s”") % {"code": owner})
        below[owner].append(table)
    found = [_sheet(heads[code], below[code], names) for code in heads]
    _check_references(found, heads, below)
    return found


def _code(table: Table) -> str:
    code = table.text("code")
    if not _CODE.fullmatch(code):
        raise table.problem("code", _("代码要用小写字母、数字和下划线"))
    return code


def _amount(table: Table, key: str, raw: Any) -> Fraction:
    text = str(raw) if type(raw) is int else raw
    if not isinstance(text, str) or not _AMOUNT.fullmatch(text):
        raise table.problem(key, _('“%(key)s”要写整数，或带引号的小数，如 "1.5"') % {"key": key})
    number = Fraction(text.rstrip("%"))
    return number / 100 if text.endswith("%") else number


def _points(table: Table, key: str, default: Fraction | None = None) -> Fraction:
    if key not in table.data and default is not None:
        return default
    return _amount(table, key, table.data.get(key))


def _bound(table: Table, key: str) -> Fraction | None:
    """A bound has to be written; "none" says that there is none."""
    if key not in table.data:
        raise table.problem(key, _('要写明“%(key)s”；没有限制也要写 "none"') % {"key": key})
    return None if table.data[key] == "none" else _points(table, key)


def _sheet(head: Table, below: list[Table], names: Names) -> Sheet:
    head.only(
        "code", "title", "en", "subjects", "every", "cycle", "floor", "cap", "ties", "awards", "source", "valid", "enabled"
    )  # fmt: skip
    every = Every(head.choice("every", Every.values))
    source = source_of(head)
    since, until = head.dates()
    seen: set[str] = set()
    for table in below:
        if table.code in seen:
            raise table.problem("code", _("代码重复"))
        seen.add(table.code)
    enabled = head.data.get("enabled", source.certainty != "K-lo")
    if not isinstance(enabled, bool):
        raise head.problem("enabled", _("“%(key)s”要写 true 或 false") % {"key": "enabled"})
    plain = [{"kind": each.kind, **dict(each.data)} for each in (head, *below)]
    return Sheet(
        code=head.code, title=head.text("title"), en=head.text("en"), every=every, source=source, enabled=enabled,
        subjects=Subjects(head.choice("subjects", Subjects.values)), cycle=_cycle(head, every),
        floor=_bound(head, "floor"), cap=_bound(head, "cap"), awards=_awards(head),
        ties=head.choices("ties", [each.code for each in below if each.kind == "item"]),
        items=tuple(_item(each, names) for each in below if each.kind == "item"),
        vetoes=tuple(_veto(each, head, names) for each in below if each.kind == "veto"),
        resets=tuple(_reset(each, below) for each in below if each.kind == "reset"),
        valid_from=since, valid_to=until, file=head.file, line=head.line,
        canonical={"sheet": _plain(plain)}, sha256=_digest(plain),
    )  # fmt: skip


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value, ensure_ascii=False, sort_keys=True, default=str))


def _digest(plain: Any) -> str:
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _cycle(head: Table, every: Every) -> tuple[int, int]:
    raw = head.data.get("cycle")
    if (raw is not None) != (every == Every.CYCLE):
        raise head.problem("cycle", _('周期要写 {first=2025, years=2}，而且只有 every="cycle" 的表才写'))
    if raw is None:
        return (0, 0)
    good = isinstance(raw, dict) and set(raw) == {"first", "years"} and all(type(v) is int for v in raw.values())
    if not good or not (1900 <= raw["first"] <= 2999 and 2 <= raw["years"] <= 10):
        raise head.problem("cycle", _('周期要写 {first=2025, years=2}，而且只有 every="cycle" 的表才写'))
    return raw["first"], raw["years"]


def _named(table: Table, key: str, raw: Any, *more: str) -> None:
    good = isinstance(raw, dict) and set(raw) == {"code", "title", "en", *more}
    if not good or not all(isinstance(raw[k], str) and raw[k].strip() for k in ("code", "title", "en")):
        wanted = "、".join(("code", "title", "en", *more))
        raise table.problem(key, _("“%(key)s”每项要写 %(wanted)s") % {"key": key, "wanted": wanted})


def _several(table: Table, key: str, *more: str) -> list[dict[str, Any]]:
    raw = table.data.get(key, [])
    if not isinstance(raw, list):
        raise table.problem(key, _("“%(key)s”要写成列表") % {"key": key})
    for each in raw:
        _named(table, key, each, *more)
    codes = [each["code"] for each in raw]
    if len(set(codes)) != len(codes):
        raise table.problem(key, _("代码重复"))
    return raw


def _awards(head: Table) -> tuple[Award, ...]:
    return tuple(Award(each["code"], each["title"], each["en"]) for each in _several(head, "awards"))


def _flag(table: Table, key: str) -> bool:
    value = table.data.get(key, False)
    if not isinstance(value, bool):
        raise table.problem(key, _("“%(key)s”要写 true 或 false") % {"key": key})
    return value


def _item(table: Table, names: Names) -> Item:
    kind = ItemKind(table.choice("kind", ItemKind.values))
    table.only(*_COMMON, *_KEYS[kind])
    weight = _points(table, "weight", ONE)
    if weight <= 0:
        raise table.problem("weight", _("权重要大于零"))
    common = {
        "code": table.code, "title": table.text("title"), "en": table.text("en"), "kind": kind, "weight": weight,
        "source": source_of(table), "confirm": _flag(table, "confirm"), "line": table.line,
    }  # fmt: skip
    return Item(**common, **_ABOUT[kind](table, names))


def _about_base(table: Table, _names: Names) -> dict[str, Any]:
    base, if_not, floor = _points(table, "base"), _points(table, "if_not"), _points(table, "floor")
    if if_not > 0 or base + if_not < floor:
        raise table.problem("if_not", _("if_not 是没有做到时加上的分，不能大于零；加上后也不能低于 floor"))
    asks = Asks(table.choice("asks", Asks.values))
    return {"base": base, "if_not": if_not, "floor": floor, "asks": asks, "late": _late(table)}


def _about_minus(table: Table, _names: Names) -> dict[str, Any]:
    base, floor = _points(table, "base"), _bound(table, "floor")
    if floor is None or floor > base:
        raise table.problem("floor", _("扣分项要写明扣到多少为止：0 是扣完为止，负数是倒扣的限度"))
    supply = table.data.get("supply", "")
    if supply and supply not in SUPPLIES:
        raise table.problem("supply", _("“%(key)s”只能是：%(all)s") % {"key": "supply", "all": "、".join(SUPPLIES)})
    return {"base": base, "floor": floor, "categories": _categories(table, "minus"), "supply": supply}


def _about_plus(table: Table, _names: Names) -> dict[str, Any]:
    return {"cap": _bound(table, "cap"), "categories": _categories(table, "plus_each"), "late": _late(table)}


def _categories(table: Table, key: str) -> tuple[Category, ...]:
    if (key in table.data) == ("categories" in table.data):
        raise table.problem(key, _("“%(key)s”和 categories 要写一个，只写一个") % {"key": key})
    if key in table.data:
        found = [Category("", table.text("title"), table.text("en"), _points(table, key))]
    else:
        rows = _several(table, "categories", "points")
        found = [
            Category(each["code"], each["title"], each["en"], _amount(table, "categories", each["points"]))
            for each in rows
        ]
    if not found or any(each.points <= 0 for each in found):
        raise table.problem(key if key in table.data else "categories", _("每次加减的分要大于零"))
    return tuple(found)


def _late(table: Table) -> Late | None:
    raw = table.data.get("late")
    if raw is None:
        return None
    if not isinstance(raw, dict) or not {"share"} <= set(raw) <= {"share", "days", "closes"}:
        raise table.problem("late", _('迟报要写 {share="50%"} 或 {share="50%", days=10, closes=30}'))
    share = _amount(table, "late", raw["share"])
    days, closes = raw.get("days"), raw.get("closes")
    whole = all(value is None or (type(value) is int and 0 <= value <= 366) for value in (days, closes))
    if not whole or (days is None) != (closes is None) or (closes is not None and closes < days) or not 0 <= share <= 1:
        raise table.problem("late", _('迟报要写 {share="50%"} 或 {share="50%", days=10, closes=30}'))
    return Late(share, days, closes)


def _expr(table: Table, key: str, names: Names, *, unit_code: str | None = None) -> tuple[Expr, str]:
    text = table.text(key)
    try:
        return check_formula(text, names=names, unit_code=unit_code), text
    except FormulaError as problem:
        raise table.problem(
            key, _("第 %(column)d 个字：%(why)s") % {"column": problem.column, "why": problem}
        ) from None


def _about_condition(table: Table, names: Names) -> dict[str, Any]:
    expr, text = _expr(table, "when", names)
    points, otherwise = _points(table, "points"), _points(table, "otherwise", ZERO)
    floor = _points(table, "floor", ZERO)
    if min(points, otherwise) < floor:
        raise table.problem("floor", _("得分低于 floor，负分要写明 floor"))
    return {"expr": expr, "text": text, "base": points, "otherwise": otherwise, "floor": floor}


def _about_steps(table: Table, names: Names) -> dict[str, Any]:
    code = table.text("unit", default="")
    try:
        unit(code)
    except UnitError as problem:
        raise table.problem("unit", str(problem)) from None
    expr, text = _expr(table, "value", names, unit_code=code)
    raw = table.data.get("steps")
    if not isinstance(raw, list) or not raw or not all(isinstance(s, dict) and set(s) == {"at", "points"} for s in raw):
        raise table.problem("steps", _('分档要写 [{at="60%", points=3}, …]'))
    steps = [Step(_amount(table, "steps", s["at"]), _amount(table, "steps", s["points"])) for s in raw]
    if [s.at for s in steps] != sorted({s.at for s in steps}) or any(s.points < 0 for s in steps):
        raise table.problem("steps", _("分档要由低到高，不重复，分数不为负"))
    return {"expr": expr, "text": text, "unit": code, "steps": tuple(steps)}


def _about_judged(table: Table, _names: Names) -> dict[str, Any]:
    most = _points(table, "most")
    if most <= 0:
        raise table.problem("most", _("评议的满分要大于零"))
    return {"base": most, "cap": most}


def _about_sheet(table: Table, _names: Names) -> dict[str, Any]:
    over = table.choice("over", OVER)
    return {"of": table.text("of"), "over": over, "cap": _bound(table, "cap")}


_ABOUT = {
    ItemKind.BASE: _about_base, ItemKind.MINUS: _about_minus, ItemKind.PLUS: _about_plus,
    ItemKind.CONDITION: _about_condition, ItemKind.STEPS: _about_steps, ItemKind.JUDGED: _about_judged,
    ItemKind.SHEET: _about_sheet,
}  # fmt: skip


def _veto(table: Table, head: Table, names: Names) -> Veto:
    table.only(
        "sheet", "code", "title", "en", "reason", "reason_en", "effects", "when", "unless", "lifts", "confirm", "source"
    )
    effects = table.choices("effects", ["total=0", *(f"bar:{award.code}" for award in _awards(head))])
    if not effects:
        raise table.problem("effects", _('要写明否决什么："total=0" 或 "bar:奖项代码"'))
    unless = _flag(table, "unless")
    expr, text = _expr(table, "when", names) if "when" in table.data else (None, "")
    if expr is not None and unless:
        raise table.problem("unless", _("when 和 unless 只写一个"))
    return Veto(
        code=table.code, title=table.text("title"), en=table.text("en"), reason=table.text("reason"),
        reason_en=table.text("reason_en"), source=source_of(table), total_to_zero="total=0" in effects,
        bars=tuple(each.removeprefix("bar:") for each in effects if each != "total=0"), unless=unless,
        lifts=_flag(table, "lifts"), confirm=_flag(table, "confirm"), expr=expr, text=text, line=table.line,
    )  # fmt: skip


def _reset(table: Table, below: Iterable[Table]) -> Reset:
    table.only("sheet", "code", "title", "en", "items", "confirm", "source")
    items = table.choices("items", [each.code for each in below if each.kind == "item"])
    if not items:
        raise table.problem("items", _("要写明哪些项清零"))
    return Reset(
        table.code, table.text("title"), table.text("en"), items, source_of(table), _flag(table, "confirm"), table.line
    )


def _check_references(found: list[Sheet], heads: Mapping[str, Table], below: Mapping[str, list[Table]]) -> None:
    known = {sheet.code: sheet for sheet in found}
    for sheet in found:
        if not sheet.items:
            raise heads[sheet.code].problem("code", _("评分表里一项也没有"))
        for table in below[sheet.code]:
            if table.kind != "item" or table.data["kind"] != ItemKind.SHEET:
                continue
            other = known.get(table.data["of"])
            if other is None or any(item.of for item in other.items):
                raise table.problem("of", _("没有可以引用的评分表“%(code)s”") % {"code": table.data["of"]})
            if other.subjects != sheet.subjects:
                raise table.problem("of", _("两张表的评分对象不同"))


def read_folder(folder: Path, *, names: Names) -> dict[str, Sheet]:
    """Every sheet of a folder's TOML files, by code. Raises DefinitionError, also for a code in two files."""
    found: dict[str, Sheet] = {}
    for path in sorted(folder.glob("*.toml")):
        for sheet in load(path, name=path.name, names=names):
            if sheet.code in found:
                raise DefinitionError(path.name, sheet.line, sheet.code, _("代码重复"))
            found[sheet.code] = sheet
    return found
