"""Definitions on the desk: all of them in words, one with its versions, and changing one with a preview."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qunwen.base.measures import choosing
from qunwen.base.measures.access import Permission as Figures
from qunwen.base.places.models import Place
from qunwen.base.scope import asking, clock
from qunwen.base.scope.codes import Level, upper_bound
from qunwen.base.ui.web.desk import attempt, show, status_of
from qunwen.governance.indicators import actions, catalogue, queries
from qunwen.governance.indicators.access import Permission
from qunwen.governance.indicators.enums import Certainty
from qunwen.governance.indicators.language.definitions import GROUPS, Element, Indicator
from qunwen.governance.indicators.language.ir import Ref, Use, walk
from qunwen.governance.indicators.language.parsing import Names
from qunwen.governance.indicators.language.wording import functions_in_words, in_words, level_in_words, unit_in_words
from qunwen.governance.indicators.language.words import said
from qunwen.governance.indicators.opening import figure_url

from . import previewing
from .forms import DefinitionForm, values_of

ICON = "list-ul"
BOTH = ["GET", "HEAD", "POST"]
MOST = 40
FIRST = ("code", "title", "formula", "unit")  # fields beside the preview


@dataclass(frozen=True)
class Line:
    """One definition of the list."""

    indicator: Indicator
    title: str
    words: str
    unit: str
    source: str
    certainty: str
    own: bool
    url: str


def counties() -> list[Place]:
    """The counties that the reader's places are, or lie in, or hold."""
    found: dict[str, Place] = {}
    for home in choosing.homes():
        if home.level >= Level.COUNTY and home.county_code:
            rows = Place.objects.filter(pk=home.county_code)
        else:
            rows = Place.objects.filter(level=Level.COUNTY, code__gte=home.pk, code__lt=upper_bound(home.pk))
        found.update({row.pk: row for row in rows.order_by("code")[:MOST]})
    return [found[code] for code in sorted(found)]


def _county(request: HttpRequest) -> tuple[Place, list[Place]]:
    """The county of the address, else the reader's first. One that is not the reader's is not there."""
    mine = counties()
    asked = request.GET.get("county") or request.POST.get("county") or (mine[0].pk if mine else "")
    for each in mine:
        if each.pk == asked:
            return each, mine
    raise Http404


def _address(name: str, county: Place, *args: str) -> str:
    return f"{reverse(f'indicators:{name}', args=args)}?{urlencode({'county': county.pk})}"


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Every definition in force today in a county, by theme."""
    asking.require(Permission.VIEW)
    county, mine = _county(request)
    today = clock.today()
    names = catalogue.names(county=county.pk, on=today)
    word = request.GET.get("q", "").strip()[:40]
    group = request.GET.get("group", "")
    lines = [_line(i, names, county) for i in names.indicators.values() if group in ("", i.group)]
    lines = [x for x in lines if not word or word in x.title or word in x.words or word in x.indicator.code]
    groups = [(key, said(*titles), [x for x in lines if x.indicator.group == key]) for key, titles in GROUPS.items()]
    title = _("指标口径")
    return show(
        request, "indicators/list.html", title=title, icon=ICON, steps=[(title, "")], county=county, counties=mine,
        groups=[g for g in groups if g[2]], themes=[(key, said(*titles)) for key, titles in GROUPS.items()], group=group,
        word=word, total=len(lines), may_edit=asking.may(Permission.EDIT, place=county.pk),
        new=_address("new", county),
    )  # fmt: skip


def _line(indicator: Indicator, names: Names, county: Place) -> Line:
    source = indicator.source
    return Line(
        indicator, said(indicator.title, indicator.en), in_words(indicator.expr, names), unit_in_words(indicator.unit),
        source.doc, str(Certainty(source.certainty).label), not indicator.file, _address("one", county, indicator.code),
    )  # fmt: skip


def _found(code: str, county: Place, on: dt.date | None) -> Indicator:
    try:
        return catalogue.indicator(code, county=county.pk, on=on)
    except KeyError:
        raise Http404 from None


@require_safe
def one(request: HttpRequest, code: str) -> HttpResponse:
    """One definition: in words, what it rests on, where it comes from, and all its versions."""
    asking.require(Permission.VIEW)
    county, _mine = _county(request)
    today = clock.today()
    newest = _found(code, county, None)
    names = catalogue.names(county=county.pk, on=today)
    current = names.indicators.get(code)
    line = _line(current or newest, names, county)
    parts = [_part(n, names, county) for n in dict.fromkeys(walk(line.indicator.expr)) if isinstance(n, Ref | Use)]
    return show(
        request, "indicators/one.html", title=line.title, icon=ICON, county=county,
        steps=[(_("指标口径"), _address("list", county)), (line.title, "")], line=line, parts=parts,
        versions=_versions(code, county, names, current), levels=_("、").join(map(level_in_words, line.indicator.levels)),
        may_edit=asking.may(Permission.EDIT, place=county.pk), edit=_address("edit", county, code),
        upcoming=current is None, figure=_figure(line.indicator, county) if current else "",
    )  # fmt: skip


def _figure(indicator: Indicator, county: Place) -> str:
    """The county's own figure, for those who may see it."""
    if not asking.may(Figures.VIEW, place=county.pk) or "county" not in indicator.levels:
        return ""
    return figure_url(indicator.code, county.pk, choosing.default_period(clock.today()))


