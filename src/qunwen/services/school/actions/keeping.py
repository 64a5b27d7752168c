"""Keeping room and teacher for lessons: every lesson is a reservation where residents' reservations stand, too."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.scope import context
from qunwen.base.scope.ids import uuid7
from qunwen.services.bookings import wording
from qunwen.services.rooms import actions as rooms
from qunwen.services.rooms import queries as reserved
from qunwen.services.rooms.enums import Kind, State
from qunwen.services.rooms.errors import RoomRefused
from qunwen.services.rooms.models import Reservation, Resource
from qunwen.services.school.errors import ClassRefused
from qunwen.services.school.models import CourseClass, Lesson
from qunwen.services.venues.models import Room

SUBJECT = "school.lesson"
EARLY = dt.timedelta(minutes=30)  # the roll may be begun that long before the lesson
NAMED = 5  # lessons a refusal names before it only counts


def bookable(room: Resource | Room, *, by: Actor, at: dt.datetime) -> Resource:
    """The room as something that can be reserved; a room of a venue is entered when it was not yet. Raises Forbidden."""
    if isinstance(room, Resource):
        return room
    county = room.venue.place_id[:6]
    known = Resource.unscoped.filter(county=county, room=room).first()
    return known or rooms.add_resource(
        place=room.venue.place, unit=room.venue.unit, kind=Kind.ROOM, title=f"{room.venue.name} {room.name}"[:80],
        room=room, capacity=room.capacity, by=by, at=at,
    )  # fmt: skip


def wanted(course_class: CourseClass, lesson: Lesson) -> list[Resource]:
    """What a lesson needs: its room (where it was moved to, else the class's) and the teacher's time."""
    teacher = course_class.teacher
    found = (lesson.room or course_class.room, teacher.resource if teacher is not None else None)
    return [one for one in found if one is not None]


def keep(course_class: CourseClass, lessons: Sequence[Lesson], *, by: Actor, at: dt.datetime) -> None:
    """Reserve room and teacher for every lesson.

    Raises ClassRefused at `room` or `teacher` with every lesson that finds one of them taken or closed, and by what;
    Forbidden for a room one may not reserve. What was reserved before the refusal is undone with the action.
    """
    refused: dict[str, list[str]] = {}
    for lesson in lessons:
        try:
            _keep_one(course_class, lesson, by, at)
        except RoomRefused as why:
            field, said = _said(course_class, lesson, why)
            refused.setdefault(field, []).append(said)
    if refused:
        raise ClassRefused({field: _short(said) for field, said in refused.items()})


def _keep_one(course_class: CourseClass, lesson: Lesson, by: Actor, at: dt.datetime) -> None:
    resources = wanted(course_class, lesson)
    # A key of its own each time: a lesson that moves back is reserved anew, not answered with what was given back.
    about: dict[str, Any] = {
        "starts_at": lesson.starts_at, "ends_at": lesson.ends_at, "title": title_of(course_class, lesson),
        "key": uuid7().hex, "subject_type": SUBJECT, "subject_id": lesson.pk, "by": by, "at": at,
    }  # fmt: skip
    if len(resources) > 1:
        rooms.reserve_bundle(resources=resources, **about)
    elif resources:
        rooms.reserve(resource=resources[0], **about)


def title_of(course_class: CourseClass, lesson: Lesson) -> str:
    """What stands at the door: the class and which lesson of it."""
    return _("%(title)s 第 %(n)s 次课") % {"title": course_class.title, "n": lesson.number}


def _said(course_class: CourseClass, lesson: Lesson, refusal: RoomRefused) -> tuple[str, str]:
    """The field, and the sentence that names the lesson and what is in its way."""
    needed = wanted(course_class, lesson)
    why = refusal.messages[0]
    taken = [one for one in needed if not reserved.is_free(one, lesson.starts_at, lesson.ends_at)]
    # Nobody has it: it is closed or stopped, and the refusal names it.
    resource = next(iter(taken or [one for one in needed if one.title in why]), needed[0])
    other = Reservation.unscoped.filter(
        county=resource.county, resource=resource, ended_at=None, subject_type=SUBJECT, starts_at__lt=lesson.ends_at,
        ends_at__gt=lesson.starts_at,
    ).order_by("starts_at", "pk").first()  # fmt: skip
    if other is not None:  # a class may be named; what a resident does in a room may not
        why = _("“%(what)s”%(when)s 要上“%(title)s”") % {
            "what": resource.title, "when": wording.when(other.starts_at), "title": other.title,
        }  # fmt: skip
    field = "teacher" if resource.kind == Kind.TEACHER else "room"
    lead = _("第 %(n)s 次课（%(when)s）") % {"n": lesson.number, "when": wording.when(lesson.starts_at)}
    return field, _("%(lesson)s：%(why)s") % {"lesson": lead, "why": why}


def _short(said: list[str]) -> list[str]:
    more = len(said) - NAMED
    return said if more < 1 else [*said[:NAMED], _("还有 %(n)s 次课也排不下。") % {"n": more}]


def give_back(lessons: Sequence[Lesson], *, by: Actor, at: dt.datetime, reason: str) -> int:
    """Room and teacher of the lessons are free again; returns how many reservations ended.

    Whoever may change the class may give back what was kept for it, also a room or teacher of the place above.
    """
    if not lessons:
        return 0
    with context.everything(reason="a class gives back what was kept for its lessons"):
        rows = Reservation.unscoped.select_related("resource").filter(
            county=lessons[0].county, subject_type=SUBJECT, subject_id__in=[one.pk for one in lessons], ended_at=None
        )
        # In the order of the resources, as they are locked everywhere.
        found = list(rows.exclude(state=State.USED).order_by("resource_id", "pk"))
        for row in found:
            rooms.release(reservation=row, by=by, at=at, reason=reason[:200])
    return len(found)


def arrive(lesson: Lesson, *, by: Actor, at: dt.datetime) -> None:
    """The roll is called while the lesson runs: whoever waits for an unused room sees that it is used."""
    if not lesson.starts_at - EARLY <= at < lesson.ends_at:
        return
    with context.everything(reason="a roll shows that a lesson uses its room"):
        rows = Reservation.unscoped.select_related("resource").filter(
            county=lesson.county, subject_type=SUBJECT, subject_id=lesson.pk, state=State.CONFIRMED
        )
        for row in rows.order_by("resource_id", "pk"):
            rooms.check_in(reservation=row, by=by, at=at)
