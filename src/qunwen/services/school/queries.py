"""Reading the school: lists for the portal and the desk, presence, places, where somebody stands and why."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from qunwen.base.scope import context
from qunwen.base.scope.codes import upper_bound
from qunwen.services.bookings import codes, wording
from qunwen.services.bookings import queries as ledger
from qunwen.services.bookings.enums import Channel, State
from qunwen.services.bookings.models import Attendee, Booking
from qunwen.services.draws.enums import State as DrawState
from qunwen.services.draws.models import Draw
from qunwen.services.rooms.models import Reservation

from .enums import CAME, ON_ROLL, ClassState, LessonState
from .models import Attendance, Certificate, CourseClass, Lesson, Pupil, Satisfaction, Teacher, Term

SUBJECT = "school.courseclass"


def classes(*, county: str) -> QuerySet[CourseClass]:
    """Classes the open scope may see, with what a list shows of them. Scoped."""
    rows = CourseClass.objects.filter(county=county)
    return rows.select_related("term", "subject", "subject__discipline", "school", "teacher", "place").order_by(
        "-term__starts_on", "subject__discipline__order", "title", "pk"
    )


def on_show(
    *, county: str, at: dt.datetime, place: str = "", discipline: str = "", text: str = ""
) -> QuerySet[CourseClass]:
    """Published classes of terms not yet over, for the portal; those one may apply for first by title. Scoped."""
    rows = classes(county=county).filter(state=ClassState.PUBLISHED, term__ends_on__gt=at.date())
    if place:
        rows = rows.filter(place_id__gte=place, place_id__lt=upper_bound(place))
    if discipline:
        rows = rows.filter(subject__discipline__name=discipline)
    if text:
        rows = rows.filter(
            Q(title__icontains=text) | Q(subject__name__icontains=text) | Q(school__name__icontains=text)
        )
    return rows


def term_now(*, county: str, on: dt.date) -> Term | None:
    """The term that runs on the day, else the next to begin. Scoped."""
    rows = Term.objects.filter(county=county, ends_on__gt=on)
    return rows.order_by("starts_on", "pk").first()


@dataclass(frozen=True, slots=True)
class Offer:
    """How many places a class still has, and what one may do now."""

    size: int
    left: int
    online: int
    waiting: int
    may_apply: bool

    @property
    def full(self) -> bool:
        """Nobody gets a place online at once; places on site are given at the counter."""
        return self.online <= 0


def offers(rows: Collection[CourseClass], at: dt.datetime) -> dict[uuid.UUID, Offer]:
    """Places of many classes in two queries. Reads the counters past the scope: they are no secret."""
    if not rows:
        return {}
    county = next(iter(rows)).county
    ids = [row.pk for row in rows]
    found = ledger.availability(county=county, subject_type=SUBJECT, subject_ids=ids, at=at)
    # How many wait is no secret either; who waits is behind the wall.
    with context.crossing(county, reason="how many people wait for a class"):
        waiting = dict(
            Booking.unscoped.filter(
                county=county, state=State.WAITING, bucket__subject_type=SUBJECT, bucket__subject_id__in=ids
            )
            .order_by()
            .values_list("bucket__subject_id")
            .annotate(n=Count("pk"))
        )
    made = {}
    for row in rows:
        one = found.get(row.pk)
        size, taken = (one.size, one.taken) if one else (row.size, 0)
        is_open = bool(one and any(bucket.is_open(at) for bucket in one.buckets))
        online = sum(b.left for b in one.buckets if b.channel == Channel.ONLINE) if one else row.online
        made[row.pk] = Offer(size, size - taken, online, waiting.get(row.pk, 0), is_open)
    return made


@dataclass(frozen=True, slots=True)
class Standing:
    """Where somebody stands in line, and the sentence that says why."""

    position: int
    size: int
    why: str


def standing(booking: Booking) -> Standing | None:
    """Why a booking of a class waits: places, who holds them, how many stand before. None when it does not wait."""
    position = ledger.waiting_position(booking)
    if position is None:
        return None
    bucket = booking.bucket
    if booking.key.startswith("draw:"):
        why = _("这个班摇号招生，%(size)s 个名额这次没有抽到，按签号先后排候补；前面还有 %(before)s 位。") % {
            "size": bucket.size, "before": position - 1,
        }  # fmt: skip
        return Standing(position, bucket.size, why + _("有人退出时按这个次序通知，请在期限内确认。"))
    why = _("%(kind)s共 %(size)s 个，到您报名时（%(when)s）已经报满；前面还有 %(before)s 位在等。") % {
        "kind": bucket.label or bucket.get_channel_display(),
        "size": bucket.size,
        "when": wording.when(booking.queued_at),
        "before": position - 1,
    }
    rule = _("有人退出时按报名先后通知，轮到您时会按手机号通知，请在期限内确认。")
    return Standing(position, bucket.size, why + rule)


def mine(*, county: str, residents: Collection[uuid.UUID]) -> QuerySet[Pupil]:
    """Enrolments of these residents (oneself and wards), newest first. Pass the ids the resident's scope holds."""
    rows = Pupil.unscoped.filter(county=county, resident__in=list(residents))
    return rows.select_related("course_class", "course_class__term", "course_class__school", "booking").order_by(
        "-enrolled_at", "-pk"
    )


