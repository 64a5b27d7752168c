"""Calendars to subscribe to: of a county, town or venue, of one activity, of my bookings."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from hashlib import sha256

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.http import http_date, parse_etags, parse_http_date_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from qunwen.base.scope import clock, context
from qunwen.services.activities import feeds
from qunwen.services.activities.models import Session
from qunwen.services.bookings import queries as bookings
from qunwen.services.bookings.enums import EXPECTED, State
from qunwen.services.bookings.models import Booking

from . import counties, listing, queries
from .public import filters_of

BACK = dt.timedelta(days=31)  # subscribers keep what was a while, and hear of late cancellations
AHEAD = dt.timedelta(days=186)
MOST = 2000


def _base() -> str:
    return settings.QUNWEN_PUBLIC_URL.rstrip("/")


def answer(request: HttpRequest, body: bytes, changed: dt.datetime | None, name: str) -> HttpResponse:
    """The feed, or "not modified" when the reader has it already."""
    etag = f'"{sha256(body).hexdigest()[:20]}"'
    seen = parse_etags(request.headers.get("If-None-Match", ""))
    since = parse_http_date_safe(request.headers.get("If-Modified-Since", ""))
    same = etag in seen or (not seen and since is not None and changed is not None and changed.timestamp() < since + 1)
    response = HttpResponseNotModified() if same else HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response.headers["ETag"] = etag
    if changed is not None:
        response.headers["Last-Modified"] = http_date(changed.timestamp())
    response.headers["Content-Disposition"] = f'inline; filename="{name}.ics"'
    return response


def _changed(sessions: Sequence[Session]) -> dt.datetime | None:
    return max((row.changed_at for row in sessions), default=None)


@require_safe
def county_calendar(request: HttpRequest) -> HttpResponse:
    """Everything public of a county from a month ago on; `place`, `kind`, `q` and `venue` narrow it."""
    county = counties.of_request(request)
    if not county:
        raise Http404
    today = clock.today()
    chosen = filters_of(request, county)
    stretch = listing.Stretch(today - BACK, today + AHEAD)
    rows = listing.sessions_of(county, stretch, below=chosen.place, kind=chosen.kind, text=chosen.text)
    venue = request.GET.get("venue", "")
    if venue:
        try:
            rows = rows.filter(activity__venue_id=uuid.UUID(venue))
        except ValueError:
            raise Http404 from None
    found = list(rows[:MOST])
    name = counties.name_of(chosen.place[:9] or county) or counties.name_of(county)
    title = _("%(place)s文化活动") % {"place": name}
    response = answer(request, feeds.calendar(found, name=title, base_url=_base()), _changed(found), "activities")
    response.headers["Cache-Control"] = "public, max-age=300"
    patch_vary_headers(response, ["Cookie"])
    return response


@require_safe
def activity_calendar(request: HttpRequest, county: str, key: uuid.UUID) -> HttpResponse:
    """The dates of one activity, or with `session` one of them, as a file."""
    activity = listing.activity_of(county, key)
    if activity is None:
        raise Http404
    rows = list(activity.sessions.all())
    wanted = request.GET.get("session")
    if wanted:
        rows = [row for row in rows if str(row.pk) == wanted]
        if not rows:
            raise Http404
    for row in rows:
        row.activity, row.place = activity, activity.place
    body = feeds.calendar(rows, name=activity.title, base_url=_base())
    return answer(request, body, _changed(rows), "activity")


@require_safe
def my_calendar(request: HttpRequest, token: str) -> HttpResponse:
    """The bookings of one resident and the wards, under a secret address; read by calendar programs without cookies."""
    feed = queries.feed_by_token(token)
    if feed is None:
        raise Http404
    now = clock.now()
    rows = bookings.my_bookings(county=feed.county, residents=queries.persons_of(feed))
    wanted = [*EXPECTED, State.OFFERED]
    with context.crossing(feed.county, reason="a signed address is the right to read"):
        kept: list[Booking] = list(rows.filter(state__in=wanted, bucket__ends_at__gt=now - BACK)[:500])
    sessions = listing.sessions_by_id(feed.county, {row.bucket.subject_id for row in kept})
    found = sorted(sessions.values(), key=lambda row: (row.starts_at, row.pk))
    body = feeds.calendar(found, name=_("我的文化活动"), base_url=_base())
    # A booking given back leaves no moment behind, so only the tag can say "not modified".
    response = answer(request, body, None, "mine")
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
