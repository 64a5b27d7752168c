"""Complaints on the desk: open ones first, each answered once."""

from __future__ import annotations

import uuid

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from qunwen.base.scope import asking, clock
from qunwen.base.ui.web.desk import attempt, show, status_of
from qunwen.services.afterschool import actions
from qunwen.services.afterschool.access import Permission
from qunwen.services.afterschool.models import Complaint

from .loaded import ICON, actor, complaint_or_404, steps

PAGE = 40


class AnswerForm(forms.Form):
    """How it was settled."""

    answer = forms.CharField(
        label=gettext_lazy("答复（投诉人会看到）"), max_length=1000, widget=forms.Textarea({"rows": 5})
    )


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Open ones first."""
    asking.require(Permission.ANSWER)
    rows = Complaint.objects.select_related("school").order_by(F("answered_at").asc(nulls_first=True), "-made_at", "pk")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return show(
        request, "afterschool/desk/complaints.html", title=_("课后服务投诉"), icon=ICON, steps=steps(_("投诉")), page=page,
        at=clock.now(),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Read one and answer it."""
    row = complaint_or_404(county, pk)
    asking.require(Permission.ANSWER, on=row)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data["answer"]
        if attempt(
            form, lambda: actions.answer_complaint(complaint=row, answer=words, by=actor(request), at=clock.now())
        ):
            messages.success(request, _("已答复。"))
            return redirect("afterschool:complaints")
    return show(
        request, "ui/desk_form.html", title=row.get_kind_display(), icon=ICON, form=form, lead=row.text,
        steps=steps((_("投诉"), reverse("afterschool:complaints")), row.get_kind_display()),
        action_label=_("答复投诉人"), back=reverse("afterschool:complaints"), status=status_of(form),
    )  # fmt: skip
