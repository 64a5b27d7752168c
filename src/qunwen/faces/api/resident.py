"""What a resident does for oneself and the family, from the portal's own pages or an app in the same browser."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.utils.translation import gettext as _
from ninja import Router, Schema

from qunwen.base.people.models import Resident
from qunwen.base.scope import clock
from qunwen.base.scope.clock import local
from qunwen.services.activities.models import Session
from qunwen.services.bookings import actions
from qunwen.services.bookings import queries as bookings
from qunwen.services.bookings.models import Booking, Restraint
from qunwen.services.bookings.party import Guest

from . import given, paging, shapes
from .auth import ResidentAuth
from .paging import Cursor, Limit
from .problems import Problem, not_found
from .public import SUBJECT
from .repeats import Key, once
from .words import County, Given, PathId, text

router = Router(auth=ResidentAuth(csrf=True), tags=["居民"])


class Person(Schema):
    id: uuid.UUID
    name: str


class LimitShape(Schema):
    """A limit after several dates that were booked and not come to; it ends by itself."""

    id: uuid.UUID
    person: uuid.UUID
    state: str
    misses: int
    at_most: int
    until: dt.datetime


class Appeal(Given):
    """What was the matter."""

    words: text(400, 1)  # type: ignore[valid-type]


class Me(Schema):
    county: str
    family: list[Person]


def _family(request: Any) -> list[Resident]:
    return [request.resident, *request.wards]


@router.get("/me", response=Me, summary="我和家人", operation_id="getMe")
def me(request: Any) -> Any:
    """可以为谁报名。"""
    found = [Person(id=one.pk, name=one.name) for one in _family(request)]
    return Me(county=request.resident.county, family=found)


@router.get("/me/bookings", response=shapes.BookingPage, summary="我的报名", operation_id="listMyBookings")
def my_bookings(request: Any, cursor: Cursor = "", limit: Limit = 50) -> Any:
    """自己和家人的报名。"""
    rows = Booking.objects.filter(county=request.resident.county, bucket__subject_type=SUBJECT)
    rows = rows.select_related("bucket").prefetch_related("attendees")
    items, following = paging.page(rows, cursor=cursor, limit=limit, shape=shapes.booking)
    return shapes.BookingPage(items=items, next=following)


@router.post("/me/bookings", response={201: shapes.BookingShape}, summary="报名", operation_id="book")
@once
def book(request: Any, body: given.NewBooking, idempotency_key: Key) -> Any:
    """为自己、家人和同行的人报名；满员时进入候补（wait）。"""
    known = {one.pk: one for one in _family(request)}
    unknown = [pk for pk in body.members if pk not in known]
    if unknown:
        words = _("只能为自己和已登记监护关系的家人报名。")
        raise Problem(422, "invalid", words, errors=[("/members", words)])
    session = Session.objects.filter(county=body.county, pk=body.session).first()
    bucket = session and bookings.bucket_of(county=body.county, subject_type=SUBJECT, subject_id=session.pk)
    if bucket is None:
        words = _("没有这个场次，或者它不用报名。")
        raise Problem(422, "invalid", words, errors=[("/session", words)])
    members = [*(known[pk] for pk in body.members), *(Guest(name=g.name, group=g.group) for g in body.guests)]
    made = actions.book(
        bucket=bucket, resident=request.resident, members=members, key=f"api:{idempotency_key}", by=request.actor,
        at=clock.now(), wait=body.wait,
    )  # fmt: skip
    return 201, shapes.booking(made)


@router.post(
    "/me/bookings/{county}/{id}/cancel", response=shapes.BookingShape, summary="取消报名", operation_id="cancelBooking"
)
@once
def cancel(request: Any, county: County, id: PathId, idempotency_key: Key) -> Any:
    """名额退给下一位；取消两次不改变什么。"""
    del idempotency_key
    row = Booking.objects.filter(county=county, pk=id).select_related("bucket").first()
    if row is None:
        raise not_found()
    actions.cancel(booking=row, by=request.actor, at=clock.now())
    again = Booking.objects.filter(county=county, pk=id).select_related("bucket").prefetch_related("attendees").get()
    return 200, shapes.booking(again)


@router.post(
    "/me/bookings/{county}/{id}/release",
    response=shapes.BookingShape,
    summary="让出名额",
    operation_id="releaseBooking",
)
@once
def release(request: Any, county: County, id: PathId, idempotency_key: Key) -> Any:
    """来不了，开始以前都能让出，不算爽约；下一位马上收到通知。"""
    del idempotency_key
    row = Booking.objects.filter(county=county, pk=id).select_related("bucket").first()
    if row is None:
        raise not_found()
    actions.release(booking=row, by=request.actor, at=clock.now())
    again = Booking.objects.filter(county=county, pk=id).select_related("bucket").prefetch_related("attendees").get()
    return 200, shapes.booking(again)


def _limits(request: Any) -> list[Restraint]:
    family = [one.pk for one in _family(request)]
    return bookings.restraints_of(county=request.resident.county, residents=family, at=clock.now())


def _limit(row: Restraint) -> LimitShape:
    return LimitShape(
        id=row.pk,
        person=row.resident_id,
        state=row.state,
        misses=row.misses,
        at_most=row.at_most,
        until=local(row.until),
    )


@router.get("/me/limits", response=list[LimitShape], summary="预约限制", operation_id="listMyLimits")
def limits(request: Any) -> Any:
    """多次报了没来的，一段时间内同时少报几项；到期自动解除。"""
    return [_limit(row) for row in _limits(request)]


@router.post("/me/limits/{id}/appeal", response=LimitShape, summary="申诉预约限制", operation_id="appealLimit")
@once
def appeal(request: Any, id: PathId, body: Appeal, idempotency_key: Key) -> Any:
    """从申诉起到复核，限制不生效。"""
    del idempotency_key
    row = next((one for one in _limits(request) if one.pk == id), None)
    if row is None:
        raise not_found()
    return 200, _limit(actions.appeal(restraint=row, words=body.words, by=request.actor, at=clock.now()))
