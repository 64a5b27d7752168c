"""Pages that anybody may read: home, activities, calendar, venues, near me, search, help."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from qunwen.base.scope import clock
from qunwen.base.ui.components import Crumb
from qunwen.services.activities.enums import Kind, SessionState
from qunwen.services.rooms import queries as rooms
from qunwen.services.venues.enums import VenueKind

from . import counties, listing, photos, queries, structured, venues
from .caching import public_page
from .listing import WHENS

PAGE = 24
TROUBLED = (SessionState.CANCELLED, SessionState.POSTPONED)


def trail(*steps: tuple[Any, str]) -> tuple[Crumb, ...]:
    """首页 and what follows it."""
    return (Crumb(_("首页"), "/"), *(Crumb(label, url) for label, url in steps))


def short(title: str) -> str:
    """A title for the trail, where the whole of it stands right below."""
    return Truncator(title).chars(16)


def no_county(request: HttpRequest) -> HttpResponse:
    """Nothing is loaded yet: say so instead of an empty page."""
    return render(request, "portal/no_county.html", {"nav_key": "home"})


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; every one stays in the address. Unknown values count as none."""

    text: str = ""
    place: str = ""
    kind: str = ""
    when: str = ""
    day: dt.date | None = None

    @property
    def is_any(self) -> bool:
        """Whether the list is narrowed at all."""
        return bool(self.text or self.place or self.kind or self.when or self.day)


def filters_of(request: HttpRequest, county: str, kinds: Any = Kind) -> Filters:
    """The filters of the address."""
    asked = request.GET
    place = asked.get("place", "").strip()
    return Filters(
        text=asked.get("q", "").strip()[:60],
        place=place if place.isdigit() and place.startswith(county) and len(place) in (9, 12) else "",
        kind=asked.get("kind", "") if asked.get("kind", "") in kinds.values else "",
        when=asked.get("when", "") if asked.get("when", "") in WHENS else "",
        day=_day(asked.get("day", "")),
    )


def _day(text: str) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1990 < day.year < 2200 else None


@public_page
def home(request: HttpRequest) -> HttpResponse:
    """今天、离我近的、这个周末, services, notices."""
    county = counties.of_request(request)
    if not county:
        return no_county(request)
    at = clock.now()
    today = clock.day_of(at)
    weekend = listing.weekend_of(today)
    town = counties.town_of_request(request, county)
    day, month = dt.timedelta(days=1), listing.Stretch(today, today + dt.timedelta(days=30))
    now = list(listing.sessions_of(county, listing.Stretch(today, today + day), at=at)[:6])
    near = list(listing.sessions_of(county, month, at=at, below=town)[:4]) if town else []
    seen = [row.pk for row in now]
    later = list(listing.sessions_of(county, weekend, at=at).exclude(pk__in=seen)[:6])
    entries = listing.entries([*now, *near, *later], at)
    return render(
        request,
        "portal/home.html",
        {
            "nav_key": "home",
            "today": today,
            "now": entries[: len(now)],
            "near": entries[len(now) : len(now) + len(near)],
            "later": entries[len(now) + len(near) :],
            "weekend": weekend,
            "town": town,
            "town_name": counties.name_of(town) if town else "",
            "towns": counties.towns(county),
            "county": county,
            "counties": counties.loaded(),
            "front": queries.county_home(county),
            "news": queries.announcements(county)[:4],
            "closures": venues.closures_in(county, at, days=7, limit=4),
        },
    )


@public_page
def activities(request: HttpRequest) -> HttpResponse:
    """What is on, by town, kind, day and words."""
    county = counties.of_request(request)
    if not county:
        return no_county(request)
    at = clock.now()
    today = clock.day_of(at)
    chosen = filters_of(request, county)
    stretch = listing.stretch_of(chosen.when, today)
    if chosen.day is not None:
        stretch = listing.Stretch(chosen.day, chosen.day + dt.timedelta(days=1))
    rows = listing.sessions_of(
        county,
        stretch,
        at=at if chosen.day is None or chosen.day >= today else None,
        below=chosen.place,
        kind=chosen.kind,
        text=chosen.text,
    )
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "portal/activities.html",
        {
            "nav_key": "activities",
            "trail": trail((_("活动"), "")),
            "page": page,
            "entries": listing.entries(page.object_list, at),
            "chosen": chosen,
            "towns": counties.towns(county),
            "kinds": Kind.choices,
            "whens": WHENS.items(),
            "today": today,
            "county": county,
        },
    )


