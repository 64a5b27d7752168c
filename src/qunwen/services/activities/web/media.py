"""Reports in the media: registered, and taken back when it was a mistake."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from qunwen.base.scope import asking, clock
from qunwen.base.ui.web.desk import attempt
from qunwen.services.activities import actions
from qunwen.services.activities.access import Permission
from qunwen.services.activities.models import MediaReport

from .desk import form_page
from .forms import MediaForm
from .loaded import activity_or_404, page_of, steps


def _actor(request: HttpRequest) -> Any:
    return request.actor  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """A report in the media."""
    row = activity_or_404(county, pk)
    asking.require(Permission.HOLD, on=row)
    form = MediaForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if attempt(form, lambda: actions.add_media_report(activity=row, by=_actor(request), at=clock.now(), **data)):
            messages.success(request, _("已登记媒体报道。"))
            return redirect(page_of(row))
    return form_page(
        request, form, title=row.title, label=_("登记这篇报道"), trail=steps(row, _("媒体报道")), back=page_of(row)
    )


@require_POST
def remove(request: HttpRequest, county: str, pk: uuid.UUID, report: uuid.UUID) -> HttpResponse:
    """Take a report back."""
    row = activity_or_404(county, pk)
    found = MediaReport.objects.select_related("activity").filter(county=county, activity=row, pk=report).first()
    if found is None:
        raise Http404
    try:
        actions.remove_media_report(report=found, by=_actor(request), at=clock.now())
        messages.success(request, _("已移除。"))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect(page_of(row))
