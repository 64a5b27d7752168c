"""What follows from places left empty: kindly, for a while, and open to appeal.

Giving a place back never counts, up to the minute it begins. Only who stays away several times within the window of the
county's rule is limited: fewer live bookings at once, for some weeks, and then all is forgotten. An appeal
suspends the limit until somebody has looked at it. Nobody is ever shut out.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db.models import Count, Max, Q
from django.utils.translation import gettext as _

from qunwen.base.journal.actors import SYSTEM, Actor
from qunwen.base.journal.recording import action, changes, nothing_changed, record
from qunwen.base.notices import actions as notices
from qunwen.base.notices.enums import Kind
from qunwen.base.people.models import Resident
from qunwen.base.scope import asking, context
from qunwen.base.scope.asking import Forbidden
from qunwen.services.bookings import wording
from qunwen.services.bookings.access import Permission
from qunwen.services.bookings.enums import Entry, Standing, State
from qunwen.services.bookings.errors import BookingRefused
from qunwen.services.bookings.models import Booking, MissPolicy, Restraint


class Policy(NamedTuple):
    """How many misses within how many days limit for how many days to how many bookings at once."""

    misses: int = 3
    window_days: int = 180
    lasts_days: int = 30
    at_most: int = 1


MILD = Policy()


def policy_of(county: str) -> Policy:
    """The county's rule, or the mild one of the house."""
    row = MissPolicy.unscoped.filter(county=county).first()
    return Policy(row.misses, row.window_days, row.lasts_days, row.at_most) if row is not None else MILD


@action
def set_policy(*, county: str, policy: Policy, by: Actor, at: dt.datetime) -> MissPolicy:
    """Set the county's rule: at least 2 misses, at most 90 days, at least one booking stays possible.

    Limits already imposed keep their end. Raises ValidationError at the field, Forbidden.
    """
    asking.require(Permission.REVIEW, place=county)
    wrong = {}
    if policy.misses < 2:
        wrong["misses"] = _("至少 2 次：谁都会有一次来不了。")
    if not 1 <= policy.window_days <= 366:
        wrong["window_days"] = _("1 到 366 天。")
    if not 1 <= policy.lasts_days <= 90:
        wrong["lasts_days"] = _("1 到 90 天。")
    if policy.at_most < 1:
        wrong["at_most"] = _("至少保留 1 项，不把人拒之门外。")
    if wrong:
        raise ValidationError(wrong)
    row = MissPolicy.unscoped.select_for_update().filter(county=county).first()
    if row is None:
        row = MissPolicy(county=county, place_id=county, **policy._asdict())
        row.save(force_insert=True)
        before: dict[str, object] = {}
        after: dict[str, object] = policy._asdict()
    else:
        before, after = changes(row, policy._asdict())
        if not after:
            nothing_changed("same values")
            return row
        for name, value in after.items():
            setattr(row, name, value)
        row.save(update_fields=list(after))
    record(
        code=Entry.POLICY_SET, by=by, at=at, subject=row, place=county, before=before, after=after, label=_("爽约规则")
    )
    return row


def judge(county: str, residents: Iterable[uuid.UUID], at: dt.datetime) -> list[Restraint]:
    """Limit those who by now missed too often. Part of `mark_absent`; their households are locked by it.

    Misses before an earlier limit are paid for and count no more, nor do those of a limit that was lifted.
    """
    ids = sorted(set(residents))
    if not ids:
        return []
    policy = policy_of(county)
    begin = at - dt.timedelta(days=policy.window_days)
    paid = dict(
        Restraint.unscoped.filter(county=county, resident__in=ids)
        .values_list("resident_id")
        .annotate(last=Max("since"))
        .order_by()
    )
    missed = Booking.unscoped.filter(county=county, resident__in=ids, state=State.ABSENT)
    missed = missed.filter(bucket__starts_at__gt=begin, bucket__starts_at__lte=at)
    for resident, since in paid.items():
        missed = missed.exclude(Q(resident=resident) & Q(bucket__starts_at__lte=since))
    counted = missed.order_by().values_list("resident_id").annotate(n=Count("pk")).filter(n__gte=policy.misses)
    numbers = dict(counted)
    people = Resident.unscoped.filter(county=county, pk__in=sorted(numbers)).order_by("pk")
    return [_limit(person, numbers[person.pk], policy, at) for person in people]


