"""Giving places out and taking them back: book, walk in, cancel."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor, ActorKind
from qunwen.base.journal.recording import action, nothing_changed, record
from qunwen.base.measures.touching import touch
from qunwen.base.people.models import Resident
from qunwen.base.scope import asking, fixed
from qunwen.base.scope.clock import day_of
from qunwen.services.bookings import codes, wording
from qunwen.services.bookings.access import Permission
from qunwen.services.bookings.enums import CANCELLABLE, CheckInVia, EndReason, Entry, State
from qunwen.services.bookings.errors import Full, KeyUsed, NotCancellable, PartyTooLarge
from qunwen.services.bookings.models import Attendee, Booking, Bucket
from qunwen.services.bookings.party import Guest, guests

from . import ledger, line, rules, seats
from .telling import tell

WALK_IN_LIMIT = 50
KEY_LENGTH = 80
LATE = "z"  # behind every number that was drawn: those are hexadecimal


@action
def book(
    *,
    bucket: Bucket,
    resident: Resident | None,
    members: Sequence[Resident | Guest],
    key: str,
    by: Actor,
    at: dt.datetime,
    wait: bool = True,
    contact: str = "",
    override: str = "",
    seats: Sequence[uuid.UUID] = (),
) -> Booking:
    """Give a party places together, or stand it in line; the state of the result says which.

    `resident` holds the booking and hears of it (None: a name at the counter, staff only); `members` are those who
    come, the holder only if named. `key` makes a retry return the first answer. `wait=False` rather
    refuses than queues. `override` (a reason, staff with that permission) gives places beyond size, window
    and rules; the size grows on the same row. `seats`: ids of the numbered seats, one a person (none: the
    best ones that lie together).
    Raises BookingRefused in its kinds, Forbidden.
    """
    wish = Wish(wait=wait, contact=contact, override=override, seats=tuple(seats))
    return enter(bucket=bucket, resident=resident, members=members, key=key, by=by, at=at, wish=wish)


@dataclass(frozen=True, slots=True)
class Wish:
    """How a party wants its places. `until`: only held till then, and not sold yet."""

    wait: bool = True
    contact: str = ""
    override: str = ""
    seats: tuple[uuid.UUID, ...] = ()
    until: dt.datetime | None = None


def enter(
    *, bucket: Bucket, resident: Resident | None, members: Sequence[Resident | Guest], key: str, by: Actor,
    at: dt.datetime, wish: Wish,
) -> Booking:  # fmt: skip
    """The one way in, for booking and holding alike. Runs inside an action; raises as `book` does."""
    people = guests(members, day_of(bucket.starts_at or at))
    rules.require_for(bucket, resident.pk if resident else None, by)
    rules.require_members(people)
    if wish.override:
        asking.require(Permission.OVERRIDE, on=bucket)
    homes = rules.households_of(people) | ({resident.household_id} if resident else set())
    if homes:
        ledger.lock_households(bucket.county, homes)
    else:
        bucket = ledger.lock_bucket(bucket.county, bucket.pk)
    first, code = _earlier(bucket, key, resident)
    if first is not None:
        nothing_changed("replayed")
        return first
    if not wish.override:
        rules.check_window(bucket, at)
        rules.check_party(bucket, people)
        rules.check_people(bucket, people, at)
        rules.check_kept(bucket, people, day_of(at))
        rules.check_restraint(resident, at)
    elif not people:
        raise PartyTooLarge(_("请至少填写一位参加的人。"))
    state, bucket, beyond = _place_or_line(bucket, len(people), at, wish)
    booking = drafted(bucket, resident, people, state, key=key, code=code, by=by, at=at)
    booking.contact = wish.contact or booking.contact
    booking.override_reason, booking.beyond = wish.override, beyond
    booking.offer_until = wish.until if state == State.HELD else None
    _insert(booking, people)
    if bucket.is_numbered and state != State.WAITING:
        _seat(booking, bucket, wish, people, at)
    if state == State.HELD:
        line.note_next_lapse(bucket)
    _say_booked(booking, bucket, by, at)
    return booking


def drafted(
    bucket: Bucket, holder: Resident | None, people: Sequence[Guest], state: State, *, key: str, code: str, by: Actor,
    at: dt.datetime,
) -> Booking:  # fmt: skip
    """The row of a party's booking as it enters the ledger; not written yet."""
    waits = state == State.WAITING
    return Booking(
        county=bucket.county,
        bucket=bucket,
        place_id=bucket.place_id,
        resident=holder,
        household_id=holder.household_id if holder else None,
        contact=holder.name if holder else people[0].name,
        party=len(people),
        state=state,
        key=key,
        code=code,
        booked_at=at,
        booked_by=by.name,
        booked_by_kind=by.kind,
        booked_for=by.for_name,
        queued_at=at if waits else None,
        lot=LATE if waits and bucket.line_hash else "",
    )


