"""What deciding a batch needs to know, read once for all of it, households and buckets locked on the way."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import Q
from django.utils.translation import gettext as _

from qunwen.base.people.models import Guardianship, Resident
from qunwen.base.scope.asking import Forbidden
from qunwen.base.scope.clock import day_of
from qunwen.services.bookings import codes
from qunwen.services.bookings.actions import ledger
from qunwen.services.bookings.actions.rules import Held
from qunwen.services.bookings.enums import BINDING, LIVE, TIMED
from qunwen.services.bookings.errors import BookingRefused, BucketRefused
from qunwen.services.bookings.models import Attendee, Booking, Bucket, Restraint, RushOrder
from qunwen.services.bookings.party import Guest


class Place(NamedTuple):
    """Somebody holds something, until a moment unless that is None."""

    resident: uuid.UUID | None
    home: uuid.UUID | None
    what: Held
    until: dt.datetime | None


class Position(NamedTuple):
    """How far a batch had come, to go back to."""

    places: int
    codes: int
    taken: dict[uuid.UUID, int]
    keys: frozenset[str]


@dataclass
class Known:
    """Rows of one county by which orders are judged; what is decided joins them."""

    buckets: dict[uuid.UUID, Bucket]
    residents: dict[uuid.UUID, Resident]
    wards: dict[uuid.UUID, list[tuple[uuid.UUID, dt.datetime, dt.datetime | None]]]
    keys: dict[str, Booking]
    restrained: set[uuid.UUID]
    codes: list[str]
    places: list[Place] = field(default_factory=list)
    at_home: dict[uuid.UUID | None, list[int]] = field(default_factory=lambda: defaultdict(list))
    of_person: dict[uuid.UUID | None, list[int]] = field(default_factory=lambda: defaultdict(list))
    used: int = 0

    def family(self, holder: Resident, at: dt.datetime) -> set[uuid.UUID]:
        """The holder and those for whom the holder might act at that moment."""
        own = self.wards.get(holder.pk, ())
        return {holder.pk, *(ward for ward, since, end in own if since <= at and (end is None or end > at))}

    def party_of(self, order: RushOrder) -> tuple[Bucket, Resident, list[Guest]]:
        """What it is about, who asks, who comes. Raises BookingRefused, Forbidden."""
        bucket, holder = self.buckets.get(order.bucket_id), self.residents.get(order.resident_id)
        if bucket is None:
            raise BookingRefused(_("没有找到这组名额，请刷新页面再试。"))
        if holder is None:
            raise Forbidden(_("请先用手机号登录，再为自己或家人报名。"))
        family, on = self.family(holder, order.asked_at), day_of(bucket.starts_at or order.asked_at)
        people = []
        for member in order.members:
            if not isinstance(member, str):
                people.append(Guest(name=member[0], group=member[1]))
                continue
            one = self.residents.get(uuid.UUID(member))
            if one is None or one.pk not in family:
                raise Forbidden(_("只能为自己和已登记监护关系的家人报名。"))
            people.append(Guest(name=one.name, group=one.age_group(on), resident=one))
        return bucket, holder, people

    def held_by(
        self, people: Sequence[Guest], at: dt.datetime
    ) -> Iterator[tuple[uuid.UUID | None, uuid.UUID | None, Held]]:
        """What these people and their households hold at that moment, as the rules read it."""
        found: set[int] = set()
        for guest in people:
            if guest.resident is not None:
                found.update(self.at_home[guest.resident.household_id], self.of_person[guest.resident.pk])
        for index in sorted(found):
            place = self.places[index]
            if place.until is None or place.until > at:
                yield place.resident, place.home, place.what

    def hold(self, place: Place) -> None:
        """Somebody holds this from now on."""
        index = len(self.places)
        self.places.append(place)
        self.at_home[place.home].append(index)
        self.of_person[place.resident].append(index)

    def enter(self, booking: Booking, people: Iterable[Guest]) -> None:
        """A booking was decided: whoever comes next is judged with it."""
        bucket = booking.bucket
        what = Held(
            booking.state, bucket.subject_id, bucket.title, bucket.starts_at, bucket.ends_at, bucket.limit_group
        )
        for guest in people:
            one = guest.resident
            self.hold(Place(one.pk if one else None, one.household_id if one else None, what, None))
        self.keys[booking.key] = booking

    def look_again(self, bucket: Bucket) -> None:
        """The counters of a locked bucket as they are after somebody else's statement."""
        fresh = Bucket.unscoped.filter(county=bucket.county, pk=bucket.pk).values_list("taken", "size", "next_lapse")
        bucket.taken, bucket.size, bucket.next_lapse = fresh.get()

    def fresh_code(self) -> str:
        """A ticket code that nobody in the county has."""
        self.used += 1
        return self.codes[self.used - 1]

    def position(self) -> Position:
        """How far it has come."""
        taken = {pk: bucket.taken for pk, bucket in self.buckets.items()}
        return Position(len(self.places), self.used, taken, frozenset(self.keys))

    def back_to(self, position: Position) -> None:
        """Forget what was decided since."""
        for index in range(position.places, len(self.places)):
            place = self.places[index]
            self.at_home[place.home].remove(index)
            self.of_person[place.resident].remove(index)
        del self.places[position.places :]
        self.used = position.codes
        for pk, taken in position.taken.items():
            self.buckets[pk].taken = taken
        self.keys = {key: booking for key, booking in self.keys.items() if key in position.keys}


