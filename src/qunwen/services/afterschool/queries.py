"""What is read of the after-school service. Callers name the county or hold a scope."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence

from django.db.models import Q, QuerySet

from qunwen.base.people.models import Resident, Staff
from qunwen.base.scope.clock import day_of
from qunwen.services.bookings.enums import BUSY, LIVE, Group, State
from qunwen.services.bookings.models import Attendee, Booking, Bucket, GroupProof

from .desk_links import SUBJECT
from .enums import NEEDED, CheckKind, Mark, Part, Provider, SessionState
from .models import (
    Activity,
    Agreement,
    Child,
    Consent,
    HandOver,
    PickupCode,
    Roll,
    School,
    Session,
    Tutor,
    TutorCheck,
)

PRIORITY = (Group.LEFT_BEHIND, Group.LOW_INCOME, Group.DISABLED, Group.MIGRANT)
YOUNGEST_GRADES = 2  # 低龄学生: the first two grades go before the others of the same standing
GRACE = dt.timedelta(minutes=15)  # after the end, before a child counts as fetched late: the house's own rule


def missing_checks(tutor: Tutor, day: dt.date) -> list[CheckKind]:
    """What the tutor lacks on that day; nothing when they may lead."""
    rows = TutorCheck.unscoped.filter(county=tutor.county, tutor=tutor, checked_on__lte=day, valid_until__gte=day)
    held = set(rows.values_list("kind", flat=True))
    return [kind for kind in NEEDED[Provider(tutor.provider)] if kind not in held]


def expiring_checks(schools: Iterable[School], on: dt.date, within: dt.timedelta) -> list[tuple[Tutor, CheckKind]]:
    """Tutors in use whose needed papers have run out or will within the time, with which."""
    found = []
    for tutor in Tutor.objects.filter(school__in=list(schools), active=True).order_by("school_id", "name", "pk"):
        found += [(tutor, kind) for kind in missing_checks(tutor, on + within)]
    return found


def teachers_of(school: School) -> QuerySet[Staff]:
    """The people of the school's unit, who may be teachers of its classes."""
    return Staff.unscoped.filter(unit_id=school.unit_id, active=True).order_by("name", "pk")


def has_consent(child: Child) -> bool:
    """Whether a guardian's consent is in force."""
    return Consent.unscoped.filter(county=child.county, child=child, withdrawn_at=None).exists()


def groups_of(resident: Resident, on: dt.date) -> list[str]:
    """The priority groups the child is certified for on the day, in the house's order."""
    rows = GroupProof.unscoped.filter(
        county=resident.county, resident=resident, ended_at=None, since__lte=on, group__in=PRIORITY
    ).filter(Q(until=None) | Q(until__gte=on))
    held = set(rows.values_list("group", flat=True))
    return [group for group in PRIORITY if group in held]


def rank(groups: str, grade: int) -> tuple[int, int]:
    """Where an application stands in the order of review: certified groups first, then the youngest."""
    return (0 if groups else 1, 0 if grade <= YOUNGEST_GRADES else 1)


def buckets_of(activity: Activity) -> list[Bucket]:
    """The places of an activity, those kept for a group last."""
    rows = Bucket.unscoped.filter(county=activity.county, subject_type=SUBJECT, subject_id=activity.pk)
    return list(rows.order_by("kept_for", "channel", "pk"))


