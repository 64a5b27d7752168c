"""The dates of an activity on the desk: one, many by a rule, moved, put off, called off, opened for sign-up, held."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from qunwen.base.scope import asking, clock
from qunwen.base.ui.web.desk import attempt, put_errors, show, status_of
from qunwen.services.activities import actions, recurrence
from qunwen.services.activities.access import Permission
from qunwen.services.activities.actions.scheduling import MAX_SESSIONS, clash_at
from qunwen.services.activities.enums import SessionState
from qunwen.services.activities.models import Activity, Headcount, Session
from qunwen.services.bookings import queries as bookings

from . import photos
from .desk import own_place
from .forms import HeldForm, MoveForm, NoteForm, ReasonForm, SessionForm
from .loaded import activity_or_404, page_of, session_or_404, steps
from .session_forms import PatternForm, SignUpForm

ICON = "calendar-alt"
BOTH = ["GET", "HEAD", "POST"]


def _page(
    request: HttpRequest, form: forms.Form, row: Activity, *, label: str, word: str, template: str = "", **more: Any
) -> HttpResponse:
    return show(
        request, template or "ui/desk_form.html", title=row.title, icon=ICON, steps=steps(row, word), form=form,
        action_label=label, back=page_of(row), status=status_of(form), **more,
    )  # fmt: skip


def _named(session: Session) -> str:
    return f"{clock.local(session.starts_at):%Y-%m-%d %H:%M}"


@require_safe
def date(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """One date: its card on the activity's page."""
    session = session_or_404(county, pk)
    return redirect(f"{page_of(session.activity)}#date-{session.pk}")


