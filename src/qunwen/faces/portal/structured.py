"""schema.org data of activities, so that search engines and assistants read what, when, where, how many places."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from typing import Any, Final

from django.utils.html import _json_script_escapes
from django.utils.safestring import SafeString, mark_safe

from qunwen.base.scope import clock
from qunwen.services.activities.enums import SessionState
from qunwen.services.activities.models import Session

from .listing import Entry, activity_url

SCHEMA: Final = "https://schema.org"
MOST: Final = 20

_STATUS: Final = {
    SessionState.SCHEDULED: "EventScheduled",
    SessionState.HELD: "EventScheduled",
    SessionState.POSTPONED: "EventPostponed",
    SessionState.CANCELLED: "EventCancelled",
}


def events(entries: Iterable[Entry], *, base_url: str) -> list[dict[str, Any]]:
    """One Event per date, at most twenty."""
    return [event(entry, base_url=base_url) for entry in list(entries)[:MOST]]


def event(entry: Entry, *, base_url: str) -> dict[str, Any]:
    """One date as a schema.org Event. A moved date says when it was planned first."""
    session = entry.session
    activity = session.activity
    moved = session.original_start is not None and session.state == SessionState.SCHEDULED
    status = "EventRescheduled" if moved else _STATUS[SessionState(session.state)]
    found: dict[str, Any] = {
        "@context": SCHEMA,
        "@type": "Event",
        "@id": f"{base_url}{activity_url(activity)}#{session.pk}",
        "name": activity.title,
        "startDate": _moment(session.starts_at),
        "endDate": _moment(session.ends_at),
        "eventStatus": f"{SCHEMA}/{status}",
        "eventAttendanceMode": f"{SCHEMA}/OfflineEventAttendanceMode",
        "location": _location(session),
        "organizer": {"@type": "Organization", "name": activity.unit.name},
        "isAccessibleForFree": True,
        "inLanguage": "zh-Hans",
        "url": f"{base_url}{activity_url(activity)}",
        "description": activity.summary or activity.title,
    }
    if moved and session.original_start is not None:
        found["previousStartDate"] = _moment(session.original_start)
    if entry.places.left is not None:
        found["remainingAttendeeCapacity"] = entry.places.left
        available = "InStock" if entry.places.left else "SoldOut"
        found["offers"] = {
            "@type": "Offer", "price": 0, "priceCurrency": "CNY", "availability": f"{SCHEMA}/{available}",
            "url": found["url"],
        }  # fmt: skip
    return found


def _moment(moment: dt.datetime) -> str:
    return clock.local(moment).isoformat(timespec="minutes")


def _location(session: Session) -> dict[str, Any]:
    activity = session.activity
    venue = activity.venue
    address = {
        "@type": "PostalAddress",
        "addressCountry": "CN",
        "addressLocality": session.place.name,
        "streetAddress": (venue.address if venue else "") or activity.where,
    }
    found: dict[str, Any] = {
        "@type": "Place",
        "name": activity.where_text or session.place.name,
        "address": {key: value for key, value in address.items() if value},
    }
    if venue is not None and venue.latitude is not None:
        found["geo"] = {
            "@type": "GeoCoordinates",
            "latitude": float(venue.latitude),
            "longitude": float(venue.longitude),
        }
    return found


def script_text(data: object) -> SafeString:
    """JSON for inside a <script>, with everything that could end the element escaped."""
    return mark_safe(json.dumps(data, ensure_ascii=False).translate(_json_script_escapes))
