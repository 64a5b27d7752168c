"""One answer on the desk: what was said, on what evidence, and everything said before."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from qunwen.base.scope import asking
from qunwen.base.ui.web.desk import show
from qunwen.governance.returns import elements, queries
from qunwen.governance.returns.access import Permission


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    asking.require(Permission.VIEW)
    return show(request, "returns/desk/value.html", title=_("填报"), icon="form", steps=[(_("填报"), "")])


@require_safe
def page(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    asking.require(Permission.VIEW)
    row = queries.one(county, pk)
    if row is None:
        raise Http404
    return show(
        request, "returns/desk/value.html", title=elements.title(elements.returned()[row.element]), icon="form",
        steps=[(_("填报"), "")], row=row,
    )  # fmt: skip
