"""iCalendar (RFC 5545): one event per date, with the zone spelled out, changes and cancellations heard."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from urllib.parse import urlsplit

from icalendar import Calendar, Event, Timezone, TimezoneStandard

from qunwen.base.scope.clock import SHANGHAI

from .enums import SessionState
from .models import Session

_STATUS = {
    SessionState.SCHEDULED: "CONFIRMED",
    SessionState.HELD: "CONFIRMED",
    SessionState.POSTPONED: "TENTATIVE",
    SessionState.CANCELLED: "CANCELLED",
}


def calendar(sessions: Iterable[Session], *, name: str, base_url: str) -> bytes:
    """A calendar of these dates. `base_url` is the public address of the portal.

    UID is stable over the life of a date; SEQUENCE and LAST-MODIFIED rise with each change, so that
    calendars that already hold the event follow it; a cancelled date stays in with STATUS:CANCELLED.
    """
    feed = blank(name)
    host = urlsplit(base_url).hostname or "qunwen"
    for session in sessions:
        feed.add_component(_event(session, host, base_url))
    return feed.to_ical()


def blank(name: str, *, kind: str = "Activities") -> Calendar:
    """A calendar without events yet, with the zone spelled out; for whoever has dates of another sort."""
    feed = Calendar()
    feed.add("prodid", f"-//Qunwen//{kind}//ZH")
    feed.add("version", "2.0")
    feed.add("calscale", "GREGORIAN")
    feed.add("method", "PUBLISH")
    feed.add("x-wr-calname", name)
    feed.add("x-wr-timezone", "Asia/Shanghai")
    feed.add("refresh-interval;value=duration", "PT1H")
    feed.add_component(_zone())
    return feed


def _zone() -> Timezone:
    # China has had one zone and no summer time since 1992.
    zone = Timezone()
    zone.add("tzid", "Asia/Shanghai")
    standard = TimezoneStandard()
    standard.add("dtstart", dt.datetime(1992, 1, 1))  # noqa: DTZ001  local time by definition of VTIMEZONE
    standard.add("tzoffsetfrom", dt.timedelta(hours=8))
    standard.add("tzoffsetto", dt.timedelta(hours=8))
    standard.add("tzname", "CST")
    zone.add_component(standard)
    return zone


def _event(session: Session, host: str, base_url: str) -> Event:
    activity = session.activity
    event = Event()
    event.add("uid", f"{session.pk}@{host}")
    event.add("sequence", session.sequence)
    event.add("dtstamp", session.changed_at.astimezone(dt.UTC))
    event.add("last-modified", session.changed_at.astimezone(dt.UTC))
    event.add("dtstart", session.starts_at.astimezone(SHANGHAI))
    event.add("dtend", session.ends_at.astimezone(SHANGHAI))
    event.add("status", _STATUS[SessionState(session.state)])
    event.add("summary", activity.title)
    event.add("location", " ".join(p for p in (activity.where_text, session.place.name) if p))
    if activity.summary or session.reason:
        event.add("description", "\n".join(p for p in (activity.summary, session.reason) if p))
    event.add("url", f"{base_url}/activities/{session.county}/{activity.pk}/")
    if activity.venue_id and activity.venue.latitude is not None:
        event.add("geo", (float(activity.venue.latitude), float(activity.venue.longitude)))
    return event
