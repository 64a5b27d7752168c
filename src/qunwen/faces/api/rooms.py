"""Rooms: what can be reserved and when it is free for anybody; reserving and releasing for a resident; what stands for staff."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Literal

from ninja import Router, Schema
from pydantic import Field

from qunwen.base.scope import asking, clock
from qunwen.base.scope.clock import local, start_of
from qunwen.services.rooms import actions, queries
from qunwen.services.rooms.access import Permission
from qunwen.services.rooms.enums import Use
from qunwen.services.rooms.models import OfferedHours, Reservation, Resource

from . import paging
from .auth import ResidentAuth, TokenAuth, anybody
from .paging import Cursor, Limit
from .problems import not_found
from .public import under
from .repeats import Key, once
from .words import Below, Code, County, Given, Id, Moment, PathId, QueryDay, text

router = Router(tags=["场地"])
UseName = Literal[tuple(Use.values)]


class RoomShape(Schema):
    id: uuid.UUID
    county: str
    kind: str
    title: str
    place: str
    venue: uuid.UUID | None
    capacity: int | None
    open_to: str
    needs_approval: bool
    longest_minutes: int
    ahead_days: int


class RoomPage(Schema):
    items: list[RoomShape]
    next: str | None


class Stretch(Schema):
    starts_at: dt.datetime
    ends_at: dt.datetime


class FreeShape(Schema):
    day: dt.date
    free: list[Stretch]


class OfferShape(Schema):
    id: uuid.UUID
    resource: uuid.UUID
    title: str
    place: str
    starts_at: dt.datetime
    ends_at: dt.datetime


class OfferPage(Schema):
    items: list[OfferShape]
    next: str | None


class ReservationShape(Schema):
    id: uuid.UUID
    county: str
    resource: uuid.UUID
    title: str
    use: str
    state: str
    starts_at: dt.datetime
    ends_at: dt.datetime


class MyReservationShape(ReservationShape):
    code: str


class ReservationPage(Schema):
    items: list[ReservationShape]
    next: str | None


class MyReservationPage(Schema):
    items: list[MyReservationShape]
    next: str | None


class NewReservation(Given):
    """When, and what for."""

    county: Code
    room: Id
    starts_at: Moment
    ends_at: Moment
    title: text(60, 1)  # type: ignore[valid-type]
    use: UseName = "other"
    people: int | None = Field(default=None, ge=1, le=5000, strict=True)
    team: Id | None = None


def _room(row: Resource) -> RoomShape:
    return RoomShape(
        id=row.pk, county=row.county, kind=row.kind, title=row.title, place=row.place_id,
        venue=row.room.venue_id if row.room else None, capacity=row.capacity, open_to=row.open_to,
        needs_approval=row.needs_approval, longest_minutes=row.longest_minutes, ahead_days=row.ahead_days,
    )  # fmt: skip


def _offer(row: OfferedHours) -> OfferShape:
    return OfferShape(
        id=row.pk, resource=row.resource_id, title=row.resource.title, place=row.place_id, starts_at=local(row.starts_at),
        ends_at=local(row.ends_at),
    )  # fmt: skip


def _said(row: Reservation) -> dict[str, Any]:
    return {
        "id": row.pk, "county": row.county, "resource": row.resource_id, "title": row.title, "use": row.use,
        "state": row.state, "starts_at": local(row.starts_at), "ends_at": local(row.ends_at),
    }  # fmt: skip


def _mine(row: Reservation) -> MyReservationShape:
    return MyReservationShape(**_said(row), code=row.code)


@router.get(
    "/counties/{county}/rooms", auth=anybody, response=RoomPage, summary="可预约的场地", operation_id="listRooms"
)
def list_rooms(request: Any, *, county: County, below: Below = "", cursor: Cursor = "", limit: Limit = 50) -> Any:
    """居民和文艺团队自己能预约的房间、设备；按编号排序。"""
    del request
    rows = under(queries.resources(county=county).select_related("room"), below)
    items, following = paging.page(rows, cursor=cursor, limit=limit, shape=_room)
    return RoomPage(items=items, next=following)


@router.get(
    "/counties/{county}/rooms/{id}/free", auth=anybody, response=FreeShape, summary="一处场地的空闲时间",
    operation_id="getRoomFree",
)  # fmt: skip
def room_free(request: Any, county: County, id: PathId, day: QueryDay = None) -> Any:
    """这一天（默认今天）从现在起空着、能预约的时间；已扣除前后间隔、闭馆和停止预约。"""
    del request
    row = queries.with_hours(queries.resources(county=county)).filter(pk=id).first()
    if row is None:
        raise not_found()
    at = clock.now()
    when = day or clock.day_of(at)
    free = queries.free(row, when, at=at)
    return FreeShape(day=when, free=[Stretch(starts_at=local(a), ends_at=local(b)) for a, b in free])


@router.get(
    "/counties/{county}/room-offers", auth=anybody, response=OfferPage, summary="团队可领取的空闲时段",
    operation_id="listRoomOffers",
)  # fmt: skip
def list_offers(request: Any, *, county: County, below: Below = "", cursor: Cursor = "", limit: Limit = 50) -> Any:
    """登记的文艺团队由负责人在门户上领取。"""
    del request
    rows = under(queries.offers(county=county, at=clock.now()), below)
    items, following = paging.page(rows, cursor=cursor, limit=limit, shape=_offer)
    return OfferPage(items=items, next=following)


@router.get(
    "/me/rooms", auth=ResidentAuth(csrf=True), response=MyReservationPage, summary="我约的场地",
    operation_id="listMyRooms",
)  # fmt: skip
def my_rooms(request: Any, cursor: Cursor = "", limit: Limit = 50) -> Any:
    """带签到码。"""
    rows = queries.mine(county=request.resident.county, residents=[request.resident.pk])
    items, following = paging.page(rows, cursor=cursor, limit=limit, shape=_mine)
    return MyReservationPage(items=items, next=following)


@router.post(
    "/me/rooms", auth=ResidentAuth(csrf=True), response={201: MyReservationShape}, summary="预约场地",
    operation_id="reserveRoom",
)  # fmt: skip
@once
def reserve_room(request: Any, body: NewReservation, idempotency_key: Key) -> Any:
    """约自己或所负责团队的时间；被别人先约了回答 409。"""
    row = queries.resources(county=body.county).filter(pk=body.room).first()
    if row is None:
        raise not_found()
    team = queries.teams_of(request.resident).filter(pk=body.team).first() if body.team else None
    if body.team and team is None:
        raise not_found()
    made = actions.reserve_for_resident(
        resource=row, resident=request.resident, starts_at=body.starts_at, ends_at=body.ends_at, title=body.title,
        use=body.use, people=body.people, team=team, key=f"api:{idempotency_key}", by=request.actor, at=clock.now(),
    )  # fmt: skip
    return 201, _mine(made)


@router.post(
    "/me/rooms/{county}/{id}/release", auth=ResidentAuth(csrf=True), response=MyReservationShape,
    summary="释放场地预约", operation_id="releaseRoom",
)  # fmt: skip
@once
def release_room(request: Any, county: County, id: PathId, idempotency_key: Key) -> Any:
    """时间马上让给别人；释放两次不改变什么。"""
    del idempotency_key
    row = queries.mine(county=county, residents=[request.resident.pk]).filter(pk=id).first()
    if row is None:
        raise not_found()
    return 200, _mine(actions.release_own(reservation=row, resident=request.resident, by=request.actor, at=clock.now()))


@router.get(
    "/staff/counties/{county}/room-reservations", auth=TokenAuth(), response=ReservationPage, summary="场地预约",
    operation_id="listRoomReservations",
)  # fmt: skip
def list_reservations(
    request: Any, *, county: County, day: QueryDay = None, below: Below = "", cursor: Cursor = "", limit: Limit = 50
) -> Any:
    """范围内的预约，可只看一天；不带预约人。"""
    del request
    asking.require(Permission.VIEW)
    rows = under(Reservation.objects.filter(county=county), below)
    if day is not None:
        rows = rows.filter(starts_at__gte=start_of(day), starts_at__lt=start_of(day + dt.timedelta(days=1)))
    items, following = paging.page(rows, cursor=cursor, limit=limit, shape=lambda row: ReservationShape(**_said(row)))
    return ReservationPage(items=items, next=following)
