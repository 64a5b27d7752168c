"""Lessons that are still to come: moved to another time or room, taught by somebody else, left out."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, nothing_changed, record
from qunwen.base.measures.touching import touch
from qunwen.base.notices import actions as notices
from qunwen.base.notices.enums import Kind
from qunwen.base.scope import asking
from qunwen.base.scope.clock import day_of
from qunwen.services.bookings import wording
from qunwen.services.rooms.models import Resource
from qunwen.services.school import queries
from qunwen.services.school.access import Permission
from qunwen.services.school.enums import ClassState, Entry, LessonState, PupilState
from qunwen.services.school.errors import ClassRefused
from qunwen.services.school.models import CourseClass, Lesson, Pupil, Teacher
from qunwen.services.venues.models import Room

from . import keeping, timetable

HOUR = 45  # minutes of a lesson hour (课时)


@action
def move_lesson(
    *, lesson: Lesson, starts_at: dt.datetime, ends_at: dt.datetime, reason: str, by: Actor, at: dt.datetime,
    room: Resource | Room | None = None,
) -> Lesson:  # fmt: skip
    """Move a lesson, also to another room; room, teacher and every pupil must be free then, and every pupil is told.

    What was kept for the old time is free again. The same time and room keep them anew where somebody gave them back.
    Raises ClassRefused naming what is in the way, EnrolmentRefused naming whose other class clashes, Forbidden.
    """
    asking.require(Permission.MANAGE, on=lesson)
    _demand_coming(lesson, starts_at, ends_at, at)
    if not reason.strip():
        raise ClassRefused({"reason": _("请写明调课原因，学员会看到。")})
    before = lesson.starts_at
    moved = (starts_at, ends_at) != (lesson.starts_at, lesson.ends_at)
    lesson.starts_at, lesson.ends_at, lesson.reason = starts_at, ends_at, reason.strip()
    if room is not None:
        lesson.room = keeping.bookable(room, by=by, at=at)
    if moved:
        timetable.demand_pupils_free(lesson)
    keeping.give_back([lesson], by=by, at=at, reason=_("调课"))
    keeping.keep(lesson.course_class, [lesson], by=by, at=at)
    lesson.save(update_fields=["starts_at", "ends_at", "reason", "room"])
    record(
        code=Entry.LESSON_MOVED, by=by, at=at, subject=lesson, place=lesson.place_id,
        before={"starts_at": before}, after={"starts_at": starts_at, "reason": reason.strip()},
    )  # fmt: skip
    touch(county=lesson.county, day=day_of(starts_at), moved_from=day_of(before), feed="school.lesson")
    _tell(lesson, "moved", wording_moved(lesson, before), at=at)
    return lesson


def _demand_coming(lesson: Lesson, starts_at: dt.datetime, ends_at: dt.datetime, at: dt.datetime) -> None:
    if lesson.state != LessonState.PLANNED:
        raise ClassRefused(_("这次课现在是“%(state)s”，不能调课。") % {"state": lesson.get_state_display()})
    if ends_at <= starts_at:
        raise ClassRefused({"ends_at": _("下课时间要晚于上课时间。")})
    if starts_at <= at:
        raise ClassRefused({"starts_at": _("要调到以后的时间；已经过去的课请补点名，或停课。")})


@action
def replace_teacher(
    *, course_class: CourseClass, teacher: Teacher, reason: str, by: Actor, at: dt.datetime
) -> CourseClass:
    """Give a published class another teacher for all lessons still to come; pupils are told once.

    Raises ClassRefused (the new teacher teaches elsewhere then, or too many hours), Forbidden.
    """
    asking.require(Permission.MANAGE, on=course_class)
    if course_class.state != ClassState.PUBLISHED:
        raise ClassRefused(_("只有已发布、还在上课的班可以换教师。"))
    if teacher.pk == course_class.teacher_id:
        raise ClassRefused({"teacher": _("已经是这位教师。")})
    if not reason.strip():
        raise ClassRefused({"reason": _("请写明换教师的原因，学员会看到。")})
    county, before = course_class.county, course_class.teacher
    rows = Lesson.unscoped.select_related("room").filter(
        county=county, course_class=course_class, state=LessonState.PLANNED, starts_at__gt=at
    )
    coming = list(rows.order_by("number"))
    demand_hours(course_class, teacher, len(coming))
    keeping.give_back(coming, by=by, at=at, reason=_("换教师"))
    course_class.teacher = teacher
    keeping.keep(course_class, coming, by=by, at=at)
    course_class.save(update_fields=["teacher"])
    record(
        code=Entry.TEACHER_REPLACED, by=by, at=at, subject=course_class, place=course_class.place_id,
        before={"teacher": before.name if before else ""},
        after={"teacher": teacher.name, "reason": reason.strip(), "lessons": len(coming)},
    )  # fmt: skip
    if coming:
        text = _("%(title)s从%(when)s起由%(teacher)s老师上课。原因：%(reason)s") % {
            "title": course_class.title, "when": wording.when(coming[0].starts_at), "teacher": teacher.name,
            "reason": reason.strip(),
        }  # fmt: skip
        _tell(coming[0], f"teacher:{teacher.pk.hex[-8:]}", text, at=at)
    return course_class


def demand_hours(course_class: CourseClass, teacher: Teacher, lessons: int) -> None:
    """Raise ClassRefused when so many lessons of the class, beside what else they teach this term, are too many hours."""
    mine = queries.teacher_minutes(
        county=course_class.county, term=course_class.term, teacher=teacher, but=course_class
    )
    minutes = mine + course_class.minutes * lessons
    if minutes > teacher.most_hours * HOUR:
        raise ClassRefused(
            {
                "teacher": _("%(name)s本学期最多 %(most)s 课时，加上这个班是 %(hours)s 课时。")
                % {"name": teacher.name, "most": teacher.most_hours, "hours": -(-minutes // HOUR)}
            }
        )


def wording_moved(lesson: Lesson, before: dt.datetime) -> str:
    """What pupils are told of a lesson that moved."""
    said = _("%(title)s第 %(n)s 次课由 %(before)s 调到 %(after)s。原因：%(reason)s") % {
        "title": lesson.course_class.title,
        "n": lesson.number,
        "before": wording.when(before),
        "after": wording.when(lesson.starts_at),
        "reason": lesson.reason,
    }
    return said + _("，地点：%(room)s") % {"room": lesson.room.title} if lesson.room is not None else said


@action
def cancel_lesson(*, lesson: Lesson, reason: str, by: Actor, at: dt.datetime) -> Lesson:
    """Leave a lesson out: it counts for nobody's attendance, room and teacher are free. Raises ClassRefused, Forbidden."""
    asking.require(Permission.MANAGE, on=lesson)
    if lesson.state == LessonState.CANCELLED:
        nothing_changed("cancelled already")
        return lesson
    if lesson.state != LessonState.PLANNED:
        raise ClassRefused(_("已经上过的课不能停课。"))
    if not reason.strip():
        raise ClassRefused({"reason": _("请写明停课原因，学员会看到。")})
    lesson.state, lesson.reason = LessonState.CANCELLED, reason.strip()
    keeping.give_back([lesson], by=by, at=at, reason=reason.strip())
    lesson.save(update_fields=["state", "reason"])
    record(
        code=Entry.LESSON_CANCELLED, by=by, at=at, subject=lesson, place=lesson.place_id,
        after={"reason": lesson.reason},
    )  # fmt: skip
    touch(county=lesson.county, day=day_of(lesson.starts_at), feed="school.lesson")
    text = _("%(title)s第 %(n)s 次课（%(when)s）停课。原因：%(reason)s") % {
        "title": lesson.course_class.title, "n": lesson.number, "when": wording.when(lesson.starts_at),
        "reason": lesson.reason,
    }  # fmt: skip
    _tell(lesson, "cancelled", text, at=at)
    return lesson


def _tell(lesson: Lesson, what: str, text: str, *, at: dt.datetime) -> None:
    """One notice to each pupil, or to the guardian of a child."""
    rows = Pupil.unscoped.filter(
        county=lesson.county, course_class=lesson.course_class_id, state=PupilState.ENROLLED
    ).select_related("resident", "guardian")
    for pupil in rows:
        whom = pupil.guardian or pupil.resident
        if whom is not None:
            notices.queue(
                county=lesson.county, kind=Kind.CHANGE, at=at, resident=whom, phone=whom.phone or None, text=text,
                key=f"school:{lesson.pk}:{what}:{int(lesson.starts_at.timestamp())}:{pupil.pk}",
                payload={"lesson": str(lesson.pk)},
            )  # fmt: skip
