"""Grids below villages."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, nothing_changed, record
from qunwen.base.places.access import Permission
from qunwen.base.places.enums import Entry
from qunwen.base.places.models import Place
from qunwen.base.places.problems import CodeTaken, DateRefused, NotInUse, WrongLevel
from qunwen.base.scope import asking
from qunwen.base.scope.clock import day_of
from qunwen.base.scope.codes import Level

from .succeeding import carry_edges, check_day, ending

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
    if not name.strip():
        raise WrongLevel(_("请填写网格名称。"))
    grid = Place(
        code=f"{village.code}{chosen:03d}", name=name.strip(), level=Level.GRID, parent=village, valid_from=since
    )
    grid.save(force_insert=True)
    record(code=Entry.GRID_CREATED, by=by, at=at, subject=grid, place=grid.code, after={"name": grid.name})
    return grid


@action
def rename_grid(*, grid: Place, name: str, by: Actor, at: dt.datetime) -> Place:
    """Correct the name of a grid. Grids are the village's own business: no document, no former name kept.

    Raises WrongLevel for what is no grid or an empty name.
    """
    _own_grid(grid)
    new = name.strip()
    if not new:
        raise WrongLevel(_("请填写网格名称。"))
    if new == grid.name:
        nothing_changed("the same name")
        return grid
    before, grid.name = grid.name, new
    grid.save(update_fields=["name"])
    record(
        code=Entry.GRID_RENAMED,
        by=by,
        at=at,
        subject=grid,
        place=grid.code,
        before={"name": before},
        after={"name": new},
    )
    return grid


@action
def close_grid(*, grid: Place, on: dt.date, by: Actor, at: dt.datetime) -> Place:
    """Take a grid out of use from a day on; its number is never given again. Raises WrongLevel, DateRefused, NotInUse."""
    _own_grid(grid)
    if grid.valid_to is not None:
        raise DateRefused(_("这个网格已于 %(day)s 撤销。") % {"day": grid.valid_to})
    check_day(grid, on=on, at=at)
    carry_edges(grid, [], on)
    ending(grid, on)
    record(code=Entry.GRID_CLOSED, by=by, at=at, subject=grid, place=grid.code, after={"on": on})
    return grid


def _own_grid(grid: Place) -> None:
    asking.require(Permission.GRID, place=grid.code)
    if grid.level != Level.GRID:
        raise WrongLevel(_("%(name)s不是网格。") % {"name": grid.name})
