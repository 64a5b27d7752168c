"""The programme before it is published: a new line, one more date, an afternoon that is off."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from qunwen.base.scope import asking, clock
from qunwen.base.ui.web.desk import attempt, show, status_of
from qunwen.services.afterschool import actions
from qunwen.services.afterschool.access import Permission

from .loaded import ICON, activity_or_404, actor, session_or_404, steps
from .setup import done, form_page, term_or_404
from .setup_forms import ActivityForm, CancelForm, DateForm

BOTH = ["GET", "HEAD", "POST"]


@require_http_methods(BOTH)
def add(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """A line of the programme of a term; its content is declared next."""
    term = term_or_404(county, pk)
    asking.require(Permission.MANAGE, on=term)
    form = ActivityForm(request.POST if request.method == "POST" else None, school=term.school)
    if request.method == "POST" and form.is_valid():
        row = attempt(
            form, lambda: actions.draft_activity(term=term, **form.values(), by=actor(request), at=clock.now())
        )
        if row is not None:
            messages.success(request, _("已保存。下一步：逐行申报活动内容，交别人审核。"))
            return redirect("afterschool:activity", county, row.pk)
    title = _("筹备活动：%(term)s") % {"term": term.name}
    return form_page(request, form, school=term.school, title=title, label=_("保存，去申报内容"))


@require_http_methods(BOTH)
def add_date(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """One more date of a published activity."""
    row = activity_or_404(county, pk)
    asking.require(Permission.MANAGE, on=row)
    form = DateForm(request.POST if request.method == "POST" else None)
    call = lambda: actions.add_session(activity=row, **form.cleaned_data, by=actor(request), at=clock.now())  # noqa: E731
    back = reverse("afterschool:activity", args=[county, pk])
    if done(request, form, call, _("已加这一天。")):
        return redirect(back)
    return show(
        request, "ui/desk_form.html", title=_("加一天"), icon=ICON, steps=steps((row.title, back), _("加一天")), form=form,
        action_label=_("加这一天"), back=back, status=status_of(form),
    )  # fmt: skip


@require_http_methods(BOTH)
def cancel(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """An afternoon is off; its families hear why."""
    row = session_or_404(county, pk)
    asking.require(Permission.MANAGE, on=row)
    form = CancelForm(request.POST if request.method == "POST" else None)
    call = lambda: actions.cancel_session(session=row, **form.cleaned_data, by=actor(request), at=clock.now())  # noqa: E731
    back = reverse("afterschool:session", args=[county, pk])
    if done(request, form, call, _("这一场已取消。")):
        return redirect(back)
    return show(
        request, "ui/desk_form.html", title=_("取消这一场"), icon=ICON, steps=steps((str(row), back), _("取消")), form=form,
        action_label=_("取消这一场"), danger=True, back=back, status=status_of(form),
    )  # fmt: skip
