"""Reading reports that were made."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from qunwen.base.people.enums import UnitKind
from qunwen.base.people.models import Unit

from .models import Report, ReportOrder


def reports() -> QuerySet[Report]:
    """Those the open scope shows, the newest first."""
    return Report.objects.order_by("-made_at", "-id")


def orders() -> QuerySet[ReportOrder]:
    """What was asked for on the desk, as far as the open scope shows, the newest first."""
    return ReportOrder.objects.order_by("-asked_at", "-id")


def report(county: str, pk: UUID) -> Report | None:
    """One of them, None when it is not there or not to be seen."""
    return Report.objects.filter(county=county, pk=pk).first()


def folder_of(county: str, pk: UUID) -> Path:
    """Where the files of a report lie."""
    return Path(settings.QUNWEN_HOME) / "reports" / county / str(pk)


def agency_of(county: str) -> str:
    """The unit that signs a county's report: its bureau, '' when none is registered."""
    bureau = Unit.unscoped.filter(place_id=county, kind=UnitKind.BUREAU, active=True).order_by("name", "id").first()
    return bureau.name if bureau else ""
