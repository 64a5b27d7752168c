"""What the addresses of scores name: sheet, place, time. 404 for everything the reader may not see."""

from __future__ import annotations

import datetime as dt
import uuid
from urllib.parse import urlencode

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from qunwen.base.measures.periods import PeriodError
from qunwen.base.places import queries as places
from qunwen.base.places.models import Place
from qunwen.base.scope.codes import LENGTHS, Level
from qunwen.governance.scores import known, wording
from qunwen.governance.scores.access import Permission
from qunwen.governance.scores.enums import Subjects
from qunwen.governance.scores.models import ScoreEntry
from qunwen.governance.scores.queries import Subject, subject_of
from qunwen.governance.scores.sheets import Sheet
from qunwen.governance.scores.spans import Span

ICON = "list-ol"
DEEPEST = {Subjects.COUNTY: 6, Subjects.TOWN: 9, Subjects.VILLAGE: 12, Subjects.PROJECT: 12}


def sheet_or_404(code: str) -> Sheet:
    """A shipped sheet."""
    found = known.shipped().get(code)
    if found is None:
        raise Http404
    return found


def span_of(request: HttpRequest, sheet: Sheet, today: dt.date) -> Span:
    """The span of the address, else the one that runs; another length than the sheet's is not there."""
    current = Span.holding(today, every=sheet.every, cycle=sheet.cycle)
    code = request.GET.get("span", "")
    if not code:
        return current
    try:
        found = Span.of(code)
    except PeriodError:
        raise Http404 from None
    if Span.holding(found.start, every=sheet.every, cycle=sheet.cycle) != found or not 1950 <= found.start.year <= 2150:
        raise Http404
    return found


def place_of(request: HttpRequest, sheet: Sheet) -> Place:
    """The place of the address, else the reader's own; deeper than the sheet's subjects is not there."""
    own = places.held(Permission.VIEW)
    found = places.shown(request.GET.get("place", own[0].pk if own else ""), Permission.VIEW)
    if found is None or len(found.pk) > DEEPEST[sheet.subjects]:
        raise Http404
    return found


def subject_or_404(sheet: Sheet, key: str) -> Subject:
    """Who is scored."""
    found = subject_of(sheet, key)
    if found is None:
        raise Http404
    return found


def entry_or_404(county: str, pk: uuid.UUID) -> ScoreEntry:
    """An entry within the open scope."""
    rows = ScoreEntry.objects.select_related("place", "unit", "corrects")
    found = rows.filter(county=county, pk=pk).first()
    if found is None or found.sheet not in known.shipped():
        raise Http404
    return found


def ranking_url(sheet: str, *, span: str = "", place: str = "") -> str:
    """A sheet's ranking."""
    query = urlencode({name: value for name, value in (("place", place), ("span", span)) if value})
    return reverse("scores:ranking", args=[sheet]) + (f"?{query}" if query else "")


def subject_url(sheet: str, key: str, span: str) -> str:
    """One subject's points."""
    return f"{reverse('scores:subject', args=[sheet, key])}?{urlencode({'span': span})}"


def steps(sheet: Sheet | None = None, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """The trail."""
    found = [(_("评分"), reverse("scores:list"))]
    if sheet is not None:
        found.append((wording.title_of(sheet), ranking_url(sheet.code) if more else ""))
    return [*found, *more]


def county_root(place: Place) -> str:
    """The county a place lies in, '' above counties."""
    size = LENGTHS[Level.COUNTY]
    return place.pk[:size] if len(place.pk) >= size else ""
