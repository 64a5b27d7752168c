"""The supervision ledger (台账) as a sheet: what was held, by whom, how many came, whether all were handed over."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from qunwen.base.scope import asking
from qunwen.base.ui.web.desk import show
from qunwen.services.afterschool import ledger_sheet
from qunwen.services.afterschool.access import Permission
from qunwen.services.afterschool.models import School

from .loaded import ICON, first_or_404, schools, steps
from .money_loaded import month_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The schools, each with the ledger of a month."""
    asking.require(Permission.VIEW)
    month = month_of(request)
    rows = [(school, ledger_sheet.numbers(school, month)) for school in schools()]
    return show(
        request, "afterschool/desk/ledger.html", title=_("监管台账"), icon=ICON, steps=steps(_("监管台账")), rows=rows,
        month=month, months=[month.previous, month],
    )  # fmt: skip


@require_safe
def sheet(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """The ledger of one school and month; no child's name stands in it."""
    asking.require(Permission.VIEW)
    school = first_or_404(School.objects.filter(county=county, pk=pk))
    month = month_of(request)
    answer = HttpResponse(ledger_sheet.make(school, month), content_type=XLSX)
    answer.headers["Content-Disposition"] = f'attachment; filename="ledger-{month.code}.xlsx"'
    return answer
