"""The analysis page on the desk."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from qunwen.base.scope import clock
from qunwen.governance.dashboards import words
from qunwen.governance.dashboards.analysis import Analysis, analyse
from qunwen.governance.dashboards.asked import Asked
from qunwen.governance.dashboards.comparing import Comparison
from qunwen.governance.dashboards.readings import say

from .dashboard import answered, drawn


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Tables and sentences of a place in a period."""

    def page(asked: Asked) -> HttpResponse:
        found = analyse(asked, today=clock.today())
        return drawn(request, asked, "analysis", _("数据分析"), **_tables(asked, found))

    return answered(request, page, _("数据分析"))


def _tables(asked: Asked, found: Analysis) -> dict[str, Any]:
    return {
        "found": found,
        "lines": [(card, _cells(card.before), _cells(card.last_year)) for card in found.cards],
        "with_goals": any(card.goal for card in found.cards),
        "parts": found.parts,
        "part_lines": [(part, asked.url("analysis", place=part.place)) for part in found.parts.lines]
        if found.parts
        else [],
    }


def _cells(change: Comparison) -> tuple[str, str]:
    """The difference and the percentage of a comparison; where there is none the reason stands for both."""
    if not change.said or change.difference is None:
        return "", words.short(change)
    difference = say(change.difference, change.now.subject.places)
    return f"+{difference}" if change.difference > 0 else difference, words.short(change)