def _part(node: Ref | Use, names: Names, county: Place) -> dict[str, str]:
    if isinstance(node, Use):
        used = names.indicators[node.code]
        about = {"title": said(used.title, used.en), "unit": used.unit, "meaning": used.meaning}
        return {**about, "code": node.code, "origin": _("指标"), "url": _address("one", county, node.code)}
    element: Element = names.elements[node.code]
    origin = _("填报") if element.returned else _("人口登记") if element.population else _("系统统计")
    return {
        "title": in_words(node, names), "unit": unit_in_words(element.unit), "meaning": element.meaning,
        "code": element.code, "origin": origin, "url": "",
    }  # fmt: skip


def _versions(code: str, county: Place, names: Names, current: Indicator | None) -> list[dict[str, Any]]:
    """All versions, the newest first: the county's own, then the shipped."""
    rows = list(queries.versions(county.pk, code))
    found = [
        {
            "version": row.version, "since": row.valid_from, "until": _until(rows, place), "by": row.saved_by,
            "at": row.saved_at, "reason": row.reason, "sha256": row.sha256, "text": queries.read(row).text,
            "current": current is not None and current.version == row.version and not current.file,
        }
        for place, row in enumerate(rows)
    ]  # fmt: skip
    first = rows[-1].valid_from - dt.timedelta(days=1) if rows else None
    shipped = sorted((i for i in catalogue.shipped().versions if i.code == code), key=lambda i: -i.version)
    return found + [
        {
            "version": i.version, "since": i.valid_from, "until": i.valid_to or first, "by": _("随系统提供"), "at": None,
            "reason": "", "sha256": i.sha256, "text": i.text,
            "current": current is not None and current.version == i.version and bool(current.file),
        }
        for i in shipped
    ]  # fmt: skip


def _until(rows: list[Any], place: int) -> dt.date | None:
    """The last day of a version: its own, or the day before the next one begins. Rows newest first."""
    own: dt.date | None = rows[place].valid_to
    if place == 0:
        return own
    before: dt.date = rows[place - 1].valid_from - dt.timedelta(days=1)
    return min(own, before) if own else before


@require_http_methods(BOTH)
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """Change a definition: a new version from a day on."""
    county, _mine = _county(request)
    asking.require(Permission.EDIT, place=county.pk)
    return _form(request, county, _found(code, county, None), code)


@require_http_methods(BOTH)
def new(request: HttpRequest) -> HttpResponse:
    """A definition of the county's own."""
    county, _mine = _county(request)
    asking.require(Permission.EDIT, place=county.pk)
    return _form(request, county, None, "")


def _form(request: HttpRequest, county: Place, now: Indicator | None, code: str) -> HttpResponse:
    number = queries.next_version(county.pk, code) if code else 1
    names = catalogue.names(county=county.pk, on=clock.today())
    first = values_of(now, names=names, today=clock.today(), seen=number)
    form = DefinitionForm(request.POST or None, initial=first, code=code)
    seen = None
    if request.method == "POST":
        form.is_valid()
        if "preview" in request.POST:
            seen = _preview(form, county, now, number)
            form.errors.clear()
        elif not form.errors and (row := attempt(form, lambda: _save(request, form, county))) is not None:
            told = {"title": form.draft.title, "n": row.version, "day": row.valid_from}
            messages.success(request, _("“%(title)s”第 %(n)d 版已保存，从 %(day)s 起生效。") % told)
            return HttpResponseRedirect(_address("one", county, row.code))
    title = _("修改“%(title)s”") % {"title": said(now.title, now.en)} if now else _("新增本县指标")
    return show(
        request, "indicators/edit.html", title=title, icon=ICON, county=county, form=form, code=code, preview=seen,
        steps=[(_("指标口径"), _address("list", county)), (title, "")], status=status_of(form),
        elements=_choices(names), functions=functions_in_words(), wide=True,
        rest=[bound for bound in form.visible_fields() if bound.name not in FIRST],
        back=_address("one", county, code) if code else _address("list", county),
        preview_url=f"{_address('preview', county)}&{urlencode({'code': code})}",
    )  # fmt: skip


def _save(request: HttpRequest, form: DefinitionForm, county: Place) -> Any:
    return actions.save_version(
        place=county, draft=form.draft, reason=form.cleaned_data["reason"], seen=form.cleaned_data.get("seen"),
        by=request.actor, at=clock.now(),  # type: ignore[attr-defined]
    )  # fmt: skip


def _preview(form: DefinitionForm, county: Place, now: Indicator | None, number: int) -> previewing.Preview:
    return previewing.preview(form.draft, place=county, version=number, now=now, today=clock.today())


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """What the fields would give, as a part of the page; nothing is kept."""
    county, _mine = _county(request)
    asking.require(Permission.EDIT, place=county.pk)
    code = request.GET.get("code", "")
    now = _found(code, county, None) if code else None
    form = DefinitionForm(request.POST, code=code)
    form.is_valid()
    number = queries.next_version(county.pk, code) if code else 1
    return render(request, "indicators/preview.html", {"preview": _preview(form, county, now, number)})


def _choices(names: Names) -> list[tuple[str, list[dict[str, str]]]]:
    """Everything a formula may name, for the help beside the field."""
    elements = [
        {"code": e.code, "title": said(e.title, e.en), "unit": unit_in_words(e.unit), "meaning": e.meaning}
        for e in sorted(names.elements.values(), key=lambda e: e.code)
    ]
    used = [
        {"code": i.code, "title": said(i.title, i.en), "unit": unit_in_words(i.unit), "meaning": ""}
        for i in sorted(names.indicators.values(), key=lambda i: i.code)
    ]
    return [(_("数据项"), elements), (_("其他指标"), used)]
