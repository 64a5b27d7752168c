"""What the roll of a school's month says, in the shape bills are computed from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from qunwen.base.measures.periods import Period

from .billing import CANCELLED, Attended, Relief
from .days import calendar_of
from .enums import SessionState
from .fees import Setting
from .models import Exemption, Roll, School, Session


def attended(school: School, month: Period, *, child: UUID | None = None) -> dict[UUID, list[Attended]]:
    """The dates of each child in the month, of one child when given. One statement."""
    rows = Roll.unscoped.filter(
        county=school.county, session__school=school, session__day__gte=month.start, session__day__lt=month.end
    ).select_related("session__activity")  # fmt: skip
    if child is not None:
        rows = rows.filter(child_id=child)
    found: dict[UUID, list[Attended]] = {}
    for row in rows.order_by("session__day", "session__starts_at", "pk"):
        found.setdefault(row.child_id, []).append(_attended(row, school))
    return found


def _attended(row: Roll, school: School) -> Attended:
    session = row.session
    activity = session.activity
    cancelled = session.state == SessionState.CANCELLED
    setting = Setting(activity.provider, school.stage, school.locality, activity.content)
    status = CANCELLED if cancelled else row.status
    return Attended(str(row.pk), session.day, activity.title, session.periods, activity.price_fen, status, setting)


def reliefs(county: str, children: Iterable[UUID]) -> dict[UUID, list[Relief]]:
    """Certified status of each of the children. One statement."""
    found: dict[UUID, list[Relief]] = {}
    rows = Exemption.unscoped.filter(county=county, child__in=list(children)).order_by("starts_on", "pk")
    for child, group, first, last in rows.values_list("child_id", "group", "starts_on", "ends_on"):
        found.setdefault(child, []).append(Relief(group, first, last))
    return found


def _sessions(school: School, month: Period) -> list[tuple[str, dt.date]]:
    rows = Session.unscoped.filter(county=school.county, school=school, day__gte=month.start, day__lt=month.end)
    return list(rows.values_list("state", "day"))


def open_sessions(school: School, month: Period) -> int:
    """How many sessions of the month are neither closed nor cancelled."""
    return sum(state not in (SessionState.HELD, SessionState.CANCELLED) for state, _day in _sessions(school, month))


def unsettled_days(school: School, month: Period) -> list[dt.date]:
    """Days of the month's sessions whose year's holidays nobody has entered."""
    return calendar_of(school.county).unsettled(sorted({day for _state, day in _sessions(school, month)}))