def _limit(person: Resident, number: int, policy: Policy, at: dt.datetime) -> Restraint:
    row = Restraint(
        county=person.county, place_id=person.place_id, resident=person, misses=number, at_most=policy.at_most,
        since=at, until=at + dt.timedelta(days=policy.lasts_days),
    )  # fmt: skip
    row.save(force_insert=True)
    record(
        code=Entry.LIMITED, by=SYSTEM, at=at, subject=row, place=row.place_id, label=person.name,
        after={"resident": person.pk, "misses": number, "until": row.until, "at_most": row.at_most},
    )  # fmt: skip
    _tell(row, "limited", wording.limited(row), at)
    return row


def _tell(row: Restraint, what: str, text: str, at: dt.datetime) -> None:
    notices.queue(
        county=row.county, kind=Kind.BOOKING, key=f"restraint:{row.pk}:{what}", at=at, resident=row.resident,
        phone=row.resident.phone or None, text=text,
    )  # fmt: skip


def forgive(county: str, resident: uuid.UUID | None, at: dt.datetime) -> None:
    """A miss turned out to be none (the door list came late): lift the limit that no longer has its number."""
    row = Restraint.unscoped.filter(county=county, resident=resident, until__gt=at).exclude(state=Standing.LIFTED)
    for limit in row.order_by("-since")[:1]:
        if limit.misses - 1 >= policy_of(county).misses:
            _change(limit, misses=limit.misses - 1)
            continue
        _decide(limit, Standing.LIFTED, _("其中一次后来补登了到场。"), SYSTEM, at)


def _change(row: Restraint, **new: object) -> None:
    for name, value in new.items():
        setattr(row, name, value)
    row.save(update_fields=list(new))


def _locked(restraint: Restraint) -> Restraint:
    return Restraint.unscoped.select_for_update().get(county=restraint.county, pk=restraint.pk)


@action
def appeal(*, restraint: Restraint, words: str, by: Actor, at: dt.datetime) -> Restraint:
    """Say why it was not so; from now until somebody has looked, the limit does not hold.

    Raises BookingRefused (over, or appealed before), ValidationError without words, Forbidden.
    """
    scope = context.current()
    if scope is None or (scope.kind == "resident" and restraint.resident_id not in scope.residents):
        raise Forbidden(_("只能为自己和已登记监护关系的家人申诉。"))
    if scope.kind not in ("resident", "everything"):
        asking.require(Permission.BOOK_FOR, on=restraint)
    if not words.strip():
        raise ValidationError({"words": _("请写几句当时的情况。")})
    if len(words.strip()) > 400:
        raise ValidationError({"words": _("最多 400 字。")})
    row = _locked(restraint)
    if row.state != Standing.IN_FORCE:
        raise BookingRefused(_("这条限制已经申诉过，现在是“%(state)s”。") % {"state": row.get_state_display()})
    if at >= row.until:
        raise BookingRefused(_("这条限制已经到期，不用申诉。"))
    _change(row, state=Standing.APPEALED, appeal=words.strip(), appealed_at=at)
    record(
        code=Entry.APPEALED, by=by, at=at, subject=row, place=row.place_id, label=row.resident.name,
        before={"state": Standing.IN_FORCE}, after={"state": Standing.APPEALED},
    )  # fmt: skip
    return row


@action
def review_appeal(*, restraint: Restraint, lift: bool, words: str, by: Actor, at: dt.datetime) -> Restraint:
    """Lift the limit, or let it stand, with the reason; the resident hears of it either way.

    Lifting needs no appeal: staff who see a mistake mend it. Raises BookingRefused when it is decided or
    nobody appealed, ValidationError without words, Forbidden.
    """
    asking.require(Permission.REVIEW, on=restraint)
    if not words.strip():
        raise ValidationError({"words": _("请写明理由，本人会看到。")})
    row = _locked(restraint)
    if row.state == Standing.LIFTED and lift:
        nothing_changed("lifted already")
        return row
    if row.state == Standing.LIFTED or (not lift and row.state != Standing.APPEALED):
        raise BookingRefused(_("这条限制现在是“%(state)s”，不用再复核。") % {"state": row.get_state_display()})
    return _decide(row, Standing.LIFTED if lift else Standing.UPHELD, words.strip()[:400], by, at)


def _decide(row: Restraint, state: Standing, words: str, by: Actor, at: dt.datetime) -> Restraint:
    before = row.state
    _change(row, state=state, decision=words, decided_at=at, decided_by=by.name)
    record(
        code=Entry.LIFTED if state == Standing.LIFTED else Entry.UPHELD, by=by, at=at, subject=row, place=row.place_id,
        label=row.resident.name, before={"state": before}, after={"state": state, "reason": words},
    )  # fmt: skip
    _tell(row, state, wording.appeal_decided(row), at)
    return row
