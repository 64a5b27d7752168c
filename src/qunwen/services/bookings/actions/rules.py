"""Rules over people: who may act for whom, one place a person, so many a household, no two at one time.

They read rows that others could change at the same moment, so they run after the households are locked.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.people.models import Resident
from qunwen.base.scope import asking, context, fixed
from qunwen.base.scope.asking import Forbidden
from qunwen.base.scope.context import ScopeMissing
from qunwen.services.bookings import wording
from qunwen.services.bookings.access import Permission
from qunwen.services.bookings.enums import BINDING, BUSY, LIVE, TAKES_PLACES, TIMED, Group, State
from qunwen.services.bookings.errors import (
    AlreadyBooked,
    GroupLimit,
    HouseholdLimit,
    NotOfGroup,
    NotOpen,
    PartyTooLarge,
    Restrained,
    TimeClash,
)
from qunwen.services.bookings.models import Attendee, Booking, Bucket, Restraint
from qunwen.services.bookings.party import Guest

from . import groups, ledger


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


def lock_party_of(booking: Booking, also: Iterable[uuid.UUID] = ()) -> None:
    """Lock the households of a booking's people, of its holder and of those who are `also` to come."""
    rows = Attendee.unscoped.filter(county=booking.county, booking=booking).exclude(household=None)
    homes = {*rows.values_list("household_id", flat=True), *also}
    if booking.household_id is not None:
        homes.add(booking.household_id)
    ledger.lock_households(booking.county, homes)


def check_people(bucket: Bucket, people: Sequence[Guest], at: dt.datetime) -> None:
    """One place a person, no clash, the household's limit, limits over several things. Under the households' locks.

    Raises AlreadyBooked, TimeClash, HouseholdLimit, GroupLimit.
    """
    homes = households_of(people)
    if not homes:
        return
    persons = {guest.resident.pk: guest.name for guest in people if guest.resident is not None}
    judge_people(bucket, people, _places_held(bucket, homes, persons, at))


def judge_people(
    bucket: Bucket, people: Sequence[Guest], found: Iterable[tuple[uuid.UUID | None, uuid.UUID | None, Held]]
) -> None:
    """The rules of `check_people` over what their households hold: (resident, household, what), live rows only.

    Raises as `check_people` does.
    """
    persons = {guest.resident.pk: guest.name for guest in people if guest.resident is not None}
    held: Counter[uuid.UUID | None] = Counter()
    in_group: Counter[uuid.UUID | None] = Counter()
    for resident, home, other in found:
        if other.subject == bucket.subject_id:
            held[home] += 1
            if resident in persons:
                _refuse_twice(persons[resident], other.state)
        elif resident in persons and other.state in BUSY and other.clashes_with(bucket):
            _refuse_clash(persons[resident], other.title, other.starts)
        if bucket.limit_group and other.limit_group == bucket.limit_group:
            in_group[home] += 1
            in_group[resident] += 1
    if bucket.per_household is not None:
        _check_household(bucket, people, held)
    if bucket.limit_group:
        _check_group(bucket, people, in_group)


class Held(NamedTuple):
    """What somebody holds, as far as a new booking minds it."""

    state: str
    subject: uuid.UUID
    title: str
    starts: dt.datetime | None
    ends: dt.datetime | None
    limit_group: str

    def clashes_with(self, bucket: Bucket) -> bool:
        """Whether both are at one time."""
        times = (self.starts, self.ends, bucket.starts_at, bucket.ends_at)
        if None in times:
            return False
        return self.starts < bucket.ends_at and self.ends > bucket.starts_at  # type: ignore[operator]


def _places_held(
    bucket: Bucket, homes: Iterable[uuid.UUID], persons: Iterable[uuid.UUID], at: dt.datetime
) -> Iterator[tuple[uuid.UUID | None, uuid.UUID | None, Held]]:
    """(resident, household, what) of what they hold of this thing, at its time or under its common limit.

    First the people, then their bookings by id: joined in one query, SQLite without statistics goes through every
    booking of the county, and all the time it does the ledger is locked. An offer or a hold whose time is
    over counts no more, even if nobody has noted its end yet.
    """
    came = fixed.rows(_attendances, county=bucket.county, homes=sorted(homes), persons=sorted(persons))
    if not came:
        return
    minded = Q(bucket__subject_type=bucket.subject_type, bucket__subject_id=bucket.subject_id)
    minded |= _at_the_same_time(bucket)
    if bucket.limit_group:
        minded |= Q(bucket__limit_group=bucket.limit_group)
    rows = Booking.unscoped.filter(county=bucket.county, pk__in={booking for booking, _who, _home in came})
    rows = rows.filter(minded, state__in=sorted(LIVE)).exclude(state__in=sorted(TIMED), offer_until__lte=at)
    found = {
        pk: Held(*about)
        for pk, *about in rows.order_by().values_list(
            "pk", "state", "bucket__subject_id", "bucket__title", "bucket__starts_at", "bucket__ends_at",
            "bucket__limit_group",
        )
    }  # fmt: skip
    for booking, resident, home in came:
        if booking in found:
            yield resident, home, found[booking]


