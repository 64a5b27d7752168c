"""From a written formula to the tree. Python's own grammar in eval mode, then a whitelist; nothing is ever evaluated.

Decimals are read from the text itself: 0.4 is two fifths, not a binary fraction.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from qunwen.governance.indicators.units import UnitError, unit

from . import ir

LONGEST, DEEPEST = 2_000, 40
_DECIMAL = re.compile(r"\d{1,15}(\.\d{1,9})?")
# What Chinese keyboards give for Python's signs.
_SIGNS = {
    "（": "(", "）": ")", "，": ",", "“": '"', "”": '"', "‘": '"', "’": '"', "×": "*", "÷": "/", "＋": "+", "－": "-",
    "−": "-", "≥": ">=", "≤": "<=", "＞": ">", "＜": "<", "＝": "=", "．": ".", "　": " ", "［": "[", "］": "]",
    "㎡": "m2", "²": "2", "％": "%",
}  # fmt: skip
_PERCENT = "__percent"  # what a per cent sign becomes, so that Python's grammar takes it for a unit
_SHARE = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)\s*%")
_COMPARE: dict[type, str] = {ast.GtE: ">=", ast.Gt: ">", ast.LtE: "<=", ast.Lt: "<", ast.Eq: "=="}
_BINARY: dict[type, Callable[[ir.Expr, ir.Expr], ir.Expr]] = {
    ast.Add: ir.Add,
    ast.Sub: ir.Sub,
    ast.Mult: ir.Mul,
    ast.Div: ir.Div,
}


def _filter_form() -> str:
    return _('筛选要写成 kind="lecture" 或 kind=("lecture", "show")。')


class FormulaError(ValueError):
    """A formula is wrong. `column` is the character, from 1; the message is for a person."""

    def __init__(self, text: str, column: int = 1) -> None:
        super().__init__(text)
        self.column = column


@dataclass(frozen=True)
class Names:
    """What a formula may name: elements (with their filters) and indicators, by dotted code."""

    elements: Mapping[str, Any] = field(default_factory=dict)
    indicators: Mapping[str, Any] = field(default_factory=dict)

    def filters_of(self, code: str) -> Mapping[str, Mapping[str, Any]] | None:
        """Name → {code: label} of an element's filters; None when they are not known here (a test's own names)."""
        return getattr(self.elements[code], "dims", None)


def parse(text: str, *, names: Names) -> ir.Expr:
    """The tree of a formula. Raises FormulaError with the column of the mistake."""
    return parse_placed(text, names=names)[0]


def parse_placed(text: str, *, names: Names) -> tuple[ir.Expr, dict[ir.Expr, int]]:
    """The tree, and at which column each node was first written. Raises FormulaError."""
    if not isinstance(text, str) or not text.strip():
        raise FormulaError(_("算式是空的。"))
    if len(text) > LONGEST:
        raise FormulaError(_("算式太长，最多 %(n)d 个字。") % {"n": LONGEST})
    plain, origin = _plain(text)
    try:
        tree = ast.parse(plain, mode="eval").body
    except SyntaxError as problem:
        at = min(problem.offset - 1, len(origin) - 1) if problem.offset else -1
        raise FormulaError(_("看不懂的算式，请检查括号、逗号和符号。"), origin[at]) from None
    except (ValueError, RecursionError, MemoryError):
        raise FormulaError(_("看不懂的算式，请检查括号、逗号和符号。")) from None
    reader = _Reader(plain, origin, names)
    return reader.read(tree, 0), reader.columns


def _plain(text: str) -> tuple[str, list[int]]:
    """The text in Python's signs, and for each of its characters the column in the original, from 1."""
    pairs: list[tuple[str, int]] = []
    for column, sign in enumerate(text, 1):
        pairs.extend((new, column) for new in _SIGNS.get(sign, " " if sign in "\r\n\t" else sign))
    joined = "".join(sign for sign, _column in pairs)
    for found in reversed(list(_SHARE.finditer(joined))):
        # 60% is one number: it holds together more closely than any sign beside it.
        start, end = found.span()
        here = pairs[start][1]
        pairs[start:end] = [("(", here), *pairs[start : found.end(1)], *((x, here) for x in f"*{_PERCENT})")]
    joined = "".join(sign for sign, _column in pairs)
    # Leading blanks would be an indentation to Python.
    cut = len(joined) - len(joined.lstrip())
    return joined[cut:], [*(column for _sign, column in pairs[cut:]), len(text) + 1]


