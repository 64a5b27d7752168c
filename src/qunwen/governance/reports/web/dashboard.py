"""The dashboard on the desk."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from qunwen.base.measures.access import Permission
from qunwen.base.measures.periods import Period, PeriodError
from qunwen.base.measures.snapshot import NeverFreshError
from qunwen.base.places import queries as places
from qunwen.base.places.models import Place
from qunwen.base.scope import asking, clock
from qunwen.base.ui.charts import BarChart, Series
from qunwen.base.ui.web.desk import show as show_page
from qunwen.governance.reports import dashboard
from qunwen.governance.reports.dashboard import Dashboard, Line

TEMPLATE = "reports/dashboard.html"


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Figures of a place in a period; what is outside the reader's scope is not there."""
    homes = dashboard.homes()
    if not homes:
        raise Http404
    try:
        period = Period.of(request.GET["period"]) if request.GET.get("period") else _current()
    except PeriodError as problem:
        return _problem(request, str(problem), 400)
    place = _place(request, homes)
    try:
        found = dashboard.of_place(place, period)
    except NeverFreshError as problem:
        return _problem(request, str(problem), 503)
    title = _("数据看板")
    title = f"{title} {place.name} {period.label}"
    more = _context(place, period, found, homes)
    return show_page(request, TEMPLATE, title=title, icon="table", steps=[(title, "")], **more)


def _current() -> Period:
    return dashboard.default_period(clock.today())


def _problem(request: HttpRequest, message: str, status: int) -> HttpResponse:
    title = _("数据看板")
    return show_page(request, TEMPLATE, title=title, icon="table", steps=[(title, "")], problem=message, status=status)


def _place(request: HttpRequest, homes: list[Place]) -> Place:
    code = request.GET.get("place", homes[0].pk)
    found = Place.objects.filter(pk=code).first() if dashboard.is_place(code) else None
    if found is None or not asking.may(Permission.VIEW, place=found.pk):
        raise Http404
    return found


def _address(place: str, period: Period) -> str:
    return f"{reverse('reports:dashboard')}?{urlencode({'place': place, 'period': period.code})}"


def _context(place: Place, period: Period, found: Dashboard, homes: list[Place]) -> dict[str, object]:
    above = [p for p in places.above(place.pk) if asking.may(Permission.VIEW, place=p.pk)]
    note = _("%(period)s，%(day)s 取数。") % {
        "period": period.label,
        "day": f"{clock.local(clock.now()):%Y-%m-%d %H:%M}",
    }
    return {
        "place": place,
        "period": period,
        "found": found,
        "trail": [(p.name, _address(p.pk, period)) for p in above],
        "homes": [(p.name, _address(p.pk, period)) for p in homes] if len(homes) > 1 else [],
        "choices": dashboard.choices(clock.today()),
        "earlier": _address(place.pk, period.previous),
        "last_year": _address(place.pk, period.last_year),
        "read_at": clock.now(),
        "below": [(line, _address(line.url, period)) for line in found.places],
        "missing": [(name, _address(code, period)) for name, code in found.missing],
        "months_chart": _chart(_("各月活动"), found.months, (_("计划"), _("举办")), note),
        "came_chart": _chart(_("各月参加人次"), found.months, ("", "", _("参加人次")), note),
        "kinds_chart": _chart(_("各类活动场次"), found.kinds, (_("举办"),), note, horizontal=True),
        "places_chart": _chart(_("各地举办场次"), found.places, ("", _("举办")), note, horizontal=True),
    }


def _chart(
    title: str, lines: tuple[Line, ...], names: tuple[str, ...], note: str, *, horizontal: bool = False
) -> BarChart | None:
    if not lines:
        return None
    series = tuple(Series(name, tuple(line.numbers[n].value for line in lines)) for n, name in enumerate(names) if name)
    return BarChart(
        title=title, labels=tuple(line.label for line in lines), series=series, note=note, horizontal=horizontal
    )
