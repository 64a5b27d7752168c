"""Loading what a page of the clerk names, within the open scope: 404 for everything else."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from qunwen.base.measures.periods import Period, PeriodError
from qunwen.base.scope import asking, clock
from qunwen.services.afterschool.access import Permission
from qunwen.services.afterschool.models import Bill, School

ICON = "list-ul"


def actor(request: HttpRequest) -> Any:
    """Who acts."""
    return request.actor  # type: ignore[attr-defined]


def schools() -> list[School]:
    """The schools whose fees the reader may see."""
    rows = asking.visible(School.objects.filter(active=True), Permission.MONEY_VIEW)
    return list(rows.order_by("place_id", "name", "pk"))


def school_or_404(county: str, pk: uuid.UUID) -> School:
    """One school; 404 unless its fees may be seen."""
    rows = asking.visible(School.objects.filter(county=county, pk=pk), Permission.MONEY_VIEW)
    row = rows.select_related("place", "unit").first()
    if row is None:
        raise Http404
    return row


def bill_or_404(county: str, pk: uuid.UUID) -> Bill:
    """One bill with its child."""
    rows = Bill.objects.select_related("child__resident", "child__school_class", "school")
    row = rows.filter(county=county, pk=pk).first()
    if row is None:
        raise Http404
    return row


def month_of(request: HttpRequest) -> Period:
    """The month in the address; the last one that is over without."""
    try:
        asked = Period.of(request.GET.get("month", ""))
        if asked.length == 1:
            return asked
    except PeriodError:
        pass
    return Period.month_of(clock.today()).previous


def steps(school: School | None, *more: str | tuple[str, str]) -> list[tuple[str, str]]:
    """The trail to a page about fees."""
    trail = [(_("课后服务收费"), reverse("afterschool_money:index"))]
    if school is not None:
        trail.append((school.name, home(school)))
    return [*trail, *((one, "") if isinstance(one, str) else one for one in more)]


def home(school: School, month: Period | None = None) -> str:
    """The page of a school's month."""
    address = reverse("afterschool_money:school", args=[school.county, school.pk])
    return f"{address}?month={month.code}" if month else address
