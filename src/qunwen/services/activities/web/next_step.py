"""What can be done with an activity, and which of it comes next: one primary button, the rest beside it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from qunwen.base.evidence.access import Permission as Evidence
from qunwen.base.scope import asking
from qunwen.base.scope.clock import day_of
from qunwen.services.activities.access import Permission
from qunwen.services.activities.enums import (
    CANCELLABLE,
    EDITABLE,
    HOLDABLE,
    REPORTABLE,
    SUBMITTABLE,
    SessionState,
    SignUp,
    State,
)
from qunwen.services.activities.models import Activity, Session
from qunwen.services.bookings.access import Permission as Door


@dataclass(frozen=True)
class Step:
    """A button: what it says, where it goes, whether it changes something at once."""

    label: str | Promise
    url: str
    post: bool = False
    name: str = ""


@dataclass(frozen=True)
class Standing:
    """How far an activity has come."""

    activity: Activity
    sessions: list[Session]
    at: dt.datetime
    photos: int
    counted: int
    opened: frozenset[Any] = field(default_factory=frozenset)  # sessions that have places to give out

    @property
    def past(self) -> Session | None:
        """The first date that is over and not recorded."""
        return next((s for s in self.sessions if s.state == SessionState.SCHEDULED and s.ends_at <= self.at), None)

    @property
    def coming(self) -> Session | None:
        """The next date."""
        return next((s for s in self.sessions if s.state == SessionState.SCHEDULED and s.ends_at > self.at), None)


def url(name: str, row: Activity | Session) -> str:
    """The address of a page about a row."""
    return reverse(f"activities:{name}", args=[row.county, row.pk])


def possible(standing: Standing) -> tuple[Step | None, list[Step]]:
    """What comes next (None: nothing for this person), and everything else they may do now."""
    a = standing.activity
    parts = (_planning, _holding) if a.state in SUBMITTABLE | {State.APPROVED} else (_holding, _planning)
    lead = [step for part in parts for step in part(standing)]
    steps = list(lead)
    if a.state in EDITABLE | {State.PUBLISHED, State.HELD, State.SENT_BACK} and asking.may(Permission.PLAN, on=a):
        steps.append(Step(_("修改资料"), url("edit", a), name="edit"))
    if asking.may(Evidence.ADD, on=a):
        steps.append(Step(_("上传照片"), url("photos", a), name="photos"))
    if asking.may(Permission.HOLD, on=a):
        steps.append(Step(_("登记媒体报道"), url("media", a), name="media"))
    if a.state in CANCELLABLE and asking.may(Permission.PUBLISH, on=a):
        steps.append(Step(_("取消活动"), url("cancel", a), name="cancel"))
    if a.state == State.PLANNED and asking.may(Permission.PLAN, on=a):
        steps.append(Step(_("从计划中移除"), url("drop", a), name="drop"))
    unique = list({step.name: step for step in reversed(steps)}.values())[::-1]
    first = lead[0] if lead else None
    if first is not None and first.name in ("schedule", "recurring") and standing.sessions:
        first = None  # another date is always possible, never what has to come next
    return first, [step for step in unique if first is None or step.name != first.name]


def _planning(standing: Standing) -> list[Step]:
    a, steps = standing.activity, []
    plan = asking.may(Permission.PLAN, on=a)
    if a.state in SUBMITTABLE and plan:
        if not a.summary or not (a.venue_id or a.where):
            steps.append(Step(_("补全资料"), url("edit", a), name="edit"))
        if not standing.sessions:
            steps.append(Step(_("安排场次"), url("schedule", a), name="schedule"))
        steps.append(Step(_("交给上级审核"), url("submit", a), post=True, name="submit"))
    if a.state == State.APPROVED and asking.may(Permission.PUBLISH, on=a):
        steps.append(Step(_("发布到门户"), url("publish", a), post=True, name="publish"))
    coming = standing.coming
    if a.state == State.PUBLISHED and plan and coming and a.sign_up == SignUp.BOOK and coming.pk not in standing.opened:
        steps.append(Step(_("开放报名"), url("sign_up", coming), name="sign_up"))
    here = coming and coming.pk in standing.opened and day_of(coming.starts_at) == day_of(standing.at)
    if here and a.state == State.PUBLISHED and asking.may(Door.CHECK_IN, on=coming):
        steps.append(Step(_("现场签到"), url("door", coming), name="door"))
    if a.state in EDITABLE | {State.PUBLISHED} and plan:
        steps.append(Step(_("安排场次"), url("schedule", a), name="schedule"))
        steps.append(Step(_("按规律安排多场"), url("recurring", a), name="recurring"))
    return steps


def _holding(standing: Standing) -> list[Step]:
    a, steps = standing.activity, []
    if not asking.may(Permission.HOLD, on=a):
        return steps
    past = standing.past
    if past and a.state in HOLDABLE:
        steps.append(Step(_("登记举办情况"), url("held", past), name="held"))
        if a.state not in SUBMITTABLE:
            return steps
    if a.state in REPORTABLE:
        held = next((s for s in standing.sessions if s.state == SessionState.HELD), None)
        if not standing.photos and asking.may(Evidence.ADD, on=a):
            steps.append(Step(_("上传照片"), url("photos", a), name="photos"))
        if not standing.counted and held:
            steps.append(Step(_("填写人数"), url("held", held), name="held"))
        steps.append(Step(_("交去核实"), url("report", a), post=True, name="report"))
    return steps
