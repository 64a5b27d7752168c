"""Places that the pages of returns name, within the reader's reach: 404 for everything else."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from qunwen.base.measures.periods import Period, PeriodError
from qunwen.base.places import queries as places
from qunwen.base.places.models import Place
from qunwen.base.scope import asking, context
from qunwen.base.scope.codes import Level
from qunwen.governance.returns.access import Permission
from qunwen.governance.returns.enums import MONTHS

ICON = "form"


def steps(*more: tuple[str, str] | str) -> list[tuple[str, str]]:
    """The trail of these pages."""
    found = [(_("填报"), reverse("returns:index") if more else "")]
    return found + [(one, "") if isinstance(one, str) else one for one in more]


def tops() -> list[Place]:
    """The highest places at which the open scope shows returned values; counties where it is the whole nation."""
    scope = context.current()
    highest = asking.tops(Permission.VIEW)
    if "" in highest or (scope is not None and scope.kind == "everything"):
        return list(Place.objects.filter(level=Level.PROVINCE).order_by("code"))
    return list(Place.objects.filter(pk__in=highest).order_by("level", "code"))


def place_or_404(code: str) -> Place:
    """The place, if the reader may see its returned values."""
    place = places.shown(code, Permission.VIEW)
    if place is None:
        raise Http404
    return place


def period_or_404(code: str) -> Period:
    """The period, if it is one that returns know."""
    try:
        period = Period.of(code)
    except PeriodError:
        raise Http404 from None
    if period.length not in MONTHS.values():
        raise Http404
    return period


def sheet_of(place: Place | str, period: Period | str) -> str:
    """The address of a place's sheet."""
    return reverse("returns:sheet", args=[place if isinstance(place, str) else place.pk, str(period)])


def actor_of(request: HttpRequest) -> Any:
    """Who acts."""
    return request.actor  # type: ignore[attr-defined]
