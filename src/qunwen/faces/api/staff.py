"""What a token opens: activities from plan to proof, units, places to sit, the door."""

from __future__ import annotations

import uuid
from typing import Annotated, Any

from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router

from qunwen.base.people.models import Unit
from qunwen.base.places.models import Place
from qunwen.base.scope import asking, clock
from qunwen.services.activities import actions
from qunwen.services.activities.models import Activity, Headcount, Session
from qunwen.services.bookings import actions as ledger
from qunwen.services.bookings import queries as bookings
from qunwen.services.bookings.access import Permission as Bookings
from qunwen.services.bookings.models import Booking
from qunwen.services.venues.models import Venue

from . import given, paging, public, shapes, versions
from .auth import TokenAuth
from .paging import Cursor, Limit
from .problems import Problem, not_found
from .public import under
from .repeats import Key, once
from .words import Below, County, Id, KindName, PathId, QueryDay, QueryMonth, QueryYear, StateName

router = Router(auth=TokenAuth(), tags=["工作人员"])


def _own_place(county: str, code: str) -> Place:
    place = Place.objects.filter(pk=code).first() if code.startswith(county) else None
    if place is None:
        raise _wrong("place", _("本县没有这个区划。"))
    return place


def _wrong(field: str, words: str) -> Problem:
    return Problem(422, "invalid", words, errors=[(f"/{field}", words)])


def _unit(pk: uuid.UUID) -> Unit:
    found = Unit.objects.filter(pk=pk).first()
    if found is None:
        raise _wrong("unit", _("没有这个单位，或者它不在您的范围内。"))
    return found


def _venue(pk: uuid.UUID | None) -> Venue | None:
    if pk is None:
        return None
    found = Venue.objects.filter(pk=pk, retired_on=None).first()
    if found is None:
        raise _wrong("venue", _("没有这个阵地，或者它不在您的范围内。"))
    return found


def _activity(county: str, pk: uuid.UUID, *, lock: bool = False) -> Activity:
    rows = Activity.objects.filter(county=county, pk=pk)
    found = (rows.select_for_update() if lock else rows).first()
    if found is None:
        raise not_found()
    return found


def _session(county: str, pk: uuid.UUID) -> Session:
    found = Session.objects.filter(county=county, pk=pk).select_related("activity").first()
    if found is None:
        raise not_found()
    return found


@router.get("/units", response=shapes.UnitPage, summary="单位", operation_id="listUnits")
def list_units(request: Any, below: Below = "", cursor: Cursor = "", limit: Limit = 50) -> Any:
    """令牌范围内的单位。"""
    del request
    rows = under(Unit.objects.filter(active=True), below)
    items, following = paging.page(rows, cursor=cursor, limit=limit, shape=shapes.unit)
    return shapes.UnitPage(items=items, next=following)


