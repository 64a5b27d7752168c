"""Targets set, changed and taken back."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from qunwen.base.scope import asking, clock
from qunwen.base.ui.web.desk import attempt, show, status_of
from qunwen.governance.targets import actions, wording
from qunwen.governance.targets.access import Permission
from qunwen.governance.targets.models import Target

from .asked import ICON, page_of, period_of, place_of, steps, target_or_404
from .forms import ChangeForm, ReasonForm, TargetForm, start_of

BOTH = ["GET", "HEAD", "POST"]


def _actor(request: HttpRequest) -> Any:
    return request.actor  # type: ignore[attr-defined]


@require_http_methods(BOTH)
def add(request: HttpRequest) -> HttpResponse:
    """A new target of a place."""
    place = place_of(request)
    asking.require(Permission.SET, place=place.pk)
    start = {
        "place": place.pk, "period": period_of(request).code, "nature": "expected", "comparison": ">=",
        "code": request.GET.get("code", ""),
    }  # fmt: skip
    form = TargetForm(request.POST if request.method == "POST" else None, place=place, initial=start)
    if request.method == "POST" and form.is_valid():
        about = form.about()
        made = attempt(form, lambda: actions.set_target(place=place, by=_actor(request), at=clock.now(), **about))
        if made is not None:
            messages.success(request, _("目标已下达。接着可以分解到下级。"))
            return redirect(page_of(made))
    back = f"{reverse('targets:list')}?place={place.pk}"
    return show(
        request, "ui/desk_form.html", title=_("下达目标"), icon=ICON, steps=[*steps(), (_("下达目标"), "")], form=form,
        action_label=_("下达"), lead=place.name, back=back, status=status_of(form),
    )  # fmt: skip


@require_http_methods(BOTH)
def change(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """A target changed: a new version with its reason."""
    target = _changeable(county, pk)
    form = ChangeForm(request.POST if request.method == "POST" else None, target=target, initial=start_of(target))

    def change_it(**how: Any) -> str:
        actions.change_target(target=target, new=form.new(), **how)
        return _("已调整，原来的目标保留在调整记录里。")

    return _done(request, form, target, change_it) or _form_page(request, form, target, _("调整目标"))


@require_http_methods(BOTH)
def withdraw(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """A target taken back with all its parts."""
    target = _changeable(county, pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)

    def take_back(**how: Any) -> str:
        actions.withdraw_target(target=target, **how)
        return _("目标已撤销，下级的一并撤销。")

    lead = _("分解到下级的目标会一并撤销。")
    return _done(request, form, target, take_back) or _form_page(
        request, form, target, _("撤销目标"), danger=True, lead=lead
    )


def _changeable(county: str, pk: uuid.UUID) -> Target:
    """The target, for whoever split it off, or set it where it stands alone."""
    target = target_or_404(county, pk)
    asking.require(Permission.SPLIT, on=target.parent) if target.parent else asking.require(Permission.SET, on=target)
    return target


def _done(request: HttpRequest, form: forms.Form, target: Target, act: Callable[..., str]) -> HttpResponse | None:
    """Back to the target with the word for what was done; None where the form was not sent, or has to be mended."""
    if request.method != "POST" or not form.is_valid():
        return None
    reason = form.cleaned_data["reason"]
    said = attempt(form, lambda: act(reason=reason, by=_actor(request), at=clock.now()))
    if said is None:
        return None
    messages.success(request, said)
    return redirect(page_of(target))


def _form_page(request: HttpRequest, form: forms.Form, target: Target, word: str, **more: Any) -> HttpResponse:
    return show(
        request, "ui/desk_form.html", title=f"{target.holder} · {wording.title_of(target)}", icon=ICON,
        steps=steps(target, word), form=form, action_label=word, back=page_of(target), status=status_of(form), **more,
    )  # fmt: skip