def _seat(booking: Booking, bucket: Bucket, wish: Wish, people: Sequence[Guest], at: dt.datetime) -> None:
    """Give the seats asked for, or the best that lie together; a chair put in beside the plan has no number."""
    if wish.seats:
        found = seats.asked_for(bucket, wish.seats, booking.party, at, serves=rules.needs_protected(people, day_of(at)))
    else:
        found = seats.best(bucket, booking.party, at)
    if len(found) < booking.party and not wish.override:
        raise Full(_("只剩轮椅席和陪同席了，需要的请打电话或到现场登记。"))
    seats.take(booking, bucket, found, at=at)


def _earlier(bucket: Bucket, key: str, resident: Resident | None) -> tuple[Booking | None, str]:
    """The booking this key made before, if any; else a code that nobody in the county has."""
    if not key or len(key) > KEY_LENGTH:
        raise KeyUsed(_("页面已过期，请刷新后再报名。"))
    while True:
        code = codes.fresh()
        found = fixed.rows(_with_key_or_code, county=bucket.county, key=key, code=code)
        if not found:
            return None, code
        for pk, used in found:
            if used == key:
                booking = Booking.unscoped.select_related("bucket").get(county=bucket.county, pk=pk)
                demand_same(booking, bucket, resident)
                return booking, booking.code


def demand_same(booking: Booking, bucket: Bucket, holder: Resident | None) -> None:
    """Raise KeyUsed unless this booking is what the key's page asked for."""
    if booking.bucket_id != bucket.pk or booking.resident_id != (holder.pk if holder else None):
        raise KeyUsed(_("这一页已经用来报过别的名了，请刷新后再报名。"))


def _with_key_or_code(county: str, key: str, code: str) -> QuerySet[Booking, tuple[uuid.UUID, str]]:
    rows = Booking.unscoped.filter(county=county).filter(Q(key=key) | Q(code=code))
    return rows.order_by().values_list("pk", "key")


def _place_or_line(bucket: Bucket, number: int, at: dt.datetime, wish: Wish) -> tuple[State, Bucket, int]:
    """Take the places or decide for the line. Returns the bucket as last read, and how many were added for it.

    Raises Full, NotOpen.
    """
    given = State.HELD if wish.until is not None else State.CONFIRMED
    if wish.override:
        if bucket.is_numbered:
            bucket = ledger.lock_bucket(bucket.county, bucket.pk)
        return given, bucket, ledger.take_beyond(bucket, number)
    careful = bucket.is_numbered or line.awaits_draw(bucket) or wish.until is not None
    if not careful and bucket.next_lapse is not None and bucket.next_lapse <= at:
        bucket = ledger.lock_bucket(bucket.county, bucket.pk)
        line.settle(bucket, at)
    if not careful and bucket.left >= number and ledger.take(bucket, number):
        return given, bucket, 0
    # Full, or closed a moment ago: look again with the row locked, so that a place freed meanwhile
    # is neither missed nor left lying beside somebody who waits.
    bucket = ledger.lock_bucket(bucket.county, bucket.pk)
    rules.check_window(bucket, at)
    line.settle(bucket, at)
    if not (line.awaits_draw(bucket) and line.is_waited_for(bucket)):
        room = bucket.left if wish.seats else seats.room_of(bucket, at)
        if room >= number and ledger.take(bucket, number):
            bucket.taken += number
            return given, bucket, 0
    if wish.wait and bucket.waiting_list:
        return State.WAITING, bucket, 0
    raise Full(full_words(bucket, number))


def full_words(bucket: Bucket, number: int) -> str:
    """Why there is nothing for so many people, and what they may do."""
    if bucket.left > 0:
        return _("%(what)s只剩 %(left)s 个名额，不够 %(n)s 人一起。可以减少人数再试。") % {
            "what": wording.named(bucket),
            "left": bucket.left,
            "n": number,
        }
    return _("%(what)s刚刚满员。可以看看其他场次，或过一会儿再来看有没有人退出。") % {"what": wording.named(bucket)}


def _insert(booking: Booking, people: Sequence[Guest], *, came: bool = False) -> None:
    fixed.insert(booking)
    enter_people(booking, people, came=came)


def enter_people(booking: Booking, people: Sequence[Guest], *, came: bool = False) -> None:
    """Write who comes."""
    for guest in people:
        fixed.insert(attendee(booking, guest, came=came))


def attendee(booking: Booking, guest: Guest, *, came: bool = False) -> Attendee:
    """The row of one who comes; not written yet."""
    return Attendee(
        county=booking.county,
        booking=booking,
        place_id=booking.place_id,
        resident=guest.resident,
        household_id=guest.resident.household_id if guest.resident else None,
        name=guest.name,
        group=guest.group,
        came=came,
    )


def _say_booked(booking: Booking, bucket: Bucket, by: Actor, at: dt.datetime) -> None:
    waiting, held = booking.state == State.WAITING, booking.state == State.HELD
    code = Entry.QUEUED if waiting else Entry.OVERRIDDEN if booking.override_reason else Entry.BOOKED
    if held:
        code = Entry.HELD
    after = journalled(booking)
    if booking.override_reason:
        after["reason"] = booking.override_reason
    record(code=code, by=by, at=at, subject=booking, place=bucket.place_id, after=after)
    if not waiting and not held:
        tell(booking, "confirmed", wording.confirmed(booking, bucket), at=at)


