"""Rules over people: who may act for whom, one place a person, so many a household, no two at one time.

They read rows that others could change at the same moment, so they run after the households are locked.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.scope import asking, context, fixed
from qunwen.base.scope.asking import Forbidden
from qunwen.base.scope.context import ScopeMissing
from qunwen.services.bookings import wording
from qunwen.services.bookings.access import Permission
from qunwen.services.bookings.enums import BUSY, LIVE, State
from qunwen.services.bookings.errors import AlreadyBooked, HouseholdLimit, NotOpen, PartyTooLarge, TimeClash
from qunwen.services.bookings.models import Attendee, Booking, Bucket
from qunwen.services.bookings.party import Guest

from . import ledger


def require_for(bucket: Bucket, resident_id: uuid.UUID | None, by: Actor) -> None:
    """A resident acts for oneself and wards; staff need the permission at the bucket's place.

    Raises Forbidden, ScopeMissing.
    """
    del by  # the open scope says what the actor may; the actor is for the journal
    scope = context.current()
    if scope is None:
        raise ScopeMissing("报名时没有数据范围")
    if scope.kind in ("staff", "everything"):
        asking.require(Permission.BOOK_FOR, on=bucket)
    elif resident_id is None or resident_id not in scope.residents:
        raise Forbidden(_("请先用手机号登录，再为自己或家人报名。"))


def require_members(people: Sequence[Guest]) -> None:
    """A resident brings only oneself and wards from the register. Raises Forbidden."""
    scope = context.current()
    if scope is None or scope.kind in ("staff", "everything"):
        return
    for guest in people:
        if guest.resident is not None and guest.resident.pk not in scope.residents:
            raise Forbidden(_("只能为自己和已登记监护关系的家人报名。"))


def check_window(bucket: Bucket, at: dt.datetime) -> None:
    """Raises NotOpen, saying which end of the window."""
    if bucket.closed_at is not None:
        raise NotOpen(_("%(what)s已停止报名。") % {"what": wording.named(bucket)})
    if bucket.has_begun(at):
        raise NotOpen(_("%(what)s已经开始，不能再报名，可以到现场看看是否还有座位。") % {"what": wording.named(bucket)})
    if bucket.opens_at is not None and at < bucket.opens_at:
        raise NotOpen(_("还没有开始报名，%(when)s 开放。") % {"when": wording.when(bucket.opens_at)})
    if bucket.closes_at is not None and at >= bucket.closes_at:
        raise NotOpen(_("报名已在 %(when)s 截止。") % {"when": wording.when(bucket.closes_at)})


def check_party(bucket: Bucket, people: Sequence[Guest]) -> None:
    """Raises PartyTooLarge, AlreadyBooked (the same resident twice in one party), ValidationError."""
    if not people:
        raise PartyTooLarge(_("请至少选择一位参加的人。"))
    limit = min(bucket.party_limit, bucket.size) if bucket.size else bucket.party_limit
    if len(people) > limit:
        raise PartyTooLarge(_("每次最多报 %(limit)s 人，您选了 %(n)s 人。") % {"limit": limit, "n": len(people)})
    known = [guest.resident.pk for guest in people if guest.resident is not None]
    if len(known) != len(set(known)):
        raise AlreadyBooked(_("同一个人选了两次，请去掉重复的。"))
    if any(guest.resident is not None and guest.resident.county != bucket.county for guest in people):
        raise ValidationError(_("参加的人不在本县登记，请到当地报名。"))


def households_of(people: Iterable[Guest]) -> set[uuid.UUID]:
    """The households of those who are in the register."""
    return {guest.resident.household_id for guest in people if guest.resident is not None}


def lock_party_of(booking: Booking) -> None:
    """Lock the households of a booking's people."""
    rows = Attendee.unscoped.filter(county=booking.county, booking=booking).exclude(household=None)
    ledger.lock_households(booking.county, rows.values_list("household_id", flat=True))


def check_people(bucket: Bucket, people: Sequence[Guest]) -> None:
    """One place a person, the household's limit, no clash. Two queries, under the households' locks.

    Raises AlreadyBooked, HouseholdLimit, TimeClash.
    """
    homes = households_of(people)
    if not homes:
        return
    persons = {guest.resident.pk: guest.name for guest in people if guest.resident is not None}
    held: dict[uuid.UUID | None, int] = {}
    for resident, home, (state, subject, title, starts) in _places_held(bucket, homes, persons):
        if subject == bucket.subject_id:
            held[home] = held.get(home, 0) + 1
            if resident in persons:
                _refuse_twice(persons[resident], state)
        elif resident in persons and state in BUSY:
            _refuse_clash(persons[resident], title, starts)
    if bucket.per_household is not None:
        _check_household(bucket, people, held)


