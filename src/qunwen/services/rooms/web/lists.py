"""What waits on the desk: approvals, reservations to repair, priority seasons, troupes, and empty hours to offer."""

from __future__ import annotations

import datetime as dt
import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qunwen.base.scope import asking, clock
from qunwen.base.scope.clock import local, start_of
from qunwen.base.ui.web.desk import attempt, show
from qunwen.services.rooms import actions, openings, queries
from qunwen.services.rooms.access import Permission
from qunwen.services.rooms.actions.offering import pieces
from qunwen.services.rooms.enums import OfferState
from qunwen.services.rooms.models import OfferedHours, PrioritySeason, Resource, Team

from .forms import OfferForm, SeasonForm, TeamForm, new_key
from .loaded import BOTH, ICON, actor, first, form_page, reservation_or_404, resource_or_404, steps

PAGE = 40


@require_safe
def approvals(request: HttpRequest) -> HttpResponse:
    """What waits for a yes or no, the next first."""
    asking.require(Permission.VIEW)
    page = Paginator(queries.waiting(), PAGE).get_page(request.GET.get("page"))
    may = [asking.may(Permission.APPROVE, on=row.resource) for row in page.object_list]
    return show(
        request, "rooms/desk/approvals.html", title=_("待审批"), icon=ICON, steps=steps(None, _("待审批")), page=page,
        rows=list(zip(page.object_list, may, strict=True)), at=clock.now(),
    )  # fmt: skip


# -- repairs ----------------------------------------------------------------------------------------------


@require_safe
def repairs(request: HttpRequest) -> HttpResponse:
    """Reservations that stand where nothing can be had any more, each with where it could go."""
    asking.require(Permission.VIEW)
    at = clock.now()
    found = queries.affected(at=at)
    return show(
        request, "rooms/desk/repairs.html", title=_("待改期"), icon=ICON, steps=steps(None, _("待改期")), found=found,
        at=at, may=asking.may(Permission.RESERVE), key=new_key(),
    )  # fmt: skip


@require_POST
def repair(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Take a proposal: it is looked at again, so nothing is taken that went meanwhile."""
    row = reservation_or_404(county, pk)
    try:
        to = resource_or_404(county, uuid.UUID(request.POST.get("to", "")))
        begins = dt.datetime.fromisoformat(request.POST.get("starts_at", ""))
        key = f"desk:{uuid.UUID(request.POST.get('key', ''))}:{row.pk.hex[-8:]}"
    except ValueError:
        raise Http404 from None
    if begins.tzinfo is None:
        raise Http404
    try:
        new = actions.move(
            reservation=row, to=to, starts_at=begins, ends_at=begins + (row.ends_at - row.starts_at), key=key,
            by=actor(request), at=clock.now(),
        )  # fmt: skip
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        when = f"{local(new.starts_at):%m-%d %H:%M}"
        messages.success(request, _("已改到“%(what)s”%(when)s。") % {"what": to.title, "when": when})
    if request.POST.get("next") == "bundle" and row.bundle_id is not None:
        return redirect("rooms:bundle_page", row.county, row.bundle_id)
    return redirect("rooms:repairs")


# -- priority seasons -------------------------------------------------------------------------------------


@require_safe
def seasons(request: HttpRequest) -> HttpResponse:
    """Days that are kept for some."""
    asking.require(Permission.VIEW)
    rows = PrioritySeason.objects.select_related("resource", "venue").filter(ended_at=None)
    found = rows.order_by("-starts_on", "pk")[:200]
    return show(
        request, "rooms/desk/seasons.html", title=_("优先时段"), icon=ICON, steps=steps(None, _("优先时段")),
        rows=[(one, openings.said(one)) for one in found], today=clock.today(),
        may_manage=asking.may(Permission.MANAGE),
    )  # fmt: skip


@require_http_methods(BOTH)
def add_season(request: HttpRequest) -> HttpResponse:
    """Keep days for some."""
    asking.require(Permission.MANAGE)
    form = SeasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lambda: actions.set_season(by=actor(request), at=clock.now(), **form.values()))
        if made is not None:
            messages.success(request, _("已设定。已经约好的不受影响。"))
            return redirect("rooms:seasons")
    trail = [*steps(), (_("优先时段"), reverse("rooms:seasons")), (_("设定优先时段"), "")]
    return form_page(request, form, trail=trail, label=_("设定优先时段"), back=reverse("rooms:seasons"))


@require_POST
def end_season(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Everybody may reserve again."""
    rows = PrioritySeason.objects.select_related("resource", "venue").filter(county=county, pk=pk)
    actions.end_season(season=first(rows), by=actor(request), at=clock.now())
    messages.success(request, _("已取消，所有人都可以预约了。"))
    return redirect("rooms:seasons")


# -- troupes and empty hours ------------------------------------------------------------------------------


@require_safe
def teams(request: HttpRequest) -> HttpResponse:
    """Troupes that may take empty hours."""
    asking.require(Permission.VIEW)
    rows = Team.objects.select_related("place", "leader").filter(ended_at=None).order_by("place_id", "name", "pk")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return show(
        request, "rooms/desk/teams.html", title=_("文艺团队"), icon="group", steps=steps(None, _("文艺团队")), page=page,
        may_offer=asking.may(Permission.OFFER),
    )  # fmt: skip


@require_http_methods(BOTH)
def add_team(request: HttpRequest) -> HttpResponse:
    """Register a troupe."""
    asking.require(Permission.OFFER)
    form = TeamForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lambda: actions.register_team(by=actor(request), at=clock.now(), **form.values()))
        if made is not None:
            messages.success(request, _("已登记“%(name)s”，负责人登录门户就能领取空闲时段。") % {"name": made.name})
            return redirect("rooms:teams")
    trail = [*steps(), (_("文艺团队"), reverse("rooms:teams")), (_("登记文艺团队"), "")]
    return form_page(request, form, trail=trail, label=_("登记这个团队"), back=reverse("rooms:teams"))


