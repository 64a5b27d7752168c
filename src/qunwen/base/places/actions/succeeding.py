"""The parts of a change of divisions: who follows whom, what moves along, what ends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _

from qunwen.base.places.models import HierarchyEdge, Place, PlaceChange, PlaceSuccession
from qunwen.base.places.problems import CodeTaken, DateRefused, EdgeRefused, NotInUse, WrongLevel
from qunwen.base.places.tree import Edge, Forest
from qunwen.base.scope.clock import day_of
from qunwen.base.scope.codes import LENGTHS, Level, level_of, parent_of

if TYPE_CHECKING:
    from .changing import NewPlace


def check_day(place: Place, *, on: dt.date, at: dt.datetime) -> None:
    """A change is entered on its day or later, after the place began, and after its last change.

    Raises DateRefused or NotInUse.
    """
    if on > day_of(at):
        raise DateRefused(_("生效日期 %(day)s 还没有到，请到当日再办理。") % {"day": on})
    if not place.exists_on(on):
        raise NotInUse(
            _("%(name)s（%(code)s）在 %(day)s 未启用或已撤销。") % {"name": place.name, "code": place.code, "day": on}
        )
    if place.valid_from is not None and on <= place.valid_from:
        raise DateRefused(
            _("%(name)s于 %(day)s 启用，变更日期须晚于这一天。") % {"name": place.name, "day": place.valid_from}
        )
    later = HierarchyEdge.unscoped.filter(Q(child=place) | Q(parent=place), valid_from__gte=on)
    if place.successors.filter(day__gte=on).exists() or later.exists():
        raise DateRefused(_("%(name)s在 %(day)s 当日或之后已有变更。") % {"name": place.name, "day": on})


def successor(wanted: Place | NewPlace, *, like: Place, on: dt.date) -> Place:
    """The place that goes on: an existing one in use on the day, or a new one made of code and name.

    Raises CodeTaken, WrongLevel, NotInUse.
    """
    if isinstance(wanted, Place):
        if not wanted.exists_on(on):
            raise NotInUse(_("%(name)s在 %(day)s 未启用或已撤销。") % {"name": wanted.name, "day": on})
        return wanted
    try:
        level = level_of(wanted.code)
    except ValueError:
        raise WrongLevel(_("“%(code)s”不是区划代码。") % {"code": wanted.code}) from None
    if level != like.level:
        raise WrongLevel(_("代码 %(code)s 与%(name)s层级不同。") % {"code": wanted.code, "name": like.name})
    if Place.unscoped.filter(pk=wanted.code).exists():
        raise CodeTaken(_("代码 %(code)s 已被使用过，撤销的代码也不能再用。") % {"code": wanted.code})
    parent = Place.unscoped.filter(pk=parent_of(wanted.code)).first()
    if parent is None or not parent.exists_on(on):
        raise NotInUse(_("代码 %(code)s 的上级在 %(day)s 不存在。") % {"code": wanted.code, "day": on})
    if not wanted.name.strip():
        raise WrongLevel(_("请填写新区划的名称。"))
    new = Place(code=wanted.code, name=wanted.name.strip(), level=level, parent=parent, valid_from=on)
    new.save(force_insert=True)
    return new


def hand_over(old: Place, news: Sequence[Place], change: PlaceChange) -> None:
    """Write who follows the old place."""
    PlaceSuccession.unscoped.bulk_create(
        [PlaceSuccession(change=change, old=old, new=new, day=change.day) for new in news]
    )


def ending(place: Place, on: dt.date) -> None:
    """The place is not in use from the day on."""
    place.valid_to = on
    place.save(update_fields=["valid_to"])


def re_home(old: Place, new: Place, change: PlaceChange, *, only_this: bool = False) -> None:
    """Move everything alive below `old` under `new`; with `only_this` the place `old` itself goes under `new`."""
    moving = [old] if only_this else list(old.children.order_by("code"))
    for child in moving:
        if not child.exists_on(change.day):
            continue
        if child.valid_from is not None and change.day <= child.valid_from:
            raise DateRefused(_("下级%(name)s的启用日期不早于变更日期。") % {"name": child.name})
        heir = Place(code=free_code(new, child), name=child.name, level=child.level, parent=new, valid_from=change.day)
        heir.save(force_insert=True)
        hand_over(child, [heir], change)
        re_home(child, heir, change)
        carry_edges(child, [heir], change.day)
        ending(child, change.day)


def free_code(parent: Place, child: Place) -> str:
    """The child's own digits under the new parent, or the next free ones. Raises CodeTaken when none is left."""
    digits = LENGTHS[Level(child.level)] - LENGTHS[Level(child.level - 1)]
    used = {code[-digits:] for code in parent.children.values_list("code", flat=True)}
    own = int(child.code[-digits:])
    for number in [*range(own, 10**digits), *range(1, own)]:
        if f"{number:0{digits}d}" not in used:
            return f"{parent.code}{number:0{digits}d}"
    raise CodeTaken(_("%(name)s下已没有空闲代码。") % {"name": parent.name})


def carry_edges(old: Place, news: Sequence[Place], on: dt.date, *, ends: bool = True) -> None:
    """Named hierarchies follow: heirs without an edge of their own get the old one's parent.

    What belonged to the old place belongs to its only heir; with several heirs it returns to its
    administrative parent. With `ends=False` the old place keeps its own edges.
    """
    open_on = Q(valid_from__lt=on) & (Q(valid_to=None) | Q(valid_to__gt=on))
    for edge in HierarchyEdge.unscoped.filter(open_on, child=old):
        for new in news:
            taken = HierarchyEdge.unscoped.filter(hierarchy=edge.hierarchy, child=new).exists()
            if not taken and new.pk != edge.parent_id:
                _edge(edge, child_id=new.pk, parent_id=edge.parent_id, on=on)
        if ends:
            _end(edge, on)
    if ends:
        for edge in HierarchyEdge.unscoped.filter(open_on, parent=old):
            if len(news) == 1 and edge.child_id != news[0].pk:
                _edge(edge, child_id=edge.child_id, parent_id=news[0].pk, on=on)
            _end(edge, on)
    for hierarchy in (
        HierarchyEdge.unscoped.filter(valid_from=on).values_list("hierarchy", flat=True).order_by().distinct()
    ):
        refuse_ring(hierarchy, on)


def refuse_ring(hierarchy: str, since: dt.date) -> None:
    """Walk up from every child on each day on which the hierarchy changes from `since` on. Raises EdgeRefused."""
    rows = [
        Edge(*row)
        for row in HierarchyEdge.unscoped.filter(hierarchy=hierarchy).values_list(
            "child_id", "parent_id", "valid_from", "valid_to"
        )
    ]
    days = {since, *(day for row in rows for day in (row.valid_from, row.valid_to) if day and day >= since)}
    forest = Forest(lives=[], edges=rows)
    for day in sorted(days):
        for row in rows:
            try:
                forest.path(row.child, day)
            except ValueError:
                raise EdgeRefused(_("这样隶属会成环，请检查上级。")) from None


def _edge(like: HierarchyEdge, *, child_id: str, parent_id: str, on: dt.date) -> None:
    HierarchyEdge(
        hierarchy=like.hierarchy, child_id=child_id, parent_id=parent_id, valid_from=on, valid_to=like.valid_to
    ).save(force_insert=True)


def _end(edge: HierarchyEdge, on: dt.date) -> None:
    edge.valid_to = on
    edge.save(update_fields=["valid_to"])