def _places_held(
    bucket: Bucket, homes: Iterable[uuid.UUID], persons: Iterable[uuid.UUID]
) -> Iterator[tuple[uuid.UUID | None, uuid.UUID | None, tuple[Any, ...]]]:
    """(resident, household, (state, subject, title, start)) of what they hold of this thing or at its time.

    First the people, then their bookings by id: joined in one query, SQLite without statistics goes through every
    booking of the county, and all the time it does the ledger is locked.
    """
    came = fixed.rows(_attendances, county=bucket.county, homes=sorted(homes), persons=sorted(persons))
    if not came:
        return
    same = Q(bucket__subject_type=bucket.subject_type, bucket__subject_id=bucket.subject_id)
    rows = Booking.unscoped.filter(county=bucket.county, pk__in={booking for booking, _who, _home in came})
    rows = rows.filter(same | _at_the_same_time(bucket), state__in=sorted(LIVE)).order_by()
    found = {
        pk: about
        for pk, *about in rows.values_list(
            "pk", "state", "bucket__subject_id", "bucket__title", "bucket__starts_at"
        )
    }  # fmt: skip
    for booking, resident, home in came:
        if booking in found:
            yield resident, home, tuple(found[booking])


def _attendances(
    county: str, homes: list[uuid.UUID], persons: list[uuid.UUID]
) -> QuerySet[Attendee, tuple[uuid.UUID, uuid.UUID | None, uuid.UUID | None]]:
    rows = Attendee.unscoped.filter(county=county).filter(Q(household_id__in=homes) | Q(resident_id__in=persons))
    return rows.order_by().values_list("booking_id", "resident_id", "household_id")


def _at_the_same_time(bucket: Bucket) -> Q:
    if bucket.starts_at is None or bucket.ends_at is None:
        return Q(pk__in=[])
    return Q(bucket__starts_at__lt=bucket.ends_at, bucket__ends_at__gt=bucket.starts_at)


def _check_household(bucket: Bucket, people: Sequence[Guest], held: dict[uuid.UUID | None, int]) -> None:
    wanted: dict[uuid.UUID, int] = {}
    for guest in people:
        if guest.resident is not None:
            wanted[guest.resident.household_id] = wanted.get(guest.resident.household_id, 0) + 1
    limit = bucket.per_household or 0
    for home, number in wanted.items():
        if held.get(home, 0) + number > limit:
            raise HouseholdLimit(
                _("这场每户最多 %(limit)s 人，您家已报 %(held)s 人，这次不能再加 %(n)s 人。")
                % {"limit": limit, "held": held.get(home, 0), "n": number}
            )


def _refuse_twice(name: str, state: str) -> None:
    if state == State.WAITING:
        raise AlreadyBooked(_("%(name)s已经在候补队伍里了，不用重复报名。") % {"name": name})
    if state == State.OFFERED:
        raise AlreadyBooked(_("已经为%(name)s留了名额，请到“我的报名”里确认。") % {"name": name})
    raise AlreadyBooked(_("%(name)s已经报过这一场了，在“我的报名”里可以看到。") % {"name": name})


def _refuse_clash(name: str, title: str, starts: dt.datetime | None) -> None:
    raise TimeClash(
        _("%(name)s在这个时间已报名《%(title)s》（%(when)s）。想换这一场，请先取消那一场。")
        % {"name": name, "title": title, "when": wording.when(starts)}
    )


def check_clash_of(booking: Booking, bucket: Bucket) -> None:
    """Raises TimeClash when one of the booking's people is by now expected elsewhere at that time."""
    persons = dict(
        Attendee.unscoped.filter(county=booking.county, booking=booking)
        .exclude(resident=None)
        .values_list("resident_id", "name")
    )
    if not persons:
        return
    held = _attendances(booking.county, [], sorted(persons))
    other = {pk: who for pk, who, _home in held if who in persons and pk != booking.pk}
    rows = Booking.unscoped.filter(county=booking.county, pk__in=set(other), state__in=sorted(BUSY))
    clash = rows.filter(_at_the_same_time(bucket)).values_list("pk", "bucket__title", "bucket__starts_at").first()
    if clash is not None:
        _refuse_clash(persons[other[clash[0]]], clash[1], clash[2])
