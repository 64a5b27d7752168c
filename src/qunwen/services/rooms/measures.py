"""What rooms count: minutes open, reserved and used, no-shows, and reservations by what they were for.

Minutes, so that sums stay integers. Open minutes are worked out from the hours of the venue for the days that are counted
already (venues.DaysCounted: the figures know no clock); minutes used are those of reservations somebody checked in for.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from qunwen.base.measures.declare import Dim, RecordLink, Row, measure, records
from qunwen.base.measures.enums import Grade
from qunwen.base.measures.enums import Kind as MeasureKind
from qunwen.base.measures.periods import Period
from qunwen.base.scope.clock import day_of
from qunwen.base.scope.codes import Level, upper_bound
from qunwen.services.venues.models import DaysCounted

from . import openings
from .enums import HOLDS, Kind, State, Use
from .models import Reservation, Resource

RESERVATION, RESOURCE = "rooms.reservation", "rooms.resource"
COUNTED = "venues.dayscounted"
OPENING = (RESOURCE, COUNTED, "venues.weeklyhours", "venues.specialday", "venues.closure", "venues.venue")
KIND = Dim("kind", _("资源类别"), tuple(Kind.choices))
USE = Dim("use", _("用途类别"), tuple(Use.choices))
MINUTE = dt.timedelta(minutes=1)
_STOOD = sorted({*HOLDS, State.MISSED} - {State.ASKED})


def _reservations(county: str, month: Period, states: Iterable[str]) -> Iterator[tuple[Any, ...]]:
    """(id, place, day, whole minutes, kind, use) of what begins in the month."""
    rows = Reservation.unscoped.filter(
        county=county, state__in=sorted(states), starts_at__gte=month.starts_at, starts_at__lt=month.ends_at
    )
    fields = ("pk", "place_id", "starts_at", "ends_at", "resource__kind", "use")
    for pk, place, begins, ends, kind, use in rows.order_by("pk").values_list(*fields):
        yield pk, place, day_of(begins), (ends - begins) // MINUTE, kind, use


@measure(
    code="rooms.minutes_open",
    title=_("场地开放时长"),
    unit=_("分钟"),
    kind=MeasureKind.FLOW,
    meaning=_("可预约房间按阵地开放时间逐日计算的时长，扣除闭馆和停止预约；只算到核计之日。"),
    feeds=OPENING,
    reported_by=Level.COUNTY,
)
def minutes_open(*, county: str, month: Period) -> Iterator[Row]:
    """One row a room and month, on the last day counted."""
    until = DaysCounted.unscoped.filter(county=county).values_list("until", flat=True).first()
    last = min(month.end, until) if until else month.start
    if last <= month.start:
        return
    rooms = openings.with_hours(Resource.unscoped.filter(county=county, active=True).exclude(room=None))
    for room in rooms.order_by("pk"):
        day, minutes = max(month.start, room.since or month.start), 0
        while day < last:
            minutes += sum((ends - begins) // MINUTE for begins, ends in openings.open_stretches(room, day))
            day += dt.timedelta(days=1)
        if minutes:
            yield Row(county, room.place_id, last - dt.timedelta(days=1), minutes, Grade.B, RESOURCE, room.pk, {})


@measure(
    code="rooms.minutes_reserved",
    title=_("场地预约时长"),
    unit=_("分钟"),
    kind=MeasureKind.FLOW,
    meaning=_("已生效的预约（含已使用和没有到场的）的时长，不含前后间隔，待审批的不计；按开始日期计。"),
    feeds=(RESERVATION,),
    dims=(KIND, USE),
    reported_by=Level.COUNTY,
)
def minutes_reserved(*, county: str, month: Period) -> Iterator[Row]:
    """One row a reservation that stood."""
    for pk, place, day, minutes, kind, use in _reservations(county, month, _STOOD):
        yield Row(county, place, day, minutes, Grade.B, RESERVATION, pk, {"kind": kind, "use": use})


@measure(
    code="rooms.minutes_used",
    title=_("场地使用时长"),
    unit=_("分钟"),
    kind=MeasureKind.FLOW,
    meaning=_("有人签到的预约的时长；按开始日期计。"),
    feeds=(RESERVATION,),
    dims=(KIND, USE),
    reported_by=Level.COUNTY,
)
def minutes_used(*, county: str, month: Period) -> Iterator[Row]:
    """One row a reservation with a check-in."""
    for pk, place, day, minutes, kind, use in _reservations(county, month, {State.USED}):
        yield Row(county, place, day, minutes, Grade.A, RESERVATION, pk, {"kind": kind, "use": use})


@measure(
    code="rooms.reservations",
    title=_("场地预约次数"),
    unit=_("次"),
    kind=MeasureKind.FLOW,
    meaning=_("已生效的预约（含已使用和没有到场的），一次一条；按开始日期计。"),
    feeds=(RESERVATION,),
    dims=(KIND, USE),
    reported_by=Level.COUNTY,
)
def reservations(*, county: str, month: Period) -> Iterator[Row]:
    """One row a reservation that stood."""
    for pk, place, day, _minutes, kind, use in _reservations(county, month, _STOOD):
        yield Row(county, place, day, 1, Grade.A, RESERVATION, pk, {"kind": kind, "use": use})


@measure(
    code="rooms.no_shows",
    title=_("场地预约未到场次数"),
    unit=_("次"),
    kind=MeasureKind.FLOW,
    meaning=_("要签到的场地，开始后一直没有人签到而自动释放的预约；按开始日期计。"),
    feeds=(RESERVATION,),
    dims=(KIND, USE),
    reported_by=Level.COUNTY,
)
def no_shows(*, county: str, month: Period) -> Iterator[Row]:
    """One row a reservation nobody came to."""
    for pk, place, day, _minutes, kind, use in _reservations(county, month, {State.MISSED}):
        yield Row(county, place, day, 1, Grade.A, RESERVATION, pk, {"kind": kind, "use": use})


@records(RESERVATION)
def show_reservations(*, county: str, ids: Iterable[uuid.UUID]) -> Mapping[uuid.UUID, RecordLink]:
    """Reservations as they are shown under a figure, without who made them."""
    rows = Reservation.objects.filter(county=county, pk__in=list(ids)).select_related("resource")
    return {
        row.pk: RecordLink(
            label=f"{row.resource.title} {day_of(row.starts_at):%Y-%m-%d} {row.title}",
            url=reverse("rooms:reservation", args=[row.county, row.pk]),
        )
        for row in rows
    }


@records(RESOURCE)
def show_resources(*, county: str, ids: Iterable[uuid.UUID]) -> Mapping[uuid.UUID, RecordLink]:
    """Rooms as they are shown under a figure."""
    rows = Resource.objects.filter(
        county=county, pk__in=list(ids), place_id__gte=county, place_id__lt=upper_bound(county)
    )
    return {
        row.pk: RecordLink(label=row.title, url=reverse("rooms:resource", args=[row.county, row.pk])) for row in rows
    }
