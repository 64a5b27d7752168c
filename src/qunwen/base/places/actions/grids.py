"""Grids below villages."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, record
from qunwen.base.places.access import Permission
from qunwen.base.places.enums import Entry
from qunwen.base.places.models import Place
from qunwen.base.places.problems import CodeTaken, NotInUse, WrongLevel
from qunwen.base.scope import asking
from qunwen.base.scope.clock import day_of
from qunwen.base.scope.codes import Level

LAST_NUMBER = 999


@action
def create_grid(
    *, village: Place, name: str, number: int | None = None, by: Actor, at: dt.datetime, since: dt.date | None = None
) -> Place:
    """Add a grid to a village; its code is the village's and three digits (the next free without `number`).

    Raises WrongLevel above or below a village, NotInUse for a village that is gone, CodeTaken for a used
    number or when all 999 are used.
    """
    asking.require(Permission.GRID, place=village.code)
    if village.level != Level.VILLAGE:
        raise WrongLevel(_("只能在村（社区）下设网格，%(name)s不是村级。") % {"name": village.name})
    day = since or day_of(at)
    if not village.exists_on(day):
        raise NotInUse(_("%(name)s在 %(day)s 未启用或已撤销，不能设网格。") % {"name": village.name, "day": day})
    used = {int(code[-3:]) for code in village.children.values_list("code", flat=True)}
    chosen = number if number is not None else next((n for n in range(1, LAST_NUMBER + 1) if n not in used), None)
    if chosen is None or chosen in used or not 1 <= chosen <= LAST_NUMBER:
        raise CodeTaken(_("网格号须在 001–999 之间且未被使用。"))
    grid = Place(
        code=f"{village.code}{chosen:03d}", name=name.strip(), level=Level.GRID, parent=village, valid_from=since
    )
    grid.save(force_insert=True)
    record(code=Entry.GRID_CREATED, by=by, at=at, subject=grid, place=grid.code, after={"name": grid.name})
    return grid
