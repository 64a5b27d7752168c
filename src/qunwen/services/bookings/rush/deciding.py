"""Deciding what stands in the queue: in the order of the numbers, many in one transaction.

What one order after the other would get from `actions.book` at the moment it was asked for is what each gets here;
tests/bookings/test_rush_same.py compares the two. What is plain (no numbered seats, nothing kept for a group, no draw,
no restraint) is judged in memory over rows read once for all, and written by one statement a table. The rest goes
through `actions.book` itself, at its turn.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from qunwen.base.journal.actors import SYSTEM, Actor, ActorKind
from qunwen.base.journal.recording import action, nothing_changed
from qunwen.base.people.models import Resident
from qunwen.base.scope import context
from qunwen.services.bookings import wording
from qunwen.services.bookings.actions import giving, rules
from qunwen.services.bookings.enums import TAKES_PLACES, LineOrder, Mark, State, Verdict
from qunwen.services.bookings.errors import Full
from qunwen.services.bookings.models import Booking, Bucket, RushAnswer, RushMark, RushOrder
from qunwen.services.bookings.party import Guest

from . import reading, taking, writing

logger = logging.getLogger(__name__)
BATCH = 128


class Busy(Exception):
    """Somebody else is deciding this county's queue just now."""


def decide_next(county: str, at: dt.datetime, limit: int = BATCH) -> list[RushAnswer]:
    """Decide the next orders of a county, at most `limit`; those decided, none when nobody waits.

    An order that cannot be decided for a fault of ours is tried alone, and then answered with an apology: it
    holds nobody up. Raises Busy, and OperationalError while the database is away.
    """
    with context.everything(reason="the queue of a county is decided"):
        try:
            return decide(county=county, limit=limit, by=SYSTEM, at=at)
        except (OperationalError, InterfaceError, Busy):
            raise
        except Exception:
            logger.exception("排队报名成批处理失败，改为逐个处理：%s", county)
        try:
            return decide(county=county, limit=1, by=SYSTEM, at=at)
        except (OperationalError, InterfaceError, Busy):
            raise
        except Exception:
            logger.exception("一个排队报名处理失败：%s", county)
            return decide(county=county, limit=1, by=SYSTEM, at=at, give_up=True)


@action
def decide(*, county: str, limit: int, by: Actor, at: dt.datetime, give_up: bool = False) -> list[RushAnswer]:
    """One batch, in one transaction: marks, bookings, answers. `give_up`: the answer is that it did not work.

    Locks: the county's mark of decided numbers, all households in the order of ids, all buckets in the order of ids.
    Raises Busy.
    """
    del by  # each booking names its resident
    nothing_changed("nobody waits, or all were refused")
    begun = _turn(county)
    rows = RushOrder.unscoped.filter(county=county, number__gt=begun).order_by("number")
    orders = list(rows[:limit])
    if not orders:
        return []
    answers = [_apology(order) for order in orders] if give_up else Batch(county, orders).decide()
    for answer in answers:
        answer.decided_at = at
    RushAnswer.unscoped.bulk_create(answers)
    taking.move_mark(county, Mark.DECIDED, orders[-1].number, at)
    return answers


def _apology(order: RushOrder) -> RushAnswer:
    with translation.override(order.language):
        words = _("系统没能处理这次报名，名额没有占用。请回到活动页面再报一次，或打电话报名。")
    return _answer(order, Verdict.REFUSED, kind="failed", words=words)


def _answer(
    order: RushOrder, verdict: Verdict, *, words: str, kind: str = "", booking: Booking | None = None
) -> RushAnswer:
    return RushAnswer(
        county=order.county, number=order.number, place=order.place, resident_id=order.resident_id, verdict=verdict,
        kind=kind[:24], words=words, booking_id=None if booking is None else booking.pk,
    )  # fmt: skip


def _refused(order: RushOrder, refusal: Exception) -> RushAnswer:
    """The answer that a refusal of the ledger is."""
    if isinstance(refusal, ValidationError):
        kind, words = getattr(refusal, "kind", "refused"), "".join(refusal.messages)
    else:
        kind, words = "forbidden", str(refusal)
    return _answer(order, Verdict.REFUSED, kind=kind, words=words)


def _given(order: RushOrder, booking: Booking, bucket: Bucket) -> RushAnswer:
    """The answer that a booking is: confirmed with its code, in line, or over by now."""
    if booking.state == State.WAITING:
        words = _("%(what)s已经满员，您已排上候补。有名额时我们会按手机号通知您。") % {"what": wording.named(bucket)}
        return _answer(order, Verdict.WAITING, words=words, booking=booking)
    if booking.state in TAKES_PLACES:
        words = str(wording.confirmed(booking, bucket))
        return _answer(order, Verdict.CONFIRMED, words=words, booking=booking)
    words = _("这条报名现在是“%(state)s”。需要的话可以重新报名。") % {"state": booking.get_state_display()}
    return _answer(order, Verdict.REFUSED, kind="over", words=words)


