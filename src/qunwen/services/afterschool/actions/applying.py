"""From the parents' application over class and school to the agreement."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, nothing_changed, record
from qunwen.base.measures.touching import touch
from qunwen.base.notices.actions import queue, said_later
from qunwen.base.notices.enums import Kind
from qunwen.base.people.models import Resident
from qunwen.base.scope import asking
from qunwen.base.scope.clock import day_of
from qunwen.services.afterschool import agreement_paper, queries
from qunwen.services.afterschool.access import Permission
from qunwen.services.afterschool.enums import (
    LIVE,
    UNDER_WAY,
    ActivityState,
    ApplicationState,
    Entry,
    SignedVia,
)
from qunwen.services.afterschool.errors import CareRefused
from qunwen.services.afterschool.models import Activity, Agreement, Application, Child, SchoolTerm
from qunwen.services.afterschool.standing import require_voice
from qunwen.services.bookings import actions as bookings
from qunwen.services.bookings.actions.together import Answer, Request, book_many
from qunwen.services.bookings.models import Bucket

MOST_CHILDREN = 6
WEEKDAYS = "01234"


@dataclass(frozen=True)
class Wish:
    """What is asked for one child: weekdays as digits, and activities with limited places."""

    child: Child
    weekdays: str
    activities: tuple[Activity, ...] = ()
    may_go_alone: bool = False


@dataclass(frozen=True)
class Applied:
    """What became of one child's wish: the application, and an answer for each activity; or why not."""

    wish: Wish
    application: Application | None = None
    answers: tuple[Answer, ...] = ()
    refusal: ValidationError | None = None


@action
def apply_for(
    *, wishes: Sequence[Wish], term: SchoolTerm, key: str, by: Actor, at: dt.datetime, on_paper: bool = False
) -> list[Applied]:
    """Apply for several children in one go; each has an answer of its own, one refusal does not undo the others.

    `on_paper`: the school enters what a guardian handed in, also after the closing date. `key` makes a retry return the
    first answer. Raises ValidationError for no child or too many, Forbidden for a stranger's child (nothing is kept).
    """
    if not 1 <= len(wishes) <= MOST_CHILDREN:
        raise ValidationError(_("一次可以为 1 到 %(n)d 个孩子申请。") % {"n": MOST_CHILDREN})
    guardians = [require_voice(Permission.REVIEW, wish.child, by=by, at=at) for wish in wishes]
    first = Application.unscoped.filter(county=term.county, key__in=[f"{key}:{w.child.pk}" for w in wishes])
    if known := {row.child_id: row for row in first}:
        nothing_changed("replayed")
        return [Applied(wish, known.get(wish.child.pk)) for wish in wishes]
    refusals = [_against(wish, term, at, late_too=on_paper) for wish in wishes]
    requests = [
        Request(
            bucket=_bucket_for(wish.child, activity, at), members=[wish.child.resident], resident=guardian,
            key=f"{key[:36]}:{str(wish.child.pk)[-12:]}:{str(activity.pk)[-12:]}",
        )
        for wish, guardian, against in zip(wishes, guardians, refusals, strict=True)
        if against is None
        for activity in wish.activities
    ]  # fmt: skip
    # The ledger locks households and buckets in its own order before anything of ours is written.
    answers = book_many(requests=requests, by=by, at=at) if requests else []
    found = []
    for wish, guardian, against in zip(wishes, guardians, refusals, strict=True):
        if against is not None:
            found.append(Applied(wish, refusal=against))
            continue
        mine = tuple(answers[: len(wish.activities)])
        answers = answers[len(wish.activities) :]
        found.append(Applied(wish, _enter(wish, guardian, term, f"{key}:{wish.child.pk}", by=by, at=at), mine))
    nothing_changed("all refused")
    return found


