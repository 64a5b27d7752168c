"""Reports on the desk: those made, making one, downloading document and bundle."""

from __future__ import annotations

import tempfile
import uuid
import zipfile

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from qunwen.base.measures import choosing
from qunwen.base.measures.periods import Period, PeriodError
from qunwen.base.places import queries as places
from qunwen.base.places.models import Place
from qunwen.base.scope import asking, clock
from qunwen.base.scope.codes import Level
from qunwen.base.ui.web.desk import show
from qunwen.governance.reports import actions, ordering, queries
from qunwen.governance.reports.access import Permission
from qunwen.governance.reports.enums import OPEN, OrderState
from qunwen.governance.reports.models import Report, ReportOrder

PAGE = 20
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Reports of the reader's counties."""
    asking.require(Permission.VIEW)
    return _listing(request)


def _listing(request: HttpRequest, *, problem: str = "", status: int = 200) -> HttpResponse:
    page = Paginator(queries.reports(), PAGE).get_page(request.GET.get("page"))
    asked = _shown_orders()
    counties = {r.county for r in [*page.object_list, *asked]}
    names = places.names(counties)
    rows = [(report, names.get(report.county, report.county), Period.of(report.period)) for report in page.object_list]
    half = choosing.default_period(clock.today())
    title = _("工作总结")
    context = {
        "page": page,
        "orders": [(order, names.get(order.county, order.county), Period.of(order.period)) for order in asked],
        "being_made": any(order.state in OPEN for order in asked),
        "rows": rows,
        "counties": _counties(),
        "periods": [(p.code, p.label) for p in (half.previous, half, half.previous.previous)],
        "problem": problem,
        "typed": request.POST,
    }
    return show(
        request, "reports/list.html", title=title, icon="doc-full", steps=[(title, "")], status=status, **context
    )


def _shown_orders() -> list[ReportOrder]:
    """Those under way, and the failed ones that nobody has asked for again since."""
    latest: dict[tuple[str, str, str], ReportOrder] = {}
    for order in queries.orders()[:PAGE]:
        latest.setdefault((order.county, order.kind, order.period), order)
    return [order for order in latest.values() if order.state in OPEN or order.state == OrderState.FAILED]


def _counties() -> list[Place]:
    """Where this person may make one."""
    found = [p for p in choosing.homes() if p.level <= Level.COUNTY]
    return [p for p in found if p.level == Level.COUNTY and asking.may(Permission.MAKE, place=p.pk)]


@require_POST
def make(request: HttpRequest) -> HttpResponse:
    """Ask for one; what is refused is said above the form, which keeps what was chosen."""
    asking.require(Permission.MAKE)
    place = Place.objects.filter(pk=request.POST.get("county", ""), level=Level.COUNTY).first()
    if place is None or not asking.may(Permission.MAKE, place=place.pk):
        raise Http404
    try:
        order = ordering.order_report(
            place=place,
            period=request.POST.get("period", ""),
            by=request.actor,  # type: ignore[attr-defined]
            at=clock.now(),
        )
    except (actions.ReportRefused, PeriodError) as problem:
        return _listing(request, problem=str(problem), status=422)
    messages.success(
        request, _("已开始为%(name)s生成总结，可以离开这一页，做好后会在消息里告诉您。") % {"name": place.name}
    )
    return HttpResponseRedirect(f"{reverse('reports:list')}#o{order.pk}")


def _found(county: str, pk: uuid.UUID) -> Report:
    report = queries.report(county, pk)
    if report is None or not queries.folder_of(county, pk).is_dir():
        raise Http404
    return report


def _name(report: Report) -> str:
    place = Place.objects.filter(pk=report.county).first()
    return f"{place.name if place else report.county}{Period.of(report.period).label_cn}{report.get_kind_display()}"


@require_safe
def document(request: HttpRequest, county: str, pk: uuid.UUID) -> FileResponse:
    """The document."""
    asking.require(Permission.VIEW)
    report = _found(county, pk)
    path = next(queries.folder_of(county, pk).glob("*.docx"), None)
    if path is None:
        raise Http404
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"{_name(report)}.docx", content_type=DOCX)


@require_safe
def sealed(request: HttpRequest, county: str, pk: uuid.UUID) -> FileResponse:
    """Document and bundle together, as .zip: unpacked, `qunwen verify` checks it."""
    asking.require(Permission.VIEW)
    report = _found(county, pk)
    folder = queries.folder_of(county, pk)
    target = tempfile.TemporaryFile()  # noqa: SIM115  closed by the answer
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder).as_posix())
    target.seek(0)
    return FileResponse(target, as_attachment=True, filename=f"{_name(report)}-封存.zip")
