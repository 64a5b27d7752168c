"""Places that an address names, within reach of the reader: 404 for everything else.

Divisions are public, but the desk shows each person only those of the own grants.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from qunwen.base.places import queries
from qunwen.base.places.access import Permission
from qunwen.base.places.models import Place
from qunwen.base.scope import asking
from qunwen.base.scope.codes import Level, covers

ICON = "site"


def reaches(permission: str, code: str) -> bool:
    """Whether a place lies at or below one of them."""
    return any(covers(prefix, code) for prefix in asking.tops(permission))


def place_or_404(code: str) -> Place:
    """The place, if the reader may open it."""
    found = Place.objects.select_related("parent").filter(pk=code).first()
    if found is None or not reaches(Permission.VIEW, found.pk):
        raise Http404
    return found


def page_of(place: Place) -> str:
    """The address of a place's page."""
    return reverse("places:page", args=[place.pk])


def steps(place: Place | None = None, *more: str) -> list[tuple[str, str]]:
    """The trail down to a place through those that the reader may open, and below it."""
    found = [(_("行政区划"), reverse("places:list"))]
    if place is not None:
        found += [(p.name, page_of(p)) for p in queries.above(place.pk) if reaches(Permission.VIEW, p.pk)]
        found.append((place.name, page_of(place) if more else ""))
    return found + [(label, "") for label in more]


def chosen_places(
    permission: str, *, on: dt.date | None = None, deepest: Level = Level.VILLAGE
) -> list[tuple[str, str]]:
    """(code, name) of counties and what lies below within reach, for a select; villages with their town in front."""
    found: dict[str, str] = {}
    for prefix in asking.tops(permission):
        rows = queries.below(prefix, on=on).filter(level__gte=Level.COUNTY, level__lte=deepest)
        for row in rows.select_related("parent"):
            above = f"{row.parent.name} " if row.level > Level.TOWN and row.parent else ""
            found[row.pk] = f"{above}{row.name}"
    return sorted(found.items())


def actor_of(request: HttpRequest) -> Any:
    """Who acts."""
    return request.actor  # type: ignore[attr-defined]
