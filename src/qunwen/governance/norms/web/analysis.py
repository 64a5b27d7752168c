"""What if: the past under today's rule, a new floor, the reports a verdict hangs on, the cheapest way to meet all."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from qunwen.base.places import queries as places
from qunwen.base.scope import clock
from qunwen.base.scope.codes import Level, county_of
from qunwen.base.ui.web.desk import show
from qunwen.governance.indicators import catalogue
from qunwen.governance.indicators.basis import Basis
from qunwen.governance.indicators.enums import Verdict
from qunwen.governance.indicators.language import ir
from qunwen.governance.indicators.language.words import said
from qunwen.governance.indicators.needing import LEVELS
from qunwen.governance.norms import decisive, impact, queries, remedies, road, showing, timemachine
from qunwen.governance.norms.applying import region_of
from qunwen.governance.norms.defining import Norm
from qunwen.governance.norms.judging import judge
from qunwen.governance.norms.programme import Outcome, ProgrammeError
from qunwen.governance.norms.words import is_flag, norm_floor_text

from .asked import Asked, answered
from .forms import FloorForm, PricesForm


def _page(request: HttpRequest, name: str, asked: Asked, title: str, **more: Any) -> HttpResponse:
    full = f"{title} {asked.place.name} {asked.period.label}"
    steps = [(_("标准"), asked.address("list")), (title, "")]
    about = {"asked": asked, "here": name, "page_title": title}
    return show(request, f"norms/{name}.html", title=full, icon="tasks", steps=steps, **about, **more)


def _guarded(view: Any) -> Any:
    @require_safe
    def page(request: HttpRequest) -> HttpResponse:
        return answered(request, partial(view, request))

    page.__doc__ = view.__doc__
    return page


@_guarded
def lookback(request: HttpRequest, asked: Asked) -> HttpResponse:
    """时光回看: the period under the rules and maps of then and now."""
    rows = timemachine.look_back(asked.place.pk, asked.period, today=clock.today())
    lines = [
        {
            "title": said(r.any.norm.title, r.any.norm.en),
            "differs": r.differs,
            "cells": [showing.line(found) if (found := r.by_age[a]) else None for a in timemachine.Age],
        }
        for r in rows
    ]
    changed = sum(line["differs"] for line in lines)
    return _page(
        request, "lookback", asked, _("时光回看"), lines=lines, ages=list(timemachine.Age), changed=changed,
        today=clock.today(),
    )  # fmt: skip


def _with_floor(asked: Asked) -> list[Norm]:
    """The norms whose floor is a plain number and which have places here, those of this place's own level first."""
    known = queries.norms(county=_county(asked), on=asked.period.last_day)
    plain = [
        n
        for n in known
        if n.left is not None and isinstance(n.floor, ir.Number) and n.enabled and n.where.level in LEVELS
    ]
    here = [n for n in plain if LEVELS[n.where.level] >= asked.place.level and not is_flag(n.left) and _near(n, asked)]
    return sorted(here, key=lambda n: LEVELS[n.where.level])


def _near(norm: Norm, asked: Asked) -> bool:
    """Whether it may be a rule for the place or for one below it, by where it holds."""
    area, code = norm.where.area, asked.place.pk
    here = not area or any(prefix.startswith(code) or code.startswith(prefix) for prefix in area)
    return here and (not norm.where.region or region_of(code) in norm.where.region)


def _county(asked: Asked) -> str:
    return county_of(asked.place.pk) if asked.place.level >= Level.COUNTY else ""


@_guarded
def effects(request: HttpRequest, asked: Asked) -> HttpResponse:
    """标准影响测算: a new floor, who falls, what returning costs."""
    norms = _with_floor(asked)
    sent = "norm" in request.GET
    form = FloorForm(request.GET if sent else None, norms=norms)
    found, problem = None, ""
    if sent and form.is_valid():
        try:
            found = impact.impact(
                form.cleaned_data["norm"], asked.place.pk, asked.period, floor=form.floor_asked, today=clock.today()
            )
        except impact.ImpactRefused as refused:
            problem = str(refused)
    names = places.names(e.place for e in found.effects) if found else {}
    more = {"norms": norms, "form": form, "found": found, "problem": problem}
    return _page(request, "impact", asked, _("标准影响测算"), **more, **_impact_words(found, names))


def _impact_words(found: impact.Impact | None, names: dict[str, str]) -> dict[str, Any]:
    if found is None:
        return {}
    verdicts = [(Verdict(v), *found.counted(Verdict(v))) for v in Verdict.values]
    lines = [
        {
            "place": names.get(e.place, e.place),
            "effect": e,
            "cost": e.cost,
            "steps": [(s, said(s.remedy.title, s.remedy.en)) for s in (e.road.steps if e.road else ())],
            "reasons": [left.reason for left in (e.road.left_out if e.road else ())],
        }
        for e in found.falls
    ]
    return {
        "title_of_norm": said(found.norm.title, found.norm.en),
        "floors": (norm_floor_text(found.norm), norm_floor_text(found.changed)),
        "verdicts": verdicts,
        "lines": lines,
        "rises": [names.get(e.place, e.place) for e in found.effects if e.rises],
        "total": found.cost,
        "unpriced": sum(e.cost is None for e in found.falls),
    }


