"""What a county decides about norms: confirming one, withdrawing that, asking for more."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from qunwen.base.places.models import Place
from qunwen.base.scope import clock
from qunwen.base.ui.web.desk import attempt
from qunwen.governance.norms import actions, queries, showing

from .asked import Asked, answered
from .desk import found_norm, one_page
from .floor_form import OwnFloorForm


@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """A person has compared the norm with its document."""
    about = {"sha256": request.POST.get("sha256", ""), "note": request.POST.get("note", "")}
    done = _("已确认，这条标准从现在起计入判定。")
    return _of_a_norm(request, partial(actions.confirm_norm, **about), done)


@require_POST
def withdraw(request: HttpRequest) -> HttpResponse:
    """The confirmation no longer holds."""
    return _of_a_norm(request, actions.withdraw_confirmation, _("已撤回确认，这条标准不再计入判定。"))


def _of_a_norm(request: HttpRequest, decide: Callable[..., object], done: str) -> HttpResponse:
    """The county decides about the norm that the form names."""

    def page(asked: Asked) -> HttpResponse:
        norm = found_norm(asked, request.POST.get("code", ""))
        return _decided(request, asked, norm.code, partial(decide, rule=norm), done)

    return answered(request, page)


def _decided(request: HttpRequest, asked: Asked, code: str, decide: Callable[..., object], done: str) -> HttpResponse:
    """The county decides: back to the norm's page, or that page with what was refused."""
    try:
        decide(place=_county(asked), by=request.actor, at=clock.now())  # type: ignore[attr-defined]
    except ValidationError as refusal:
        return one_page(request, asked, code, problem=" ".join(refusal.messages), status=422)
    messages.success(request, done)
    return _back(asked, code)


@require_POST
def floor(request: HttpRequest) -> HttpResponse:
    """The county asks for more from a day on."""

    def page(asked: Asked) -> HttpResponse:
        norm = found_norm(asked, request.POST.get("code", ""))
        form = OwnFloorForm(norm, request.POST)
        done = form.is_valid() and attempt(
            form,
            lambda: actions.set_floor(
                place=_county(asked),
                norm=norm,
                floor=form.cleaned_data["floor"],
                valid_from=form.cleaned_data["valid_from"],
                doc=form.cleaned_data["doc"],
                by=request.actor,  # type: ignore[attr-defined]
                at=clock.now(),
            ),
        )
        if not done:
            return one_page(request, asked, norm.code, form=form, status=422)
        messages.success(request, _("已设定本县标准值，从起始日期起按它判定，以前的日期仍按原标准。"))
        return _back(asked, norm.code)

    return answered(request, page)


@require_POST
def withdraw_floor(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The county's own floor no longer judges."""

    def page(asked: Asked) -> HttpResponse:
        row = next((each for each in queries.floors(asked.place.county_code or "") if each.pk == pk), None)
        if row is None:
            raise Http404
        return _decided(request, asked, row.code, partial(actions.withdraw_floor, row=row), _("已撤回本县标准值。"))

    return answered(request, page)


def _county(asked: Asked) -> Place:
    """The county of the place. Raises Http404 above one."""
    found = Place.objects.filter(pk=asked.place.county_code).first() if asked.place.county_code else None
    if found is None:
        raise Http404
    return found


def _back(asked: Asked, code: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(showing.norm_url(code, asked.place.pk, asked.period))