class _Reader:
    """Reads one formula."""

    def __init__(self, text: str, origin: list[int], names: Names) -> None:
        self.text, self.origin, self.names = text, origin, names
        self.columns: dict[ir.Expr, int] = {}

    def _column(self, node: ast.AST) -> int:
        # ast counts bytes of UTF-8; people count characters.
        offset = len(self.text.encode()[: getattr(node, "col_offset", 0)].decode(errors="ignore"))
        return self.origin[min(offset, len(self.origin) - 1)]

    def _wrong(self, text: str, node: ast.AST) -> FormulaError:
        return FormulaError(text.replace(f" * {_PERCENT}", "%"), self._column(node))

    def read(self, node: ast.expr, depth: int) -> ir.Expr:
        """The node below `depth` others."""
        if depth > DEEPEST:
            raise self._wrong(_("算式的括号套得太深。"), node)
        found = self._node(node, depth + 1)
        self.columns.setdefault(found, self._column(node))
        return found

    def _node(self, node: ast.expr, depth: int) -> ir.Expr:
        match node:
            case ast.Constant():
                return self._number(node)
            case ast.Name(id=name):
                return self._unit(name, node)
            case ast.Attribute():
                return self._named(self._dotted(node), (), node)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
                return self._binary(op, left, right, depth)
            case ast.UnaryOp(op=ast.USub(), operand=inner):
                return ir.Neg(self.read(inner, depth))
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                return ir.Not(self.read(inner, depth))
            case ast.BoolOp(op=op, values=values):
                items = tuple(self.read(value, depth) for value in values)
                return ir.And(items) if isinstance(op, ast.And) else ir.Or(items)
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _COMPARE:
                return ir.Compare(_COMPARE[type(op)], self.read(left, depth), self.read(right, depth))
            case ast.Compare(ops=ops) if len(ops) > 1:
                raise self._wrong(_("一次只能比较两个数；要连着比较，请用 and 连接。"), node)
            case ast.Call(func=ast.Name(id=name)):
                return self._call(name, node, depth)
            case ast.Call(func=ast.Attribute(), args=[first, *_more]):
                raise self._wrong(_filter_form(), first)
            case ast.Call(func=ast.Attribute() as dotted):
                return self._named(self._dotted(dotted), self._filters(node), dotted)
        raise self._wrong(_("算式里不能这样写：%(text)s") % {"text": ast.unparse(node)[:60]}, node)

    def _number(self, node: ast.Constant) -> ir.Expr:
        text = (ast.get_source_segment(self.text, node) or "").replace("_", "")
        if isinstance(node.value, bool) or not _DECIMAL.fullmatch(text):
            raise self._wrong(_("看不懂的数：%(text)s") % {"text": text[:30]}, node)
        return ir.Number(Fraction(text))

    def _unit(self, name: str, node: ast.expr) -> ir.Number:
        if name == _PERCENT:
            return ir.Number(Fraction(1), "%")
        try:
            unit(name)
        except UnitError:
            raise self._wrong(_("“%(name)s”不是单位，也不是数据项；数据项要写成 活动.场次 这样带点的代码。") % {"name": name}, node) from None  # fmt: skip
        return ir.Number(Fraction(1), name)

    def _binary(self, op: ast.operator, left: ast.expr, right: ast.expr, depth: int) -> ir.Expr:
        one = self.read(left, depth)
        # A unit that becomes part of a number is no node of its own.
        other = self._unit(right.id, right) if isinstance(right, ast.Name) else self.read(right, depth)
        # 60*m2, 60% and 1.5*元/人 are single numbers with a unit.
        if isinstance(right, ast.Name) and isinstance(one, ir.Number) and isinstance(other, ir.Number):
            if isinstance(op, ast.Mult) and not one.unit and not isinstance(left, ast.Name):
                return ir.Number(one.value, other.unit)
            if isinstance(op, ast.Div) and one.unit:
                return ir.Number(one.value, f"{one.unit}/{other.unit}")
        self.columns.setdefault(other, self._column(right))
        return _BINARY[type(op)](one, other)

    def _dotted(self, node: ast.expr) -> str:
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.insert(0, node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            raise self._wrong(_("算式里不能这样写：%(text)s") % {"text": ast.unparse(node)[:60]}, node)
        return ".".join([node.id, *parts])

    def _named(self, code: str, filters: tuple[tuple[str, tuple[str, ...]], ...], node: ast.expr) -> ir.Expr:
        if code in self.names.elements:
            return ir.Ref(code, filters)
        if code in self.names.indicators:
            if filters:
                raise self._wrong(_("“%(code)s”是指标，不能再加筛选。") % {"code": code}, node)
            return ir.Use(code)
        raise self._wrong(_("没有“%(code)s”这个数据项或指标。") % {"code": code}, node)

    def _filters(self, call: ast.Call) -> tuple[tuple[str, tuple[str, ...]], ...]:
        code = self._dotted(call.func)
        allowed = self.names.filters_of(code) if code in self.names.elements else None
        found: dict[str, tuple[str, ...]] = {}
        for keyword in call.keywords:
            values = self._texts(keyword.value)
            if keyword.arg is None or keyword.arg in found or not values:
                raise self._wrong(_filter_form(), keyword.value)
            if allowed is not None:
                self._check_filter(code, keyword.arg, values, allowed, keyword.value)
            found[keyword.arg] = tuple(sorted(set(values)))
        return tuple(sorted(found.items()))

    def _check_filter(
        self, code: str, name: str, values: list[str], allowed: Mapping[str, Mapping[str, Any]], node: ast.expr
    ) -> None:
        if name not in allowed:
            raise self._wrong(_("“%(code)s”没有“%(name)s”这个筛选。") % {"code": code, "name": name}, node)
        for value in values:
            if value not in allowed[name]:
                raise self._wrong(
                    _("“%(name)s”没有“%(value)s”这个取值，只有：%(all)s。")
                    % {"name": name, "value": value, "all": "、".join(allowed[name])},
                    node,
                )

    def _texts(self, node: ast.expr) -> list[str]:
        match node:
            case ast.Constant(value=str(text)):
                return [text]
            case ast.Tuple(elts=items) | ast.List(elts=items) if items:
                return [text for item in items for text in self._texts(item)]
        raise self._wrong(_("这里要写带引号的代码，如 \"town\"。"), node)  # fmt: skip

    # -- functions

    def _call(self, name: str, call: ast.Call, depth: int) -> ir.Expr:
        known = _FUNCTIONS.get(name)
        if known is None:
            raise self._wrong(
                _("没有“%(name)s”这个函数，只有：%(all)s。") % {"name": name, "all": "、".join(_FUNCTIONS)}, call
            )
        (least, most, keywords, make) = known
        named = {k.arg: k.value for k in call.keywords}
        if not least <= len(call.args) <= most or any(name not in keywords for name in named):
            raise self._wrong(_("%(name)s 的写法是：%(form)s") % {"name": name, "form": _FORMS[name]}, call)
        if any(isinstance(arg, ast.Starred) for arg in call.args):
            raise self._wrong(_("%(name)s 的写法是：%(form)s") % {"name": name, "form": _FORMS[name]}, call)
        return make(self, call, named, depth)

    def _level(self, node: ast.expr) -> str:
        (text, *more) = self._texts(node)
        if more or text not in ir.LEVELS:
            raise self._wrong(_("层级只能是 county、town、village。"), node)
        return text

    def _whole(self, node: ast.expr, least: int, most: int) -> int:
        text = (ast.get_source_segment(self.text, node) or "").replace(" ", "")
        if not re.fullmatch(r"-?\d{1,4}", text) or not least <= int(text) <= most:
            raise self._wrong(_("这里要写 %(least)d 到 %(most)d 的整数。") % {"least": least, "most": most}, node)
        return int(text)

    def _places(self, kind: str, call: ast.Call, named: dict[str | None, ast.expr], depth: int) -> ir.Expr:
        level = self._level(call.args[0])
        inner = self.read(call.args[1], depth) if len(call.args) > 1 else ir.And(())
        if kind == "share":
            among = self.read(named["among"], depth) if "among" in named else None
            return ir.Share(level, inner, among)
        return ir.Count(level, inner) if kind == "count" else ir.Total(level, inner)

    def _reported(self, call: ast.Call, depth: int) -> ir.Expr:
        inner = self.read(call.args[0], depth)
        if not isinstance(inner, ir.Ref) or inner.filters:
            raise self._wrong(_("%(name)s 的写法是：%(form)s") % {"name": "reported", "form": _FORMS["reported"]}, call)
        return ir.Reported(inner)

    def _shifted(self, kind: str, call: ast.Call, named: dict[str | None, ast.expr], depth: int) -> ir.Expr:
        inner = self.read(call.args[0], depth)
        by = call.args[1] if len(call.args) > 1 else named.get("n")
        if kind == "in_year":
            year = self._whole(call.args[1], -50, 2100)
            if 0 < year < 1990:
                raise self._wrong(_("年份要写成 2019 这样的年份，或 0、-1 这样相对本期的年数。"), call.args[1])
            return ir.InYear(inner, year)
        n = self._whole(by, 1, 60) if by is not None else 1
        return {"before": ir.Before, "last_year": ir.LastYear, "last_months": ir.LastMonths}[kind](inner, n)

    def _banded(self, call: ast.Call, named: dict[str | None, ast.expr], depth: int) -> ir.Expr:
        by = self.read(call.args[0], depth)
        carry = named.get("carry")
        if carry is not None and not (isinstance(carry, ast.Constant) and isinstance(carry.value, bool)):
            raise self._wrong(_("carry 只能是 True 或 False。"), carry)
        rows = call.args[1]
        if not isinstance(rows, ast.List | ast.Tuple) or not rows.elts:
            raise self._wrong(_("%(name)s 的写法是：%(form)s") % {"name": "banded", "form": _FORMS["banded"]}, rows)
        steps: list[tuple[ir.Number | None, ir.Number]] = []
        for place, row in enumerate(rows.elts, 1):
            steps.append(self._step(row, last=place == len(rows.elts), depth=depth))
            if place > 1 and steps[-1][0] is not None and steps[-1][0].base <= steps[-2][0].base:  # type: ignore[union-attr]
                raise self._wrong(_("各档的上限要从小到大。"), row)
        return ir.Banded(by, tuple(steps), bool(carry is not None and carry.value))  # type: ignore[attr-defined]

    def _step(self, row: ast.expr, *, last: bool, depth: int) -> tuple[ir.Number | None, ir.Number]:
        match row:
            case ast.Tuple(elts=[limit, rate]):
                open_end = isinstance(limit, ast.Constant) and limit.value is None
                upper = None if open_end else self.read(limit, depth)
                value = self.read(rate, depth)
                if (
                    isinstance(value, ir.Number)
                    and (isinstance(upper, ir.Number) or upper is None)
                    and open_end == last
                ):
                    return upper, value
        raise self._wrong(_("每档写成 (上限, 标准)，只有最后一档的上限写 None。"), row)


_Make = Callable[[_Reader, ast.Call, dict[Any, ast.expr], int], ir.Expr]


def _many(kind: type) -> _Make:
    return lambda r, call, named, depth: kind(tuple(r.read(arg, depth) for arg in call.args))


def _placed(kind: str) -> _Make:
    return lambda r, call, named, depth: r._places(kind, call, named, depth)


def _moved(kind: str) -> _Make:
    return lambda r, call, named, depth: r._shifted(kind, call, named, depth)


_FORMS = {
    "share": 'share("town", 条件, among=条件)',
    "count": 'count("town", 条件)',
    "total": 'total("town", 算式)',
    "least": "least(甲, 乙, …)",
    "most": "most(甲, 乙, …)",
    "when": "when(条件, 是, 否)",
    "reported": "reported(数据项)",
    "before": "before(算式, n=1)",
    "last_year": "last_year(算式, n=1)",
    "year_to_date": "year_to_date(算式)",
    "last_months": "last_months(算式, 12)",
    "in_year": "in_year(算式, 2019)",
    "banded": "banded(人口, [(60*万人, 1.00*元/人), (None, 0.80*元/人)], carry=True)",
}
# name: fewest and most positional arguments, keywords, maker
_FUNCTIONS: dict[str, tuple[int, int, tuple[str, ...], _Make]] = {
    "share": (2, 2, ("among",), _placed("share")),
    "count": (1, 2, (), _placed("count")),
    "total": (2, 2, (), _placed("total")),
    "least": (2, 20, (), _many(ir.Least)),
    "most": (2, 20, (), _many(ir.Most)),
    "when": (3, 3, (), lambda r, call, named, depth: ir.When(*(r.read(arg, depth) for arg in call.args))),
    "reported": (1, 1, (), lambda r, call, named, depth: r._reported(call, depth)),
    "before": (1, 2, ("n",), _moved("before")),
    "last_year": (1, 2, ("n",), _moved("last_year")),
    "year_to_date": (1, 1, (), lambda r, call, named, depth: ir.YearToDate(r.read(call.args[0], depth))),
    "last_months": (2, 2, (), _moved("last_months")),
    "in_year": (2, 2, (), _moved("in_year")),
    "banded": (2, 2, ("carry",), lambda r, call, named, depth: r._banded(call, named, depth)),
}
FUNCTIONS = tuple(_FUNCTIONS)
