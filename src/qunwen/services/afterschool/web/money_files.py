"""Files to the collector and from there."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from qunwen.base.scope import asking, clock
from qunwen.base.ui.web.desk import attempt, show, status_of
from qunwen.services.afterschool.access import Permission
from qunwen.services.afterschool.actions import paying
from qunwen.services.afterschool.fees.checking import yuan
from qunwen.services.afterschool.models import MoneyFile, School
from qunwen.services.afterschool.payments.exchange import MOST_BYTES

from .money_forms import ReceiptsForm
from .money_loaded import ICON, actor, school_or_404, steps

MOST = 40


@require_http_methods(["GET", "HEAD", "POST"])
def files(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """What was exchanged, and the form that takes receipts."""
    row = school_or_404(county, pk)
    form = ReceiptsForm(request.POST or None, request.FILES or None)
    taken = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data["file"].read(MOST_BYTES + 1)
        taken = attempt(
            form, lambda: paying.read_receipt_file(school=row, data=data, by=actor(request), at=clock.now())
        )
    listed = MoneyFile.objects.filter(county=county, unit=row.unit_id).order_by("-at", "-pk")[:MOST]
    may_edit = asking.may(Permission.MONEY_EDIT, on=row)
    return show(
        request, "afterschool/desk/money_files.html", title=_("代收文件"), icon=ICON, steps=steps(row, _("代收文件")),
        school=row, form=ReceiptsForm() if taken else form, taken=taken, may_edit=may_edit,
        listed=[(one, yuan(one.total_fen)) for one in listed], key=paying.exchange_key(row).hex() if may_edit else "",
        status=status_of(form),
    )  # fmt: skip


@require_POST
def bills(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """The signed file of open bills."""
    return _download(request, school_or_404(county, pk), paying.write_bill_file)


@require_POST
def refunds(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """The signed file of refunds."""
    return _download(request, school_or_404(county, pk), paying.write_refund_file)


def _download(request: HttpRequest, school: School, write: Callable[..., Any]) -> HttpResponse:
    try:
        file, data = write(school=school, by=actor(request), at=clock.now())
    except ValidationError as refused:
        messages.info(request, " ".join(refused.messages))
        return redirect("afterschool_money:files", school.county, school.pk)
    answer = HttpResponse(data, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{file.serial}.csv"'
    return answer