def read(county: str, orders: Sequence[RushOrder]) -> Known:
    """Read and lock: all households in the order of ids, then all buckets in the order of ids."""
    holders = {order.resident_id for order in orders}
    members = {uuid.UUID(one) for order in orders for one in order.members if isinstance(one, str)}
    found = Resident.unscoped.filter(county=county, pk__in=holders | members, active=True).order_by()
    residents = {one.pk: one for one in found}
    ledger.lock_households(county, {one.household_id for one in residents.values()})
    buckets = _buckets(county, {order.bucket_id for order in orders})
    keys, fresh = _keys_and_codes(county, [order.key for order in orders])
    at, last = orders[0].asked_at, orders[-1].asked_at
    known = Known(
        buckets=buckets, residents=residents, wards=_wards(county, holders) if members - holders else {}, keys=keys,
        restrained=_restrained(county, holders, at, last), codes=fresh,
    )  # fmt: skip
    for booking in keys.values():
        booking.bucket = buckets.get(booking.bucket_id, booking.bucket)
    _read_places(county, known, at)
    return known


def _buckets(county: str, wanted: set[uuid.UUID]) -> dict[uuid.UUID, Bucket]:
    try:
        found = ledger.lock_buckets(county, wanted)
    except BucketRefused:  # some of them are not there, or in another county
        there = Bucket.unscoped.filter(county=county, pk__in=wanted).order_by().values_list("pk", flat=True)
        found = ledger.lock_buckets(county, set(there))
    return {bucket.pk: bucket for bucket in found}


def _wards(
    county: str, holders: Iterable[uuid.UUID]
) -> dict[uuid.UUID, list[tuple[uuid.UUID, dt.datetime, dt.datetime | None]]]:
    rows = Guardianship.unscoped.filter(county=county, guardian_id__in=list(holders)).order_by()
    found = defaultdict(list)
    for guardian, ward, since, end in rows.values_list("guardian_id", "ward_id", "since", "ended_at"):
        found[guardian].append((ward, since, end))
    return found


def _keys_and_codes(county: str, keys: Sequence[str]) -> tuple[dict[str, Booking], list[str]]:
    """Bookings that were made with these keys before, and a free ticket code for each order."""
    fresh = {codes.fresh() for _key in keys}
    while len(fresh) < len(keys):
        fresh.add(codes.fresh())
    known: dict[str, Booking] = {}
    rows = Booking.unscoped.filter(county=county).filter(Q(key__in=keys) | Q(code__in=fresh)).order_by()
    for booking in rows.select_related("bucket"):
        if booking.key in keys:
            known[booking.key] = booking
        if booking.code in fresh:
            fresh.discard(booking.code)
            extra = codes.fresh()
            while extra in fresh or Booking.unscoped.filter(county=county, code=extra).exists():
                extra = codes.fresh()
            fresh.add(extra)
    return known, list(fresh)


def _restrained(county: str, holders: Iterable[uuid.UUID], at: dt.datetime, last: dt.datetime) -> set[uuid.UUID]:
    rows = Restraint.unscoped.filter(county=county, resident_id__in=list(holders), state__in=sorted(BINDING))
    return set(rows.filter(until__gt=at, since__lte=last).order_by().values_list("resident_id", flat=True))


def _read_places(county: str, known: Known, at: dt.datetime) -> None:
    """What everybody of these households holds and a new booking might mind.

    First the people, then their bookings by id, as in `rules`. What was over before anything of this batch begins,
    and is neither of its things nor under its limits, is left out.
    """
    homes = {one.household_id for one in known.residents.values()}
    came = Attendee.unscoped.filter(county=county).filter(
        Q(household_id__in=homes) | Q(resident_id__in=list(known.residents))
    )
    rows = list(came.order_by().values_list("booking_id", "resident_id", "household_id"))
    if not rows:
        return
    begins = [bucket.starts_at for bucket in known.buckets.values() if bucket.starts_at is not None]
    minded = Q(bucket__subject_id__in={bucket.subject_id for bucket in known.buckets.values()})
    if begins:
        minded |= Q(bucket__ends_at__gt=min(begins))
    if groups := {bucket.limit_group for bucket in known.buckets.values()} - {""}:
        minded |= Q(bucket__limit_group__in=groups)
    live = Booking.unscoped.filter(county=county, pk__in={booking for booking, _who, _home in rows})
    live = live.filter(minded, state__in=sorted(LIVE)).exclude(state__in=sorted(TIMED), offer_until__lte=at)
    found = {
        pk: (Held(state, *about), until if state in TIMED else None)
        for pk, until, state, *about in live.order_by().values_list(
            "pk", "offer_until", "state", "bucket__subject_id", "bucket__title", "bucket__starts_at",
            "bucket__ends_at", "bucket__limit_group",
        )
    }  # fmt: skip
    for booking, resident, home in rows:
        if booking in found:
            known.hold(Place(resident, home, *found[booking]))
