"""Series and brands: list, page, form."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from qunwen.base.scope import asking, clock
from qunwen.base.ui.web.desk import attempt, show, status_of
from qunwen.services.activities import actions
from qunwen.services.activities.access import Permission
from qunwen.services.activities.enums import BrandKind, State
from qunwen.services.activities.models import Activity, Series

from .columns import TONES
from .desk import own_place
from .forms import SeriesForm
from .loaded import series_or_404

ICON = "folder-open-inverse"
PAGE = 40


def _steps(series: Series | None = None, *more: str) -> list[tuple[str, str]]:
    found = [(_("系列与品牌"), reverse("activities:series_list"))]
    if series is not None:
        found.append((series.name, reverse("activities:series", args=[series.county, series.pk]) if more else ""))
    return found + [(label, "") for label in more]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Series and brands of one's places."""
    asking.require(Permission.VIEW)
    rows = Series.objects.select_related("place", "unit").annotate(number=Count("activities"))
    kind, word = request.GET.get("kind", ""), request.GET.get("q", "").strip()[:80]
    if kind in BrandKind.values:
        rows = rows.filter(kind=kind)
    if word:
        rows = rows.filter(name__contains=word)
    page = Paginator(rows.order_by("-active", "name", "pk"), PAGE).get_page(request.GET.get("page"))
    return show(
        request, "activities/desk/series_list.html", title=_("系列与品牌"), icon=ICON, steps=_steps(), page=page,
        kinds=BrandKind.choices, kind=kind, word=word, may_add=asking.may(Permission.PLAN),
    )  # fmt: skip


@require_safe
def page(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """One series with its newest activities."""
    row = series_or_404(county, pk)
    rows = Activity.objects.filter(county=county, series=row).select_related("place", "unit")
    return show(
        request, "activities/desk/series.html", title=row.name, icon=ICON, steps=_steps(row), row=row,
        activities=[(one, TONES[State(one.state)]) for one in rows[:30]], number=rows.count(),
        may_edit=asking.may(Permission.PLAN, on=row),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """A new series or brand."""
    asking.require(Permission.PLAN)
    unit = str(request.actor.unit or "") if request.actor else ""  # type: ignore[attr-defined]
    form = SeriesForm(
        request.POST if request.method == "POST" else None, initial={"place": own_place(request), "unit": unit}
    )
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lambda: actions.create_series(by=request.actor, at=clock.now(), **form.values()))  # type: ignore[attr-defined]
        if made is not None:
            messages.success(request, _("已建立“%(name)s”。") % {"name": made.name})
            return redirect("activities:series", made.county, made.pk)
    return show(
        request, "ui/desk_form.html", title=_("新建系列（品牌）"), icon=ICON, steps=_steps(None, _("新建")), form=form,
        action_label=_("建立系列（品牌）"), back=reverse("activities:series_list"), status=status_of(form),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """What is written of a series."""
    row = series_or_404(county, pk)
    asking.require(Permission.PLAN, on=row)
    start = {name: getattr(row, name) for name in ("name", "kind", "since_year", "intro", "active")}
    form = SeriesForm(request.POST if request.method == "POST" else None, series=row, initial=start)
    if request.method == "POST" and form.is_valid():
        new = form.values()
        if attempt(form, lambda: actions.change_series(series=row, new=new, by=request.actor, at=clock.now())):  # type: ignore[attr-defined]
            messages.success(request, _("已保存。"))
            return redirect("activities:series", row.county, row.pk)
    return show(
        request, "ui/desk_form.html", title=row.name, icon=ICON, steps=_steps(row, _("修改")), form=form,
        action_label=_("保存修改"), back=reverse("activities:series", args=[row.county, row.pk]), status=status_of(form),
    )  # fmt: skip
