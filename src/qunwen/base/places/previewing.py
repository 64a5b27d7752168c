"""What a change of divisions would do, found by doing it and taking it back: the preview can never differ from the act."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Q

from qunwen.base.scope.clock import day_of
from qunwen.base.scope.codes import LENGTHS, Level

from . import queries
from .models import HierarchyEdge, Place, PlaceChange
from .tree import Row


@dataclass(frozen=True, slots=True)
class Passed:
    """One place and what follows it."""

    old_code: str
    old_name: str
    new_code: str
    new_name: str
    level: int


@dataclass(frozen=True, slots=True)
class FigureLine:
    """A figure of last year for one place, by the map of its day and by today's; None where nothing was reported."""

    code: str
    name: str
    what: str
    then: int | None
    now: int | None


@dataclass(frozen=True, slots=True)
class Edged:
    """One edge of a named hierarchy that the change begins or ends."""

    hierarchy: str
    child: str
    parent: str
    begins: bool


@dataclass(slots=True)
class Preview:
    """Everything a change would do. `figures` are of the year before the day of the preview."""

    kind: str
    day: dt.date
    passed: list[Passed]
    ended: list[Place]
    begun: list[Place]
    edges: list[Edged]
    year: int
    figures: list[FigureLine] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Maps:
    """What is needed to count last year's records on both maps: the closures as they would be after the change."""

    year: int
    as_of: dt.date
    names: dict[str, str]
    then: Sequence[Row]
    now: Sequence[Row]


FiguresOf = Callable[[Maps], list[FigureLine]]
_figures: list[FiguresOf] = []


def figures(function: FiguresOf) -> FiguresOf:
    """Register who can count last year's records on given maps (places stand below what is counted)."""
    _figures[:] = [function]
    return function


def preview(call: Callable[[], PlaceChange], *, place: Place, at: dt.datetime) -> Preview:
    """What the change would do; nothing of it stays. Raises what the change itself raises."""
    with transaction.atomic():
        change = call()
        found = _found(change, at)
        maps = _maps(found, place, change, at)
        transaction.set_rollback(True)
    for count in _figures:
        found.figures += count(maps)
    return found


def _found(change: PlaceChange, at: dt.datetime) -> Preview:
    rows = change.successions.select_related("old", "new").order_by("old__level", "old_id", "new_id")
    passed = [Passed(r.old_id, r.old.name, r.new_id, r.new.name, r.old.level) for r in rows]
    passed += [
        Passed(n.place_id, n.name, n.place_id, n.place.name, n.place.level)
        for n in change.names.select_related("place")
    ]
    codes = {change.place_id, *(p.old_code for p in passed), *(p.new_code for p in passed)}
    there = list(Place.unscoped.filter(pk__in=codes).order_by("level", "code"))
    touching = Q(child__in=codes) | Q(parent__in=codes)
    edges = HierarchyEdge.unscoped.filter(touching).filter(Q(valid_from=change.day) | Q(valid_to=change.day))
    return Preview(
        kind=change.kind,
        day=change.day,
        passed=passed,
        ended=[one for one in there if one.valid_to == change.day],
        begun=[one for one in there if one.valid_from == change.day],
        edges=[
            Edged(e.get_hierarchy_display(), e.child.name, e.parent.name, e.valid_from == change.day)
            for e in edges.select_related("child", "parent").order_by("hierarchy", "child_id", "valid_from")
        ],
        year=day_of(at).year - 1,
    )


def _maps(found: Preview, place: Place, change: PlaceChange, at: dt.datetime) -> Maps:
    """Both closures of the county after the change, and the places whose figures are shown: those concerned and above."""
    top = min(found.passed, key=lambda one: one.level).level if found.passed else place.level
    codes = {change.place_id}
    codes |= {code for one in found.passed if one.level == top for code in (one.old_code, one.new_code)}
    above = LENGTHS[Level(top - 1)] if top > Level.COUNTY else 0
    codes |= {code[:above] for code in list(codes) if above}
    names = dict(Place.unscoped.filter(pk__in=codes).values_list("code", "name"))
    today, root = day_of(at), place.code[: LENGTHS[Level.COUNTY]]
    then = queries.closure(as_of=today + dt.timedelta(days=1), map="then", root=root)
    now = queries.closure(as_of=today, map="now", root=root)
    return Maps(found.year, today, names, then, now)
