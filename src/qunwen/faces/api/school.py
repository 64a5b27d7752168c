"""The citizens' art school: classes and certificates for anybody; applying for the family, and what it learns."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Annotated, Any

from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from qunwen.base.scope import clock
from qunwen.base.scope.clock import local
from qunwen.services.bookings.models import Booking
from qunwen.services.school import actions, certificates, queries
from qunwen.services.school.models import CourseClass, Pupil

from . import paging
from .auth import ResidentAuth, anybody
from .paging import Cursor, Limit
from .problems import Problem, not_found
from .public import under
from .repeats import Key, once
from .words import Below, County, Given, Id, PathId

router = Router(auth=anybody, tags=["公开"])
mine = Router(auth=ResidentAuth(csrf=True), tags=["居民"])


class ClassShape(Schema):
    id: uuid.UUID
    title: str
    term: str
    discipline: str
    subject: str
    school: str
    place: str
    teacher: str
    weekdays: list[int]
    starts: dt.time
    ends: dt.time
    lessons: int
    how: str
    state: str
    opens_at: dt.datetime
    closes_at: dt.datetime
    size: int
    left: int
    online_left: int
    waiting: int
    may_apply: bool


class ClassPage(Schema):
    items: list[ClassShape]
    next: str | None


class CertificateShape(Schema):
    number: str
    name: str
    title: str
    school: str
    issued_on: dt.date
    valid: bool
    revoked_because: str


def _shape(row: CourseClass, offer: queries.Offer) -> ClassShape:
    return ClassShape(
        id=row.pk, title=row.title, term=row.term.name, discipline=row.subject.discipline.name, subject=row.subject.name,
        school=row.school.name, place=row.place_id, teacher=row.teacher.name if row.teacher else "", weekdays=list(row.meets_on),
        starts=row.starts, ends=row.ends, lessons=row.planned, how=row.how, state=row.state, opens_at=local(row.opens_at),
        closes_at=local(row.closes_at), size=offer.size, left=offer.left, online_left=offer.online,
        waiting=offer.waiting, may_apply=offer.may_apply,
    )  # fmt: skip


@router.get(
    "/counties/{county}/school/classes", response=ClassPage, summary="艺校班级", operation_id="listSchoolClasses"
)
def list_classes(request: Any, *, county: County, below: Below = "", cursor: Cursor = "", limit: Limit = 50) -> Any:
    """已发布和已结业的班级，含剩余名额和候补人数；按编号排序。没有任何学员信息。"""
    del request
    rows = under(queries.classes(county=county), below)
    found, following = paging.page(rows, cursor=cursor, limit=limit, shape=lambda row: row)
    offers = queries.offers(found, clock.now())
    return ClassPage(items=[_shape(row, offers[row.pk]) for row in found], next=following)


@router.get(
    "/counties/{county}/school/classes/{id}", response=ClassShape, summary="一个艺校班级", operation_id="getSchoolClass"
)
def get_class(request: Any, county: County, id: PathId) -> Any:
    """已发布的班级。"""
    del request
    row = queries.classes(county=county).filter(pk=id).first()
    if row is None:
        raise not_found()
    return _shape(row, queries.offers([row], clock.now())[row.pk])


@router.get(
    "/counties/{county}/school/certificate", response=CertificateShape, summary="查验结业证书",
    operation_id="verifySchoolCertificate",
)  # fmt: skip
def verify(
    request: Any,
    county: County,
    code: Annotated[str, Query(max_length=600, description="证书上的 8 位查验码，或二维码里的内容。")],
) -> Any:
    """查验码对得上、或二维码的签名是真的才有结果；姓名只给姓氏，作废的写明原因。"""
    del request
    row, _wrong = certificates.find(county=county, text=code)
    if row is None:
        raise not_found()
    return CertificateShape(
        number=row.number, name=certificates.shown_name(row.name), title=row.title, school=row.school,
        issued_on=local(row.issued_at).date(), valid=row.revoked_at is None, revoked_because=row.revoked_because,
    )  # fmt: skip


# -- a resident and the family ----------------------------------------------------------------------------


class NewEnrolment(Given):
    """Who of the family learns: oneself and wards, by the ids of /me."""

    people: list[Id] = Field(min_length=1, max_length=10)


class AnswerShape(Schema):
    """What one person was told: confirmed, waiting (with the place in line and why), or refused with the reason."""

    person: uuid.UUID
    state: str
    booking: uuid.UUID | None
    position: int | None
    why: str


class AnswersShape(Schema):
    items: list[AnswerShape]


class EnrolmentShape(Schema):
    id: uuid.UUID
    person: uuid.UUID | None
    course: uuid.UUID
    title: str
    term: str
    state: str
    came: int
    held: int
    certificate: str


class LineShape(Schema):
    booking: uuid.UUID
    title: str
    position: int
    why: str


class LearningShape(Schema):
    enrolments: list[EnrolmentShape]
    waiting: list[LineShape]


def _answer(one: actions.Answer) -> AnswerShape:
    standing = queries.standing(one.booking) if one.booking is not None else None
    return AnswerShape(
        person=one.resident.pk, state=one.booking.state if one.booking else "refused",
        booking=one.booking.pk if one.booking else None, position=standing.position if standing else None,
        why=standing.why if standing else one.refusal,
    )  # fmt: skip


@mine.post(
    "/me/school/classes/{county}/{id}/apply", response={201: AnswersShape}, summary="报名艺校班级", operation_id="enrol"
)
@once
def enrol(request: Any, county: County, id: PathId, body: NewEnrolment, idempotency_key: Key) -> Any:
    """一次为几个家人报名，每个人各有答复：报上、候补第几位和原因、不能报的原因。"""
    row = queries.classes(county=county).filter(pk=id).first()
    if row is None:
        raise not_found()
    known = {one.pk: one for one in (request.resident, *request.wards)}
    wanted = list(dict.fromkeys(body.people))
    if any(pk not in known for pk in wanted):
        words = _("只能为自己和已登记监护关系的家人报名。")
        raise Problem(422, "invalid", words, errors=[("/people", words)])
    answers = actions.enrol_many(
        course_class=row, holder=request.resident, people=[known[pk] for pk in wanted], key=f"api:{idempotency_key}",
        by=request.actor, at=clock.now(),
    )  # fmt: skip
    return 201, AnswersShape(items=[_answer(one) for one in answers])


@mine.get("/me/school", response=LearningShape, summary="我的课程", operation_id="getMySchool")
def my_school(request: Any) -> Any:
    """自己和家人的在读、结业和候补；候补写明第几位和原因。"""
    county, family = request.resident.county, [one.pk for one in (request.resident, *request.wards)]
    pupils = list(queries.mine(county=county, residents=family)[:200])
    came = queries.attendance_of(pupils)
    numbers = queries.certificate_numbers(pupils)
    waiting = [(row, queries.standing(row)) for row in queries.my_waiting(county=county, residents=family)]
    return LearningShape(
        enrolments=[_enrolment(row, came[row.pk], numbers.get(row.pk, "")) for row in pupils],
        waiting=[_line(row, stand) for row, stand in waiting if stand is not None],
    )


def _enrolment(row: Pupil, came: tuple[int, int], certificate: str) -> EnrolmentShape:
    return EnrolmentShape(
        id=row.pk, person=row.resident_id, course=row.course_class_id, title=row.course_class.title,
        term=row.course_class.term.name, state=row.state, came=came[0], held=came[1], certificate=certificate,
    )  # fmt: skip


def _line(row: Booking, stand: queries.Standing) -> LineShape:
    return LineShape(booking=row.pk, title=row.bucket.title, position=stand.position, why=stand.why)
