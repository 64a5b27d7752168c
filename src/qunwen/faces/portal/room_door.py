"""The screen by the door of a room, and the calendar of a room to subscribe to.

The screen's address is secret: it shows what is on, and takes codes. It renews itself without a script.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from icalendar import Event

from qunwen.base.journal.actors import Actor, ActorKind
from qunwen.base.people import rates
from qunwen.base.people.rates import Limit
from qunwen.base.scope import clock, context
from qunwen.base.scope.clock import SHANGHAI
from qunwen.services.activities import feeds
from qunwen.services.rooms import actions, addresses, openings, queries
from qunwen.services.rooms.enums import HOLDS, State
from qunwen.services.rooms.models import Reservation, Resource

from .feeds import AHEAD, BACK, answer

# A code has a million values and is good for a day: nobody guesses one at this pace.
TRIES: Final = Limit("room_door", times=20, within=dt.timedelta(minutes=10))
REASON: Final = "the room's secret address is the right to see what is on in it"
SECONDS: Final = 30
MOST: Final = 1000


def _resource(county: str, key: uuid.UUID, what: str, secret: str) -> Resource:
    """The resource, when the secret opens it. Not by scope: staff-only rooms have a screen too."""
    row = queries.with_hours(Resource.unscoped.filter(county=county, pk=key)).first()
    if row is None or not addresses.opens(row, what, secret):
        raise Http404
    return row


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def door(request: Any, county: str, key: uuid.UUID, secret: str) -> HttpResponse:
    """Now and next; whoever is there types the code of the reservation."""
    row, at = _resource(county, key, "door", secret), clock.now()
    problem = ""
    with context.crossing(county, reason=REASON):
        if request.method == "POST":
            problem = _check_in(row, request.POST.get("code", "")[:20], at)
            if not problem:
                return redirect(f"{request.path}?done=1")
        running, coming = queries.now_and_next(row, at)
        hours = openings.open_stretches(row, clock.day_of(at))
        return render(
            request,
            "portal/rooms/door.html",
            {
                "row": row, "at": at, "running": running, "coming": coming, "problem": problem, "seconds": SECONDS,
                "open": any(begins <= at < ends for begins, ends in hours), "done": "done" in request.GET and not problem,
                "later": any(begins > at for begins, _ends in hours),
            },
            status=422 if problem else 200,
        )  # fmt: skip


def _check_in(row: Resource, code: str, at: dt.datetime) -> str:
    """ "" when it was right, else what to do."""
    if rates.take(TRIES, key=str(row.pk), at=at) is not None:
        return _("试得太多了，请过几分钟再试，或找工作人员签到。")
    try:
        actions.check_in_by_code(
            resource=row, code=code, by=Actor(kind=ActorKind.SYSTEM, id=None, name=_("门口屏")), at=at
        )
    except ValidationError as refused:
        return " ".join(refused.messages)
    return ""


@require_safe
def calendar(request: HttpRequest, county: str, key: uuid.UUID) -> HttpResponse:
    """When a room is taken. Titles only for who has the secret address; for everybody else just "taken"."""
    secret = request.GET.get("key", "")
    if secret:
        row = _resource(county, key, "feed", secret)
    else:
        found = Resource.objects.filter(county=county, pk=key).first()
        if found is None:
            raise Http404
        row = found
    now = clock.now()
    with context.crossing(county, reason=REASON):
        rows = Reservation.unscoped.filter(
            county=county, resource=row, starts_at__gt=now - BACK, starts_at__lt=now + AHEAD
        )
        events = list(rows.exclude(state=State.REFUSED).select_related("team").order_by("starts_at", "pk")[:MOST])
    feed = feeds.blank(row.title, kind="Rooms")
    host = urlsplit(settings.QUNWEN_PUBLIC_URL).hostname or "qunwen"
    for one in events:
        feed.add_component(_event(one, host, row.title, named=bool(secret)))
    changed = max((one.ended_at or one.used_at or one.reserved_at for one in events), default=None)
    response = answer(request, feed.to_ical(), changed, "room")
    response.headers["Cache-Control"] = "private, no-cache" if secret else "public, max-age=300"
    if secret:
        response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _event(row: Reservation, host: str, where: str, *, named: bool) -> Event:
    held = row.state in HOLDS or row.state == State.MISSED
    changed = (row.ended_at or row.used_at or row.reserved_at).astimezone(dt.UTC)
    event = Event()
    event.add("uid", f"{row.pk}@{host}")
    event.add("sequence", 0 if row.ended_at is None else 1)
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("dtstart", row.starts_at.astimezone(SHANGHAI))
    event.add("dtend", row.ends_at.astimezone(SHANGHAI))
    event.add("status", ("TENTATIVE" if row.state == State.ASKED else "CONFIRMED") if held else "CANCELLED")
    event.add("summary", row.title if named else _("已预约"))
    event.add("location", where)
    if named and row.team is not None:
        event.add("description", row.team.name)
    return event
