"""Norms on the desk: those of a place, and one norm with its text, its versions and every place's verdict."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from qunwen.base.measures.access import Permission as Measures
from qunwen.base.places import queries as places
from qunwen.base.places.models import Place
from qunwen.base.scope import asking, clock
from qunwen.base.scope.codes import Level
from qunwen.base.ui.web.desk import show
from qunwen.governance.indicators.enums import Verdict
from qunwen.governance.indicators.language.words import said
from qunwen.governance.norms import grading, judging, queries, showing, words
from qunwen.governance.norms.access import Permission
from qunwen.governance.norms.applying import LEVELS
from qunwen.governance.norms.defining import Norm
from qunwen.governance.norms.enums import Standing
from qunwen.governance.norms.judging import Judgement

from .asked import Asked, answered
from .floor_form import OwnFloorForm

FILTERS = {
    "not_met": (gettext_lazy("未达标"), Verdict.NOT_MET),
    "undecided": (gettext_lazy("待定"), Verdict.UNDECIDED),
    "met": (gettext_lazy("达标"), Verdict.MET),
}


def _around(asked: Asked) -> dict[str, Any]:
    """What every page has around its table: the places above, the reader's other places, when it was read."""
    above = [p for p in places.above(asked.place.pk) if asking.may(Measures.VIEW, place=p.pk)]
    homes = asked.homes if len(asked.homes) > 1 else ()
    return {
        "asked": asked,
        "here": "list",
        "trail": [(p.name, showing.place_url(p.pk, asked.period)) for p in above],
        "homes": [(p.name, showing.place_url(p.pk, asked.period)) for p in homes if p.pk != asked.place.pk],
        "read_at": clock.now(),
        "unfinished": asked.period.end > clock.today(),
    }


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The norms of a place in a period: verdict, value and floor, gap, since when, source."""

    def page(asked: Asked) -> HttpResponse:
        wanted = request.GET.get("verdict", "")
        judgements = judging.judge(asked.place.pk, asked.period, back=judging.BACK)
        title = _("达标情况")
        return show(
            request, "norms/list.html", title=f"{title} {asked.place.name} {asked.period.label}", icon="tasks",
            steps=[(title, "")], **_around(asked), **_filtered(asked, judgements, wanted), grades=_grades(asked),
            below=_below(asked),
        )  # fmt: skip

    return answered(request, page)


def _filtered(asked: Asked, judgements: list[Judgement], wanted: str) -> dict[str, Any]:
    """Groups that pass the filter, the counts of each filter, and their addresses."""
    tally = showing.tally(judgements)
    waiting = [j for j in judgements if j.standing == Standing.WAITING]
    if wanted == "waiting":
        shown = waiting
    elif wanted in FILTERS:
        shown = [j for j in judgements if j.counts and j.applies and j.verdict == FILTERS[wanted][1]]
    else:
        shown = [j for j in judgements if j.standing != Standing.DISABLED]
    counts = {"not_met": tally.not_met, "undecided": tally.undecided, "met": tally.met}
    filters = [("", _("全部"), len([j for j in judgements if j.standing != Standing.DISABLED]))]
    filters += [(code, str(label), counts[code]) for code, (label, _verdict) in FILTERS.items()]
    filters.append(("waiting", _("等待确认"), len(waiting)))
    return {
        "tally": tally,
        "wanted": wanted,
        "filters": [
            (
                code,
                label,
                number,
                showing.place_url(asked.place.pk, asked.period, **({"verdict": code} if code else {})),
            )
            for code, label, number in filters
        ],
        "groups": showing.groups(shown),
        "may_confirm": _may_confirm(asked),
    }


def _may_confirm(asked: Asked) -> bool:
    county = asked.place.county_code
    return county is not None and asking.may(Permission.CONFIRM, place=county)


def _grades(asked: Asked) -> list[dict[str, Any]]:
    return [_graded(each) for each in grading.grades_of(asked.place.pk, asked.period)]


def _graded(found: grading.Graded) -> dict[str, Any]:
    rule = found.grade
    if found.sure is not None and found.sure == found.best:
        verdict = showing.Said(_("%(n)d 级") % {"n": found.sure}, "good")
    elif found.best is None:
        verdict = showing.Said(_("够不上任何一级"), "wrong")
    else:
        verdict = showing.Said(_("待定，最高 %(n)d 级") % {"n": found.best}, "attention")
    return {
        "title": said(rule.title, rule.en),
        "verdict": verdict,
        "waiting": found.standing == Standing.WAITING,
        "source": showing.source_text(rule),
        "certainty": words.certainty_words(rule.source.certainty),
        "conditions": [
            (c.rule.grade, said(c.rule.title, c.rule.en), showing.Said(str(c.verdict.label), showing.TONES[c.verdict]),
             words.gap_words(c.gap, named=True))
            for c in found.conditions
        ],
    }  # fmt: skip


def _below(asked: Asked) -> list[tuple[str, str, showing.Tally]]:
    """Places one level down with how many of their norms are met."""
    here = asked.place
    if here.level not in (Level.COUNTY, Level.TOWN):
        return []
    inside = _inside(here, Level(here.level + 1), asked.period.last_day)
    found = judging.judge_many([p.pk for p in inside], asked.period) if inside else {}
    return [(p.name, showing.place_url(p.pk, asked.period), showing.tally(found[p.pk])) for p in inside if found[p.pk]]


def _inside(here: Place, level: Level, day: dt.date) -> list[Place]:
    return list(places.below(here.pk, on=day).filter(level=level).order_by("code"))


@require_safe
def one(request: HttpRequest) -> HttpResponse:
    """One norm: what it says, who says so, its versions, and how every place stands."""
    return answered(request, lambda asked: one_page(request, asked, request.GET.get("code", "")))


def found_norm(asked: Asked, code: str) -> Norm:
    """The norm an address names, as it stands in the place's county. Raises Http404."""
    try:
        return queries.norm(code, county=asked.place.county_code or "")
    except KeyError:
        raise Http404 from None


