"""A figure opened on the desk, and the approval of a place's figures."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from qunwen.base.measures import choosing, declare
from qunwen.base.measures.access import Permission as MeasurePermission
from qunwen.base.measures.enums import Grade, PlaceMap, State
from qunwen.base.measures.periods import Period, PeriodError
from qunwen.base.measures.questions import LeafRow
from qunwen.base.measures.snapshot import NeverFreshError
from qunwen.base.places import queries as places
from qunwen.base.places.models import Place
from qunwen.base.scope import asking, clock
from qunwen.base.scope.codes import Level
from qunwen.base.ui.web.desk import show
from qunwen.governance.indicators import catalogue, figuring, freezing, opening, queries, values
from qunwen.governance.indicators.access import Permission
from qunwen.governance.indicators.basis import county_of_places
from qunwen.governance.indicators.enums import Verdict
from qunwen.governance.indicators.evaluating import Figure, Part, makes_sense
from qunwen.governance.indicators.freezing import ApprovalRefused, Change
from qunwen.governance.indicators.language.definitions import GROUPS
from qunwen.governance.indicators.language.ir import Ref
from qunwen.governance.indicators.language.wording import in_words, level_in_words, unit_in_words
from qunwen.governance.indicators.language.words import said
from qunwen.governance.indicators.opening import PAGE, Opened, figure_url, measure_url
from qunwen.governance.indicators.rows import PersonRow

ICON = "order"
MOST_CHANGES = 100


@dataclass(frozen=True)
class Asked:
    """What an address names, checked."""

    here: Place
    period: Period
    code: str
    place_map: str
    as_of: dt.date | None
    part: int
    page: int


class NotAnAddress(ValueError):
    """The address names nothing; the message says what is wrong with it."""


def read(request: HttpRequest) -> Asked:
    """The figure an address names. Raises NotAnAddress, PeriodError, and Http404 for a place not open to the reader."""
    given = request.GET if request.method != "POST" else request.POST
    here = _place(given.get("place", ""))
    period = Period.of(given["period"]) if given.get("period") else choosing.default_period(clock.today())
    place_map = given.get("map", PlaceMap.THEN)
    if place_map not in PlaceMap.values:
        raise NotAnAddress(_("区划口径只有“当时”和“现行”两种。"))
    try:
        as_of = dt.date.fromisoformat(given["as_of"]) if given.get("as_of") else None
    except ValueError:
        raise NotAnAddress(_("区划日期要写成 2026-06-30 的样子。")) from None
    if place_map == PlaceMap.NOW and as_of is None:
        as_of = clock.today()
    return Asked(
        here,
        period,
        given.get("code", ""),
        str(place_map),
        as_of,
        _whole(given.get("part", "0")),
        _whole(given.get("page", "1")),
    )


def _place(code: str) -> Place:
    if not code:
        mine = choosing.homes(1)
        if not mine:
            raise Http404
        return mine[0]
    here = places.shown(code, MeasurePermission.VIEW)
    if here is None:
        raise Http404
    return here


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0


def _problem(request: HttpRequest, message: str, *, status: int) -> HttpResponse:
    title = _("打不开这个数字")
    return show(
        request, "measures/problem.html", title=title, icon="help", steps=[(title, "")], message=message, status=status
    )


@require_safe
def figure(request: HttpRequest) -> HttpResponse:
    """One figure: formula, parts, places below, rows, who is missing, approval, versions."""
    try:
        asked = read(request)
        opened = opening.open_figure(
            asked.code, place=asked.here.pk, period=asked.period, place_map=asked.place_map, as_of=asked.as_of
        )
        return _shown(request, asked, opened)
    except (NotAnAddress, PeriodError) as problem:
        return _problem(request, str(problem), status=400)
    except NeverFreshError as problem:
        return _problem(request, str(problem), status=503)
    except KeyError:
        return _problem(request, _("没有“%(code)s”这个指标。") % {"code": request.GET.get("code", "")}, status=404)


def _shown(request: HttpRequest, asked: Asked, opened: Opened) -> HttpResponse:
    chosen = min(asked.part, len(opened.figure.parts) - 1)
    parts = [_part(opened, n, part) for n, part in enumerate(opened.figure.parts)]
    names = places.names([*opened.figure.missing, *(f.place for f in opened.below)])
    title = said(opened.indicator.title, opened.indicator.en)
    heading = f"{title} {asked.period.label}"
    frozen = freezing.latest(place=asked.here.pk, period=asked.period, codes=[asked.code]).get(asked.code)
    changes = freezing.changed_since(frozen, basis=opened.basis, figure=opened.figure) if frozen else None
    other = PlaceMap.NOW if asked.place_map == PlaceMap.THEN else PlaceMap.THEN
    return show(
        request, "indicators/figure.html", title=heading, icon=ICON, steps=_steps(asked, heading), asked=asked,
        opened=opened, figure=opened.figure, here=asked.here, title_of=title, unit=unit_in_words(opened.figure.unit),
        state=State(opened.figure.state).label, trail=_trail(opened, asked.here), parts=parts, chosen=chosen,
        grades=[(Grade(g).label, n) for g, n in opened.figure.grades.items()], bounds=_bounds(opened), exact=_exact(opened.figure),
        missing=[(names.get(p, p), opened.url(place=p, part=None)) for p in opened.figure.missing],
        below=[(names.get(f.place, f.place), opened.url(place=f.place), f, State(f.state).label) for f in opened.below],
        previous=opened.url(period=asked.period.previous), last_year=opened.url(period=asked.period.last_year),
        map_label=PlaceMap(asked.place_map).label, other_map=(PlaceMap(other).label, opened.url(place_map=other, as_of=None)),
        frozen=frozen, changes=changes, changed=_changed(changes.changed if changes else (), asked),
        may_approve=_may_approve(asked), judged=_judged(opened), definition=_definition_url(asked),
        approve_url=approve_url(asked.here.pk, asked.period), **_rows(opened, chosen, max(asked.page, 1)),
    )  # fmt: skip


def _steps(asked: Asked, heading: str) -> list[tuple[str, str]]:
    return [(_("数字核定"), approve_url(asked.here.pk, asked.period)), (heading, "")]


def _definition_url(asked: Asked) -> str:
    county = county_of_places([asked.here.pk])
    if not county or not asking.may(Permission.VIEW):
        return ""
    return f"{reverse('indicators:one', args=[asked.code])}?{urlencode({'county': county})}"


def _may_approve(asked: Asked) -> bool:
    there = asked.here.level >= Level.COUNTY and asked.place_map == PlaceMap.THEN
    return there and clock.now() >= asked.period.ends_at and asking.may(Permission.APPROVE, place=asked.here.pk)


def _judged(opened: Opened) -> list[dict[str, Any]]:
    figure = opened.figure
    found: list[queries.Judged] = []
    for judge in queries.judges:
        about = {"place": figure.place, "period": Period.of(figure.period), "figures": {figure.code: figure}}
        found += judge(**about).get(figure.code, ())
    return [{"of": each, "label": Verdict(each.verdict).label, "tone": TONES[Verdict(each.verdict)]} for each in found]


TONES = {Verdict.MET: "good", Verdict.NOT_MET: "wrong", Verdict.UNDECIDED: "attention"}


def _exact(figure: Figure) -> tuple[str, str] | None:
    """Both sides of a ratio as they are; of another figure that is no whole number its exact fraction."""
    if figure.value is None:
        return None
    sides = [q.value for q in (figure.num, figure.den) if q is not None and q.value is not None]
    if len(sides) == 2 and all(n.denominator == 1 for n in sides):
        return f"{sides[0].numerator:,}", f"{sides[1].numerator:,}"
    return (f"{figure.number:,}", f"{figure.whole:,}") if figure.whole != 1 else None


def _bounds(opened: Opened) -> tuple[str, str] | None:
    """The least and most that the figure can come to; None when nothing missing can move it."""
    figure, indicator = opened.figure, opened.indicator
    if figure.quantity.exact or not figure.quantity.applies:
        return None
    ends = (figure.low, figure.high)
    low, high = ("" if n is None else values.written(n, indicator.places) for n in ends)
    return low, high


def _trail(opened: Opened, here: Place) -> list[tuple[str, str]]:
    seen = [p for p in places.above(here.pk) if asking.may(MeasurePermission.VIEW, place=p.pk)]
    return [*((p.name, opened.url(place=p.pk)) for p in seen), (here.name, "")]


def _part(opened: Opened, number: int, part: Part) -> dict[str, Any]:
    element = opened.element(part)
    url = measure_url(part, element, opened.figure.place, place_map=opened.place_map, as_of=opened.as_of)
    value = None if part.value is None else values.written(part.value, _decimals(element.stored.denominator))
    return {
        "title": in_words(Ref(part.code, part.filters), opened.names), "unit": unit_in_words(part.unit),
        "meaning": element.meaning, "value": value, "state": State(part.state).label, "part": part,
        "when": _("%(year)d年末") % {"year": part.year} if part.year else _span_label(part.span),
        "level": level_in_words(part.level) if part.level else "", "rows_url": f"{opened.url(part=number)}#rows",
        "measure_url": url, "grades": [(g, n) for g, n in part.grades.items()],
    }  # fmt: skip


def _decimals(denominator: int) -> int:
    return 0 if denominator == 1 else 1 if denominator <= 10 else 2


def _span_label(code: str) -> str:
    try:
        return Period.of(code).label
    except PeriodError:
        since, _sign, months = code.partition("~")
        return _("%(since)s起%(n)s个月") % {"since": Period.of(since).label, "n": months}


def _rows(opened: Opened, chosen: int, page: int) -> dict[str, Any]:
    """The rows behind the chosen part, one page; of a population its figures."""
    if chosen < 0:
        return {"rows": [], "people": [], "total": 0, "page": 1, "last_page": 1, "earlier": "", "later": "", "dims": []}
    part = opened.part(chosen)
    people = opened.people(chosen)
    behind = opened.rows(chosen, limit=PAGE, offset=(page - 1) * PAGE)
    last = max(1, -(-behind.total // PAGE))
    names = places.names([*(r.place for r in behind.rows), *(p.place for p in people)])
    known = {m.code: m for m in declare.all()}
    measure = known.get(opened.element(part).measure)
    dims = measure.dims if measure else ()
    stored = opened.element(part).stored
    told = told_rows(behind.rows, names, [d.code for d in dims])
    for line in told:
        line["value"] = values.written(line["row"].value * stored, _decimals(stored.denominator))
    return {
        "rows": told,
        "dims": dims, "people": [(names.get(p.place, p.place), p) for p in people], "total": behind.total, "page": page,
        "last_page": last, "earlier": opened.url(part=chosen, page=page - 1) if page > 1 else "",
        "later": opened.url(part=chosen, page=page + 1) if page < last else "",
    }  # fmt: skip


def told_rows(found: Sequence[LeafRow], names: dict[str, str], dims: Sequence[str]) -> list[dict[str, Any]]:
    """Rows with their records and evidence, as far as the reader may see them."""
    ids: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for row in found:
        ids[row.record_type, row.county].append(row.record)
    links = {
        key: declare.links(record_type=key[0], county=key[1], ids=list(dict.fromkeys(each)))
        for key, each in ids.items()
    }
    hidden = declare.RecordLink(label=_("不在您的查看范围内，或已删除"))
    measures = {m.code: m for m in declare.all()}
    told = []
    for row in found:
        labels = {d.code: d.labels for d in measures[row.measure].dims} if row.measure in measures else {}
        told.append(
            {
                "row": row, "place": names.get(row.place, row.place), "grade": Grade(row.grade).label,
                "dims": [labels.get(d, {}).get(row.dims.get(d, ""), "") for d in dims],
                "record": links[row.record_type, row.county].get(row.record, hidden),
            }
        )  # fmt: skip
    return told


def _changed(changed: Sequence[Change], asked: Asked) -> list[dict[str, Any]]:
    """The changed rows, told: what stood there and what stands there now."""
    some = changed[:MOST_CHANGES]
    row_of = [each.now or each.then for each in some]
    names = places.names([row.place for row in row_of if row is not None])
    labels = {"added": _("新增"), "removed": _("已无"), "changed": _("改动")}
    leaves = [row for row in row_of if isinstance(row, LeafRow)]
    told = iter(told_rows(leaves, names, []))
    found = []
    for each, row in zip(some, row_of, strict=True):
        about = next(told) if isinstance(row, LeafRow) else {"place": names.get(row.place, row.place) if row else ""}
        found.append(
            {**about, "kind": labels[each.kind], "then": _value(each.then), "now": _value(each.now), "shown": row}
        )
    return found


def _value(row: LeafRow | PersonRow | None) -> str:
    if row is None:
        return ""
    number = row.number if isinstance(row, PersonRow) else row.value
    return "" if number is None else f"{number:,}（{row.grade}）"


def approve_url(place: str, period: Period | str) -> str:
    """The page on which a place's figures of a period are approved."""
    return f"{reverse('indicators:approve')}?{urlencode({'place': place, 'period': str(period)})}"


