"""Who is on the roll. Places are the ledger's; the roll follows what it gives and takes, whatever the way."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import Q
from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor, ActorKind
from qunwen.base.journal.models import JournalEntry
from qunwen.base.journal.recording import action, nothing_changed, record
from qunwen.base.measures.touching import touch
from qunwen.base.people.enums import AgeGroup
from qunwen.base.people.models import Guardianship, Resident
from qunwen.base.scope import asking
from qunwen.base.scope.clock import day_of
from qunwen.services.bookings import actions as ledger
from qunwen.services.bookings import queries as bookings
from qunwen.services.bookings.enums import CANCELLABLE, TAKES_PLACES, Channel
from qunwen.services.bookings.models import Attendee, Booking, Bucket
from qunwen.services.school.access import Permission
from qunwen.services.school.enums import ON_ROLL, ClassState, Entry, PupilState, Source
from qunwen.services.school.errors import EnrolmentRefused
from qunwen.services.school.models import CourseClass, Pupil, Transfer

from . import timetable
from .classes import SUBJECT

FEED = "school.pupil"


class Answer(NamedTuple):
    """What one person was told: a booking (confirmed or waiting), or why not."""

    resident: Resident
    booking: Booking | None
    refusal: str = ""


# -- asking for places ------------------------------------------------------------------------------------


@action
def enrol_many(
    *, course_class: CourseClass, holder: Resident, people: Sequence[Resident], key: str, by: Actor, at: dt.datetime
) -> list[Answer]:
    """Apply for several of a family in one go; each gets an answer of their own, in the order given.

    Elders take a place kept for elders while there is one, everybody else a place online; a full class means the line.
    `key` of the page makes a repeat harmless. Raises EnrolmentRefused when the class takes nobody, Forbidden.
    """
    if course_class.state != ClassState.PUBLISHED:
        raise EnrolmentRefused(_("这个班现在不招生。"))
    if not people:
        raise EnrolmentRefused(_("请至少选择一位学员。"))
    found = bookings.availability(
        county=course_class.county, subject_type=SUBJECT, subject_ids=[course_class.pk], at=at
    ).get(course_class.pk)
    if found is None:
        raise EnrolmentRefused(_("这个班通过摇号招生，请到摇号页面申请。"))
    buckets = {bucket.channel: bucket for bucket in found.buckets}
    requests = [
        ledger.Request(
            bucket=_bucket_for(person, buckets, day_of(at)), members=[person], resident=holder,
            key=f"{key}:{person.pk.hex[-12:]}",
        )
        for person in people
    ]  # fmt: skip
    answers = ledger.book_many(requests=requests, by=by, at=at)
    return [
        Answer(person, answer.booking, " ".join(answer.refusal.messages) if answer.refusal else "")
        for person, answer in zip(people, answers, strict=True)
    ]


def _bucket_for(person: Resident, buckets: dict[str, Bucket], on: dt.date) -> Bucket:
    kept = buckets.get(Channel.ELDERS)
    if kept is not None and kept.left > 0 and person.age_group(on) == AgeGroup.ELDER:
        return kept
    return buckets[Channel.ONLINE]


# -- following the ledger ---------------------------------------------------------------------------------


@functools.lru_cache(maxsize=4096)
def _of_a_class(county: str, bucket: str) -> bool:
    """Whether a bucket belongs to a class. It always or never does, so a rush on an activity asks once."""
    return Bucket.unscoped.filter(county=county, pk=bucket, subject_type=SUBJECT).exists()


def when_booked(*, entry: JournalEntry, by: Actor, at: dt.datetime) -> None:
    """Somebody asked for a place of a class. Given at once, the roll follows, or its refusal undoes the booking."""
    bucket = entry.after.get("bucket")
    if bucket is None or _of_a_class(entry.county, str(bucket)):
        touch(county=entry.county, day=day_of(at), feed="bookings.booking")
        when_answered(entry=entry, by=by, at=at)


def when_answered(*, entry: JournalEntry, by: Actor, at: dt.datetime) -> None:
    """Somebody took a place from the line, or staff gave one."""
    booking = _booking_of(entry)
    if booking is not None and booking.state in TAKES_PLACES:
        _put_on_roll(booking, by=by, at=at)


def when_ended(*, entry: JournalEntry, by: Actor, at: dt.datetime) -> None:
    """A booking ended: whoever was on the roll by it has left. An ended class keeps its roll."""
    booking = _booking_of(entry)
    if booking is None:
        return
    for pupil in Pupil.unscoped.filter(county=booking.county, booking=booking, state__in=sorted(ON_ROLL)):
        if pupil.state != PupilState.ENROLLED:
            raise EnrolmentRefused(_("这个班已经结业，报名记录不能再取消。"))
        _leave(pupil, PupilState.WITHDRAWN, reason=booking.ended_note, at=at)
        record(
            code=Entry.PUPIL_WITHDRAWN, by=by, at=at, subject=pupil, place=pupil.place_id,
            after={"reason": booking.ended_note},
        )  # fmt: skip


def _booking_of(entry: JournalEntry) -> Booking | None:
    if entry.subject_id in (entry.place, "*"):
        return None  # a load of many rows is told by its place; whoever loads classes enrols by the actions
    return (
        Booking.unscoped.filter(county=entry.county, pk=entry.subject_id, bucket__subject_type=SUBJECT)
        .select_related("bucket", "resident")
        .first()
    )


def _put_on_roll(booking: Booking, *, by: Actor, at: dt.datetime, source: str = Source.BOOKING) -> list[Pupil]:
    county = booking.county
    course_class = CourseClass.unscoped.select_related("subject", "term").get(
        county=county, pk=booking.bucket.subject_id
    )
    made = []
    for guest in Attendee.unscoped.filter(county=county, booking=booking).select_related("resident").order_by("pk"):
        if Pupil.unscoped.filter(county=county, booking=booking, resident=guest.resident, name=guest.name).exists():
            continue
        pupil = _pupil(course_class, booking, guest, at)
        if guest.resident is not None and not booking.override_reason:
            _demand_age(course_class, guest.resident)
            timetable.demand_free(course_class, guest.resident.pk, guest.name)
        pupil.source = source
        pupil.save(force_insert=True)
        record(
            code=Entry.PUPIL_ENROLLED, by=by, at=at, subject=pupil, place=pupil.place_id,
            after={"class": course_class.title, "source": source},
        )  # fmt: skip
        made.append(pupil)
    touch(county=county, day=day_of(at), feed=FEED)
    return made


def _pupil(course_class: CourseClass, booking: Booking, guest: Attendee, at: dt.datetime) -> Pupil:
    person = guest.resident
    return Pupil(
        county=booking.county,
        course_class=course_class,
        place_id=person.place_id if person is not None else course_class.place_id,
        resident=person,
        household_id=person.household_id if person is not None else None,
        guardian=_guardian(person, guest, booking, at),
        booking=booking,
        name=guest.name or booking.contact,
        group=guest.group,
        enrolled_at=at,
    )


def _guardian(person: Resident | None, guest: Attendee, booking: Booking, at: dt.datetime) -> Resident | None:
    """Who answers for a child under 14: the holder of the booking if a guardian, else the first on record."""
    if (person.age_group(day_of(at)) if person is not None else guest.group) != AgeGroup.CHILD:
        return None
    if person is not None:
        rows = Guardianship.unscoped.filter(county=booking.county, ward=person).filter(
            Q(ended_at=None) | Q(ended_at__gt=at)
        )
        known = {row.guardian_id: row.guardian for row in rows.select_related("guardian").order_by("since", "pk")}
        if booking.resident_id in known:
            return known[booking.resident_id]
        if known:
            return next(iter(known.values()))
    raise EnrolmentRefused(
        _("%(name)s不满 14 岁，要由监护人报名。请先登记监护关系，再报名。") % {"name": guest.name or booking.contact}
    )


def _demand_age(course_class: CourseClass, person: Resident) -> None:
    subject = course_class.subject
    if person.birth_year is None or (subject.age_from is None and subject.age_to is None):
        return
    age = course_class.term.starts_on.year - person.birth_year
    if (subject.age_from is not None and age < subject.age_from) or (
        subject.age_to is not None and age > subject.age_to
    ):
        raise EnrolmentRefused(
            _("“%(subject)s”招%(ages)s的学员，%(name)s开学时 %(age)s 岁。")
            % {
                "subject": subject.name,
                "ages": said_ages(subject.age_from, subject.age_to),
                "name": person.name,
                "age": age,
            }
        )


def said_ages(least: int | None, most: int | None) -> str:
    """7 至 12 岁、60 岁以上、12 岁以下；nothing when anybody may come."""
    if least is not None and most is not None:
        return _("%(least)s 至 %(most)s 岁") % {"least": least, "most": most}
    if least is not None:
        return _("%(least)s 岁以上") % {"least": least}
    return _("%(most)s 岁以下") % {"most": most} if most is not None else ""


def _leave(pupil: Pupil, state: str, *, reason: str, at: dt.datetime) -> None:
    pupil.state = state
    pupil.ended_at = at
    pupil.reason = reason[:200]
    pupil.save(update_fields=["state", "ended_at", "reason"])
    touch(county=pupil.county, day=day_of(at), feed=FEED)


# -- leaving and moving -----------------------------------------------------------------------------------


@action
def withdraw(*, pupil: Pupil, reason: str, by: Actor, at: dt.datetime) -> Pupil:
    """Take somebody off the roll; the place goes to the next in line while one may still join.

    Raises EnrolmentRefused, Forbidden.
    """
    if by.kind != ActorKind.RESIDENT:
        asking.require(Permission.MANAGE, on=pupil)
    if pupil.state == PupilState.WITHDRAWN:
        nothing_changed("withdrawn already")
        return pupil
    if pupil.state != PupilState.ENROLLED:
        raise EnrolmentRefused(_("%(name)s现在是“%(state)s”，不能退学。") % _named(pupil))
    if pupil.booking is not None and pupil.booking.state in CANCELLABLE:
        ledger.cancel(booking=pupil.booking, by=by, at=at, reason=reason)  # the roll follows by the reaction
        pupil.refresh_from_db()
        return pupil
    _leave(pupil, PupilState.WITHDRAWN, reason=reason, at=at)
    record(
        code=Entry.PUPIL_WITHDRAWN, by=by, at=at, subject=pupil, place=pupil.place_id, after={"reason": reason},
    )  # fmt: skip
    return pupil


def _named(pupil: Pupil) -> dict[str, str]:
    return {"name": pupil.name, "state": str(pupil.get_state_display())}


@action
def transfer(*, pupil: Pupil, to: CourseClass, reason: str, by: Actor, at: dt.datetime) -> Transfer:
    """Move a pupil to another class of the term: the old place is given back, a new one taken, or nothing changes.

    The new class needs a free place (on site first, then online); the enrolment window does not matter, the last day
    to join does. Raises EnrolmentRefused, Full, Forbidden.
    """
    asking.require(Permission.MANAGE, on=pupil)
    asking.require(Permission.MANAGE, on=to)
    _demand_movable(pupil, to, reason, day_of(at))
    old = pupil.course_class
    if pupil.booking is not None and pupil.booking.state in CANCELLABLE:
        ledger.cancel(booking=pupil.booking, by=by, at=at, reason=_("转到%(title)s") % {"title": to.title})
        pupil.refresh_from_db()
    _leave(pupil, PupilState.TRANSFERRED, reason=reason, at=at)
    booking = _move_place(pupil, to, by=by, at=at)
    joined = Pupil.unscoped.filter(county=pupil.county, booking=booking).order_by("pk").get()
    joined.source = Source.TRANSFER
    joined.save(update_fields=["source"])
    row = Transfer(
        county=pupil.county, place_id=to.place_id, left=pupil, joined=joined, reason=reason.strip(), moved_at=at,
        moved_by=by.name,
    )  # fmt: skip
    row.save(force_insert=True)
    record(
        code=Entry.PUPIL_TRANSFERRED, by=by, at=at, subject=joined, place=joined.place_id,
        before={"class": old.title}, after={"class": to.title, "reason": reason.strip()},
    )  # fmt: skip
    return row


def _demand_movable(pupil: Pupil, to: CourseClass, reason: str, today: dt.date) -> None:
    if pupil.state != PupilState.ENROLLED:
        raise EnrolmentRefused(_("%(name)s现在是“%(state)s”，不能转班。") % _named(pupil))
    if to.pk == pupil.course_class_id or to.term_id != pupil.course_class.term_id:
        raise EnrolmentRefused({"to": _("只能转到同一学期的另一个班。")})
    if to.state != ClassState.PUBLISHED or (to.join_until is not None and today > to.join_until):
        raise EnrolmentRefused({"to": _("这个班已经不收插班的学员了。")})
    if not reason.strip():
        raise EnrolmentRefused({"reason": _("请写明转班原因。")})


def _move_place(pupil: Pupil, to: CourseClass, *, by: Actor, at: dt.datetime) -> Booking:
    found = bookings.availability(county=to.county, subject_type=SUBJECT, subject_ids=[to.pk], at=at).get(to.pk)
    order = (Channel.ON_SITE, Channel.ONLINE)
    free = [b for channel in order for b in (found.buckets if found else []) if b.channel == channel and b.left > 0]
    if not free or free[0].closed_at is not None:
        raise EnrolmentRefused({"to": _("“%(title)s”已经满员，没有转成，原来的班还在。") % {"title": to.title}})
    members = [pupil.resident] if pupil.resident is not None else []
    if not members:
        raise EnrolmentRefused(_("没有登记的学员不能转班，请先登记为居民。"))
    # An override passes by the checks of the roll, so they are made here.
    timetable.demand_free(to, members[0].pk, pupil.name)
    _demand_age(to, members[0])
    window = free[0].opens_at, free[0].closes_at
    override = "" if _is_within(window, at) else _("转班")
    return ledger.book(
        bucket=free[0], resident=pupil.guardian or pupil.resident, members=members, wait=False, override=override,
        key=f"school:transfer:{pupil.pk}", by=by, at=at,
    )  # fmt: skip


def _is_within(window: tuple[dt.datetime | None, dt.datetime | None], at: dt.datetime) -> bool:
    opens, closes = window
    return (opens is None or opens <= at) and (closes is None or at < closes)