@require_http_methods(BOTH)
def schedule(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Give the activity one more date."""
    row = activity_or_404(county, pk)
    asking.require(Permission.PLAN, on=row)
    form = SessionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        call = lambda: actions.schedule_session(activity=row, by=_actor(request), at=clock.now(), **data)  # noqa: E731
        if attempt(form, call):
            messages.success(request, _("已安排场次。"))
            return redirect(page_of(row))
    return _page(request, form, row, label=_("安排这一场"), word=_("安排场次"))


def _actor(request: HttpRequest) -> Any:
    return request.actor  # type: ignore[attr-defined]


@require_http_methods(BOTH)
def recurring(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Many dates by a rule: first seen with what clashes, then saved."""
    row = activity_or_404(county, pk)
    asking.require(Permission.PLAN, on=row)
    form, shown = PatternForm(request.POST if request.method == "POST" else None), []
    if request.method == "POST" and form.is_valid():
        try:
            pattern = form.pattern()
            if "save" in request.POST:
                made, skipped = actions.schedule_recurring(
                    activity=row, pattern=pattern, skip_clashes=True, by=_actor(request), at=clock.now()
                )
                messages.success(request, _("已安排 %(n)d 场，跳过 %(m)d 场。") % {"n": len(made), "m": len(skipped)})
                return redirect(page_of(row))
            shown = [
                (start, end, clash_at(row, start, end)) for start, end in recurrence.dates(pattern, limit=MAX_SESSIONS)
            ]
            if not shown:
                form.add_error(None, _("按这个规则没有日期，请看看起止日期和星期。"))
        except ValidationError as refusal:
            put_errors(form, refusal)
    free = sum(1 for _start, _end, clash in shown if not clash)
    return _page(
        request, form, row, label=_("先看看有哪些日期"), word=_("按规律安排多场"),
        template="activities/desk/recurring.html", shown=shown, free=free, clashes=len(shown) - free,
    )  # fmt: skip


@require_http_methods(BOTH)
def move(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Another time for a date."""
    session = session_or_404(county, pk)
    row = session.activity
    asking.require(Permission.PLAN, on=row)
    start = {"starts_at": clock.local(session.starts_at), "ends_at": clock.local(session.ends_at)}
    form = MoveForm(request.POST if request.method == "POST" else None, initial=start)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        call = lambda: actions.move_session(session=session, by=_actor(request), at=clock.now(), **data)  # noqa: E731
        if attempt(form, call):
            messages.success(request, _("已改期，已报名的人会收到通知。"))
            return redirect(page_of(row))
    return _page(request, form, row, label=_("改到这个时间"), word=_("改期"), lead=_named(session))


@require_http_methods(BOTH)
def postpone(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """A date put off without a new time."""
    lead = _("%(when)s 这一场延期，新时间另定，名额保留。")
    return _stop(request, county, pk, action=actions.postpone_session, label=_("延期"), lead=lead)


@require_http_methods(BOTH)
def cancel(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """A date called off."""
    lead = _("%(when)s 这一场取消，报名全部取消。")
    return _stop(request, county, pk, action=actions.cancel_session, label=_("取消这一场"), lead=lead)


def _stop(
    request: HttpRequest, county: str, pk: uuid.UUID, *, action: Callable[..., Any], label: str, lead: str
) -> HttpResponse:
    session = session_or_404(county, pk)
    row = session.activity
    asking.require(Permission.PUBLISH, on=row)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if attempt(form, lambda: action(session=session, reason=reason, by=_actor(request), at=clock.now())):
            messages.success(request, _("已办理，已报名的人会收到通知。"))
            return redirect(page_of(row))
    return _page(request, form, row, label=label, word=label, danger=True, lead=lead % {"when": _named(session)})


@require_http_methods(BOTH)
def sign_up(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Open places for a date."""
    session = session_or_404(county, pk)
    row = session.activity
    asking.require(Permission.PLAN, on=row)
    others = _not_open_after(session)
    form = SignUpForm(request.POST if request.method == "POST" else None, others=len(others))
    if request.method == "POST" and form.is_valid():
        wanted = [session, *others] if form.cleaned_data.get("all_dates") else [session]
        call = lambda: actions.open_sign_up_all(  # noqa: E731
            sessions=wanted, sizes=form.sizes(), by=_actor(request), at=clock.now(), **form.settings()
        )
        if attempt(form, call):
            messages.success(request, _("已开放 %(n)d 场的报名。") % {"n": len(wanted)})
            return redirect(page_of(row))
    return _page(request, form, row, label=_("开放报名"), word=_("开放报名"), lead=_named(session))


def _not_open_after(session: Session) -> list[Session]:
    """Later dates of the same activity for which no places were opened."""
    rows = Session.objects.select_related("activity", "place", "activity__unit", "activity__owner").filter(
        county=session.county, activity=session.activity, state=SessionState.SCHEDULED, starts_at__gt=session.starts_at
    )
    found = list(rows.order_by("starts_at", "pk"))
    opened = bookings.availability(
        county=session.county, subject_type="activities.session", subject_ids=[one.pk for one in found], at=clock.now()
    )
    return [one for one in found if one.pk not in opened]


@require_http_methods(BOTH)
def held(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """That a date took place, how many came besides those who checked in, photographs."""
    session = session_or_404(county, pk)
    row, at = session.activity, clock.now()
    asking.require(Permission.HOLD, on=row)
    there = Headcount.objects.filter(county=county, session=session)
    start = {"note": session.held_note, **{f"n_{one.group}": one.number for one in there}}
    form = HeldForm(request.POST if request.method == "POST" else None, request.FILES or None, initial=start)
    if request.method == "POST" and form.is_valid() and _save_held(form, session, _actor(request), at):
        kept = photos.keep(request, files=form.cleaned_data["photos"], subject=row, at=at)
        messages.success(
            request, _("已登记举办情况，保存了 %(n)d 张照片。") % {"n": kept} if kept else _("已登记举办情况。")
        )
        return redirect(page_of(row))
    checked = bookings.check_ins(county=county, subject_type="activities.session", ids=[session.pk])
    return _page(
        request, form, row, label=_("登记举办情况"), word=_("登记举办情况"), template="activities/desk/counted.html",
        lead=_named(session), arrived=sum(checked.values()),
    )  # fmt: skip


def _save_held(form: HeldForm, session: Session, by: Any, at: dt.datetime) -> Session | None:
    numbers, note = form.headcounts(), form.cleaned_data["note"]
    if session.state == SessionState.HELD and note.strip() == session.held_note:
        return attempt(form, lambda: actions.set_headcounts(session=session, headcounts=numbers, by=by, at=at))
    return attempt(form, lambda: actions.record_held(session=session, headcounts=numbers, note=note, by=by, at=at))


@require_http_methods(BOTH)
def note(request: HttpRequest) -> HttpResponse:
    """补记: an activity that has been held, in half a minute on a telephone."""
    asking.require(Permission.HOLD)
    at = clock.now()
    unit = _actor(request).unit if _actor(request) else ""
    begun = clock.local(at).replace(minute=0, second=0, microsecond=0) - dt.timedelta(hours=2)
    form = NoteForm(
        request.POST if request.method == "POST" else None,
        request.FILES or None,
        initial={"place": own_place(request), "unit": str(unit), "starts_at": begun},
    )
    if request.method == "POST" and form.is_valid():
        values = form.values()
        made = attempt(form, lambda: actions.note_activity(by=_actor(request), at=at, **values))
        if made is not None:
            kept = photos.keep(request, files=form.cleaned_data["photos"], subject=made, at=at)
            messages.success(request, _("已补记“%(title)s”，%(n)d 张照片。") % {"title": made.title, "n": kept})
            return redirect(page_of(made))
    return show(
        request, "activities/desk/counted.html", title=_("补记活动"), icon="edit", steps=steps(None, _("补记活动")),
        form=form, action_label=_("记下来"), back="", status=status_of(form), quick=True,
        lead=_("办过的活动，记下名称、时间、人数，再传几张照片就行。"),
    )  # fmt: skip


@require_safe
def sign_in_sheet(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """The list on paper: who is expected, and empty lines for those who just come."""
    session = session_or_404(county, pk)
    asking.require(Permission.HOLD, on=session.activity)
    rows = bookings.for_desk(county=county, subject_type="activities.session", subject_id=session.pk)
    expected = [b for b in rows if b.state in ("confirmed", "attended", "absent")]
    people = [(booking, person) for booking in expected for person in booking.attendees.all()]
    return show(
        request, "activities/desk/sheet.html", title=_("签到表"), icon=ICON,
        steps=steps(session.activity, _("签到表")), session=session, row=session.activity, people=people,
        blank=range(max(5, 20 - len(people))), printed_at=clock.now(),
    )  # fmt: skip
