"""What really happened: held, how many came, photographs, reports in the media."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, nothing_changed, record
from qunwen.base.measures.touching import touch
from qunwen.base.people.enums import AgeGroup
from qunwen.base.people.models import Unit
from qunwen.base.places.models import Place
from qunwen.base.reviews import actions as reviews
from qunwen.base.scope import asking
from qunwen.base.scope.clock import day_of, local
from qunwen.base.scope.codes import county_of
from qunwen.services.activities.access import Permission
from qunwen.services.activities.enums import (
    COUNTS_AS_HELD,
    HOLDABLE,
    REPORTABLE,
    Entry,
    MediaLevel,
    SessionState,
    State,
)
from qunwen.services.activities.errors import WrongStateError, demand_state
from qunwen.services.activities.models import Activity, Headcount, MediaReport, Session

from .planning import new_activity
from .scheduling import check_span, sessions_of

# One evening in one county: more than this is a slip of the finger, not a crowd.
LARGEST_CROWD = 200_000
_FEEDS = ("activities.activity", "activities.session", "activities.headcount")


@action
def note_activity(
    *,
    title: str,
    kind: str,
    place: Place,
    unit: Unit,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    headcounts: Mapping[str, int],
    by: Actor,
    at: dt.datetime,
    note: str = "",
    id: uuid.UUID | None = None,
    **details: Any,
) -> Activity:
    """Note an activity that has taken place, in one go (补记): the village worker's half minute.

    `headcounts`: people by AgeGroup code. With an `id` that exists the first record is returned.
    Raises ValidationError for a start in the future, an impossible span or number; Forbidden.
    """
    asking.require(Permission.HOLD, place=place.pk, unit=unit.pk, owner=by.id)
    if id is not None:
        found = Activity.unscoped.filter(county=county_of(place.pk), pk=id).first()
        if found is not None:
            nothing_changed("replayed")
            return found
    check_span(starts_at, ends_at)
    if starts_at > at:
        raise ValidationError({"starts_at": _("补记的是已经举办的活动，开始时间不能在将来。")})
    month = local(starts_at)
    details.setdefault("in_plan", False)
    activity = new_activity(
        title=title, kind=kind, place=place, unit=unit, plan_year=month.year, plan_month=month.month, by=by, at=at,
        id=id, state=State.HELD, **details,
    )  # fmt: skip
    session = Session(
        county=activity.county, activity=activity, place_id=place.pk, starts_at=starts_at, ends_at=ends_at,
        state=SessionState.HELD, held_note=note.strip(), changed_at=at,
    )  # fmt: skip
    session.save(force_insert=True)
    _write_headcounts(session, headcounts, by, at)
    record(
        code=Entry.NOTED, by=by, at=at, subject=activity, place=place.pk,
        after={"title": title, "kind": kind, "starts_at": starts_at, "headcounts": dict(headcounts)},
    )  # fmt: skip
    touch(county=activity.county, day=day_of(starts_at), feed=_FEEDS)
    return activity


@action
def record_held(
    *, session: Session, headcounts: Mapping[str, int], by: Actor, at: dt.datetime, note: str = ""
) -> Session:
    """Say that a date took place and how many came besides those who checked in."""
    activity = session.activity
    asking.require(Permission.HOLD, on=activity)
    demand_state(activity, HOLDABLE, _("登记举办情况"))
    if session.state == SessionState.CANCELLED:
        raise WrongStateError(_("这个场次已取消，不能登记举办情况。"))
    if session.starts_at > at:
        raise WrongStateError(_("这个场次还没有开始。"))
    before = {"state": session.state}
    session.state = SessionState.HELD
    session.held_note = note.strip()
    session.changed_at = at
    session.save()
    _write_headcounts(session, headcounts, by, at)
    left = [row for row in sessions_of(activity) if row.state in (SessionState.SCHEDULED, SessionState.POSTPONED)]
    if not left and activity.state not in COUNTS_AS_HELD:
        activity.state = State.HELD
        activity.changed_at = at
        activity.save()
    record(
        code=Entry.HELD, by=by, at=at, subject=session, place=session.place_id, before=before,
        after={"state": session.state, "headcounts": dict(headcounts)},
    )  # fmt: skip
    touch(county=session.county, day=day_of(session.starts_at), feed=_FEEDS)
    if not left:
        # The plan's line is now one that was held, also when the date lay in another month.
        touch(
            county=session.county, day=dt.date(activity.plan_year, activity.plan_month, 1), feed="activities.activity"
        )
    return session


@action
def set_headcounts(*, session: Session, headcounts: Mapping[str, int], by: Actor, at: dt.datetime) -> Session:
    """Correct the numbers counted on the spot while the record is not verified."""
    asking.require(Permission.HOLD, on=session.activity)
    if session.state != SessionState.HELD:
        raise WrongStateError(_("先登记举办情况，再填人数。"))
    demand_state(session.activity, HOLDABLE | REPORTABLE, _("修改人数"))
    rows = Headcount.unscoped.filter(county=session.county, session=session)
    before = {row.group: row.number for row in rows}
    _write_headcounts(session, headcounts, by, at)
    record(
        code=Entry.HEADCOUNT, by=by, at=at, subject=session, place=session.place_id, before=before,
        after=dict(headcounts),
    )  # fmt: skip
    touch(county=session.county, day=day_of(session.starts_at), feed="activities.headcount")
    return session


def _write_headcounts(session: Session, headcounts: Mapping[str, int], by: Actor, at: dt.datetime) -> None:
    for group, number in headcounts.items():
        if group not in AgeGroup.values:
            raise ValidationError({"headcounts": _("没有“%(group)s”这个人群。") % {"group": group}})
        if not 0 <= number <= LARGEST_CROWD:
            raise ValidationError({"headcounts": _("人数要在 0 到 %(most)d 之间。") % {"most": LARGEST_CROWD}})
    Headcount.unscoped.filter(county=session.county, session=session).delete()
    Headcount.unscoped.bulk_create(
        Headcount(
            county=session.county, session=session, place_id=session.place_id, group=group, number=number,
            counted_at=at, counted_by=by.name,
        )
        for group, number in headcounts.items()
    )  # fmt: skip


@action
def report_held(*, activity: Activity, by: Actor, at: dt.datetime) -> Activity:
    """Hand the record of a held activity up for verification."""
    asking.require(Permission.HOLD, on=activity)
    demand_state(activity, REPORTABLE, _("提交核实"))
    before = activity.state
    activity.state = State.REPORTED
    activity.changed_at = at
    activity.save()
    reviews.submit(kind="activities.record", subject=activity, place=activity.place, unit=activity.unit, by=by, at=at)
    record(
        code=Entry.REPORTED, by=by, at=at, subject=activity, place=activity.place_id,
        before={"state": before}, after={"state": activity.state},
    )  # fmt: skip
    return activity


@action
def add_media_report(
    *,
    activity: Activity,
    outlet: str,
    level: str,
    title: str,
    published_on: dt.date,
    by: Actor,
    at: dt.datetime,
    url: str = "",
) -> MediaReport:
    """Register a report in a medium; the same outlet and title count once."""
    asking.require(Permission.HOLD, on=activity)
    if level not in MediaLevel.values:
        raise ValidationError({"level": _("请选择媒体层级。")})
    if published_on > day_of(at):
        raise ValidationError({"published_on": _("刊播日期不能在将来。")})
    found = MediaReport.unscoped.filter(
        county=activity.county, activity=activity, outlet=outlet.strip(), title=title.strip()
    ).first()
    if found is not None:
        nothing_changed("already registered")
        return found
    report = MediaReport(
        county=activity.county, activity=activity, place_id=activity.place_id, outlet=outlet.strip(), level=level,
        title=title.strip(), url=url.strip(), published_on=published_on,
    )  # fmt: skip
    report.full_clean(exclude=["activity", "place"], validate_unique=False, validate_constraints=False)
    report.save(force_insert=True)
    record(
        code=Entry.MEDIA_ADDED, by=by, at=at, subject=activity, place=activity.place_id,
        after={"outlet": outlet, "level": level, "title": title},
    )  # fmt: skip
    touch(county=activity.county, day=published_on, feed="activities.mediareport")
    return report


@action
def remove_media_report(*, report: MediaReport, by: Actor, at: dt.datetime) -> None:
    """Take a report back that was registered by mistake; the journal keeps what it said. Raises WrongStateError, Forbidden."""
    activity = report.activity
    asking.require(Permission.HOLD, on=activity)
    if activity.state == State.VERIFIED:
        raise WrongStateError(_("已核实的活动不能再改媒体报道。"))
    record(
        code=Entry.MEDIA_REMOVED, by=by, at=at, subject=activity, place=activity.place_id,
        before={"outlet": report.outlet, "level": report.level, "title": report.title},
    )  # fmt: skip
    touch(county=report.county, day=report.published_on, feed="activities.mediareport")
    report.delete()
