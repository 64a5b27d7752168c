"""Reaches: what a grant lets its holder see, and whether one holding contains another.

Pure reckoning on values; the queries that feed it are in queries.py.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from qunwen.base.scope.codes import covers
from qunwen.base.scope.context import DataScope, Reach

from .models import Grant

Tree = Callable[[uuid.UUID], frozenset[uuid.UUID]]


@dataclass(frozen=True, slots=True)
class Held:
    """One permission over one reach, until a moment (None: without end)."""

    permission: str
    reach: Reach
    until: dt.datetime | None = None


def reach_of(grant: Grant, tree: Tree) -> Reach:
    """The reach of a grant. `tree` gives a unit with all units below it."""
    prefix = grant.place_id or ""
    scope = DataScope(grant.data_scope)
    if scope == DataScope.UNIT:
        return Reach(prefix, scope, units=frozenset({grant.staff.unit_id}))
    if scope == DataScope.UNIT_TREE:
        return Reach(prefix, scope, units=tree(grant.staff.unit_id))
    if scope == DataScope.SELF:
        return Reach(prefix, scope, owner=grant.staff_id)
    if scope == DataScope.CHOSEN:
        return Reach(
            prefix,
            scope,
            units=frozenset(uuid.UUID(unit) for unit in grant.chosen_units),
            places=tuple(place for place in grant.chosen_places if covers(prefix, place)),
        )
    return Reach(prefix)


def contains(outer: Reach, inner: Reach) -> bool:
    """Whether every row the inner reach admits is surely admitted by the outer one.

    Errs on the side of no: an inner reach that only several outer ones together cover is not contained.
    """
    if not covers(outer.prefix, inner.prefix):
        return False
    mine = outer.places if outer.scope == DataScope.CHOSEN else ()
    if outer.scope == DataScope.ALL or any(covers(place, inner.prefix) for place in mine):
        return True
    if inner.scope == DataScope.SELF:
        return outer.scope == DataScope.SELF and outer.owner == inner.owner
    if inner.scope == DataScope.ALL or outer.scope == DataScope.SELF:
        return False
    places_covered = all(any(covers(whole, place) for whole in mine) for place in inner.places)
    return inner.units <= outer.units and places_covered


def holds(mine: Iterable[Held], wanted: Held) -> bool:
    """Whether one of my holdings contains the wanted one: permission, reach and duration."""
    return any(
        held.permission == wanted.permission
        and (held.until is None or (wanted.until is not None and wanted.until <= held.until))
        and contains(held.reach, wanted.reach)
        for held in mine
    )


def beyond(mine: Iterable[Held], wanted: Iterable[Held]) -> list[Held]:
    """Those of the wanted holdings that mine do not contain."""
    mine = tuple(mine)
    return [one for one in wanted if not holds(mine, one)]
