"""Loading what an address names, within the open scope: 404 for everything else."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from qunwen.base.ui.web.desk import show, status_of
from qunwen.services.rooms import queries
from qunwen.services.rooms.models import Reservation, Resource

ICON = "date"
BOTH = ["GET", "HEAD", "POST"]
Trail = list[tuple[str, str]]


def first(rows: Any) -> Any:
    """The row, or 404."""
    found = rows.first()
    if found is None:
        raise Http404
    return found


def resource_or_404(county: str, pk: uuid.UUID) -> Resource:
    """One resource with its opening hours."""
    row: Resource = first(queries.with_hours(Resource.objects.filter(county=county, pk=pk)))
    return row


def reservation_or_404(county: str, pk: uuid.UUID) -> Reservation:
    """One reservation with what its page shows."""
    rows = Reservation.objects.select_related(
        "resource__room__venue", "resource__place", "resource__unit", "team", "resident", "series", "bundle",
        "moved_to__resource",
    )  # fmt: skip
    row: Reservation = first(rows.filter(county=county, pk=pk))
    return row


def page_of(row: Resource) -> str:
    """The address of a resource's page."""
    return reverse("rooms:resource", args=[row.county, row.pk])


def steps(row: Resource | None = None, *more: str) -> Trail:
    """The trail: the rooms, the resource, and below."""
    found: Trail = [(_("场地预约"), reverse("rooms:list"))]
    if row is not None:
        found.append((row.title, page_of(row) if more else ""))
    return found + [(label, "") for label in more]


def form_page(request: HttpRequest, form: Any, *, trail: Trail, label: str, back: str, **more: Any) -> HttpResponse:
    """A plain form of the rooms."""
    status = more.pop("status", None) or status_of(form)
    return show(
        request, more.pop("template", "ui/desk_form.html"), title=trail[-1][0], icon=ICON, steps=trail, form=form,
        action_label=label, back=back, status=status, **more,
    )  # fmt: skip


def actor(request: HttpRequest) -> Any:
    """Who does it."""
    return request.actor  # type: ignore[attr-defined]
