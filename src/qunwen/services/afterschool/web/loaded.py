"""Loading what an address names, within the open scope: 404 for everything else."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from qunwen.base.scope import asking, clock
from qunwen.services.afterschool.access import Permission
from qunwen.services.afterschool.models import Activity, Application, Complaint, Roll, School, Session

ICON = "group"


def actor(request: HttpRequest) -> Any:
    """Who does it."""
    return request.actor  # type: ignore[attr-defined]


def schools() -> list[School]:
    """The schools the reader may see."""
    return list(School.objects.filter(active=True).order_by("place_id", "name", "pk"))


def first_or_404(rows: Any) -> Any:
    """The one row; 404 without."""
    found = rows.first()
    if found is None:
        raise Http404
    return found


def session_or_404(county: str, pk: uuid.UUID) -> Session:
    """One afternoon."""
    rows = Session.objects.select_related("activity", "school", "tutor").filter(county=county, pk=pk)
    found: Session = first_or_404(rows)
    return found


def roll_or_404(session: Session, pk: uuid.UUID) -> Roll:
    """One child of the afternoon."""
    rows = Roll.objects.select_related("session", "child__resident", "child__school")
    found: Roll = first_or_404(rows.filter(county=session.county, session=session, pk=pk))
    return found


def application_or_404(county: str, pk: uuid.UUID) -> Application:
    """One application with its child."""
    rows = Application.objects.select_related(
        "child__resident", "child__school_class__teacher", "child__school", "term", "guardian"
    )
    found: Application = first_or_404(rows.filter(county=county, pk=pk))
    return found


def activity_or_404(county: str, pk: uuid.UUID) -> Activity:
    """One line of the programme."""
    asking.require(Permission.VIEW)
    rows = Activity.objects.select_related("school", "term", "tutor").filter(county=county, pk=pk)
    found: Activity = first_or_404(rows)
    return found


def complaint_or_404(county: str, pk: uuid.UUID) -> Complaint:
    """One complaint."""
    found: Complaint = first_or_404(Complaint.objects.select_related("school").filter(county=county, pk=pk))
    return found


def day_of(request: HttpRequest) -> dt.date:
    """The day in the address; today without a sound one."""
    try:
        return dt.date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return clock.today()


def steps(*more: str | tuple[str, str]) -> list[tuple[str, str]]:
    """The trail: the day's list, and below."""
    found = [(_("课后服务"), reverse("afterschool:day") if more else "")]
    return found + [one if isinstance(one, tuple) else (one, "") for one in more]
