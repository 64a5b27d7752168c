"""The after-school service: schools and programme for anybody, one's own children, and afternoons for the school's programs.

No answer to anybody but the family names a child; small numbers of children are told to the school alone.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from qunwen.base.scope import asking, clock
from qunwen.base.scope.clock import local
from qunwen.services.afterschool import actions, family, queries, small
from qunwen.services.afterschool.access import Permission
from qunwen.services.afterschool.models import Activity, Application, School, SchoolTerm, Session

from . import paging
from .auth import ResidentAuth, TokenAuth, anybody
from .paging import Cursor, Limit
from .problems import Problem, not_found
from .public import under
from .repeats import Key, once
from .words import Below, County, Flag, Given, Id, PathId, QueryDay

router = Router(auth=anybody, tags=["公开"])
mine = Router(auth=ResidentAuth(csrf=True), tags=["居民"])
staff = Router(auth=TokenAuth(), tags=["工作人员"])


class TermShape(Schema):
    id: uuid.UUID
    name: str
    starts_on: dt.date
    ends_on: dt.date
    apply_opens_at: dt.datetime
    apply_closes_at: dt.datetime


class SchoolShape(Schema):
    id: uuid.UUID
    name: str
    stage: str
    locality: str
    place: str
    phone: str
    terms: list[TermShape]


class SchoolsPage(Schema):
    items: list[SchoolShape]
    next: str | None


class CareActivityShape(Schema):
    id: uuid.UUID
    title: str
    school: str
    term: str
    part: str
    field: str
    provider: str
    grade_from: int
    grade_to: int
    weekday: int | None
    starts: dt.time
    ends: dt.time
    periods: int
    price_fen: int
    size: int | None
    left: int | None


class CareActivityPage(Schema):
    items: list[CareActivityShape]
    next: str | None


class CareApplicationShape(Schema):
    id: uuid.UUID
    term: str
    state: str
    weekdays: list[int]
    may_go_alone: bool
    reason: str


class CarePlaceShape(Schema):
    title: str
    state: str
    position: int | None


class PupilShape(Schema):
    id: uuid.UUID
    name: str
    school: str
    school_class: str
    application: CareApplicationShape | None
    places: list[CarePlaceShape]
    agreements: int


class PupilsShape(Schema):
    items: list[PupilShape]


class NewWish(Given):
    """What is asked for one child: weekdays from 0 (Monday) to 4, activities by their ids."""

    child: Id
    weekdays: list[Annotated[int, Field(ge=0, le=4, strict=True)]] = Field(min_length=1, max_length=5)
    activities: list[Id] = Field(default_factory=list, max_length=5)
    may_go_alone: Flag = False


class NewApplications(Given):
    """Several children in one go. `consent`: a guardian has read what the school keeps, and agrees."""

    county: Annotated[str, Field(pattern=r"^[0-9]{6}$")]
    term: Id
    consent: Literal[True]
    wishes: list[NewWish] = Field(min_length=1, max_length=6)


class AppliedShape(Schema):
    child: uuid.UUID
    application: uuid.UUID | None
    why: str
    places: list[CarePlaceShape]


class AppliedAllShape(Schema):
    items: list[AppliedShape]


class AfternoonShape(Schema):
    id: uuid.UUID
    school: uuid.UUID
    title: str
    day: dt.date
    starts_at: dt.datetime
    ends_at: dt.datetime
    periods: int
    state: str
    expected: int | None
    present: int | None
    excused: int | None
    absent: int | None
    late: int | None


class AfternoonPage(Schema):
    items: list[AfternoonShape]
    next: str | None


@router.get(
    "/counties/{county}/after-school/schools", response=SchoolsPage, summary="课后服务学校",
    operation_id="listAfterSchoolSchools",
)  # fmt: skip
def list_schools(request: Any, *, county: County, below: Below = "", cursor: Cursor = "", limit: Limit = 50) -> Any:
    """开展课后服务的学校和还没有结束的学期。没有任何学生信息。"""
    del request
    rows = under(School.objects.filter(county=county, active=True), below)
    found, following = paging.page(rows, cursor=cursor, limit=limit, shape=lambda row: row)
    terms: dict[uuid.UUID, list[TermShape]] = {}
    running = SchoolTerm.objects.filter(county=county, school__in=[row.pk for row in found], ends_on__gte=clock.today())
    for one in running.order_by("starts_on", "pk"):
        terms.setdefault(one.school_id, []).append(
            TermShape(
                id=one.pk, name=one.name, starts_on=one.starts_on, ends_on=one.ends_on,
                apply_opens_at=local(one.apply_opens_at), apply_closes_at=local(one.apply_closes_at),
            )
        )  # fmt: skip
    items = [
        SchoolShape(
            id=row.pk, name=row.name, stage=row.stage, locality=row.locality, place=row.place_id, phone=row.phone,
            terms=terms.get(row.pk, []),
        )
        for row in found
    ]  # fmt: skip
    return SchoolsPage(items=items, next=following)


@router.get(
    "/counties/{county}/after-school/activities", response=CareActivityPage, summary="课后服务活动",
    operation_id="listAfterSchoolActivities",
)  # fmt: skip
def list_activities(
    request: Any, *, county: County, school: Annotated[Id | None, Query(description="学校编号。")] = None,
    cursor: Cursor = "", limit: Limit = 50,
) -> Any:  # fmt: skip
    """已发布的“1+X”活动：时间、年级、每课时收费（分）和剩余名额（留给优先群体的不计）。"""
    del request
    rows = Activity.objects.filter(county=county).select_related("school", "term")
    if school is not None:
        rows = rows.filter(school=school)
    found, following = paging.page(rows, cursor=cursor, limit=limit, shape=lambda row: row)
    left = queries.left_of(county, [row.pk for row in found])
    items = [
        CareActivityShape(
            id=row.pk, title=row.title, school=row.school.name, term=row.term.name, part=row.part, field=row.field,
            provider=row.provider, grade_from=row.grade_from, grade_to=row.grade_to, weekday=row.weekday,
            starts=row.starts, ends=row.ends, periods=row.periods, price_fen=row.price_fen, size=row.size,
            left=left.get(row.pk),
        )
        for row in found
    ]  # fmt: skip
    return CareActivityPage(items=items, next=following)


def _application(row: Application) -> CareApplicationShape:
    return CareApplicationShape(
        id=row.pk, term=row.term.name, state=row.state, weekdays=[int(one) for one in row.weekdays],
        may_go_alone=row.may_go_alone, reason=row.reason,
    )  # fmt: skip


@mine.get("/me/after-school/children", response=PupilsShape, summary="我家孩子的课后服务", operation_id="listMyPupils")
def my_children(request: Any) -> Any:
    """每个孩子的班级、申请走到哪一步、兴趣活动名额和协议版本数。"""
    items = []
    for child in family.children_of(request.wards):
        page = family.page_of(child, clock.today())
        places = [
            CarePlaceShape(title=one.booking.bucket.title, state=one.booking.state, position=one.position)
            for one in page.places
        ]
        items.append(
            PupilShape(
                id=child.pk, name=child.resident.name, school=child.school.name, school_class=child.school_class.name,
                application=_application(page.application) if page.application else None, places=places,
                agreements=len(page.papers),
            )
        )  # fmt: skip
    return PupilsShape(items=items)


def _wishes(request: Any, body: NewApplications, term: SchoolTerm) -> list[actions.Wish]:
    children = {child.pk: child for child in family.children_of(request.wards)}
    offered = {row.pk: row for row in family.activities_of(term)}
    wishes = []
    for number, wish in enumerate(body.wishes):
        if wish.child not in children:
            words = _("只有登记的监护人才能为孩子办理。")
            raise Problem(422, "invalid", words, errors=[(f"/wishes/{number}/child", words)])
        if strange := [pk for pk in wish.activities if pk not in offered]:
            words = _("这个学期没有这项活动，或者它不用选。")
            raise Problem(
                422,
                "invalid",
                words,
                errors=[(f"/wishes/{number}/activities/{wish.activities.index(strange[0])}", words)],
            )
        wishes.append(
            actions.Wish(
                child=children[wish.child], weekdays="".join(str(one) for one in sorted(set(wish.weekdays))),
                activities=tuple(offered[pk] for pk in dict.fromkeys(wish.activities)), may_go_alone=wish.may_go_alone,
            )
        )  # fmt: skip
    return wishes


@mine.post(
    "/me/after-school/applications", response={201: AppliedAllShape}, summary="申请课后服务",
    operation_id="applyAfterSchool",
)  # fmt: skip
@once
def apply(request: Any, body: NewApplications, idempotency_key: Key) -> Any:
    """一次为几个孩子申请，各有各的答复；满员的兴趣活动进入候补。"""
    term = SchoolTerm.objects.filter(county=body.county, pk=body.term).select_related("school").first()
    if term is None:
        raise not_found()
    wishes, by, at = _wishes(request, body, term), request.actor, clock.now()
    for wish in wishes:
        actions.give_consent(child=wish.child, by=by, at=at)
    found = actions.apply_for(wishes=wishes, term=term, key=f"api:{idempotency_key}", by=by, at=at)
    return 201, AppliedAllShape(items=[_applied(one) for one in found])


def _applied(one: actions.Applied) -> AppliedShape:
    why = " ".join(one.refusal.messages) if one.refusal else ""
    places = [
        CarePlaceShape(
            title=answer.request.bucket.title, state=answer.booking.state if answer.booking else "refused",
            position=None,
        )
        for answer in one.answers
    ]  # fmt: skip
    application = one.application.pk if one.application else None
    return AppliedShape(child=one.wish.child.pk, application=application, why=why, places=places)


def _mine_or_404(county: str, pk: uuid.UUID) -> Application:
    rows = Application.objects.filter(county=county, pk=pk)
    row: Application | None = rows.select_related("child__resident", "child__school", "term").first()
    if row is None:
        raise not_found()
    return row


@mine.post(
    "/me/after-school/applications/{county}/{id}/sign", response=CareApplicationShape, summary="签课后服务协议",
    operation_id="signAfterSchool",
)  # fmt: skip
@once
def sign_after_school(request: Any, county: County, id: PathId, idempotency_key: Key) -> Any:
    """学校审核通过后才能签；协议当时生成，保存其摘要。"""
    del idempotency_key
    actions.sign_agreement(application=_mine_or_404(county, id), by=request.actor, at=clock.now())
    return 200, _application(_mine_or_404(county, id))


@mine.post(
    "/me/after-school/applications/{county}/{id}/withdraw", response=CareApplicationShape, summary="退出课后服务",
    operation_id="leaveAfterSchool",
)  # fmt: skip
@once
def leave_after_school(request: Any, county: County, id: PathId, idempotency_key: Key) -> Any:
    """自愿参加，随时可以退出；兴趣活动名额让给下一位。"""
    del idempotency_key
    actions.withdraw(application=_mine_or_404(county, id), by=request.actor, at=clock.now())
    return 200, _application(_mine_or_404(county, id))


@staff.get(
    "/counties/{county}/after-school/sessions", response=AfternoonPage, summary="课后服务场次",
    operation_id="listAfterSchoolSessions",
)  # fmt: skip
def list_sessions(
    request: Any, *, county: County, day: QueryDay = None, cursor: Cursor = "", limit: Limit = 50
) -> Any:  # fmt: skip
    """一天或全部的场次和人数，没有姓名。本校以外，1 到 4 人不给（null）。"""
    del request
    asking.require(Permission.VIEW)
    rows = Session.objects.filter(county=county).select_related("activity", "school")
    if day is not None:
        rows = rows.filter(day=day)
    items, following = paging.page(rows, cursor=cursor, limit=limit, shape=_afternoon)
    return AfternoonPage(items=items, next=following)


def _afternoon(row: Session) -> AfternoonShape:
    told = small.cells(row, full=asking.may(Permission.CHILD_VIEW, on=row))
    counts = {name: value if isinstance(value, int) else None for name, value in told.items()}
    return AfternoonShape(
        id=row.pk, school=row.school_id, title=row.activity.title, day=row.day, starts_at=local(row.starts_at),
        ends_at=local(row.ends_at), periods=row.periods, state=row.state, **counts,
    )  # fmt: skip
