"""Reading places: below, above, then and now, and the search of choosers."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from qunwen.base.scope import asking
from qunwen.base.scope.codes import LENGTHS, Level, is_code, upper_bound

from .enums import ADMINISTRATIVE, HierarchyKind, PopulationBasis, PopulationGroup
from .models import HierarchyEdge, Place, PlaceName, PlaceSuccession, Population
from .problems import DivisionUnknown, NotInUse
from .tree import Edge, Forest, Life, Passage, Row


def place(code: str) -> Place:
    """The place of a short or twelve-digit county, town or village code. Raises DivisionUnknown."""
    found = Place.unscoped.filter(pk=code).first()
    if found is None and len(code) == 12:
        short = code.rstrip("0")
        sizes = [size for size in LENGTHS.values() if len(short) <= size < 12]
        found = Place.unscoped.filter(pk__in=[code[:size] for size in sizes]).order_by("-level").first()
    if found is None:
        raise DivisionUnknown(_("没有代码为 %(code)s 的区划。") % {"code": code})
    return found


def held(permission: str) -> list[Place]:
    """The places at which the open scope holds a permission, the highest first; none for the whole nation."""
    return list(Place.objects.filter(pk__in=[p for p in asking.prefixes(permission) if p]).order_by("level", "pk"))


def reached(permission: str, *, lowest: Level = Level.VILLAGE, gone: bool = False) -> list[Place]:
    """Every county and what lies below it down to a level, where the open scope holds a permission, by code.

    `gone`: what has been given up as well.
    """
    found: dict[str, Place] = {}
    for prefix in asking.tops(permission):
        rows = Place.objects.select_related("parent").filter(level__gte=Level.COUNTY, level__lte=lowest)
        if prefix:
            rows = rows.filter(code__gte=prefix, code__lt=upper_bound(prefix))
        found |= {row.pk: row for row in (rows if gone else rows.filter(valid_to=None))}
    return [found[code] for code in sorted(found)]


def reached_choices(permission: str, *, gone: bool = False) -> list[tuple[str, str]]:
    """The same to choose from: (code, name), villages with the name of their town."""
    return [
        (row.pk, f"{row.parent.name} {row.name}" if row.level == Level.VILLAGE and row.parent else row.name)
        for row in reached(permission, gone=gone)
    ]


def shown(code: str, permission: str) -> Place | None:
    """The place of a code that somebody gave; None when there is none or they do not hold the permission there."""
    found = Place.objects.select_related("parent").filter(pk=code).first() if is_code(code) else None
    return found if found is not None and asking.may(permission, place=found.pk) else None


def names(codes: Iterable[str]) -> dict[str, str]:
    """The names of places by code; one that is not there has none."""
    return dict(Place.objects.filter(pk__in=set(codes)).values_list("code", "name"))


def below(code: str, *, on: dt.date | None = None) -> QuerySet[Place]:
    """The place and everything under it; with `on` only what was in use that day. '' is the nation."""
    rows = Place.unscoped.order_by("code")
    if code:
        rows = rows.filter(code__gte=code, code__lt=upper_bound(code))
    return in_use(rows, on) if on else rows


def in_use(rows: QuerySet[Place], day: dt.date) -> QuerySet[Place]:
    """Those of the places that were in use on the day."""
    return rows.filter(Q(valid_from=None) | Q(valid_from__lte=day), Q(valid_to=None) | Q(valid_to__gt=day))


def counties_of(code: str = "", *, on: dt.date | None = None) -> QuerySet[Place]:
    """The counties under a place."""
    return below(code, on=on).filter(level=Level.COUNTY)


def towns_of(code: str, *, on: dt.date | None = None) -> QuerySet[Place]:
    """The towns and streets under a place, development zones and state farms among them."""
    return below(code, on=on).filter(level=Level.TOWN)


def villages_of(code: str, *, on: dt.date | None = None) -> QuerySet[Place]:
    """The villages and communities under a place."""
    return below(code, on=on).filter(level=Level.VILLAGE)


def grids_of(code: str, *, on: dt.date | None = None) -> QuerySet[Place]:
    """The grids under a place."""
    return below(code, on=on).filter(level=Level.GRID)


def above(code: str) -> list[Place]:
    """The ancestors of a place from the province down, without itself."""
    codes = [code[:size] for size in LENGTHS.values() if size < len(code)]
    return list(Place.unscoped.filter(pk__in=codes).order_by("level"))


def full_name(code: str, *, since: Level = Level.COUNTY) -> str:
    """「龙泉驿区 大面街道 五星社区」: the names from `since` down. Raises DivisionUnknown."""
    here = place(code)
    return " ".join([*(row.name for row in above(here.code) if row.level >= since), here.name])


def place_on(code: str, day: dt.date) -> str:
    """The name a place bore on a day. Raises DivisionUnknown, and NotInUse when it did not exist then."""
    here = place(code)
    if not here.exists_on(day):
        raise NotInUse(_("%(name)s(%(code)s)在 %(day)s 未启用或已撤销。") % vars_of(here, day))
    former = PlaceName.unscoped.filter(place=here, valid_to__gt=day).order_by("valid_to").first()
    return former.name if former else here.name


def vars_of(here: Place, day: dt.date) -> dict[str, str]:
    """The words of a message about a place on a day."""
    return {"name": here.name, "code": here.code, "day": day.isoformat()}


def heirs_of(code: str, *, day: dt.date, as_of: dt.date) -> list[Place]:
    """The places that stand on `as_of` where `code` stood on `day`: itself, or its successors."""
    return list(Place.unscoped.filter(pk__in=_forest(ground_of()).heirs(code, day, as_of)).order_by("code"))


def closure(*, hierarchy: str = ADMINISTRATIVE, as_of: dt.date, map: str = "then", root: str = "") -> list[Row]:
    """The dated closure: a fact at `descendant` on a day in [valid_from, valid_to) counts for `ancestor`.

    `map="then"`: the tree of the fact's own day; rows cover exactly the days a place was in use.
    `map="now"`: every place that ever was, under the ancestors that all its successors of `as_of` share.
    A place is its own ancestor. `root` keeps the ancestors at or below a place and, for "now", the
    places whose successors lie there. Places taken into use after `as_of` have no rows.
    Raises ValueError for an unknown hierarchy or map.
    """
    if map not in ("then", "now"):
        raise ValueError(f"map: {map!r}")
    if hierarchy != ADMINISTRATIVE and hierarchy not in HierarchyKind.values:
        raise ValueError(f"hierarchy: {hierarchy!r}")
    ground = ground_of(hierarchy=hierarchy, map=map, root=root)
    return closure_from(ground, as_of=as_of, map=map, root=root)


# What a closure is made from, as plain rows: lives (code, from, to), passages (old, new, day), edges of a named
# hierarchy (child, parent, from, to). Equal grounds give equal closures, so it may be the key of something kept.
Ground = tuple[tuple[tuple, ...], tuple[tuple, ...], tuple[tuple, ...]]


def ground_of(*, hierarchy: str = ADMINISTRATIVE, map: str = "then", root: str = "") -> Ground:
    """The rows that `closure` is made from, as they stand now."""
    passages = tuple(PlaceSuccession.unscoped.values_list("old_id", "new_id", "day"))
    edges: tuple[tuple, ...] = ()
    if hierarchy != ADMINISTRATIVE:
        rows = HierarchyEdge.unscoped.filter(hierarchy=hierarchy)
        edges = tuple(rows.values_list("child_id", "parent_id", "valid_from", "valid_to"))
    fields = ("code", "valid_from", "valid_to")
    # In a named hierarchy a place may belong below one that its code does not begin with.
    starts = {root, *(edge[0] for edge in edges if root)}
    lives = {row[0]: row for start in sorted(starts) for row in below(start).values_list(*fields)}
    if map == "now" and root:
        outside = _predecessors(set(lives), [Passage(*row) for row in passages]) - set(lives)
        lives |= {row[0]: row for row in Place.unscoped.filter(pk__in=outside).values_list(*fields)}
    return tuple(lives.values()), passages, edges


def closure_from(ground: Ground, *, as_of: dt.date, map: str, root: str) -> list[Row]:
    """The closure that a ground gives, without a database; as `closure`."""
    forest = _forest(ground)
    rows = forest.now_rows(as_of) if map == "now" else forest.then_rows(as_of)
    found = [row for row in rows if row.ancestor.startswith(root)]
    return sorted(found, key=lambda row: (row.ancestor, row.descendant, row.valid_from or dt.date.min))


def _forest(ground: Ground) -> Forest:
    lives, passages, edges = ground
    return Forest(
        lives=[Life(*row) for row in lives],
        passages=[Passage(*row) for row in passages],
        edges=[Edge(*row) for row in edges],
    )


def _predecessors(codes: set[str], passages: list[Passage]) -> set[str]:
    found: set[str] = set()
    edge = codes
    while edge:
        edge = {p.old for p in passages if p.new in edge} - found - codes
        found |= edge
    return found


def population_of(
    code: str,
    *,
    year: int,
    group: str = PopulationGroup.TOTAL,
    basis: str = PopulationBasis.RESIDENT,
) -> Population | None:
    """The figure of a place, year and group; None when nobody has recorded one (missing is not zero)."""
    return Population.unscoped.filter(place_id=code, year=year, group=group, basis=basis).first()


@functools.lru_cache(maxsize=100_000)
def initials(name: str) -> str:
    """The pinyin initials of a name in small letters: 龙泉驿区 → lqyq."""
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415  its dictionary takes a while to load

    return "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).lower()


def search(text: str, *, within: str = "", level: Level | None = None, limit: int = 20) -> list[Place]:
    """Places for a chooser: by beginning of the code, part of the name, or pinyin initials; best first.

    Pinyin is tried only inside a county or smaller (`within`), whose names fit into memory.
    """
    wanted = "".join(text.split())
    rows = below(within)
    if level is not None:
        rows = rows.filter(level=level)
    if not wanted:
        return list(rows.order_by("level", "code")[:limit])
    if wanted.isascii() and wanted.isdigit():
        codes = {wanted, wanted.rstrip("0")} if len(wanted) == 12 else {wanted}
        matching = rows.filter(functools.reduce(lambda a, b: a | b, (Q(code__startswith=c) for c in sorted(codes))))
        return list(matching.order_by("level", "code")[:limit])
    found = list(rows.filter(name__contains=wanted).order_by("level", "code")[: limit * 5])
    if not found and wanted.isascii() and len(within) >= LENGTHS[Level.COUNTY]:
        found = [row for row in rows if wanted.lower() in initials(row.name)]
    found.sort(key=lambda row: (row.name != wanted, not row.name.startswith(wanted), row.level, row.code))
    return found[:limit]


def choices(within: str, *, level: Level, on: dt.date | None = None) -> list[tuple[str, str]]:
    """(code, name) for a form's select; villages carry their town's name in front."""
    rows = below(within, on=on).filter(level=level).select_related("parent")
    named = level > Level.TOWN and len(within) < LENGTHS[Level.TOWN]
    return [(row.code, f"{row.parent.name} {row.name}" if named and row.parent else row.name) for row in rows]


def villages_by_town(county: str, *, on: dt.date) -> list[tuple[str, list[tuple[str, str]]]]:
    """The villages of a county as groups of a form's select: (town, [(code, name), …])."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for row in below(county, on=on).filter(level=Level.VILLAGE).select_related("parent"):
        groups.setdefault(row.parent.name if row.parent else "", []).append((row.code, row.name))
    return list(groups.items())
