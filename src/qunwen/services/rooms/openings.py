"""When a resource is to be had: opening hours and closures of its venue, blackouts, priority seasons, what is held."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from qunwen.base.people.models import Resident
from qunwen.base.scope.clock import day_of, local, start_of
from qunwen.services.bookings.actions import groups
from qunwen.services.bookings.enums import Group
from qunwen.services.venues import queries as venues
from qunwen.services.venues.models import Closure, SpecialDay, WeeklyHours

from . import quarters
from .enums import GROUP, TEAM, Use
from .models import Blackout, PrioritySeason, Resource, Slot, Team

Stretch = tuple[dt.datetime, dt.datetime]
# What is shown of a day for teachers, kits and vehicles, which have no opening hours.
SHOWN = (dt.time(7), dt.time(22))
DAY = dt.timedelta(days=1)


def with_hours(rows: QuerySet[Resource]) -> QuerySet[Resource]:
    """Resources with everything that opening needs, in four further queries whatever their number."""
    return rows.select_related("place", "unit", "room__venue").prefetch_related(
        Prefetch("room__venue__weekly_hours", WeeklyHours.objects.order_by("weekday", "opens", "pk")),
        Prefetch("room__venue__special_days", SpecialDay.objects.order_by("day", "pk")),
        Prefetch("room__venue__closures", Closure.objects.filter(withdrawn_at=None).order_by("pk")),
        Prefetch("blackouts", Blackout.unscoped.filter(lifted_at=None).order_by("starts_at", "pk")),
    )


def _blackouts(resource: Resource) -> list[Blackout]:
    if "blackouts" in getattr(resource, "_prefetched_objects_cache", {}):
        return list(resource.blackouts.all())
    rows = Blackout.unscoped.filter(county=resource.county, resource=resource, lifted_at=None)
    return list(rows.order_by("starts_at", "pk"))


def why_closed(resource: Resource, starts_at: dt.datetime, ends_at: dt.datetime) -> str:
    """Why the stretch is not to be had whoever holds it: inactive, blocked, closed; "" when it is."""
    if not resource.active:
        return _("“%(what)s”现在不接受预约。") % {"what": resource.title}
    for one in _blackouts(resource):
        if one.starts_at < ends_at and starts_at < one.ends_at:
            return _("“%(what)s”这段时间停止预约：%(why)s") % {"what": resource.title, "why": one.reason}
    if resource.room_id is not None and not _within_hours(resource, starts_at, ends_at):
        return _("“%(what)s”这段时间不开放，请看开放时间。") % {"what": resource.title}
    return ""


def _within_hours(resource: Resource, starts_at: dt.datetime, ends_at: dt.datetime) -> bool:
    return any(opens <= starts_at and ends_at <= closes for opens, closes in _hours(resource, day_of(starts_at)))


def _hours(resource: Resource, day: dt.date) -> list[Stretch]:
    """Opening of the venue as moments, announced closures of hours taken out; venues close at night."""
    midnight = start_of(day)
    if resource.room_id is None:
        return [(_at(day, SHOWN[0]), _at(day, SHOWN[1]))]
    room = resource.room
    venue = room.venue  # type: ignore[union-attr]
    if not room.active or venue.retired_on is not None:  # type: ignore[union-attr]
        return []
    found = [(_at(day, opens), _at(day, closes)) for opens, closes in venues.hours_on(venue, day).stretches]
    closed = [
        (one.starts_at, one.ends_at)
        for one in venue.closures.all()
        if one.withdrawn_at is None and one.starts_at < midnight + DAY and midnight < one.ends_at
    ]
    return without(found, closed)


def _at(day: dt.date, moment: dt.time) -> dt.datetime:
    return start_of(day) + dt.timedelta(hours=moment.hour, minutes=moment.minute)


def without(stretches: Iterable[Stretch], taken: Iterable[Stretch]) -> list[Stretch]:
    """The stretches with what is taken cut out, in order."""
    rest = sorted(stretches)
    for begins, ends in taken:
        cut: list[Stretch] = []
        for first, last in rest:
            if ends <= first or last <= begins:
                cut.append((first, last))
                continue
            if first < begins:
                cut.append((first, begins))
            if ends < last:
                cut.append((ends, last))
        rest = cut
    return rest


def open_stretches(resource: Resource, day: dt.date) -> list[Stretch]:
    """When the resource can be had that day at all, whoever holds it."""
    if not resource.active:
        return []
    return without(_hours(resource, day), [(one.starts_at, one.ends_at) for one in _blackouts(resource)])


def held_stretches(resource: Resource, begins: dt.datetime, ends: dt.datetime) -> list[Stretch]:
    """What reservations hold with their buffers, in whole quarters, joined where they meet."""
    wanted = quarters.held(begins, ends)
    rows = Slot.unscoped.filter(
        county=resource.county, resource=resource, quarter__gte=wanted.start, quarter__lt=wanted.stop
    )
    return joined(rows.order_by("quarter").values_list("quarter", flat=True))


def joined(held: Iterable[int]) -> list[Stretch]:
    """Quarters in order as stretches."""
    found: list[list[int]] = []
    for quarter in held:
        if found and found[-1][1] == quarter:
            found[-1][1] = quarter + 1
        else:
            found.append([quarter, quarter + 1])
    return [(quarters.moment_of(first), quarters.moment_of(after)) for first, after in found]


def free_stretches(
    resource: Resource, day: dt.date, *, at: dt.datetime | None = None, held: Sequence[Stretch] | None = None
) -> list[Stretch]:
    """When it can be reserved that day: open, and so far from what is held that its own buffers fit. `at` cuts off the past."""
    buffer = dt.timedelta(minutes=resource.buffer_minutes)
    midnight = start_of(day)
    if held is None:
        held = held_stretches(resource, midnight - buffer, midnight + DAY + buffer)
    taken = [(begins - buffer, ends + buffer) for begins, ends in held]
    if at is not None and at > midnight:
        now = quarters.moment_of(quarters.held(at, at + dt.timedelta(seconds=1)).stop)
        taken.append((midnight - DAY, now))
    return without(open_stretches(resource, day), taken)


def taken_words(resource: Resource, starts_at: dt.datetime, ends_at: dt.datetime) -> str:
    """That somebody has it, and from when to when."""
    return _("“%(what)s”在 %(from)s 至 %(to)s 已被预约（含前后间隔），请换个时间。") % {
        "what": resource.title, "from": f"{local(starts_at):%m-%d %H:%M}", "to": f"{local(ends_at):%H:%M}",
    }  # fmt: skip


# -- priority seasons -------------------------------------------------------------------------------------


def seasons_on(resource: Resource, day: dt.date) -> list[PrioritySeason]:
    """The seasons of the resource, or of its venue, that a day lies in."""
    whose = Q(resource=resource)
    if resource.room is not None:
        whose |= Q(venue=resource.room.venue_id)
    rows = PrioritySeason.unscoped.filter(
        whose, county=resource.county, ended_at=None, starts_on__lte=day, ends_on__gte=day
    )
    return list(rows.order_by("starts_on", "pk"))


def why_kept(
    resource: Resource, starts_at: dt.datetime, *, use: str, team: Team | None, resident: Resident | None,
    trusted: bool, at: dt.datetime,
) -> str:  # fmt: skip
    """Why a season keeps the time for others; "" when none does.

    `trusted`: staff who may approve vouch that those they reserve for are of the certified groups of a season.
    """
    day = local(starts_at).date()
    for season in seasons_on(resource, day):
        if _is_named(season, use=use, team=team, resident=resident, trusted=trusted, day=day):
            continue
        if season.opens_days_before is None:
            return _("%(day)s 在“%(season)s”期间，只留给：%(whom)s。") % {
                "day": f"{day:%m-%d}", "season": season.title, "whom": said(season),
            }  # fmt: skip
        opens = start_of(day - dt.timedelta(days=season.opens_days_before))
        if at < opens:
            return _("%(day)s 在“%(season)s”期间，先留给：%(whom)s；%(opens)s 起对所有人开放。") % {
                "day": f"{day:%m-%d}", "season": season.title, "whom": said(season), "opens": f"{local(opens):%m-%d}",
            }  # fmt: skip
    return ""


def _is_named(
    season: PrioritySeason, *, use: str, team: Team | None, resident: Resident | None, trusted: bool, day: dt.date
) -> bool:
    if use in season.kept_for or (team is not None and TEAM in season.kept_for):
        return True
    named = [code.removeprefix(GROUP) for code in season.kept_for if code.startswith(GROUP)]
    if named and trusted:
        return True
    return resident is not None and any(groups.members_of(group, [resident], day) for group in named)


def whom_choices() -> list[tuple[str, str]]:
    """For whom a season may be kept: kinds of use, troupes, certified groups."""
    return [
        *((code, str(label)) for code, label in Use.choices),
        (TEAM, _("登记的文艺团队")),
        *((f"{GROUP}{code}", str(label)) for code, label in Group.choices),
    ]


def said(season: PrioritySeason) -> str:
    """For whom it is kept, in words."""
    words = dict(whom_choices())
    return "、".join(words.get(code, code) for code in season.kept_for)
