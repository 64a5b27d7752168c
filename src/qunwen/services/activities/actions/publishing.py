"""From review to the portal, and the whole activity called off."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.models import JournalEntry
from qunwen.base.journal.recording import action, record
from qunwen.base.measures.touching import touch
from qunwen.base.scope import asking
from qunwen.services.activities.access import Permission
from qunwen.services.activities.enums import CANCELLABLE, Entry, SessionState, State
from qunwen.services.activities.errors import demand_state
from qunwen.services.activities.models import Activity

from .planning import touch_sessions
from .scheduling import cancel_one, sessions_of

# review kind -> outcome -> (state before, state after, journal code)
_OUTCOMES = {
    ("activities.publish", "approved"): (State.SUBMITTED, State.APPROVED, Entry.APPROVED),
    ("activities.publish", "returned"): (State.SUBMITTED, State.RETURNED, Entry.RETURNED),
    ("activities.publish", "withdrawn"): (State.SUBMITTED, State.PLANNED, Entry.WITHDRAWN),
    ("activities.record", "approved"): (State.REPORTED, State.VERIFIED, Entry.VERIFIED),
    ("activities.record", "returned"): (State.REPORTED, State.SENT_BACK, Entry.SENT_BACK),
    ("activities.record", "withdrawn"): (State.REPORTED, State.HELD, Entry.WITHDRAWN),
}


def when_approved(*, entry: JournalEntry, by: Actor, at: dt.datetime) -> None:
    """Reaction: the last review step approved an activity or its record."""
    _decided(entry, "approved", by, at)


def when_returned(*, entry: JournalEntry, by: Actor, at: dt.datetime) -> None:
    """Reaction: a reviewer returned it with reasons."""
    _decided(entry, "returned", by, at)


def when_withdrawn(*, entry: JournalEntry, by: Actor, at: dt.datetime) -> None:
    """Reaction: the sender took it back."""
    _decided(entry, "withdrawn", by, at)


def _decided(entry: JournalEntry, outcome: str, by: Actor, at: dt.datetime) -> None:
    rule = _OUTCOMES.get((entry.after.get("kind"), outcome))
    if rule is None or entry.subject_type != Activity._meta.label_lower:
        return
    expected, state, code = rule
    activity = Activity.unscoped.get(county=entry.county, pk=entry.subject_id)
    demand_state(activity, frozenset({expected}), _("办理这一步审核"))
    activity.state = state
    activity.changed_at = at
    activity.save()
    record(
        code=code, by=by, at=at, subject=activity, place=activity.place_id,
        before={"state": expected}, after={"state": state},
    )  # fmt: skip
    touch_sessions(activity)


@action
def publish_activity(*, activity: Activity, by: Actor, at: dt.datetime) -> Activity:
    """Show an approved activity on the portal. Raises WrongStateError, Forbidden."""
    asking.require(Permission.PUBLISH, on=activity)
    demand_state(activity, frozenset({State.APPROVED}), _("发布"))
    activity.state = State.PUBLISHED
    activity.published_at = at
    activity.changed_at = at
    activity.save()
    record(
        code=Entry.PUBLISHED, by=by, at=at, subject=activity, place=activity.place_id,
        before={"state": State.APPROVED}, after={"state": State.PUBLISHED},
    )  # fmt: skip
    return activity


@action
def cancel_activity(*, activity: Activity, reason: str, by: Actor, at: dt.datetime) -> Activity:
    """Call the whole activity off: its dates, its places; everybody who signed up is told."""
    asking.require(Permission.PUBLISH, on=activity)
    demand_state(activity, CANCELLABLE, _("取消"))
    if not reason.strip():
        raise ValidationError({"reason": _("请写明原因，会通知到每一位报名的人。")})
    before = activity.state
    for session in sessions_of(activity):
        if session.state in (SessionState.SCHEDULED, SessionState.POSTPONED):
            cancel_one(session=session, reason=reason, by=by, at=at)
    activity.state = State.CANCELLED
    activity.cancelled_reason = reason.strip()
    activity.changed_at = at
    activity.save()
    record(
        code=Entry.CANCELLED, by=by, at=at, subject=activity, place=activity.place_id,
        before={"state": before}, after={"state": State.CANCELLED, "reason": reason},
    )  # fmt: skip
    touch(county=activity.county, day=dt.date(activity.plan_year, activity.plan_month, 1), feed="activities.activity")
    touch_sessions(activity)
    return activity
