"""Findings in words: what was noticed, never what somebody did."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qunwen.base.measures.periods import Period
from qunwen.base.places import queries as places
from qunwen.governance.indicators import catalogue
from qunwen.governance.indicators.language.words import said

from . import limits
from .models import Finding

Told = Mapping[str, Any]

SENTENCES = {
    "books.loans": gettext_lazy("%(period)s 借阅 %(loans)d 册次，而馆藏共 %(holdings)d 册。"),
    "books.growth": gettext_lazy(
        "%(period)s 新增 %(bought)d 册，馆藏从 %(before)d 册变为 %(after)d 册，等于同期剔旧 %(gone)d 册。"
    ),
    "crowd.area": gettext_lazy(
        "%(day)s“%(title)s”登记 %(people)d 人，场地 %(m2)d 平方米，先后大约能容纳 %(most)d 人。"
    ),
    "crowd.seats": gettext_lazy("%(day)s“%(title)s”登记 %(people)d 人，场地登记的座位是 %(seats)d 个。"),
    "crowd.closed": gettext_lazy("%(day)s %(clock)s“%(title)s”：%(why)s"),
    "floor.bunching": gettext_lazy(
        "“%(figure)s”刚过线（高出不到 %(width)d%%）的地方有 %(above)d 处，差一点的只有 %(below)d 处。"
    ),
    "digits.heaping": gettext_lazy("近一年 %(numbers)d 场的人数里，%(round)d 场末位是 0 或 5。"),
    "digits.last": gettext_lazy("近一年 %(numbers)d 场的人数里，末位是 %(digit)d 的有 %(times)d 场。"),
    "photo.places": gettext_lazy("%(day)s 的活动有 %(photos)d 张照片，此前在%(other)s %(other_day)s 的活动里用过。"),
    "photo.dates": gettext_lazy("%(day)s 的活动有 %(photos)d 张照片，此前在本地 %(other_day)s 的活动里用过。"),
    "photo.common": gettext_lazy(
        "有 %(photos)d 张图片在 %(widely)d 个以上地方的记录里出现，共涉及 %(records)d 场活动。"
    ),
    "copy.activities": gettext_lazy("有 %(dates)d 场活动分人群的人数与%(other)s逐项相同，共 %(people)d 人次。"),
    "copy.returns": gettext_lazy("%(period)s 填报的 %(items)d 个数与%(other)s完全相同。"),
    "copy.months": gettext_lazy("%(element)s连续 %(months)d 个月都是 %(number)d。"),
    "entry.midnight": gettext_lazy("这个月有 %(records)d 条记录在 0 点至 %(until)d 点之间录入。"),
    "entry.burst": gettext_lazy("%(when)s 起 %(minutes)d 分钟内，录入了 %(days)d 天的 %(records)d 场活动。"),
    "history.jump": gettext_lazy(
        "%(day)s“%(title)s”登记 %(people)d 人，这里此前同类 %(known)d 场的中位数是 %(usual)d 人。"
    ),
    "history.repeats": gettext_lazy("“%(title)s”的 %(dates)d 场里，有 %(times)d 场都是 %(people)d 人。"),
    "person.two_places": gettext_lazy("%(when)s 前后，有 %(persons)d 位居民在这里和%(other)s几乎同时签到。"),
}


def title_of(code: str) -> str:
    """What a check is called, in the reader's language."""
    defined = limits.shipped().get(code)
    return said(defined.title, defined.en) if defined else code


def how_of(code: str) -> str:
    """How it works, in plain words."""
    defined = limits.shipped().get(code)
    return said(defined.how, defined.how_en) if defined else ""


def names_for(findings: Iterable[Finding]) -> dict[str, str]:
    """The names of the other places they speak of: one query."""
    codes = {str(row.told["other"]) for row in findings if row.told.get("other")}
    return places.names(codes)


def sentence(finding: Finding, names: Mapping[str, str]) -> str:
    """What was noticed, in the reader's language."""
    told = dict(finding.told)
    for key, read in _READ.items():
        if key in told:
            told[key] = read(told[key], names)
    return str(SENTENCES[finding.check_code]) % told


def _why(code: str, _names: Mapping[str, str]) -> str:
    return _("登记为深夜开始。") if code == "night" else _("那天场地登记为全天不开放。")


def _element(code: str, _names: Mapping[str, str]) -> str:
    if not code:
        return _("每月参加人次")
    element = catalogue.elements().get(code)
    return _("“%(what)s”") % {"what": said(element.title, element.en)} if element else code


_READ: Mapping[str, Callable[[Any, Mapping[str, str]], str]] = {
    "other": lambda code, names: _("“%(name)s”") % {"name": names.get(code, _("其他地方"))},
    "period": lambda code, _names: Period.of(code).label,
    "why": _why,
    "element": _element,
}
