"""The large screen (大屏): 16:9 in any window, one sheet of A4 in print."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from qunwen.base.scope import clock
from qunwen.governance.dashboards import charts, words
from qunwen.governance.dashboards.asked import Asked
from qunwen.governance.dashboards.screen import Screen, screen
from qunwen.governance.dashboards.tables import grade_rows

from .dashboard import answered

# Of the drawings, in units of a hundredth of the page's width times ten.
MAP = (460, 190)
TREND = (460, 135)
LETTERS = 15
REFRESH = 300  # seconds


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """One page without the desk around it. It looks for newer figures by itself."""

    def page(asked: Asked) -> HttpResponse:
        return render(request, "dashboards/screen.html", _context(asked, screen(asked, today=clock.today())))

    return answered(request, page, _("大屏"))


def _context(asked: Asked, found: Screen) -> dict[str, Any]:
    drawn, problem = charts.map_of(asked.place.pk, found.below, "")
    line = charts.trend_chart(found.trend, "")
    return {
        "asked": asked,
        "place": asked.place,
        "period": asked.period,
        "found": found,
        "cards": [(card, words.short(card.last_year), words.short(card.before)) for card in found.cards],
        "map": drawn,
        "map_layout": drawn.fitted(*MAP, LETTERS) if drawn else None,
        "map_problem": problem,
        "trend": line,
        "trend_layout": line.fitted(*TREND),
        "grades": grade_rows(found.front.now),
        "read_at": clock.now(),
        "unfinished": asked.period.end > clock.today(),
        "refresh": REFRESH,
        "page_url": {name: asked.url(name) for name in ("show", "analysis")},
    }
