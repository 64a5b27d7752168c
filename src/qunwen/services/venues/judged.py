"""Kinds of facilities that norms speak of: each with area, weekly hours and days open of its own; e-reading rooms.

Who has to report is said by the kind: a county its library, a town its station, a village its room. A place that
need not have one and has none is not applicable; one whose facility lacks the entry is missing.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from qunwen.base.measures.declare import Measure, register
from qunwen.base.measures.enums import Kind, Over, State
from qunwen.base.measures.periods import Period
from qunwen.base.places import queries as places
from qunwen.base.scope.codes import Level

from .kinds import JUDGED, Judged
from .register import (
    CLOSURE,
    COUNTED,
    HOURS,
    PHOTO,
    ROOM,
    SPECIAL,
    VENUE,
    entries,
)
from .tally import alone, tally

# The best of a place counts: a town with two stations is open as long as the one that is open longest.
MOST: dict[str, Any] = {"over_places": Over.MAX}
WHAT = ("area", "weekly_hours", "open_days")


def all_excuses(*, counties: Collection[str], period: Period) -> dict[str, dict[str, State]]:
    """Measure → places of its level that have no such facility at the period's end and need not have one."""
    optional = [one for one in JUDGED if not one.required]
    found: dict[str, dict[str, State]] = {f"{one.prefix}.{what}": {} for one in optional for what in WHAT}
    for county in sorted(counties):
        have = {(e.kind, e.place) for e in entries(county, period.last_month, [one.kind for one in optional])}
        levels = {one.level for one in optional}
        there = places.below(county, on=period.last_day).filter(level__in=sorted(levels))
        for code, level in there.values_list("code", "level"):
            for one in optional:
                if one.level == level and (one.kind, code) not in have:
                    for what in WHAT:
                        found[f"{one.prefix}.{what}"][code] = State.NOT_APPLICABLE
    return found


class _Excuse:
    """Those of one measure; `together` answers for all of them at once, for who asks about many."""

    together = staticmethod(all_excuses)

    def __init__(self, code: str) -> None:
        self.code = code

    def __call__(self, *, counties: Collection[str], period: Period) -> dict[str, State]:
        return all_excuses(counties=counties, period=period).get(self.code, {})


def _register(one: Judged) -> None:
    shared: dict[str, Any] = {"reported_by": one.level, "together": tally}

    def excused(what: str) -> dict[str, Any]:
        return {} if one.required else {"excuses": _Excuse(f"{one.prefix}.{what}")}

    register(
        Measure(
            code=f"{one.prefix}.area",
            title=format_lazy("{}{}", one.title, _("面积")),
            unit=_("百分之一平方米"),
            kind=Kind.STOCK,
            meaning=_("期末在用的该类阵地的建筑面积（广场为场地面积）；没有登记面积的算缺数。"),
            rows=partial(alone, f"{one.prefix}.area"),
            feeds=(VENUE, PHOTO),
            **excused("area"),
            **shared,
        )
    )
    register(
        Measure(
            code=f"{one.prefix}.weekly_hours",
            title=format_lazy("{}{}", one.title, _("每周开放时间")),
            unit=_("分钟"),
            kind=Kind.STOCK,
            meaning=_("期末最后七天按每周开放时间计算；节假日调整和临时闭馆不影响；一地有几处的取最长的一处。"),
            rows=partial(alone, f"{one.prefix}.weekly_hours"),
            feeds=(VENUE, HOURS, PHOTO),
            **excused("weekly_hours"),
            **shared,
            **MOST,
        )
    )
    register(
        Measure(
            code=f"{one.prefix}.open_days",
            title=format_lazy("{}{}", one.title, _("开放天数")),
            unit=_("天"),
            kind=Kind.FLOW,
            meaning=_("按每周开放时间和特殊日期逐日计算，整天闭馆的扣除，有几处的相加；只算到核计之日。"),
            rows=partial(alone, f"{one.prefix}.open_days"),
            feeds=(VENUE, HOURS, SPECIAL, CLOSURE, COUNTED, PHOTO),
            **excused("open_days"),
            **shared,
        )
    )


for _one in JUDGED:
    _register(_one)


for _code, _title, _unit, _meaning, _more in (
    (
        "e_reading.area", _("电子阅览室面积"), _("百分之一平方米"),
        _("期末在用的电子阅览室面积，含文化站、图书馆内的；文化站没有电子阅览室的为零。"), {},
    ),
    (
        "e_reading.seats", _("电子阅览室座位"), _("座"),
        _("期末在用的电子阅览室可容纳的人数；文化站没有电子阅览室的为零。"), {},
    ),
    (
        "e_reading.weekly_hours", _("电子阅览室每周开放时间"), _("分钟"),
        _("电子阅览室所在阵地的每周开放时间，一地有几处的取最长的一处；文化站没有电子阅览室的为零。"), MOST,
    ),
):  # fmt: skip
    register(
        Measure(
            code=_code, title=_title, unit=_unit, kind=Kind.STOCK, meaning=_meaning, rows=partial(alone, _code),
            feeds=(ROOM, VENUE, HOURS), reported_by=Level.TOWN, together=tally, **_more,
        )
    )  # fmt: skip
