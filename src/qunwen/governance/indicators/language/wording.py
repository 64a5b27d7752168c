"""A formula in plain Chinese (or the reader's language): 公共图书馆藏书总量 ÷ 常住人口（上年末）."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from qunwen.base.measures import declare
from qunwen.base.measures.enums import Grade

from . import ir
from .parsing import Names
from .words import said

_LOOSE, _SUM, _PRODUCT, _TIGHT = range(4)  # how closely a phrase holds together


def in_words(expr: ir.Expr, names: Names) -> str:
    """The formula as a person would say it."""
    return _Words(names).of(expr)


def functions_in_words() -> list[tuple[str, str]]:
    """What formulas may use: (how it is written, what it does)."""
    return [
        ('share("village", 条件)', _("某级地方中符合条件的占比；可加 among=条件，只在一部分地方中算")),
        ('count("village", 条件)', _("符合条件的地方数；不写条件就是全部")),
        ('total("town", 算式)', _("某级各地方的数相加")),
        ("year_to_date(算式)", _("本年累计")),
        ("last_months(算式, 12)", _("截至期末的近 12 个月")),
        ("last_year(算式)", _("上年同期")),
        ("before(算式)", _("上一期")),
        ("in_year(算式, 2019)", _("固定某一年全年；0 为本年，-1 为上年")),
        ("when(条件, 甲, 乙)", _("条件成立取甲，否则取乙")),
        ("least(甲, 乙)", _("取最小；most 取最大")),
        (
            "banded(人口, [(60*万人, 1.00*元/人), (None, 0.80*元/人)], carry=True)",
            _("分档标准；carry=True 时总额不低于上一档上限应得"),
        ),
        ("reported(数据项)", _("应报单位中已报的占比")),
        ('activities.held(kind="lecture")', _('只算一部分：按类别等筛选；grade="A" 按佐证等级筛选')),
    ]


def level_in_words(level: str) -> str:
    """What places of a level are called."""
    return {"county": _("县（市、区）"), "town": _("乡镇（街道）"), "village": _("村（社区）")}[level]


# What units are called where nobody reads Chinese.
_ENGLISH = {
    "册": "books", "人": "people", "元": "yuan", "m2": "m²", "小时": "hours", "场": "events", "人次": "visits",
    "户": "households", "个": "", "天": "days", "次": "times", "分": "points", "项": "items", "支": "troupes",
    "篇": "reports", "台": "machines", "册次": "loans", "座": "seats", "辆": "vehicles", "部": "films", "件": "pieces",
    "种": "kinds", "条": "items", "张": "cards", "月": "month", "期": "courses", "份": "copies", "村": "village",
    "乡镇": "town", "站": "station", "馆": "venue", "年": "year", "周": "week", "分钟": "minutes",
}  # fmt: skip
_SIZES = {"百": "100 ", "千": "1,000 ", "万": "10,000 ", "亿": "100 million "}


def unit_in_words(unit: str) -> str:
    """A unit as it is printed for the reader."""
    if (get_language() or "").startswith("en"):
        return "/".join("·".join(_in_english(one) for one in part.split("·")) for part in unit.split("/"))
    return said(unit.replace("m2", "m²"), "")


def _in_english(unit: str) -> str:
    if unit in _ENGLISH:
        return _ENGLISH[unit] or "1"
    size, rest = unit[:1], unit[1:]
    return f"{_SIZES[size]}{_ENGLISH.get(rest, rest)}".strip() if size in _SIZES else unit


def number_in_words(value: Fraction) -> str:
    """An exact number: as a decimal where it is one, else as n/d."""
    rest, digits = value.denominator, 0
    while rest % 10 == 0 or rest % 2 == 0 or rest % 5 == 0:
        rest, digits = rest // (10 if rest % 10 == 0 else 2 if rest % 2 == 0 else 5), digits + 1
    if rest != 1 or digits > 9:
        return f"{value.numerator}/{value.denominator}"
    whole = abs(value.numerator) * 10**digits // value.denominator
    text = str(whole).rjust(digits + 1, "0")
    text = f"{text[:-digits]}.{text[-digits:]}".rstrip("0").rstrip(".") if digits else text
    return f"-{text}" if value < 0 else text


def _with_unit(value: Fraction, unit: str) -> str:
    if not (get_language() or "").startswith("en") or unit in ("", "%"):
        return number_in_words(value) + unit_in_words(unit)
    return number_in_words(value) if unit == "个" else f"{number_in_words(value)} {unit_in_words(unit)}"


class _Words:
    def __init__(self, names: Names) -> None:
        self.names = names

    def of(self, expr: ir.Expr) -> str:
        return self._phrase(expr)[0]

    def _tight(self, expr: ir.Expr, least: int = _TIGHT) -> str:
        text, binding = self._phrase(expr)
        return text if binding >= least else _("（%(text)s）") % {"text": text}

    def _phrase(self, expr: ir.Expr) -> tuple[str, int]:
        match expr:
            case ir.Number(value=value, unit=unit):
                return _with_unit(value, unit), _TIGHT
            case ir.Ref():
                return self._element(expr), _TIGHT
            case ir.Use(code=code):
                return _("“%(title)s”") % {"title": _title(self.names.indicators.get(code, code))}, _TIGHT
            case ir.Add() | ir.Sub() | ir.Mul() | ir.Div() | ir.Neg():
                return self._sum(expr)
            case ir.Compare() | ir.And() | ir.Or() | ir.Not():
                return self._condition(expr), _LOOSE
            case ir.Share() | ir.Count() | ir.Total():
                return self._places(expr), _TIGHT
            case ir.Reported(inner=inner):
                return _("%(text)s的应报单位中已报的占比") % {"text": self.of(inner)}, _TIGHT
            case ir.Banded():
                return self._banded(expr), _PRODUCT
            case ir.When(cond=cond, yes=yes, no=no):
                about = {"cond": self.of(cond), "yes": self.of(yes), "no": self.of(no)}
                return _("如果%(cond)s，取%(yes)s，否则取%(no)s") % about, _LOOSE
            case ir.Least(items=items):
                return _("%(items)s中的最小值") % {"items": self._list(items)}, _TIGHT
            case ir.Most(items=items):
                return _("%(items)s中的最大值") % {"items": self._list(items)}, _TIGHT
        return self._moved(expr), _TIGHT

    def _list(self, items: Sequence[ir.Expr]) -> str:
        return _("、").join(self._tight(item, _SUM) for item in items)

    def _sum(self, expr: ir.Expr) -> tuple[str, int]:
        match expr:
            case ir.Add(left=left, right=right):
                return f"{self._tight(left, _SUM)} ＋ {self._tight(right, _SUM)}", _SUM
            case ir.Sub(left=left, right=right):
                return f"{self._tight(left, _SUM)} － {self._tight(right, _PRODUCT)}", _SUM
            case ir.Mul(left=left, right=right):
                return f"{self._tight(left, _PRODUCT)} × {self._tight(right, _PRODUCT)}", _PRODUCT
            case ir.Div(left=left, right=right):
                return f"{self._tight(left, _PRODUCT)} ÷ {self._tight(right)}", _PRODUCT
        return f"－{self._tight(expr.children[0])}", _SUM

    def _element(self, ref: ir.Ref) -> str:
        element = self.names.elements.get(ref.code)
        if element is None:
            return ref.code
        notes = [self._filter(element, name, codes) for name, codes in ref.filters]
        if getattr(element, "population", None):
            notes.append(_vintage(element.vintage))
        title = _title(element)
        return _("%(title)s（%(notes)s）") % {"title": title, "notes": _("，").join(notes)} if notes else title

    def _filter(self, element: Any, name: str, codes: tuple[str, ...]) -> str:
        if name == "grade":
            return _("、").join(str(Grade(code).label) for code in codes)
        declared = {m.code: m for m in declare.all()}.get(element.measure)
        for dim in declared.dims if declared else ():
            if dim.code == name:
                labels = _("、").join(str(dim.labels.get(code, code)) for code in codes)
                return _("%(name)s：%(labels)s") % {"name": dim.title, "labels": labels}
        return _("%(name)s：%(labels)s") % {"name": name, "labels": _("、").join(codes)}

    def _is_flag(self, expr: ir.Expr) -> bool:
        """Whether it asks if a thing that is there or not is there."""
        match expr:
            case ir.Compare(op=">=", left=ir.Ref(code=code), right=ir.Number(value=value)) if value == 1:
                returned = getattr(self.names.elements.get(code), "returned", None)
                return returned is not None and (returned.low, returned.high) == (0, 1)
        return False

    def _condition(self, expr: ir.Expr) -> str:
        if self._is_flag(expr):
            return self.of(expr.children[0])
        match expr:
            case ir.Compare(
                op=">=", left=ir.Share(level=level, cond=cond, among=None), right=ir.Number(value=value, unit=unit)
            ):
                share = number_in_words(value if unit == "%" else value * 100)
                about = {"share": share, "level": level_in_words(level), "cond": self.of(cond)}
                return _("%(share)s%%以上的%(level)s%(cond)s") % about
            case ir.Compare(op=op, left=left, right=right):
                return _COMPARED[op]() % {"left": self._tight(left, _PRODUCT), "right": self._tight(right, _PRODUCT)}
            case ir.And(items=()):
                return _("不限条件")
            case ir.And(items=items):
                return _("同时满足：%(items)s") % {"items": _("；").join(self._item(x) for x in items)}
            case ir.Or(items=items):
                return _("满足其一：%(items)s") % {"items": _("；").join(self._item(x) for x in items)}
        return _("不满足“%(text)s”") % {"text": self.of(expr.children[0])}

    def _item(self, expr: ir.Expr) -> str:
        return _("（%(text)s）") % {"text": self.of(expr)} if isinstance(expr, ir.And | ir.Or) else self.of(expr)

    def _places(self, expr: ir.Expr) -> str:
        match expr:
            case ir.Share(level=level, cond=cond, among=None):
                return _("%(level)s中%(cond)s的占比") % {"level": level_in_words(level), "cond": self._quoted(cond)}
            case ir.Share(level=level, cond=cond, among=ir.Expr() as among):
                about = {"level": level_in_words(level), "cond": self._quoted(cond), "among": self._quoted(among)}
                return _("%(among)s的%(level)s中%(cond)s的占比") % about
            case ir.Count(level=level, cond=ir.And(items=())):
                return _("%(level)s数") % {"level": level_in_words(level)}
            case ir.Count(level=level, cond=cond):
                return _("%(cond)s的%(level)s数") % {"level": level_in_words(level), "cond": self._quoted(cond)}
            case ir.Total(level=level, inner=inner):
                return _("各%(level)s“%(inner)s”之和") % {"level": level_in_words(level), "inner": self.of(inner)}
        raise TypeError(type(expr).__name__)

    def _quoted(self, cond: ir.Expr) -> str:
        return _("“%(text)s”") % {"text": self.of(cond)}

    def _moved(self, expr: ir.Expr) -> str:
        inner = self._tight(expr.children[0])
        match expr:
            case ir.Before(n=n):
                when = _("上期") if n == 1 else _("%(n)d 期前") % {"n": n}
            case ir.LastYear(n=n):
                when = _("上年同期") if n == 1 else _("%(n)d 年前同期") % {"n": n}
            case ir.YearToDate():
                when = _("本年累计")
            case ir.LastMonths(n=n):
                when = _("近 %(n)d 个月") % {"n": n}
            case ir.InYear(year=year):
                when = _whole_year(year)
            case _:
                raise TypeError(type(expr).__name__)
        return _("%(text)s（%(when)s）") % {"text": inner, "when": when}

    def _banded(self, expr: ir.Banded) -> str:
        rows, lower = [], ""
        for limit, rate in expr.steps:
            amount, upper = self.of(rate), self.of(limit) if limit else ""
            if not lower:
                text = _("%(upper)s及以下 %(rate)s") if upper else _("一律 %(rate)s")
            else:
                text = _("%(lower)s以上至%(upper)s %(rate)s") if upper else _("%(lower)s以上 %(rate)s")
            rows.append(text % {"lower": lower, "upper": upper, "rate": amount})
            lower = upper
        if expr.carry:
            rows.append(_("总额不低于上一档上限应得"))
        about = {"by": self._tight(expr.by), "rows": _("；").join(rows)}
        return _("%(by)s × 分档标准（%(rows)s）") % about


_COMPARED = {
    ">=": lambda: _("%(left)s不低于%(right)s"),
    ">": lambda: _("%(left)s超过%(right)s"),
    "<=": lambda: _("%(left)s不超过%(right)s"),
    "<": lambda: _("%(left)s低于%(right)s"),
    "==": lambda: _("%(left)s等于%(right)s"),
}


def _title(thing: Any) -> str:
    return thing if isinstance(thing, str) else said(thing.title, thing.en)


def _vintage(year: int | None) -> str:
    if year is None:
        return _("年末")
    if year > 0:
        return _("%(year)d 年末") % {"year": year}
    return {0: _("本年末"), -1: _("上年末")}.get(year) or _("%(n)d 年前年末") % {"n": -year}


def _whole_year(year: int) -> str:
    if year > 0:
        return _("%(year)d 年全年") % {"year": year}
    return {0: _("本年全年"), -1: _("上年全年")}.get(year) or _("%(n)d 年前全年") % {"n": -year}
