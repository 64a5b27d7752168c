"""The annual plan: lines by unit and month, filled in until they can be reviewed."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor, ActorKind
from qunwen.base.journal.recording import action, changes, nothing_changed, record
from qunwen.base.measures.touching import touch
from qunwen.base.people.models import Unit
from qunwen.base.places.models import Place
from qunwen.base.reviews import actions as reviews
from qunwen.base.scope import asking
from qunwen.base.scope.clock import day_of
from qunwen.base.scope.codes import Level, county_of
from qunwen.services.activities.access import Permission
from qunwen.services.activities.enums import EDITABLE, SUBMITTABLE, Entry, HostLevel, State
from qunwen.services.activities.errors import WrongStateError, demand_state
from qunwen.services.activities.models import Activity, Series
from qunwen.services.activities.search import index_text

FIELDS = frozenset(
    {
        "title", "kind", "host_level", "audience", "direction", "partner", "co_hosts", "venue", "where", "open_air",
        "series", "in_plan", "plan_year", "plan_month", "festival", "summary", "description", "contact_phone", "sign_up",
    }
)  # fmt: skip

_LEVEL_OF_PLACE = {
    Level.CITY: HostLevel.CITY,
    Level.COUNTY: HostLevel.COUNTY,
    Level.TOWN: HostLevel.TOWN,
    Level.VILLAGE: HostLevel.VILLAGE,
}


@action
def plan_activity(
    *,
    title: str,
    kind: str,
    place: Place,
    unit: Unit,
    plan_year: int,
    plan_month: int,
    by: Actor,
    at: dt.datetime,
    id: uuid.UUID | None = None,
    **details: Any,
) -> Activity:
    """Put an activity into the plan of a unit for a month.

    With an `id` that exists already (a retry, a double click) the first row is returned unchanged.
    Raises ValidationError with messages at the fields, Forbidden.
    """
    asking.require(Permission.PLAN, place=place.pk, unit=unit.pk, owner=by.id)
    again = _replayed(id, place)
    if again is not None:
        return again
    activity = new_activity(
        title=title, kind=kind, place=place, unit=unit, plan_year=plan_year, plan_month=plan_month, by=by, at=at,
        id=id, **details,
    )  # fmt: skip
    record(
        code=Entry.PLANNED, by=by, at=at, subject=activity, place=place.pk,
        after={"title": title, "kind": kind, "month": f"{plan_year}-{plan_month:02}", "unit": unit.name},
    )  # fmt: skip
    touch(county=activity.county, day=dt.date(plan_year, plan_month, 1), feed="activities.activity")
    return activity


def _replayed(identity: uuid.UUID | None, place: Place) -> Activity | None:
    if identity is None:
        return None
    found = Activity.unscoped.filter(county=county_of(place.pk), pk=identity).first()
    if found is not None:
        nothing_changed("replayed")
    return found


def new_activity(
    *, title: str, kind: str, place: Place, unit: Unit, plan_year: int, plan_month: int, by: Actor, at: dt.datetime,
    id: uuid.UUID | None = None, state: State = State.PLANNED, **details: Any,
) -> Activity:  # fmt: skip
    """Build, check and insert an activity; the caller records it."""
    unknown = set(details) - FIELDS
    if unknown:
        raise TypeError(f"not fields of an activity: {', '.join(sorted(unknown))}")
    details.setdefault("host_level", _LEVEL_OF_PLACE.get(Level(unit.place.level), HostLevel.COUNTY))
    activity = Activity(
        county=county_of(place.pk),
        title=title.strip(),
        kind=kind,
        place=place,
        unit=unit,
        plan_year=plan_year,
        plan_month=plan_month,
        owner_id=by.id if by.kind in (ActorKind.STAFF, ActorKind.API) else None,
        created_at=at,
        changed_at=at,
        state=state,
        **details,
    )
    if id is not None:
        activity.pk = id
    check(activity)
    activity.search_text = search_words(activity)
    activity.save(force_insert=True)
    return activity


def search_words(activity: Activity) -> str:
    """The text the portal's search looks into."""
    return index_text(
        activity.title, activity.summary, activity.get_kind_display(), activity.where_text, activity.place.name,
        activity.unit.name,
    )  # fmt: skip


def check(activity: Activity) -> None:
    """Rules over several fields, with messages at the fields. Raises ValidationError."""
    errors: dict[str, str] = {}
    if not activity.title:
        errors["title"] = _("请填写活动名称。")
    if not 1 <= activity.plan_month <= 12:
        errors["plan_month"] = _("月份要在 1 到 12 之间。")
    if activity.direction != "home" and not activity.partner.strip():
        errors["partner"] = _("走出去、请进来的活动请写明交流对方。")
    venue, series = activity.venue, activity.series
    if venue is not None and not venue.place_id.startswith(activity.county) and activity.direction == "home":
        errors["venue"] = _("这个阵地不在本县，请选择本县阵地，或改为“走出去”。")
    if series is not None and series.county != activity.county:
        errors["series"] = _("这个系列不属于本县。")
    if errors:
        raise ValidationError(errors)
    activity.clean_fields(exclude=["state", "search_text", "venue", "series", "place", "unit", "owner"])


