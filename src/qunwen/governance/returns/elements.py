"""Which elements are reported by hand, by whom and how often; how their numbers are written and read. No database."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qunwen.base.measures.periods import Period
from qunwen.base.papers.fields import Field, FieldKind, parse_cell
from qunwen.base.papers.problems import CellRefusedError
from qunwen.base.scope.codes import Level
from qunwen.governance.indicators import catalogue
from qunwen.governance.indicators.language.definitions import Element, Returned
from qunwen.governance.indicators.language.words import said
from qunwen.governance.indicators.needing import LEVELS

from .enums import MONTHS, Every

# What a form is divided into: the beginning of the code, in the order of the definitions.
SECTIONS = {
    "library": gettext_lazy("图书馆"),
    "centre": gettext_lazy("文化馆"),
    "station": gettext_lazy("综合文化站"),
    "e_reading": gettext_lazy("电子阅览室"),
    "village": gettext_lazy("图书室"),
    "village_room": gettext_lazy("村级综合性文化服务中心"),
    "hall": gettext_lazy("文化礼堂"),
    "farm_bookroom": gettext_lazy("农家书屋"),
    "reading_boards": gettext_lazy("阅报栏"),
    "films": gettext_lazy("公益电影"),
    "opera": gettext_lazy("送戏下乡"),
    "broadcast": gettext_lazy("广播电视"),
    "emergency_broadcast": gettext_lazy("应急广播"),
    "troupes": gettext_lazy("文艺团队"),
    "village_post": gettext_lazy("文化岗位"),
    "staff": gettext_lazy("人员"),
    "training": gettext_lazy("培训"),
    "volunteers": gettext_lazy("文化志愿者"),
    "money": gettext_lazy("经费"),
    "satisfaction": gettext_lazy("满意度"),
    "catalogue": gettext_lazy("公开"),
    "annual_reports": gettext_lazy("公开"),
    "consultations": gettext_lazy("征询与评价"),
    "evaluation": gettext_lazy("征询与评价"),
    "pupils": gettext_lazy("面向中小学生"),
}
OPENS_BEFORE_END = dt.timedelta(days=7)
_LARGEST = 10**15
_LONGEST = 24  # characters of a number


class NumberRefused(ValueError):
    """The text is no number of this element. The message is for the person who typed it."""


@functools.cache
def returned() -> Mapping[str, Element]:
    """Every element reported by hand, in the order of the definitions. Raises DefinitionError."""
    found = catalogue.load(sorted(catalogue.FOLDER.glob("elements*.toml"))).elements
    return {code: element for code, element in found.items() if element.returned is not None}


def rule(element: Element) -> Returned:
    """Who reports it, how often, within which bounds. Raises KeyError for an element that is not returned."""
    if element.returned is None:
        raise KeyError(element.code)
    return element.returned


def title(element: Element) -> str:
    """Its name in the reader's language."""
    return said(element.title, element.en)


def level(element: Element) -> Level:
    """The level of the places that report it."""
    return LEVELS[rule(element).level]


def asked_of(level_: Level, every: str = "") -> list[Element]:
    """What places of a level are asked for, of one rhythm or all."""
    return [
        e for e in returned().values() if level(e) == level_ and (not every or rule(e).every == every)
    ]  # fmt: skip


def section(element: Element) -> str:
    """The part of a form in which it stands."""
    prefix = element.code.split(".")[0]
    return str(SECTIONS.get(prefix, prefix))


def is_flag(element: Element) -> bool:
    """Whether it is answered by 有 or 没有: 1 or 0 of one thing."""
    given = rule(element)
    return (given.low, given.high, element.unit, element.kind) == (0, 1, "个", "stock")


def rhythm(period: Period) -> Every:
    """How often a period of that length comes. Raises KeyError."""
    return {months: every for every, months in MONTHS.items()}[period.length]


def is_open(period: Period, today: dt.date) -> bool:
    """Whether it may be reported: from a week before the period is over."""
    return today >= period.end - OPENS_BEFORE_END


def newest(every: str, today: dt.date) -> Period:
    """The latest period of a rhythm that may be reported."""
    months = MONTHS[Every(every)]
    here = Period.month_of(today + OPENS_BEFORE_END).first // months * months
    period = Period(here, months)
    return period if is_open(period, today) else period.previous


def places_kept(element: Element) -> int:
    """How many decimals its numbers may have. Raises ValueError when a stored integer is no decimal part of the unit."""
    for places in range(10):
        if (element.stored * 10**places).denominator == 1:
            return places
    raise ValueError(f"{element.code}: stored")


def read(element: Element, text: str) -> int:
    """The stored integer of what was typed (1,200 / 1.2万 / １２００). Raises NumberRefused."""
    if len(text) > _LONGEST:
        raise NumberRefused(_("这个数太长，请核对。"))
    places = places_kept(element)
    spec = Field(element.code, title(element), FieldKind.DECIMAL, unit=element.unit, places=places)
    try:
        number = parse_cell(spec, text)
    except CellRefusedError as refusal:
        raise NumberRefused(str(refusal)) from None
    if number is None:
        raise NumberRefused(_("请填数，或选“不适用”“不公开”。"))
    return stored(element, number)


def stored(element: Element, number: int | Decimal) -> int:
    """The stored integer of an exact number in the element's unit. Raises NumberRefused."""
    exact = Fraction(number) / element.stored
    if exact.denominator != 1:
        places = places_kept(element)
        raise NumberRefused(
            _("只能填整数。") if places == 0 else _("最多 %(n)d 位小数。") % {"n": places}
        )  # fmt: skip
    if exact < 0:
        raise NumberRefused(_("不能是负数。"))
    if exact >= _LARGEST:
        raise NumberRefused(_("这个数太大，请核对单位：%(unit)s。") % {"unit": element.unit or "1"})
    return int(exact)


def written(element: Element, value: int) -> str:
    """A stored integer as it is typed, without unit: 60.5."""
    number = Fraction(value) * element.stored
    whole, rest = divmod(number.numerator, number.denominator)
    if not rest:
        return str(whole)
    places = places_kept(element)
    return f"{whole}.{rest * 10**places // number.denominator:0{places}}".rstrip("0")


def shown(element: Element, value: int) -> str:
    """A stored integer as it is read, with thousands and unit: 1,200 册."""
    if is_flag(element):
        return _("有") if value else _("没有")
    whole, _dot, rest = written(element, value).partition(".")
    number = f"{int(whole):,}" + (f".{rest}" if rest else "")
    return f"{number} {element.unit}".strip()


@dataclass(frozen=True)
class Doubt:
    """Why a number is unusual; it may be sent all the same."""

    text: str


def doubts(element: Element, value: int, before: int | None) -> list[Doubt]:
    """What a careful reader would ask about a number: out of bounds, or ten times the last one."""
    given = rule(element)
    found = []
    if given.low is not None and value < given.low:
        found.append(Doubt(_("低于通常的下限 %(limit)s。") % {"limit": shown(element, given.low)}))
    if given.high is not None and value > given.high:
        found.append(Doubt(_("高于通常的上限 %(limit)s。") % {"limit": shown(element, given.high)}))
    if before and not is_flag(element) and max(value, before) >= 10 and value >= before * 10:
        found.append(Doubt(_("是上期（%(before)s）的 10 倍以上。") % {"before": shown(element, before)}))
    if before and value and not is_flag(element) and before >= 10 and value * 10 <= before:
        found.append(Doubt(_("不到上期（%(before)s）的十分之一。") % {"before": shown(element, before)}))
    return found


def every_label(element: Element) -> str:
    """How often it is reported, in words."""
    return str(Every(rule(element).every).label)
