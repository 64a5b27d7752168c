"""Draws on the desk: all of them, one with its steps and its pool, a new notice."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qunwen.base.evidence import queries as evidence
from qunwen.base.people.models import Unit
from qunwen.base.places import queries as places
from qunwen.base.places.models import Place
from qunwen.base.scope import asking, clock
from qunwen.base.ui.web.desk import attempt, show, status_of
from qunwen.services.draws import actions, granting, queries, wording
from qunwen.services.draws.access import Permission
from qunwen.services.draws.enums import Channel, Standing, State
from qunwen.services.draws.models import Application, Draw

from .desk_forms import MoveForm, NoticeForm, ReasonForm
from .loaded import actor, application_or_404, desk_draw_or_404, lines_of
from .public import explained, steps_of

PAGE = 40
BOTH = ["GET", "HEAD", "POST"]
TONES = {
    State.OPEN: "current",
    State.FROZEN: "attention",
    State.SEEDED: "attention",
    State.DRAWN: "attention",
    State.PUBLISHED: "good",
    State.CALLED_OFF: "quiet",
}
OUTCOMES = {Standing.APPLIED: "current", Standing.WON: "good", Standing.LOST: "quiet", Standing.WITHDRAWN: "quiet"}


def steps(*more: tuple[str, str]) -> list[tuple[str, str]]:
    """The trail: all draws, and below."""
    return [(_("摇号"), reverse("desk_draws:list")), *more]


def page_of(draw: Draw) -> str:
    """The address of a draw's page."""
    return reverse("desk_draws:draw", args=[draw.county, draw.pk])


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All draws of one's places, the latest first."""
    asking.require(Permission.VIEW)
    page = Paginator(queries.at_desk(), PAGE).get_page(request.GET.get("page"))
    lines = [(row, TONES[State(row.state)]) for row in queries.numbered(page.object_list)]
    return show(
        request, "draws/desk/list.html", title=_("阳光摇号"), icon="list-ul", steps=[(_("摇号"), "")], page=page,
        lines=lines, may_open=asking.may(Permission.MANAGE), at=clock.now(),
    )  # fmt: skip


