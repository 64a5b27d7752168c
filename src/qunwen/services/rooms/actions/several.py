"""Many reservations in one transaction: a series that may skip clashes, a bundle that is all or nothing."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, nothing_changed, record
from qunwen.base.scope import asking
from qunwen.base.scope.clock import local, start_of
from qunwen.services.rooms import quarters
from qunwen.services.rooms.access import Permission
from qunwen.services.rooms.enums import AHEAD, Entry
from qunwen.services.rooms.errors import RoomClosed, RoomRefused, RoomTaken, SeasonKept, WrongTimes
from qunwen.services.rooms.models import Bundle, Reservation, Resource, Series

from . import holding
from .reserving import NOTHING, About, current, made, released

MOST = 60  # dates of a series


@action
def reserve_series(
    *, resource: Resource, starts_at: dt.datetime, ends_at: dt.datetime, times: int, title: str, key: str, by: Actor,
    at: dt.datetime, every: int = 1, skip_clashes: bool = False, subject_type: str = "",
    subject_id: uuid.UUID | None = None, about: About = NOTHING,
) -> Series:  # fmt: skip
    """The same hours every so many weeks. Without `skip_clashes` one clash refuses all and names the day.

    What was skipped stands in `Series.skipped` with the reason. Raises RoomRefused and its kinds, Forbidden.
    """
    asking.require(Permission.RESERVE, on=resource)
    if not 1 <= times <= MOST or every < 1:
        raise WrongTimes(_("次数要在 1 到 %(most)s 之间。") % {"most": MOST}, field="times")
    (locked,) = holding.lock(resource.county, [resource.pk]).values()
    earlier = Reservation.unscoped.filter(county=locked.county, key=f"{key}:0").first()
    if earlier is not None and earlier.series is not None:
        nothing_changed("a repeat of the same page")
        return earlier.series
    series = Series(county=locked.county, place_id=locked.place_id, resource=locked, title=title)
    series.save(force_insert=True)
    made_ones = 0
    for begins, ends in quarters.weekly(starts_at, ends_at, times=times, every=every):
        try:
            made(
                locked, begins, ends, title=title, key=f"{key}:{made_ones}", by=by, at=at, subject_type=subject_type,
                subject_id=subject_id, series=series, about=about,
            )  # fmt: skip
            made_ones += 1
        except (RoomTaken, RoomClosed, SeasonKept) as clash:
            day = f"{local(begins):%Y-%m-%d}"
            if not skip_clashes:
                raise RoomTaken(_("%(day)s 有冲突：%(why)s") % {"day": day, "why": clash.messages[0]}) from clash
            series.skipped.append([day, clash.messages[0]])
    if not made_ones:
        raise RoomTaken(_("每一次都有冲突，没有可以预约的日期。"))
    series.save(update_fields=["skipped"])
    record(
        code=Entry.SERIES_MADE, by=by, at=at, subject=series, place=series.place_id,
        after={"times": made_ones, "skipped": len(series.skipped)},
    )  # fmt: skip
    return series


@action
def try_skipped(*, series: Series, by: Actor, at: dt.datetime) -> int:
    """Try the dates again that the series left out: what has become free is reserved, the rest stays left out with the
    reason of today. How many were reserved. Raises Forbidden."""
    asking.require(Permission.RESERVE, on=series.resource)
    (locked,) = holding.lock(series.county, [series.resource_id]).values()
    series = Series.unscoped.get(county=series.county, pk=series.pk)
    first = series.reservations(manager="unscoped").filter(county=series.county).order_by("starts_at", "pk").first()
    if first is None or not series.skipped:
        nothing_changed("nothing was left out")
        return 0
    since_midnight, length = first.starts_at - start_of(local(first.starts_at).date()), first.ends_at - first.starts_at
    about = About(use=first.use, people=first.people, resident=first.resident, team=first.team)
    left: list[list[str]] = []
    for day, _why in series.skipped:
        begins = start_of(dt.date.fromisoformat(day)) + since_midnight
        try:
            made(
                locked, begins, begins + length, title=series.title, key=f"again:{series.pk.hex}:{day}", by=by, at=at,
                subject_type=first.subject_type, subject_id=first.subject_id, series=series, about=about,
            )  # fmt: skip
        except RoomRefused as still:
            left.append([day, still.messages[0]])
    filled, series.skipped = len(series.skipped) - len(left), left
    series.save(update_fields=["skipped"])
    record(
        code=Entry.SERIES_FILLED, by=by, at=at, subject=series, place=series.place_id,
        after={"times": filled, "skipped": len(left)},
    )  # fmt: skip
    return filled


@action
def reserve_bundle(
    *, resources: Sequence[Resource], starts_at: dt.datetime, ends_at: dt.datetime, title: str, key: str, by: Actor,
    at: dt.datetime, subject_type: str = "", subject_id: uuid.UUID | None = None, about: About = NOTHING,
) -> Bundle:  # fmt: skip
    """Room, teacher, kit, vehicle and volunteers together: all of them or none. Locked in the order of their ids.

    Raises RoomRefused and its kinds naming the piece that is in the way, Forbidden.
    """
    if not resources or len({r.pk for r in resources}) != len(resources) or len({r.county for r in resources}) != 1:
        raise RoomRefused(_("请选择同一个县的、互不相同的资源。"))
    for each in resources:
        asking.require(Permission.RESERVE, on=each)
    locked = holding.lock(resources[0].county, [r.pk for r in resources])
    first = Reservation.unscoped.filter(county=resources[0].county, key=f"{key}:0").first()
    if first is not None and first.bundle is not None:
        nothing_changed("a repeat of the same page")
        return first.bundle
    here = locked[resources[0].pk]
    bundle = Bundle(county=here.county, place_id=here.place_id, unit_id=here.unit_id, title=title)
    bundle.save(force_insert=True)
    for number, each in enumerate(resources):
        made(
            locked[each.pk], starts_at, ends_at, title=title, key=f"{key}:{number}", by=by, at=at,
            subject_type=subject_type, subject_id=subject_id, bundle=bundle, about=about,
        )  # fmt: skip
    record(
        code=Entry.BUNDLE_MADE, by=by, at=at, subject=bundle, place=bundle.place_id,
        after={"title": title, "pieces": len(resources), "starts_at": starts_at, "ends_at": ends_at},
    )  # fmt: skip
    return bundle


@action
def release_together(*, of: Series | Bundle, by: Actor, at: dt.datetime, reason: str = "") -> int:
    """Give back what is still ahead of a series or of a bundle; how many that were. Raises Forbidden."""
    rows = of.reservations(manager="unscoped").filter(county=of.county, state__in=sorted(AHEAD), starts_at__gt=at)
    found = list(rows.select_related("resource").order_by("resource_id", "pk"))
    if not found:
        nothing_changed("nothing is ahead")
        return 0
    holding.lock(of.county, {row.resource_id for row in found})
    for row in found:
        asking.require(Permission.RESERVE, on=row.resource)
        released(current(row), by=by, at=at, reason=reason)
    return len(found)