@public_page
def calendar(request: HttpRequest) -> HttpResponse:
    """One month on a sheet, with festivals."""
    county = counties.of_request(request)
    if not county:
        return no_county(request)
    today = clock.today()
    first = _day(f"{request.GET.get('month', '')}-01") or today.replace(day=1)
    chosen = filters_of(request, county)
    month = listing.month_of(county, first, today, below=chosen.place, kind=chosen.kind)
    return render(
        request,
        "portal/calendar.html",
        {
            "nav_key": "calendar",
            "trail": trail((_("活动日历"), "")),
            "month": month,
            "chosen": chosen,
            "county": county,
            "towns": counties.towns(county),
            "kinds": Kind.choices,
        },
    )


@public_page
def activity(request: HttpRequest, county: str, key: uuid.UUID) -> HttpResponse:
    """One activity: what, when, where, how many places, who answers the telephone."""
    found = listing.activity_of(county, key)
    if found is None:
        raise Http404
    at = clock.now()
    sessions = list(found.sessions.all())
    for session in sessions:
        session.activity, session.place = found, found.place
    entries = listing.entries(sessions, at, pictures=False)
    ahead = [entry for entry in entries if entry.session.ends_at > at]
    base = settings.QUNWEN_PUBLIC_URL.rstrip("/")
    return render(
        request,
        "portal/activity.html",
        {
            "nav_key": "activities",
            "trail": trail((_("活动"), "/activities/"), (short(found.title), "")),
            "activity": found,
            "ahead": ahead,
            "phone": found.contact_phone or (found.venue.phone if found.venue is not None else ""),
            "trouble": ahead[0].session if ahead and all(e.session.state in TROUBLED for e in ahead) else None,
            "past": [entry for entry in entries if entry.session.ends_at <= at],
            "primary": next((e for e in ahead if e.places.bookable), next((e for e in ahead if e.places.queues), None)),
            "photos": photos.of_many([found]).get(found.pk, [])[:12],
            "structured": structured.script_text(structured.events(ahead or entries, base_url=base)),
            "town_name": counties.name_of(found.place_id[:9]),
        },
    )


@public_page
def venue_list(request: HttpRequest) -> HttpResponse:
    """Venues with today's hours."""
    county = counties.of_request(request)
    if not county:
        return no_county(request)
    chosen = filters_of(request, county, VenueKind)
    rows = venues.find(county, below=chosen.place, kind=chosen.kind, text=chosen.text)
    page: Page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "portal/venues.html",
        {
            "nav_key": "venues",
            "trail": trail((_("场馆"), "")),
            "page": page,
            "entries": venues.entries(page.object_list, clock.now()),
            "chosen": chosen,
            "towns": counties.towns(county),
            "kinds": VenueKind.choices,
        },
    )


