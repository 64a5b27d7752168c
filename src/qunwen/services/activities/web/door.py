"""The door: one field for camera, hand scanner and typed code; the list beside it; walk-ins; undo."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from qunwen.base.people.enums import AgeGroup
from qunwen.base.scope import asking, clock
from qunwen.base.scope.ids import uuid7
from qunwen.base.ui.web.desk import show
from qunwen.services.activities.models import Session
from qunwen.services.bookings import actions, queries, tickets
from qunwen.services.bookings.access import Permission
from qunwen.services.bookings.enums import CheckInVia, State
from qunwen.services.bookings.models import Booking, Bucket
from qunwen.services.bookings.party import Guest

from .loaded import session_or_404, steps

SUBJECT = "activities.session"
WAYS = {"camera": CheckInVia.CAMERA, "scanner": CheckInVia.SCANNER, "list": CheckInVia.LIST}


@dataclass(frozen=True)
class Said:
    """What the door answers, large enough to be read at arm's length."""

    tone: str
    title: str
    detail: str = ""
    booking: Booking | None = None


def _session(request: HttpRequest, county: str, pk: uuid.UUID) -> Session:
    session = session_or_404(county, pk)
    asking.require(Permission.CHECK_IN, on=session)
    return session


@require_GET
def door(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """The page at the door; with htmx only its list."""
    session = _session(request, county, pk)
    return _answer(request, session, None)


def _answer(request: HttpRequest, session: Session, said: Said | None) -> HttpResponse:
    context = {**_list(session), "session": session, "said": said, "key": uuid7(), "groups": AgeGroup.choices}
    if request.headers.get("HX-Request"):
        return render(request, "activities/desk/door_live.html", context)
    return show(
        request, "activities/desk/door.html", title=_("现场签到"), icon="check",
        steps=steps(session.activity, _("现场签到")), **context,
    )  # fmt: skip


def _list(session: Session) -> dict[str, Any]:
    rows = list(queries.for_desk(county=session.county, subject_type=SUBJECT, subject_id=session.pk))
    expected = [row for row in rows if row.state in (State.CONFIRMED, State.ATTENDED, State.ABSENT)]
    came = [row for row in expected if row.state == State.ATTENDED]
    buckets = queries.availability(
        county=session.county, subject_type=SUBJECT, subject_ids=[session.pk], at=clock.now()
    )
    return {
        "rows": sorted(expected, key=lambda row: (row.state == State.ATTENDED, row.contact)),
        "waiting": [row for row in rows if row.state in (State.WAITING, State.OFFERED)],
        "came": sum(sum(person.came for person in row.attendees.all()) for row in came),
        "expected": sum(row.party for row in expected),
        "buckets": buckets[session.pk].buckets if session.pk in buckets else [],
    }


@require_POST
def check_in(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """A ticket scanned, or a code typed."""
    session = _session(request, county, pk)
    text = request.POST.get("code", "").strip()
    if not text:
        return _done(request, session, Said("attention", _("请扫码，或输入 8 位取票码。")))
    try:
        booking = queries.find_at_door(county=county, text=text, at=clock.now(), subject_id=session.pk)
        return _done(request, session, _check_in(request, booking, _via(request, text)))
    except ValidationError as refusal:
        return _done(request, session, Said("wrong", " ".join(refusal.messages)))


def _via(request: HttpRequest, text: str) -> str:
    asked = request.POST.get("via", "")
    if asked in WAYS:
        return WAYS[asked]
    return CheckInVia.SCANNER if tickets.looks_like_ticket(text) else CheckInVia.CODE


def _check_in(request: HttpRequest, booking: Booking, via: str) -> Said:
    before = booking.state
    done = actions.check_in(booking=booking, via=via, by=request.actor, at=clock.now())  # type: ignore[attr-defined]
    names = "、".join(str(person) for person in done.attendees.all())
    people = _("%(n)d 人：%(names)s") % {"n": done.party, "names": names}
    if before == State.ATTENDED:
        when = clock.local(done.checked_in_at) if done.checked_in_at else None
        again = _("%(name)s 已经签过到了") % {"name": done.contact}
        return Said("attention", again, f"{when:%H:%M} · {people}" if when else people, done)
    return Said("good", _("%(name)s 签到成功") % {"name": done.contact}, people, done)


@require_POST
def tick(request: HttpRequest, county: str, pk: uuid.UUID, booking: uuid.UUID, verb: str) -> HttpResponse:
    """A line of the list ticked, or a check-in taken back."""
    session = _session(request, county, pk)
    rows = queries.for_desk(county=county, subject_type=SUBJECT, subject_id=session.pk)
    found = rows.filter(pk=booking).first()
    if found is None:
        raise Http404
    try:
        if verb == "undo":
            actions.undo_check_in(booking=found, by=request.actor, at=clock.now())  # type: ignore[attr-defined]
            said = Said("attention", _("已撤销 %(name)s 的签到") % {"name": found.contact})
        else:
            said = _check_in(request, found, CheckInVia.LIST)
    except ValidationError as refusal:
        said = Said("wrong", " ".join(refusal.messages))
    return _done(request, session, said)


@require_POST
def walk_in(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """People who came without booking take places of the thing."""
    session = _session(request, county, pk)
    bucket = _bucket_for_walk_ins(session, request.POST.get("bucket", ""))
    try:
        guests = _guests(request)
        done = actions.walk_in(
            bucket=bucket,
            people=guests,
            key=request.POST.get("key", "")[:80],
            by=request.actor,
            at=clock.now(),  # type: ignore[attr-defined]
        )
        said = Said("good", _("现场登记 %(n)d 人") % {"n": done.party}, done.contact, done)
    except ValidationError as refusal:
        said = Said("wrong", " ".join(refusal.messages))
    return _done(request, session, said)


def _bucket_for_walk_ins(session: Session, asked: str) -> Bucket:
    buckets = _list(session)["buckets"]
    picked = next((row for row in buckets if str(row.pk) == asked), None)
    if picked is None:
        raise Http404
    return picked


def _guests(request: HttpRequest) -> list[Guest]:
    group = request.POST.get("group", AgeGroup.UNKNOWN)
    group = group if group in AgeGroup.values else AgeGroup.UNKNOWN
    number = request.POST.get("number", "1").strip()
    if not (number.isascii() and number.isdigit()) or len(number) > 3:
        raise ValidationError(_("人数请填数字。"))
    name = request.POST.get("name", "").strip()[:40]
    return [Guest(name=name if n == 0 else "", group=group) for n in range(int(number))]


def _done(request: HttpRequest, session: Session, said: Said) -> HttpResponse:
    """With htmx the live part; without JavaScript the whole page again, with the answer on top."""
    if request.headers.get("HX-Request"):
        return _answer(request, session, said)
    level = messages.success if said.tone == "good" else messages.error if said.tone == "wrong" else messages.warning
    level(request, f"{said.title} {said.detail}".strip())
    return redirect(reverse("activities:door", args=[session.county, session.pk]))
