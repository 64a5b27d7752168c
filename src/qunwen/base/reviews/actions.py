"""Handing in, deciding, sending back, taking back, urging.

Two reviewers at once: every decision is one guarded update of the step that was on the screen; the
second gets `AlreadyDecided` with who was first. The same person's second click changes nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, nothing_changed, record
from qunwen.base.notices import actions as notices
from qunwen.base.notices.enums import Kind as NoticeKind
from qunwen.base.people.models import Staff, Unit
from qunwen.base.places.models import Place
from qunwen.base.scope import asking, context
from qunwen.base.scope.clock import day_of, local
from qunwen.base.scope.codes import county_of

from . import kinds, queries, workdays
from .access import Permission
from .enums import Decision, Entry, State
from .models import ReviewItem, ReviewSetting, ReviewStep


class ReviewRefused(ValidationError):
    """The state of the submission does not allow this. The message is for the person."""


class AlreadyDecided(ReviewRefused):
    """Somebody else decided this step first, or it was taken back."""


@action
def submit(
    *,
    kind: str,
    subject: Any,
    place: Place,
    by: Actor,
    at: dt.datetime,
    unit: Unit | None = None,
) -> ReviewItem:
    """Hand a record in for review, or hand it in again after it was sent back.

    Called by the area's own action, which has checked that the actor may do so. Handing in what
    already waits changes nothing. Raises ReviewRefused when the record is of another model.
    """
    declared = kinds.get(kind)
    subject_type, subject_id = queries.identity(subject)
    if subject_type != declared.subject_model:
        raise ReviewRefused(_("这条记录不能作为“%(kind)s”提交审核。") % {"kind": declared.label})
    county = county_of(place.pk)
    item = queries.open_item(county, subject_type, subject_id, locked=True)
    if item is not None and item.state == State.WAITING:
        nothing_changed("already waiting")
        return item
    fresh = {
        "subject_label": str(subject)[:200],
        "submitted_by_id": by.id,
        "submitted_by_name": by.name,
        "submitted_at": at,
        "state": State.WAITING,
        "place": place,
        "unit": unit,
        "plan": queries.plan_for(kind, place.pk),
        "decided_at": None,
        "urged_at": None,
    }
    if item is None:
        item = ReviewItem(county=county, kind=kind, subject_type=subject_type, subject_id=subject_id, **fresh)
    else:
        for field, value in fresh.items():
            setattr(item, field, value)
        item.round += 1
    _wait_at(item, 1, at)
    if item._state.adding:
        item, created = ReviewItem.unscoped.get_or_create(
            county=county, subject_type=subject_type, subject_id=subject_id, state=State.WAITING,
            defaults={f.attname: getattr(item, f.attname) for f in item._meta.concrete_fields},
        )  # fmt: skip
        if not created:
            nothing_changed("handed in at the same moment")
            return item
    else:
        item.save()
    _begin_step(item, at)
    _record(Entry.SUBMITTED, item, by, at, after={"round": item.round, "steps": item.steps_total})
    return item


@action
def approve(*, item: ReviewItem, by: Actor, at: dt.datetime, token: str = "", note: str = "") -> ReviewItem:
    """Approve the step that waits; the last one approves the whole (`reviews.item.approved`).

    `token` is `item.token` of the screen the person saw. Raises Forbidden, AlreadyDecided,
    ReviewRefused for one's own submission.
    """
    if _decided_before(item, token, by, Decision.APPROVED):
        return item
    _may_decide(item, by)
    last = item.step >= item.steps_total
    number = item.step
    _move(item, {"state": State.APPROVED, "decided_at": at} if last else _next_step(item, at))
    _end_step(item, number, Decision.APPROVED, by, at, note=note)
    if not last:
        _begin_step(item, at)
    else:
        _tell_author(item, _passed_words(item), at)
    code = Entry.APPROVED if last else Entry.APPROVED_STEP
    _record(code, item, by, at, after={"step": number, "round": item.round, "note": note})
    return item


@action
def return_back(
    *,
    item: ReviewItem,
    reasons: Mapping[str, str],
    by: Actor,
    at: dt.datetime,
    note: str = "",
    token: str = "",
) -> ReviewItem:
    """Send a submission back with reasons at its fields, or in one note; without any it is refused.

    Raises ReviewRefused, Forbidden, AlreadyDecided.
    """
    told = {field: text.strip() for field, text in reasons.items() if text.strip()}
    if not told and not note.strip():
        raise ReviewRefused(_("请写明退回的原因，让提交人知道改哪里。"), code="no_reason")
    if _decided_before(item, token, by, Decision.RETURNED):
        return item
    _may_decide(item, by)
    number = item.step
    _move(item, {"state": State.RETURNED, "decided_at": at})
    _end_step(item, number, Decision.RETURNED, by, at, note=note.strip(), reasons=told)
    _tell_author(item, _returned_words(item, "；".join([*told.values(), note.strip()]).strip("；")[:120]), at)
    _record(
        Entry.RETURNED, item, by, at, after={"step": number, "round": item.round, "reasons": told, "note": note.strip()}
    )
    return item


@action
def withdraw(*, item: ReviewItem, by: Actor, at: dt.datetime) -> ReviewItem:
    """Take a submission back, while it waits or after it was sent back. Only the one who handed it in may."""
    if item.submitted_by_id is None or item.submitted_by_id != by.id:
        raise asking.Forbidden(_("只有提交人可以撤回。"))
    if item.state == State.WITHDRAWN:
        nothing_changed("already withdrawn")
        return item
    number, state = item.step, item.state
    if state not in (State.WAITING, State.RETURNED):
        raise AlreadyDecided(_("已经审核通过，不能撤回。如需修改，请在记录页面修改后重新提交。"))
    _move(item, {"state": State.WITHDRAWN, "decided_at": at})
    if state == State.WAITING:
        _end_step(item, number, Decision.WITHDRAWN, by, at)
    _record(Entry.WITHDRAWN, item, by, at, before={"state": state})
    return item


@action
def urge(*, item: ReviewItem, by: Actor, at: dt.datetime) -> ReviewItem:
    """Ask those who may decide to look at it: each finds a notice in the inbox. Once a working day.

    Raises ReviewRefused when nothing waits, on days off, and the second time on one day.
    """
    if item.submitted_by_id != by.id:
        asking.require(Permission.VIEW, on=item)
    if item.state != State.WAITING:
        raise ReviewRefused(_("这件事现在不在等待审核，不用催办。"))
    today = day_of(at)
    if not workdays.is_workday(today):
        raise ReviewRefused(_("今天不是工作日，请在工作日催办。"))
    if item.urged_at is not None and day_of(item.urged_at) >= today:
        raise ReviewRefused(_("今天已经催办过了，请下一个工作日再催。"))
    rows = ReviewItem.unscoped.filter(county=item.county, pk=item.pk, state=State.WAITING, urged_at=item.urged_at)
    if not rows.update(urged_at=at):
        raise ReviewRefused(_("刚刚有人催办过，或已经处理。请刷新页面。"))
    item.urged_at = at
    text = _urged_words(item, by.name, (today - day_of(item.waiting_since)).days)
    for person in queries.deciders(item, at):
        _tell(item, person, f"review.urged:{item.pk}:{today}", text, at)
    _record(Entry.URGED, item, by, at, after={"step": item.step})
    return item


@action
def set_steps(*, kind: str, place: Place, steps: Sequence[int], by: Actor, at: dt.datetime) -> ReviewSetting:
    """Which of the kind's steps a place uses from now on, in which order, for itself and below (`[3, 1]`).

    Submissions under way keep theirs. Raises ReviewRefused for an empty, doubled or unknown choice.
    """
    asking.require(Permission.CONFIGURE, place=place.pk)
    declared = kinds.get(kind)
    chosen = list(steps)
    if not chosen or min(chosen) < 1 or max(chosen) > len(declared.steps):
        raise ReviewRefused(_("请在第 1 到第 %(n)d 级中至少选一级。") % {"n": len(declared.steps)})
    if len(set(chosen)) != len(chosen):
        raise ReviewRefused(_("同一级审核不能用两次。"))
    before = ReviewSetting.unscoped.filter(place=place, kind=kind).values_list("steps", flat=True).first()
    if before == chosen:
        nothing_changed("the same steps")
        return ReviewSetting.unscoped.get(place=place, kind=kind)
    setting, _created = ReviewSetting.unscoped.update_or_create(
        place=place, kind=kind, defaults={"steps": chosen, "set_at": at}
    )
    record(
        code=Entry.STEPS_SET, by=by, at=at, subject=setting, place=place.pk,
        before={"steps": before}, after={"kind": kind, "steps": chosen},
    )  # fmt: skip
    return setting


def _may_decide(item: ReviewItem, by: Actor) -> None:
    asking.require(item.permission, place=item.at_place, unit=item.unit_id, owner=item.submitted_by_id)
    if by.id is not None and by.id == item.submitted_by_id:
        raise ReviewRefused(_("不能审核自己提交的内容，请由其他同事审核。"), code="own")


def _decided_before(item: ReviewItem, token: str, by: Actor, decision: Decision) -> bool:
    """Whether this very decision is in already (a second click). Raises AlreadyDecided when another one is."""
    with context.crossing(item.county, reason="the row in hand, anew; the permission is asked of it next"):
        current = ReviewItem.unscoped.get(county=item.county, pk=item.pk)
    seen = token or item.token
    for field in current._meta.concrete_fields:
        setattr(item, field.attname, getattr(current, field.attname))
    if current.state == State.WAITING and current.token == seen:
        return False
    number, step = seen.partition(".")[::2]
    row = None
    if number.isdigit() and step.isdigit():
        row = ReviewStep.unscoped.filter(county=item.county, item=item, round=int(number), number=int(step)).first()
    if row is not None and row.decision == decision and row.by_id is not None and row.by_id == by.id:
        nothing_changed("the same decision again")
        return True
    if row is None or row.decided_at is None:
        raise AlreadyDecided(_("这件事的状态已经变了。请刷新页面再看。"))
    raise AlreadyDecided(
        _("%(who)s 已在 %(when)s 处理了这一步：%(what)s。您的操作没有生效。")
        % {
            "who": row.by_name,
            "when": date_format(local(row.decided_at), _("n月j日 H:i")),
            "what": row.get_decision_display(),
        }
    )


def _move(item: ReviewItem, new: dict[str, Any]) -> None:
    """The guarded update: only from the state, round and step that were seen."""
    rows = ReviewItem.unscoped.filter(
        county=item.county, pk=item.pk, state=item.state, round=item.round, step=item.step
    )
    if not rows.update(**new):
        raise AlreadyDecided(_("就在刚才，另一位同事处理了这一步。您的操作没有生效，请刷新页面查看结果。"))
    for field, value in new.items():
        setattr(item, field, value)


def _next_step(item: ReviewItem, at: dt.datetime) -> dict[str, Any]:
    moved = ReviewItem(kind=item.kind, plan=item.plan)
    _wait_at(moved, item.step + 1, at)
    fields = ("step", "permission", "at_place", "waiting_since", "due_at", "urged_at")
    return {field: getattr(moved, field) for field in fields}


def _wait_at(item: ReviewItem, number: int, at: dt.datetime) -> None:
    step = item.plan[number - 1]
    item.step = number
    item.permission = step["permission"]
    item.at_place = step["at"]
    item.waiting_since = at
    item.due_at = workdays.after(at, kinds.get(item.kind).days)
    item.urged_at = None


def _begin_step(item: ReviewItem, at: dt.datetime) -> None:
    ReviewStep.unscoped.create(
        county=item.county, item=item, round=item.round, number=item.step, label=item.step_label,
        permission=item.permission, waiting_since=at,
    )  # fmt: skip


def _end_step(item: ReviewItem, number: int, decision: Decision, by: Actor, at: dt.datetime, **told: Any) -> None:
    ReviewStep.unscoped.filter(county=item.county, item=item, round=item.round, number=number).update(
        decision=decision, by_id=by.id, by_name=by.name, decided_at=at, **told
    )


@notices.said_later
def _passed_words(item: ReviewItem) -> str:
    return _("“%(what)s”审核通过了。") % {"what": item.subject_label}


@notices.said_later
def _returned_words(item: ReviewItem, why: str) -> str:
    return _("“%(what)s”被退回修改：%(why)s") % {"what": item.subject_label, "why": why}


@notices.said_later
def _urged_words(item: ReviewItem, who: str, days: int) -> str:
    return _("%(who)s 催办：“%(what)s”正等您审核（%(step)s），已等 %(days)d 天。") % {
        "who": who,
        "what": item.subject_label,
        "step": item.step_label,
        "days": days,
    }


def _tell(item: ReviewItem, person: Staff | None, key: str, text: str | Promise, at: dt.datetime) -> None:
    if person is not None:
        url = reverse("reviews:item", args=[item.county, item.pk])
        notices.queue(
            county=item.county, kind=NoticeKind.REVIEW, key=key, at=at, staff=person, text=text, payload={"url": url}
        )


def _tell_author(item: ReviewItem, text: str | Promise, at: dt.datetime) -> None:
    author = Staff.unscoped.filter(pk=item.submitted_by_id).first() if item.submitted_by_id else None
    _tell(item, author, f"review.decided:{item.pk}:{item.token}", text, at)


def _record(code: Entry, item: ReviewItem, by: Actor, at: dt.datetime, **values: dict[str, Any]) -> None:
    """The entry's subject is the reviewed record, so that its area can react and its history tells."""
    after = {"item": item.pk, "kind": item.kind, **values.pop("after", {})}
    record(
        code=code, by=by, at=at, subject=queries.stand_in(item), place=item.place_id,
        label=item.subject_label, after=after, **values,
    )  # fmt: skip
