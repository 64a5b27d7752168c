"""The teacher's page on a phone: roll, codes, hand-over, and the end of the afternoon."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from qunwen.base.scope import asking, clock
from qunwen.base.ui.web.desk import show
from qunwen.services.afterschool import actions, pickup, queries, small
from qunwen.services.afterschool.access import Permission
from qunwen.services.afterschool.enums import EXCUSED, How, Mark, SessionState
from qunwen.services.afterschool.models import PickupCode, PickupPerson, Roll, Session

from .loaded import ICON, actor, first_or_404, roll_or_404, session_or_404, steps

TONES = {
    Mark.PRESENT: "good",
    Mark.LEAVE: "plain",
    Mark.SICK: "plain",
    Mark.ABSENT: "wrong",
    Mark.UNMARKED: "attention",
}


@never_cache
@require_safe
def page(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """The afternoon: who is here, who still has to be handed over, big buttons first."""
    return _answer(request, session_or_404(county, pk))


def _answer(request: HttpRequest, session: Session, *, typed: dict[str, Any] | None = None) -> HttpResponse:
    asking.require(Permission.VIEW, on=session)
    rows = _with_persons(session) if asking.may(Permission.CHILD_VIEW, on=session) else []
    left = [row for row in rows if row.open]
    return show(
        request, "afterschool/desk/session.html", title=session.activity.title, icon=ICON, session=session, left=left,
        steps=steps((session.school.name, f"{reverse('afterschool:day')}?day={session.day}"), session.activity.title),
        done=[row for row in rows if not row.open], numbers=_numbers(rows), at=clock.now(), typed=typed or {},
        marks=[(mark.value, mark.label) for mark in (Mark.PRESENT, Mark.LEAVE, Mark.SICK, Mark.ABSENT)],
        may_roll=asking.may(Permission.ROLL, on=session) and session.state == SessionState.OPEN,
        may_open=asking.may(Permission.ROLL, on=session) and session.state == SessionState.PLANNED,
        may_cancel=asking.may(Permission.MANAGE, on=session) and session.state == SessionState.PLANNED,
        cells=small.cells(session, full=asking.may(Permission.CHILD_VIEW, on=session)),
        status=422 if typed else 200,
    )  # fmt: skip


def _with_persons(session: Session) -> list[Roll]:
    """Rows of the roll with who may fetch each child, whether something is still to do, and in which tone."""
    rows = queries.rolls_of(session)
    persons: dict[Any, list[PickupPerson]] = {}
    found = PickupPerson.objects.filter(county=session.county, child__in=[row.child_id for row in rows], ended_at=None)
    for person in found.order_by("named_at", "pk"):
        persons.setdefault(person.child_id, []).append(person)
    for row in rows:
        row.persons = persons.get(row.child_id, [])
        row.open = row.handover is None and row.status not in EXCUSED
        row.tone = TONES[Mark(row.status)]
    return rows


def _numbers(rows: list[Roll]) -> dict[str, int]:
    marks = [row.status for row in rows]
    return {
        "expected": len(rows), "present": marks.count(Mark.PRESENT), "gone": sum(1 for row in rows if row.handover),
        "left": sum(1 for row in rows if row.open),
    }  # fmt: skip


def _here(session: Session, row: Roll | None = None) -> str:
    address = reverse("afterschool:session", args=[session.county, session.pk])
    return f"{address}#c{row.pk}" if row else address


def _do(request: HttpRequest, session: Session, call: Callable[[], Any], words: str = "") -> Any:
    """What the action gives; its refusal as a message."""
    try:
        found = call()
    except ValidationError as refused:
        for line in refused.messages:
            messages.error(request, line)
        return None
    if words:
        messages.success(request, words)
    return found


@require_POST
def open_roll(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Begin, and give everybody the codes of the day."""
    session = session_or_404(county, pk)
    by, at = actor(request), clock.now()
    if _do(request, session, lambda: actions.open_session(session=session, by=by, at=at)) is not None:
        _do(request, session, lambda: actions.issue_codes(session=session, by=by, at=at))
    return redirect(_here(session))


@require_POST
def all_here(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """All who are not marked are here."""
    session = session_or_404(county, pk)
    _do(request, session, lambda: actions.mark_all(session=session, by=actor(request), at=clock.now()))
    return redirect(_here(session))


@require_POST
def codes(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Codes for children who have none yet."""
    session = session_or_404(county, pk)
    made = _do(request, session, lambda: actions.issue_codes(session=session, by=actor(request), at=clock.now()))
    if made is not None:
        messages.success(request, _("已发放 %(n)d 个接送码。") % {"n": made})
    return redirect(_here(session))


@never_cache
@require_safe
def slips(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Slips to cut out for families without a phone."""
    session = session_or_404(county, pk)
    asking.require(Permission.ROLL, on=session)
    rows = PickupCode.objects.filter(
        county=county, day=session.day, on_paper=True, used_at=None, child__rolls__session=session
    ).select_related("person", "child__resident", "child__school_class")
    found = [(row, pickup.digits_of(row)) for row in rows.order_by("child__school_class__name", "pk")]
    return show(
        request, "afterschool/desk/slips.html", title=_("纸质接送单"), icon=ICON, session=session, rows=found,
        steps=steps((session.activity.title, _here(session)), _("纸质接送单")),
    )  # fmt: skip


@require_POST
def mark(request: HttpRequest, county: str, pk: uuid.UUID, child: uuid.UUID) -> HttpResponse:
    """One child came, is on leave, ill or missing."""
    session = session_or_404(county, pk)
    row = roll_or_404(session, child)
    status = request.POST.get("status", "")
    _do(request, session, lambda: actions.mark(rolls=[row], status=status, by=actor(request), at=clock.now()))
    return redirect(_here(session, row))


@require_POST
def hand(request: HttpRequest, county: str, pk: uuid.UUID, child: uuid.UUID) -> HttpResponse:
    """Where one child went. What was typed stays when it is refused."""
    session = session_or_404(county, pk)
    row = roll_or_404(session, child)
    how, code, note = (request.POST.get(name, "")[:200] for name in ("how", "code", "note"))
    person = None
    if (chosen := request.POST.get("person", "")) and not code.strip():
        persons = PickupPerson.objects.filter(county=county, child_id=row.child_id)
        person = next((one for one in persons if str(one.pk) == chosen), None) or first_or_404(persons.none())
    try:
        given = actions.hand_over(
            roll=row, how=how, code=code, person=person, note=note, by=actor(request), at=clock.now()
        )
        refusals = [given.refusal] if given.refusal else []
    except ValidationError as refused:
        given, refusals = None, refused.messages
    if refusals:
        return _answer(
            request, session, typed={"roll": row.pk, "how": how, "code": code, "note": note, "refusals": refusals}
        )
    if given is not None and given.handover is not None:
        words = {"name": row.child.resident.name, "how": How(how).label, "to": given.handover.to_name}
        messages.success(request, (_("%(name)s：%(how)s %(to)s") % words).strip())
    return redirect(_here(session))


@require_POST
def close(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """End the afternoon; refused with names while one child is unaccounted for."""
    session = session_or_404(county, pk)
    _do(
        request, session, lambda: actions.close_session(session=session, by=actor(request), at=clock.now()),
        _("全部学生已交接，本场结束。"),
    )  # fmt: skip
    return redirect(_here(session))
