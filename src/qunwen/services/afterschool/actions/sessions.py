"""One afternoon: opened with its roll, children marked, closed when every child is accounted for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, nothing_changed, record
from qunwen.base.measures.touching import touch
from qunwen.base.scope import asking
from qunwen.base.scope.clock import SHANGHAI, day_of
from qunwen.services.afterschool import queries
from qunwen.services.afterschool.access import Permission
from qunwen.services.afterschool.calendar import Span, check_session
from qunwen.services.afterschool.days import calendar_of
from qunwen.services.afterschool.enums import EXCUSED, ActivityState, Entry, Mark, SessionState
from qunwen.services.afterschool.errors import CareRefused, NotAllAccounted
from qunwen.services.afterschool.models import Activity, HandOver, Roll, Session

FEED = "afterschool.session"


def locked(session: Session) -> Session:
    """The row as it is now, held until the transaction ends: marking, handing over and closing wait for each other."""
    rows = Session.unscoped.select_for_update(of=("self",)).select_related("activity", "school", "tutor")
    return rows.get(county=session.county, pk=session.pk)


@action
def add_session(*, activity: Activity, day: dt.date, by: Actor, at: dt.datetime) -> Session:
    """One more date of a published activity, on a make-up day say. Raises CareRefused, Forbidden."""
    asking.require(Permission.MANAGE, on=activity)
    if activity.state != ActivityState.PUBLISHED:
        raise CareRefused(_("活动发布后才能加日期。"))
    term = activity.term
    calendar = calendar_of(activity.county, [Span(term.starts_on, term.ends_on)])
    against = check_session(day=calendar.day(day), starts=activity.starts, ends=activity.ends, periods=activity.periods)
    if Session.unscoped.filter(county=activity.county, activity=activity, day=day).exists():
        against = [_("这一天已经有了。")]
    if against:
        raise CareRefused(against)
    row = Session(
        county=activity.county, place_id=activity.place_id, school_id=activity.school_id, term=term, activity=activity,
        tutor=activity.tutor, day=day, starts_at=dt.datetime.combine(day, activity.starts, tzinfo=SHANGHAI),
        ends_at=dt.datetime.combine(day, activity.ends, tzinfo=SHANGHAI), periods=activity.periods,
    )  # fmt: skip
    row.save(force_insert=True)
    record(code=Entry.SESSION_ADDED, by=by, at=at, subject=activity, place=activity.place_id, after={"day": day})
    return row


@action
def open_session(*, session: Session, by: Actor, at: dt.datetime) -> Session:
    """Begin: the children expected today stand on the roll from now on. Opening twice changes nothing.

    Raises CareRefused on another day, or when the tutor's papers have run out; Forbidden.
    """
    asking.require(Permission.ROLL, on=session)
    row = locked(session)
    if row.state == SessionState.OPEN:
        nothing_changed("open already")
        return row
    if row.state != SessionState.PLANNED:
        raise CareRefused(_("这一场是“%(state)s”，不能点名。") % {"state": row.get_state_display()})
    if day_of(at) != row.day:
        raise CareRefused(_("只能在当天（%(day)s）点名。") % {"day": f"{row.day:%Y-%m-%d}"})
    if row.tutor is not None and (lacking := queries.missing_checks(row.tutor, row.day)):
        words = {"name": row.tutor.name, "what": "、".join(str(kind.label) for kind in lacking)}
        raise CareRefused(_("%(name)s的核查不全或已过期（%(what)s），不能由其带班，请先换人或补齐。") % words)
    rolls = [
        Roll(county=row.county, session=row, place_id=row.place_id, child=child, may_go_alone=agreement.may_go_alone)
        for child, agreement in queries.expected(row)
    ]
    Roll.unscoped.bulk_create(rolls)
    row.state, row.opened_at, row.expected = SessionState.OPEN, at, len(rolls)
    row.save(update_fields=["state", "opened_at", "expected"])
    record(code=Entry.ROLL_OPENED, by=by, at=at, subject=row, place=row.place_id, after={"expected": len(rolls)})
    touch(county=row.county, day=row.day, feed=FEED)
    return row


@action
def mark(*, rolls: Sequence[Roll], status: str, by: Actor, at: dt.datetime) -> int:
    """Say of children of one afternoon that they came, are on leave, ill or missing; how many were changed.

    A child who has been handed over keeps its mark. Raises CareRefused, ValidationError, Forbidden.
    """
    if not rolls or len({row.session_id for row in rolls}) != 1:
        raise ValidationError(_("请选择同一场的学生。"))
    asking.require(Permission.ROLL, on=rolls[0].session)
    session = locked(rolls[0].session)
    if status not in Mark.values or status == Mark.UNMARKED:
        raise ValidationError({"status": _("没有这种到课情况。")})
    if session.state != SessionState.OPEN:
        raise CareRefused(_("这一场是“%(state)s”，不能点名。") % {"state": session.get_state_display()})
    gone = set(HandOver.unscoped.filter(county=session.county, roll__session=session).values_list("roll_id", flat=True))
    rows = [row for row in rolls if row.pk not in gone and row.status != status]
    if kept := [row for row in rolls if row.pk in gone and row.status != status]:
        names = "、".join(row.child.resident.name for row in kept)
        raise CareRefused(_("%(names)s已经交接，不能再改到课情况。") % {"names": names})
    if not rows:
        nothing_changed("same marks")
        return 0
    Roll.unscoped.filter(county=session.county, session=session, pk__in=[row.pk for row in rows]).update(
        status=status, marked_at=at, marked_by=by.name
    )
    for row in rows:
        row.status = status
    record(
        code=Entry.MARKED, by=by, at=at, subject=session, place=session.place_id,
        after={"mark": status, "children": len(rows)},
    )  # fmt: skip
    touch(county=session.county, day=session.day, feed=FEED)
    return len(rows)


@action
def mark_all(*, session: Session, by: Actor, at: dt.datetime) -> int:
    """All who are not marked yet are here. Raises as `mark` does."""
    rows = Roll.unscoped.filter(county=session.county, session=session, status=Mark.UNMARKED)
    rows = list(rows.select_related("session", "child__resident").order_by("pk"))
    if not rows:
        nothing_changed("all marked")
        return 0
    return mark(rolls=rows, status=Mark.PRESENT, by=by, at=at)


@action
def close_session(*, session: Session, by: Actor, at: dt.datetime) -> Session:
    """End the afternoon: only when of every child it is known where it is. The numbers are kept for who may not see names.

    Raises NotAllAccounted with the names, CareRefused, Forbidden.
    """
    asking.require(Permission.ROLL, on=session)
    row = locked(session)
    if row.state == SessionState.HELD:
        nothing_changed("closed already")
        return row
    if row.state != SessionState.OPEN:
        raise CareRefused(_("这一场是“%(state)s”，还没有点名。") % {"state": row.get_state_display()})
    if missing := queries.unaccounted(row.county, row.pk):
        raise NotAllAccounted(missing)
    numbers = _numbers(row)
    for name, value in numbers.items():
        setattr(row, name, value)
    row.state, row.closed_at, row.closed_by = SessionState.HELD, at, by.name
    row.save()
    record(code=Entry.SESSION_CLOSED, by=by, at=at, subject=row, place=row.place_id, after=numbers)
    touch(county=row.county, day=row.day, feed=FEED)
    return row


def _numbers(row: Session) -> dict[str, Any]:
    marks = list(Roll.unscoped.filter(county=row.county, session=row).values_list("status", flat=True))
    late = HandOver.unscoped.filter(county=row.county, roll__session=row, minutes_late__gt=0).count()
    return {
        "expected": len(marks), "present": marks.count(Mark.PRESENT), "absent": marks.count(Mark.ABSENT),
        "excused": sum(1 for one in marks if one in EXCUSED), "late": late,
    }  # fmt: skip


@action
def cancel_session(*, session: Session, reason: str, by: Actor, at: dt.datetime) -> Session:
    """No service on this date (weather, a tutor who is ill): nobody is billed for it.

    Raises CareRefused once children are on the roll, ValidationError, Forbidden.
    """
    asking.require(Permission.MANAGE, on=session)
    row = locked(session)
    if not reason.strip():
        raise ValidationError({"reason": _("请写明原因，家长会看到。")})
    if row.state != SessionState.PLANNED:
        raise CareRefused(_("已经开始点名，不能取消；请把学生逐一交接。"))
    row.state, row.reason = SessionState.CANCELLED, reason.strip()[:200]
    row.save(update_fields=["state", "reason"])
    record(code=Entry.SESSION_CANCELLED, by=by, at=at, subject=row, place=row.place_id, after={"reason": row.reason})
    touch(county=row.county, day=row.day, feed=FEED)
    return row
