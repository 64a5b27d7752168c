"""What parents complain of, and the answers."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, record
from qunwen.base.measures.touching import touch
from qunwen.base.notices.actions import queue, said_later
from qunwen.base.notices.enums import Kind
from qunwen.base.people.models import Resident
from qunwen.base.scope import asking, context
from qunwen.base.scope.asking import Forbidden
from qunwen.services.afterschool.access import Permission
from qunwen.services.afterschool.enums import ComplaintKind, Entry
from qunwen.services.afterschool.errors import CareRefused
from qunwen.services.afterschool.models import Child, Complaint, School

LONGEST = 1000


@action
def complain(
    *, school: School, kind: str, text: str, by: Actor, at: dt.datetime, resident: Resident | None = None
) -> Complaint:
    """A guardian complains of the school's service, or staff note what somebody said. Raises ValidationError, Forbidden."""
    scope = context.current()
    if scope is not None and scope.kind == "resident":
        mine = Child.objects.filter(county=school.county, school=school, left_at=None)
        if resident is None or resident.pk not in scope.residents or not mine.exists():
            raise Forbidden(_("孩子在这所学校的家长才能在这里投诉，其他问题请拨打学校电话。"))
    else:
        asking.require(Permission.ANSWER, place=school.place_id, unit=school.unit_id)
    if kind not in ComplaintKind.values:
        raise ValidationError({"kind": _("请选择类别。")})
    if not 4 <= len(text.strip()) <= LONGEST:
        raise ValidationError({"text": _("请写明情况，4 到 %(n)d 个字。") % {"n": LONGEST}})
    row = Complaint(
        county=school.county, school=school, place_id=school.place_id, resident=resident, kind=kind, text=text.strip(),
        made_at=at,
    )  # fmt: skip
    row.save(force_insert=True)
    record(code=Entry.COMPLAINED, by=by, at=at, subject=row, place=row.place_id, after={"kind": kind})
    touch(county=row.county, day=at, feed="afterschool.complaint")
    return row


@action
def answer_complaint(*, complaint: Complaint, answer: str, by: Actor, at: dt.datetime) -> Complaint:
    """Answer it; who complained reads it. Raises CareRefused, ValidationError, Forbidden."""
    asking.require(Permission.ANSWER, on=complaint)
    row = Complaint.unscoped.select_for_update(of=("self",)).get(county=complaint.county, pk=complaint.pk)
    if row.answered_at is not None:
        raise CareRefused(_("已经答复过了。"))
    if not 4 <= len(answer.strip()) <= LONGEST:
        raise ValidationError({"answer": _("请写明怎样处理，4 到 %(n)d 个字。") % {"n": LONGEST}})
    row.answer, row.answered_at, row.answered_by = answer.strip(), at, by.name
    row.save(update_fields=["answer", "answered_at", "answered_by"])
    record(code=Entry.ANSWERED, by=by, at=at, subject=row, place=row.place_id)
    if row.resident is not None:
        queue(
            county=row.county, kind=Kind.REVIEW, key=f"afterschool.answered:{row.pk}", at=at, resident=row.resident,
            text=_answered_words(row.answer), payload={"url": "/me/after-school/"},
        )  # fmt: skip
    touch(county=row.county, day=row.made_at, feed="afterschool.complaint")
    return row


@said_later
def _answered_words(answer: str) -> str:
    return _("您对课后服务的投诉已有答复：%(answer)s") % {"answer": answer[:100]}
