"""Population figures: list, enter, correct, export."""

from __future__ import annotations

import tempfile
import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from qunwen.base.papers.columns import Column, Kind
from qunwen.base.papers.xlsx import Sheet, write_xlsx
from qunwen.base.places import actions
from qunwen.base.places.access import Permission
from qunwen.base.places.enums import PopulationBasis, PopulationGroup
from qunwen.base.places.models import Population
from qunwen.base.scope import asking, clock
from qunwen.base.scope.codes import Level, is_code, upper_bound
from qunwen.base.ui.web.desk import show

from .asked import form_page, tried
from .forms import PopulationForm
from .loaded import ICON, actor_of, chosen_places, steps

PAGE = 50
BOTH = ["GET", "HEAD", "POST"]
SHEET = (
    Column("code", "区划代码", Kind.ID), Column("place", "区划"), Column("year", "年份", Kind.ID), Column("basis", "口径"),
    Column("group", "人群"), Column("number", "人数", Kind.INTEGER), Column("source", "来源"), Column("grade", "可信等级"),
)  # fmt: skip


def trail(*more: str) -> list[tuple[str, str]]:
    """The trail of these pages."""
    address = reverse("places:populations") if more else ""
    return [*steps(), (_("人口数"), address), *((label, "") for label in more)]


def _asked(request: HttpRequest) -> dict[str, str]:
    """The filters of the address; what is not known is left out."""
    given = {name: request.GET.get(name, "") for name in ("place", "year", "basis", "group", "level")}
    code, year, level = given["place"], given["year"], given["level"]
    right = {
        "place": is_code(code),
        "year": year.isascii() and year.isdigit() and len(year) == 4,
        "basis": given["basis"] in PopulationBasis.values,
        "group": given["group"] in PopulationGroup.values,
        "level": level.isascii() and level.isdigit() and int(level) in Level.values,
    }
    return {name: value if right[name] else "" for name, value in given.items()}


def _rows(request: HttpRequest) -> QuerySet[Population]:
    asked = _asked(request)
    rows = Population.objects.select_related("place", "place__parent")
    if asked["place"]:
        rows = rows.filter(place_id__gte=asked["place"], place_id__lt=upper_bound(asked["place"]))
    if asked["level"]:
        rows = rows.filter(place__level=int(asked["level"]))
    plain = {name: asked[name] for name in ("year", "basis", "group") if asked[name]}
    return rows.filter(**plain).order_by("-year", "place_id", "basis", "group", "pk")


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The figures of one's places."""
    asking.require(Permission.VIEW)
    asked = _asked(request)
    page = Paginator(_rows(request), PAGE).get_page(request.GET.get("page"))
    for row in page.object_list:
        row.may_edit = asking.may(Permission.POPULATION, place=row.place_id)
    choices = [("", _("全部")), *chosen_places(Permission.VIEW)]
    years = Population.objects.order_by("-year").values_list("year", flat=True).distinct()
    return show(
        request, "places/desk/populations.html", title=_("人口数"), icon=ICON, steps=trail(), page=page, asked=asked,
        place_select=forms.Select(choices=choices).render("place", asked["place"]), years=[str(year) for year in years],
        bases=PopulationBasis.choices, groups=PopulationGroup.choices,
        levels=[(str(one.value), one.label) for one in Level if Level.COUNTY <= one <= Level.VILLAGE],
        narrowed=any(asked.values()), may_add=asking.may(Permission.POPULATION),
    )  # fmt: skip


@require_safe
def export(request: HttpRequest) -> FileResponse:
    """Exactly what the list shows, all its pages, as .xlsx; the sheet can be mended and imported again."""
    asking.require(Permission.VIEW)
    target = tempfile.TemporaryFile()  # noqa: SIM115  closed by the answer
    rows: Any = (
        {
            "code": r.place_id, "place": r.place.name, "year": r.year, "basis": r.get_basis_display(),
            "group": r.get_group_display(), "number": r.number, "source": r.source, "grade": r.get_grade_display(),
        }
        for r in _rows(request).iterator(chunk_size=500)
    )  # fmt: skip
    write_xlsx(target, SHEET, rows, sheet=Sheet(name=_("人口数"), title=_("人口数")))
    target.seek(0)
    return FileResponse(target, as_attachment=True, filename=f"{_('人口数')}-{clock.today():%Y%m%d}.xlsx")


@require_http_methods(BOTH)
def add(request: HttpRequest) -> HttpResponse:
    """One figure."""
    asking.require(Permission.POPULATION)
    today = clock.today()
    form = PopulationForm(
        request.POST if request.method == "POST" else None, today=today,
        initial={"place": request.GET.get("place", ""), "year": today.year - 1},
    )  # fmt: skip
    return _answer(request, form, label=_("登记人口数"), word=_("登记人口数"))


@require_http_methods(BOTH)
def edit(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A figure corrected; what it was stays in the journal."""
    row = Population.objects.select_related("place").filter(pk=pk).first()
    if row is None:
        raise Http404
    asking.require(Permission.POPULATION, place=row.place_id)
    start = {name: getattr(row, name) for name in ("number", "source", "grade")}
    form = PopulationForm(
        request.POST if request.method == "POST" else None, row=row, today=clock.today(), initial=start
    )
    lead = f"{row.place.name} · {row.year} · {row.get_basis_display()} · {row.get_group_display()}"
    return _answer(request, form, label=_("保存更正"), word=_("更正人口数"), lead=lead)


def _answer(request: HttpRequest, form: PopulationForm, *, label: str, word: str, **more: Any) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        figure = form.figure()
        made = tried(form, lambda: actions.record_population(figure=figure, by=actor_of(request), at=clock.now()))
        if made is not None:
            messages.success(
                request,
                _("已保存：%(what)s。")
                % {"what": f"{figure.place.name} {made.year} {made.get_group_display()} {made.number}"},
            )
            return redirect(f"{reverse('places:populations')}?place={figure.place.pk}")
    return form_page(
        request, form, None, label=label, word=word, back=reverse("places:populations"), steps=trail(word), **more
    )
