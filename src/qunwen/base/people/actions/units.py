"""Units: made and changed, never removed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, changes, nothing_changed, record
from qunwen.base.people.access import Permission
from qunwen.base.people.delegation import require_held
from qunwen.base.people.enums import Entry
from qunwen.base.people.errors import Refused, UnitCycle
from qunwen.base.people.models import Staff, Unit
from qunwen.base.people.queries import active_grants, held_by, units_below
from qunwen.base.people.reaches import Held, beyond
from qunwen.base.places.models import Place
from qunwen.base.scope import asking, context
from qunwen.base.scope.context import DataScope


@action
def create_unit(
    *, name: str, kind: str, place: Place, parent: Unit | None = None, phone: str = "", by: Actor, at: dt.datetime
) -> Unit:
    """Make a unit at a place, below another unit if given.

    Raises Forbidden without the permission at the place (and over the parent), Refused when the place
    has a unit of this name.
    """
    asking.require(Permission.UNIT_EDIT, place=place.pk)
    if parent is not None:
        asking.require(Permission.UNIT_EDIT, on=parent)
    unit = Unit(name=name.strip(), kind=kind, place=place, parent=parent, phone=phone.strip())
    _save(unit)
    record(
        code=Entry.UNIT_CREATED, by=by, at=at, subject=unit, place=place.pk,
        after={"name": unit.name, "kind": kind, "parent": parent},
    )  # fmt: skip
    return unit


@action
def change_unit(*, unit: Unit, by: Actor, at: dt.datetime, **new: Any) -> Unit:
    """Change name, kind, parent, phone or active of a unit. Its place never changes.

    Moving it below another unit widens what "own unit and below" means for people there: the actor
    must hold what they gain. Raises Forbidden, UnitCycle, BeyondOwn, Refused.
    """
    if strange := set(new) - {"name", "kind", "parent", "phone", "active"}:
        raise TypeError(f"change_unit: {sorted(strange)}")
    unit = Unit.unscoped.select_for_update().get(pk=unit.pk)
    asking.require(Permission.UNIT_EDIT, on=unit)
    before, after = changes(unit, new)
    if not after:
        nothing_changed("same values")
        return unit
    for name, value in after.items():
        setattr(unit, name, value)
    if "parent" in after:
        _move(unit, by=by, at=at)
    else:
        _save(unit)
    record(code=Entry.UNIT_CHANGED, by=by, at=at, subject=unit, place=unit.place_id, before=before, after=after)
    return unit


def _move(unit: Unit, *, by: Actor, at: dt.datetime) -> None:
    if unit.parent is not None:
        asking.require(Permission.UNIT_EDIT, on=unit.parent)
        if unit.parent_id in units_below(unit.pk):
            raise UnitCycle(_("不能把单位放到自己或自己的下属单位之下。"))
    widened = _holders_of_trees(at)
    had = {staff.pk: held_by(staff, at) for staff in widened}
    _save(unit)
    gained: list[Held] = []
    for staff in widened:
        gained += beyond(had[staff.pk], held_by(staff, at))
    require_held(gained, by=by, at=at)


def _holders_of_trees(at: dt.datetime) -> list[Staff]:
    ids = active_grants(at).filter(data_scope=DataScope.UNIT_TREE).order_by().values("staff_id")
    with context.crossing("", reason="a wider tree widens grants of people anywhere"):
        return list(Staff.unscoped.select_for_update().filter(pk__in=ids).order_by("pk"))


def _save(unit: Unit) -> None:
    try:
        with transaction.atomic():
            unit.save()
    except IntegrityError as error:
        raise Refused(_("%(place)s已有名为“%(name)s”的单位。") % {"place": unit.place, "name": unit.name}) from error
