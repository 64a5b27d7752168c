"""Keeping room and teacher free for lessons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db.models import Q
from django.utils.translation import gettext as _

from qunwen.services.bookings import wording
from qunwen.services.school.enums import LessonState
from qunwen.services.school.errors import ClassRefused
from qunwen.services.school.models import CourseClass, Lesson, Term

Span = tuple[dt.datetime, dt.datetime]


def demand_free(course_class: CourseClass, lessons: Sequence[Lesson]) -> None:
    """Raise ClassRefused at the field when room or teacher is taken by another class at one of the lessons.

    The term's row is locked first, so that two timetables made at once never both find the room free.
    """
    county = course_class.county
    list(Term.unscoped.select_for_update(no_key=True).filter(county=county, pk=course_class.term_id).values_list("pk"))
    same = Q(pk__in=[])
    if course_class.room is not None:
        same |= Q(course_class__room=course_class.room)
    if course_class.teacher_id is not None:
        same |= Q(course_class__teacher=course_class.teacher_id)
    first, last = min(one.starts_at for one in lessons), max(one.ends_at for one in lessons)
    rows = Lesson.unscoped.filter(
        same, county=county, state=LessonState.PLANNED, starts_at__lt=last, ends_at__gt=first
    ).exclude(pk__in=[one.pk for one in lessons])
    for other in rows.select_related("course_class").order_by("starts_at", "pk"):
        if any(one.starts_at < other.ends_at and other.starts_at < one.ends_at for one in lessons):
            _refuse(course_class, other)


def _refuse(course_class: CourseClass, other: Lesson) -> None:
    said = {"title": other.course_class.title, "when": wording.when(other.starts_at)}
    if course_class.room is not None and other.course_class.room == course_class.room:
        raise ClassRefused(
            {"room": _("教室“%(room)s”%(when)s 在上“%(title)s”。") % {**said, "room": course_class.room_name}}
        )
    raise ClassRefused(
        {"teacher": _("%(name)s老师%(when)s 在上“%(title)s”。") % {**said, "name": course_class.teacher}}
    )