def _turn(county: str) -> int:
    """The last number decided; nobody else decides until the transaction ends. Raises Busy."""
    rows = RushMark.unscoped.filter(county=county, what=Mark.DECIDED)
    skips = connection.features.has_select_for_update_skip_locked
    mark = rows.select_for_update(no_key=True, skip_locked=skips).first()
    if mark is None:
        if rows.exists():
            raise Busy(county)
        return 0  # no number was ever given
    return mark.number


@dataclass
class Batch:
    """Orders of one county in the order of their numbers."""

    county: str
    orders: Sequence[RushOrder]
    known: reading.Known = field(init=False)

    def decide(self) -> list[RushAnswer]:
        """The answer of every order, in their order. The plain ones are written together until one comes that is not."""
        self.known = reading.read(self.county, self.orders)
        answers: list[RushAnswer] = []
        plain: list[RushOrder] = []
        for order in self.orders:
            if self._is_plain(order):
                plain.append(order)
                continue
            answers += self._plainly(plain)
            answers.append(self._by_the_book(order))
            plain = []
        return answers + self._plainly(plain)

    def _is_plain(self, order: RushOrder) -> bool:
        bucket = self.known.buckets.get(order.bucket_id)
        if bucket is None:
            return True
        lapses = bucket.next_lapse is not None and bucket.next_lapse <= order.asked_at
        careful = bucket.is_numbered or bucket.kept_for or bucket.line_order != LineOrder.ORDER or lapses
        return not careful and order.resident_id not in self.known.restrained

    def _plainly(self, orders: Sequence[RushOrder]) -> list[RushAnswer]:
        if not orders:
            return []
        kept = self.known.position()
        drafts: list[writing.Draft] = []
        try:
            with transaction.atomic():
                answers = [self._judge(order, drafts) for order in orders]
                writing.write_bookings(drafts)
        except (ValidationError, PermissionDenied) as refusal:
            # Another area refused one of them when it heard of it: then each is asked for by itself.
            logger.info("逐个处理 %s 个排队报名：%s", len(orders), refusal)
            self.known.back_to(kept)
            return [self._by_the_book(order) for order in orders]
        return answers

    def _judge(self, order: RushOrder, drafts: list[writing.Draft]) -> RushAnswer:
        """The same steps as `giving.enter`, over what is known."""
        known, at = self.known, order.asked_at
        with translation.override(order.language):
            try:
                bucket, holder, people = known.party_of(order)
                first = known.keys.get(order.key)
                if first is not None:
                    giving.demand_same(first, bucket, holder)
                    return _given(order, first, bucket)
                rules.check_window(bucket, at)
                rules.check_party(bucket, people)
                rules.judge_people(bucket, people, known.held_by(people, at))
                state = self._place_or_line(bucket, people)
            except (ValidationError, PermissionDenied) as refusal:
                return _refused(order, refusal)
            by = actor_of(holder)
            booking = giving.drafted(
                bucket, holder, people, state, key=order.key, code=known.fresh_code(), by=by, at=at
            )
            known.enter(booking, people)
            drafts.append(writing.Draft(booking, people, by))
            return _given(order, booking, bucket)

    @staticmethod
    def _place_or_line(bucket: Bucket, people: Sequence[Guest]) -> State:
        """The bucket is locked, so what it says is true; what is taken is written with the bookings."""
        if bucket.left >= len(people):
            bucket.taken += len(people)
            return State.CONFIRMED
        if bucket.waiting_list:
            return State.WAITING
        raise Full(giving.full_words(bucket, len(people)))

    def _by_the_book(self, order: RushOrder) -> RushAnswer:
        """One order through `actions.book`, in the scope of its resident."""
        known = self.known
        with translation.override(order.language):
            try:
                bucket, holder, people = known.party_of(order)
                scope = context.resident(frozenset(known.family(holder, order.asked_at)), county=self.county)
                with context.opened(scope):
                    booking = giving.book(
                        bucket=bucket, resident=holder, members=people, key=order.key, by=actor_of(holder),
                        at=order.asked_at,
                    )  # fmt: skip
            except (ValidationError, PermissionDenied) as refusal:
                return _refused(order, refusal)
            known.look_again(bucket)
            if order.key not in known.keys:
                known.enter(booking, people)
            return _given(order, booking, bucket)


def actor_of(resident: Resident) -> Actor:
    """The resident as the one who did it."""
    return Actor(kind=ActorKind.RESIDENT, id=resident.pk, name=resident.name)
