"""What the register of facilities counts: how many, how big, how many seats, how long they are open, closures.

Kinds that norms speak of have measures of their own, so that a station without an area is a town that is missing
and not a zero. Grade B with a photograph on the facility, otherwise C; announced closures are A.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from qunwen.base.measures.declare import Dim, Measure, RecordLink, Row, measure, records, register
from qunwen.base.measures.enums import Grade
from qunwen.base.measures.enums import Kind as MeasureKind
from qunwen.base.measures.periods import Period
from qunwen.base.scope.clock import day_of
from qunwen.base.scope.codes import Level, upper_bound

from . import judged  # noqa: F401  registers the kinds that norms speak of
from .enums import RoomKind, VenueKind
from .models import Closure, Room, Venue
from .register import (
    CLOSURE,
    COUNTED,
    HOURS,
    PHOTO,
    ROOM,
    SPECIAL,
    VENUE,
)
from .tally import alone, tally

KIND = Dim("kind", _("阵地类别"), tuple(VenueKind.choices))
USE = Dim("kind", _("房间用途"), tuple(RoomKind.choices))
WHERE = Dim("venue", _("阵地类别"), tuple(VenueKind.choices))
_YES_NO = (("yes", _("是")), ("no", _("否")))
FREE = Dim("free", _("免费开放"), _YES_NO)
RESTDAY = Dim(
    "restday", _("公休日开放"), (("both", _("周六周日都开放")), ("one", _("开放其中一天")), ("none", _("不开放")))
)
ACCESSIBLE = Dim("accessible", _("有无障碍设施"), _YES_NO)
MAPPED = Dim("mapped", _("已标注位置"), _YES_NO)
SIZED = Dim("sized", _("已登记面积"), _YES_NO)
AHEAD = Dim(
    "ahead",
    _("提前公告天数"),
    (
        ("d7", _("7 天以上")),
        ("d5", _("5 至 6 天")),
        ("d3", _("3 至 4 天")),
        ("d1", _("1 至 2 天")),
        ("d0", _("不足 1 天")),
    ),
)
_NOTICE = (7, 5, 3, 1, 0)


for _code, _title, _unit, _kind, _meaning, _feeds, _dims in (
    (
        "venues.count", _("阵地数"), _("个"), MeasureKind.STOCK, _("期末在用的阵地；从启用之日起计，停用之日起不计。"),
        (VENUE, HOURS, PHOTO), (KIND, FREE, RESTDAY, ACCESSIBLE, MAPPED, SIZED),
    ),
    (
        "venues.area", _("阵地面积"), _("百分之一平方米"), MeasureKind.STOCK,
        _("期末在用阵地的建筑面积（广场为场地面积）；没有登记面积的不计。"), (VENUE, PHOTO), (KIND,),
    ),
    (
        "venues.open_days", _("阵地开放天数"), _("天"), MeasureKind.FLOW,
        _("按每周开放时间和特殊日期逐日计算的开放天数，整天闭馆的扣除，各阵地相加；只算到核计之日。"),
        (VENUE, HOURS, SPECIAL, CLOSURE, COUNTED, PHOTO), (KIND,),
    ),
):  # fmt: skip
    register(
        Measure(
            code=_code, title=_title, unit=_unit, kind=_kind, meaning=_meaning, rows=partial(alone, _code), feeds=_feeds,
            dims=_dims, together=tally,
        )
    )  # fmt: skip


for _code, _title, _unit, _meaning in (
    ("venues.rooms", _("房间数"), _("个"), _("期末在用阵地的在用房间。")),
    ("venues.room_area", _("房间面积"), _("百分之一平方米"), _("期末在用房间的面积；没有登记面积的不计。")),
    ("venues.seats", _("座位数"), _("座"), _("期末在用房间可容纳的人数；没有登记的不计。")),
):
    register(
        Measure(
            code=_code, title=_title, unit=_unit, kind=MeasureKind.STOCK, meaning=_meaning, rows=partial(alone, _code),
            feeds=(ROOM, VENUE), dims=(USE, WHERE), together=tally,
        )
    )  # fmt: skip


@measure(
    code="venues.closures",
    title=_("临时闭馆次数"),
    unit=_("次"),
    kind=MeasureKind.FLOW,
    meaning=_("按闭馆开始日期计，一份公告计一次，撤回的不计；提前天数从公告到闭馆开始。"),
    feeds=(CLOSURE, VENUE),
    dims=(KIND, AHEAD),
    reported_by=Level.COUNTY,
)
def closures(*, county: str, month: Period) -> Iterator[Row]:
    """One row for each closure that began."""
    rows = Closure.unscoped.filter(
        withdrawn_at=None, starts_at__gte=month.starts_at, starts_at__lt=month.ends_at,
        venue__place_id__gte=county, venue__place_id__lt=upper_bound(county),
    )  # fmt: skip
    fields = ("pk", "venue__place_id", "venue__kind", "starts_at", "announced_at")
    for pk, place, kind, starts, told in rows.order_by("pk").values_list(*fields):
        ahead = next((f"d{days}" for days in _NOTICE if starts - told >= dt.timedelta(days=days)), "d0")
        yield Row(county, place, day_of(starts), 1, Grade.A, CLOSURE, pk, {"kind": kind, "ahead": ahead})


@records(VENUE)
def show_venues(*, county: str, ids: Iterable[uuid.UUID]) -> Mapping[uuid.UUID, RecordLink]:
    """Facilities as they are shown under a figure."""
    rows = Venue.objects.filter(pk__in=list(ids), place_id__gte=county, place_id__lt=upper_bound(county))
    return {
        row.pk: RecordLink(label=f"{row.place.name} {row.name}", url=reverse("venues:page", args=[row.pk]))
        for row in rows.select_related("place")
    }


@records(ROOM)
def show_rooms(*, county: str, ids: Iterable[uuid.UUID]) -> Mapping[uuid.UUID, RecordLink]:
    """Rooms as they are shown under a figure: they open to their facility."""
    rows = Room.objects.filter(pk__in=list(ids), venue__place_id__gte=county, venue__place_id__lt=upper_bound(county))
    return {
        row.pk: RecordLink(label=f"{row.venue.name} {row.name}", url=reverse("venues:page", args=[row.venue_id]))
        for row in rows.select_related("venue")
    }


@records(CLOSURE)
def show_closures(*, county: str, ids: Iterable[uuid.UUID]) -> Mapping[uuid.UUID, RecordLink]:
    """Announced closures as they are shown under a figure."""
    rows = Closure.objects.filter(
        pk__in=list(ids), venue__place_id__gte=county, venue__place_id__lt=upper_bound(county)
    )
    return {
        row.pk: RecordLink(
            label=f"{row.venue.name} {day_of(row.starts_at):%Y-%m-%d} {row.reason}",
            url=reverse("venues:page", args=[row.venue_id]),
        )
        for row in rows.select_related("venue")
    }
