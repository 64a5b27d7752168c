"""Confirming that a norm is right, asking for more than it does, and withdrawing either."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, record
from qunwen.base.places.models import Place
from qunwen.base.scope import asking
from qunwen.base.scope.codes import Level

from . import own, queries
from .access import Permission
from .defining import Grade, Norm
from .enums import Entry, Law
from .models import NormConfirmation, NormFloor


class FloorRefused(ValidationError):
    """The floor cannot be put or withdrawn. Messages stand at the field."""


class ConfirmationRefused(ValidationError):
    """The norm cannot be confirmed or its confirmation not withdrawn. The message is for the person."""


@action
def confirm_norm(
    *, place: Place, rule: Norm | Grade, sha256: str, by: Actor, at: dt.datetime, note: str = ""
) -> NormConfirmation:
    """A person of the county has compared the norm with its document: from now on it counts there.

    `sha256` is the text that the person has read: one that was changed meanwhile is refused. Needs norms.confirm at the
    county. Raises ConfirmationRefused, Forbidden.
    """
    county = _county(place, Permission.CONFIRM)
    if not rule.enabled:
        raise ConfirmationRefused(_("这条标准把握不足，随附时未启用，不能直接确认；请先由县里按文件另立一条。"))
    if not rule.doubtful:
        raise ConfirmationRefused(_("这条标准不需要确认，已经生效。"))
    if rule.sha256 != sha256:
        raise ConfirmationRefused(_("这条标准刚刚有改动，请重新看过再确认。"))
    if len(note) > 300:
        raise ConfirmationRefused({"note": _("说明最多 300 个字。")})
    if (rule.code, rule.sha256) in queries.confirmed(county):
        raise ConfirmationRefused(_("这条标准已经有人确认过了。"))
    row = NormConfirmation(
        county=county, code=rule.code, sha256=sha256, note=note, confirmed_at=at, confirmed_by=by.name
    )
    row.save(force_insert=True)
    record(
        code=Entry.CONFIRMED, by=by, at=at, subject=row, place=county, label=rule.title,
        after={"norm": rule.code, "note": note, "sha256": sha256},
    )  # fmt: skip
    return row


@action
def withdraw_confirmation(*, place: Place, rule: Norm | Grade, by: Actor, at: dt.datetime) -> NormConfirmation:
    """The norm no longer counts in the county. Needs norms.confirm there. Raises ConfirmationRefused, Forbidden."""
    county = _county(place, Permission.CONFIRM)
    rows = NormConfirmation.objects.filter(county=county, code=rule.code, sha256=rule.sha256, withdrawn_at=None)
    row = rows.select_for_update().first()
    if row is None:
        raise ConfirmationRefused(_("这条标准没有有效的确认，无需撤回。"))
    row.withdrawn_at, row.withdrawn_by = at, by.name
    row.save(update_fields=["withdrawn_at", "withdrawn_by"])
    record(
        code=Entry.WITHDRAWN, by=by, at=at, subject=row, place=county, label=rule.title,
        after={"norm": rule.code, "sha256": rule.sha256},
    )  # fmt: skip
    return row


@action
def set_floor(
    *, place: Place, norm: Norm, floor: str, valid_from: dt.date, doc: str, by: Actor, at: dt.datetime
) -> NormFloor:
    """From a day on the county asks for more than the norm: a new version; the old one keeps judging its own days.

    `floor` in the norm's unit ("0.8", "65%"). A county may not ask for less than those above it (保障法第五条).
    Needs norms.floor at the county. Raises FloorRefused, Forbidden.
    """
    county = _county(place, Permission.SET_FLOOR)
    wrong: dict[str, str] = {}
    if norm.where.law == Law.COUNTY and norm.code not in queries.shipped_codes():
        raise FloorRefused(_("请在原标准上设定本县标准值。"))
    try:
        text = own.checked_floor(norm, floor)
    except ValueError as problem:
        wrong["floor"] = str(problem)
    if not doc.strip():
        wrong["doc"] = _("请写明依据的文件。")
    elif len(doc) > 200:
        wrong["doc"] = _("依据文件最多 200 个字。")
    rows = NormFloor.objects.filter(county=county, code=norm.code)
    if rows.filter(valid_from=valid_from, withdrawn_at=None).exists():
        wrong["valid_from"] = _("这一天起已经有一个本县标准值，请先撤回。")
    if wrong:
        raise FloorRefused(wrong)
    row = NormFloor(
        county=county, code=norm.code, version=rows.count() + 1, floor=text, valid_from=valid_from, doc=doc.strip(),
        set_at=at, set_by=by.name,
    )  # fmt: skip
    row.save(force_insert=True)
    after = {"norm": norm.code, "floor": text, "valid_from": valid_from, "doc": row.doc, "version": row.version}
    record(code=Entry.FLOOR_SET, by=by, at=at, subject=row, place=county, label=norm.title, after=after)
    return row


@action
def withdraw_floor(*, row: NormFloor, place: Place, by: Actor, at: dt.datetime) -> NormFloor:
    """The county's own floor no longer judges any day. Needs norms.floor. Raises FloorRefused, Forbidden."""
    county = _county(place, Permission.SET_FLOOR)
    if row.county != county or row.withdrawn_at is not None:
        raise FloorRefused(_("这个本县标准值已经撤回。"))
    row.withdrawn_at, row.withdrawn_by = at, by.name
    row.save(update_fields=["withdrawn_at", "withdrawn_by"])
    after = {"norm": row.code, "floor": row.floor, "valid_from": row.valid_from, "version": row.version}
    record(code=Entry.FLOOR_WITHDRAWN, by=by, at=at, subject=row, place=county, label=row.code, after=after)
    return row


def _county(place: Place, permission: Permission) -> str:
    """The county that answers for the place. Raises ConfirmationRefused above a county, Forbidden without permission."""
    if place.level < Level.COUNTY or place.county_code is None:
        raise ConfirmationRefused(_("标准由县（市、区）确认，%(name)s不是。") % {"name": place.name})
    asking.require(permission, place=place.county_code)
    return place.county_code
