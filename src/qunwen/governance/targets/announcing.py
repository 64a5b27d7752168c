"""What other areas read of targets: the dashboard's goals, and the missed ones that cost points in a score."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from django.urls import reverse

from qunwen.base.measures.periods import Period
from qunwen.base.scope import asking
from qunwen.governance.dashboards.goals import Goal
from qunwen.governance.scores.scoring import EntryRow
from qunwen.governance.scores.spans import Span

from . import queries, wording
from .access import Permission
from .enums import Nature


def goals(*, place: str, period: Period, codes: Sequence[str]) -> Mapping[str, Goal]:
    """The place's targets of a period for these figures, for those who may see targets."""
    if not asking.may(Permission.VIEW, place=place):
        return {}
    found = queries.goals(place=place, period=period, codes=codes)
    return {
        code: Goal(
            value=target.value, binding=target.nature == Nature.BINDING, label=wording.goal(target),
            url=reverse("targets:page", args=[target.county, target.pk]),
        )
        for code, target in found.items()
    }  # fmt: skip


def missed(*, places: Sequence[str], span: Span, on: dt.date) -> Mapping[str, list[EntryRow]]:
    """Targets of a year that are certainly not met, as rows of a score; what is undecided costs nothing."""
    if span.months != 12:
        return {}
    found = queries.missed(places=places, period=span.code, on=on)
    return {
        place: [
            EntryRow(
                str(each.target.pk), "", span.last_day, label=wording.title_of(each.target),
                url=reverse("targets:page", args=[each.target.county, each.target.pk]),
            )
            for each in several
        ]
        for place, several in found.items()
    }  # fmt: skip
