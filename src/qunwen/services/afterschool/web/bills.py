"""The parent's pages: bills of the children, each line explained, paying, the receipt."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from qunwen.base.people.web.public import resident_required
from qunwen.base.scope import clock
from qunwen.services.afterschool import explaining, payments
from qunwen.services.afterschool.actions import paying
from qunwen.services.afterschool.fees.checking import yuan
from qunwen.services.afterschool.models import Bill, Payment

MOST = 60


def _bill(request: Any, county: str, pk: uuid.UUID) -> Bill:
    rows = Bill.objects.select_related("child__resident", "school")
    row = rows.filter(county=county, pk=pk, child__resident__in=_family(request)).first()
    if row is None:
        raise Http404
    return row


def _family(request: Any) -> list[uuid.UUID]:
    return [request.resident.pk, *(ward.pk for ward in request.wards)]


@require_safe
@resident_required
def index(request: Any) -> HttpResponse:
    """Bills of one's children, the newest month first."""
    county = request.resident.county
    rows = Bill.objects.select_related("child__resident", "school").filter(
        county=county, child__resident__in=_family(request)
    )
    bills = list(rows.order_by("-month", "number", "pk")[:MOST])
    shown = [(bill, yuan(bill.due_fen)) for bill in bills]
    still = sum(bill.open_fen for bill in bills)
    return render(
        request,
        "afterschool/portal/bills.html",
        {"bills": shown, "still": yuan(still) if still else "", "nav_key": "me"},
    )


@require_safe
@resident_required
def page(request: Any, county: str, pk: uuid.UUID) -> HttpResponse:
    """One bill with the way it was computed."""
    return _show(request, _bill(request, county, pk))


def _show(request: Any, bill: Bill, *, problem: str = "", status: int = 200) -> HttpResponse:
    shown = {
        "said": explaining.explain(bill), "bill": bill, "came": explaining.payments_of(bill),
        "back": explaining.refunds_of(bill), "ways": payments.offered() if bill.open_fen else [], "problem": problem,
        "nav_key": "me", "key": uuid.uuid4().hex,
    }  # fmt: skip
    return render(request, "afterschool/portal/bill.html", shown, status=status)


@require_POST
@resident_required
def pay(request: Any, county: str, pk: uuid.UUID) -> HttpResponse:
    """Pay by a way that one tap completes; today only the demonstration, which says that nothing is paid."""
    bill = _bill(request, county, pk)
    key = request.POST.get("key", "")[:32]
    try:
        way = payments.adapter(request.POST.get("adapter", ""))
        made = paying.pay_bill(
            bill=bill, adapter=way.code, reference=f"{way.code[:4].upper()}-{key}", amount_fen=bill.open_fen or bill.paid_fen,
            by=request.actor, at=clock.now(),
        )  # fmt: skip
    except payments.UnknownAdapter:
        return _show(request, bill, problem=_("没有这种缴费方式。"), status=422)
    except ValidationError as refused:
        return _show(request, bill, problem=" ".join(refused.messages), status=422)
    except PermissionDenied as refused:
        return _show(request, bill, problem=str(refused), status=403)
    if made.pretended:
        messages.info(request, _("已按演示标为缴费，没有任何钱被收取。"))
    else:
        messages.success(request, _("缴费成功。"))
    return redirect("afterschool_bills:page", county, pk)


@require_safe
@resident_required
def receipt(request: Any, county: str, pk: uuid.UUID, payment: uuid.UUID) -> HttpResponse:
    """The receipt of one payment, to be printed."""
    bill = _bill(request, county, pk)
    row = Payment.objects.filter(county=county, bill=bill, pk=payment).first()
    if row is None:
        raise Http404
    shown = {"bill": bill, "one": explaining.said_payment(row), "said": explaining.explain(bill), "nav_key": "me"}
    return render(request, "afterschool/portal/receipt.html", shown)
