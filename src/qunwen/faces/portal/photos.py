"""Whose photographs the portal shows: those of published activities and of venues in use."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from typing import Any

from django.db import models
from django.urls import reverse

from qunwen.base.evidence import declare
from qunwen.base.evidence import queries as evidence
from qunwen.base.evidence.models import EvidenceLink
from qunwen.services.activities.enums import PUBLIC
from qunwen.services.activities.models import Activity
from qunwen.services.venues.models import Venue


def declare_public() -> None:
    """Tell the evidence store which records are public; called once when the portal is ready."""
    declare.subject(
        "activities.activity",
        public=public_activities,
        address=lambda county, key: reverse("activities:page", args=[county, key]),
    )
    declare.subject(
        "venues.venue", public=public_venues, address=lambda _county, key: reverse("venues:page", args=[key])
    )


def public_activities(county: str, ids: Collection[str]) -> Collection[Any]:
    """Those of the ids whose activity is published."""
    rows = Activity.unscoped.filter(county=county, pk__in=_uuids(ids))
    return rows.filter(state__in=sorted(PUBLIC), published_at__isnull=False).values_list("pk", flat=True)


def public_venues(county: str, ids: Collection[str]) -> Collection[Any]:
    """Those of the ids whose venue is in use."""
    del county  # venues are a reference table
    return Venue.unscoped.filter(pk__in=_uuids(ids), retired_on=None).values_list("pk", flat=True)


def _uuids(ids: Collection[str]) -> list[uuid.UUID]:
    found = []
    for one in ids:
        try:
            found.append(uuid.UUID(one))
        except ValueError:
            continue
    return found


def of_many(rows: Iterable[models.Model]) -> dict[Any, list[EvidenceLink]]:
    """Photographs by the key of their record; three queries at most whatever the number of records."""
    return evidence.public_photos(rows)
