"""Rules and points of a sheet in words, for the reader's language."""

from __future__ import annotations

from fractions import Fraction

from django.utils.translation import gettext as _

from qunwen.governance.indicators import catalogue
from qunwen.governance.indicators.language.wording import in_words
from qunwen.governance.indicators.language.words import said

from . import known
from .enums import Asks, ItemKind
from .scoring import DONE, NOT_DONE, Adjustment, Line, RowPoints
from .sheets import Award, Category, Item, Late, Reset, Sheet, Veto, say_points


def title_of(thing: Sheet | Item | Veto | Reset | Category | Award) -> str:
    """Its title in the reader's language."""
    return said(thing.title, thing.en)


def rule_of(thing: Item | Veto | Reset) -> str:
    """What it gives or takes, in one sentence."""
    if isinstance(thing, Veto):
        return said(thing.reason, thing.reason_en)
    if isinstance(thing, Reset):
        return _("逾期未整改，有关项记 0 分，整改后恢复")
    parts = [_RULES[thing.kind](thing)]
    if thing.weight != 1:
        parts.append(_("按 %(weight)s%% 计入总分") % {"weight": say_points(thing.weight * 100)})
    if thing.late is not None:
        parts.append(_late(thing.late))
    if thing.confirm:
        parts.append(_("确认后计入"))
    return "；".join(parts)


def _late(late: Late) -> str:
    share = say_points(late.share * 100)
    if late.days is None:
        return _("迟报按 %(share)s%% 计，过了迟报期不计") % {"share": share}
    return _("期末后 %(days)d 天内报送算按时，%(closes)d 天内按 %(share)s%% 计，以后不计") % {
        "days": late.days, "closes": late.closes or late.days, "share": share,
    }  # fmt: skip


def _base(item: Item) -> str:
    least = item.base + item.if_not
    what = _("任务全部按时完成") if item.asks == Asks.DUTIES else _("已落实")
    return _("%(what)s得 %(full)s 分，否则得 %(least)s 分") % {
        "what": what, "full": say_points(item.base), "least": say_points(least),
    }  # fmt: skip


def _minus(item: Item) -> str:
    full, floor = say_points(item.base), say_points(item.floor)
    if len(item.categories) == 1:
        each = _("每次（项）扣 %(n)s 分") % {"n": say_points(item.categories[0].points)}
    else:
        each = "、".join(
            _("%(what)s扣 %(n)s 分") % {"what": title_of(c), "n": say_points(c.points)} for c in item.categories
        )
    until = _("扣完为止") if not item.floor else _("最低 %(floor)s 分") % {"floor": floor}
    return _("%(full)s 分，%(each)s，%(until)s") % {"full": full, "each": each, "until": until}


def _plus(item: Item) -> str:
    if len(item.categories) == 1:
        each = _("每次（项）加 %(n)s 分") % {"n": say_points(item.categories[0].points)}
    else:
        each = "、".join(
            _("%(what)s加 %(n)s 分") % {"what": title_of(c), "n": say_points(c.points)} for c in item.categories
        )
    return each if item.cap is None else _("%(each)s，最多 %(cap)s 分") % {"each": each, "cap": say_points(item.cap)}


def _condition(item: Item) -> str:
    words = in_words(item.expr, catalogue.names()) if item.expr is not None else ""
    return _("%(when)s，得 %(points)s 分；否则 %(other)s 分") % {
        "when": words, "points": say_points(item.base), "other": say_points(item.otherwise),
    }  # fmt: skip


def _steps(item: Item) -> str:
    words = in_words(item.expr, catalogue.names()) if item.expr is not None else ""
    steps = "、".join(
        _("达到 %(at)s%(unit)s 得 %(points)s 分")
        % {"at": say_points(s.at), "unit": item.unit, "points": say_points(s.points)}
        for s in item.steps
    )
    return f"{words}：{steps}"


def _judged(item: Item) -> str:
    return _("由评议人打分，满分 %(most)s 分；几人打分取平均") % {"most": say_points(item.base)}


def _sheet(item: Item) -> str:
    other = known.shipped()[item.of]
    words = {"sum": _("取“%(sheet)s”各期之和"), "average": _("取“%(sheet)s”各期平均")}[item.over] % {
        "sheet": title_of(other)
    }
    return words if item.cap is None else _("%(each)s，最多 %(cap)s 分") % {"each": words, "cap": say_points(item.cap)}


_RULES = {
    ItemKind.BASE: _base, ItemKind.MINUS: _minus, ItemKind.PLUS: _plus, ItemKind.CONDITION: _condition,
    ItemKind.STEPS: _steps, ItemKind.JUDGED: _judged, ItemKind.SHEET: _sheet,
}  # fmt: skip


def why(adjustment: Adjustment, sheet: Sheet) -> str:
    """Why points were added or taken that no row gave."""
    about = sheet.by_code.get(adjustment.about)
    return {
        "floor": _("扣完为止，多扣的补回"), "cap": _("超过上限的部分不计"), "total_floor": _("总分不低于下限"),
        "total_cap": _("总分超过上限的部分不计"), "reset": _("逾期未整改，记 0 分"),
        "veto": rule_of(about) if about is not None else _("一票否决"),
    }[str(adjustment.why)]  # fmt: skip


def signed(points: Fraction) -> str:
    """Points with their sign: +3, -1.5, 0."""
    return f"+{say_points(points)}" if points > 0 else say_points(points)


def category_words(item: Item | Veto | Reset, code: str) -> str:
    """What a row's category is called, nothing where it has none."""
    if not isinstance(item, Item) or not code:
        return ""
    if item.kind == ItemKind.BASE:
        return {DONE: _("已落实"), NOT_DONE: _("未落实")}.get(code, code)
    category = item.category(code)
    return title_of(category) if category else code


def row_words(row: RowPoints) -> str:
    """What has to be said of a row besides its points."""
    if row.waiting:
        return _("待确认，暂不计分") if not row.row.confirmed else _("未到期，待定")
    if row.share == 1:
        return ""
    return _("迟报，按 %(share)s%% 计") % {"share": say_points(row.share * 100)} if row.share else _("过期，不计")


def bounds(line: Line) -> str:
    """Between what the item may still come to."""
    if not line.undecided:
        return ""
    if line.high is None:
        return _("待定，不低于 %(low)s 分") % {"low": say_points(line.low)}
    return _("待定，%(low)s 至 %(high)s 分") % {"low": say_points(line.low), "high": say_points(line.high)}