@router.get(
    "/counties/{county}/activities", response=shapes.ActivityPage, summary="活动列表", operation_id="listActivities"
)
def list_activities(
    request: Any,
    *,
    county: County,
    below: Below = "",
    kind: Annotated[KindName | None, Query(description="活动类别。")] = None,
    state: Annotated[StateName | None, Query(description="状态。")] = None,
    year: QueryYear = None,
    month: QueryMonth = None,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> Any:
    """令牌范围内的活动，按登记先后。"""
    del request
    wanted = {"kind": kind, "state": state, "plan_year": year, "plan_month": month}
    filters = {name: value for name, value in wanted.items() if value is not None}
    rows = under(Activity.objects.filter(county=county), below).filter(**filters)
    items, following = paging.page(rows, cursor=cursor, limit=limit, shape=shapes.activity)
    return shapes.ActivityPage(items=items, next=following)


@router.post(
    "/counties/{county}/activities", response={201: shapes.ActivityShape}, summary="列入计划",
    operation_id="planActivity",
)  # fmt: skip
@once
def plan_activity(request: Any, county: County, body: given.PlanActivity, idempotency_key: Key) -> Any:
    """把一项活动列入单位某月的计划。"""
    del idempotency_key
    details = given.filled(body) - {"title", "kind", "place", "unit", "plan_year", "plan_month", "venue"}
    made = actions.plan_activity(
        title=body.title, kind=body.kind, place=_own_place(county, body.place), unit=_unit(body.unit),
        plan_year=body.plan_year, plan_month=body.plan_month, venue=_venue(body.venue), by=request.actor, at=clock.now(),
        **{name: getattr(body, name) for name in details},
    )  # fmt: skip
    return 201, shapes.activity(made)


@router.get(
    "/counties/{county}/activities/{id}", response=shapes.ActivityShape, summary="一个活动", operation_id="getActivity"
)
def get_activity(request: Any, county: County, id: PathId) -> HttpResponse:
    """ETag 头是它的版本，修改时放进 If-Match。"""
    del request
    return versions.answer(shapes.activity(_activity(county, id)))


@router.patch(
    "/counties/{county}/activities/{id}", response=shapes.ActivityShape, summary="修改活动",
    operation_id="changeActivity",
)  # fmt: skip
def change_activity(
    request: Any, county: County, id: PathId, body: given.ChangeActivity, if_match: versions.IfMatch
) -> HttpResponse:
    """只改给出的项目。要在 If-Match 里带读取时的 ETag。"""
    del if_match
    new = {name: getattr(body, name) for name in given.filled(body)}
    if "venue" in new:
        new["venue"] = _venue(new["venue"])
    with transaction.atomic():
        row = _activity(county, id, lock=True)
        versions.demand(request, shapes.activity(row))
        return versions.answer(
            shapes.activity(actions.change_activity(activity=row, new=new, by=request.actor, at=clock.now()))
        )


@router.post(
    "/counties/{county}/activities/{id}/submit", response=shapes.ActivityShape, summary="提交审核",
    operation_id="submitActivity",
)  # fmt: skip
@once
def submit_activity(request: Any, county: County, id: PathId, idempotency_key: Key) -> Any:
    """内容填齐、排好场次后送审。"""
    del idempotency_key
    row = _activity(county, id, lock=True)
    return 200, shapes.activity(actions.submit_activity(activity=row, by=request.actor, at=clock.now()))


@router.post(
    "/counties/{county}/notes", response={201: shapes.ActivityShape}, summary="补记活动", operation_id="noteActivity"
)
@once
def note_activity(request: Any, county: County, body: given.NoteActivity, idempotency_key: Key) -> Any:
    """一次登记一项已经举办的活动和到场人数。"""
    del idempotency_key
    made = actions.note_activity(
        title=body.title, kind=body.kind, place=_own_place(county, body.place), unit=_unit(body.unit),
        starts_at=body.starts_at, ends_at=body.ends_at, headcounts=given.by_group(body.headcounts), note=body.note,
        venue=_venue(body.venue), where=body.where, by=request.actor, at=clock.now(),
    )  # fmt: skip
    return 201, shapes.activity(made)


@router.get("/counties/{county}/sessions", response=shapes.SessionPage, summary="场次列表", operation_id="listSessions")
def list_sessions(
    request: Any,
    *,
    county: County,
    below: Below = "",
    from_day: QueryDay = None,
    until_day: QueryDay = None,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> Any:
    """令牌范围内的场次。日期含起不含止。"""
    del request
    return public.sessions_page(county, below, (from_day, until_day), cursor=cursor, limit=limit)


@router.post(
    "/counties/{county}/activities/{id}/sessions", response={201: shapes.SessionShape}, summary="安排场次",
    operation_id="scheduleSession",
)  # fmt: skip
@once
def schedule_session(request: Any, county: County, id: PathId, body: given.NewSession, idempotency_key: Key) -> Any:
    """给活动定一个时间。"""
    del idempotency_key
    row = _activity(county, id, lock=True)
    made = actions.schedule_session(
        activity=row, starts_at=body.starts_at, ends_at=body.ends_at, by=request.actor, at=clock.now()
    )
    return 201, shapes.session(made)


@router.get(
    "/counties/{county}/sessions/{id}", response=shapes.SessionShape, summary="一个场次", operation_id="getSession"
)
def get_session(request: Any, county: County, id: PathId) -> Any:
    """令牌范围内的一个场次。"""
    del request
    return public.one_session(county, id)


def _held(session: Session) -> shapes.HeldShape:
    counts = Headcount.objects.filter(county=session.county, session=session).order_by("group")
    return shapes.held(session, counts)


@router.get(
    "/counties/{county}/sessions/{id}/headcounts", response=shapes.HeldShape, summary="现场人数",
    operation_id="getHeadcounts",
)  # fmt: skip
def get_headcounts(request: Any, county: County, id: PathId) -> Any:
    """签到以外清点的人数，按人群。"""
    del request
    return _held(_session(county, id))


@router.post(
    "/counties/{county}/sessions/{id}/held", response=shapes.HeldShape, summary="登记举办情况",
    operation_id="recordHeld",
)  # fmt: skip
@once
def record_held(request: Any, county: County, id: PathId, body: given.Held, idempotency_key: Key) -> Any:
    """场次已经举办；再次登记即更正人数。"""
    del idempotency_key
    counts = given.by_group(body.headcounts)
    session = actions.record_held(
        session=_session(county, id), headcounts=counts, note=body.note, by=request.actor, at=clock.now()
    )
    return 200, _held(session)


@router.get("/counties/{county}/bookings", response=shapes.BookingPage, summary="报名名单", operation_id="listBookings")
def list_bookings(
    request: Any,
    *,
    county: County,
    session: Annotated[Id | None, Query(description="只要这个场次的。")] = None,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> Any:
    """令牌范围内的报名，不含手机号。"""
    del request
    asking.require(Bookings.VIEW)
    rows = Booking.objects.filter(county=county, bucket__subject_type=public.SUBJECT)
    if session is not None:
        rows = rows.filter(bucket__subject_id=session)
    rows = rows.select_related("bucket").prefetch_related("attendees")
    items, following = paging.page(rows, cursor=cursor, limit=limit, shape=shapes.booking)
    return shapes.BookingPage(items=items, next=following)


@router.post("/counties/{county}/check-ins", response=shapes.BookingShape, summary="签到", operation_id="checkIn")
@once
def check_in(request: Any, county: County, body: given.CheckIn, idempotency_key: Key) -> Any:
    """用电子票二维码的内容或八位取票码签到；重复签到不改变什么。"""
    del idempotency_key
    asking.require(Bookings.CHECK_IN)
    at = clock.now()
    found = bookings.find_at_door(county=county, text=body.ticket, at=at, subject_id=body.session)
    ledger.check_in(booking=found, via="scanner", by=request.actor, at=at)
    row = (
        Booking.objects.filter(county=county, pk=found.pk).select_related("bucket").prefetch_related("attendees").get()
    )
    return 200, shapes.booking(row)