@require_http_methods(["GET", "HEAD", "POST"])
def approve(request: HttpRequest) -> HttpResponse:
    """All figures of a place and period, which are approved and which have changed since; approving them."""
    try:
        asked = read(request)
        if request.method == "POST":
            return _approved(request, asked)
        return _approval(request, asked)
    except (NotAnAddress, PeriodError) as problem:
        return _problem(request, str(problem), status=400)
    except NeverFreshError as problem:
        return _problem(request, str(problem), status=503)


def _approved(request: HttpRequest, asked: Asked) -> HttpResponse:
    codes = request.POST.getlist("code")
    try:
        made = freezing.approve_figures(
            place=asked.here, period=asked.period, codes=codes, by=request.actor, at=clock.now()  # type: ignore[attr-defined]
        )  # fmt: skip
    except ApprovalRefused as refusal:
        return _approval(request, asked, problem=" ".join(refusal.messages), ticked=set(codes), status=422)
    messages.success(request, _("已核定 %(n)d 个数字。") % {"n": len(made)})
    back = figure_url(codes[0], asked.here.pk, asked.period) if request.POST.get("one") else ""
    return HttpResponseRedirect(back or approve_url(asked.here.pk, asked.period))


def _approval(
    request: HttpRequest, asked: Asked, *, problem: str = "", ticked: set[str] | None = None, status: int = 200
) -> HttpResponse:
    lines = _lines(asked, ticked)
    groups = [(said(*titles), [x for x in lines if x["group"] == key]) for key, titles in GROUPS.items()]
    title = _("数字核定")
    return show(
        request, "indicators/approve.html", title=title, icon=ICON, steps=[(title, "")], asked=asked, here=asked.here,
        groups=[g for g in groups if g[1]], problem=problem, status=status, may=_may_approve(asked),
        over=clock.now() >= asked.period.ends_at, choices=choosing.choices(clock.today()), homes=choosing.homes(),
        counts={k: sum(x["mark"] == k for x in lines) for k in ("approved", "stale", "open")}, total=len(lines),
    )  # fmt: skip


def _lines(asked: Asked, ticked: set[str] | None) -> list[dict[str, Any]]:
    place, period = asked.here.pk, asked.period
    county = county_of_places([place])
    chosen = {c: i for c, i in figuring.wanted(None, county=county, period=period).items() if makes_sense(i, place)}
    names = catalogue.names(county=county, on=period.last_day)
    basis, figures = figuring.read_at(place, period, chosen, names)
    prints = freezing.Prints(basis, place)
    frozen = freezing.latest(place=place, period=period)
    lines = []
    for code, indicator in chosen.items():
        one, figure = frozen.get(code), figures[code]
        stale = one is not None and freezing.is_stale(one, prints=prints, figure=figure)
        mark = "open" if one is None else "stale" if stale else "approved"
        tick = code in ticked if ticked is not None else mark != "approved"
        lines.append(
            {
                "code": code, "title": said(indicator.title, indicator.en), "group": indicator.group, "figure": figure,
                "unit": unit_in_words(indicator.unit), "state": State(figure.state).label, "frozen": one, "mark": mark,
                "url": figure_url(code, place, period), "tick": tick and figure.value is not None,
            }
        )  # fmt: skip
    return lines