def one_page(
    request: HttpRequest,
    asked: Asked,
    code: str,
    *,
    form: OwnFloorForm | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page, also with what was wrong with a form on it."""
    norm = found_norm(asked, code)
    title = said(norm.title, norm.en)
    steps = [(_("达标情况"), showing.place_url(asked.place.pk, asked.period)), (title, "")]
    county = asked.place.county_code or ""
    standing = queries.standings([norm], county=county)[norm.code]
    lines = _places_of(asked, norm)
    return show(
        request, "norms/one.html", title=title, icon="tasks", steps=steps, status=status, **_around(asked), norm=norm,
        rule=words.rule_words(norm), floor=words.norm_floor_text(norm), source=showing.source_text(norm),
        certainty=words.certainty_words(norm.source.certainty), law=showing.law_text(norm), standing=standing,
        standing_label=standing.label,
        remedy=said(norm.remedy, norm.remedy_en), family=_family(asked, norm, county), lines=lines,
        parts=_parts(asked, norm), may_confirm=_may_confirm(asked), confirmations=queries.confirmations(county)
        .filter(code=norm.code) if county else (), problem=problem, form=form or _floor_form(asked, norm),
        own_floors=[row for row in queries.floors(county) if row.code == norm.code],
    )  # fmt: skip


def _floor_form(asked: Asked, norm: Norm) -> OwnFloorForm | None:
    county = asked.place.county_code
    fits = county is not None and norm.code in queries.shipped_codes() and norm.left is not None
    return OwnFloorForm(norm) if fits and asking.may(Permission.SET_FLOOR, place=county) else None


def _family(asked: Asked, norm: Norm, county: str) -> list[dict[str, Any]]:
    """Every rule of the family, as versions by date and area."""
    return [
        {
            "title": said(n.title, n.en),
            "url": "" if n.code == norm.code else showing.norm_url(n.code, asked.place.pk, asked.period),
            "floor": words.norm_floor_text(n),
            "law": showing.law_text(n),
            "from": n.where.valid_from,
            "to": n.where.valid_to,
            "source": showing.source_text(n),
            "standing": Standing(standing).label,
        }
        for n, standing in _with_standing([n for n in queries.norms(county=county) if n.family == norm.family], county)
    ]


def _with_standing(norms: list[Norm], county: str) -> list[tuple[Norm, Standing]]:
    found = queries.standings(norms, county=county)
    return [(n, found[n.code]) for n in norms]


def _places_of(asked: Asked, norm: Norm) -> list[tuple[str, str, showing.Line]]:
    """The place itself where the norm is one for it, else every place of its level below, with its verdict."""
    level = LEVELS[norm.where.level]
    here = asked.place
    if here.level > level:
        return []
    day = asked.period.last_day
    inside = [here] if here.level == level else _inside(here, level, day) if here.level >= Level.COUNTY else []
    found = (
        judging.judge_many([p.pk for p in inside], asked.period, norms=[judging.replace_dates(norm)]) if inside else {}
    )
    return [
        (p.name, showing.place_url(p.pk, asked.period), showing.line(judgement))
        for p in inside
        for judgement in found[p.pk]
    ]


def _parts(asked: Asked, norm: Norm) -> list[tuple[str, str]]:
    """What the norm is computed from: name and the page that opens it."""
    return showing.parts(norm, asked.place.pk, asked.period)