@never_cache
@require_safe
def draw(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """One draw: what to do next, how people applied, who."""
    row, at = desk_draw_or_404(county, pk), clock.now()
    word = request.GET.get("q", "").strip().replace("\x00", "")[:40]
    rows = (
        Application.objects.filter(county=county, draw=row).select_related("option", "home").prefetch_related("members")
    )
    if word:
        rows = rows.filter(Q(contact__contains=word) | Q(code=word.upper()) | Q(phone=word))
    page = Paginator(rows.order_by("rank", "applied_at", "pk"), PAGE).get_page(request.GET.get("page"))
    return show(
        request, "draws/desk/draw.html", title=row.title, icon="list-ul", steps=steps((row.title, "")), draw=row, at=at,
        tone=TONES[State(row.state)], steps_done=steps_of(row), lines=lines_of(queries.options(row)), word=word,
        rules=wording.rules(row), seed_form=wording.seed_form(row), page=page, channels=_channels(row),
        people=[(one, OUTCOMES[Standing(one.state)]) for one in page.object_list], next=_next(row, at),
        may_apply=row.is_open(at) and asking.may(Permission.APPLY_FOR),
        may_manage=asking.may(Permission.MANAGE, on=row), is_open=row.is_open(at),
        changeable=row.state in (State.OPEN, State.FROZEN), undecided=not row.is_decided and row.state != State.CALLED_OFF,
    )  # fmt: skip


def _channels(row: Draw) -> list[tuple[str, int]]:
    """How many applications came which way: one query."""
    rows = Application.objects.filter(county=row.county, draw=row, withdrawn_at=None).order_by()
    counted = dict(rows.values_list("channel").annotate(n=Count("pk")))
    return [(str(label), counted.get(code, 0)) for code, label in Channel.choices]


def _next(row: Draw, at: Any) -> str:
    """The step that can be taken now: freeze, late (another event is wanted), live; nothing otherwise."""
    if row.state == State.OPEN and at >= row.closes_at:
        return "freeze" if at < row.seed_at else "late"
    if row.state == State.FROZEN:
        return "live" if at >= row.seed_at else "wait"
    return "live" if row.state in (State.SEEDED, State.DRAWN) else ""


@require_http_methods(BOTH)
def notice(request: HttpRequest) -> HttpResponse:
    """A new notice."""
    asking.require(Permission.MANAGE)
    at, held = clock.now(), places.held(Permission.MANAGE)
    county = next((place.pk[:6] for place in held if len(place.pk) >= 6), "")
    if not county:
        raise Http404
    held = [place for place in held if place.pk.startswith(county)]
    things = [(kind, thing) for kind in granting.kinds() for thing in granting.choices(kind, county, at)]
    form = NoticeForm(request.POST if request.method == "POST" else None, things=things, held=held)
    if request.method == "POST" and form.is_valid():
        by = actor(request)
        made = attempt(
            form,
            lambda: actions.open_draw(
                place=form.held[form.cleaned_data["place"]], unit=Unit.objects.filter(pk=by.unit).first(),
                options=form.drafts, rules=form.rules(), by=by, at=at, **form.words(),
            ),
        )  # fmt: skip
        if made is not None:
            messages.success(request, _("摇号公告已发布。"))
            return redirect(page_of(made))
    return show(
        request, "draws/desk/notice.html", title=_("发布摇号公告"), icon="list-ul", steps=steps((_("发布摇号公告"), "")),
        form=form, things=len(things), action_label=_("发布公告"), back=reverse("desk_draws:list"), status=status_of(form),
    )  # fmt: skip


@require_POST
def freeze(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Freeze the list and publish its hash."""
    row = desk_draw_or_404(county, pk)
    try:
        frozen = actions.freeze(draw=row, by=actor(request), at=clock.now())
        messages.success(request, _("名单已锁定，摘要 %(hash)s 已公布。") % {"hash": frozen.list_hash})
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect(page_of(row))


@require_http_methods(BOTH)
def move(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Take another public event."""
    row = desk_draw_or_404(county, pk)
    asking.require(Permission.MANAGE, on=row)
    form = MoveForm(request.POST if request.method == "POST" else None, initial={"seed_notice": row.seed_notice})
    if request.method == "POST" and form.is_valid():
        call = lambda: actions.move_seed(draw=row, by=actor(request), at=clock.now(), **form.cleaned_data)  # noqa: E731
        if attempt(form, call):
            messages.success(request, _("已改用另一次公开事件，名单需要（重新）锁定。"))
            return redirect(page_of(row))
    return _form(request, row, form, word=_("改用另一次公开事件"), label=_("改用这一次"))


@require_http_methods(BOTH)
def call_off(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Call the draw off."""
    row = desk_draw_or_404(county, pk)
    asking.require(Permission.MANAGE, on=row)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        call = lambda: actions.call_off(draw=row, by=actor(request), at=clock.now(), **form.cleaned_data)  # noqa: E731
        if attempt(form, call):
            messages.success(request, _("摇号已取消，申请的人会收到通知。"))
            return redirect(page_of(row))
    return _form(request, row, form, word=_("取消摇号"), label=_("取消这次摇号"), danger=True)


def _form(request: HttpRequest, row: Draw, form: Any, *, word: str, label: str, **more: Any) -> HttpResponse:
    return show(
        request, "ui/desk_form.html", title=row.title, icon="list-ul", steps=steps((row.title, page_of(row)), (word, "")),
        form=form, action_label=label, back=page_of(row), status=status_of(form), **more,
    )  # fmt: skip


@never_cache
@require_safe
def application(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """One application: the receipt to print, the slip's photograph, and why they got what they got."""
    row = application_or_404(county, pk)
    draw, at = row.draw, clock.now()
    told = draw.is_decided and row.state != Standing.WITHDRAWN
    more = explained(row) if told else {}
    return show(
        request, "draws/desk/application.html", title=row.contact, icon="user",
        steps=steps((draw.title, page_of(draw)), (row.contact, "")), one=row, draw=draw, receipt=queries.receipt(row),
        tone=OUTCOMES[Standing(row.state)], told=told, at=at, photos=evidence.of(row).count(),
        changeable=draw.is_open(at) and row.withdrawn_at is None and asking.may(Permission.APPLY_FOR, place=row.place_id, unit=draw.unit_id), **more,
    )  # fmt: skip


@require_POST
def withdraw(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Take an application back for somebody."""
    row = application_or_404(county, pk)
    try:
        actions.withdraw(application=row, by=actor(request), at=clock.now())
        messages.success(request, _("已撤回。"))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect(reverse("desk_draws:application", args=[county, pk]))


def place_of(code: str) -> Place | None:
    """The village chosen on a slip."""
    return Place.objects.filter(pk=code).first() if code else None
