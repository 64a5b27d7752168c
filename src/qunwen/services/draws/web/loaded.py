"""Loading what an address names, within the open scope: 404 for everything else."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpRequest

from qunwen.base.places.models import Place
from qunwen.services.draws import queries, wording
from qunwen.services.draws.models import Application, Draw, Option


def draw_or_404(county: str, pk: uuid.UUID) -> Draw:
    """One draw."""
    row = Draw.objects.select_related("place", "unit").filter(county=county, pk=pk).first()
    if row is None:
        raise Http404
    return row


def desk_draw_or_404(county: str, pk: uuid.UUID) -> Draw:
    """One draw that the reader meets at work: of their places or of those above."""
    row = queries.at_desk().filter(county=county, pk=pk).first()
    if row is None:
        raise Http404
    return row


def application_or_404(county: str, pk: uuid.UUID) -> Application:
    """One application with its draw and people."""
    rows = Application.objects.select_related("draw", "draw__place", "option", "home", "resident")
    row = rows.prefetch_related("members").filter(county=county, pk=pk).first()
    if row is None:
        raise Http404
    return row


def villages_of(options: Iterable[Option]) -> dict[str, str]:
    """The names of the places that have a floor somewhere."""
    codes = {code for option in options for code, _number in option.floors}
    return dict(Place.objects.filter(code__in=codes).values_list("code", "name")) if codes else {}


def lines_of(options: list[Option]) -> list[dict[str, Any]]:
    """Options with what is kept of them in words, for tables."""
    villages = villages_of(options)
    return [{"option": option, "kept": wording.kept(option, villages)} for option in options]


def actor(request: HttpRequest) -> Any:
    """Who does it."""
    return request.actor  # type: ignore[attr-defined]
