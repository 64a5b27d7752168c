"""The demonstration county's places given out: bookings of two years as rows, the present ones by the ledger itself."""

from __future__ import annotations

import contextlib
import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import models

from qunwen.base.journal.actors import Actor, ActorKind
from qunwen.base.journal.demo import as_it_happened
from qunwen.base.journal.recording import action, bulk
from qunwen.base.people.demo import People
from qunwen.base.people.models import Resident, Staff, Unit
from qunwen.base.places.demo import BATCH, Chance, Making
from qunwen.base.places.models import Place
from qunwen.base.reviews.demo_hours import last_awake, next_awake
from qunwen.base.scope.clock import day_of

from . import actions, codes
from .enums import Channel, CheckInVia, EndReason, Entry, State
from .errors import BookingRefused
from .models import Attendee, Booking, Bucket

LINE = 4  # so many wait at least
MOST_TURNS = 400
ENDS = {State.ATTENDED: 83, State.ABSENT: 9, State.CANCELLED: 8}
VIAS = {CheckInVia.CAMERA: 60, CheckInVia.CODE: 18, CheckInVia.LIST: 22}


@dataclass(frozen=True, slots=True)
class Thing:
    """What places are given out of: one date, with whom it belongs to and how many come (middle)."""

    subject: models.Model
    title: str
    place: Place
    unit: Unit
    owner: Staff
    starts_at: dt.datetime
    ends_at: dt.datetime
    crowd: int
    opens_at: dt.datetime
    over: bool
    called_off_at: dt.datetime | None


@dataclass(slots=True)
class Rows:
    """What is to be written."""

    buckets: list[Bucket] = field(default_factory=list)
    bookings: list[Booking] = field(default_factory=list)
    attendees: list[Attendee] = field(default_factory=list)
    codes: set[str] = field(default_factory=set)
    busy: set[tuple[uuid.UUID, dt.date]] = field(default_factory=set)  # one outing a household and day


@action
def load_bookings(
    *, making: Making, people: People, things: Sequence[Thing], by: Actor, at: dt.datetime
) -> dict[str, int]:
    """Open places of every thing and fill those that are over; counters equal the rows. Returns the counts."""
    chance = making.draw("bookings")
    rows = Rows()
    for thing in things:
        buckets = _buckets(thing, making, chance)
        rows.buckets += buckets
        for bucket in buckets:
            if thing.over or thing.called_off_at:
                _fill(bucket, thing, people, rows, chance)
            else:
                _fill_partly(bucket, people, rows, making, chance)
    _remember_family(rows, people, chance)
    Bucket.unscoped.bulk_create(rows.buckets, batch_size=BATCH)
    Booking.unscoped.bulk_create(rows.bookings, batch_size=BATCH)
    Attendee.unscoped.bulk_create(rows.attendees, batch_size=BATCH)
    counts = {
        "buckets": len(rows.buckets),
        "bookings": len(rows.bookings),
        "attendees": len(rows.attendees),
        "came": sum(one.came for one in rows.attendees),
    }
    bulk(code=Entry.BOOKED, by=by, at=at, model=Booking, place=making.county, counts=counts)
    return counts


def _buckets(thing: Thing, making: Making, chance: Chance) -> list[Bucket]:
    opens = max(thing.starts_at - dt.timedelta(days=14), thing.opens_at) if thing.over else thing.opens_at
    seats = max(6, round(thing.crowd * chance.uniform(1.0, 1.35)))
    elders = seats // 8 if chance.happens(0.4) else 0
    sizes = {Channel.ONLINE: seats - elders, Channel.ELDERS: elders}
    return [
        Bucket(
            id=chance.id(opens), county=making.county, place=thing.place, unit=thing.unit, owner=thing.owner,
            subject_type=thing.subject._meta.label_lower, subject_id=thing.subject.pk, channel=channel,
            title=thing.title, size=size, starts_at=thing.starts_at, ends_at=thing.ends_at, opens_at=opens,
            closes_at=None, per_household=3 if chance.happens(0.5) else None, party_limit=4,
            closed_at=thing.called_off_at,
        )
        for channel, size in sizes.items()
        if size
    ]  # fmt: skip


