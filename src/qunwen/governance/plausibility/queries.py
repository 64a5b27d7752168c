"""Findings as each may see them: one's own at once, others' when the days for an answer are over."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db.models import Count, Q, QuerySet

from qunwen.base.journal.actors import Actor
from qunwen.base.scope import context
from qunwen.base.scope.rows import at_and_below

from .access import Permission
from .enums import OPEN
from .models import Finding


def seen_by(actor: Actor, at: dt.datetime) -> QuerySet[Finding]:
    """What this person may see now, of what the open scope shows."""
    rows = Finding.objects.select_related("place", "unit", "author")
    scope = context.current()
    if scope is None or scope.kind == "everything":
        return rows
    early = Q(opened=True) | Q(opens_at__lte=at)
    if actor.unit is not None:
        early |= Q(unit_id=actor.unit)
    if actor.id is not None:
        early |= Q(author_id=actor.id)
    reaches = scope.reaches_for(Permission.VIEW_ALL)
    if reaches:
        early |= Finding.scoping.rows_for(reaches)
    return rows.filter(early)


def listed(rows: QuerySet[Finding], *, place: str = "", code: str = "", closed: bool = False) -> QuerySet[Finding]:
    """Open ones (or the settled), at a place and below, of one check; latest first."""
    rows = rows.exclude(state__in=sorted(OPEN)) if closed else rows.filter(state__in=sorted(OPEN))
    if place:
        rows = rows.filter(at_and_below(place))
    if code:
        rows = rows.filter(check_code=code)
    return rows.order_by("severity", "-found_at", "-pk")


def mine(rows: QuerySet[Finding], actor: Actor) -> QuerySet[Finding]:
    """Those about records of one's own unit or one's own."""
    own = Q(author_id=actor.id) if actor.id else Q(pk=None)
    return rows.filter(own | Q(unit_id=actor.unit) if actor.unit else own)


def finding(actor: Actor, at: dt.datetime, county: str, pk: uuid.UUID) -> Finding | None:
    """One that this person may see."""
    return seen_by(actor, at).filter(county=county, pk=pk).first()


def by_check(rows: QuerySet[Finding]) -> dict[str, dict[str, int]]:
    """Check → state → how many."""
    found: dict[str, dict[str, int]] = {}
    counted: Any = rows.order_by().values_list("check_code", "state").annotate(n=Count("pk"))
    for code, state, number in counted:
        found.setdefault(code, {})[state] = number
    return found
