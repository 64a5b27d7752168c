"""At the door: checking in, undoing it, who stayed away."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection

from django.utils.translation import gettext as _

from qunwen.base.journal.actors import SYSTEM, Actor
from qunwen.base.journal.recording import action, nothing_changed, record
from qunwen.base.measures.touching import touch
from qunwen.base.scope import asking
from qunwen.base.scope.clock import day_of
from qunwen.services.bookings import wording
from qunwen.services.bookings.access import Permission
from qunwen.services.bookings.enums import CHECKABLE, CheckInVia, EndReason, Entry, State
from qunwen.services.bookings.errors import CannotCheckIn
from qunwen.services.bookings.models import Attendee, Booking, Bucket

from . import ledger, line, misses, rules

EARLIEST = dt.timedelta(hours=12)  # the door list of an evening is worked on in the morning, not the day before


@action
def check_in(
    *, booking: Booking, via: str, by: Actor, at: dt.datetime, came: Collection[uuid.UUID] | None = None
) -> Booking:
    """Note that a party arrived; a second scan changes nothing and gives the same booking.

    `came`: ids of the attendees who are there (default all). Naming others later adds them.
    Raises CannotCheckIn with what to do, Forbidden.
    """
    asking.require(Permission.CHECK_IN, on=booking.bucket)
    bucket, booking = ledger.lock_booking(booking)
    if booking.state == State.ATTENDED and not came:
        nothing_changed("replayed")
        return booking
    if booking.state != State.ATTENDED:
        _demand_checkable(booking, bucket, at)
    people = Attendee.unscoped.filter(county=booking.county, booking=booking)
    arrived = (people.filter(pk__in=came) if came is not None else people).filter(came=False).update(came=True)
    if booking.state == State.ATTENDED:
        if not arrived:
            nothing_changed("replayed")
            return booking
    elif not arrived:
        raise CannotCheckIn(_("请至少勾选一位到场的人。"))
    before = booking.state
    if before == State.ABSENT:
        misses.forgive(booking.county, booking.resident_id, at)
    if before != State.ATTENDED:
        line.change(
            booking, state=State.ATTENDED, checked_in_at=at, checked_in_via=CheckInVia(via), checked_in_by=by.name
        )
    record(
        code=Entry.CHECKED_IN, by=by, at=at, subject=booking, place=bucket.place_id,
        before={"state": before}, after={"state": State.ATTENDED, "came": arrived, "via": via},
    )  # fmt: skip
    touch(county=bucket.county, day=day_of(bucket.starts_at or at), feed="bookings.booking")
    return booking


def _demand_checkable(booking: Booking, bucket: Bucket, at: dt.datetime) -> None:
    if booking.state == State.OFFERED:
        raise CannotCheckIn(_("这个候补名额还没有确认。请先点“确认名额”，再签到。"))
    if booking.state == State.WAITING:
        raise CannotCheckIn(_("还在候补，没有名额。现场有空座时可以用“现场登记”。"))
    if booking.state not in CHECKABLE:
        raise CannotCheckIn(
            _("这张票已失效：%(state)s（%(when)s）。现场有空座时可以用“现场登记”。")
            % {"state": booking.get_state_display(), "when": wording.when(booking.ended_at)}
        )
    if bucket.starts_at is not None and at < bucket.starts_at - EARLIEST:
        raise CannotCheckIn(_("还没到日子：%(what)s。") % {"what": wording.named(bucket)})


@action
def undo_check_in(*, booking: Booking, by: Actor, at: dt.datetime) -> Booking:
    """Take a mistaken check-in back; a walk-in ends and its places are free again.

    Raises CannotCheckIn when nobody was checked in, Forbidden.
    """
    asking.require(Permission.CHECK_IN, on=booking.bucket)
    bucket, booking = ledger.lock_booking(booking)
    if booking.state == State.CONFIRMED:
        nothing_changed("replayed")
        return booking
    if booking.state != State.ATTENDED:
        raise CannotCheckIn(_("这条报名没有签到，不用撤销。"))
    walked_in = booking.checked_in_via == CheckInVia.WALK_IN
    Attendee.unscoped.filter(county=booking.county, booking=booking).update(came=False)
    line.change(booking, checked_in_at=None, checked_in_via="", checked_in_by="")
    if walked_in:
        ledger.give_back(bucket, booking.party, beyond=booking.beyond)
        line.end(booking, State.CANCELLED, EndReason.UNDONE, by, at)
    else:
        line.change(booking, state=State.CONFIRMED)
    record(
        code=Entry.CHECK_IN_UNDONE, by=by, at=at, subject=booking, place=bucket.place_id,
        before={"state": State.ATTENDED}, after={"state": booking.state},
    )  # fmt: skip
    touch(county=bucket.county, day=day_of(bucket.starts_at or at), feed="bookings.booking")
    line.settle(bucket, at)
    return booking


@action
def mark_absent(*, bucket: Bucket, by: Actor, at: dt.datetime) -> int:
    """After the end: who was not checked in stayed away, who still waited waits no longer.

    Returns how many parties stayed away. Raises CannotCheckIn before the end, Forbidden.
    """
    asking.require(Permission.CHECK_IN, on=bucket)
    expected = Booking.unscoped.filter(county=bucket.county, bucket=bucket, state=State.CONFIRMED)
    homes = expected.exclude(resident=None).values_list("resident__household_id", flat=True)
    ledger.lock_households(bucket.county, [home for home in homes if home is not None])
    bucket = ledger.lock_bucket(bucket.county, bucket.pk)
    over = bucket.ends_at or bucket.starts_at
    if over is None or at < over:
        raise CannotCheckIn(_("活动结束后才能登记未到场。"))
    line.settle(bucket, at)
    rows = Booking.unscoped.filter(county=bucket.county, bucket=bucket)
    waited = rows.filter(state=State.WAITING).update(
        state=State.EXPIRED, ended_because=EndReason.OVER, ended_by=SYSTEM.name, ended_at=at
    )
    missing = list(rows.filter(state=State.CONFIRMED).exclude(resident=None).values_list("resident_id", flat=True))
    absent = rows.filter(state=State.CONFIRMED).update(state=State.ABSENT)
    if bucket.starts_at is not None:
        misses.judge(bucket.county, [one for one in missing if one is not None], at)
    if not absent and not waited:
        nothing_changed("everybody came")
        return 0
    record(
        code=Entry.ABSENT_MARKED, by=by, at=at, subject=bucket, place=bucket.place_id,
        after={"absent": absent, "waited_in_vain": waited},
    )  # fmt: skip
    touch(county=bucket.county, day=day_of(bucket.starts_at or at), feed="bookings.booking")
    return absent


@action
def reissue_ticket(*, booking: Booking, by: Actor, at: dt.datetime) -> Booking:
    """Make every ticket shown or printed before invalid (lost, passed on) and the next one valid.

    Raises CannotCheckIn unless the places are confirmed, Forbidden.
    """
    rules.require_for(booking.bucket, booking.resident_id, by)
    bucket, booking = ledger.lock_booking(booking)
    if booking.state != State.CONFIRMED:
        raise CannotCheckIn(_("只有已报名、还没签到的才能换发电子票。"))
    line.change(booking, ticket_serial=booking.ticket_serial + 1)
    record(
        code=Entry.REISSUED, by=by, at=at, subject=booking, place=bucket.place_id,
        after={"ticket_serial": booking.ticket_serial},
    )  # fmt: skip
    return booking
