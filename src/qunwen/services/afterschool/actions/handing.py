"""Handing children over: one-time codes by phone or on paper, and to whom each child went."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, nothing_changed, record
from qunwen.base.measures.touching import touch
from qunwen.base.notices.actions import queue, said_later
from qunwen.base.notices.enums import Kind
from qunwen.base.scope import asking
from qunwen.base.scope.clock import day_of, local
from qunwen.services.afterschool import pickup, queries
from qunwen.services.afterschool.access import Permission
from qunwen.services.afterschool.enums import Entry, How, Mark, Proof, SessionState
from qunwen.services.afterschool.errors import CareRefused
from qunwen.services.afterschool.models import Child, HandOver, PickupCode, PickupPerson, Roll, Session
from qunwen.services.afterschool.standing import require_voice

from .sessions import FEED, locked


@action
def issue_code(
    *, child: Child, person: PickupPerson, day: dt.date, by: Actor, at: dt.datetime, on_paper: bool = False
) -> PickupCode:
    """Give the person the code of the child and the day: a text message, or a slip to print (`on_paper`).

    Another person, or asking again, makes new digits and ends the old ones. Raises CareRefused once it was used, Forbidden.
    """
    require_voice(Permission.ROLL, child, by=by, at=at)
    if person.child_id != child.pk or person.ended_at is not None:
        raise CareRefused(_("这位接送人不在孩子的名单上，请先登记。"))
    row = PickupCode.unscoped.select_for_update(of=("self",)).filter(county=child.county, child=child, day=day).first()
    if row is not None and row.used_at is not None:
        raise CareRefused(_("孩子这天已经被接走，不再发接送码。"))
    if row is None:
        row = PickupCode(county=child.county, child=child, place_id=child.place_id, day=day)
    else:
        row.serial, row.tries = row.serial + 1, 0
    row.person, row.on_paper, row.issued_at = person, on_paper or not person.phone, at
    row.save()
    record(
        code=Entry.CODE_ISSUED, by=by, at=at, subject=row, place=row.place_id, label=_("接送码"),
        after={"day": day, "on_paper": row.on_paper, "serial": row.serial},
    )  # fmt: skip
    if not row.on_paper:
        queue(
            county=row.county, kind=Kind.CHANGE, key=f"afterschool.code:{row.pk}:{row.serial}", at=at,
            phone=person.phone, text=_code_words(child.resident.name, pickup.digits_of(row), day),
        )  # fmt: skip
    return row


@said_later
def _code_words(name: str, digits: str, day: dt.date) -> str:
    return _("%(day)s接%(name)s的接送码是 %(code)s，只能用一次，请当面报给老师，不要转发。") % {
        "day": f"{day:%m-%d}", "name": name, "code": digits,
    }  # fmt: skip


@action
def issue_codes(*, session: Session, by: Actor, at: dt.datetime) -> int:
    """Codes of the day for all children of an open afternoon who have none and somebody to fetch them; how many."""
    asking.require(Permission.ROLL, on=session)
    rolls = Roll.unscoped.filter(county=session.county, session=session).select_related(
        "child__resident", "child__school"
    )
    have = PickupCode.unscoped.filter(county=session.county, day=session.day).values_list("child_id", flat=True)
    made, known = 0, set(have)
    persons: dict[Any, PickupPerson] = {}
    for person in PickupPerson.unscoped.filter(county=session.county, child__rolls__session=session, ended_at=None):
        persons.setdefault(person.child_id, person)
    for roll in rolls.order_by("pk"):
        person_of = persons.get(roll.child_id)
        if roll.child_id not in known and person_of is not None:
            issue_code(child=roll.child, person=person_of, day=session.day, by=by, at=at)
            made += 1
    nothing_changed("everybody has one")
    return made


@dataclass(frozen=True)
class Given:
    """The hand-over; or, when the code was wrong, why not. A wrong try is kept, so it is no exception."""

    handover: HandOver | None = None
    refusal: str = ""


@action
def hand_over(
    *, roll: Roll, how: str, by: Actor, at: dt.datetime, code: str = "", person: PickupPerson | None = None,
    note: str = "", gone_at: dt.datetime | None = None,
) -> Given:  # fmt: skip
    """Note where a child went.

    FETCHED with `code`: to the person the code was given to. FETCHED with `person` and `note`: somebody of the list whose
    identity was looked at (how, in the note). ALONE: only as the guardian allowed. MOVED: into a later session of the
    day. FOUND: an absent child of whom a guardian was asked; the note says who and what.
    Raises CareRefused, ValidationError at the field, Forbidden.
    """
    asking.require(Permission.ROLL, on=roll.session)
    session = locked(roll.session)
    roll = Roll.unscoped.select_related("child__resident").get(county=session.county, pk=roll.pk)
    when = gone_at or at
    _demand_open(session, roll, how, when, at)
    if how == How.FETCHED and code.strip():
        row = (
            PickupCode.unscoped.select_for_update(of=("self",))
            .select_related("person")
            .filter(county=roll.county, child=roll.child, day=session.day)
            .first()
        )
        if not pickup.is_right(row, code):
            return Given(refusal=_refuse_code(row, session, by, at))
        row.used_at = at
        row.save(update_fields=["used_at"])
        proof = Proof.SLIP if row.on_paper else Proof.CODE
        return Given(_write(roll, session, how, by, at=at, when=when, proof=proof, person=row.person, note=note))
    proof = Proof.NONE
    if how == How.FETCHED:
        proof = Proof.SEEN
        if person is None or person.child_id != roll.child_id or person.ended_at is not None:
            raise ValidationError({"code": _("请输入接送码；没有接送码的，从名单里选接送人并写明怎样核对身份。")})
        if len(note.strip()) < 4:
            raise ValidationError({"note": _("没有接送码时，请写明怎样核对了身份，例如“看身份证，与家长电话确认”。")})
    elif how == How.ALONE and not roll.may_go_alone:
        raise CareRefused(_("家长没有同意%(name)s自行回家，要交给接送人。") % {"name": roll.child.resident.name})
    elif how == How.MOVED:
        note = _demand_next(roll, session)
    elif how == How.FOUND and len(note.strip()) < 4:
        raise ValidationError({"note": _("请写明问了哪位家长、孩子在哪里。")})
    return Given(_write(roll, session, how, by, at=at, when=when, proof=proof, person=person, note=note))


def _demand_open(session: Session, roll: Roll, how: str, when: dt.datetime, at: dt.datetime) -> None:
    name = roll.child.resident.name
    if session.state != SessionState.OPEN:
        raise CareRefused(_("这一场是“%(state)s”，不能交接。") % {"state": session.get_state_display()})
    if how not in How.values:
        raise ValidationError({"how": _("没有这种去向。")})
    wanted = Mark.ABSENT if how == How.FOUND else Mark.PRESENT
    if roll.status != wanted:
        raise CareRefused(
            _("%(name)s的到课情况是“%(mark)s”，请先点名。") % {"name": name, "mark": roll.get_status_display()}
        )
    if HandOver.unscoped.filter(county=roll.county, roll=roll).exists():
        raise CareRefused(_("%(name)s已经交接过了。") % {"name": name})
    if when > at or day_of(when) != session.day:
        raise ValidationError({"gone_at": _("离开时间要在当天，不能晚于现在。")})


def _refuse_code(row: PickupCode | None, session: Session, by: Actor, at: dt.datetime) -> str:
    """Count the try and say what to do; the same words for a wrong and a missing code."""
    record(
        code=Entry.CODE_REFUSED, by=by, at=at, subject=session, place=session.place_id,
        after={"tries": row.tries + 1 if row else 0},
    )  # fmt: skip
    if row is not None:
        if row.used_at is not None:
            return _("这个接送码已经用过，请核对身份。")
        row.tries = min(row.tries + 1, pickup.TRIES)
        row.save(update_fields=["tries"])
        if row.tries >= pickup.TRIES:
            return _("接送码输错次数太多，已经停用。请家长重新领取，或核对身份后交接。")
    return _("接送码不对，孩子没有交接。请再核对一次。")


def _demand_next(roll: Roll, session: Session) -> str:
    """The name of the later session that has the child on its roll, or will have."""
    for later in queries.next_sessions(session).select_related("activity").order_by("starts_at", "pk"):
        if later.state == SessionState.OPEN:
            there = Roll.unscoped.filter(county=roll.county, session=later, child_id=roll.child_id).exists()
        else:
            there = any(child.pk == roll.child_id for child, _agreement in queries.expected(later))
        if there:
            return str(later.activity.title)
    raise CareRefused(_("今天后面没有%(name)s的场次，不能转入下一节。") % {"name": roll.child.resident.name})


def _write(
    roll: Roll, session: Session, how: str, by: Actor, *, at: dt.datetime, when: dt.datetime, proof: str,
    person: PickupPerson | None, note: str,
) -> HandOver:  # fmt: skip
    late = when - session.ends_at
    row = HandOver(
        county=roll.county, roll=roll, place_id=roll.place_id, how=how, proof=proof, person=person,
        to_name=str(person) if person else "", note=note.strip()[:200], gone_at=when, noted_by=by.name,
        minutes_late=int(late.total_seconds()) // 60 if how == How.FETCHED and late > queries.GRACE else 0,
    )  # fmt: skip
    row.save(force_insert=True)
    # Names stay in the row, which ends when the child's records do; the journal says only what happened.
    record(
        code=Entry.HANDED_OVER, by=by, at=at, subject=session, place=roll.place_id,
        after={"roll": roll, "how": how, "proof": proof, "gone_at": when, "minutes_late": row.minutes_late},
    )  # fmt: skip
    touch(county=roll.county, day=session.day, feed=FEED)
    if how == How.FETCHED and person is not None:
        _tell_guardian(roll, row, at)
    return row


def _tell_guardian(roll: Roll, row: HandOver, at: dt.datetime) -> None:
    """Who applied for the child reads at once who took it."""
    applied = roll.child.applications.model.unscoped.filter(county=roll.county, child=roll.child).exclude(guardian=None)
    last = applied.select_related("guardian").order_by("-applied_at", "-pk").first()
    if last is not None:
        queue(
            county=roll.county, kind=Kind.CHANGE, key=f"afterschool.gone:{row.pk}", at=at, resident=last.guardian,
            text=_gone_words(roll.child.resident.name, row.to_name, row.gone_at), payload={"url": "/me/after-school/"},
        )  # fmt: skip


@said_later
def _gone_words(name: str, to: str, when: dt.datetime) -> str:
    return _("%(name)s %(time)s 由%(to)s接走。") % {"name": name, "time": f"{local(when):%H:%M}", "to": to}