def journalled(booking: Booking) -> dict[str, object]:
    """What the journal says of a party that entered."""
    return {"state": booking.state, "party": booking.party, "bucket": booking.bucket_id, "code": booking.code}


@action
def walk_in(*, bucket: Bucket, people: Sequence[Resident | Guest], key: str, by: Actor, at: dt.datetime) -> Booking:
    """Enter people who came without booking; they take places of the bucket and count as attended.

    Names may be empty. Raises Full, PartyTooLarge, KeyUsed, Forbidden.
    """
    asking.require(Permission.CHECK_IN, on=bucket)
    who = guests(people, day_of(bucket.starts_at or at))
    if not 1 <= len(who) <= WALK_IN_LIMIT:
        raise PartyTooLarge(_("一次登记 1 到 %(limit)s 人。") % {"limit": WALK_IN_LIMIT})
    ledger.lock_households(bucket.county, rules.households_of(who))
    bucket = ledger.lock_bucket(bucket.county, bucket.pk)
    first, code = _earlier(bucket, key, None)
    if first is not None:
        nothing_changed("replayed")
        return first
    line.settle(bucket, at)
    if not bucket.has_begun(at) and line.awaits_draw(bucket) and line.is_waited_for(bucket):
        raise Full(full_words(bucket, len(who)))
    if seats.room_of(bucket, at) < len(who) or not ledger.take(bucket, len(who)):
        raise Full(full_words(bucket, len(who)))
    booking = Booking(
        county=bucket.county,
        bucket=bucket,
        place_id=bucket.place_id,
        contact=who[0].name,
        party=len(who),
        state=State.ATTENDED,
        key=key,
        code=code,
        booked_at=at,
        booked_by=by.name,
        booked_by_kind=by.kind,
        checked_in_at=at,
        checked_in_via=CheckInVia.WALK_IN,
        checked_in_by=by.name,
    )
    _insert(booking, who, came=True)
    if bucket.is_numbered:
        seats.take(booking, bucket, seats.best(bucket, booking.party, at), at=at)
    record(
        code=Entry.WALKED_IN, by=by, at=at, subject=booking, place=bucket.place_id,
        after={"party": booking.party, "bucket": bucket.pk},
    )  # fmt: skip
    touch(county=bucket.county, day=day_of(bucket.starts_at or at), feed="bookings.booking")
    return booking


@action
def cancel(*, booking: Booking, by: Actor, at: dt.datetime, reason: str = "") -> Booking:
    """Give the places back; the next in line hears of it at once. Cancelling twice changes nothing.

    Residents may until it begins, staff as long as nobody was checked in; `reason` is what staff say of it, to the
    resident and in the journal. Raises NotCancellable, Forbidden.
    """
    rules.require_for(booking.bucket, booking.resident_id, by)
    bucket, booking = ledger.lock_booking(booking)
    if booking.state == State.CANCELLED:
        nothing_changed("replayed")
        return booking
    if booking.state not in CANCELLABLE:
        raise NotCancellable(_("这条报名现在是“%(state)s”，不能再取消。") % {"state": booking.get_state_display()})
    if bucket.has_begun(at) and by.kind == ActorKind.RESIDENT:
        raise NotCancellable(_("%(what)s已经开始，不能再取消。") % {"what": wording.named(bucket)})
    because = EndReason.RESIDENT if by.kind == ActorKind.RESIDENT else EndReason.STAFF
    withdraw(booking, bucket, because, by, at, reason=reason)
    tell(booking, "cancelled", wording.cancelled(bucket, reason), at=at)
    line.settle(bucket, at)
    return booking


def shrink(booking: Booking, bucket: Bucket, number: int) -> None:
    """So many of a party do not come: free their places, the rest stays. The caller holds the bucket's lock."""
    beyond = min(booking.beyond, number)
    if booking.state != State.WAITING:
        ledger.give_back(bucket, number, beyond=beyond)
    line.change(booking, party=booking.party - number, beyond=booking.beyond - beyond)
    if bucket.is_numbered:
        seats.free(booking, number)


def withdraw(
    booking: Booking, bucket: Bucket, because: EndReason, by: Actor, at: dt.datetime, *, reason: str = ""
) -> None:
    """End a live booking and free what it held. The caller holds the bucket's lock and settles the line."""
    before, booking.bucket = booking.state, bucket
    if before != State.WAITING:
        ledger.give_back(bucket, booking.party, beyond=booking.beyond)
    line.end(booking, State.CANCELLED, because, by, at, note=reason)
    record(
        code=Entry.CANCELLED, by=by, at=at, subject=booking, place=bucket.place_id,
        before={"state": before}, after={"state": State.CANCELLED, "because": because, **({"reason": reason} if reason else {})},
    )  # fmt: skip
