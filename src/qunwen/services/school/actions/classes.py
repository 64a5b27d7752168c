"""Classes: published with lessons and places, called off, ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, nothing_changed, record
from qunwen.base.measures.touching import touch
from qunwen.base.scope import asking, context
from qunwen.base.scope.clock import SHANGHAI, day_of
from qunwen.services.bookings import actions as ledger
from qunwen.services.bookings import queries as bookings
from qunwen.services.bookings.enums import Channel, State
from qunwen.services.bookings.models import Booking, Bucket
from qunwen.services.school import teaching_days
from qunwen.services.school.access import Permission
from qunwen.services.school.definitions import rule_for
from qunwen.services.school.enums import (
    ClassState,
    Entry,
    How,
    LessonState,
    PupilState,
    Result,
    SchoolKind,
)
from qunwen.services.school.errors import ClassRefused, NotFinished
from qunwen.services.school.models import (
    Agreement,
    Assessment,
    CourseClass,
    Lesson,
    Pupil,
    said_weekdays,
)

from . import keeping
from . import lessons as lessons_of

SUBJECT = "school.courseclass"
OFFER_MINUTES = 24 * 60  # a family has a day to decide about a place that came free
JOIN_LESSONS = 2  # whoever missed more than this many lessons joins next term


@action
def publish_class(*, course_class: CourseClass, by: Actor, at: dt.datetime) -> CourseClass:
    """Make the timetable, keep room and teacher for every lesson, open the places. All of it or nothing.

    A class of a term that has begun meets from tomorrow on. Raises ClassRefused (no agreement in force at the point,
    too few days in the term, teacher's hours exceeded, room or teacher taken, with every lesson concerned), Forbidden.
    """
    asking.require(Permission.MANAGE, on=course_class)
    _lock(course_class)
    if course_class.state == ClassState.PUBLISHED:
        nothing_changed("published already")
        return course_class
    if course_class.state != ClassState.DRAFT:
        raise ClassRefused(_("这个班现在是“%(state)s”，不能发布。") % {"state": course_class.get_state_display()})
    days = _days(course_class, day_of(at))
    _demand_agreement(course_class, days)
    if course_class.teacher is not None:
        lessons_of.demand_hours(course_class, course_class.teacher, len(days))
    lessons = [_lesson(course_class, number, day) for number, day in enumerate(days, start=1)]
    keeping.keep(course_class, lessons, by=by, at=at)
    Lesson.unscoped.bulk_create(lessons)
    rule = rule_for(course_class.term.season, course_class.term.starts_on)
    course_class.rule = rule.code if rule else ""
    course_class.state = ClassState.PUBLISHED
    course_class.join_until = lessons[min(JOIN_LESSONS, len(lessons)) - 1].starts_at.astimezone(SHANGHAI).date()
    course_class.save(update_fields=["rule", "state", "join_until"])
    if course_class.how == How.FIRST:
        open_places(course_class, by=by, at=at)
    record(
        code=Entry.CLASS_PUBLISHED, by=by, at=at, subject=course_class, place=course_class.place_id,
        after={"size": course_class.size, "lessons": len(lessons), "rule": course_class.rule},
    )  # fmt: skip
    touch(county=course_class.county, day=day_of(course_class.opens_at), feed="school.courseclass")
    return course_class


def _lock(course_class: CourseClass) -> None:
    """Hold the class's row and read its state anew: two clerks at once publish or end a class once."""
    rows = CourseClass.unscoped.select_for_update(no_key=True).filter(county=course_class.county, pk=course_class.pk)
    course_class.state = rows.values_list("state", flat=True).get()


def open_places(
    course_class: CourseClass, *, by: Actor, at: dt.datetime, window: tuple[dt.datetime, dt.datetime] | None = None
) -> list[Bucket]:
    """The ledger's buckets of a class; at most so many classes a person and term over all of them.

    By channel, open as the class says; with a `window` (after a draw) all places in one, open in that.
    """
    if window is None:
        opens_at, closes_at = course_class.opens_at, course_class.closes_at
        sizes = {
            Channel.ONLINE: course_class.online, Channel.ON_SITE: course_class.on_site,
            Channel.ELDERS: course_class.elders,
        }  # fmt: skip
    else:
        opens_at, closes_at = window
        sizes = {Channel.ONLINE: course_class.size}
    return [
        ledger.open_bucket(
            subject=course_class, place=course_class.place, title=f"{course_class.title}（{course_class.when}）"[:160],
            size=size, channel=channel, by=by, at=at, unit=course_class.unit, opens_at=opens_at, closes_at=closes_at,
            party_limit=1, offer_minutes=OFFER_MINUTES, limit_group=course_class.term.limit_group,
            limit_per_person=course_class.term.per_person,
        )
        for channel, size in sizes.items()
        if size or channel == Channel.ONLINE
    ]  # fmt: skip


def _days(course_class: CourseClass, today: dt.date) -> tuple[dt.date, ...]:
    term = course_class.term
    found = teaching_days.meeting_days(
        first=max(term.starts_on, today + dt.timedelta(days=1)), until=term.ends_on, weekdays=course_class.meets_on,
        number=course_class.planned, starts=course_class.starts,
    )  # fmt: skip
    if len(found.days) < course_class.planned:
        raise ClassRefused(
            {
                "planned": _(
                    "从 %(first)s 到学期结束，除去节假日只能上 %(n)s 次课（%(days)s），排不下 %(planned)s 次。"
                )
                % {
                    "first": max(term.starts_on, today + dt.timedelta(days=1)).isoformat(),
                    "n": len(found.days),
                    "days": said_weekdays(course_class.meets_on),
                    "planned": course_class.planned,
                }
            }
        )
    return found.days


def _demand_agreement(course_class: CourseClass, days: tuple[dt.date, ...]) -> None:
    school = course_class.school
    if school.kind != SchoolKind.POINT:
        return
    rows = Agreement.unscoped.filter(county=school.county, school=school)
    if not any(row.covers(days[0], days[-1]) for row in rows):
        raise ClassRefused(
            {
                "school": _("教学点“%(name)s”没有覆盖 %(first)s 至 %(last)s 的协议，签订后再发布。")
                % {"name": school.name, "first": days[0].isoformat(), "last": days[-1].isoformat()}
            }
        )


def _lesson(course_class: CourseClass, number: int, day: dt.date) -> Lesson:
    return Lesson(
        county=course_class.county,
        course_class=course_class,
        place_id=course_class.place_id,
        number=number,
        starts_at=dt.datetime.combine(day, course_class.starts, tzinfo=SHANGHAI),
        ends_at=dt.datetime.combine(day, course_class.ends, tzinfo=SHANGHAI),
    )


@action
def cancel_class(*, course_class: CourseClass, reason: str, by: Actor, at: dt.datetime) -> CourseClass:
    """Call a class off: rooms and teacher are free again, every enrolment ends, everybody is told.

    Raises ClassRefused without a reason, Forbidden.
    """
    asking.require(Permission.MANAGE, on=course_class)
    _lock(course_class)
    if course_class.state == ClassState.CANCELLED:
        nothing_changed("cancelled already")
        return course_class
    if course_class.state == ClassState.COMPLETED:
        raise ClassRefused(_("已结业的班不能停办。"))
    if not reason.strip():
        raise ClassRefused({"reason": _("请写明停办原因，学员会看到。")})
    coming = list(
        Lesson.unscoped.filter(
            county=course_class.county, course_class=course_class, state=LessonState.PLANNED, starts_at__gt=at
        ).order_by("pk")
    )
    keeping.give_back(coming, by=by, at=at, reason=reason.strip())
    for lesson in coming:
        lesson.state = LessonState.CANCELLED
        lesson.reason = reason.strip()
        lesson.save(update_fields=["state", "reason"])
    course_class.state = ClassState.CANCELLED
    course_class.reason = reason.strip()
    course_class.save(update_fields=["state", "reason"])
    ended = ledger.call_off(subject=course_class, county=course_class.county, by=by, at=at, reason=reason.strip())
    record(
        code=Entry.CLASS_CANCELLED, by=by, at=at, subject=course_class, place=course_class.place_id,
        after={"reason": reason.strip(), "bookings": ended},
    )  # fmt: skip
    touch(county=course_class.county, day=day_of(course_class.opens_at), feed="school.courseclass")
    return course_class


@action
def close_line(*, course_class: CourseClass, by: Actor, at: dt.datetime) -> int:
    """After the last day to join: no more places are given out, and whoever still waits is told so.

    Offers that were made stand until they lapse. Returns how many buckets closed.
    """
    asking.require(Permission.MANAGE, on=course_class)
    rows = bookings.availability(
        county=course_class.county, subject_type=SUBJECT, subject_ids=[course_class.pk], at=at
    ).get(course_class.pk)
    still_open = [bucket for bucket in rows.buckets if bucket.closed_at is None] if rows else []
    if not still_open:
        nothing_changed("closed already")
        return 0
    for bucket in still_open:
        ledger.close_bucket(bucket=bucket, by=by, at=at)
    ended = _end_line(course_class, still_open, by, at)
    record(
        code=Entry.CLASS_CLOSED, by=by, at=at, subject=course_class, place=course_class.place_id,
        after={"buckets": len(still_open), "waiting": ended},
    )  # fmt: skip
    return len(still_open)


def _end_line(course_class: CourseClass, buckets: Sequence[Bucket], by: Actor, at: dt.datetime) -> int:
    """End whatever still waits: the line counts among a person's classes of the term, and nothing will come of it."""
    with context.everything(reason="the line of a class that takes nobody any more ends with it"):
        rows = Booking.unscoped.filter(
            county=course_class.county, bucket__in=[bucket.pk for bucket in buckets], state=State.WAITING
        )
        waiting = list(rows.select_related("bucket").order_by("bucket_id", "pk"))
        for booking in waiting:
            ledger.cancel(booking=booking, by=by, at=at, reason=_("已过补录截止日，这个班不再收人，候补结束。"))
    return len(waiting)


@action
def complete_class(*, course_class: CourseClass, by: Actor, at: dt.datetime) -> CourseClass:
    """A person confirms the assessments: whoever passed has completed, whoever failed has not.

    Raises NotFinished naming how many pupils are not judged yet, or while lessons are still to come; Forbidden.
    """
    asking.require(Permission.MANAGE, on=course_class)
    _lock(course_class)
    if course_class.state == ClassState.COMPLETED:
        nothing_changed("completed already")
        return course_class
    county = course_class.county
    coming = Lesson.unscoped.filter(county=county, course_class=course_class, state=LessonState.PLANNED).count()
    if coming:
        raise NotFinished(_("还有 %(n)s 次课没有点名，也没有停课，不能结业。") % {"n": coming})
    pupils = list(Pupil.unscoped.filter(county=county, course_class=course_class, state=PupilState.ENROLLED))
    results = dict(
        Assessment.unscoped.filter(county=county, pupil__in=[p.pk for p in pupils]).values_list("pupil_id", "result")
    )
    waiting = [pupil.name for pupil in pupils if results.get(pupil.pk) not in (Result.PASSED, Result.FAILED)]
    if waiting:
        raise NotFinished(
            _("还有 %(n)s 名学员没有考核结果：%(names)s。") % {"n": len(waiting), "names": "、".join(waiting[:5])}
        )
    passed = 0
    for pupil in pupils:
        done = results[pupil.pk] == Result.PASSED
        passed += done
        pupil.state = PupilState.COMPLETED if done else PupilState.NOT_COMPLETED
        pupil.ended_at = at
        pupil.save(update_fields=["state", "ended_at"])
    course_class.state = ClassState.COMPLETED
    course_class.save(update_fields=["state"])
    close_line(course_class=course_class, by=by, at=at)
    record(
        code=Entry.CLASS_COMPLETED, by=by, at=at, subject=course_class, place=course_class.place_id,
        after={"pupils": len(pupils), "passed": passed},
    )  # fmt: skip
    touch(county=county, day=day_of(at), feed="school.pupil")
    return course_class