def _against(wish: Wish, term: SchoolTerm, at: dt.datetime, *, late_too: bool) -> ValidationError | None:
    child, name = wish.child, wish.child.resident.name
    days = wish.weekdays
    problem = ""
    if child.school_id != term.school_id or child.left_at is not None:
        problem = _("%(name)s不在这所学校的名单上。") % {"name": name}
    elif not queries.has_consent(child):
        problem = _("请先阅读告知并同意，学校才能为%(name)s办理。") % {"name": name}
    elif not late_too and not term.apply_opens_at <= at < term.apply_closes_at:
        problem = _("现在不在申请时间内，请联系学校。")
    elif not days or len(set(days)) != len(days) or not set(days) <= set(WEEKDAYS):
        problem = _("请为%(name)s选择星期几参加。") % {"name": name}
    elif Application.unscoped.filter(county=child.county, child=child, term=term, state__in=LIVE).exists():
        problem = _("%(name)s本学期已经申请过了，不用再交。") % {"name": name}
    else:
        problem = _against_activities(wish, term)
    return CareRefused(problem) if problem else None


def _against_activities(wish: Wish, term: SchoolTerm) -> str:
    grade, name = wish.child.school_class.grade, wish.child.resident.name
    for activity in wish.activities:
        words = {"what": activity.title, "name": name}
        if activity.term_id != term.pk or activity.state != ActivityState.PUBLISHED or activity.size is None:
            return _("《%(what)s》现在不能选。") % words
        if not activity.grade_from <= grade <= activity.grade_to:
            return _("《%(what)s》不招%(name)s所在的年级。") % words
        if str(activity.weekday) not in wish.weekdays:
            return _("《%(what)s》那天没有为%(name)s选课后服务，请一并勾选。") % words
    return ""


def _bucket_for(child: Child, activity: Activity, at: dt.datetime) -> Bucket:
    """Places kept for a group of the child's go first while there are any; everybody else's otherwise."""
    buckets = queries.buckets_of(activity)
    groups = queries.groups_of(child.resident, day_of(at))
    kept = [bucket for bucket in buckets if bucket.kept_for and bucket.kept_for in groups and bucket.left > 0]
    return (kept or buckets)[0]


def _enter(
    wish: Wish, guardian: Resident | None, term: SchoolTerm, key: str, *, by: Actor, at: dt.datetime
) -> Application:
    child = wish.child
    row = Application(
        county=child.county, child=child, term=term, place_id=child.place_id, guardian=guardian,
        state=ApplicationState.APPLIED, weekdays="".join(sorted(wish.weekdays)), may_go_alone=wish.may_go_alone,
        groups=",".join(queries.groups_of(child.resident, day_of(at))), key=key, applied_at=at, applied_by=by.name,
    )  # fmt: skip
    row.save(force_insert=True)
    _say(Entry.APPLIED, row, by, at, before={}, activities=[one.title for one in wish.activities])
    return row


def _say(code: Entry, row: Application, by: Actor, at: dt.datetime, *, before: dict[str, str], **more: object) -> None:
    record(
        code=code, by=by, at=at, subject=row, place=row.place_id, label=_("课后服务申请"), before=before,
        after={"state": row.state, **more},
    )  # fmt: skip
    touch(county=row.county, day=row.applied_at, feed="afterschool.application")


def _locked(application: Application) -> Application:
    rows = Application.unscoped.select_for_update(of=("self",))
    rows = rows.select_related("child__resident", "child__school_class", "child__school", "term", "guardian")
    return rows.get(county=application.county, pk=application.pk)


def _demand(row: Application, *states: ApplicationState) -> None:
    if row.state not in states:
        words = {"state": row.get_state_display()}
        raise CareRefused(_("这份申请现在是“%(state)s”，不能这样办理，请刷新后再看。") % words)


