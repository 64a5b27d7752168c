"""The public moment (大屏): the hash that was published, the numbers entered before witnesses, the results as they roll out."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from qunwen.base.scope import asking, clock
from qunwen.base.ui.web.desk import attempt, status_of
from qunwen.services.draws import actions, queries, wording
from qunwen.services.draws.access import Permission
from qunwen.services.draws.enums import State
from qunwen.services.draws.models import Draw

from .desk import BOTH, page_of
from .desk_forms import EnterSeedForm
from .loaded import actor, desk_draw_or_404


@never_cache
@require_http_methods(BOTH)
def stage(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """One page for the big screen, without the desk around it. The seed is entered here."""
    row = desk_draw_or_404(county, pk)
    asking.require(Permission.DRAW, on=row)
    form = EnterSeedForm(
        request.POST if request.method == "POST" else None, initial={"seed": row.seed, "witness": row.witness}
    )
    if request.method == "POST" and form.is_valid():
        call = lambda: actions.enter_seed(draw=row, by=actor(request), at=clock.now(), **form.cleaned_data)  # noqa: E731
        if attempt(form, call):
            return redirect(_url(row))
    return _page(request, row, form)


def _page(request: HttpRequest, row: Draw, form: EnterSeedForm, problem: str = "") -> HttpResponse:
    context: dict[str, Any] = {
        "draw": row, "form": form, "pool": queries.pool_size(row), "seed_form": wording.seed_form(row), "problem": problem,
        "options": [], "back": page_of(row), "digits": list(row.seed),
    }  # fmt: skip
    if row.is_decided:
        found: dict[uuid.UUID, list[dict[str, Any]]] = {}
        for winner in queries.winning_receipts(row):
            found.setdefault(winner["option_id"], []).append(winner)
        context["options"] = [(option, found.get(option.pk, [])) for option in queries.options(row)]
    return render(request, "draws/live.html", context, status=422 if problem else status_of(form))


def _url(row: Draw) -> str:
    return reverse("desk_draws:live", args=[row.county, row.pk])


@require_POST
def carry_out(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Draw lots before everybody's eyes."""
    row = desk_draw_or_404(county, pk)
    try:
        actions.carry_out(draw=row, by=actor(request), at=clock.now())
    except ValidationError as refusal:
        return _page(
            request, row, EnterSeedForm(initial={"seed": row.seed, "witness": row.witness}), " ".join(refusal.messages)
        )
    return redirect(_url(row))


@require_POST
def publish(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Publish the result: on the portal, and to everybody who applied."""
    row = desk_draw_or_404(county, pk)
    if row.state == State.DRAWN or row.state == State.PUBLISHED:
        actions.publish(draw=row, by=actor(request), at=clock.now())
    return redirect(page_of(row))
