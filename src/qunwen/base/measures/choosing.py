"""Which places and periods a page of figures offers to its reader."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from qunwen.base.places.models import Place
from qunwen.base.scope import asking, context
from qunwen.base.scope.codes import Level

from .access import Permission
from .periods import Period


def homes(limit: int = 20) -> list[Place]:
    """The places that the open scope lets one look at from the top, counties first where it is the whole nation."""
    scope = context.current()
    if scope is None:
        return []
    tops = [""] if scope.kind == "everything" else asking.tops(Permission.VIEW)
    if "" in tops:
        return list(Place.objects.filter(level=Level.COUNTY).order_by("code")[:limit])
    return list(Place.objects.filter(pk__in=tops).order_by("level", "code")[:limit])


def choices(today: dt.date) -> list[tuple[str, list[tuple[str, str]]]]:
    """Periods to choose from: this year and the last by year, half-year, quarter and month, the newest first."""
    groups: list[tuple[str, list[tuple[str, str]]]] = []
    for label, length in ((_("年"), 12), (_("半年"), 6), (_("季度"), 3), (_("月"), 1)):
        period, found = Period.month_of(today), []
        period = Period(period.first - period.first % length, length)
        while period.year >= today.year - 1:
            found.append((period.code, period.label))
            period = period.previous
        groups.append((label, found))
    return groups


def default_period(today: dt.date) -> Period:
    """The half-year in which the day lies."""
    month = Period.month_of(today)
    return Period(month.first - month.first % 6, 6)
