"""The county's own word on days and years."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, nothing_changed, record
from qunwen.base.places.models import Place
from qunwen.base.scope import asking
from qunwen.services.afterschool.access import Permission
from qunwen.services.afterschool.day_file import DayLine
from qunwen.services.afterschool.models import CalendarDay, CalendarYear
from qunwen.services.afterschool.money_enums import MoneyEntry

FIRST_YEAR, LAST_YEAR = 2004, 2100


@action
def set_day(
    *, place: Place, day: dt.date, opens: bool, why: str, document: str = "", by: Actor, at: dt.datetime
) -> CalendarDay:
    """Say that schools of the county are closed, or held, on a day. `place` is the county.

    Raises Forbidden, ValidationError at the fields.
    """
    asking.require(Permission.CALENDAR, place=place.pk)
    if not why.strip():
        raise ValidationError({"why": [_("请写明原因，家长会看到。")]})
    row = CalendarDay.unscoped.select_for_update().filter(county=place.pk, day=day).first()
    before = {}
    if row is None:
        row = CalendarDay(county=place.pk, place=place, day=day)
    else:
        before = {"opens": row.opens, "why": row.why}
        if (row.opens, row.why, row.document) == (opens, why.strip(), document.strip()):
            nothing_changed("same day")
            return row
    row.opens, row.why, row.document, row.set_at = opens, why.strip(), document.strip(), at
    row.full_clean(validate_unique=False, validate_constraints=False)
    row.save()
    record(
        code=MoneyEntry.DAY_SET, by=by, at=at, subject=row, place=place.pk, before=before,
        after={"opens": opens, "why": row.why},
    )  # fmt: skip
    return row


@action
def load_days(*, place: Place, lines: Sequence[DayLine], by: Actor, at: dt.datetime) -> int:
    """Take over the county's file, all of it or nothing; how many days it named. Raises Forbidden, ValidationError."""
    asking.require(Permission.CALENDAR, place=place.pk)
    for line in lines:
        set_day(place=place, day=line.day, opens=line.opens, why=line.why, document=line.document, by=by, at=at)
    nothing_changed("every day is recorded by itself")
    return len(lines)


@action
def drop_day(*, row: CalendarDay, by: Actor, at: dt.datetime) -> None:
    """Take back the county's word on a day: the national calendar holds again. Raises Forbidden."""
    asking.require(Permission.CALENDAR, on=row)
    record(
        code=MoneyEntry.DAY_DROPPED, by=by, at=at, subject=row, place=row.place_id,
        before={"opens": row.opens, "why": row.why},
    )  # fmt: skip
    row.delete()


@action
def enter_year(*, place: Place, year: int, document: str, by: Actor, at: dt.datetime) -> CalendarYear:
    """Say that the days of a year the national table lacks are now complete. Raises Forbidden, ValidationError."""
    asking.require(Permission.CALENDAR, place=place.pk)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValidationError({"year": [_("年份应在 %(a)d 到 %(b)d 之间。") % {"a": FIRST_YEAR, "b": LAST_YEAR}]})
    if not document.strip():
        raise ValidationError({"document": [_("请写明放假通知的文号。")]})
    if (old := CalendarYear.unscoped.filter(county=place.pk, year=year).first()) is not None:
        nothing_changed("entered already")
        return old
    row = CalendarYear(county=place.pk, place=place, year=year, document=document.strip(), entered_at=at)
    row.save(force_insert=True)
    record(
        code=MoneyEntry.YEAR_ENTERED, by=by, at=at, subject=row, place=place.pk,
        after={"year": year, "document": row.document},
    )  # fmt: skip
    return row
