"""In the lesson: the roll is called, or pupils type the code that changes on the screen."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping

from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, nothing_changed, record
from qunwen.base.measures.touching import touch
from qunwen.base.scope import asking, context
from qunwen.base.scope.asking import Forbidden
from qunwen.base.scope.clock import day_of
from qunwen.services.school import codes_at_lesson
from qunwen.services.school.access import Permission
from qunwen.services.school.enums import CAME, Entry, LessonState, Presence, PupilState, Via
from qunwen.services.school.errors import RollRefused
from qunwen.services.school.models import Attendance, Lesson, Pupil

from . import keeping

LATE = dt.timedelta(minutes=10)  # who types the code later than this after the beginning is late
FEED = "school.attendance"


@action
def call_roll(
    *, lesson: Lesson, presences: Mapping[uuid.UUID, str], by: Actor, at: dt.datetime, topic: str = ""
) -> int:
    """Write the roll of a lesson: presence by pupil; calling it again corrects it. The lesson counts as held.

    Returns how many came. Raises RollRefused (too early, cancelled, somebody not on the roll), Forbidden.
    """
    asking.require(Permission.TEACH, on=lesson)
    _demand_time(lesson, at)
    pupils = {pupil.pk: pupil for pupil in on_roll(lesson)}
    if set(presences) - set(pupils):
        raise RollRefused(_("名单里有人已不在这个班，请刷新页面再点名。"))
    if not presences:
        raise RollRefused(_("这个班还没有学员，不用点名。"))
    if any(value not in Presence.values for value in presences.values()):
        raise RollRefused(_("请为每位学员选到课、迟到、请假或缺课。"))
    rows = {row.pupil_id: row for row in Attendance.unscoped.filter(county=lesson.county, lesson=lesson)}
    changed = 0
    for pk, presence in sorted(presences.items()):
        changed += _mark(lesson, pupils[pk], rows.get(pk), (presence, Via.ROLL), by=by, at=at)
    if not changed and lesson.state == LessonState.HELD and topic.strip() in ("", lesson.topic):
        nothing_changed("same roll")
        return _came(presences)
    _held(lesson, topic)
    keeping.arrive(lesson, by=by, at=at)
    record(
        code=Entry.ROLL_CALLED, by=by, at=at, subject=lesson, place=lesson.place_id,
        after={"came": _came(presences), "pupils": len(presences), "changed": changed},
    )  # fmt: skip
    touch(county=lesson.county, day=day_of(lesson.starts_at), feed=(FEED, "school.lesson"))
    return _came(presences)


def on_roll(lesson: Lesson) -> list[Pupil]:
    """Who is expected in a lesson: enrolled now."""
    rows = Pupil.unscoped.filter(county=lesson.county, course_class=lesson.course_class_id, state=PupilState.ENROLLED)
    return list(rows.order_by("name", "pk"))


def _demand_time(lesson: Lesson, at: dt.datetime) -> None:
    if lesson.state == LessonState.CANCELLED:
        raise RollRefused(_("这次课已停课。"))
    if at < lesson.starts_at - keeping.EARLY:
        raise RollRefused(_("还没到上课时间，开课前半小时起可以点名。"))


def _came(presences: Mapping[uuid.UUID, str]) -> int:
    return sum(1 for value in presences.values() if value in CAME)


def _mark(
    lesson: Lesson, pupil: Pupil, row: Attendance | None, what: tuple[str, str], *, by: Actor, at: dt.datetime
) -> int:
    presence, via = what
    if row is None:
        Attendance(
            county=lesson.county, lesson=lesson, pupil=pupil, place_id=pupil.place_id, presence=presence, via=via,
            marked_at=at, marked_by=by.name,
        ).save(force_insert=True)  # fmt: skip
        return 1
    if row.presence == presence:
        return 0
    row.presence, row.via, row.marked_at, row.marked_by = presence, via, at, by.name
    row.save(update_fields=["presence", "via", "marked_at", "marked_by"])
    return 1


def _held(lesson: Lesson, topic: str) -> None:
    lesson.state = LessonState.HELD
    lesson.topic = topic.strip()[:120] or lesson.topic
    lesson.save(update_fields=["state", "topic"])


@action
def sign_in(*, lesson: Lesson, pupil: Pupil, code: str, by: Actor, at: dt.datetime) -> Attendance:
    """A pupil (or the guardian) types the code shown in the room. A second time changes nothing.

    Late after ten minutes. The roll corrects what a shared code says. Raises RollRefused, Forbidden.
    """
    scope = context.current()
    if scope is not None and scope.kind == "resident" and pupil.resident_id not in scope.residents:
        raise Forbidden(_("只能为自己和家人签到。"))
    if pupil.course_class_id != lesson.course_class_id or pupil.state != PupilState.ENROLLED:
        raise RollRefused(_("%(name)s不在这个班的名单上。") % {"name": pupil.name})
    _demand_time(lesson, at)
    if at >= lesson.ends_at:
        raise RollRefused(_("已经下课，请老师补登记。"))
    if not codes_at_lesson.is_good(lesson.course_class.secret, lesson.pk, code, at):
        raise RollRefused({"code": _("到课码不对或已更换，请看教室屏幕上的新码再输一次。")})
    row = Attendance.unscoped.filter(county=lesson.county, lesson=lesson, pupil=pupil).first()
    if row is not None:
        nothing_changed("signed in already")
        return row
    presence = Presence.LATE if at > lesson.starts_at + LATE else Presence.PRESENT
    _mark(lesson, pupil, None, (presence, Via.CODE), by=by, at=at)
    record(code=Entry.SIGNED_IN, by=by, at=at, subject=lesson, place=lesson.place_id, after={"presence": presence})
    touch(county=lesson.county, day=day_of(lesson.starts_at), feed=FEED)
    return Attendance.unscoped.get(county=lesson.county, lesson=lesson, pupil=pupil)