def my_waiting(*, county: str, residents: Collection[uuid.UUID]) -> list[Booking]:
    """Bookings of classes that wait or hold an offer, of these residents, the earliest first."""
    ids = list(residents)
    part = Attendee.unscoped.filter(county=county, resident__in=ids).values("booking_id")
    rows = Booking.unscoped.filter(
        county=county, state__in=[State.WAITING, State.OFFERED], bucket__subject_type=SUBJECT
    ).filter(Q(resident__in=ids) | Q(pk__in=part))
    return list(rows.select_related("bucket").prefetch_related("attendees").order_by("booked_at", "pk"))


def attendance_of(pupils: Iterable[Pupil]) -> dict[uuid.UUID, tuple[int, int]]:
    """(lessons come to, lessons held since the pupil joined) by pupil: two queries for any number of one county.

    Lessons before the pupil was enrolled do not count against them, unless they came all the same.
    """
    rows = list(pupils)
    if not rows:
        return {}
    county = rows[0].county
    came: dict[uuid.UUID, set[uuid.UUID]] = {}
    marks = Attendance.unscoped.filter(
        county=county, pupil__in=[row.pk for row in rows], presence__in=sorted(CAME), lesson__state=LessonState.HELD
    )
    for pupil, lesson in marks.values_list("pupil_id", "lesson_id"):
        came.setdefault(pupil, set()).add(lesson)
    held: dict[uuid.UUID, list[tuple[uuid.UUID, dt.datetime]]] = {}
    lessons = Lesson.unscoped.filter(
        county=county, course_class__in={row.course_class_id for row in rows}, state=LessonState.HELD
    )
    for pk, course_class, ends in lessons.values_list("pk", "course_class_id", "ends_at"):
        held.setdefault(course_class, []).append((pk, ends))
    made = {}
    for row in rows:
        there = came.get(row.pk, set())
        expected = [pk for pk, ends in held.get(row.course_class_id, []) if ends > row.enrolled_at or pk in there]
        made[row.pk] = (len(there), len(expected))
    return made


def pupils_of(course_class: CourseClass) -> QuerySet[Pupil]:
    """The roll of a class, those who left at the end. Scoped."""
    rows = Pupil.objects.filter(county=course_class.county, course_class=course_class)
    return rows.select_related("resident", "guardian", "place").order_by("ended_at", "name", "pk")


def roll(course_class: CourseClass) -> list[Pupil]:
    """Who is or was on the roll to the end, by name. Scoped."""
    return [row for row in pupils_of(course_class) if row.state in ON_ROLL]


