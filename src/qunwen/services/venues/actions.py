"""Everything that changes venues."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor, ActorKind
from qunwen.base.journal.models import JournalEntry
from qunwen.base.journal.recording import action, changes, nothing_changed, record
from qunwen.base.measures.touching import touch
from qunwen.base.people.models import Unit
from qunwen.base.places.models import Place
from qunwen.base.scope import asking
from qunwen.base.scope.clock import day_of
from qunwen.base.scope.codes import LENGTHS, Level, county_of

from .access import Permission
from .enums import Entry
from .models import Closure, DaysCounted, Room, SpecialDay, Venue, WeeklyHours

EDITABLE = frozenset(
    {
        "name", "kind", "address", "phone", "contact", "area", "latitude", "longitude",
        "accessibility", "intro", "free_open", "opened_on",
    }
)  # fmt: skip
# The register keeps no older states: what it says holds since a facility was opened, or since records began.
SINCE = dt.date(2000, 1, 1)


def _touch(venue: Venue, *feeds: str, since: dt.date | None = None) -> None:
    """What the register says of a facility counts in every month from its opening on."""
    if len(venue.place_id) < LENGTHS[Level.COUNTY]:
        return
    day = since or max(venue.opened_on or SINCE, SINCE)
    touch(county=county_of(venue.place_id), day=day, onward=True, feed=feeds or ("venues.venue",))


@action
def register_venue(
    *, name: str, kind: str, place: Place, unit: Unit, by: Actor, at: dt.datetime, **details: Any
) -> Venue:
    """Put a facility on the register. Raises ValidationError with messages at the fields, Forbidden."""
    asking.require(Permission.EDIT, place=place.pk, unit=unit.pk)
    _known_fields(details)
    venue = Venue(name=name.strip(), kind=kind, place=place, unit=unit, changed_at=at, **details)
    venue.full_clean(validate_unique=False, validate_constraints=False)
    _name_is_free(venue)
    venue.save(force_insert=True)
    record(code=Entry.VENUE_REGISTERED, by=by, at=at, subject=venue, place=place.pk, after={"name": name, "kind": kind})
    _touch(venue)
    return venue


@action
def change_venue(*, venue: Venue, new: Mapping[str, Any], by: Actor, at: dt.datetime) -> Venue:
    """Change what the register says. Only EDITABLE fields; nothing is recorded when nothing differs."""
    asking.require(Permission.EDIT, on=venue)
    _known_fields(new)
    before, after = changes(venue, new)
    if not after:
        nothing_changed("same values")
        return venue
    for field, value in after.items():
        setattr(venue, field, value)
    venue.changed_at = at
    venue.full_clean(validate_unique=False, validate_constraints=False)
    _name_is_free(venue)
    venue.save()
    record(code=Entry.VENUE_CHANGED, by=by, at=at, subject=venue, place=venue.place_id, before=before, after=after)
    opened = [day for day in (before.get("opened_on", venue.opened_on), venue.opened_on) if day]
    _touch(venue, since=max(min(opened), SINCE) if len(opened) == 2 else SINCE)
    return venue


@action
def retire_venue(*, venue: Venue, on: dt.date, by: Actor, at: dt.datetime) -> Venue:
    """Take a facility out of use from a day on; its history stays."""
    asking.require(Permission.EDIT, on=venue)
    venue.retired_on = on
    venue.changed_at = at
    venue.save()
    record(code=Entry.VENUE_RETIRED, by=by, at=at, subject=venue, place=venue.place_id, after={"retired_on": on})
    _touch(venue, since=on)
    return venue


@action
def add_room(*, venue: Venue, name: str, kind: str, by: Actor, at: dt.datetime, **details: Any) -> Room:
    """Add a room. `details`: area (m²), capacity (persons), equipment."""
    asking.require(Permission.EDIT, on=venue)
    room = Room(venue=venue, name=name.strip(), kind=kind, **details)
    room.full_clean(validate_unique=False, validate_constraints=False)
    if Room.unscoped.filter(venue=venue, name=room.name).exists():
        raise ValidationError({"name": _("这个阵地已有同名房间。")})
    room.save(force_insert=True)
    record(
        code=Entry.ROOM_ADDED,
        by=by,
        at=at,
        subject=venue,
        place=venue.place_id,
        after={"room": room.name, "kind": kind},
    )
    _touch(venue, "venues.room")
    return room


@action
def set_weekly_hours(
    *, venue: Venue, hours: Iterable[tuple[int, dt.time, dt.time]], by: Actor, at: dt.datetime
) -> list[WeeklyHours]:
    """Replace the undated weekly pattern by `hours` (weekday 0 = Monday, opens, closes).

    Raises ValidationError when stretches of one day overlap or end before they begin.
    """
    asking.require(Permission.EDIT, on=venue)
    wanted = sorted(set(hours))
    for (day, opens, closes), (next_day, next_opens, _closes) in zip(
        wanted, [*wanted[1:], (9, None, None)][: len(wanted)], strict=True
    ):
        if closes <= opens:
            raise ValidationError(_("关闭时间要晚于开放时间。"))
        if day == next_day and next_opens is not None and next_opens < closes:
            raise ValidationError(_("同一天的开放时段有重叠。"))
    old = WeeklyHours.unscoped.filter(venue=venue, valid_from=None, valid_to=None)
    before = [str(row) for row in old.order_by("weekday", "opens")]
    old.delete()
    rows = [WeeklyHours(venue=venue, weekday=d, opens=o, closes=c) for d, o, c in wanted]
    WeeklyHours.unscoped.bulk_create(rows)
    record(
        code=Entry.HOURS_SET, by=by, at=at, subject=venue, place=venue.place_id,
        before={"weekly": before}, after={"weekly": [str(row) for row in rows]},
    )  # fmt: skip
    _touch(venue, "venues.weeklyhours")
    return rows


@action
def set_special_day(
    *, venue: Venue, day: dt.date, stretch: tuple[dt.time, dt.time] | None, note: str, by: Actor, at: dt.datetime
) -> SpecialDay:
    """Hours of one date (a public holiday, say); `stretch=None` means closed that day."""
    asking.require(Permission.EDIT, on=venue)
    opens, closes = stretch or (None, None)
    row, _created = SpecialDay.unscoped.update_or_create(
        venue=venue, day=day, defaults={"opens": opens, "closes": closes, "note": note}
    )
    record(
        code=Entry.HOURS_SET, by=by, at=at, subject=venue, place=venue.place_id,
        after={"day": day, "opens": opens, "closes": closes, "note": note},
    )  # fmt: skip
    _touch_days(venue, day, day, "venues.specialday")
    return row


@action
def announce_closure(
    *,
    venue: Venue,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    reason: str,
    by: Actor,
    at: dt.datetime,
    substitute: Venue | None = None,
) -> Closure:
    """Announce a temporary closure. The portal shows it at once; when it was announced stays known."""
    asking.require(Permission.CLOSE, on=venue)
    if ends_at <= starts_at:
        raise ValidationError({"ends_at": _("结束时间要晚于开始时间。")})
    if not reason.strip():
        raise ValidationError({"reason": _("请写明闭馆原因，居民会看到。")})
    closure = Closure.unscoped.create(
        venue=venue,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=reason.strip(),
        substitute=substitute,
        announced_at=at,
        announced_by_id=by.id if by.kind == ActorKind.STAFF else None,
    )
    record(
        code=Entry.CLOSURE_ANNOUNCED, by=by, at=at, subject=venue, place=venue.place_id,
        after={"starts_at": starts_at, "ends_at": ends_at, "reason": reason},
    )  # fmt: skip
    _touch_days(venue, day_of(starts_at), day_of(ends_at), "venues.closure")
    return closure


@action
def withdraw_closure(*, closure: Closure, by: Actor, at: dt.datetime) -> Closure:
    """Take an announced closure back (the work was finished early, say)."""
    asking.require(Permission.CLOSE, on=closure)
    closure.withdrawn_at = at
    closure.save()
    record(
        code=Entry.CLOSURE_WITHDRAWN, by=by, at=at, subject=closure.venue, place=closure.venue.place_id,
        before={"reason": closure.reason},
    )  # fmt: skip
    _touch_days(closure.venue, day_of(closure.starts_at), day_of(closure.ends_at), "venues.closure")
    return closure


def _known_fields(details: Mapping[str, Any]) -> None:
    unknown = set(details) - EDITABLE
    if unknown:
        raise TypeError(f"not editable: {', '.join(sorted(unknown))}")


def _name_is_free(venue: Venue) -> None:
    taken = Venue.unscoped.filter(place_id=venue.place_id, name=venue.name, retired_on=None).exclude(pk=venue.pk)
    if taken.exists():
        raise ValidationError({"name": _("这个地方已有同名的阵地。")})


ROOM_FIELDS = frozenset({"name", "kind", "area", "capacity", "equipment", "active"})


@action
def change_room(*, room: Room, new: Mapping[str, Any], by: Actor, at: dt.datetime) -> Room:
    """Change what the register says of a room (ROOM_FIELDS); `active=False` takes it out of use."""
    asking.require(Permission.EDIT, on=room)
    unknown = set(new) - ROOM_FIELDS
    if unknown:
        raise TypeError(f"not editable: {', '.join(sorted(unknown))}")
    before, after = changes(room, new)
    if not after:
        nothing_changed("same values")
        return room
    for field, value in after.items():
        setattr(room, field, value)
    room.full_clean(validate_unique=False, validate_constraints=False)
    if Room.unscoped.filter(venue_id=room.venue_id, name=room.name).exclude(pk=room.pk).exists():
        raise ValidationError({"name": _("这个阵地已有同名房间。")})
    room.save()
    record(
        code=Entry.ROOM_CHANGED, by=by, at=at, subject=room.venue, place=room.venue.place_id, before=before, after=after
    )
    _touch(room.venue, "venues.room")
    return room


def _touch_days(venue: Venue, first: dt.date, last: dt.date, feed: str) -> None:
    if len(venue.place_id) < LENGTHS[Level.COUNTY]:
        return
    month = first.replace(day=1)
    while month <= last:
        touch(county=county_of(venue.place_id), day=month, feed=feed)
        month = (month + dt.timedelta(days=32)).replace(day=1)


@action
def count_days(*, county: str, until: dt.date, by: Actor, at: dt.datetime) -> bool:
    """Days of opening before `until` are over and count from now on. False when they were counted that far already."""
    asking.require(Permission.EDIT, place=county)
    row = DaysCounted.unscoped.filter(county=county).first()
    if row is not None and row.until >= until:
        nothing_changed("counted that far already")
        return False
    before = row.until if row else None
    if row is None:
        row = DaysCounted(county=county, until=until)
        row.save(force_insert=True)
    else:
        row.until = until
        row.save()
    record(
        code=Entry.DAYS_COUNTED, by=by, at=at, subject=row, place=county, before={"until": before} if before else {},
        after={"until": until},
    )  # fmt: skip
    # Without an earlier count every month is another; afterwards only those between.
    if before is None:
        touch(county=county, day=SINCE, onward=True, feed="venues.dayscounted")
    else:
        month = before.replace(day=1)
        while month < until:
            touch(county=county, day=month, feed="venues.dayscounted")
            month = (month + dt.timedelta(days=32)).replace(day=1)
    return True


def when_proved(*, entry: JournalEntry, by: Actor, at: dt.datetime) -> None:
    """Reaction: a photograph came to a facility, or went; its figures change their grade."""
    if entry.subject_type != "venues.venue":
        return
    venue = Venue.unscoped.filter(pk=entry.subject_id).first()
    if venue is not None:
        _touch(venue, "evidence.evidencelink")