@action
def pass_class(*, application: Application, by: Actor, at: dt.datetime) -> Application:
    """The class teacher knows the child and agrees. Raises CareRefused, Forbidden."""
    asking.require(Permission.REVIEW, on=application)
    row = _locked(application)
    _demand(row, ApplicationState.APPLIED)
    teacher = row.child.school_class.teacher_id
    if teacher is not None and by.id is not None and by.id != teacher:
        raise CareRefused(_("班级审核由班主任办理。"))
    row.state, row.class_at, row.class_by, row.class_by_id = ApplicationState.CLASS_PASSED, at, by.name, by.id
    row.save(update_fields=["state", "class_at", "class_by", "class_by_id"])
    _say(Entry.CLASS_PASSED, row, by, at, before={"state": ApplicationState.APPLIED})
    return row


@action
def pass_school(*, application: Application, by: Actor, at: dt.datetime) -> Application:
    """The school agrees, by somebody else than who looked at it for the class; the guardian hears that there is
    something to sign. Raises CareRefused, Forbidden.
    """
    asking.require(Permission.REVIEW_SCHOOL, on=application)
    row = _locked(application)
    _demand(row, ApplicationState.CLASS_PASSED)
    if by.id is not None and by.id == row.class_by_id:
        raise CareRefused(_("班级审核和学校审核不能是同一个人。"))
    row.state, row.school_at, row.school_by = ApplicationState.SCHOOL_PASSED, at, by.name
    row.save(update_fields=["state", "school_at", "school_by"])
    _say(Entry.SCHOOL_PASSED, row, by, at, before={"state": ApplicationState.CLASS_PASSED})
    _tell(row, "passed", _to_sign(row.child.resident.name), at)
    return row


@action
def refuse(*, application: Application, reason: str, by: Actor, at: dt.datetime) -> Application:
    """Not this term, with the reason the guardian reads; places held in activities are given back.

    Raises CareRefused, ValidationError, Forbidden.
    """
    asking.require(Permission.REVIEW, on=application)
    if not reason.strip():
        raise ValidationError({"reason": _("请写明理由，家长会看到。")})
    _free_places(application, by=by, at=at)
    row = _locked(application)
    _demand(row, *UNDER_WAY)
    _end(row, ApplicationState.REFUSED, Entry.REFUSED, by, at, reason=reason.strip()[:200])
    _tell(row, "refused", _refused(row.child.resident.name, row.reason), at)
    return row


@action
def withdraw(*, application: Application, by: Actor, at: dt.datetime, reason: str = "") -> Application:
    """The service is voluntary: the guardian takes the application back, or leaves in the middle of the term.

    The agreement ends with yesterday, so a session that day and later does not expect the child. Raises CareRefused, Forbidden.
    """
    require_voice(Permission.REVIEW, application.child, by=by, at=at)
    _free_places(application, by=by, at=at)
    row = _locked(application)
    if row.state == ApplicationState.WITHDRAWN:
        nothing_changed("withdrawn already")
        return row
    _demand(row, *LIVE)
    agreed = Agreement.unscoped.filter(county=row.county, child=row.child, term=row.term, replaced_at=None)
    for agreement in agreed.defer("paper"):
        last = day_of(at) - dt.timedelta(days=1)
        if last < agreement.starts_on:
            agreement.replaced_at = at
        else:
            agreement.ends_on = min(agreement.ends_on, last)
        agreement.save(update_fields=["replaced_at", "ends_on"])
        record(
            code=Entry.AGREEMENT_ENDED, by=by, at=at, subject=agreement, place=row.place_id, label=_("课后服务协议"),
            after={"ends_on": agreement.ends_on},
        )  # fmt: skip
    _end(row, ApplicationState.WITHDRAWN, Entry.WITHDRAWN, by, at, reason=reason.strip()[:200])
    return row


def _free_places(application: Application, *, by: Actor, at: dt.datetime) -> None:
    """Through the ledger, which locks first; nothing of ours is held yet."""
    activities = Activity.unscoped.filter(county=application.county, term_id=application.term_id)
    for booking in queries.bookings_of(application.child, activities.values_list("pk", flat=True)):
        bookings.cancel(booking=booking, by=by, at=at, reason=_("退出课后服务"))


