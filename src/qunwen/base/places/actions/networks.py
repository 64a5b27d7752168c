"""Edges of the named hierarchies."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q
from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, record
from qunwen.base.places.access import Permission
from qunwen.base.places.enums import Entry, HierarchyKind
from qunwen.base.places.models import HierarchyEdge, Place
from qunwen.base.places.problems import DateRefused, EdgeRefused, NotInUse
from qunwen.base.scope import asking

from .succeeding import refuse_ring


@action
def set_edge(
    *, hierarchy: str, child: Place, parent: Place, since: dt.date, by: Actor, at: dt.datetime
) -> HierarchyEdge:
    """Put `child` under `parent` in a named hierarchy from a day on; an edge still open ends that day.

    Raises EdgeRefused for an unknown hierarchy, an edge to itself, a ring, or an edge that begins later
    than `since`; NotInUse when either place does not exist on the day.
    """
    asking.require(Permission.HIERARCHY, place=child.code)
    _check(hierarchy=hierarchy, child=child, parent=parent, since=since)
    there = HierarchyEdge.unscoped.select_for_update().filter(hierarchy=hierarchy, child=child)
    if there.filter(Q(valid_from__gte=since) | Q(valid_to__gt=since)).exists():
        raise EdgeRefused(
            _("%(name)s在 %(day)s 当日或之后已有隶属记录，请先终止它。") % {"name": child.name, "day": since}
        )
    former = there.filter(valid_to=None).first()
    if former is not None:
        former.valid_to = since
        former.save(update_fields=["valid_to"])
    edge = HierarchyEdge(hierarchy=hierarchy, child=child, parent=parent, valid_from=since)
    edge.save(force_insert=True)
    refuse_ring(hierarchy, since)
    record(
        code=Entry.EDGE_SET,
        by=by,
        at=at,
        subject=edge,
        place=child.code,
        before={"parent": former.parent_id} if former else {},
        after={"hierarchy": hierarchy, "parent": parent.code, "since": since},
        label=f"{HierarchyKind(hierarchy).label} {child.name} → {parent.name}",
    )
    return edge


@action
def end_edge(*, edge: HierarchyEdge, on: dt.date, by: Actor, at: dt.datetime) -> HierarchyEdge:
    """End an edge: from `on` the child follows its administrative parent again.

    Raises DateRefused when the day is not after the beginning, or the edge has ended already.
    """
    asking.require(Permission.HIERARCHY, place=edge.child_id)
    if edge.valid_to is not None:
        raise DateRefused(_("这条隶属已于 %(day)s 终止。") % {"day": edge.valid_to})
    if on <= edge.valid_from:
        raise DateRefused(_("终止日期须晚于启用日期 %(day)s。") % {"day": edge.valid_from})
    edge.valid_to = on
    edge.save(update_fields=["valid_to"])
    refuse_ring(edge.hierarchy, on)
    record(code=Entry.EDGE_ENDED, by=by, at=at, subject=edge, place=edge.child_id, after={"valid_to": on})
    return edge


def _check(*, hierarchy: str, child: Place, parent: Place, since: dt.date) -> None:
    if hierarchy not in HierarchyKind.values:
        raise EdgeRefused(_("没有“%(name)s”这个体系。") % {"name": hierarchy})
    if child.code == parent.code:
        raise EdgeRefused(_("不能隶属于自己。"))
    for one in (child, parent):
        if not one.exists_on(since):
            raise NotInUse(_("%(name)s在 %(day)s 未启用或已撤销。") % {"name": one.name, "day": since})
