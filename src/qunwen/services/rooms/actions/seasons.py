"""Priority seasons: days in which a resource or a venue is kept for kinds of use or groups."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, nothing_changed, record
from qunwen.base.scope import asking
from qunwen.base.scope.codes import county_of
from qunwen.services.rooms import openings
from qunwen.services.rooms.access import Permission
from qunwen.services.rooms.enums import Entry
from qunwen.services.rooms.errors import RoomRefused
from qunwen.services.rooms.models import PrioritySeason, Resource
from qunwen.services.venues.models import Venue


@action
def set_season(
    *, of: Resource | Venue, title: str, starts_on: dt.date, ends_on: dt.date, kept_for: Sequence[str],
    opens_days_before: int | None, by: Actor, at: dt.datetime,
) -> PrioritySeason:  # fmt: skip
    """Keep days, the last one included. What is reserved already stands. Raises RoomRefused at the field, Forbidden."""
    asking.require(Permission.MANAGE, on=of)
    if not title.strip():
        raise RoomRefused(_("请填写名称。"), field="title")
    if ends_on < starts_on:
        raise RoomRefused(_("止的日期不能早于起的日期。"), field="ends_on")
    known = {code for code, _label in openings.whom_choices()}
    if not kept_for or set(kept_for) - known:
        raise RoomRefused(_("请选择优先留给谁。"), field="kept_for")
    season = PrioritySeason(
        county=county_of(of.place_id), place_id=of.place_id, resource=of if isinstance(of, Resource) else None,
        venue=of if isinstance(of, Venue) else None, title=title.strip(), starts_on=starts_on, ends_on=ends_on,
        kept_for=list(kept_for), opens_days_before=opens_days_before,
    )  # fmt: skip
    season.save(force_insert=True)
    record(
        code=Entry.SEASON_SET, by=by, at=at, subject=season, place=season.place_id,
        after={"title": season.title, "starts_on": starts_on, "ends_on": ends_on, "opens_days_before": opens_days_before},
    )  # fmt: skip
    return season


@action
def end_season(*, season: PrioritySeason, by: Actor, at: dt.datetime) -> PrioritySeason:
    """From now on everybody may reserve again. A second time changes nothing. Raises Forbidden."""
    asking.require(Permission.MANAGE, on=season.resource or season.venue)
    if season.ended_at is not None:
        nothing_changed("ended already")
        return season
    season.ended_at = at
    season.save(update_fields=["ended_at"])
    record(code=Entry.SEASON_ENDED, by=by, at=at, subject=season, place=season.place_id)
    return season