def _end(row: Application, state: ApplicationState, code: Entry, by: Actor, at: dt.datetime, *, reason: str) -> None:
    before = row.state
    row.state, row.ended_at, row.reason = state, at, reason
    row.save(update_fields=["state", "ended_at", "reason"])
    _say(code, row, by, at, before={"state": before})


@action
def sign_agreement(
    *, application: Application, by: Actor, at: dt.datetime, weekdays: str = "", may_go_alone: bool | None = None
) -> Agreement:
    """Sign, on the portal or on paper at school; a second time (other weekdays) makes the next version of it.

    The paper is made at that moment and kept with its hash; earlier versions stay. Raises CareRefused, Forbidden.
    """
    guardian = require_voice(Permission.REVIEW, application.child, by=by, at=at)
    row = _locked(application)
    _demand(row, ApplicationState.SCHOOL_PASSED, ApplicationState.AGREED)
    if not queries.has_consent(row.child):
        raise CareRefused(_("监护人还没有同意或已撤回同意，不能签订。"))
    days = "".join(sorted(set(weekdays or row.weekdays)))
    if not days or not set(days) <= set(WEEKDAYS):
        raise ValidationError({"weekdays": _("请选择星期几参加。")})
    row.weekdays, row.may_go_alone = days, row.may_go_alone if may_go_alone is None else may_go_alone
    versions = Agreement.unscoped.filter(county=row.county, child=row.child, term=row.term)
    signer = guardian or row.guardian
    agreement = Agreement(
        county=row.county, child=row.child, term=row.term, place_id=row.place_id, version=versions.count() + 1,
        weekdays=days, may_go_alone=row.may_go_alone, starts_on=max(row.term.starts_on, day_of(at)),
        ends_on=row.term.ends_on, signed_at=at, signed_by=signer.name if signer else row.applied_by,
        signed_via=SignedVia.PORTAL if guardian else SignedVia.PAPER,
    )  # fmt: skip
    if agreement.ends_on < agreement.starts_on:
        raise CareRefused(_("这个学期已经结束。"))
    titles = _titles(row)
    agreement.paper = agreement_paper.make(agreement, titles)
    agreement.sha256 = hashlib.sha256(agreement.paper).hexdigest()
    versions.filter(replaced_at=None).update(replaced_at=at)
    agreement.save(force_insert=True)
    before = row.state
    row.state = ApplicationState.AGREED
    row.save(update_fields=["state", "weekdays", "may_go_alone"])
    _say(Entry.AGREED, row, by, at, before={"state": before}, version=agreement.version, sha256=agreement.sha256)
    touch(county=row.county, day=agreement.starts_on, onward=True, feed="afterschool.agreement")
    return agreement


def _titles(row: Application) -> list[str]:
    activities = Activity.unscoped.filter(county=row.county, term=row.term)
    held = queries.bookings_of(row.child, activities.values_list("pk", flat=True))
    return [booking.bucket.title for booking in held if not queries.waiting_of(booking)]


def _tell(row: Application, what: str, text: str, at: dt.datetime) -> None:
    if row.guardian is not None:
        queue(
            county=row.county, kind=Kind.REVIEW, key=f"afterschool.{what}:{row.pk}", at=at, text=text,
            phone=row.guardian.phone or None, resident=row.guardian, payload={"url": "/me/after-school/"},
        )  # fmt: skip


@said_later
def _to_sign(name: str) -> str:
    return _("%(name)s的课后服务申请已通过，请到“课后服务”签协议。") % {"name": name}


@said_later
def _refused(name: str, reason: str) -> str:
    return _("%(name)s的课后服务申请没有通过：%(reason)s。有疑问请联系学校。") % {"name": name, "reason": reason}