@public_page
def venue(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """One venue: hours of the week, closures, rooms, what is on here, telephone."""
    found = venues.one(key)
    if found is None:
        raise Http404
    at = clock.now()
    today = clock.day_of(at)
    on_here = listing.sessions_at_venue(found.pk, found.place_id[:6], at, limit=8)
    return render(
        request,
        "portal/venue.html",
        {
            "nav_key": "venues",
            "trail": trail((_("场馆"), "/venues/"), (found.name, "")),
            "venue": found,
            "week": venues.week_of(found, today),
            "bookable": rooms.resources(county=found.place_id[:6]).filter(room__venue=found.pk),
            "open_now": venues.venues.open_at(found, at),
            "today": today,
            "closures": venues.coming_closures(found, at),
            "photos": photos.of_many([found]).get(found.pk, [])[:12],
            "entries": listing.entries(on_here, at),
            "town_name": counties.name_of(found.place_id[:9]),
        },
    )


@public_page
def near(request: HttpRequest) -> HttpResponse:
    """What is near: by the town one chooses, or by the position one gives."""
    county = counties.of_request(request)
    if not county:
        return no_county(request)
    at = clock.now()
    position = _position(request)
    town = counties.town_of_request(request, county)
    metres: dict[uuid.UUID, int] = {}
    rows = []
    if position is not None:
        pairs = venues.nearest(venues.find(county), *position)[:12]
        metres = {row.pk: distance for row, distance in pairs}
        rows = [row for row, _distance in pairs]
    elif town:
        rows = venues.find(county, below=town)[:12]
    sessions = []
    if rows or town:
        ahead = listing.sessions_of(
            county, listing.stretch_of("month", clock.day_of(at)), at=at, below="" if position else town
        )
        if position is not None:
            ahead = ahead.filter(activity__venue__in=list(metres))
        sessions = list(ahead[:12])
    response = render(
        request,
        "portal/near.html",
        {
            "nav_key": "home",
            "trail": trail((_("离我近的"), "")),
            "position": position,
            "town": town,
            "town_name": counties.name_of(town) if town else "",
            "towns": counties.towns(county),
            "venues": venues.entries(rows, at, metres=metres),
            "entries": listing.entries(sessions, at),
        },
    )
    if position is None and town and request.GET.get("place") and request.COOKIES.get(counties.TOWN_COOKIE) != town:
        _remember(request, response, counties.TOWN_COOKIE, town)
    return response


def _position(request: HttpRequest) -> tuple[float, float] | None:
    try:
        latitude, longitude = float(request.GET.get("lat", "")), float(request.GET.get("lng", ""))
    except ValueError:
        return None
    return (latitude, longitude) if -90 <= latitude <= 90 and -180 <= longitude <= 180 else None


def _remember(request: HttpRequest, response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name, value, max_age=counties.COOKIE_SECONDS, samesite="Lax", httponly=True, secure=request.is_secure()
    )


@public_page
def search(request: HttpRequest) -> HttpResponse:
    """Activities, venues and announcements at once; each activity once, with its next date."""
    county = counties.of_request(request)
    if not county:
        return no_county(request)
    at = clock.now()
    chosen = filters_of(request, county)
    rows: list[Any] = []
    more = False
    if chosen.is_any:
        stretch = listing.stretch_of(chosen.when, clock.day_of(at))
        found = listing.sessions_of(
            county, stretch, at=at, below=chosen.place, kind=chosen.kind, text=chosen.text
        )  # fmt: skip
        seen: dict[Any, Any] = {}
        for row in found[:400]:
            seen.setdefault(row.activity_id, row)
        rows, more = list(seen.values())[:18], len(seen) > 18
    return render(
        request,
        "portal/search.html",
        {
            "nav_key": "",
            "trail": trail((_("搜索"), "")),
            "chosen": chosen,
            "entries": listing.entries(rows, at),
            "more": more,
            "venues": venues.entries(venues.find(county, below=chosen.place, text=chosen.text)[:12], at)
            if chosen.text
            else [],
            "news": queries.announcements(county, text=chosen.text)[:6] if chosen.text else [],
            "towns": counties.towns(county),
            "kinds": Kind.choices,
            "whens": WHENS.items(),
        },
    )


@public_page
def news(request: HttpRequest) -> HttpResponse:
    """Announcements, newest first."""
    county = counties.of_request(request)
    if not county:
        return no_county(request)
    page = Paginator(queries.announcements(county), PAGE).get_page(request.GET.get("page"))
    context = {"nav_key": "news", "trail": trail((_("公告"), "")), "page": page}
    return render(request, "portal/news.html", context)


@public_page
def announcement(request: HttpRequest, key: int) -> HttpResponse:
    """One announcement."""
    found = queries.announcement(key)
    if found is None:
        raise Http404
    context = {"nav_key": "news", "trail": trail((_("公告"), "/news/"), (short(found.title), "")), "page": found}
    return render(request, found.template, context)


@public_page
def help_page(request: HttpRequest) -> HttpResponse:
    """For people without a smartphone: whom to ring, where to go, what a worker can do for them."""
    county = counties.of_request(request)
    phones = venues.telephones(county) if county else []
    context = {"nav_key": "help", "trail": trail((_("帮助"), "")), "phones": phones}
    return render(request, "portal/help.html", context)


@csrf_exempt
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Remember the county (and forget the town). A preference of looks only, so no token is asked for."""
    county = request.POST.get("county", "")
    back = request.POST.get("next", "/")
    ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    response = HttpResponseRedirect(back if ours else "/")
    if county in {spot.code for spot in counties.loaded()}:
        _remember(request, response, counties.COUNTY_COOKIE, county)
        response.delete_cookie(counties.TOWN_COOKIE, samesite="Lax")
    return response
