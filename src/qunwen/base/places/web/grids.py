"""Grids of a village: added, renamed, closed."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from qunwen.base.places import actions
from qunwen.base.places.access import Permission
from qunwen.base.places.models import Place
from qunwen.base.scope import asking, clock
from qunwen.base.scope.codes import Level

from .asked import form_page, tried
from .forms import GridCloseForm, GridForm, GridNameForm
from .loaded import actor_of, page_of, place_or_404

BOTH = ["GET", "HEAD", "POST"]


def _at_level(code: str, level: Level) -> Place:
    place = place_or_404(code)
    if place.level != level:
        raise Http404
    asking.require(Permission.GRID, place=place.pk)
    return place


@require_http_methods(BOTH)
def add(request: HttpRequest, code: str) -> HttpResponse:
    """One more grid."""
    village = _at_level(code, Level.VILLAGE)
    form = GridForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        made = tried(form, lambda: actions.create_grid(village=village, by=actor_of(request), at=clock.now(), **data))
        if made is not None:
            messages.success(request, _("已新增网格“%(name)s”，代码 %(code)s。") % {"name": made.name, "code": made.pk})
            return redirect(page_of(village))
    return form_page(request, form, village, label=_("新增网格"), word=_("新增网格"))


@require_http_methods(BOTH)
def rename(request: HttpRequest, code: str) -> HttpResponse:
    """A better name."""
    grid = _at_level(code, Level.GRID)
    form = GridNameForm(request.POST if request.method == "POST" else None, initial={"name": grid.name})
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        if tried(form, lambda: actions.rename_grid(grid=grid, name=name, by=actor_of(request), at=clock.now())):
            messages.success(request, _("已保存。"))
            return redirect(page_of(grid))
    return form_page(request, form, grid, label=_("保存修改"), word=_("修改名称"))


@require_http_methods(BOTH)
def close(request: HttpRequest, code: str) -> HttpResponse:
    """Out of use; its number is not given again."""
    grid = _at_level(code, Level.GRID)
    form = GridCloseForm(request.POST if request.method == "POST" else None, initial={"on": clock.today()})
    if request.method == "POST" and form.is_valid():
        on = form.cleaned_data["on"]
        if tried(form, lambda: actions.close_grid(grid=grid, on=on, by=actor_of(request), at=clock.now())):
            messages.success(request, _("网格已撤销，历史资料保留，网格号不再使用。"))
            return redirect(page_of(grid))
    return form_page(request, form, grid, label=_("撤销这个网格"), word=_("撤销网格"), danger=True)
