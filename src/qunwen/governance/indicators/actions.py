"""Saving a county's own version of a definition. What was saved before keeps judging its own days."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, record
from qunwen.base.places.models import Place
from qunwen.base.scope import asking
from qunwen.base.scope.codes import Level

from . import catalogue, drafting, queries
from .access import Permission
from .drafting import Draft
from .enums import Entry
from .language.ir import canonical_json
from .models import DefinitionVersion


class VersionRefused(ValidationError):
    """The definition cannot be saved. Messages stand at the fields."""


@action
def save_version(
    *, place: Place, draft: Draft, reason: str, by: Actor, at: dt.datetime, seen: int | None = None
) -> DefinitionVersion:
    """A new version of a county's definition, from `draft.valid_from` on; versions are never changed.

    `seen`: the number of the version that would come next when the person opened the page: somebody else's
    version in between is a refusal, not overwritten. Needs indicators.edit at the county. Raises VersionRefused, Forbidden.
    """
    if place.level != Level.COUNTY:
        raise VersionRefused(_("口径以县（市、区）为单位修改，%(name)s不是。") % {"name": place.name})
    asking.require(Permission.EDIT, place=place.pk)
    number = queries.next_version(place.pk, draft.code)
    if seen is not None and seen != number:
        raise VersionRefused(_("您打开页面后，别人已经保存了第 %(n)d 版，请先看过再改。") % {"n": number - 1})
    found = drafting.checked(draft, county=place.pk, version=number)
    wrong = {**_wrong(draft, reason, place.pk), **found.wrong}
    if wrong or found.indicator is None:
        raise VersionRefused(wrong)
    row = DefinitionVersion(
        county=place.pk, code=draft.code, kind=queries.INDICATOR, text=draft.text(number),
        canonical=canonical_json(found.indicator.canonical).decode(), sha256=found.indicator.sha256, version=number,
        valid_from=draft.valid_from, valid_to=draft.valid_to, reason=reason.strip(), saved_by=by.name, saved_at=at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise VersionRefused(_("别人刚刚保存了新的一版，请先看过再改。")) from None
    record(
        code=Entry.SAVED, by=by, at=at, subject=row, place=place.pk, label=draft.title,
        after={
            "code": draft.code, "version": number, "formula": found.indicator.text, "unit": found.indicator.unit,
            "valid_from": draft.valid_from, "valid_to": draft.valid_to, "reason": row.reason, "sha256": row.sha256,
        },
    )  # fmt: skip
    return row


def _wrong(draft: Draft, reason: str, county: str) -> dict[str, str]:
    wrong: dict[str, str] = {}
    if not reason.strip():
        wrong["reason"] = _("请写明为什么修改。")
    elif len(reason) > 300:
        wrong["reason"] = _("修改原因最多 300 个字。")
    shipped = {i.code for i in catalogue.shipped().versions}
    rows = list(queries.versions(county, draft.code))
    if not rows and draft.code not in shipped and not draft.code.startswith(drafting.OWN):
        wrong["code"] = _("本县新增的指标，代码要以 own. 开头。")
    if rows and draft.valid_from <= rows[0].valid_from:
        wrong["valid_from"] = _("起始日期要晚于上一版的 %(day)s，上一版才能继续管它自己的日期。") % {
            "day": rows[0].valid_from
        }
    return wrong
