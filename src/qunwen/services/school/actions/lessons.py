"""Single lessons: moved to another time, or left out."""

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
from qunwen.services.school.access import Permission
from qunwen.services.school.enums import Entry, LessonState, PupilState
from qunwen.services.school.errors import ClassRefused
from qunwen.services.school.models import Lesson, Pupil

from . import keeping, timetable


@action
def move_lesson(
    *, lesson: Lesson, starts_at: dt.datetime, ends_at: dt.datetime, reason: str, by: Actor, at: dt.datetime
) -> Lesson:
    """Move a lesson; room, teacher and every pupil must be free at the new time, and every pupil is told.

    Raises ClassRefused naming the class that has the room, EnrolmentRefused naming whose other class clashes, Forbidden.
    """
    asking.require(Permission.MANAGE, on=lesson)
    if lesson.state != LessonState.PLANNED:
        raise ClassRefused(_("这次课现在是“%(state)s”，不能调课。") % {"state": lesson.get_state_display()})
    if ends_at <= starts_at:
        raise ClassRefused({"ends_at": _("下课时间要晚于上课时间。")})
    if not reason.strip():
        raise ClassRefused({"reason": _("请写明调课原因，学员会看到。")})
    if (starts_at, ends_at) == (lesson.starts_at, lesson.ends_at):
        nothing_changed("same time")
        return lesson
    before = lesson.starts_at
    lesson.starts_at, lesson.ends_at, lesson.reason = starts_at, ends_at, reason.strip()
    timetable.demand_pupils_free(lesson)
    keeping.demand_free(lesson.course_class, [lesson])
    lesson.save(update_fields=["starts_at", "ends_at", "reason"])
    record(
        code=Entry.LESSON_MOVED, by=by, at=at, subject=lesson, place=lesson.place_id,
        before={"starts_at": before}, after={"starts_at": starts_at, "reason": reason.strip()},
    )  # fmt: skip
    touch(county=lesson.county, day=day_of(starts_at), moved_from=day_of(before), feed="school.lesson")
    _tell(lesson, "moved", wording_moved(lesson, before), at=at)
    return lesson


def wording_moved(lesson: Lesson, before: dt.datetime) -> str:
    """What pupils are told of a lesson that moved."""
    return _("%(title)s第 %(n)s 次课由 %(before)s 调到 %(after)s。原因：%(reason)s") % {
        "title": lesson.course_class.title,
        "n": lesson.number,
        "before": wording.when(before),
        "after": wording.when(lesson.starts_at),
        "reason": lesson.reason,
    }


@action
def cancel_lesson(*, lesson: Lesson, reason: str, by: Actor, at: dt.datetime) -> Lesson:
    """Leave a lesson out: it counts for nobody's attendance. Raises ClassRefused, Forbidden."""
    asking.require(Permission.MANAGE, on=lesson)
    if lesson.state == LessonState.CANCELLED:
        nothing_changed("cancelled already")
        return lesson
    if lesson.state != LessonState.PLANNED:
        raise ClassRefused(_("已经上过的课不能停课。"))
    if not reason.strip():
        raise ClassRefused({"reason": _("请写明停课原因，学员会看到。")})
    lesson.state, lesson.reason = LessonState.CANCELLED, reason.strip()
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
