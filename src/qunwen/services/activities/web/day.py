"""All dates of one day on paper: what is on, how many are expected, and boxes for those who came."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from qunwen.base.people.enums import AgeGroup
from qunwen.base.scope import asking, clock
from qunwen.base.scope.codes import is_code
from qunwen.base.ui.web.desk import show
from qunwen.services.activities import queries
from qunwen.services.activities.access import Permission
from qunwen.services.activities.enums import SessionState
from qunwen.services.activities.models import Session
from qunwen.services.bookings import queries as bookings

from . import choosing
from .loaded import steps

MOST = 200
GROUPS = (AgeGroup.CHILD, AgeGroup.YOUTH, AgeGroup.ADULT, AgeGroup.ELDER)


@require_safe
def day_sheet(request: HttpRequest) -> HttpResponse:
    """The day's sheet for counting heads: one line a date."""
    asking.require(Permission.VIEW)
    at = clock.now()
    day = _day(request.GET.get("day", ""), clock.day_of(at))
    asked = request.GET.get("place", "")
    place = asked if is_code(asked) else ""
    rows = queries.sessions_between(day, day + dt.timedelta(days=1), below=place).exclude(state=SessionState.CANCELLED)
    found = list(rows[: MOST + 1])
    return show(
        request, "activities/desk/day.html", title=_("当日人数登记表"), icon="calendar-alt",
        steps=steps(None, _("当日人数登记表")), day=day, before=day - dt.timedelta(days=1),
        after=day + dt.timedelta(days=1), place=place, lines=_lines(found[:MOST], at), more=len(found) > MOST,
        place_select=choosing.select("place", choosing.places(Permission.VIEW), place), printed_at=at,
        groups=[group.label for group in GROUPS],
    )  # fmt: skip


def _day(text: str, today: dt.date) -> dt.date:
    """The day asked for; today for anything else, and for years no calendar of ours has (the first has no day before)."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return today
    return day if 2000 <= day.year <= 2100 else today


def _lines(sessions: list[Session], at: dt.datetime) -> list[dict[str, Any]]:
    """Each date with the places given out of it; one query a county."""
    by_county: dict[str, list[Any]] = defaultdict(list)
    for session in sessions:
        by_county[session.county].append(session.pk)
    places: dict[Any, bookings.Availability] = {}
    for county, ids in by_county.items():
        places |= bookings.availability(county=county, subject_type="activities.session", subject_ids=ids, at=at)
    return [{"session": one, "places": places.get(one.pk)} for one in sessions]
