"""Making a report: the files first, then the row that vouches for them."""

from __future__ import annotations

import datetime as dt
import shutil

from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, record
from qunwen.base.measures.periods import Period
from qunwen.base.places.models import Place
from qunwen.base.scope import asking
from qunwen.base.scope.clock import day_of
from qunwen.base.scope.codes import Level
from qunwen.base.scope.ids import uuid7

from . import bundle, queries
from .access import Permission
from .enums import Entry, Kind
from .models import Report


class ReportRefused(ValueError):
    """What was asked for cannot be reported on. The message is for the person."""


def checked_period(text: str, *, at: dt.datetime) -> Period:
    """The half-year a text names. Raises PeriodError, and ReportRefused for another length or one not begun."""
    period = Period.of(text)
    if period.length != 6:
        raise ReportRefused(_("半年总结的时期要写成 2026H1（上半年）或 2026H2（下半年）。"))
    if period.start > day_of(at):
        raise ReportRefused(_("%(period)s还没有开始，没有可总结的记录。") % {"period": period.label})
    return period


@action
def make_report(*, place: Place, period: str, by: Actor, at: dt.datetime, kind: str = Kind.HALF_YEAR) -> Report:
    """Make a county's report with its sealed bundle in the house's folder.

    Needs reports.make at the county. Raises ReportRefused, PeriodError, Forbidden, NeverFreshError. Files of an attempt
    that fails are removed; files without a row can only be left by a killed process and are never shown.
    """
    if place.level != Level.COUNTY:
        raise ReportRefused(_("半年总结以县（市、区）为单位，%(name)s不是。") % {"name": place.name})
    asking.require(Permission.MAKE, place=place.pk)
    span = checked_period(period, at=at)
    pk = uuid7()
    folder = queries.folder_of(place.pk, pk)
    folder.mkdir(parents=True)
    try:
        made = bundle.make(
            kind=str(kind), county=place.pk, period=span, folder=folder, at=at, by=by.name,
            agency=queries.agency_of(place.pk),
        )  # fmt: skip
        report = Report(
            id=pk, county=place.pk, kind=str(kind), period=span.code, manifest_sha256=made.manifest_sha256,
            definitions_sha256=made.definitions_sha256, figures=made.figures, reported=made.reported,
            expected=made.expected, made_at=at, made_by=by.name,
        )  # fmt: skip
        report.save(force_insert=True)
        record(
            code=Entry.MADE, by=by, at=at, subject=report, place=place.pk,
            after={"period": span.code, "manifest_sha256": made.manifest_sha256, "figures": made.figures},
        )  # fmt: skip
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return report
