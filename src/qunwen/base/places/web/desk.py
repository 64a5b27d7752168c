"""Divisions on the desk: the tree with its search, and a page for each place with its dated life."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from qunwen.base.journal import queries as journal
from qunwen.base.journal.access import Permission as Journal
from qunwen.base.journal.differences import tell
from qunwen.base.places import queries
from qunwen.base.places.access import Permission
from qunwen.base.places.enums import ChangeKind, PopulationGroup
from qunwen.base.places.models import HierarchyEdge, Place, PlaceChange, Population
from qunwen.base.scope import asking, clock
from qunwen.base.scope.codes import Level
from qunwen.base.ui.web.desk import show

from .loaded import ICON, page_of, place_or_404, reaches, steps

FOUND = 60
HISTORY = 10


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The divisions of one's places: county, towns, villages; or what a search finds among them."""
    asking.require(Permission.VIEW)
    roots = asking.tops(Permission.VIEW)
    wanted = request.GET.get("in", "")
    root = wanted if wanted and reaches(Permission.VIEW, wanted) else roots[0]
    word = request.GET.get("q", "").strip().replace("\x00", "")[:40]
    level = _level(request)
    gone = request.GET.get("gone") == "1"
    return show(
        request, "places/desk/list.html", title=_("行政区划"), icon=ICON, steps=steps(), word=word, level=level,
        levels=[(one.value, one.label) for one in Level if one >= Level.COUNTY], gone=gone, today=clock.today(),
        found=_found(roots, word, level, gone=gone) if word or level else None, most=FOUND,
        tree=_tree(root, gone=gone), roots=Place.objects.filter(pk__in=roots) if len(roots) > 1 else [],
    )  # fmt: skip


def _level(request: HttpRequest) -> Level | None:
    text = request.GET.get("level", "")
    return Level(int(text)) if text.isascii() and text.isdigit() and int(text) in Level.values else None


def _found(roots: list[str], word: str, level: Level | None, *, gone: bool) -> list[Place]:
    rows: list[Place] = []
    for root in roots:
        rows += queries.search(word, within=root, level=level, limit=FOUND * 2)
    today = clock.today()
    kept = [row for row in rows if gone or row.exists_on(today)][:FOUND]
    names = dict(Place.objects.filter(pk__in=[row.parent_id for row in kept]).values_list("code", "name"))
    for row in kept:
        row.above = names.get(row.parent_id, "")  # type: ignore[attr-defined]
    return kept


@dataclass(slots=True)
class Branch:
    """A place of the tree with what lies directly below it."""

    place: Place
    below: list[Branch]
    number: int


def _tree(root: str, *, gone: bool) -> list[Branch]:
    """Two levels under a county or town; above a county only the next level, with how much lies in each."""
    today = clock.today()
    here = Place.objects.filter(pk=root).first()
    wide = here is None or here.level < Level.COUNTY
    rows = Place.objects.filter(parent=here) if here else Place.objects.filter(level=Level.PROVINCE)
    lower = Place.objects.none() if wide else Place.objects.filter(parent__parent=here)
    if not gone:
        rows, lower = queries.in_use(rows, today), queries.in_use(lower, today)
    living = Q(children__valid_to=None) | Q(children__valid_to__gt=today)
    branches = [
        Branch(one, [], one.number) for one in rows.annotate(number=Count("children", filter=living)).order_by("code")
    ]
    at = {branch.place.pk: branch for branch in branches}
    for one in lower.order_by("code"):
        at[one.parent_id].below.append(Branch(one, [], 0))
    return [Branch(here, branches, len(branches))] if here else branches


