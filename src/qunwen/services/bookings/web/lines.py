"""A waiting line by draw on the desk: freeze its list, enter the seed, show what anybody can compute again."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from qunwen.base.scope import asking, clock
from qunwen.base.ui.web.desk import attempt, show, status_of
from qunwen.services.bookings import actions, queries
from qunwen.services.bookings.access import Permission
from qunwen.services.bookings.enums import LineOrder, State

from .forms import SeedForm
from .loaded import actor, bucket_or_404, steps, thing_url
from .places import BOTH


@never_cache
@require_http_methods(BOTH)
def line(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """The line of one bucket: its order, why nobody is offered anything, and its draw."""
    row, at = bucket_or_404(county, pk), clock.now()
    asking.require(Permission.VIEW, on=row)
    may = asking.may(Permission.MANAGE, on=row)
    drawn = row.line_order == LineOrder.DRAW
    form = SeedForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        asking.require(Permission.MANAGE, on=row)
        if form.is_valid():
            data = form.cleaned_data
            call = lambda: actions.draw_line(bucket=row, **data, by=actor(request), at=at)  # noqa: E731
            if attempt(form, call) is not None:
                messages.success(request, _("候补次序已抽出，有空名额的已通知。"))
                return redirect("bookings:line", county, pk)
    proof = queries.line_proof(row)
    return show(
        request, "bookings/desk/line.html", title=row.title, icon="group", steps=steps(row, _("候补队伍")), row=row,
        proof=proof, drawn=drawn, entries=[(one, lot, State(state).label) for one, lot, state in proof.entries[:500]],
        why=queries.why_nobody_is_offered(row, at), form=form if may and drawn and row.line_hash and not row.line_seed else None,
        may_freeze=may and drawn and not row.line_hash, back=thing_url(row), status=status_of(form), at=at,
    )  # fmt: skip


@require_POST
def freeze(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Close the list that takes part in the draw."""
    row = bucket_or_404(county, pk)
    try:
        actions.freeze_line(bucket=row, by=actor(request), at=clock.now())
        messages.success(request, _("名单已锁定。请把摘要公布出去，再等种子。"))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("bookings:line", county, pk)
