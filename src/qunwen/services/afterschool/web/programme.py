"""The programme on the desk: what each activity declares, looked at by somebody else, published."""

from __future__ import annotations

import uuid

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from qunwen.base.scope import asking, clock
from qunwen.base.ui.web.desk import attempt, show, status_of
from qunwen.services.afterschool import actions, queries
from qunwen.services.afterschool.access import Permission
from qunwen.services.afterschool.enums import EDITABLE, ActivityState
from qunwen.services.afterschool.fees import yuan
from qunwen.services.afterschool.models import Activity, Content

from .family_forms import WEEKDAYS
from .loaded import ICON, activity_or_404, actor, steps

PAGE = 60


class ContentForm(forms.Form):
    """What the activity does, line by line."""

    lines = forms.CharField(label=gettext_lazy("活动内容（一行一项）"), widget=forms.Textarea({"rows": 8}))


class CheckForm(forms.Form):
    """What the reviewer says."""

    note = forms.CharField(
        label=gettext_lazy("审核意见"), max_length=200, required=False, widget=forms.Textarea({"rows": 3})
    )


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The programme of the schools, what waits for review first."""
    asking.require(Permission.VIEW)
    rows = Activity.objects.select_related("school", "term", "tutor")
    state = request.GET.get("state", "")
    rows = rows.filter(state=state) if state in ActivityState.values else rows
    page = Paginator(rows.order_by("school__name", "-term__starts_on", "part", "weekday", "pk"), PAGE).get_page(
        request.GET.get("page")
    )
    for row in page:
        row.on = _on(row)
    return show(
        request, "afterschool/desk/activities.html", title=_("课后活动"), icon=ICON, state=state,
        page=page, states=ActivityState.choices, steps=steps(_("活动")),
    )  # fmt: skip


def _on(row: Activity) -> str:
    """On which days it is."""
    return _("每天") if row.weekday is None else str(WEEKDAYS[row.weekday][1])


def _show(request: HttpRequest, row: Activity, form: forms.Form | None = None) -> HttpResponse:
    contents = list(Content.objects.filter(county=row.county, activity=row).order_by("position"))
    editable = row.state in EDITABLE and asking.may(Permission.MANAGE, on=row)
    waiting = row.state == ActivityState.DECLARED and asking.may(Permission.CHECK, on=row)
    if form is None:
        lines = "\n".join(one.text for one in contents)
        form = ContentForm(initial={"lines": lines}) if editable else CheckForm()
    return show(
        request, "afterschool/desk/activity.html", title=row.title, icon=ICON, row=row, contents=contents, form=form, on=_on(row),
        steps=steps((_("活动"), "../../"), row.title), editable=editable, waiting=waiting, price=yuan(row.price_fen),
        may_date=row.state == ActivityState.PUBLISHED and asking.may(Permission.MANAGE, on=row),
        may_publish=row.state == ActivityState.CHECKED and asking.may(Permission.MANAGE, on=row), at=clock.now(),
        missing=queries.missing_checks(row.tutor, row.term.ends_on) if row.tutor else [], status=status_of(form),
    )  # fmt: skip


@require_safe
def page(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """One activity with its next step."""
    return _show(request, activity_or_404(county, pk))


@require_POST
def decide(request: HttpRequest, county: str, pk: uuid.UUID, verb: str) -> HttpResponse:
    """Declare, pass, return, publish."""
    row = activity_or_404(county, pk)
    by, at = actor(request), clock.now()
    form = ContentForm(request.POST) if verb == "declare" else CheckForm(request.POST)
    if not form.is_valid():
        return _show(request, row, form)
    data = form.cleaned_data
    calls = {
        "declare": lambda: actions.declare_content(
            activity=row, lines=data.get("lines", "").splitlines(), by=by, at=at
        ),
        "pass": lambda: actions.pass_content(activity=row, note=data.get("note", ""), by=by, at=at),
        "return": lambda: actions.return_content(activity=row, note=data.get("note", ""), by=by, at=at),
        "publish": lambda: actions.publish_activity(activity=row, by=by, at=at),
    }
    if verb not in calls:
        raise Http404
    if attempt(form, calls[verb]) is None:
        return _show(request, row, form)
    said = {"declare": _("已交审。"), "pass": _("内容审核通过。"), "return": _("已退回。"), "publish": _("已发布。")}
    messages.success(request, said[verb])
    return redirect("afterschool:activity", county, pk)