@action
def change_activity(*, activity: Activity, new: Mapping[str, Any], by: Actor, at: dt.datetime) -> Activity:
    """Change an activity while it may still be changed; what is published tells its calendar feeds.

    Raises WrongStateError, ValidationError, Forbidden.
    """
    asking.require(Permission.PLAN, on=activity)
    unknown = set(new) - FIELDS
    if unknown:
        raise TypeError(f"not fields of an activity: {', '.join(sorted(unknown))}")
    demand_state(activity, EDITABLE | {State.PUBLISHED, State.HELD, State.SENT_BACK}, _("修改"))
    before, after = changes(activity, new)
    if not after:
        nothing_changed("same values")
        return activity
    months = {(activity.plan_year, activity.plan_month)}
    for field, value in after.items():
        setattr(activity, field, value)
    check(activity)
    activity.changed_at = at
    activity.search_text = search_words(activity)
    activity.save()
    if activity.state == State.PUBLISHED:
        for session in activity.sessions.model.unscoped.filter(county=activity.county, activity=activity):
            session.sequence += 1
            session.changed_at = at
            session.save()
    record(code=Entry.CHANGED, by=by, at=at, subject=activity, place=activity.place_id, before=before, after=after)
    for year, month in months | {(activity.plan_year, activity.plan_month)}:
        touch(county=activity.county, day=dt.date(year, month, 1), feed="activities.activity")
    touch_sessions(activity)
    return activity


def touch_sessions(activity: Activity) -> None:
    """Every month in which the activity has a date has to be counted again."""

    starts = activity.sessions.model.unscoped.filter(county=activity.county, activity=activity)
    for start in starts.values_list("starts_at", flat=True):
        touch(county=activity.county, day=day_of(start), feed=("activities.activity", "activities.session"))


@action
def drop_activity(*, activity: Activity, by: Actor, at: dt.datetime) -> None:
    """Take a line out of the plan that was never sent for review. Raises WrongStateError."""
    asking.require(Permission.PLAN, on=activity)
    demand_state(activity, frozenset({State.PLANNED}), _("移除，请改用“取消活动”"))
    sessions = activity.sessions.model.unscoped.filter(county=activity.county, activity=activity)
    if sessions.exclude(state="scheduled").exists():
        raise WrongStateError(_("这个活动已有举办或取消的场次，不能从计划中移除。"))
    record(
        code=Entry.DROPPED, by=by, at=at, subject=activity, place=activity.place_id,
        before={"title": activity.title, "month": f"{activity.plan_year}-{activity.plan_month:02}"},
    )  # fmt: skip
    touch(county=activity.county, day=dt.date(activity.plan_year, activity.plan_month, 1), feed="activities.activity")
    touch_sessions(activity)
    sessions.delete()
    Activity.unscoped.filter(county=activity.county, pk=activity.pk).delete()


@action
def submit_activity(*, activity: Activity, by: Actor, at: dt.datetime) -> Activity:
    """Send a filled-in activity for review. Raises ValidationError naming what is still missing."""
    asking.require(Permission.PLAN, on=activity)
    demand_state(activity, SUBMITTABLE, _("提交审核"))
    missing: dict[str, str] = {}
    if not activity.summary.strip():
        missing["summary"] = _("请写一句话介绍，居民在列表里先看到它。")
    if not (activity.venue_id or activity.where.strip()):
        missing["where"] = _("请选择阵地或写明地点。")
    if not activity.sessions.model.unscoped.filter(county=activity.county, activity=activity).exists():
        missing["sessions"] = _("请至少安排一个场次。")
    if missing:
        raise ValidationError(missing)
    before = activity.state
    activity.state = State.SUBMITTED
    activity.changed_at = at
    activity.save()
    reviews.submit(kind="activities.publish", subject=activity, place=activity.place, unit=activity.unit, by=by, at=at)
    record(
        code=Entry.SUBMITTED, by=by, at=at, subject=activity, place=activity.place_id,
        before={"state": before}, after={"state": activity.state},
    )  # fmt: skip
    return activity


@action
def create_series(
    *, name: str, kind: str, place: Place, unit: Unit, by: Actor, at: dt.datetime, **details: Any
) -> Series:
    """Establish a series or brand at a place. `details`: intro, since_year. Raises ValidationError."""
    asking.require(Permission.PLAN, place=place.pk, unit=unit.pk, owner=by.id)
    series = Series(county=county_of(place.pk), name=name.strip(), kind=kind, place=place, unit=unit, **details)
    if not series.name:
        raise ValidationError({"name": _("请填写名称。")})
    if Series.unscoped.filter(county=series.county, place=place, name=series.name).exists():
        raise ValidationError({"name": _("这个地方已有同名的系列（品牌）。")})
    series.save(force_insert=True)
    record(code=Entry.SERIES_CREATED, by=by, at=at, subject=series, place=place.pk, after={"name": name, "kind": kind})
    return series


@action
def change_series(*, series: Series, new: Mapping[str, Any], by: Actor, at: dt.datetime) -> Series:
    """Change name, kind, intro, since_year or active of a series."""
    asking.require(Permission.PLAN, on=series)
    before, after = changes(series, new)
    if not after:
        nothing_changed("same values")
        return series
    for field, value in after.items():
        setattr(series, field, value)
    series.save()
    record(code=Entry.SERIES_CHANGED, by=by, at=at, subject=series, place=series.place_id, before=before, after=after)
    return series