def left_of(county: str, activities: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Free places of activities that have a limit, without those kept for a group."""
    rows = Bucket.unscoped.filter(county=county, subject_type=SUBJECT, subject_id__in=list(activities), kept_for="")
    return {row.subject_id: row.left for row in rows.order_by("pk")}


def bookings_of(child: Child, activities: Iterable[uuid.UUID]) -> QuerySet[Booking]:
    """Live bookings of the child among the activities."""
    rows = Attendee.unscoped.filter(
        county=child.county, resident_id=child.resident_id, booking__bucket__subject_type=SUBJECT,
        booking__bucket__subject_id__in=list(activities), booking__state__in=LIVE,
    )  # fmt: skip
    return (
        Booking.unscoped.filter(county=child.county, pk__in=rows.values("booking_id"))
        .select_related("bucket")
        .order_by("booked_at", "pk")
    )


def agreement_of(child: Child, day: dt.date) -> Agreement | None:
    """The agreement by which the child comes on the day."""
    rows = Agreement.unscoped.filter(
        county=child.county, child=child, replaced_at=None, starts_on__lte=day, ends_on__gte=day
    )
    return next((row for row in rows.defer("paper").order_by("pk") if row.covers(day)), None)


def expected(session: Session) -> list[tuple[Child, Agreement]]:
    """The children who should come: with an agreement for the day, of the grades, and a place where places are limited."""
    activity = session.activity
    rows = Agreement.unscoped.filter(
        county=session.county, term_id=session.term_id, replaced_at=None, starts_on__lte=session.day,
        ends_on__gte=session.day, child__left_at=None, child__school_class__grade__gte=activity.grade_from,
        child__school_class__grade__lte=activity.grade_to,
    )  # fmt: skip
    if activity.part != Part.HOMEWORK or activity.size is not None:
        placed = Attendee.unscoped.filter(
            county=session.county, booking__bucket__subject_type=SUBJECT,
            booking__bucket__subject_id=activity.pk, booking__state__in=BUSY,
        )  # fmt: skip
        rows = rows.filter(child__resident_id__in=placed.values("resident_id"))
    rows = rows.defer("paper").select_related("child", "child__resident", "child__school_class")
    return [
        (row.child, row)
        for row in rows.order_by("child__school_class__grade", "child__school_class__name", "child_id")
        if row.covers(session.day)
    ]


def rolls_of(session: Session) -> list[Roll]:
    """The roll with names and classes, in the order of classes, each with `.handover` or None."""
    rows = list(
        Roll.objects.filter(county=session.county, session=session)
        .select_related("child__resident", "child__school_class")
        .order_by("child__school_class__grade", "child__school_class__name", "child__resident__name", "pk")
    )
    given = {
        row.roll_id: row
        for row in HandOver.objects.filter(county=session.county, roll__session=session).select_related("person")
    }
    for row in rows:
        row.handover = given.get(row.pk)
    return rows


def unaccounted(county: str, session: uuid.UUID) -> list[tuple[Roll, Mark]]:
    """Children of whom nobody can say where they are: not marked, there but handed to nobody, away and not asked after."""
    done = HandOver.unscoped.filter(county=county, roll__session_id=session).values("roll_id")
    rows = Roll.unscoped.filter(
        county=county, session_id=session, status__in=[Mark.UNMARKED, Mark.PRESENT, Mark.ABSENT]
    ).exclude(pk__in=done)
    rows = rows.select_related("child__resident", "child__school_class")
    return [(row, Mark(row.status)) for row in rows.order_by("child__school_class__grade", "child_id", "pk")]


def code_of(child: Child, day: dt.date) -> PickupCode | None:
    """The child's pick-up code of the day, with the person it was given to."""
    return PickupCode.unscoped.filter(county=child.county, child=child, day=day).select_related("person").first()


def next_sessions(session: Session) -> QuerySet[Session]:
    """What follows on the same day at the same school, where a child may be handed on to."""
    return Session.unscoped.filter(
        county=session.county, school_id=session.school_id, day=session.day, starts_at__gte=session.starts_at,
        state__in=[SessionState.PLANNED, SessionState.OPEN],
    ).exclude(pk=session.pk)  # fmt: skip


def late_list(*, first: dt.date, last: dt.date) -> QuerySet[HandOver]:
    """Children fetched late in these days, both included, newest first, within the scope."""
    rows = HandOver.objects.filter(
        minutes_late__gt=0, roll__session__day__gte=first, roll__session__day__lte=last
    ).select_related("roll__child__resident", "roll__child__school_class", "roll__session__activity")
    return rows.order_by("-gone_at", "-pk")


def still_here(at: dt.datetime) -> QuerySet[Session]:
    """Afternoons that should be over and are not closed, within the scope."""
    return (
        Session.objects.filter(state__in=[SessionState.OPEN, SessionState.PLANNED], ends_at__lte=at, day=day_of(at))
        .select_related("activity", "school")
        .order_by("ends_at", "pk")
    )


def waiting_of(booking: Booking) -> bool:
    """Whether the booking stands in line."""
    return booking.state == State.WAITING
