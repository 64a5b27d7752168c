"""The citizens' art school for anybody: classes with their places, and whether a certificate is genuine."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Annotated, Any

from ninja import Query, Router, Schema

from qunwen.base.scope import clock
from qunwen.base.scope.clock import local
from qunwen.services.school import certificates, queries
from qunwen.services.school.models import CourseClass

from . import paging
from .auth import anybody
from .paging import Cursor, Limit
from .problems import not_found
from .public import under
from .words import Below, County, PathId

router = Router(auth=anybody, tags=["公开"])


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
