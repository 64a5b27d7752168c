"""Resources on the desk: the list, one resource with its week, adding and changing, blackouts, the door's address."""

from __future__ import annotations

import datetime as dt
import uuid

import segno
from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qunwen.base.places import queries as places
from qunwen.base.scope import asking, clock
from qunwen.base.scope.codes import is_code, upper_bound
from qunwen.base.ui.web.desk import attempt, show
from qunwen.services.rooms import actions, addresses, openings, queries
from qunwen.services.rooms.access import Permission
from qunwen.services.rooms.enums import Kind
from qunwen.services.rooms.models import Blackout, PrioritySeason, Resource

from .forms import BlockForm, ResourceForm
from .loaded import BOTH, ICON, actor, first, form_page, page_of, resource_or_404, steps

PAGE = 40


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What can be reserved in one's places, and what waits to be done."""
    asking.require(Permission.VIEW)
    rows = Resource.objects.select_related("place", "unit").order_by("-active", "kind", "title", "pk")
    kind, place, word = (request.GET.get(name, "").strip().replace("\x00", "")[:60] for name in ("kind", "place", "q"))
    if kind in Kind.values:
        rows = rows.filter(kind=kind)
    if is_code(place):
        rows = rows.filter(place_id__gte=place, place_id__lt=upper_bound(place))
    if word:
        rows = rows.filter(title__icontains=word)
    choices = [("", _("全部")), *places.reached_choices(Permission.VIEW)]
    return show(
        request, "rooms/desk/list.html", title=_("场地预约"), icon=ICON, steps=steps(), kinds=Kind.choices, kind=kind,
        page=Paginator(rows, PAGE).get_page(request.GET.get("page")), word=word, narrowed=bool(kind or place or word),
        place_select=forms.Select(choices=choices).render("place", place), waiting=queries.waiting().count(),
        broken=sum(1 for _row in queries.standing_in_the_way(at=clock.now())),
        may_manage=asking.may(Permission.MANAGE), may_reserve=asking.may(Permission.RESERVE),
        may_offer=asking.may(Permission.OFFER),
    )  # fmt: skip


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return clock.today()


@require_safe
def resource(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """One resource: its week as a table, rules, blackouts, seasons, the addresses of its screen and calendar."""
    row = resource_or_404(county, pk)
    at, day = clock.now(), _day(request.GET.get("day", ""))
    monday = day - dt.timedelta(days=day.weekday())
    week = dt.timedelta(days=7)
    base = settings.QUNWEN_PUBLIC_URL.rstrip("/")
    may_manage = asking.may(Permission.MANAGE, on=row)
    return show(
        request, "rooms/desk/resource.html", title=row.title, icon=ICON, steps=steps(row), row=row, at=at,
        days=[monday + dt.timedelta(days=n) for n in range(7)], today=clock.day_of(at), monday=monday,
        before=monday - week, after=monday + week, lines=queries.week(row, monday),
        blackouts=[one for one in row.blackouts.all() if one.ends_at > at],
        seasons=[(one, openings.said(one)) for one in _seasons(row, clock.day_of(at))],
        door=base + addresses.door(row) if may_manage else "", feed=base + addresses.feed(row) if may_manage else "",
        may_manage=may_manage, may_offer=asking.may(Permission.OFFER, on=row),
        may_reserve=asking.may(Permission.RESERVE, on=row) and row.active,
    )  # fmt: skip


def _seasons(row: Resource, today: dt.date) -> list[PrioritySeason]:
    rows = PrioritySeason.objects.filter(county=row.county, ended_at=None, ends_on__gte=today)
    return [
        one
        for one in rows.order_by("starts_on", "pk")
        if one.resource_id == row.pk or (row.room is not None and one.venue_id == row.room.venue_id)
    ]


@require_http_methods(BOTH)
def add(request: HttpRequest) -> HttpResponse:
    """Something more that can be reserved."""
    asking.require(Permission.MANAGE)
    staff = getattr(request.user, "staff", None)
    start = {"place": staff.unit.place_id, "unit": str(staff.unit_id)} if staff else {}
    form = ResourceForm(request.POST if request.method == "POST" else None, initial=start)
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lambda: actions.add_resource(by=actor(request), at=clock.now(), **form.values()))
        if made is not None:
            messages.success(request, _("已登记“%(name)s”，现在就可以预约。") % {"name": made.title})
            return redirect(page_of(made))
    trail = steps(None, _("登记可预约资源"))
    return form_page(request, form, trail=trail, label=_("登记这项资源"), back=reverse("rooms:list"))


@require_http_methods(BOTH)
def edit(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Other rules. What is reserved stands."""
    row = resource_or_404(county, pk)
    asking.require(Permission.MANAGE, on=row)
    start = {name: getattr(row, name) for name in actions.SETTINGS}
    form = ResourceForm(request.POST if request.method == "POST" else None, resource=row, initial=start)
    if request.method == "POST" and form.is_valid():
        new = form.values()
        if attempt(form, lambda: actions.change_resource(resource=row, new=new, by=actor(request), at=clock.now())):
            messages.success(request, _("已保存。"))
            return redirect(page_of(row))
    return form_page(request, form, trail=steps(row, _("修改规则")), label=_("保存修改"), back=page_of(row))


@require_http_methods(BOTH)
def block(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Repairs, a closed season: nothing new is taken. What stands already is shown for repair."""
    row = resource_or_404(county, pk)
    asking.require(Permission.MANAGE, on=row)
    form = BlockForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        made = attempt(form, lambda: actions.block(resource=row, by=actor(request), at=clock.now(), **data))
        if made is not None:
            return _after_block(request, row, made)
    return form_page(request, form, trail=steps(row, _("停止预约")), label=_("停止预约这段时间"), back=page_of(row))


def _after_block(request: HttpRequest, row: Resource, made: Blackout) -> HttpResponse:
    hit = queries.clashes(row, made.starts_at, made.ends_at).count()
    if not hit:
        messages.success(request, _("已停止预约。这段时间没有已约的。"))
        return redirect(page_of(row))
    messages.warning(request, _("已停止预约。这段时间已约的有 %(n)s 个，请逐个改到别处或取消。") % {"n": hit})
    return redirect("rooms:repairs")


@require_POST
def lift(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """It can be reserved again."""
    row = first(Blackout.objects.select_related("resource").filter(county=county, pk=pk))
    actions.unblock(blackout=row, by=actor(request), at=clock.now())
    messages.success(request, _("已恢复预约。"))
    return redirect(page_of(row.resource))


@require_POST
def renew_door(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """A new address for the screen by the door and the calendar."""
    row = resource_or_404(county, pk)
    actions.renew_door(resource=row, by=actor(request), at=clock.now())
    messages.success(request, _("门口屏和日历换了新地址，旧地址已经失效，请在平板上重新打开。"))
    return redirect(page_of(row))


@require_safe
def qr(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """The door's address as a code to scan with the tablet."""
    row = resource_or_404(county, pk)
    asking.require(Permission.MANAGE, on=row)
    address = settings.QUNWEN_PUBLIC_URL.rstrip("/") + addresses.door(row)
    return show(
        request, "rooms/desk/qr.html", title=_("门口屏"), icon=ICON, steps=steps(row, _("门口屏")), row=row,
        address=address, qr=mark_safe(segno.make(address, micro=False).svg_inline(scale=5, dark="#1f2328")),
    )  # fmt: skip
