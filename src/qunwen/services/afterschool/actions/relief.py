"""Certified status that takes off fees."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, nothing_changed, record
from qunwen.base.scope import asking
from qunwen.services.afterschool.access import Permission
from qunwen.services.afterschool.models import Child, Exemption, School
from qunwen.services.afterschool.money_enums import MoneyEntry, ReliefGroup


@action
def certify_exemption(
    *, child: Child, school: School, group: str, document: str, certified_by: str, starts_on: dt.date,
    ends_on: dt.date | None = None, by: Actor, at: dt.datetime,
) -> Exemption:  # fmt: skip
    """Record that an authority has certified a status of the child, from a day until a day (or until ended).

    What it takes off is the rule's affair. Raises Forbidden, ValidationError at the fields, also when the same status is
    already recorded for one of the days.
    """
    asking.require(Permission.EXEMPT, place=school.place_id, unit=school.unit_id)
    errors: dict[str, list[str]] = {}
    if group not in ReliefGroup.values:
        errors["group"] = [_("请选择减免对象。")]
    for name, value in (("document", document), ("certified_by", certified_by)):
        if not value.strip():
            errors[name] = [_("必须填写，审计时要查。")]
    if ends_on is not None and ends_on < starts_on:
        errors["ends_on"] = [_("结束日期早于开始日期。")]
    if errors:
        raise ValidationError(errors)
    here = Exemption.unscoped.filter(county=child.county, child=child, group=group)
    for old in here:
        if (old.ends_on is None or old.ends_on >= starts_on) and (ends_on is None or old.starts_on <= ends_on):
            raise ValidationError({"starts_on": [_("这几天里已登记过同一项减免。")]})
    row = Exemption(
        county=child.county, child=child, place_id=school.place_id, unit_id=school.unit_id, group=group,
        document=document.strip(), certified_by=certified_by.strip(), starts_on=starts_on, ends_on=ends_on, created_at=at,
    )  # fmt: skip
    row.save(force_insert=True)
    record(
        code=MoneyEntry.EXEMPTED, by=by, at=at, subject=row, place=row.place_id, label=_("收费减免"),
        after={"starts_on": starts_on, "ends_on": ends_on},
    )  # fmt: skip
    return row


@action
def end_exemption(*, row: Exemption, last_day: dt.date, by: Actor, at: dt.datetime) -> Exemption:
    """The status holds until `last_day` only. Bills already issued change when counted again.

    Raises Forbidden, ValidationError for a day before it began or later than it ends anyway.
    """
    asking.require(Permission.EXEMPT, on=row)
    row = Exemption.unscoped.select_for_update().get(county=row.county, pk=row.pk)
    if row.ends_on == last_day:
        nothing_changed("ends then")
        return row
    if last_day < row.starts_on:
        raise ValidationError({"last_day": [_("不能早于开始日期。")]})
    if row.ends_on is not None and last_day > row.ends_on:
        raise ValidationError({"last_day": [_("不能晚于原定的结束日期，延长请重新认定。")]})
    before, row.ends_on = row.ends_on, last_day
    row.save(update_fields=["ends_on"])
    record(
        code=MoneyEntry.EXEMPTION_ENDED, by=by, at=at, subject=row, place=row.place_id, label=_("收费减免"),
        before={"ends_on": before}, after={"ends_on": last_day},
    )  # fmt: skip
    return row
