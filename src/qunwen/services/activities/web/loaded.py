"""Loading what an address names, within the open scope: 404 for everything else."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from qunwen.services.activities.models import Activity, Series, Session


def activity_or_404(county: str, pk: uuid.UUID) -> Activity:
    """The activity with what its page shows beside it."""
    rows = Activity.objects.select_related("place", "unit", "venue", "series", "owner")
    return _first(rows.filter(county=county, pk=pk))


def session_or_404(county: str, pk: uuid.UUID) -> Session:
    """One date with its activity."""
    rows = Session.objects.select_related(
        "place", "activity", "activity__place", "activity__unit", "activity__venue", "activity__owner"
    )
    return _first(rows.filter(county=county, pk=pk))


def series_or_404(county: str, pk: uuid.UUID) -> Series:
    """One series or brand."""
    return _first(Series.objects.select_related("place", "unit").filter(county=county, pk=pk))


def _first(rows: Any) -> Any:
    found = rows.first()
    if found is None:
        raise Http404
    return found


def page_of(activity: Activity) -> str:
    """The address of an activity's page."""
    return reverse("activities:page", args=[activity.county, activity.pk])


def steps(activity: Activity | None = None, *more: str) -> list[tuple[str, str]]:
    """The trail down to an activity, and below it."""
    found = [(_("活动"), reverse("activities:list"))]
    if activity is not None:
        found.append((activity.title, page_of(activity) if more else ""))
    return found + [(label, "") for label in more]
