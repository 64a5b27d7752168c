"""What the school counts: places offered, applied and served, attendance, completion, satisfaction.

Pupils are counted where they live, places where the class is. Grade A: the ledger, the roll and the certificates are
the records themselves; what was imported from an old sheet is C.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from qunwen.base.measures.declare import Dim, RecordLink, Row, measure, records
from qunwen.base.measures.enums import Grade, Kind
from qunwen.base.measures.periods import Period
from qunwen.base.people.enums import AgeGroup
from qunwen.base.scope.clock import day_of
from qunwen.base.scope.codes import Level
from qunwen.services.bookings.models import Attendee, Booking

from . import network_measures  # noqa: F401  the measures of the network stand in a file of their own
from .enums import CAME, HOLIDAY_SEASONS, SHOWN, How, LessonState, PupilState, Source
from .models import Attendance, Certificate, CourseClass, Lesson, Pupil, Satisfaction

CLASS = "school.courseclass"
PUPIL = "school.pupil"
LESSON = "school.lesson"
ATTENDANCE = "school.attendance"
CERTIFICATE = "school.certificate"
SATISFACTION = "school.satisfaction"
BOOKING = "bookings.booking"
APPLICANT = "bookings.attendee"

GROUP = Dim("group", _("人群"), tuple(AgeGroup.choices))
HOW = Dim("how", _("招生办法"), tuple(How.choices))
HOLIDAY = Dim("holiday", _("班级时段"), (("term", _("学期班")), ("holiday", _("假期班"))))
SCORE = Dim("score", _("评分"), tuple((str(n), _("%(n)s 分") % {"n": n}) for n in range(1, 6)))
CHANNEL = Dim(
    "channel", _("名额类别"), (("online", _("网上名额")), ("on_site", _("现场名额")), ("elders", _("敬老名额")))
)


def _holiday(season: str) -> str:
    return "holiday" if season in HOLIDAY_SEASONS else "term"


@measure(
    code="school.places",
    title=_("艺校提供学位数"),
    unit=_("个"),
    kind=Kind.FLOW,
    meaning=_("已发布班级的名额，按开始报名的日期计，计在办班地；停办的不计。"),
    feeds=(CLASS,),
    dims=(CHANNEL, HOW, HOLIDAY),
    reported_by=Level.COUNTY,
)
def places(*, county: str, month: Period) -> Iterator[Row]:
    """A row for each channel of each class."""
    rows = CourseClass.unscoped.filter(
        county=county, state__in=sorted(SHOWN), opens_at__gte=month.starts_at, opens_at__lt=month.ends_at
    )
    fields = ("pk", "place_id", "opens_at", "how", "term__season", "online", "on_site", "elders")
    for pk, place, opens, how, season, *sizes in rows.order_by("pk").values_list(*fields):
        for channel, size in zip(("online", "on_site", "elders"), sizes, strict=True):
            if size:
                dims = {"channel": channel, "how": how, "holiday": _holiday(season)}
                yield Row(county, place, day_of(opens), size, Grade.A, CLASS, pk, dims)


@measure(
    code="school.applied",
    title=_("艺校报名人次"),
    unit=_("人次"),
    kind=Kind.FLOW,
    meaning=_("报名艺校班级的人次（含候补和后来取消的），按报名日期计，计在居住地；摇号的申请在摇号里计。"),
    feeds=(BOOKING, PUPIL),
    dims=(GROUP,),
    reported_by=Level.COUNTY,
)
def applied(*, county: str, month: Period) -> Iterator[Row]:
    """A row for each person of each booking of a class."""
    bookings = Booking.unscoped.filter(
        county=county, bucket__subject_type=CLASS, booked_at__gte=month.starts_at, booked_at__lt=month.ends_at
    )
    when = dict(bookings.values_list("pk", "booked_at"))
    rows = Attendee.unscoped.filter(county=county, booking__in=bookings.values("pk"))
    fields = ("pk", "booking_id", "place_id", "resident__place_id", "group")
    for pk, booking, place, home, group in rows.order_by("pk").values_list(*fields):
        yield Row(county, home or place, day_of(when[booking]), 1, Grade.A, APPLICANT, pk, {"group": group})


@measure(
    code="school.enrolled",
    title=_("艺校入学人次"),
    unit=_("人次"),
    kind=Kind.FLOW,
    meaning=_("列入班级名单的人次，按入学日期计，计在居住地；转班的只计第一次，往年名单为丙级。"),
    feeds=(PUPIL,),
    dims=(GROUP, HOLIDAY),
    reported_by=Level.COUNTY,
)
def enrolled(*, county: str, month: Period) -> Iterator[Row]:
    """A row for each enrolment that is no transfer."""
    rows = Pupil.unscoped.filter(county=county, enrolled_at__gte=month.starts_at, enrolled_at__lt=month.ends_at)
    fields = ("pk", "place_id", "enrolled_at", "group", "source", "course_class__term__season")
    for pk, place, when, group, source, season in (
        rows.exclude(source=Source.TRANSFER).order_by("pk").values_list(*fields)
    ):
        grade = Grade.C if source == Source.IMPORT else Grade.A
        yield Row(county, place, day_of(when), 1, grade, PUPIL, pk, {"group": group, "holiday": _holiday(season)})


@measure(
    code="school.attendance",
    title=_("艺校到课人次"),
    unit=_("人次"),
    kind=Kind.FLOW,
    meaning=_("点名或凭到课码登记的到课（含迟到）人次，按上课日期计，计在居住地。"),
    feeds=(ATTENDANCE, LESSON),
    dims=(GROUP,),
    reported_by=Level.COUNTY,
)
def attendance(*, county: str, month: Period) -> Iterator[Row]:
    """A row for each pupil who came to a lesson."""
    rows = Attendance.unscoped.filter(
        county=county, presence__in=sorted(CAME), lesson__starts_at__gte=month.starts_at,
        lesson__starts_at__lt=month.ends_at,
    )  # fmt: skip
    fields = ("pk", "place_id", "lesson__starts_at", "pupil__group")
    for pk, place, when, group in rows.order_by("pk").values_list(*fields):
        yield Row(county, place, day_of(when), 1, Grade.A, ATTENDANCE, pk, {"group": group})


@measure(
    code="school.expected",
    title=_("艺校应到人次"),
    unit=_("人次"),
    kind=Kind.FLOW,
    meaning=_("点名时在名单上的人次（到课、迟到、请假、缺课之和），与到课人次相除得到课率。"),
    feeds=(ATTENDANCE, LESSON),
    reported_by=Level.COUNTY,
)
def expected(*, county: str, month: Period) -> Iterator[Row]:
    """A row for each line of each roll."""
    rows = Attendance.unscoped.filter(
        county=county, lesson__starts_at__gte=month.starts_at, lesson__starts_at__lt=month.ends_at
    )
    for pk, place, when in rows.order_by("pk").values_list("pk", "place_id", "lesson__starts_at"):
        yield Row(county, place, day_of(when), 1, Grade.A, ATTENDANCE, pk)


@measure(
    code="school.lessons",
    title=_("艺校开课次数"),
    unit=_("次"),
    kind=Kind.FLOW,
    meaning=_("点过名的课次，计在办班地。"),
    feeds=(LESSON,),
    dims=(HOLIDAY,),
    reported_by=Level.COUNTY,
)
def lessons(*, county: str, month: Period) -> Iterator[Row]:
    """A row for each lesson that was held."""
    rows = Lesson.unscoped.filter(
        county=county, state=LessonState.HELD, starts_at__gte=month.starts_at, starts_at__lt=month.ends_at
    )
    fields = ("pk", "place_id", "starts_at", "course_class__term__season")
    for pk, place, when, season in rows.order_by("pk").values_list(*fields):
        yield Row(county, place, day_of(when), 1, Grade.A, LESSON, pk, {"holiday": _holiday(season)})


@measure(
    code="school.completed",
    title=_("艺校结业人数"),
    unit=_("人次"),
    kind=Kind.FLOW,
    meaning=_("办理结业时符合结业办法的学员，按结业日期计，计在居住地；往年名单为丙级。"),
    feeds=(PUPIL,),
    dims=(GROUP,),
    reported_by=Level.COUNTY,
)
def completed(*, county: str, month: Period) -> Iterator[Row]:
    """A row for each pupil who completed a class."""
    rows = Pupil.unscoped.filter(
        county=county, state=PupilState.COMPLETED, ended_at__gte=month.starts_at, ended_at__lt=month.ends_at
    )
    for pk, place, when, group, source in rows.order_by("pk").values_list(
        "pk", "place_id", "ended_at", "group", "source"
    ):
        grade = Grade.C if source == Source.IMPORT else Grade.A
        yield Row(county, place, day_of(when), 1, grade, PUPIL, pk, {"group": group})


@measure(
    code="school.certificates",
    title=_("艺校颁发证书数"),
    unit=_("张"),
    kind=Kind.FLOW,
    meaning=_("颁发且没有作废的结业证书，按颁发日期计，计在办班地。"),
    feeds=(CERTIFICATE,),
    reported_by=Level.COUNTY,
)
def certificates(*, county: str, month: Period) -> Iterator[Row]:
    """A row for each certificate that is valid."""
    rows = Certificate.unscoped.filter(
        county=county, revoked_at=None, issued_at__gte=month.starts_at, issued_at__lt=month.ends_at
    )
    for pk, place, when in rows.order_by("pk").values_list("pk", "place_id", "issued_at"):
        yield Row(county, place, day_of(when), 1, Grade.A, CERTIFICATE, pk)


@measure(
    code="school.ratings",
    title=_("艺校课程评价数"),
    unit=_("条"),
    kind=Kind.FLOW,
    meaning=_("上过课的学员的评价，每人每班一条，按 1 到 5 分分列。"),
    feeds=(SATISFACTION,),
    dims=(SCORE,),
    reported_by=Level.COUNTY,
)
def ratings(*, county: str, month: Period) -> Iterator[Row]:
    """A row for each answer."""
    rows = Satisfaction.unscoped.filter(county=county, rated_at__gte=month.starts_at, rated_at__lt=month.ends_at)
    for pk, place, when, score in rows.order_by("pk").values_list("pk", "course_class__place_id", "rated_at", "score"):
        yield Row(county, place, day_of(when), 1, Grade.A, SATISFACTION, pk, {"score": str(score)})


# -- the rows under a figure ------------------------------------------------------------------------------


def _to_class(pairs: Iterable[tuple[uuid.UUID, uuid.UUID, str]], county: str) -> dict[uuid.UUID, RecordLink]:
    return {
        pk: RecordLink(label=label, url=reverse("school:class", args=[county, course_class]))
        for pk, course_class, label in pairs
    }


@records(CLASS)
def show_classes(*, county: str, ids: Iterable[uuid.UUID]) -> Mapping[uuid.UUID, RecordLink]:
    """Classes under a figure."""
    rows = CourseClass.objects.filter(county=county, pk__in=list(ids)).select_related("term")
    return _to_class(((row.pk, row.pk, f"{row.term} {row.title}") for row in rows), county)


@records(APPLICANT)
def show_applicants(*, county: str, ids: Iterable[uuid.UUID]) -> Mapping[uuid.UUID, RecordLink]:
    """Who applied, under a figure: the class and the group, never the name."""
    rows = Attendee.objects.filter(county=county, pk__in=list(ids)).select_related("booking__bucket")
    return {
        row.pk: RecordLink(
            label=f"{row.booking.bucket.title} {row.get_group_display()}",
            url=reverse("bookings:booking", args=[county, row.booking_id]),
        )
        for row in rows
    }


@records(PUPIL)
def show_pupils(*, county: str, ids: Iterable[uuid.UUID]) -> Mapping[uuid.UUID, RecordLink]:
    """Pupils under a figure: the class and the group, never the name."""
    rows = Pupil.objects.filter(county=county, pk__in=list(ids)).select_related("course_class")
    return _to_class(
        ((r.pk, r.course_class_id, f"{r.course_class.title} {r.get_group_display()}") for r in rows), county
    )


@records(LESSON)
def show_lessons(*, county: str, ids: Iterable[uuid.UUID]) -> Mapping[uuid.UUID, RecordLink]:
    """Lessons under a figure."""
    rows = Lesson.objects.filter(county=county, pk__in=list(ids)).select_related("course_class")
    return _to_class(
        ((r.pk, r.course_class_id, f"{r.course_class.title} {day_of(r.starts_at):%Y-%m-%d}") for r in rows), county
    )


@records(ATTENDANCE)
def show_attendance(*, county: str, ids: Iterable[uuid.UUID]) -> Mapping[uuid.UUID, RecordLink]:
    """Lines of the roll under a figure: the lesson, never the name."""
    rows = Attendance.objects.filter(county=county, pk__in=list(ids)).select_related("lesson__course_class")
    return _to_class(
        (
            (
                r.pk,
                r.lesson.course_class_id,
                f"{r.lesson.course_class.title} {day_of(r.lesson.starts_at):%Y-%m-%d} {r.get_presence_display()}",
            )
            for r in rows
        ),
        county,
    )


@records(CERTIFICATE)
def show_certificates(*, county: str, ids: Iterable[uuid.UUID]) -> Mapping[uuid.UUID, RecordLink]:
    """Certificates under a figure, by number."""
    rows = Certificate.objects.filter(county=county, pk__in=list(ids)).select_related("pupil")
    return _to_class(((r.pk, r.pupil.course_class_id, r.number) for r in rows), county)


@records(SATISFACTION)
def show_ratings(*, county: str, ids: Iterable[uuid.UUID]) -> Mapping[uuid.UUID, RecordLink]:
    """Answers under a figure: the class and the score, never who."""
    rows = Satisfaction.objects.filter(county=county, pk__in=list(ids)).select_related("course_class")
    return _to_class(((r.pk, r.course_class_id, f"{r.course_class.title} {r.score}") for r in rows), county)