def teacher_hours(*, county: str, term: Term) -> dict[uuid.UUID, int]:
    """Minutes each teacher teaches in a term, lessons that were called off left out."""
    rows = Lesson.unscoped.filter(county=county, course_class__term=term).exclude(state=LessonState.CANCELLED)
    minutes: dict[uuid.UUID, int] = {}
    for teacher, starts, ends in rows.values_list("course_class__teacher_id", "starts_at", "ends_at"):
        if teacher is not None:
            minutes[teacher] = minutes.get(teacher, 0) + int((ends - starts).total_seconds()) // 60
    return minutes


def teacher_minutes(*, county: str, term: Term, teacher: Teacher, but: CourseClass) -> int:
    """Minutes a teacher teaches in a term in all classes but one."""
    rows = Lesson.unscoped.filter(county=county, course_class__term=term, course_class__teacher=teacher)
    rows = rows.exclude(course_class=but).exclude(state=LessonState.CANCELLED)
    return sum(int((ends - starts).total_seconds()) // 60 for starts, ends in rows.values_list("starts_at", "ends_at"))


def draw_of(course_class: CourseClass) -> Draw | None:
    """The latest draw that gives out the class's places, for the link on its page. Draws are public notices."""
    rows = Draw.objects.filter(
        county=course_class.county, options__subject_type=SUBJECT, options__subject_id=course_class.pk
    )
    return rows.exclude(state=DrawState.CALLED_OFF).order_by("-opens_at", "-pk").first()


def kept_for(lessons: Collection[Lesson]) -> dict[uuid.UUID, list[str]]:
    """The states of what rooms and teachers are reserved for lessons, in one query; the class's page shows what is missing."""
    rows = list(lessons)
    made: dict[uuid.UUID, list[str]] = {row.pk: [] for row in rows}
    if rows:
        found = Reservation.unscoped.filter(
            county=rows[0].county, subject_type="school.lesson", subject_id__in=list(made), ended_at=None
        )
        for lesson, state in found.order_by("pk").values_list("subject_id", "state"):
            made[lesson].append(state)
    return made


def lessons_of(teacher: Teacher, term: Term) -> QuerySet[Lesson]:
    """What somebody teaches in a term, in order, lessons that were called off among it."""
    rows = Lesson.unscoped.filter(county=term.county, course_class__teacher=teacher, course_class__term=term)
    return rows.select_related("course_class", "room").order_by("starts_at", "pk")


def words_of(course_class: CourseClass) -> list[Satisfaction]:
    """What pupils said of a class, the latest first. Who said it is not for the reader."""
    rows = Satisfaction.unscoped.filter(county=course_class.county, course_class=course_class)
    return list(rows.order_by("-rated_at", "-pk"))


def rating_of(course_class: CourseClass) -> tuple[int, int]:
    """(answers, sum of scores) of a class."""
    found = course_class.ratings.model.unscoped.filter(county=course_class.county, course_class=course_class)
    scores = list(found.values_list("score", flat=True))
    return len(scores), sum(scores)


def certificate_numbers(pupils: Collection[Pupil]) -> dict[uuid.UUID, str]:
    """The number of each pupil's valid certificate, of one county."""
    rows = list(pupils)
    if not rows:
        return {}
    found = Certificate.unscoped.filter(county=rows[0].county, pupil__in=[row.pk for row in rows], revoked_at=None)
    return dict(found.values_list("pupil_id", "number"))


def certificate_by_code(*, county: str, text: str) -> Certificate | None:
    """The certificate whose code somebody typed, for anybody who holds the paper. None for a wrong or unknown code."""
    code = codes.read(text)
    if code is None:
        return None
    with context.crossing(county, reason="a certificate is verified by its code"):
        return Certificate.unscoped.filter(county=county, code=code).first()


def certificate(*, county: str, pk: uuid.UUID) -> Certificate | None:
    """The certificate a scanned code names, for anybody who holds the paper."""
    with context.crossing(county, reason="a certificate is verified by its signature"):
        return Certificate.unscoped.filter(county=county, pk=pk).first()