def _fill(bucket: Bucket, thing: Thing, people: People, rows: Rows, chance: Chance) -> None:
    """A date that is over, or was called off: who came, who stayed away, who had given the place back."""
    wanted = min(bucket.size, chance.about(bucket.size * 0.86, 0.2))
    until = thing.called_off_at or thing.starts_at - dt.timedelta(minutes=40)
    for members in _parties(bucket, people, rows, chance, wanted):
        booking = _booking(bucket, members, rows, _between(thing.opens_at, until, chance), chance)
        booking.state = State.CANCELLED if thing.called_off_at else chance.pick(ENDS)
        _end(booking, thing, until, chance)
        if booking.state != State.CANCELLED:
            bucket.taken += booking.party
        _attend(booking, members, rows, chance, came=booking.state == State.ATTENDED)


def _end(booking: Booking, thing: Thing, until: dt.datetime, chance: Chance) -> None:
    if booking.state == State.ATTENDED:
        booking.checked_in_at = thing.starts_at - dt.timedelta(minutes=chance.randrange(-10, 35))
        booking.checked_in_via, booking.checked_in_by = chance.pick(VIAS), thing.owner.name
    elif thing.called_off_at:
        booking.ended_because, booking.ended_by = EndReason.CALLED_OFF, thing.owner.name
        booking.ended_at = thing.called_off_at
    elif booking.state == State.CANCELLED:
        booking.ended_because, booking.ended_by = EndReason.RESIDENT, booking.contact
        later = last_awake(booking.booked_at + dt.timedelta(minutes=chance.randrange(20, 2400)), chance)
        booking.ended_at = min(max(later, booking.booked_at + dt.timedelta(minutes=5)), until)


def _between(first: dt.datetime, last: dt.datetime, chance: Chance) -> dt.datetime:
    """Some waking moment between two; what opened at night is taken the next morning."""
    moment = last_awake(first + max(last - first, dt.timedelta()) * chance.random(), chance)
    if moment < first:
        moment = min(next_awake(first, chance), max(first, last_awake(last, chance)))
    return moment


def _fill_partly(
    bucket: Bucket, people: People, rows: Rows, making: Making, chance: Chance
) -> None:  # fmt: skip
    """A date to come: confirmed places, most of them free still."""
    share = chance.pick({0.15: 3, 0.5: 4, 0.95: 3}) if bucket.channel == Channel.ONLINE else 0.3
    for members in _parties(bucket, people, rows, chance, round(bucket.size * share)):
        at = _between(bucket.opens_at or making.now, making.now, chance)
        booking = _booking(bucket, members, rows, at, chance)
        bucket.taken += booking.party
        _attend(booking, members, rows, chance, came=False)


def _parties(bucket: Bucket, people: People, rows: Rows, chance: Chance, wanted: int) -> list[list[Resident]]:
    """Parties of households of the neighbourhood that together want so many places."""
    assert bucket.starts_at is not None  # noqa: S101  every date of the demonstration has one
    day = day_of(bucket.starts_at)
    near = people.of_town.get(bucket.place_id[:9]) or range(len(people.households))
    found = []
    for _try in range(wanted * 4):
        if wanted <= 0:
            break
        home, members = people.households[chance.choice(near)]
        grown = [one for one in members if one.phone]
        if not grown or (home.pk, day) in rows.busy:
            continue
        party = [grown[0]] if chance.happens(0.45) else members
        elders = [one for one in members if one.birth_year and one.birth_year <= day.year - 60]
        if bucket.channel == Channel.ELDERS:
            party = elders
        limit = min(wanted, bucket.party_limit, bucket.per_household or 9)
        party = party[:limit]
        if party:
            rows.busy.add((home.pk, day))
            found.append(party)
            wanted -= len(party)
    return found


