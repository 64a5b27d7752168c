"""Keeping room and teacher free for lessons, through the rooms' ledger."""

from __future__ import annotations

import datetime as dt

from qunwen.base.journal.actors import Actor
from qunwen.services.rooms import actions as rooms
from qunwen.services.rooms.models import Reservation, Resource
from qunwen.services.school.models import CourseClass, Lesson

SUBJECT = "school.lesson"


def keep(lesson: Lesson, course_class: CourseClass, *, by: Actor, at: dt.datetime, again: int = 0) -> None:
    """Reserve room and teacher of the class for the lesson; the lesson remembers both.

    In the order of the resources' ids, as every bundle does. Raises rooms' RoomTaken (a ValidationError in Chinese).
    """
    wanted = {course_class.room: "room_kept"}
    if course_class.teacher is not None:
        wanted[course_class.teacher.resource] = "teacher_kept"
    wanted.pop(None, None)
    found = Resource.unscoped.filter(county=lesson.county, pk__in=list(wanted))
    for resource in found.order_by("pk"):
        made = rooms.reserve(
            resource=resource,
            starts_at=lesson.starts_at,
            ends_at=lesson.ends_at,
            title=course_class.title,
            subject_type=SUBJECT,
            subject_id=lesson.pk,
            by=by,
            at=at,
            key=f"{SUBJECT}:{lesson.pk}:{wanted[resource.pk]}:{again}",
        )
        setattr(lesson, wanted[resource.pk], made.pk)


def release(lesson: Lesson, *, by: Actor, at: dt.datetime) -> None:
    """Give the room and the teacher's time back."""
    ids = [pk for pk in (lesson.room_kept, lesson.teacher_kept) if pk is not None]
    for row in Reservation.unscoped.filter(county=lesson.county, pk__in=ids).order_by("pk"):
        rooms.release(reservation=row, by=by, at=at)
    lesson.room_kept = lesson.teacher_kept = None
