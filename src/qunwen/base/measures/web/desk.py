"""Opening a figure: what it is → its value → the places below → its rows → the record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from qunwen.base.measures import declare, rollup
from qunwen.base.measures.access import Permission
from qunwen.base.measures.enums import Grade, PlaceMap, State
from qunwen.base.measures.periods import PeriodError
from qunwen.base.measures.queries import FigureAsked, read_address
from qunwen.base.measures.questions import Cell, LeafRow, QuestionError
from qunwen.base.measures.snapshot import NeverFreshError
from qunwen.base.places import queries as places
from qunwen.base.places.enums import ADMINISTRATIVE, HierarchyKind
from qunwen.base.places.models import Place
from qunwen.base.scope import asking
from qunwen.base.scope.clock import now, today
from qunwen.base.scope.codes import Level
from qunwen.base.ui.web.desk import show

PAGE = 50


@require_GET
def figure(request: HttpRequest) -> HttpResponse:
    """One figure. A place outside the reader's scope is not there; a wrong address says what is wrong with it."""
    try:
        asked = read_address(request.GET.dict(), today=today())
    except (QuestionError, PeriodError) as problem:
        return _problem(request, str(problem), status=400)
    here = Place.objects.filter(pk=asked.place).first()
    if here is None or not asking.may(Permission.VIEW, place=here.pk):
        raise Http404
    try:
        more = _context(asked, here, _page(request))
    except NeverFreshError as problem:
        return _problem(request, str(problem), status=503)
    title = f"{asked.measure.title} {asked.period.label}"
    return show(request, "measures/figure.html", title=title, icon="order", steps=[(title, "")], **more)


def _problem(request: HttpRequest, message: str, *, status: int) -> HttpResponse:
    title = _("打不开这个数字")
    return show(
        request, "measures/problem.html", title=title, icon="help", steps=[(title, "")], message=message, status=status
    )


def _page(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    return max(int(text), 1) if text.isascii() and text.isdigit() and len(text) < 8 else 1


def _context(asked: FigureAsked, here: Place, page: int) -> dict[str, Any]:
    cell, behind = rollup.opened(
        measure=asked.measure.code,
        place=asked.place,
        period=asked.period,
        limit=PAGE,
        offset=(page - 1) * PAGE,
        **asked.narrowing,
    )
    children = _children(asked, here)
    last = max(1, -(-behind.total // PAGE))
    names = places.names([*(c.place for c in children), *cell.missing, *(r.place for r in behind.rows)])
    return {
        "asked": asked,
        "here": here,
        "cell": cell,
        "state": State(cell.state).label,
        "trail": _trail(asked, here),
        "narrowed": [(asked.measure.dim(n).title, asked.measure.dim(n).labels[c]) for n, c in asked.dims.items()],
        "grade_label": Grade(asked.grade).label if asked.grade else "",
        "map_label": PlaceMap(asked.place_map).label,
        "other_map": _other_map(asked),
        "hierarchy_label": dict(_hierarchies())[asked.hierarchy],
        "hierarchies": [(label, asked.url(hierarchy=h)) for h, label in _hierarchies() if h != asked.hierarchy],
        "grades": _grades(asked, cell),
        "missing": [(names.get(code, code), asked.url(place=code)) for code in cell.missing],
        "children": [Child(names.get(c.place, c.place), asked.url(place=c.place), c) for c in children],
        "previous": asked.url(period=asked.period.previous),
        "last_year": asked.url(period=asked.period.last_year),
        "rows": _rows(behind.rows, names, asked),
        "total": behind.total,
        "page": page,
        "last_page": last,
        "earlier": f"{asked.url()}&page={page - 1}" if page > 1 else "",
        "later": f"{asked.url()}&page={page + 1}" if page < last else "",
        "read_at": now(),
    }


@dataclass(frozen=True)
class Child:
    """A place below, with its own figure."""

    name: str
    url: str
    cell: Cell

    @property
    def state(self) -> str:
        """Its state in words."""
        return State(self.cell.state).label


def _children(asked: FigureAsked, here: Place) -> list[Cell]:
    if here.level >= Level.VILLAGE:
        return []
    return rollup.cells(root=asked.place, level=Level(here.level + 1), **asked.about)


def _trail(asked: FigureAsked, here: Place) -> list[tuple[str, str]]:
    """The places above that the reader may open, down to this one (without an address)."""
    seen = [p for p in places.above(here.pk) if asking.may(Permission.VIEW, place=p.pk)]
    return [*((p.name, asked.url(place=p.pk)) for p in seen), (here.name, "")]


def _other_map(asked: FigureAsked) -> tuple[str, str]:
    other = PlaceMap.NOW if asked.place_map == PlaceMap.THEN else PlaceMap.THEN
    return str(PlaceMap(other).label), asked.url(place_map=other)


def _hierarchies() -> list[tuple[str, str]]:
    """(code, name) of the ways in which places belong together: the administrative one and the named ones."""
    return [(ADMINISTRATIVE, _("行政隶属")), *((code, str(label)) for code, label in HierarchyKind.choices)]


def _grades(asked: FigureAsked, cell: Cell) -> list[dict[str, Any]]:
    return [
        {
            "label": Grade(g).label,
            "value": value,
            "records": cell.records_by_grade[g],
            "url": "" if asked.grade else asked.url(grade=g),
        }
        for g, value in cell.by_grade.items()
    ]


def _rows(rows: Sequence[LeafRow], names: dict[str, str], asked: FigureAsked) -> list[dict[str, Any]]:
    ids: dict[tuple[str, str], list] = defaultdict(list)
    for row in rows:
        ids[row.record_type, row.county].append(row.record)
    links = {
        key: declare.links(record_type=key[0], county=key[1], ids=list(dict.fromkeys(each)))
        for key, each in ids.items()
    }
    hidden = declare.RecordLink(label=_("不在您的查看范围内，或已删除"))
    dims = asked.measure.dims
    return [
        {
            "row": row,
            "place": names.get(row.place, row.place),
            "grade": Grade(row.grade).label,
            "dims": [d.labels.get(row.dims.get(d.code, ""), "") for d in dims],
            "record": links[row.record_type, row.county].get(row.record, hidden),
        }
        for row in rows
    ]
