"""The places of a thing on the desk: how many, when, for whom; stopped, opened again, moved between channels."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST

from qunwen.base.scope import asking, clock
from qunwen.base.ui.web.desk import attempt, put_errors, show, status_of
from qunwen.services.bookings import actions
from qunwen.services.bookings.access import Permission
from qunwen.services.bookings.errors import SizeBelowTaken
from qunwen.services.bookings.models import Bucket

from .forms import BucketForm, MoveForm
from .loaded import actor, bucket_or_404, steps, thing_or_404, thing_url

BOTH = ["GET", "HEAD", "POST"]


def form_page(
    request: HttpRequest, form: forms.Form, bucket: Bucket, *, word: str, label: str, back: str = "", **more: Any
) -> HttpResponse:
    """A form about a thing's places."""
    return show(
        request, more.pop("template", "ui/desk_form.html"), title=bucket.title, icon="group",
        steps=more.pop("trail", None) or steps(bucket, word), form=form, action_label=label,
        back=back or thing_url(bucket), status=status_of(form), **more,
    )  # fmt: skip


@require_http_methods(BOTH)
def settings(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """How many places a channel has, and its rules."""
    row = bucket_or_404(county, pk)
    asking.require(Permission.MANAGE, on=row)
    form = BucketForm(request.POST if request.method == "POST" else None, initial=BucketForm.initial_of(row))
    if request.method == "POST" and form.is_valid():
        size, new = form.cleaned_data["size"], form.settings()
        try:
            actions.adjust_bucket(bucket=row, size=size, new=new, by=actor(request), at=clock.now())
            messages.success(request, _("名额已保存。"))
            return redirect(thing_url(row))
        except SizeBelowTaken as refusal:
            form.add_error("size", refusal.messages)
        except ValidationError as refusal:
            put_errors(form, refusal)
    lead = _("%(what)s：共 %(size)s 个，已报 %(taken)s 个，空 %(left)s 个。") % {
        "what": row.get_channel_display(), "size": row.size, "taken": row.taken, "left": row.left,
    }  # fmt: skip
    return form_page(request, form, row, word=pgettext("button", "调整名额"), label=_("保存名额"), lead=lead)


@require_http_methods(BOTH)
def move(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Free places from one channel to another."""
    thing = thing_or_404(county, pk)
    asking.require(Permission.MANAGE, on=thing.one)
    form = MoveForm(request.POST if request.method == "POST" else None, buckets=thing.buckets)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        call = lambda: actions.move_places(  # noqa: E731
            source=form.rows[data["source"]], target=form.rows[data["target"]], number=data["number"],
            by=actor(request), at=clock.now(),
        )  # fmt: skip
        if attempt(form, call):
            messages.success(request, _("已调剂 %(n)d 个名额。") % {"n": data["number"]})
            return redirect(thing.url)
    return form_page(
        request,
        form,
        thing.one,
        word=pgettext("button", "调剂名额"),
        label=_("调过去"),
        lead=_("只能调空着的名额；调过去的先给那边候补的人。"),
    )


@require_POST
def switch(request: HttpRequest, county: str, pk: uuid.UUID, verb: str) -> HttpResponse:
    """Stop giving out places, begin again, or note after the end who stayed away."""
    row, at, by = bucket_or_404(county, pk), clock.now(), actor(request)
    try:
        if verb == "close":
            actions.close_bucket(bucket=row, by=by, at=at)
            messages.success(request, _("已停止报名，已有名额的人不受影响。"))
        elif verb == "reopen":
            actions.reopen_bucket(bucket=row, by=by, at=at)
            messages.success(request, _("已恢复报名，候补的人先得到名额。"))
        else:
            number = actions.mark_absent(bucket=row, by=by, at=at)
            messages.success(request, _("已登记 %(n)d 组未到场。") % {"n": number})
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect(thing_url(row))
