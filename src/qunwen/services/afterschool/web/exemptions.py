"""Certified status that takes off fees, on the desk."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from qunwen.base.scope import asking, clock
from qunwen.base.ui.web.desk import attempt, show, status_of
from qunwen.services.afterschool.access import Permission
from qunwen.services.afterschool.actions import relief
from qunwen.services.afterschool.models import Exemption, School

from .money_forms import EndForm, ExemptionForm
from .money_loaded import ICON, actor, school_or_404, steps

PAGE = 40


def _list_of(school: School) -> str:
    return reverse("afterschool_money:exemptions", args=[school.county, school.pk])


@require_safe
def index(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Who has which status, and until when."""
    row = school_or_404(county, pk)
    rows = Exemption.objects.filter(county=county, child__school=row)
    rows = rows.select_related("child__resident", "child__school_class").order_by("-starts_on", "-pk")
    return show(
        request, "afterschool/desk/exemptions.html", title=_("收费减免"), icon=ICON, steps=steps(row, _("收费减免")),
        school=row, page=Paginator(rows, PAGE).get_page(request.GET.get("page")), today=clock.today(),
        may_add=asking.may(Permission.EXEMPT, on=row),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Record a certified status."""
    row = school_or_404(county, pk)
    asking.require(Permission.EXEMPT, on=row)
    form = ExemptionForm(request.POST if request.method == "POST" else None, school=row)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if attempt(form, lambda: relief.certify_exemption(school=row, by=actor(request), at=clock.now(), **data)):
            messages.success(request, _("已登记减免；已出的账单重新计算后才会变。"))
            return redirect(_list_of(row))
    return show(
        request, "ui/desk_form.html", title=_("登记减免"), icon=ICON,
        steps=steps(row, (_("收费减免"), _list_of(row)), _("登记")), form=form, action_label=_("登记这项减免"),
        back=_list_of(row), status=status_of(form),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Say until when a status holds."""
    row = Exemption.objects.select_related("child__school", "child__resident").filter(county=county, pk=pk).first()
    if row is None:
        raise Http404
    asking.require(Permission.EXEMPT, on=row)
    form = EndForm(request.POST if request.method == "POST" else None)
    school = row.child.school
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["last_day"]
        if attempt(form, lambda: relief.end_exemption(row=row, last_day=day, by=actor(request), at=clock.now())):
            messages.success(request, _("已登记。"))
            return redirect(_list_of(school))
    lead = _("%(name)s：%(group)s") % {"name": row.child.resident.name, "group": row.get_group_display()}
    return show(
        request, "ui/desk_form.html", title=_("终止减免"), icon=ICON,
        steps=steps(school, (_("收费减免"), _list_of(school)), _("终止")), form=form, lead=lead, danger=True,
        action_label=_("到这一天为止"), back=_list_of(school), status=status_of(form),
    )  # fmt: skip
