"""The dashboard on the desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from qunwen.base.measures import choosing
from qunwen.base.measures.access import Permission
from qunwen.base.measures.periods import PeriodError
from qunwen.base.measures.snapshot import NeverFreshError
from qunwen.base.places import queries as places
from qunwen.base.places.enums import ADMINISTRATIVE, HierarchyKind
from qunwen.base.scope import asking, clock
from qunwen.base.ui.web.desk import show as show_page
from qunwen.governance.dashboards import blocks, charts, words
from qunwen.governance.dashboards.asked import Asked, AskedError, NotThere, homes, read_address
from qunwen.governance.dashboards.blocks import Dashboard
from qunwen.governance.dashboards.subjects import themes
from qunwen.governance.dashboards.tables import grade_rows, share_rows


def answered(request: HttpRequest, page: Callable[[Asked], HttpResponse], title: str) -> HttpResponse:
    """The page of the address; a place that is not there is 404, a wrong address says what is wrong with it."""
    try:
        return page(read_address(request.GET.dict(), today=clock.today()))
    except NotThere:
        raise Http404 from None
    except (PeriodError, AskedError) as problem:
        return _problem(request, title, str(problem), 400)
    except NeverFreshError as problem:
        return _problem(request, title, str(problem), 503)


def _problem(request: HttpRequest, title: str, message: str, status: int) -> HttpResponse:
    steps = [(title, "")]
    return show_page(
        request, "dashboards/problem.html", title=title, icon="table", steps=steps, problem=message, status=status
    )


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Figures of a place in a period; what is outside the reader's scope is not there."""

    def page(asked: Asked) -> HttpResponse:
        found = blocks.dashboard(asked, today=clock.today())
        return drawn(request, asked, "show", _("数据看板"), **_blocks(found))

    return answered(request, page, _("数据看板"))


def drawn(request: HttpRequest, asked: Asked, page: str, word: str, **more: Any) -> HttpResponse:
    """One of the pages, with what every page has around its figures."""
    title = f"{word} {asked.place.name} {asked.period.label}"
    return show_page(
        request,
        f"dashboards/{page}.html",
        title=title,
        icon="table",
        steps=[(title, "")],
        **around(asked, page),
        **more,
    )


def around(asked: Asked, page: str) -> dict[str, Any]:
    """What every page of the dashboard has around its figures: the trail, the choosers, the other pages."""
    above = [p for p in places.above(asked.place.pk) if asking.may(Permission.VIEW, place=p.pk)]
    starts = homes()
    hierarchies = [(ADMINISTRATIVE, _("行政区划")), *((str(k), str(k.label)) for k in HierarchyKind)]
    options = choosing.choices(clock.today())
    return {
        "asked": asked,
        "place": asked.place,
        "period": asked.period,
        "trail": [(p.name, asked.url(page, place=p.pk)) for p in above],
        "homes": [(p.name, asked.url(page, place=p.pk)) for p in starts] if len(starts) > 1 else [],
        "choices": options,
        "listed": any(code == asked.period.code for _label, group in options for code, _words in group),
        "themes": themes(dict(asked.subjects)),
        "subjects": asked.on_theme,
        "hierarchies": hierarchies,
        "earlier": asked.url(page, period=asked.period.previous.code),
        "later": asked.url(page, period=asked.period.next.code) if asked.period.end <= clock.today() else "",
        "last_year": asked.url(page, period=asked.period.last_year.code),
        "read_at": clock.now(),
        "unfinished": asked.period.end > clock.today(),
        "page_url": {name: asked.url(name) for name in ("show", "screen", "analysis")},
    }


def note_of() -> str:
    """What stands under each chart: when its figures were read."""
    day = f"{clock.local(clock.now()):%Y-%m-%d %H:%M}"
    return _("%(day)s 取数。") % {"day": day}


def _blocks(found: Dashboard) -> dict[str, Any]:
    asked, note = found.asked, note_of()
    drawn, problem = charts.map_of(asked.place.pk, found.below, note)
    lead = found.front.now
    return {
        "found": found,
        "lead": words.of_value(lead, asked.place.name),
        "cards": [
            (card, asked.url(code=card.now.subject.code), words.short(card.last_year), words.short(card.before))
            for card in found.cards
        ],
        "others": [(s.title, asked.url(code=s.code)) for s in asked.on_theme if s not in asked.in_front],
        "trend_chart": charts.trend_chart(found.trend, note),
        "trend_rows": list(zip(found.trend.months, found.trend.year_before, strict=True)),
        "ranking_chart": charts.ranking_chart(found.below, note),
        "below": [
            (row, asked.url(place=row.place.pk), words.short(row.last_year), row.last_year) for row in found.below
        ],
        "map": drawn,
        "map_problem": problem,
        "heat": charts.heat_of(found.days, note),
        "kinds_chart": charts.kinds_chart(found.kinds, note),
        "kind_rows": share_rows(found.kinds),
        "grade_rows": grade_rows(lead),
        "missing": [(name, asked.url(place=code)) for name, code in found.missing],
        "nothing": not found.below and lead.value is None,
    }