def _booking(
    bucket: Bucket, party: list[Resident], rows: Rows, at: dt.datetime, chance: Chance, *, holder: Resident | None = None
) -> Booking:  # fmt: skip
    helped = holder is None and chance.happens(0.08)
    holder = holder or next((one for one in party if one.phone), party[0])
    helped = helped or not holder.phone
    booking = Booking(
        id=chance.id(at), county=bucket.county, bucket=bucket, place_id=bucket.place_id, resident=holder,
        household_id=holder.household_id, contact=holder.name, party=len(party), state=State.CONFIRMED,
        key=f"{chance.getrandbits(128):032x}", code=_code(rows, chance), booked_at=at, booked_by=holder.name,
        booked_by_kind=ActorKind.RESIDENT,
    )  # fmt: skip
    if helped and bucket.owner is not None:
        booking.booked_by, booking.booked_by_kind = bucket.owner.name, ActorKind.STAFF
        booking.booked_for = holder.name
    rows.bookings.append(booking)
    return booking


def _code(rows: Rows, chance: Chance) -> str:
    while True:
        body = "".join(chance.choices(codes.ALPHABET, k=codes.LENGTH - 1))
        code = body + codes.check_symbol(body)
        if code not in rows.codes:
            rows.codes.add(code)
            return code


def _attend(booking: Booking, party: list[Resident], rows: Rows, chance: Chance, *, came: bool) -> None:
    day = day_of(booking.bucket.starts_at)  # type: ignore[arg-type]
    for position, one in enumerate(party):
        rows.attendees.append(
            Attendee(
                id=chance.id(booking.booked_at),
                county=booking.county,
                booking=booking,
                place_id=booking.place_id,
                resident=one,
                household_id=one.household_id,
                name=one.name,
                group=one.age_group(day),
                came=came and (position == 0 or chance.happens(0.93)),
            )
        )


def _remember_family(rows: Rows, people: People, chance: Chance) -> None:
    """The household that the demonstration shows was out lately: once with the child, once the elder alone."""
    home, (holder, _other, child, elder) = people.households[0]
    parties = [[holder, child], [elder]]
    owned = {one.bucket_id: one for one in rows.bookings if one.state == State.ATTENDED}
    for bucket in sorted(rows.buckets, key=lambda one: (one.starts_at, one.pk), reverse=True):
        like = owned.get(bucket.pk)
        if not parties or like is None or bucket.left < len(parties[0]) or bucket.channel != Channel.ONLINE:
            continue
        day = day_of(bucket.starts_at)  # type: ignore[arg-type]
        if (home.pk, day) in rows.busy:
            continue
        rows.busy.add((home.pk, day))
        party = parties.pop(0)
        booking = _booking(bucket, party, rows, like.booked_at, chance, holder=holder)
        booking.state, booking.checked_in_at = State.ATTENDED, like.checked_in_at
        booking.checked_in_via, booking.checked_in_by = CheckInVia.CAMERA, like.checked_in_by
        bucket.taken += booking.party
        _attend(booking, party, rows, chance, came=True)


def live_bookings(*, making: Making, people: People, number: int) -> dict[str, int]:
    """Residents of today book by the ledger itself: nearest dates fill up, a line forms, somebody cancels.

    Then the household that the demonstration shows takes a ticket for parent and child, one for its elder, and stands
    in line for a third. Returns how many bookings ended in which state.
    """
    with as_it_happened():
        made = _take_turns(making, people, number)
        family = _family_ahead(making, people)
    return {**made, "family": sum(family.values()), **{f"family_{state}": n for state, n in family.items()}}


