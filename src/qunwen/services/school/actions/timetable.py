"""No pupil in two lessons at once. Rooms and teachers are the rooms' ledger's business."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable

from django.utils.translation import gettext as _

from qunwen.services.bookings import wording
from qunwen.services.school.enums import LessonState, PupilState
from qunwen.services.school.errors import EnrolmentRefused
from qunwen.services.school.models import CourseClass, Lesson, Pupil

Span = tuple[dt.datetime, dt.datetime, str]


def demand_free(course_class: CourseClass, resident: uuid.UUID, name: str, *, but: Iterable[uuid.UUID] = ()) -> None:
    """Raise EnrolmentRefused when the person sits in another class at a time this one meets.

    Read under the household's lock, which every booking holds. `but`: enrolments that are about to end.
    """
    county = course_class.county
    rows = Pupil.unscoped.filter(county=county, resident=resident, state=PupilState.ENROLLED).exclude(pk__in=list(but))
    others = set(rows.exclude(course_class=course_class).values_list("course_class_id", flat=True))
    if not others:
        return
    mine = _spans(county, [course_class.pk])
    clash = _first_clash(mine, _spans(county, others))
    if clash is not None:
        starts, _ends, title = clash
        raise EnrolmentRefused(
            _("%(name)s已在“%(title)s”上课，%(when)s 时间相同，不能同时上这个班。")
            % {"name": name, "title": title, "when": wording.when(starts)}
        )


def demand_pupils_free(lesson: Lesson) -> None:
    """Raise EnrolmentRefused when one of the class's pupils is in another lesson at the lesson's (new) time."""
    county = lesson.county
    pupils = Pupil.unscoped.filter(county=county, course_class=lesson.course_class_id, state=PupilState.ENROLLED)
    residents = [pk for pk in pupils.values_list("resident_id", flat=True) if pk is not None]
    others = Pupil.unscoped.filter(county=county, resident__in=residents, state=PupilState.ENROLLED)
    others = others.exclude(course_class=lesson.course_class_id).values_list("course_class_id", "name")
    names: dict[uuid.UUID, str] = {}
    for course_class, name in others.order_by("name", "pk"):
        names.setdefault(course_class, name)
    rows = Lesson.unscoped.filter(
        county=county, course_class__in=list(names), state=LessonState.PLANNED, starts_at__lt=lesson.ends_at,
        ends_at__gt=lesson.starts_at,
    )  # fmt: skip
    clash = rows.select_related("course_class").order_by("starts_at", "pk").first()
    if clash is not None:
        raise EnrolmentRefused(
            _("这个时间学员%(name)s在上“%(title)s”，请换一个时间。")
            % {"name": names[clash.course_class_id], "title": clash.course_class.title}
        )


def _spans(county: str, classes: Iterable[uuid.UUID]) -> list[Span]:
    rows = Lesson.unscoped.filter(county=county, course_class__in=list(classes), state=LessonState.PLANNED)
    return list(rows.order_by("starts_at", "pk").values_list("starts_at", "ends_at", "course_class__title"))


def _first_clash(mine: list[Span], theirs: list[Span]) -> Span | None:
    """The earliest of theirs that overlaps one of mine. Both are in order of their beginnings."""
    at = 0
    for span in theirs:
        while at < len(mine) and mine[at][1] <= span[0]:
            at += 1
        if at < len(mine) and mine[at][0] < span[1]:
            return span
    return None
