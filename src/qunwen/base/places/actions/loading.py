"""Loading divisions from the country's list."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, nothing_changed, record
from qunwen.base.places import divisions
from qunwen.base.places.access import Permission
from qunwen.base.places.enums import Entry
from qunwen.base.places.models import Place
from qunwen.base.places.problems import DivisionUnknown
from qunwen.base.scope import asking
from qunwen.base.scope.codes import Level, parent_of, upper_bound

BATCH = 2000


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load found: the division, how much lies in it, and how many rows were new."""

    code: str
    name: str
    counties: int
    towns: int
    villages: int
    added: int


@action
def load_divisions(*, root: str, by: Actor, at: dt.datetime) -> Loaded:
    """Bring a province, city or county with all below and above it into the database.

    `root` is a short code. Places already there stay as they are (a rename made here is not undone), so
    that a second run changes nothing. Raises DivisionUnknown when the country's list lacks the code.
    """
    asking.require(Permission.LOAD, place=root)
    rows = list(divisions.below(root))
    if not rows:
        raise DivisionUnknown(_("全国区划表里没有代码 %(code)s。") % {"code": root})
    wanted = [*divisions.ancestors(root), *rows]
    there = set(Place.unscoped.filter(code__gte=root, code__lt=upper_bound(root)).values_list("code", flat=True))
    there |= set(
        Place.unscoped.filter(pk__in=[row.code for row in divisions.ancestors(root)]).values_list("pk", flat=True)
    )
    fresh = [row for row in wanted if row.code not in there]
    Place.unscoped.bulk_create(
        [Place(code=row.code, name=row.name, level=row.level, parent_id=parent_of(row.code)) for row in fresh],
        batch_size=BATCH,
    )
    levels = [row.level for row in rows]
    loaded = Loaded(
        code=root,
        name=rows[0].name,
        counties=levels.count(Level.COUNTY),
        towns=levels.count(Level.TOWN),
        villages=levels.count(Level.VILLAGE),
        added=len(fresh),
    )
    if not fresh:
        nothing_changed("all divisions are there")
        return loaded
    record(
        code=Entry.DIVISIONS_LOADED,
        by=by,
        at=at,
        subject=Place.unscoped.get(pk=root),
        place=root,
        after={"added": loaded.added, "towns": loaded.towns, "villages": loaded.villages},
    )
    return loaded
