"""Files and photographs may prove a returned value; nobody but staff sees them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.urls import reverse

from qunwen.base.evidence import declare

SUBJECT = "returns.returnedvalue"


def _nothing_public(county: str, ids: Collection[str]) -> Collection[Any]:
    """Returned values are not for the portal."""
    del county, ids
    return []


declare.subject(
    SUBJECT, public=_nothing_public, address=lambda county, key: reverse("returns:value", args=[county, key])
)
