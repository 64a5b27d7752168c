"""What anybody may read, without a token."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from django.db.models import QuerySet
from ninja import Query, Router

from qunwen.base.places.models import Place
from qunwen.base.scope import clock
from qunwen.base.scope.codes import upper_bound
from qunwen.services.activities.models import Activity, Session
from qunwen.services.bookings import queries as ledger
from qunwen.services.venues.models import Venue

from . import paging, shapes
from .auth import anybody
from .paging import Cursor, Limit
from .problems import not_found
from .words import Below, County, KindName, PathCode, PathId, QueryDay, QueryYear, VenueKindName

router = Router(auth=anybody, tags=["公开"])
SUBJECT = "activities.session"


def under(rows: QuerySet[Any], code: str, path: str = "place_id") -> QuerySet[Any]:
    """The rows at a place or under it."""
    return rows.filter(**{f"{path}__gte": code, f"{path}__lt": upper_bound(code)}) if code else rows


@router.get("/places", response=shapes.PlacePage, summary="区划", operation_id="listPlaces")
def list_places(request: Any, below: Below = "", cursor: Cursor = "", limit: Limit = 50) -> Any:
    """全国区划代码，按代码排序；撤销的也在内（valid_to）。"""
    del request
    rows = under(Place.objects.all(), below, "code")
    items, following = paging.page(rows, cursor=cursor, limit=limit, shape=shapes.place)
    return shapes.PlacePage(items=items, next=following)


@router.get("/places/{code}", response=shapes.PlaceShape, summary="一个区划", operation_id="getPlace")
def get_place(request: Any, code: PathCode) -> Any:
    """短代码：2、4、6、9、12 或 15 位。"""
    del request
    row = Place.objects.filter(pk=code).first()
    if row is None:
        raise not_found()
    return shapes.place(row)


@router.get("/venues", response=shapes.VenuePage, summary="阵地", operation_id="listVenues")
def list_venues(
    request: Any,
    *,
    below: Below = "",
    kind: Annotated[VenueKindName | None, Query(description="阵地类别。")] = None,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> Any:
    """在用的阵地。"""
    del request
    rows = under(Venue.objects.filter(retired_on=None), below)
    if kind:
        rows = rows.filter(kind=kind)
    items, following = paging.page(rows, cursor=cursor, limit=limit, shape=shapes.venue)
    return shapes.VenuePage(items=items, next=following)


@router.get("/venues/{id}", response=shapes.VenueShape, summary="一个阵地", operation_id="getVenue")
def get_venue(request: Any, id: PathId) -> Any:
    """在用的阵地。"""
    del request
    row = Venue.objects.filter(pk=id, retired_on=None).first()
    if row is None:
        raise not_found()
    return shapes.venue(row)


@router.get(
    "/counties/{county}/activities", response=shapes.PublicActivityPage, summary="已发布的活动",
    operation_id="listPublicActivities",
)  # fmt: skip
def list_activities(
    request: Any,
    *,
    county: County,
    below: Below = "",
    kind: Annotated[KindName | None, Query(description="活动类别。")] = None,
    year: QueryYear = None,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> Any:
    """居民在门户上能看到的活动，已取消的也在内（state）。"""
    del request
    rows = under(Activity.objects.filter(county=county), below)
    if kind:
        rows = rows.filter(kind=kind)
    if year is not None:
        rows = rows.filter(plan_year=year)
    items, following = paging.page(rows, cursor=cursor, limit=limit, shape=shapes.public_activity)
    return shapes.PublicActivityPage(items=items, next=following)


@router.get(
    "/counties/{county}/activities/{id}", response=shapes.PublicActivity, summary="一个活动",
    operation_id="getPublicActivity",
)  # fmt: skip
def get_activity(request: Any, county: County, id: PathId) -> Any:
    """已发布的活动。"""
    del request
    row = Activity.objects.filter(county=county, pk=id).first()
    if row is None:
        raise not_found()
    return shapes.public_activity(row)


@router.get(
    "/counties/{county}/sessions", response=shapes.SessionPage, summary="场次", operation_id="listPublicSessions"
)
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
    """已发布活动的场次，含网上剩余名额。日期含起不含止；按编号排序，不按时间。"""
    del request
    return sessions_page(county, below, (from_day, until_day), cursor=cursor, limit=limit)


def sessions_page(
    county: str, code: str, days: tuple[dt.date | None, dt.date | None], *, cursor: str, limit: int
) -> shapes.SessionPage:
    """Dates of the open scope with their places."""
    rows = under(Session.objects.filter(county=county), code).select_related("activity")
    first, until = days
    if first is not None:
        rows = rows.filter(ends_at__gt=clock.start_of(first))
    if until is not None:
        rows = rows.filter(starts_at__lt=clock.start_of(until))
    seats: dict[Any, ledger.Availability] = {}

    def load(found: list[Session]) -> None:
        seats.update(seats_of(county, found))

    items, following = paging.page(
        rows, cursor=cursor, limit=limit, shape=lambda row: shapes.session(row, seats.get(row.pk)), load=load
    )
    return shapes.SessionPage(items=items, next=following)


def seats_of(county: str, found: list[Session]) -> dict[Any, ledger.Availability]:
    """What may be booked of these dates."""
    ids = [row.pk for row in found]
    return ledger.availability(county=county, subject_type=SUBJECT, subject_ids=ids, at=clock.now())


@router.get(
    "/counties/{county}/sessions/{id}",
    response=shapes.SessionShape,
    summary="一个场次",
    operation_id="getPublicSession",
)
def get_session(request: Any, county: County, id: PathId) -> Any:
    """已发布活动的一个场次。"""
    del request
    return one_session(county, id)


def one_session(county: str, id: Any) -> shapes.SessionShape:
    """A date of the open scope. Raises Problem 404."""
    row = Session.objects.filter(county=county, pk=id).select_related("activity").first()
    if row is None:
        raise not_found()
    return shapes.session(row, seats_of(county, [row]).get(row.pk))
