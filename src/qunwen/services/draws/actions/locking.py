"""Rows that an action holds, always in this order: the draw, then households by id."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from qunwen.base.people.models import Household
from qunwen.services.draws.enums import State
from qunwen.services.draws.errors import WrongState
from qunwen.services.draws.models import Draw


def lock_draw(draw: Draw) -> Draw:
    """The draw as it stands, its row held."""
    rows = Draw.unscoped.select_for_update(of=("self",)).select_related("place")
    return rows.get(county=draw.county, pk=draw.pk)


def lock_homes(county: str, homes: Collection[uuid.UUID]) -> None:
    """Hold the rows of the households, in the order of their ids."""
    rows = Household.unscoped.select_for_update().filter(county=county, pk__in=list(homes)).order_by("pk")
    list(rows.values_list("pk", flat=True))


def demand(draw: Draw, *states: State, refusal: str) -> None:
    """Raises WrongState with the words unless the draw stands where the step begins."""
    if draw.state not in states:
        raise WrongState(refusal)
