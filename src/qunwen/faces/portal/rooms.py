"""Rooms for residents: what is free by day, reserve in the own name or a troupe's, take offered hours, release in one tap."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qunwen.base.people.web.public import resident_required
from qunwen.base.scope import clock
from qunwen.base.scope.clock import local
from qunwen.base.scope.codes import is_code, upper_bound
from qunwen.services.rooms import actions, openings, queries
from qunwen.services.rooms.enums import AHEAD, OpenTo, State, Use
from qunwen.services.rooms.models import Resource, Team
from qunwen.services.rooms.openings import Stretch

from . import counties
from .caching import public_page
from .forms import new_key
from .public import no_county, short, trail

PAGE = 24
NAV = "rooms"
STEP = dt.timedelta(minutes=30)
SHORTEST = 30
DAYS = 14


class ReserveForm(forms.Form):
    """When within what is free, how long, and what for; the key makes a page sent twice give the first answer."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    starts = forms.ChoiceField(label=gettext_lazy("从几点"))
    minutes = forms.TypedChoiceField(label=gettext_lazy("多久"), coerce=int)
    title = forms.CharField(
        label=gettext_lazy("用来做什么"), max_length=60, help_text=gettext_lazy("例如：排练国庆节目。门口屏上会显示，不要写个人信息。"),
        error_messages={"required": gettext_lazy("请写一句做什么用。")},
    )  # fmt: skip
    use = forms.ChoiceField(label=gettext_lazy("用途"), choices=[one for one in Use.choices if one[0] != Use.LESSON])
    people = forms.IntegerField(label=gettext_lazy("大约几个人"), required=False, min_value=1, max_value=5000)
    team = forms.ChoiceField(label=gettext_lazy("用谁的名义"), required=False)

    # The actions' words for the same things.
    NAMES = {"starts_at": "starts", "ends_at": "minutes", "day": "starts"}

    def __init__(self, *args: Any, row: Resource, free: list[Stretch], teams: list[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.teams = {str(team.pk): team for team in teams}
        self.fields["starts"].choices = [(local(at).strftime("%H:%M"), f"{local(at):%H:%M}") for at in _starts(free)]
        lengths = range(SHORTEST, max(row.longest_minutes, SHORTEST) + 1, 30)
        self.fields["minutes"].choices = [(n, _length(n)) for n in lengths]
        if not teams:
            del self.fields["team"]
            return
        mine = [] if row.open_to == OpenTo.TEAMS else [("", _("我自己"))]
        self.fields["team"].choices = [*((key, team.name) for key, team in self.teams.items()), *mine]

    def refuse(self, refused: ValidationError) -> None:
        """What the action says, at the field it is about."""
        if not hasattr(refused, "error_dict"):
            self.add_error(None, refused.messages)
            return
        for name, words in refused.message_dict.items():
            known = self.NAMES.get(name, name)
            self.add_error(known if known in self.fields else None, words)


def _starts(free: list[Stretch]) -> list[dt.datetime]:
    """Every half hour at which at least half an hour is free."""
    found = []
    for begins, ends in free:
        at = begins
        while at + STEP <= ends:
            found.append(at)
            at += STEP
    return found


def _length(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(n)s 分钟") % {"n": rest}
    return _("%(n)s 小时") % {"n": hours} if not rest else _("%(h)s 个半小时") % {"h": hours}


def _day(request: HttpRequest, today: dt.date) -> dt.date:
    try:
        asked = dt.date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return today
    return min(max(asked, today), today + dt.timedelta(days=400))


def _top() -> tuple[Any, str]:
    return (_("订场地"), reverse("portal:rooms"))


@public_page
def index(request: HttpRequest) -> HttpResponse:
    """Rooms and equipment that residents or troupes may reserve, with what is free on a day."""
    county = counties.of_request(request)
    if not county:
        return no_county(request)
    at = clock.now()
    today = clock.day_of(at)
    day = _day(request, today)
    place = request.GET.get("place", "")
    place = place if is_code(place) and place.startswith(county) else ""
    rows = queries.with_hours(queries.resources(county=county))
    if place:
        rows = rows.filter(place_id__gte=place, place_id__lt=upper_bound(place))
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    found = list(page.object_list)
    free = queries.free_of(found, day, at=at)
    return render(
        request,
        "portal/rooms/list.html",
        {
            "nav_key": NAV, "trail": trail((_("订场地"), "")), "page": page, "day": day, "today": today,
            "rows": [(row, free[row.pk]) for row in found], "towns": counties.towns(county), "place": place,
            "offers": queries.offers(county=county, at=at).count(), "county": county,
        },
    )  # fmt: skip


def _resource(county: str, key: uuid.UUID) -> Resource:
    row = queries.with_hours(queries.resources(county=county)).filter(pk=key).first()
    if row is None:
        raise Http404
    return row


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def room(request: Any, county: str, key: uuid.UUID) -> HttpResponse:
    """One room: its free hours by day, and the form to reserve some."""
    row, at = _resource(county, key), clock.now()
    today = clock.day_of(at)
    day = _day(request, today)
    free = queries.free(row, day, at=at)
    teams = list(queries.teams_of(request.resident)) if request.resident else []
    sent = request.POST if request.method == "POST" else None
    start = {"key": new_key(), "minutes": 60, "use": Use.REHEARSAL if teams else Use.OTHER}
    form = ReserveForm(sent, row=row, free=free, teams=teams, initial=start)
    if sent is not None:
        if request.resident is None:
            messages.info(request, _("预约前请先验证手机号，验证后回到这里。"))
            return redirect(f"{reverse('people:login')}?{urlencode({'next': request.get_full_path()})}")
        if form.is_valid() and (answer := _reserve(request, form, row, day)) is not None:
            return answer
    last = today + dt.timedelta(days=min(row.ahead_days, DAYS))
    days = [today + dt.timedelta(days=n) for n in range((last - today).days + 1)]
    return render(
        request,
        "portal/rooms/room.html",
        {
            "nav_key": NAV, "trail": trail(_top(), (short(row.title), "")), "row": row, "day": day, "days": days,
            "free": free, "form": form, "at": at, "teams": teams, "open": openings.open_stretches(row, day),
            "seasons": [(one, openings.said(one)) for one in openings.seasons_on(row, day)],
            "can": row.open_to == OpenTo.RESIDENTS or bool(teams), "has_starts": bool(_starts(free)),
            "next_free": None if _starts(free) else _next_free(row, day, at),
        },
        status=422 if form.is_bound and form.errors else 200,
    )  # fmt: skip


def _next_free(row: Resource, day: dt.date, at: dt.datetime) -> dt.date | None:
    """The first day of the week that follows on which something is free."""
    following = (day + dt.timedelta(days=n) for n in range(1, 8))
    return next((one for one in following if _starts(queries.free(row, one, at=at))), None)


def _reserve(request: Any, form: ReserveForm, row: Resource, day: dt.date) -> HttpResponse | None:
    data = form.cleaned_data
    hour, minute = (int(part) for part in data["starts"].split(":"))
    begins = clock.start_of(day) + dt.timedelta(hours=hour, minutes=minute)
    try:
        made = actions.reserve_for_resident(
            resource=row, resident=request.resident, starts_at=begins,
            ends_at=begins + dt.timedelta(minutes=data["minutes"]), title=data["title"], use=data["use"],
            people=data["people"], team=form.teams.get(data.get("team", "")), key=f"portal:{data['key']}",
            by=request.actor, at=clock.now(),
        )  # fmt: skip
    except ValidationError as refused:
        form.refuse(refused)
        return None
    except PermissionDenied as refused:
        form.add_error(None, str(refused))
        return None
    if made.state == State.ASKED:
        messages.success(request, _("已交给工作人员审批，时间先给您留着，结果会按手机号通知您。"))
    else:
        messages.success(request, _("约好了。到场时在门口屏上输签到码，来不了请提前释放。"))
    return redirect("portal:my_rooms")


# -- offered hours ----------------------------------------------------------------------------------------


@never_cache
@require_safe
def offers(request: Any) -> HttpResponse:
    """Empty hours for troupes: anybody sees them, the leader of a registered troupe takes them."""
    county = counties.of_request(request)
    if not county:
        return no_county(request)
    at = clock.now()
    page = Paginator(queries.offers(county=county, at=at), PAGE).get_page(request.GET.get("page"))
    mine = request.resident is not None and request.resident.county == county
    return render(
        request,
        "portal/rooms/offers.html",
        {
            "nav_key": NAV, "trail": trail(_top(), (_("空闲时段"), "")), "page": page, "key": new_key(),
            "teams": list(queries.teams_of(request.resident)) if mine else [], "known": request.resident is not None,
        },
    )  # fmt: skip


@resident_required
@require_POST
def take(request: Any, county: str, key: uuid.UUID) -> HttpResponse:
    """A troupe takes them."""
    offer = queries.offers(county=county, at=clock.now()).filter(pk=key).first()
    teams = {str(team.pk): team for team in queries.teams_of(request.resident)}
    team = teams.get(request.POST.get("team", ""))
    if offer is None:
        messages.error(request, _("这个时段刚刚被别的团队领走了，请看看别的时段。"))
        return redirect("portal:room_offers")
    if team is None:
        messages.error(request, _("请先到文化站登记团队，由负责人来领取。"))
        return redirect("portal:room_offers")
    try:
        page = uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        raise Http404 from None
    try:
        actions.take_offer(
            offer=offer, team=team, resident=request.resident, key=f"offer:{page}:{key.hex[-8:]}", by=request.actor,
            at=clock.now(),
        )  # fmt: skip
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect("portal:room_offers")
    messages.success(
        request, _("领到了，这段时间归“%(team)s”用。来不了请提前释放，让给别的团队。") % {"team": team.name}
    )
    return redirect("portal:my_rooms")


# -- mine -------------------------------------------------------------------------------------------------


@resident_required
@require_safe
def my_rooms(request: Any) -> HttpResponse:
    """What I reserved: the code for the door, one tap to release, and what is over."""
    at = clock.now()
    rows = list(queries.mine(county=request.resident.county, residents=[request.resident.pk]).reverse()[:100])
    live = [row for row in rows if (row.state in AHEAD or row.state == State.USED) and row.ends_at > at]
    return render(
        request,
        "portal/rooms/mine.html",
        {
            "nav_key": NAV, "trail": trail(_top(), (_("我的场地"), "")), "at": at, "live": live[::-1],
            "past": [row for row in rows if row not in live],
        },
    )  # fmt: skip


@resident_required
@require_POST
def release(request: Any, key: uuid.UUID) -> HttpResponse:
    """One tap: the time is free for others."""
    row = queries.mine(county=request.resident.county, residents=[request.resident.pk]).filter(pk=key).first()
    if row is None:
        raise Http404
    try:
        actions.release_own(reservation=row, resident=request.resident, by=request.actor, at=clock.now())
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, _("已释放，这段时间让给别人了。谢谢您。"))
    return redirect("portal:my_rooms")
