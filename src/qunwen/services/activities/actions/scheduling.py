"""Dates of activities: single, recurring with clashes skipped, moved, postponed, cancelled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, record
from qunwen.base.measures.touching import touch
from qunwen.base.scope import asking
from qunwen.base.scope.clock import day_of, local
from qunwen.services.activities.access import Permission
from qunwen.services.activities.enums import EDITABLE, Entry, SessionState, SignUp, State
from qunwen.services.activities.errors import WrongStateError, demand_state
from qunwen.services.activities.models import Activity, Session
from qunwen.services.activities.recurrence import Pattern, dates
from qunwen.services.bookings import actions as bookings
from qunwen.services.bookings.models import Bucket

MAX_SESSIONS = 400
SCHEDULABLE = EDITABLE | {State.PUBLISHED}


@dataclass(frozen=True, slots=True)
class Skipped:
    """A date of a recurring pattern that was not taken, and why."""

    starts_at: dt.datetime
    reason: str


@action
def schedule_session(
    *, activity: Activity, starts_at: dt.datetime, ends_at: dt.datetime, by: Actor, at: dt.datetime
) -> Session:
    """Give an activity a date. Raises ValidationError for a bad span or when the venue is taken or closed."""
    asking.require(Permission.PLAN, on=activity)
    demand_state(activity, SCHEDULABLE, _("安排场次"))
    check_span(starts_at, ends_at)
    clash = clash_at(activity, starts_at, ends_at)
    if clash:
        raise ValidationError({"starts_at": clash})
    session = _insert(activity, starts_at, ends_at, at)
    record(
        code=Entry.SCHEDULED, by=by, at=at, subject=session, place=session.place_id,
        after={"starts_at": starts_at, "ends_at": ends_at},
    )  # fmt: skip
    touch(county=session.county, day=day_of(starts_at), feed="activities.session")
    return session


@action
def schedule_recurring(
    *, activity: Activity, pattern: Pattern, skip_clashes: bool, by: Actor, at: dt.datetime
) -> tuple[list[Session], list[Skipped]]:
    """Give an activity the dates of a pattern; clashes are skipped and listed, or refuse the whole.

    A skipped date can be added later by itself with `schedule_session`.
    Raises ValidationError when `skip_clashes` is false and one date clashes, or nothing is left.
    """
    asking.require(Permission.PLAN, on=activity)
    demand_state(activity, SCHEDULABLE, _("安排场次"))
    made: list[Session] = []
    skipped: list[Skipped] = []
    for starts_at, ends_at in dates(pattern, limit=MAX_SESSIONS):
        clash = clash_at(activity, starts_at, ends_at)
        if clash and not skip_clashes:
            raise ValidationError({"pattern": f"{local(starts_at):%m-%d %H:%M} {clash}"})
        if clash:
            skipped.append(Skipped(starts_at, clash))
        else:
            made.append(_insert(activity, starts_at, ends_at, at))
            touch(county=activity.county, day=day_of(starts_at), feed="activities.session")
    if not made:
        raise ValidationError({"pattern": _("按这个规则没有可用的日期：都与已有安排冲突或不在范围内。")})
    record(
        code=Entry.SCHEDULED, by=by, at=at, subject=activity, place=activity.place_id,
        after={"sessions": len(made), "skipped": [row.starts_at for row in skipped]},
    )  # fmt: skip
    return made, skipped


def _insert(activity: Activity, starts_at: dt.datetime, ends_at: dt.datetime, at: dt.datetime) -> Session:
    session = Session(
        county=activity.county,
        activity=activity,
        place_id=activity.place_id,
        starts_at=starts_at,
        ends_at=ends_at,
        changed_at=at,
    )
    session.save(force_insert=True)
    return session


def check_span(starts_at: dt.datetime, ends_at: dt.datetime) -> None:
    """A date ends after it begins, lasts 31 days at most (an exhibition), and lies in a year that sheets can show."""
    if not 2000 <= starts_at.year <= 2100:
        raise ValidationError({"starts_at": _("请检查年份，应在 2000 年到 2100 年之间。")})
    if ends_at <= starts_at:
        raise ValidationError({"ends_at": _("结束时间要晚于开始时间。")})
    if ends_at - starts_at > dt.timedelta(days=31):
        raise ValidationError({"ends_at": _("一个场次最长 31 天；更长的请分成几个场次。")})


def clash_at(activity: Activity, starts_at: dt.datetime, ends_at: dt.datetime, *, but: Session | None = None) -> str:
    """Why the date cannot be taken, '' when it can: the same activity then, or the venue announced closed."""
    same = Session.unscoped.filter(
        county=activity.county, activity=activity, starts_at__lt=ends_at, ends_at__gt=starts_at
    ).exclude(state=SessionState.CANCELLED)
    if but is not None:
        same = same.exclude(pk=but.pk)
    if same.exists():
        return _("与本活动已有的场次时间重叠")
    if activity.venue is not None:
        closed = activity.venue.closures.model.unscoped.filter(
            venue_id=activity.venue_id, withdrawn_at=None, starts_at__lt=ends_at, ends_at__gt=starts_at
        )
        if closed.exists():
            return _("阵地已公告闭馆")
        others = Session.unscoped.filter(
            county=activity.county,
            activity__venue_id=activity.venue_id,
            starts_at__lt=ends_at,
            ends_at__gt=starts_at,
            state__in=[SessionState.SCHEDULED, SessionState.HELD],
        ).exclude(activity=activity)
        other = others.filter(activity__where=activity.where).select_related("activity").order_by("starts_at").first()
        if other is not None:
            return _("同一地点已安排“%(title)s”") % {"title": other.activity.title}
    return ""


@action
def open_sign_up(
    *, session: Session, sizes: Mapping[str, int], by: Actor, at: dt.datetime, **details: Any
) -> list[Bucket]:
    """Open places for a date: how many by channel. `details` are settings of the ledger's buckets.

    What the ledger accepts and refuses is its own affair (services/bookings).
    """
    activity = session.activity
    asking.require(Permission.PLAN, on=activity)
    if activity.sign_up != SignUp.BOOK:
        raise WrongStateError(_("这个活动设为“无需报名”，请先改为“需要报名”。"))
    if session.state != SessionState.SCHEDULED:
        raise WrongStateError(_("只有待举办的场次可以开放报名。"))
    buckets = bookings.open_buckets(
        subject=session, place=session.place, title=activity.title, sizes=sizes, by=by, at=at,
        starts_at=session.starts_at, ends_at=session.ends_at, unit=activity.unit, owner=activity.owner, **details,
    )  # fmt: skip
    record(
        code=Entry.SIGN_UP_OPENED, by=by, at=at, subject=session, place=session.place_id, after={"sizes": dict(sizes)}
    )
    return buckets


@action
def open_sign_up_all(
    *, sessions: Sequence[Session], sizes: Mapping[str, int], by: Actor, at: dt.datetime, **details: Any
) -> list[Bucket]:
    """The same places for many dates of an activity; all or none. A closing time keeps its distance to each beginning.

    Dates that have places already are not asked for. Raises what `open_sign_up` raises.
    """
    first, closes_at = sessions[0], details.pop("closes_at", None)
    ahead = first.starts_at - closes_at if closes_at else None
    made: list[Bucket] = []
    for session in sessions:
        closes = session.starts_at - ahead if ahead is not None else None
        made += open_sign_up(session=session, sizes=sizes, by=by, at=at, closes_at=closes, **details)
    return made


@action
def move_session(
    *, session: Session, starts_at: dt.datetime, ends_at: dt.datetime, reason: str, by: Actor, at: dt.datetime
) -> Session:
    """Put a date to another time; everybody with a place is told, places stay valid."""
    asking.require(Permission.PLAN, on=session.activity)
    if session.state not in (SessionState.SCHEDULED, SessionState.POSTPONED):
        raise WrongStateError(_("已举办或已取消的场次不能改期。"))
    check_span(starts_at, ends_at)
    clash = clash_at(session.activity, starts_at, ends_at, but=session)
    if clash:
        raise ValidationError({"starts_at": clash})
    before = {"starts_at": session.starts_at, "ends_at": session.ends_at, "state": session.state}
    touch(county=session.county, day=day_of(session.starts_at), feed="activities.session")
    session.original_start = session.original_start or session.starts_at
    session.starts_at, session.ends_at = starts_at, ends_at
    session.state = SessionState.SCHEDULED
    session.reason = reason.strip()
    session.sequence += 1
    session.changed_at = at
    session.save()
    bookings.reschedule(
        subject=session, county=session.county, starts_at=starts_at, ends_at=ends_at, revision=session.sequence,
        by=by, at=at,
    )  # fmt: skip
    record(
        code=Entry.RESCHEDULED, by=by, at=at, subject=session, place=session.place_id, before=before,
        after={"starts_at": starts_at, "ends_at": ends_at, "reason": reason},
    )  # fmt: skip
    touch(county=session.county, day=day_of(starts_at), feed="activities.session")
    return session


@action
def postpone_session(*, session: Session, reason: str, by: Actor, at: dt.datetime) -> Session:
    """Postpone without a new date yet; everybody is told and keeps the place."""
    asking.require(Permission.PUBLISH, on=session.activity)
    if session.state != SessionState.SCHEDULED:
        raise WrongStateError(_("只有待举办的场次可以延期。"))
    _demand_reason(reason)
    session.original_start = session.original_start or session.starts_at
    session.state = SessionState.POSTPONED
    session.reason = reason.strip()
    session.sequence += 1
    session.changed_at = at
    session.save()
    bookings.put_off(
        subject=session, county=session.county, reason=session.reason, revision=session.sequence, by=by, at=at
    )
    record(code=Entry.POSTPONED, by=by, at=at, subject=session, place=session.place_id, after={"reason": reason})
    touch(county=session.county, day=day_of(session.starts_at), feed="activities.session")
    return session


@action
def cancel_session(*, session: Session, reason: str, by: Actor, at: dt.datetime) -> Session:
    """Cancel one date; every place is given back and everybody is told."""
    asking.require(Permission.PUBLISH, on=session.activity)
    if session.state == SessionState.HELD:
        raise WrongStateError(_("已举办的场次不能取消。"))
    _demand_reason(reason)
    cancel_one(session=session, reason=reason, by=by, at=at)
    return session


def cancel_one(*, session: Session, reason: str, by: Actor, at: dt.datetime) -> None:
    """The cancelling itself, also for all dates of a cancelled activity; runs inside an action."""
    session.state = SessionState.CANCELLED
    session.reason = reason.strip()
    session.sequence += 1
    session.changed_at = at
    session.save()
    bookings.call_off(subject=session, county=session.county, reason=session.reason, by=by, at=at)
    record(
        code=Entry.SESSION_CANCELLED, by=by, at=at, subject=session, place=session.place_id, after={"reason": reason}
    )
    touch(county=session.county, day=day_of(session.starts_at), feed="activities.session")


def _demand_reason(reason: str) -> None:
    if not reason.strip():
        raise ValidationError({"reason": _("请写明原因，会通知到每一位报名的人。")})


def sessions_of(activity: Activity) -> Iterable[Session]:
    """All dates of an activity, for actions of this area."""
    return Session.unscoped.filter(county=activity.county, activity=activity).order_by("starts_at", "pk")
