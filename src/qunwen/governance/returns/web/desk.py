"""Returns on the desk: what is due here and below, and the sheet of one place and period."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from qunwen.base.measures.periods import Period, PeriodError
from qunwen.base.places import queries as places
from qunwen.base.places.models import Place
from qunwen.base.scope import asking, clock
from qunwen.base.scope.codes import LENGTHS, Level
from qunwen.base.ui.web.desk import put_errors, show, status_of
from qunwen.governance.returns import actions, elements, queries
from qunwen.governance.returns.access import Permission
from qunwen.governance.returns.enums import Every

from .forms import SheetForm
from .reach import ICON, actor_of, period_or_404, place_or_404, sheet_of, steps, tops

PAGE = 40
REPORTING = (Level.COUNTY, Level.TOWN, Level.VILLAGE)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What is due from a place, and how far the places below it are."""
    asking.require(Permission.VIEW)
    homes = tops()
    asked = request.GET.get("place", "")
    place = place_or_404(asked) if asked else (homes[0] if homes else None)
    today = clock.today()
    due = queries.due_of(place, today=today) if place and place.level in REPORTING else []
    return show(
        request, "returns/desk/index.html", title=_("填报"), icon=ICON, steps=steps(), place=place, homes=homes, due=due,
        nearer=_nearer(place), may_report=place is not None and asking.may(Permission.REPORT, place=place.pk),
        may_import=place is not None and len(place.pk) >= LENGTHS[Level.COUNTY]
        and asking.may(Permission.IMPORT, place=place.pk),
        **_below(request, place),
    )  # fmt: skip


def _nearer(place: Place | None) -> list[Place]:
    """Places one step below a city or province, from which one goes on; they report nothing themselves."""
    if place is None or place.level >= Level.COUNTY:
        return []
    return list(Place.objects.filter(parent=place, valid_to=None).order_by("code"))


def _below(request: HttpRequest, place: Place | None) -> dict[str, Any]:
    levels = [one for one in (Level.TOWN, Level.VILLAGE) if place and Level.COUNTY <= place.level < one]
    if place is None or not levels:
        return {"levels": []}
    wanted = request.GET.get("level", "")
    level = next((one for one in levels if str(one.value) == wanted), levels[0])
    today = clock.today()
    offered = [
        (period, every)
        for every in Every
        if elements.asked_of(level, every)
        for period in queries.periods_due(every, today)
    ]
    period = _chosen(request, [one for one, _every in offered])
    rows = queries.standings(root=place.pk, level=level, period=period)
    undone = [row for row in rows if row.missing]
    only = request.GET.get("only") == "missing"
    return {
        "levels": levels, "level": level, "offered": offered, "period": period, "only": only,
        "page": Paginator(undone if only else rows, PAGE).get_page(request.GET.get("page")), "places": len(rows),
        "complete": len(rows) - len(undone), "asked": sum(row.asked for row in rows),
        "answered": sum(row.answered for row in rows),
    }  # fmt: skip


def _chosen(request: HttpRequest, offered: list[Period]) -> Period:
    try:
        wanted = Period.of(request.GET.get("period", ""))
    except PeriodError:
        wanted = None
    if wanted is not None and any(one.length == wanted.length for one in offered):
        return wanted
    halves = [one for one in offered if one.length == 6]
    return (halves or offered)[0]


@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: HttpRequest, place: str, period: str) -> HttpResponse:
    """The questions of one place and period, last time's answers beside them."""
    here, when = place_or_404(place), period_or_404(period)
    asked = elements.asked_of(Level(here.level), elements.rhythm(when))
    may_report = asking.may(Permission.REPORT, place=here.pk)
    form = SheetForm(
        request.POST if request.method == "POST" else None, asked=asked, standing=queries.answers_of(here.pk, when),
        before=queries.before(here.pk, when, [element.code for element in asked]),
    )  # fmt: skip
    if request.method == "POST":
        asking.require(Permission.REPORT, place=here.pk)
        if form.is_valid() and _kept(request, form, here, when):
            return redirect(sheet_of(here, when))
    lines = list(form.sections())
    open_now = elements.is_open(when, clock.today())
    return show(
        request, "returns/desk/sheet.html", title=f"{here.name} {when.label}", icon=ICON,
        steps=steps((here.name, f"{reverse('returns:index')}?place={here.pk}"), when.label), form=form, here=here,
        period=when, lines=lines, every=Every(elements.rhythm(when)), may_report=may_report and open_now,
        open_now=open_now, done=sum(code in form.standing for code in (e.code for e in asked)), asked=len(asked),
        town=places.place(here.pk[: LENGTHS[Level.TOWN]]).name if here.level == Level.VILLAGE else "",
        doubtful=sum(bool(q.doubts) for _name, some in lines for q in some), status=status_of(form),
        previous=sheet_of(here, when.previous), next=sheet_of(here, when.next) if open_now else "",
    )  # fmt: skip


def _kept(request: HttpRequest, form: SheetForm, here: Place, when: Period) -> bool:
    before = {code: row.revision for code, row in form.standing.items()}
    try:
        rows = actions.report_values(
            place=here, period=when, answers=form.answers, by=actor_of(request), at=clock.now()
        )
    except ValidationError as refusal:
        put_errors(form, refusal)
        form.see_again(queries.answers_of(here.pk, when))
        return False
    changed = [row for row in rows if before.get(row.element) != row.revision]
    if changed:
        messages.success(request, _("已保存 %(n)d 个数。") % {"n": len(changed)})
    else:
        messages.info(request, _("没有改动。"))
    return True