@_guarded
def hangs(request: HttpRequest, asked: Asked) -> HttpResponse:
    """决定性缺数: the missing reports that an undecided verdict hangs on."""
    judged = [j for j in judge(asked.place.pk, asked.period) if j.verdict == Verdict.UNDECIDED]
    code = request.GET.get("norm", "")
    chosen = next((j for j in judged if j.norm.code == code), None)
    found, lines = None, {}
    if chosen is not None:
        basis = Basis.load([chosen.norm.expr], places=[asked.place.pk], period=asked.period)
        found = decisive.decisive(chosen.norm.expr, place=asked.place.pk, basis=basis)
        lines = _cells(found)
    options = [(j.norm.code, said(j.norm.title, j.norm.en), j.running) for j in judged]
    return _page(
        request, "decisive", asked, _("决定性缺数"), options=options, chosen=chosen, found=found, **lines,
        title_of_norm=said(chosen.norm.title, chosen.norm.en) if chosen else "",
    )  # fmt: skip


def _cells(found: decisive.Decisive) -> dict[str, Any]:
    names = places.names(place for _measure, place in found.missing)
    titles = {e.measure: said(e.title, e.en) for e in catalogue.elements().values() if e.measure}

    def words(cells: Iterable[decisive.Cell]) -> list[tuple[str, str]]:
        return [(names.get(place, place), titles.get(measure, measure)) for measure, place in cells]

    return {
        "calls": words(found.calls),
        "missing": words(found.missing),
        "idle": words(found.idle),
        "alone": [(*words([a.cell])[0], a.at_least, a.at_most) for a in found.alone],
    }


@_guarded
def cheapest(request: HttpRequest, asked: Asked) -> HttpResponse:
    """最省达标方案: what to do, where, for how much, and how sure it is that nothing is cheaper."""
    known = remedies.shipped()
    asked_for = request.GET.get("go") == "1"
    form = PricesForm(request.GET if asked_for else None, remedies=known)
    rows = [(form[f"price_{r.code}"], r) for r in known]
    if asked.place.level < Level.COUNTY:
        return _page(request, "road", asked, _("最省达标方案"), form=form, rows=rows, too_high=True)
    found, problem = None, ""
    if asked_for and form.is_valid():
        try:
            found = road.cheapest(asked.place.pk, asked.period, prices=form.prices)
        except ProgrammeError:
            problem = _("这一次没有算出可靠的方案，请换一个时期或地方再试。")
    more = _road_words(found) if found else {}
    return _page(request, "road", asked, _("最省达标方案"), form=form, rows=rows, found=found, problem=problem, **more)


def _road_words(found: road.Road) -> dict[str, Any]:
    codes = (
        [s.place for s in found.steps] + [j.place for j in found.cured] + [x.judgement.place for x in found.left_out]
    )
    names = places.names(codes)
    norms: dict[str, list[str]] = {}
    for judgement in found.cured:
        norms.setdefault(said(judgement.norm.title, judgement.norm.en), []).append(
            names.get(judgement.place, judgement.place)
        )
    left: dict[tuple[str, str], list[str]] = {}
    for each in found.left_out:
        norm: Norm = each.judgement.norm
        left.setdefault((said(norm.title, norm.en), each.reason), []).append(
            names.get(each.judgement.place, each.judgement.place)
        )
    gap = found.plan.gap
    tenths = -(-gap.numerator * 1000 // gap.denominator)  # of a per cent, never shown smaller than it is
    return {
        "proven": found.plan.outcome == Outcome.OPTIMAL and not gap,
        "possible": found.plan.outcome in (Outcome.OPTIMAL, Outcome.FEASIBLE),
        "gap": f"{tenths // 10}.{tenths % 10}%",
        "by_remedy": [(said(r.title, r.en), n, amount, r.unit, cost) for r, n, amount, cost in found.by_remedy],
        "everywhere": [(names.get(s.place, s.place), said(s.remedy.title, s.remedy.en), s) for s in found.steps],
        "cured": list(norms.items()),
        "left": [(title, reason, where) for (title, reason), where in left.items()],
    }


PAGES: list[URLPattern] = [
    path("norms/lookback/", lookback, name="lookback"),
    path("norms/impact/", effects, name="impact"),
    path("norms/decisive/", hangs, name="decisive"),
    path("norms/road/", cheapest, name="road"),
]
