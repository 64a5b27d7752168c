"""What is said of a judgement: numbers with as many digits as it takes to tell them from the floor, gaps in words."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as _noop

from qunwen.governance.indicators import catalogue
from qunwen.governance.indicators.language import ir
from qunwen.governance.indicators.language.definitions import Element
from qunwen.governance.indicators.language.wording import in_words, level_in_words, number_in_words, unit_in_words
from qunwen.governance.indicators.language.words import said
from qunwen.governance.indicators.units import unit
from qunwen.governance.indicators.values import Quantity, written

from .defining import Norm
from .gaps import Gap, Gaps
from .judging import Judgement

MOST_DIGITS = 6
SHOWN = 2


def digits_of(value: Fraction) -> int:
    """How many decimals it takes to write a number exactly, at most MOST_DIGITS."""
    return next((n for n in range(MOST_DIGITS) if (value * 10**n).denominator == 1), MOST_DIGITS)


def in_unit(quantity: Quantity | None, code: str) -> Fraction | None:
    """The value in a unit; None when nothing is known."""
    return None if quantity is None or quantity.value is None else quantity.value / unit(code).factor


def value_text(judgement: Judgement) -> str:
    """The value with its unit: never rounded onto the floor that it does not reach."""
    value, floor = (in_unit(q, judgement.norm.unit) for q in (judgement.value, judgement.floor))
    if value is None:
        return ""
    if is_flag(judgement.norm.left):
        return _("有") if value else _("没有")
    if value == floor:
        return with_unit(exactly(value), judgement.norm.unit)
    enough = SHOWN if floor is None or not _is_decimal(floor) else max(digits_of(floor), SHOWN)
    digits = min(digits_of(value), enough)
    while floor is not None and digits < MOST_DIGITS and _looks_like(value, floor, digits):
        digits += 1
    return with_unit(written(value, digits), judgement.norm.unit)


def _looks_like(value: Fraction, floor: Fraction, digits: int) -> bool:
    return value != floor and written(value, digits) == written(floor, digits)


def floor_text(judgement: Judgement) -> str:
    """The floor with its unit and sign."""
    floor = in_unit(judgement.floor, judgement.norm.unit)
    if floor is None or is_flag(judgement.norm.left):
        return norm_floor_text(judgement.norm)
    return f"{sign(judgement.norm.op)} {with_unit(exactly(floor), judgement.norm.unit)}"


def norm_floor_text(norm: Norm) -> str:
    """The floor of a norm as far as it does not depend on the place."""
    if is_flag(norm.left) and norm.op == ">=":
        return _("有")
    if isinstance(norm.floor, ir.Number):
        return f"{sign(norm.op)} {with_unit(exactly(norm.floor.value), norm.floor.unit)}"
    if norm.floor is None:
        return ""
    return f"{sign(norm.op)} {in_words(norm.floor, catalogue.names())}"


def exactly(value: Fraction) -> str:
    """An exact number: as a decimal where it is one, else as n/d."""
    return written(value, digits_of(value)) if _is_decimal(value) else number_in_words(value)


def _is_decimal(value: Fraction) -> bool:
    return (value * 10**MOST_DIGITS).denominator == 1


def sign(op: str) -> str:
    """A comparison as it is printed."""
    return {">=": "≥", "<=": "≤", "==": "="}.get(op, op)


def with_unit(number: str, code: str) -> str:
    """A number with its unit."""
    if code in ("", "%", "‰"):
        return f"{number}{code}"
    return f"{number} {unit_in_words(code)}"


def rule_words(norm: Norm) -> str:
    """What must hold, in plain words."""
    return in_words(norm.expr, catalogue.names())


def closing(judgement: Judgement) -> str:
    """What would meet a norm: 还差 12,345 册. "" where only the remedy can be named."""
    return gap_words(judgement.gap, named=judgement.norm.left is None)


def gap_words(gap: Gap | Gaps | None, *, named: bool = False) -> str:
    """A gap in words; `named`: with the name of what is missing, as it has to be where several could be."""
    if gap is None:
        return ""
    if isinstance(gap, Gap):
        return _one_gap(gap, _named(gap.what) if named else "")
    parts = [_one_gap(g, _named(g.what)) if isinstance(g, Gap) else gap_words(g) for g in gap.items]
    joined = _("，或") if gap.any_one else _("；")
    return joined.join(part for part in parts if part)


def _one_gap(gap: Gap, what: str) -> str:
    """`what`: the name of the missing thing, where several are missing."""
    if is_flag(gap.what):
        return _("缺%(what)s") % {"what": what} if what else ""
    about = {"n": f"{gap.number:,}", "unit": unit_in_words(gap.unit), "what": what}
    if gap.level:
        return _("还差 %(n)s 个%(level)s") % {**about, "level": level_in_words(gap.level)}
    if gap.over:
        return (_("%(what)s多了 %(n)s %(unit)s") % about).rstrip()
    return (_("%(what)s还差 %(n)s %(unit)s") % about).rstrip()


def _named(expr: ir.Expr) -> str:
    """The name of what is missing where it is one thing."""
    refs = {node for node in ir.walk(expr) if isinstance(node, ir.Ref | ir.Use)}
    if len(refs) != 1:
        return ""
    (one,) = refs
    known: Mapping[str, Element] = catalogue.elements()
    if isinstance(one, ir.Use):
        used = catalogue.indicators()[one.code]
        return said(used.title, used.en)
    return said(known[one.code].title, known[one.code].en)


def is_flag(expr: ir.Expr | None) -> bool:
    """Whether the thing is either there or not: then a number says nothing."""
    if not isinstance(expr, ir.Ref):
        return False
    returned = catalogue.elements()[expr.code].returned
    return returned is not None and returned.high == 1


CERTAINTIES = {
    "S": _noop("有原文"),
    "S2": _noop("二手或地方来源"),
    "K-hi": _noop("凭经验，把握大"),
    "K-med": _noop("凭经验，须对照文件确认"),
    "K-lo": _noop("凭经验，把握不足"),
    "house": _noop("本地或本系统自定"),
}


def certainty_words(code: str) -> str:
    """How sure a source is, in words."""
    return _(CERTAINTIES[code])