def _take_turns(making: Making, people: People, number: int) -> dict[str, int]:
    chance = making.draw("today")
    soon = making.now + dt.timedelta(hours=30)
    open_now = Bucket.unscoped.filter(county=making.county, starts_at__gt=soon, closed_at=None, channel=Channel.ONLINE)
    buckets = sorted(open_now.order_by("starts_at", "pk")[:8], key=lambda one: one.left)
    made: dict[str, int] = {}
    at = last_awake(making.now - dt.timedelta(seconds=10 * MOST_TURNS), chance)
    for turn in range(MOST_TURNS):
        if not buckets or (turn >= number and made.get(State.WAITING, 0) >= LINE):
            break
        bucket = Bucket.unscoped.get(county=making.county, pk=buckets[turn % len(buckets) if turn % 2 else 0].pk)
        _home, members = people.households[chance.randrange(1, len(people.households))]
        holder = next((one for one in members if one.phone), None)
        if holder is None:
            continue
        by = Actor(kind=ActorKind.RESIDENT, id=holder.pk, name=holder.name)
        at += dt.timedelta(seconds=9)
        try:
            booking = actions.book(
                bucket=bucket, resident=holder, members=members[: chance.choice((1, 1, 2))], by=by, at=at,
                key=f"{chance.getrandbits(128):032x}",
            )  # fmt: skip
        except BookingRefused:
            continue  # already there, or elsewhere at that time: as it happens to people
        if booking.state == State.CONFIRMED and chance.happens(0.06):
            booking = actions.cancel(booking=booking, by=by, at=at + dt.timedelta(seconds=20))
        made[booking.state] = made.get(booking.state, 0) + 1
    return made


def _fill_up(making: Making, people: People, bucket: Bucket, at: dt.datetime) -> None:
    """Others take what is left, so that there is a line to stand in whatever the day."""
    chance = making.draw("fill")
    for _home, members in people.households[1:]:
        now = Bucket.unscoped.get(county=making.county, pk=bucket.pk)
        holder = next((one for one in members if one.phone), None)
        if now.left <= 1:
            return
        if holder is None:
            continue
        by = Actor(kind=ActorKind.RESIDENT, id=holder.pk, name=holder.name)
        with contextlib.suppress(BookingRefused):
            actions.book(
                bucket=now, resident=holder, members=members[: min(2, now.left)], by=by, at=at,
                key=f"{chance.getrandbits(128):032x}",
            )  # fmt: skip


def _family_ahead(making: Making, people: People) -> dict[str, int]:
    chance = making.draw("family")
    _home, (holder, _other, child, elder) = people.households[0]
    by = Actor(kind=ActorKind.RESIDENT, id=holder.pk, name=holder.name)
    at = last_awake(making.now - dt.timedelta(minutes=15), chance)
    soon = making.now + dt.timedelta(hours=30)
    rows = Bucket.unscoped.filter(county=making.county, starts_at__gt=soon, closed_at=None, channel=Channel.ONLINE)
    buckets = list(rows.order_by("starts_at", "pk"))
    if buckets and all(one.left > 1 for one in buckets):
        least = min(buckets, key=lambda one: (one.left, one.starts_at, one.pk))
        _fill_up(making, people, least, at - dt.timedelta(minutes=5))
        buckets = list(rows.order_by("starts_at", "pk"))
    full = [(one, [holder, child][: one.left + 1]) for one in buckets if one.left <= 1]
    free = [one for one in buckets if one.left > 1]
    wishes = [full, [(one, [holder, child]) for one in free], [(one, [elder]) for one in free]]
    made: dict[str, int] = {}
    used: set[uuid.UUID] = set()
    for choice in wishes:
        for bucket, members in [one for one in choice if one[0].pk not in used]:
            try:
                booking = actions.book(
                    bucket=bucket, resident=holder, members=members, by=by, at=at, key=f"{chance.getrandbits(128):032x}"
                )
            except BookingRefused:
                continue
            used.add(bucket.pk)
            made[booking.state] = made.get(booking.state, 0) + 1
            break
    return made
