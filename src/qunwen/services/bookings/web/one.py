"""One booking on the desk: who, how, what became of it, and what a worker may do for them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qunwen.base.journal import queries as journal
from qunwen.base.journal.access import Permission as Journal
from qunwen.base.journal.actors import Actor
from qunwen.base.journal.differences import tell_all
from qunwen.base.people.access import Permission as People
from qunwen.base.scope import asking, clock
from qunwen.base.ui.web.desk import attempt, show
from qunwen.services.bookings import actions, queries, tickets
from qunwen.services.bookings.access import Permission
from qunwen.services.bookings.actions.door import EARLIEST
from qunwen.services.bookings.enums import CANCELLABLE, CHECKABLE, TAKES_PLACES, CheckInVia, State
from qunwen.services.bookings.models import Booking

from .forms import CancelForm, GiveForm
from .lists import TONES
from .loaded import actor, booking_or_404, page_of, phone_of, steps
from .places import BOTH, form_page

HISTORY = 20


@never_cache
@require_safe
def booking(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Everything about one booking."""
    row, at = booking_or_404(county, pk), clock.now()
    bucket = row.bucket
    may_serve = asking.may(Permission.BOOK_FOR, on=bucket)
    entries = tell_all(journal.history_of(row)[:HISTORY]) if asking.may(Journal.VIEW) else []
    valid, people = row.state == State.CONFIRMED, list(row.attendees.all())
    return show(
        request, "bookings/desk/booking.html", title=row.contact or _("未留姓名"), icon="user",
        steps=steps(bucket, row.contact or row.typed_code), row=row, bucket=bucket, tone=TONES[State(row.state)],
        people=people, absent=any(not one.came for one in people), phone=phone_of(row.resident), position=queries.waiting_position(row), at=at,
        entries=entries, qr=tickets.qr_svg(tickets.text_of(row)) if valid and may_serve else "",
        resident_page=row.resident_id and asking.may(People.RESIDENT_VIEW, on=row.resident),
        may_cancel=may_serve and row.state in CANCELLABLE, may_answer=may_serve and row.state == State.OFFERED,
        may_give=row.state == State.WAITING and not bucket.has_begun(at) and asking.may(Permission.OVERRIDE, on=bucket),
        seats=queries.seats_by_booking(county, [pk]).get(pk, []) if bucket.is_numbered else [],
        may_reseat=may_serve and row.state in TAKES_PLACES, may_reissue=may_serve and valid, may_tick=_may_tick(row, at),
    )  # fmt: skip


def _may_tick(row: Booking, at: dt.datetime) -> bool:
    """Whether the reader stands at the door of it, on the day."""
    begins = row.bucket.starts_at
    soon = begins is None or at >= begins - EARLIEST
    return soon and row.state in CHECKABLE | {State.ATTENDED} and asking.may(Permission.CHECK_IN, on=row.bucket)


@require_POST
def came(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Who of a party is there, person by person."""
    row = booking_or_404(county, pk)
    asking.require(Permission.CHECK_IN, on=row.bucket)
    ticked = set(request.POST.getlist("came"))
    there = [person.pk for person in row.attendees.all() if str(person.pk) in ticked]
    try:
        if not there:
            raise ValidationError(_("请至少勾选一位到场的人。"))
        actions.check_in(booking=row, via=CheckInVia.LIST, by=actor(request), at=clock.now(), came=there)
        messages.success(request, _("已登记 %(n)d 人到场。") % {"n": len(there)})
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect(page_of(row))


def _for(request: HttpRequest, row: Booking) -> Actor:
    """The worker acting for the resident, where there is one for whom they may."""
    by: Actor = actor(request)
    if row.resident is None or not asking.may(People.ACT_FOR, on=row.resident):
        return by
    return by.on_behalf_of(row.resident.pk, row.resident.name)


@never_cache
@require_http_methods(BOTH)
def cancel(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Cancel for somebody, with the reason."""
    row = booking_or_404(county, pk)
    asking.require(Permission.BOOK_FOR, on=row.bucket)
    form = CancelForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        by = _for(request, row) if data["who"] == "resident" else actor(request)
        reason = data["reason"].strip()
        if attempt(form, lambda: actions.cancel(booking=row, by=by, at=clock.now(), reason=reason)):
            messages.success(request, _("已取消，名额让给候补的人。"))
            return redirect(page_of(row))
    return _form(request, row, form, word=_("取消报名"), danger=True)


@never_cache
@require_http_methods(BOTH)
def give(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """A party in line gets a place beyond the size."""
    row = booking_or_404(county, pk)
    asking.require(Permission.OVERRIDE, on=row.bucket)
    form = GiveForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if attempt(form, lambda: actions.give_place(booking=row, reason=reason, by=actor(request), at=clock.now())):
            messages.success(request, _("已加座，名额已确认，并通知本人。"))
            return redirect(page_of(row))
    lead = _("%(name)s一行 %(n)s 人正在候补。加座会越过排在前面的人，名额不够时总数随之增加。")
    return _form(
        request, row, form, word=pgettext("button", "特批加座"), lead=lead % {"name": row.contact, "n": row.party}
    )


def _form(request: HttpRequest, row: Booking, form: Any, *, word: str, **more: Any) -> HttpResponse:
    trail = steps(row.bucket, (row.contact or row.typed_code, page_of(row)), word)
    more.setdefault("lead", _("%(name)s，%(n)s 人，%(state)s。") % {
        "name": row.contact or row.typed_code, "n": row.party, "state": row.get_state_display(),
    })  # fmt: skip
    return form_page(request, form, row.bucket, word=word, label=word, back=page_of(row), trail=trail, **more)


@require_POST
def answer(request: HttpRequest, county: str, pk: uuid.UUID, verb: str) -> HttpResponse:
    """Take or leave the offered place for somebody, or make the ticket anew."""
    row = booking_or_404(county, pk)
    asking.require(Permission.BOOK_FOR, on=row.bucket)
    calls: dict[str, tuple[Callable[..., Booking], str]] = {
        "accept": (actions.accept_offer, _("已代为确认名额。")),
        "decline": (actions.decline_offer, _("已代为放弃，名额让给下一位。")),
        "reissue": (actions.reissue_ticket, _("已换发新票，旧票作废。")),
    }
    call, said = calls[verb]
    try:
        call(booking=row, by=_for(request, row), at=clock.now())
        messages.success(request, said)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect(page_of(row))
