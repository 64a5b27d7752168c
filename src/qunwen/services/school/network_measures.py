"""What the network of schools counts: places of teaching, hours taught. Grade A: register and roll are the records."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Mapping

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from qunwen.base.measures.declare import Dim, RecordLink, Row, measure, records
from qunwen.base.measures.enums import Grade, Kind
from qunwen.base.measures.periods import Period
from qunwen.base.scope.clock import day_of
from qunwen.base.scope.codes import Level

from .enums import LessonState, SchoolKind
from .models import Lesson, School

SCHOOL = "school.school"
LESSON = "school.lesson"
KIND = Dim("kind", _("类别"), tuple(SchoolKind.choices))


@measure(
    code="school.sites",
    title=_("艺校办学点数"),
    unit=_("个"),
    kind=Kind.STOCK,
    meaning=_("期末在办的总校、分校和教学点；从设立之日起计，撤销之日起不计。"),
    feeds=(SCHOOL,),
    dims=(KIND,),
    reported_by=Level.COUNTY,
)
def sites(*, county: str, month: Period) -> Iterator[Row]:
    """A row for each school that stands on the last day."""
    day = month.last_day
    rows = School.unscoped.filter(county=county, opened_on__lte=day).filter(Q(closed_on=None) | Q(closed_on__gt=day))
    for pk, place, kind in rows.order_by("pk").values_list("pk", "place_id", "kind"):
        yield Row(county, place, day, 1, Grade.A, SCHOOL, pk, {"kind": kind})


@measure(
    code="school.minutes",
    title=_("艺校授课时间"),
    unit=_("分钟"),
    kind=Kind.FLOW,
    meaning=_("点过名的课次的时长，计在办班地；一课时 45 分钟。"),
    feeds=(LESSON,),
    reported_by=Level.COUNTY,
)
def minutes(*, county: str, month: Period) -> Iterator[Row]:
    """A row for each lesson that was held."""
    rows = Lesson.unscoped.filter(
        county=county, state=LessonState.HELD, starts_at__gte=month.starts_at, starts_at__lt=month.ends_at
    )
    for pk, place, starts, ends in rows.order_by("pk").values_list("pk", "place_id", "starts_at", "ends_at"):
        yield Row(county, place, day_of(starts), (ends - starts) // dt.timedelta(minutes=1), Grade.A, LESSON, pk)


@records(SCHOOL)
def show_schools(*, county: str, ids: Iterable[uuid.UUID]) -> Mapping[uuid.UUID, RecordLink]:
    """Schools under a figure."""
    rows = School.objects.filter(county=county, pk__in=list(ids))
    return {row.pk: RecordLink(label=row.name, url=reverse("school:school", args=[county, row.pk])) for row in rows}