@require_safe
def page(request: HttpRequest, code: str) -> HttpResponse:
    """One place: what it is, how it came to be, what lies below, who lives there, where it belongs."""
    place = place_or_404(code)
    at = clock.now()
    today = clock.day_of(at)
    children = list(place.children.order_by("code"))
    entries = [tell(e) for e in journal.history_of(place)[:HISTORY]] if asking.may(Journal.VIEW) else []
    alive = place.exists_on(today)
    may_change = alive and asking.may(Permission.CHANGE, place=place.pk) and place.level < Level.GRID
    return show(
        request, "places/desk/page.html", title=place.name, icon=ICON, steps=steps(place), place=place, alive=alive, at=at,
        today=today, events=_life(place), living=[c for c in children if c.exists_on(today)],
        gone=[c for c in children if not c.exists_on(today)], maps=_maps(place, today), people=_people(place),
        edges=_edges(place, today), entries=entries, may_change=may_change,
        may_dissolve=may_change and place.level > Level.COUNTY, may_grid=alive and asking.may(Permission.GRID, place=place.pk),
        may_count=asking.may(Permission.POPULATION, place=place.pk), may_tie=asking.may(Permission.HIERARCHY, place=place.pk),
        is_village=place.level == Level.VILLAGE, is_grid=place.level == Level.GRID,
    )  # fmt: skip


def _link(place: Place) -> tuple[str, str, str]:
    """(name, code, address or nothing when the reader may not open it)."""
    return place.name, place.pk, page_of(place) if reaches(Permission.VIEW, place.pk) else ""


@dataclass(frozen=True, slots=True)
class Event:
    """One day in the life of a place: what happened, by which document, and with which other places."""

    day: dt.date
    what: str
    said: str
    document: str
    places: list[tuple[str, str, str]]


def _life(place: Place) -> list[Event]:
    """What happened to the place, newest first."""
    concerned = Q(place=place) | Q(successions__old=place) | Q(successions__new=place)
    changes = (
        PlaceChange.objects.filter(concerned)
        .distinct()
        .prefetch_related("successions__old", "successions__new", "names")
        .order_by("-day", "-recorded_at", "id")
    )
    return [_event(place, change) for change in changes]


def _event(place: Place, change: PlaceChange) -> Event:
    passed = list(change.successions.all())
    after = [s.new for s in passed if s.old_id == place.pk]
    before = [s.old for s in passed if s.new_id == place.pk]
    said, others = "", []
    if change.kind == ChangeKind.RENAME:
        said = "".join(_("原名“%(name)s”") % {"name": name.name} for name in change.names.all())
    elif change.kind == ChangeKind.DISSOLVE:
        said = _("没有后继区划，以前的数字仍记在它和它的上级名下")
    elif after:
        said, others = _("此后为"), after
    elif before:
        said, others = _("由此而来"), before
    return Event(change.day, change.get_kind_display(), said, change.document, [_link(one) for one in others])


def _maps(place: Place, today: dt.date) -> dict[str, Any]:
    """Where what was recorded here counts on today's map, and whose records of the past count here."""
    heirs: list[Place] = []
    if place.valid_to is not None and place.valid_to <= today:
        last = place.valid_to - dt.timedelta(days=1)
        heirs = [one for one in queries.heirs_of(place.pk, day=last, as_of=today) if one.pk != place.pk]
    before = {s.old_id: s.old for s in place.predecessors.select_related("old") if s.old_id != place.pk}
    return {"heirs": [_link(one) for one in heirs], "before": [_link(one) for one in before.values()]}


def _people(place: Place) -> list[Population]:
    """The figures of the newest year that has any."""
    rows = Population.objects.filter(place=place).order_by("-year", "basis", "group", "pk")
    newest = rows.values_list("year", flat=True).first()
    order = {code: n for n, code in enumerate(PopulationGroup.values)}
    return sorted(rows.filter(year=newest), key=lambda row: (row.basis, order[row.group])) if newest else []


def _edges(place: Place, today: dt.date) -> list[dict[str, Any]]:
    rows = HierarchyEdge.objects.filter(Q(child=place) | Q(parent=place)).select_related("child", "parent")
    in_force = rows.filter(valid_from__lte=today).filter(Q(valid_to=None) | Q(valid_to__gt=today))
    return [
        {
            "hierarchy": edge.get_hierarchy_display(),
            "up": edge.child_id == place.pk,
            "other": _link(edge.parent if edge.child_id == place.pk else edge.child),
            "since": edge.valid_from,
        }
        for edge in in_force.order_by("hierarchy", "child_id", "pk")
    ]