def _attendances(
    county: str, homes: list[uuid.UUID], persons: list[uuid.UUID]
) -> QuerySet[Attendee, tuple[uuid.UUID, uuid.UUID | None, uuid.UUID | None]]:
    rows = Attendee.unscoped.filter(county=county).filter(Q(household_id__in=homes) | Q(resident_id__in=persons))
    return rows.order_by().values_list("booking_id", "resident_id", "household_id")


def _at_the_same_time(bucket: Bucket) -> Q:
    if bucket.starts_at is None or bucket.ends_at is None:
        return Q(pk__in=[])
    return Q(bucket__starts_at__lt=bucket.ends_at, bucket__ends_at__gt=bucket.starts_at)


def _check_household(bucket: Bucket, people: Sequence[Guest], held: Mapping[uuid.UUID | None, int]) -> None:
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


def _check_group(bucket: Bucket, people: Sequence[Guest], held: Mapping[uuid.UUID | None, int]) -> None:
    """So many live bookings a person, and so many a household, over everything of the same group."""
    wanted: Counter[uuid.UUID] = Counter()
    for guest in people:
        if guest.resident is None:
            continue
        wanted[guest.resident.household_id] += 1
        limit = bucket.limit_per_person
        if limit is not None and held.get(guest.resident.pk, 0) + 1 > limit:
            raise GroupLimit(
                _("%(name)s已报 %(held)s 项（含候补），这一类每人最多 %(limit)s 项。想换这一项，请先退掉一项。")
                % {"name": guest.name, "held": held.get(guest.resident.pk, 0), "limit": limit}
            )
    most = bucket.limit_per_household
    for home, number in wanted.items():
        if most is not None and held.get(home, 0) + number > most:
            raise GroupLimit(
                _("您家已报 %(held)s 项（含候补），这一类每户最多 %(limit)s 项，这次不能再加 %(n)s 项。")
                % {"held": held.get(home, 0), "limit": most, "n": number}
            )


def check_kept(bucket: Bucket, people: Sequence[Guest], on: dt.date) -> None:
    """Places kept for a group go to its people; each disabled person may bring one who helps.

    People of the register need the certificate (elders: their year of birth); whom staff enter by name at the counter,
    staff have seen. Raises NotOfGroup.
    """
    if not bucket.kept_for:
        return
    scope = context.current()
    by_staff = scope is not None and scope.kind in ("staff", "everything")
    if bucket.kept_for == Group.STAFF and not by_staff:
        raise NotOfGroup(_("这是内部名额，不对外报名。"))
    known = [guest.resident for guest in people if guest.resident is not None]
    belong = groups.members_of(bucket.kept_for, known, on)
    strangers = [guest for guest in people if guest.resident is None and not by_staff]
    others = [guest for guest in people if guest.resident is not None and guest.resident.pk not in belong]
    helpers = len(belong) if bucket.kept_for == Group.DISABLED else 0
    if len(strangers) + len(others) > helpers:
        name = (others or strangers)[0].name
        raise NotOfGroup(
            _(
                "这些名额留给%(group)s，%(name)s还没有登记为%(group)s。请带证件到文化站或村（社区）登记，或改报普通名额。"
            )
            % {"group": groups.label(bucket.kept_for), "name": name}
        )


def needs_protected(people: Sequence[Guest], on: dt.date) -> bool:
    """Whether one of a party may have a wheelchair seat: certified, or staff decide at the counter."""
    scope = context.current()
    if scope is not None and scope.kind in ("staff", "everything"):
        return True
    known = [guest.resident for guest in people if guest.resident is not None]
    return bool(groups.members_of(Group.DISABLED, known, on))


def check_restraint(holder: Resident | None, at: dt.datetime) -> None:
    """Who left places empty holds only so many at once for a while. Raises Restrained, saying until when."""
    if holder is None:
        return
    binding = fixed.rows(_restraints, county=holder.county, resident=holder.pk, at=at)
    for misses, at_most, until in binding[:1]:
        live = Booking.unscoped.filter(county=holder.county, resident=holder, state__in=sorted(TAKES_PLACES))
        number = live.filter(Q(bucket__ends_at=None) | Q(bucket__ends_at__gt=at)).count()
        if number >= at_most:
            raise Restrained(
                _(
                    "您最近有 %(misses)s 次报了名没来也没取消，到 %(until)s 前同时最多保留 %(most)s 项，现在已有 %(n)s 项。"
                    "等那一项结束或让出后就能再报；有特殊情况可以在“我的报名”里申诉，复核期间不受限制。"
                )
                % {"misses": misses, "until": wording.when(until), "most": at_most, "n": number}
            )


def _restraints(county: str, resident: uuid.UUID, at: dt.datetime) -> QuerySet[Restraint, tuple[int, int, dt.datetime]]:
    rows = Restraint.unscoped.filter(county=county, resident=resident, until__gt=at, since__lte=at)
    return rows.filter(state__in=sorted(BINDING)).order_by("-until").values_list("misses", "at_most", "until")


def _refuse_twice(name: str, state: str) -> None:
    if state == State.WAITING:
        raise AlreadyBooked(_("%(name)s已经在候补队伍里了，不用重复报名。") % {"name": name})
    if state == State.HELD:
        raise AlreadyBooked(_("已经为%(name)s暂留了名额，请先确认或放弃。") % {"name": name})
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
