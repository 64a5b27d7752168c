"""The school clerk's pages: the bills of a month, one bill, money at the counter."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qunwen.base.measures.periods import Period, PeriodError
from qunwen.base.scope import asking, clock
from qunwen.base.ui.web.desk import attempt, show, status_of
from qunwen.services.afterschool import charging, explaining, payments, subsidy
from qunwen.services.afterschool.access import Permission
from qunwen.services.afterschool.actions import giving_back, issuing, paying
from qunwen.services.afterschool.fees.checking import yuan
from qunwen.services.afterschool.models import Bill, Refund
from qunwen.services.afterschool.money_enums import BillState, RefundState

from .money_forms import CounterForm, RefundForm
from .money_loaded import ICON, actor, bill_or_404, home, month_of, school_or_404, schools, steps

PAGE = 40
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The schools; with only one, straight to it."""
    asking.require(Permission.MONEY_VIEW)
    rows = schools()
    if len(rows) == 1:
        return redirect(home(rows[0]))
    return show(
        request,
        "afterschool/desk/money_index.html",
        title=_("课后服务收费"),
        icon=ICON,
        steps=steps(None),
        schools=rows,
    )


@require_safe
def school(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """A school's month: what was billed, paid, given back; each bill a line."""
    row, month = school_or_404(county, pk), month_of(request)
    bills = Bill.objects.filter(county=county, school=row, month=month.start)
    sums = bills.aggregate(fee=Sum("fee_fen"), exempted=Sum("exempted_fen"), absence=Sum("absence_fen"),
                           due=Sum("due_fen"), paid=Sum("paid_fen"), back=Sum("refunded_fen"))  # fmt: skip
    state = request.GET.get("state", "")
    chosen = bills.filter(state=state) if state in BillState.values else bills
    page = Paginator(
        chosen.select_related("child__resident", "child__school_class").order_by("number", "pk"), PAGE
    ).get_page(request.GET.get("page"))
    return show(
        request, "afterschool/desk/money_school.html", title=_("课后服务收费"), icon=ICON, steps=steps(None, row.name),
        school=row, month=month, previous=home(row, month.previous), next=home(row, month.next),
        sums={name: yuan(fen or 0) for name, fen in sums.items()}, page=page, number=bills.count(),
        rows=[(bill, yuan(bill.due_fen), yuan(bill.open_fen)) for bill in page], states=BillState.choices, state=state,
        refunds=_refunds(row.pk, county), may_edit=asking.may(Permission.MONEY_EDIT, on=row),
        open_sessions=charging.open_sessions(row, month),
    )  # fmt: skip


def _refunds(school: uuid.UUID, county: str) -> list[tuple[Refund, str]]:
    rows = Refund.objects.filter(county=county, bill__school=school).exclude(state=RefundState.DONE)
    rows = rows.select_related("bill__child__resident", "payment").order_by("created_at", "pk")[:PAGE]
    return [(row, yuan(row.amount_fen)) for row in rows]


@require_POST
def issue(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Issue the month's bills."""
    row = school_or_404(county, pk)
    try:
        month = Period.of(request.POST.get("month", ""))
    except PeriodError as problem:
        raise Http404 from problem
    try:
        made = issuing.issue_bills(school=row, month=month, by=actor(request), at=clock.now())
        if made:
            messages.success(request, _("已出具 %(n)d 份账单。") % {"n": len(made)})
        else:
            messages.info(request, _("没有新的账单：有点名记录的学生都已有账单。"))
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect(home(row, month))


@require_safe
def subsidy_list(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """The month's list of exempted children as .xlsx."""
    row, month = school_or_404(county, pk), month_of(request)
    answer = HttpResponse(subsidy.workbook(row, month), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="subsidy-{month.code}.xlsx"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def bill(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """One bill as the parent sees it; money at the counter is entered here."""
    row = bill_or_404(county, pk)
    form = CounterForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made = attempt(
            form,
            lambda: paying.pay_bill(
                bill=row, adapter=payments.COUNTER, reference=form.cleaned_data["reference"],
                amount_fen=row.open_fen or row.paid_fen, by=actor(request), at=clock.now(),
            ),
        )  # fmt: skip
        if made is not None:
            messages.success(request, _("已登记缴费。"))
            return redirect(request.path)
    return show(
        request, "afterschool/desk/money_bill.html", title=row.number, icon=ICON,
        steps=steps(row.school, row.number), bill=row, said=explaining.explain(row), came=explaining.payments_of(row),
        back=explaining.refunds_of(row), form=form, may_edit=asking.may(Permission.MONEY_EDIT, on=row),
        status=status_of(form),
    )  # fmt: skip


@require_POST
def recount(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Compute the bill again from the roll."""
    row = bill_or_404(county, pk)
    try:
        after = issuing.recount_bill(bill=row, by=actor(request), at=clock.now())
        words = {"before": yuan(row.due_fen), "after": yuan(after.due_fen)}
        if words["before"] == words["after"]:
            messages.info(request, _("重新计算过，应缴金额没有变。"))
        else:
            messages.success(request, _("重新计算：应缴从 %(before)s 元改为 %(after)s 元。") % words)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect("afterschool_money:bill", county, pk)


@require_http_methods(["GET", "HEAD", "POST"])
def refund(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Enter that a refund was carried out."""
    rows: Any = Refund.objects.select_related("bill__school", "bill__child__resident")
    row = rows.filter(county=county, pk=pk).first()
    if row is None:
        raise Http404
    asking.require(Permission.MONEY_EDIT, on=row)
    form = RefundForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reference = form.cleaned_data["reference"]
        if attempt(
            form, lambda: giving_back.finish_refund(refund=row, reference=reference, by=actor(request), at=clock.now())
        ):
            messages.success(request, _("已登记退费。"))
            return redirect("afterschool_money:bill", county, row.bill_id)
    words = {"name": row.bill.child.resident.name, "amount": yuan(row.amount_fen), "why": row.get_reason_display()}
    return show(
        request, "ui/desk_form.html", title=row.number, icon=ICON, steps=steps(row.bill.school, row.number), form=form,
        lead=_("退给 %(name)s %(amount)s 元：%(why)s。") % words, action_label=_("登记这笔退费已完成"),
        back=home(row.bill.school), status=status_of(form),
    )  # fmt: skip
