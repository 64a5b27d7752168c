"""Draws for residents: what is drawn, how to apply, what became of it and why."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from qunwen.base.people.models import Resident
from qunwen.base.people.web.public import resident_required
from qunwen.base.scope import clock
from qunwen.base.ui.components import Crumb
from qunwen.base.ui.web.desk import attempt, status_of
from qunwen.services.bookings import codes
from qunwen.services.draws import actions, queries, wording
from qunwen.services.draws.actions.applying import Slip
from qunwen.services.draws.enums import Standing, State
from qunwen.services.draws.models import Application, Draw, Option

from .forms import ApplyForm, WishesForm
from .loaded import draw_or_404, lines_of, villages_of

SHOWN = 60
BOTH = ["GET", "HEAD", "POST"]


def trail(county: str, *steps: tuple[str, str]) -> tuple[Crumb, ...]:
    """首页, the draws of the county, and what follows."""
    return (
        Crumb(_("首页"), "/"),
        Crumb(_("阳光摇号"), reverse("draws:list", args=[county])),
        *(Crumb(label, url) for label, url in steps),
    )


@never_cache
@require_safe
def index(request: Any, county: str) -> HttpResponse:
    """Draws that take applications, those to come, and those that were held."""
    at = clock.now()
    rows = queries.numbered(queries.draws_of(county)[:SHOWN])
    open_now = [row for row in rows if row.is_open(at)]
    held = [row for row in rows if row.state == State.PUBLISHED]
    ahead = [row for row in rows if row not in open_now and row not in held and row.state != State.CALLED_OFF]
    shown = {"county": county, "open_now": open_now, "ahead": ahead, "held": held, "at": at}
    mine = _mine_of(request, county)[:5] if request.resident is not None and request.resident.county == county else []
    return render(
        request, "draws/list.html", {**shown, "mine": mine, "nav_key": "draws", "trail": trail(county)[:2]}
    )  # fmt: skip


def _family(request: Any) -> list[Resident]:
    return [request.resident, *request.wards] if request.resident is not None else []


def _mine_of(request: Any, county: str) -> Any:
    return queries.mine(county=county, residents=[one.pk for one in _family(request)])


def steps_of(draw: Draw) -> list[dict[str, Any]]:
    """The four steps with their moments; `done` those that lie behind."""
    return [
        {"label": _("截止申请"), "at": draw.closes_at, "done": draw.is_list_public},
        {"label": _("锁定名单，公布摘要"), "at": draw.frozen_at, "done": draw.frozen_at is not None},
        {"label": _("公开事件产生种子"), "at": draw.seeded_at or draw.seed_at, "done": draw.seeded_at is not None},
        {"label": _("抽签，公布结果"), "at": draw.published_at, "done": draw.state == State.PUBLISHED},
    ]


@never_cache
@require_safe
def draw(request: Any, county: str, pk: uuid.UUID) -> HttpResponse:
    """The notice, where it stands, what was published, and the result."""
    row, at = draw_or_404(county, pk), clock.now()
    options = queries.options(row)
    mine = [one for one in _mine_of(request, county)[:SHOWN] if one.draw_id == row.pk] if request.resident else []
    context: dict[str, Any] = {
        "draw": row, "lines": lines_of(options), "steps": steps_of(row), "rules": wording.rules(row), "mine": mine,
        "seed_form": wording.seed_form(row), "is_open": row.is_open(at), "pool": queries.pool_size(row), "at": at,
        "nav_key": "draws", "trail": trail(county, (row.title, "")), "asked_code": "", "found": None,
    }  # fmt: skip
    if row.state == State.PUBLISHED:
        context |= _result(request, row, options)
    return render(request, "draws/draw.html", context)


def _result(request: Any, row: Draw, options: list[Option]) -> dict[str, Any]:
    """Lot numbers that won, by option, without names; and the one a receipt asks for."""
    won: dict[uuid.UUID, list[int]] = {option.pk: [] for option in options}
    for option, rank in queries.winning_numbers(row):
        won[option].append(rank)
    typed = request.GET.get("code", "").strip()[:20]
    code = codes.read(typed) if typed else None
    found = queries.by_code(row, code) if code else None
    return {
        "results": [(option, won[option.pk]) for option in options], "asked_code": typed, "found": found,
        "wrong_code": bool(typed) and found is None,
    }  # fmt: skip


@never_cache
@resident_required
@require_http_methods(BOTH)
def apply(request: Any, county: str, pk: uuid.UUID) -> HttpResponse:
    """Apply for oneself or the family, with the wishes in their order."""
    row, at = draw_or_404(county, pk), clock.now()
    options = queries.options(row)
    form = ApplyForm(
        request.POST if request.method == "POST" else None, draw=row, options=options, family=_family(request)
    )
    if request.method == "POST" and form.is_valid():
        made = attempt(
            form,
            lambda: actions.apply(
                draw=row, people=form.people(), wishes=form.wishes(), channel="app", groups=frozenset(),
                key=f"app:{form.cleaned_data['key']}", by=request.actor, at=at,
                slip=Slip(contact=request.resident.name, phone=request.resident.phone),
            ),
        )  # fmt: skip
        if made is not None:
            messages.success(request, wording.applied(made))
            return redirect("draws:mine", county, made.pk)
    context = {
        "draw": row, "form": form, "lines": lines_of(options), "is_open": row.is_open(at), "nav_key": "draws",
        "trail": trail(county, (row.title, reverse("draws:draw", args=[county, row.pk])), (_("申请"), "")),
    }  # fmt: skip
    return render(request, "draws/apply.html", context, status=status_of(form))


def _one(request: Any, county: str, pk: uuid.UUID) -> Application:
    """An application of mine or of my wards. Anything else is as if it were not there."""
    if county != request.resident.county:
        raise Http404
    found = _mine_of(request, county).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@resident_required
@require_safe
def mine(request: Any, county: str, pk: uuid.UUID) -> HttpResponse:
    """The receipt; after the result, the place or why not."""
    row = _one(request, county, pk)
    draw, at = row.draw, clock.now()
    told = draw.state == State.PUBLISHED and row.state != Standing.WITHDRAWN
    context = {
        "one": row, "draw": draw, "receipt": queries.receipt(row), "changeable": draw.is_open(at), "at": at,
        "told": told, "nav_key": "draws", "trail": trail(county, (draw.title, reverse("draws:draw", args=[county, draw.pk])), (_("我的申请"), "")),
    }  # fmt: skip
    if told:
        context |= explained(row)
    return render(request, "draws/mine.html", context)


def explained(row: Application) -> dict[str, Any]:
    """Why somebody got what they got, in words, for pages."""
    why = queries.why(row)
    villages = villages_of(one.option for one in why.stands)
    stands = [
        {
            "stand": one,
            "special": [(wording.rule_text(rule, villages), number, last) for rule, number, last in one.kept],
        }
        for one in why.stands
    ]
    return {
        "why": why, "wished": [one for one in stands if one["stand"].wish], "missed": why.missed,
        "rule": wording.rule_text(row.rule, villages),
    }  # fmt: skip


@resident_required
@require_http_methods(BOTH)
def change(request: Any, county: str, pk: uuid.UUID) -> HttpResponse:
    """Other wishes, or another order, while the draw takes applications."""
    row = _one(request, county, pk)
    options = queries.options(row.draw)
    before = [one.option for one in row.wishes.select_related("option").order_by("rank")]
    form = WishesForm(
        request.POST if request.method == "POST" else None, options=options, initial=WishesForm.initial_of(before)
    )
    if request.method == "POST" and form.is_valid():
        changed = attempt(
            form,
            lambda: actions.change_wishes(
                application=row, wishes=form.wishes(), by=request.actor, at=clock.now()
            ),
        )  # fmt: skip
        if changed is not None:
            messages.success(request, _("志愿已改好。"))
            return redirect("draws:mine", county, row.pk)
    steps = (row.draw.title, reverse("draws:draw", args=[county, row.draw_id])), (_("改志愿"), "")
    context = {
        "one": row, "draw": row.draw, "form": form, "lines": lines_of(options), "nav_key": "draws",
        "trail": trail(county, *steps), "is_open": row.draw.is_open(clock.now()), "changing": True,
    }  # fmt: skip
    return render(request, "draws/apply.html", context, status=status_of(form))


@resident_required
@require_http_methods(["POST"])
def withdraw(request: Any, county: str, pk: uuid.UUID) -> HttpResponse:
    """Leave the pool."""
    row = _one(request, county, pk)
    try:
        actions.withdraw(application=row, by=request.actor, at=clock.now())
        messages.success(request, _("已撤回。截止以前还可以重新申请。"))
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect("draws:mine", county, row.pk)
