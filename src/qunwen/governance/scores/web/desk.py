"""Sheets, a sheet's ranking, and one subject's points down to the rows."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from qunwen.base.evidence import queries as evidence
from qunwen.base.places import queries as places
from qunwen.base.places.models import Place
from qunwen.base.scope import asking, clock
from qunwen.base.ui.web.desk import show
from qunwen.governance.scores import known, queries, wording
from qunwen.governance.scores.access import Permission
from qunwen.governance.scores.enums import Subjects
from qunwen.governance.scores.scoring import ScoreResult
from qunwen.governance.scores.sheets import Sheet, say_points
from qunwen.governance.scores.spans import Span

from .asked import (
    ICON,
    county_root,
    place_of,
    ranking_url,
    sheet_or_404,
    span_of,
    steps,
    subject_or_404,
    subject_url,
)

EARLIER = 6


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The sheets in use, and what was published."""
    asking.require(Permission.VIEW)
    today = clock.today()
    own = places.held(Permission.VIEW)
    deepest = min((len(place.pk) for place in own), default=0)
    found = [
        {
            "sheet": sheet, "title": wording.title_of(sheet), "url": ranking_url(sheet.code),
            "span": Span.holding(today, every=sheet.every, cycle=sheet.cycle).label, "items": len(sheet.items),
            "most": "" if sheet.most is None else say_points(sheet.most),
            "open": deepest <= {Subjects.COUNTY: 6, Subjects.TOWN: 9, Subjects.VILLAGE: 12, Subjects.PROJECT: 12}[sheet.subjects],
        }
        for sheet in known.in_use(today).values()
    ]  # fmt: skip
    return show(
        request, "scores/list.html", title=steps()[0][0], icon=ICON, steps=[(steps()[0][0], "")],
        sheets=[each for each in found if each["open"]], published=queries.published()[:20],
    )  # fmt: skip


def _spans(sheet: Sheet, chosen: Span, place: str) -> list[dict[str, Any]]:
    current = Span.holding(clock.today(), every=sheet.every, cycle=sheet.cycle)
    found = [current]
    while len(found) < EARLIER:
        found.append(found[-1].previous)
    if chosen not in found:
        found.append(chosen)
    return [{"label": s.label, "code": s.code, "chosen": s == chosen} for s in found]


@require_safe
def ranking(request: HttpRequest, sheet: str) -> HttpResponse:
    """Everybody's score and rank."""
    chosen = sheet_or_404(sheet)
    asking.require(Permission.VIEW)
    today = clock.today()
    span, place = span_of(request, chosen, today), place_of(request, chosen)
    board = queries.board(chosen, place=place.pk, span=span, on=today)
    title = wording.title_of(chosen)
    county = county_root(place)
    waiting = queries.by_state(chosen.code, place=place.pk, span=span)["waiting"]
    return show(
        request, "scores/ranking.html", title=title, icon=ICON, steps=steps(chosen), sheet=chosen, place=place, span=span,
        rows=[_ranked(each, board) for each in board.ranked], spans=_spans(chosen, span, place.pk), waiting=waiting,
        items=[{"title": wording.title_of(i), "rule": wording.rule_of(i), "source": i.source} for i in chosen.by_code.values()],
        may_enter=bool(county) and asking.may(Permission.ENTER, place=place.pk), homes=places.held(Permission.VIEW),
        may_publish=place.pk == county and asking.may(Permission.PUBLISH, place=place.pk), over=today >= span.end,
        published=queries.published(county).filter(sheet=chosen.code, span=span.code)[:5] if county else [],
    )  # fmt: skip


def _ranked(each: Any, board: queries.Board) -> dict[str, Any]:
    result, subject = each.result, board.subjects[each.result.subject]
    return {
        "rank": each.rank, "shared": each.shared, "name": subject.name, "total": say_points(result.total),
        "url": subject_url(board.sheet.code, subject.key, board.span.code),
        "rows": len({row.id for row in queries.rows_behind(result)}),
        "vetoes": [wording.title_of(v.veto) for v in result.vetoes if not v.undecided],
        "barred": [wording.title_of(award) for award in result.barred],
        "undecided": len(result.undecided) + sum(v.undecided for v in result.vetoes),
    }  # fmt: skip


@require_safe
def subject(request: HttpRequest, sheet: str, subject: str) -> HttpResponse:
    """Every point of one subject, explained by its rows."""
    chosen = sheet_or_404(sheet)
    who = subject_or_404(chosen, subject)
    today = clock.today()
    span = span_of(request, chosen, today)
    result = queries.score_of(chosen, who, span=span, on=today)
    proofs = _proofs(result, who.place)
    own = Place.objects.get(pk=who.place)
    add = reverse("scores:add", args=[chosen.code])
    return show(
        request, "scores/subject.html", title=f"{who.name} · {wording.title_of(chosen)}", icon=ICON,
        steps=steps(chosen, (who.name, "")), sheet=chosen, who=who, span=span, total=say_points(result.total),
        lines=[_line(line, chosen, proofs) for line in result.lines], spans=_spans(chosen, span, who.place),
        adjustments=[(wording.why(each, chosen), wording.signed(each.points)) for each in result.adjustments],
        vetoes=[
            {"title": wording.title_of(v.veto), "reason": wording.rule_of(v.veto), "undecided": v.undecided, "rows": v.rows}
            for v in result.vetoes
        ],
        barred=[wording.title_of(award) for award in result.barred], final=result.is_final,
        add=f"{add}?place={who.place}" if asking.may(Permission.ENTER, place=who.place) else "",
        back=ranking_url(chosen.code, span=span.code), place=own,
        parts=[(part.span.label, say_points(part.total), subject_url(part.sheet.code, part.subject, part.span.code)) for part in result.parts],
    )  # fmt: skip


def _proofs(result: ScoreResult, place: str) -> Counter[str]:
    rows = queries.rows_behind(result)
    return Counter(evidence.counts("scores.scoreentry", place[:6], [row.id for row in rows])) if rows else Counter()


def _line(line: Any, sheet: Sheet, proofs: Counter[str]) -> dict[str, Any]:
    item = line.item
    return {
        "title": wording.title_of(item), "rule": wording.rule_of(item), "start": say_points(line.start), "shown": bool(line.start and (line.rows or line.adjustments or line.value is not None)),
        "points": say_points(line.points), "counted": say_points(line.counted), "weighted": item.weight != 1,
        "bounds": wording.bounds(line), "undecided": line.undecided, "source": item.source,
        "most": "" if item.most is None else say_points(item.most),
        "value": None if line.value is None else f"{say_points(line.value)}{item.unit}",
        "rows": [
            {
                "day": row.row.day, "label": row.row.label, "url": row.row.url, "points": wording.signed(row.points),
                "number": say_points(row.row.number), "words": wording.row_words(row), "proofs": proofs[row.row.id],
                "category": wording.category_words(item, row.row.category), "due": row.row.due, "done": row.row.done,
            }
            for row in line.rows
        ],
        "adjustments": [
            {"why": wording.why(each, sheet), "points": wording.signed(each.points), "rows": each.rows}
            for each in line.adjustments
        ],
    }  # fmt: skip
