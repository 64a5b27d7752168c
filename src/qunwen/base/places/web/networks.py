"""The named hierarchies: who belongs to whom beside the administrative order, since when, until when."""

from __future__ import annotations

import uuid
from itertools import groupby

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from qunwen.base.places import actions
from qunwen.base.places.access import Permission
from qunwen.base.places.enums import HierarchyKind
from qunwen.base.places.models import HierarchyEdge
from qunwen.base.scope import asking, clock
from qunwen.base.ui.web.desk import show

from .asked import form_page, tried
from .forms import EdgeEndForm, EdgeForm
from .loaded import ICON, actor_of, reaches, steps

BOTH = ["GET", "HEAD", "POST"]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """One hierarchy: its members by the place they belong to, and what was."""
    asking.require(Permission.VIEW)
    wanted = request.GET.get("h", "")
    hierarchy = wanted if wanted in HierarchyKind.values else HierarchyKind.LIBRARY
    today = clock.today()
    rows = HierarchyEdge.objects.filter(hierarchy=hierarchy).select_related("child", "child__parent", "parent")
    over = rows.filter(valid_to__lte=today).order_by("-valid_to", "child_id", "pk")
    alive = rows.filter(Q(valid_to=None) | Q(valid_to__gt=today)).order_by("parent_id", "child_id", "pk")
    for edge in alive:
        edge.may_end = edge.valid_to is None and asking.may(Permission.HIERARCHY, place=edge.child_id)
        edge.opens = reaches(Permission.VIEW, edge.parent_id)
    counted = HierarchyEdge.objects.filter(Q(valid_to=None) | Q(valid_to__gt=today)).values_list("hierarchy", flat=True)
    numbers = list(counted.order_by("hierarchy"))
    return show(
        request, "places/desk/networks.html", title=_("总分馆与责任体系"), icon=ICON,
        steps=[*steps(), (_("总分馆与责任体系"), "")], hierarchy=hierarchy, label=HierarchyKind(hierarchy).label,
        tabs=[(code, name, numbers.count(code)) for code, name in HierarchyKind.choices], today=today,
        groups=[(parent, list(edges)) for parent, edges in groupby(alive, key=lambda edge: edge.parent)], over=over[:200],
        may_edit=asking.may(Permission.HIERARCHY),
    )  # fmt: skip


def _back(hierarchy: str) -> str:
    return f"{reverse('places:networks')}?h={hierarchy}"


@require_http_methods(BOTH)
def add(request: HttpRequest) -> HttpResponse:
    """One more member, or another place for one."""
    asking.require(Permission.HIERARCHY)
    today, wanted = clock.today(), request.GET.get("h", "")
    form = EdgeForm(
        request.POST if request.method == "POST" else None, today=today,
        initial={"since": today, "hierarchy": wanted, "child": request.GET.get("child", "")},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        made = tried(form, lambda: actions.set_edge(by=actor_of(request), at=clock.now(), **form.values()))
        if made is not None:
            messages.success(
                request,
                _("已设定：%(child)s隶属于%(parent)s。") % {"child": made.child.name, "parent": made.parent.name},
            )
            return redirect(_back(made.hierarchy))
    lead = _("没有单独设定的区划，在这个体系里仍随它的行政上级。原来有隶属的，从启用日期起改为新的。")
    return form_page(
        request, form, None, label=_("设定隶属"), word=_("设定隶属"), lead=lead, back=_back(wanted or HierarchyKind.LIBRARY),
        steps=[*steps(), (_("总分馆与责任体系"), reverse("places:networks")), (_("设定隶属"), "")],
    )  # fmt: skip


@require_http_methods(BOTH)
def end(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Back to the administrative order."""
    edge = HierarchyEdge.objects.select_related("child", "parent").filter(pk=pk).first()
    if edge is None:
        raise Http404
    asking.require(Permission.HIERARCHY, place=edge.child_id)
    form = EdgeEndForm(request.POST if request.method == "POST" else None, edge=edge, initial={"on": clock.today()})
    if request.method == "POST" and form.is_valid():
        on = form.cleaned_data["on"]
        if tried(form, lambda: actions.end_edge(edge=edge, on=on, by=actor_of(request), at=clock.now())):
            messages.success(request, _("已终止，从这天起随行政上级。"))
            return redirect(_back(edge.hierarchy))
    lead = f"{edge.get_hierarchy_display()}：{edge.child.name} → {edge.parent.name}"
    return form_page(
        request, form, None, label=_("终止这条隶属"), word=_("终止隶属"), lead=lead, danger=True, back=_back(edge.hierarchy),
        steps=[*steps(), (_("总分馆与责任体系"), _back(edge.hierarchy)), (_("终止隶属"), "")],
    )  # fmt: skip