@require_POST
def end_team(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Strike a troupe off."""
    row = first(Team.objects.filter(county=county, pk=pk))
    actions.end_team(team=row, by=actor(request), at=clock.now())
    messages.success(request, _("已注销“%(name)s”，它已约的时间不受影响。") % {"name": row.name})
    return redirect("rooms:teams")


@require_safe
def offers(request: HttpRequest) -> HttpResponse:
    """Empty hours that troupes can take, and those taken lately."""
    asking.require(Permission.VIEW)
    at = clock.now()
    rows = OfferedHours.objects.exclude(state=OfferState.WITHDRAWN).filter(ends_at__gt=at)
    rows = rows.select_related("resource__place", "reservation__team").order_by("starts_at", "pk")
    return show(
        request, "rooms/desk/offers.html", title=_("空闲时段"), icon=ICON, steps=steps(None, _("空闲时段")), at=at,
        page=Paginator(rows, PAGE).get_page(request.GET.get("page")), may_offer=asking.may(Permission.OFFER),
    )  # fmt: skip


def _pieces(row: Resource, day: dt.date, at: dt.datetime) -> list[tuple[str, str]]:
    taken = OfferedHours.objects.filter(
        county=row.county, resource=row, state=OfferState.OPEN, starts_at__lt=start_of(day + dt.timedelta(days=1)),
        ends_at__gt=start_of(day),
    )  # fmt: skip
    free = openings.without(queries.free(row, day, at=at), taken.values_list("starts_at", "ends_at"))
    return [
        (f"{begins.isoformat()}/{ends.isoformat()}", f"{local(begins):%H:%M}–{local(ends):%H:%M}")
        for begins, ends in pieces(free)
    ]


@require_http_methods(BOTH)
def offer(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """The empty stretches of a day, to tick and offer to troupes."""
    row, at = resource_or_404(county, pk), clock.now()
    asking.require(Permission.OFFER, on=row)
    try:
        day = dt.date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        day = clock.day_of(at) + dt.timedelta(days=1)
    stretches = _pieces(row, day, at)
    form = OfferForm(request.POST if request.method == "POST" else None, stretches=stretches)
    if request.method == "POST" and form.is_valid():
        made = 0
        for piece in form.cleaned_data["pieces"]:
            begins, ends = (dt.datetime.fromisoformat(part) for part in piece.split("/"))
            about = {"resource": row, "starts_at": begins, "ends_at": ends, "by": actor(request), "at": at}
            made += attempt(form, lambda about=about: actions.offer_hours(**about)) is not None  # type: ignore[misc]
        if made:
            messages.success(request, _("已提供 %(n)s 个时段，文艺团队在门户上就能领取。") % {"n": made})
            return redirect("rooms:offers")
    return form_page(
        request, form, trail=steps(row, _("提供空闲时段")), label=_("提供给文艺团队"), day=day, row=row,
        back=reverse("rooms:resource", args=[row.county, row.pk]), stretches=stretches,
        template="rooms/desk/offer_form.html",
    )  # fmt: skip


@require_POST
def withdraw_offer(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Take an offer back."""
    row = first(OfferedHours.objects.select_related("resource").filter(county=county, pk=pk))
    try:
        actions.withdraw_offer(offer=row, by=actor(request), at=clock.now())
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, _("已撤回。"))
    return redirect("rooms:offers")
