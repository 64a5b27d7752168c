"""What is on at the schools on a day, and who was fetched late."""

from __future__ import annotations

import datetime as dt

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from qunwen.base.scope import asking, clock
from qunwen.base.ui.web.desk import show
from qunwen.services.afterschool import queries, small
from qunwen.services.afterschool.access import Permission
from qunwen.services.afterschool.models import Session

from .loaded import ICON, day_of, steps

LATE_DAYS = 30
PAGE = 60


@require_safe
def day(request: HttpRequest) -> HttpResponse:
    """The sessions of a day; those that should be over and are not stand above."""
    asking.require(Permission.VIEW)
    chosen = day_of(request)
    at = clock.now()
    rows = Session.objects.filter(day=chosen).select_related("activity", "school", "tutor")
    page = Paginator(rows.order_by("school__name", "starts_at", "pk"), PAGE).get_page(request.GET.get("page"))
    for row in page:
        row.cells = small.cells(row, full=asking.may(Permission.CHILD_VIEW, on=row))
    return show(
        request, "afterschool/desk/day.html", title=_("课后服务"), icon=ICON, steps=steps(), page=page, chosen=chosen,
        before=chosen - dt.timedelta(days=1), after=chosen + dt.timedelta(days=1), at=at,
        open_late=list(queries.still_here(at)), may_children=asking.may(Permission.CHILD_VIEW),
        may_money=asking.may(Permission.MONEY_VIEW), may_answer=asking.may(Permission.ANSWER),
    )  # fmt: skip


@require_safe
def late(request: HttpRequest) -> HttpResponse:
    """Children fetched late in the last thirty days."""
    asking.require(Permission.CHILD_VIEW)
    last = clock.today()
    rows = queries.late_list(first=last - dt.timedelta(days=LATE_DAYS), last=last)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return show(
        request, "afterschool/desk/late.html", title=_("晚接名单"), icon=ICON, steps=steps(_("晚接名单")), page=page
    )
