"""Applications on the desk: class review, school review, agreements signed on paper."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qunwen.base.scope import asking, clock
from qunwen.base.ui.web.desk import attempt, show, status_of
from qunwen.services.afterschool import actions, queries
from qunwen.services.afterschool.access import Permission
from qunwen.services.afterschool.agreement_paper import days_cn
from qunwen.services.afterschool.enums import UNDER_WAY, ApplicationState
from qunwen.services.afterschool.models import Activity, Agreement, Application

from .loaded import ICON, actor, application_or_404, first_or_404, steps

PAGE = 60
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class RefuseForm(forms.Form):
    """Why not."""

    reason = forms.CharField(
        label=gettext_lazy("理由（家长会看到）"), max_length=200, widget=forms.Textarea({"rows": 3})
    )


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Applications, those of certified groups and of the youngest first, then by time."""
    asking.require(Permission.CHILD_VIEW)
    state = request.GET.get("state", "")
    state = state if state in ApplicationState.values else ""
    rows = Application.objects.select_related("child__resident", "child__school_class", "term__school")
    rows = rows.filter(state=state) if state else rows.filter(state__in=UNDER_WAY)
    found = sorted(
        rows.order_by("applied_at", "pk"), key=lambda row: queries.rank(row.groups, row.child.school_class.grade)
    )
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    for row in page:
        row.days = days_cn(row.weekdays)
        row.young = row.child.school_class.grade <= queries.YOUNGEST_GRADES
    return show(
        request, "afterschool/desk/applications.html", title=_("课后服务申请"), icon=ICON, page=page, state=state,
        states=ApplicationState.choices, steps=steps(_("申请")),
    )  # fmt: skip


def _show(request: HttpRequest, row: Application, form: RefuseForm) -> HttpResponse:
    activities = Activity.objects.filter(county=row.county, term=row.term).values_list("pk", flat=True)
    papers = Agreement.objects.filter(county=row.county, child=row.child, term=row.term).defer("paper")
    return show(
        request, "afterschool/desk/application.html", title=row.child.resident.name, icon=ICON, row=row, form=form,
        steps=steps((_("申请"), "../../"), row.child.resident.name), days=days_cn(row.weekdays), at=clock.now(),
        bookings=list(queries.bookings_of(row.child, list(activities))), consent=queries.has_consent(row.child),
        papers=list(papers.order_by("-version", "pk")), status=status_of(form),
        under_way=row.state in UNDER_WAY, may_review=asking.may(Permission.REVIEW, on=row),
        may_pass=asking.may(Permission.REVIEW_SCHOOL, on=row), may_manage=asking.may(Permission.MANAGE, on=row),
    )  # fmt: skip


@never_cache
@require_safe
def page(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """One application: what is asked, what was decided, the agreements."""
    return _show(request, application_or_404(county, pk), RefuseForm())


@require_POST
def decide(request: HttpRequest, county: str, pk: uuid.UUID, verb: str) -> HttpResponse:
    """Pass for the class or the school, refuse, sign on paper."""
    row = application_or_404(county, pk)
    by, at = actor(request), clock.now()
    if verb == "refuse":
        form = RefuseForm(request.POST)
        reason = form.data.get("reason", "")
        if not form.is_valid() or not attempt(
            form, lambda: actions.refuse(application=row, reason=reason, by=by, at=at)
        ):
            return _show(request, row, form)
        messages.success(request, _("已退回，家长会收到理由。"))
        return redirect("afterschool:application", county, pk)
    calls: dict[str, Callable[..., object]] = {
        "class": actions.pass_class,
        "school": actions.pass_school,
        "sign": actions.sign_agreement,
    }
    if verb not in calls:
        raise Http404
    try:
        calls[verb](application=row, by=by, at=at)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        words = {
            "class": _("班级审核通过。"),
            "school": _("学校审核通过，已通知家长签协议。"),
            "sign": _("协议已登记。"),
        }
        messages.success(request, words[verb])
    return redirect("afterschool:application", county, pk)


@never_cache
@require_http_methods(["GET", "HEAD"])
def paper(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """One version of an agreement, as it was signed."""
    row = first_or_404(Agreement.objects.filter(county=county, pk=pk))
    answer = HttpResponse(bytes(row.paper), content_type=DOCX)
    answer.headers["Content-Disposition"] = f'attachment; filename="agreement-v{row.version}.docx"'
    return answer
