"""One activity on the desk: make it, change it, see everything about it, take it to its next state."""

from __future__ import annotations

import uuid
from collections import defaultdict
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qunwen.base.evidence import actions as evidence_actions
from qunwen.base.evidence import queries as evidence
from qunwen.base.evidence.access import Permission as Evidence
from qunwen.base.journal import queries as journal
from qunwen.base.journal.access import Permission as Journal
from qunwen.base.journal.differences import tell_all
from qunwen.base.people.enums import AgeGroup
from qunwen.base.reviews import queries as reviews
from qunwen.base.reviews.enums import State as ReviewState
from qunwen.base.reviews.models import ReviewItem
from qunwen.base.scope import asking, clock
from qunwen.base.ui.web.desk import attempt, show, status_of
from qunwen.services.activities import actions
from qunwen.services.activities.access import Permission
from qunwen.services.activities.enums import State
from qunwen.services.activities.models import Activity, Headcount, MediaReport, Session
from qunwen.services.bookings import queries as bookings
from qunwen.services.bookings.access import Permission as Door

from . import next_step, photos
from .columns import TONES
from .forms import ActivityForm, PhotosForm, ReasonForm, initial_of
from .loaded import activity_or_404, page_of, steps

ICON = "calendar-alt"
HISTORY = 12


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """A new activity in the plan."""
    asking.require(Permission.PLAN)
    at = clock.now()
    form = ActivityForm(
        request.POST if request.method == "POST" else None, today=clock.day_of(at), initial=_start(request, at)
    )
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lambda: actions.plan_activity(by=request.actor, at=at, **form.values()))  # type: ignore[attr-defined]
        if made is not None:
            messages.success(request, _("“%(title)s”已列入计划。") % {"title": made.title})
            return redirect(page_of(made))
    return form_page(request, form, title=_("新建活动"), label=_("保存为计划"), trail=steps(None, _("新建活动")))


def _start(request: HttpRequest, at: Any) -> dict[str, Any]:
    """First values: own unit and its place, this month; the plan's grid may ask for others."""
    day = clock.day_of(at)
    unit = request.actor.unit if getattr(request, "actor", None) else None  # type: ignore[attr-defined]
    asked = {name: request.GET[name] for name in ("title", "kind", "plan_year", "plan_month", "festival", "unit", "series") if request.GET.get(name)}  # fmt: skip
    return {
        "plan_year": day.year,
        "plan_month": day.month,
        "unit": str(unit or ""),
        "place": own_place(request),
        **asked,
    }


def own_place(request: HttpRequest) -> str:
    """The place of the staff member's unit."""
    staff = getattr(request.user, "staff", None)
    return str(staff.unit.place_id) if staff else ""


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Change what is written of an activity."""
    row = activity_or_404(county, pk)
    asking.require(Permission.PLAN, on=row)
    at = clock.now()
    form = ActivityForm(
        request.POST if request.method == "POST" else None,
        today=clock.day_of(at),
        activity=row,
        initial=initial_of(row),
    )
    if request.method == "POST" and form.is_valid():
        new = form.values()
        if attempt(form, lambda: actions.change_activity(activity=row, new=new, by=request.actor, at=at)):  # type: ignore[attr-defined]
            messages.success(request, _("已保存。"))
            return redirect(page_of(row))
    return form_page(
        request, form, title=row.title, label=_("保存修改"), trail=steps(row, _("修改资料")), back=page_of(row)
    )


def form_page(
    request: HttpRequest, form: Any, *, title: str, label: str, trail: Any, back: str = "", **more: Any
) -> HttpResponse:
    return show(
        request, more.pop("template", "ui/desk_form.html"), title=title, icon=ICON, steps=trail, form=form,
        action_label=label, back=back or reverse("activities:list"), status=status_of(form), **more,
    )  # fmt: skip


@require_safe
def page(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Everything about one activity, and what can be done next."""
    row = activity_or_404(county, pk)
    at = clock.now()
    dates = Session.objects.filter(county=county, activity=row).order_by("starts_at", "pk")
    dates = list(
        dates.prefetch_related(Prefetch("headcounts", Headcount.objects.filter(county=county).order_by("group")))
    )
    links = list(evidence.of(row))
    cards = _cards(row, dates, at)
    standing = next_step.Standing(
        activity=row,
        sessions=dates,
        at=at,
        photos=len(links),
        counted=sum(card["people"] or 0 for card in cards),
        opened=frozenset(card["session"].pk for card in cards if card["buckets"]),
    )
    primary, others = next_step.possible(standing)
    item = reviews.latest(row, county)
    entries = []
    if asking.may(Journal.VIEW):
        entries = tell_all(journal.history_of(row)[:HISTORY])
    return show(
        request,
        "activities/desk/page.html",
        title=row.title,
        icon=ICON,
        steps=steps(row),
        row=row,
        tone=TONES[State(row.state)],
        cards=cards,
        links=links,
        media=list(MediaReport.objects.filter(county=county, activity=row)),
        may_media=asking.may(Permission.HOLD, on=row) and row.state != State.VERIFIED,
        item=item,
        entries=entries,
        primary=_review_step(request, row, item) or primary,
        others=others,
        at=at,
        may_remove=asking.may(Evidence.REMOVE, on=row),
    )


def _review_step(request: HttpRequest, row: Activity, item: ReviewItem | None) -> next_step.Step | None:
    """While it waits for a decision, that is what comes next: to decide it, or to see where it stands."""
    if item is None or item.state != ReviewState.WAITING or row.state not in (State.SUBMITTED, State.REPORTED):
        return None
    mine = reviews.may_decide(item, request.actor.id if request.actor else None)  # type: ignore[attr-defined]
    url = reverse("reviews:item", args=[item.county, item.pk])
    return next_step.Step(_("审核这个活动") if mine else _("查看送审情况"), url, name="review")


def _cards(row: Activity, dates: list[Session], at: Any) -> list[dict[str, Any]]:
    """Each date with its places, who came, and what may be done with it."""
    ids = [date.pk for date in dates]
    free = bookings.availability(county=row.county, subject_type="activities.session", subject_ids=ids, at=at)
    came: dict[Any, dict[str, int]] = defaultdict(dict)
    checked = bookings.check_ins(county=row.county, subject_type="activities.session", ids=ids) if free else {}
    for (session, group), number in checked.items():
        came[session][str(AgeGroup(group).label)] = number
    may_plan, may_hold = asking.may(Permission.PLAN, on=row), asking.may(Permission.HOLD, on=row)
    may_stop = asking.may(Permission.PUBLISH, on=row)
    may_check = asking.may(Door.CHECK_IN, on=row)
    cards = []
    for date in dates:
        counted = list(date.headcounts.all())
        arrived = sum(came[date.pk].values()) if date.pk in came else 0
        known = bool(counted or arrived)
        live = date.state in ("scheduled", "postponed")
        cards.append(
            {
                "session": date,
                "buckets": free[date.pk].buckets if date.pk in free else [],
                "counted": counted,
                "came": came.get(date.pk, {}),
                "arrived": arrived,
                "people": arrived + sum(one.number for one in counted) if known else None,
                "may_move": may_plan and live,
                "may_stop": may_stop and live,
                "may_sheet": may_hold and date.state != "cancelled",
                "may_check": date.pk in free and may_check and date.state != "cancelled",
                "may_open": may_plan and date.state == "scheduled" and row.sign_up == "book",
                "may_hold": may_hold
                and date.state in ("scheduled", "held")
                and date.starts_at <= at
                and row.state != "verified",
            }
        )
    return cards


@require_POST
def go(request: HttpRequest, county: str, pk: uuid.UUID, verb: str) -> HttpResponse:
    """Submit, publish or report with one button."""
    row = activity_or_404(county, pk)
    calls = {
        "submit": (actions.submit_activity, _("已交去审核，审核人会收到通知。")),
        "publish": (actions.publish_activity, _("已发布，居民现在可以看到。")),
        "report": (actions.report_held, _("已交去核实。")),
    }
    call, said = calls[verb]
    try:
        call(activity=row, by=request.actor, at=clock.now())  # type: ignore[attr-defined]
        messages.success(request, said)
    except ValidationError as refusal:
        for message in refusal.messages:
            messages.error(request, message)
    return redirect(page_of(row))


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Call the whole activity off."""
    row = activity_or_404(county, pk)
    asking.require(Permission.PUBLISH, on=row)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if attempt(
            form, lambda: actions.cancel_activity(activity=row, reason=reason, by=request.actor, at=clock.now())
        ):  # type: ignore[attr-defined]
            messages.success(request, _("活动已取消，已报名的人会收到通知。"))
            return redirect(page_of(row))
    return form_page(
        request, form, title=row.title, label=_("取消这个活动"), trail=steps(row, _("取消活动")), back=page_of(row),
        danger=True, lead=_("所有未举办的场次都会取消，名额全部释放。"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def drop(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Take a line out of the plan."""
    row = activity_or_404(county, pk)
    asking.require(Permission.PLAN, on=row)
    if request.method == "POST":
        try:
            actions.drop_activity(activity=row, by=request.actor, at=clock.now())  # type: ignore[attr-defined]
            messages.success(request, _("已从计划中移除。"))
            return redirect("activities:list")
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
            return redirect(page_of(row))
    from_plan = _("移除“%(title)s”？操作日志里会留下记录。") % {"title": row.title}
    return form_page(
        request, forms.Form(), title=row.title, label=_("从计划中移除"), trail=steps(row, _("移除")),
        back=page_of(row), danger=True, lead=from_plan,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def add_photos(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Photographs and files that prove it."""
    row = activity_or_404(county, pk)
    asking.require(Evidence.ADD, on=row)
    form = PhotosForm(request.POST if request.method == "POST" else None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        kept = photos.keep(request, files=data["photos"], subject=row, at=clock.now(), caption=data["caption"])
        if kept:
            messages.success(request, _("已保存 %(n)d 份照片和材料。") % {"n": kept})
        return redirect(page_of(row))
    return form_page(
        request, form, title=row.title, label=_("上传"), trail=steps(row, _("上传照片")), back=page_of(row)
    )


@require_POST
def remove_photo(request: HttpRequest, county: str, pk: uuid.UUID, link: uuid.UUID) -> HttpResponse:
    """Take a photograph away from the activity."""

    row = activity_or_404(county, pk)
    found = evidence.of(row).filter(pk=link).first()
    if found is not None:
        evidence_actions.unlink(link=found, by=request.actor, at=clock.now())  # type: ignore[attr-defined]
        messages.success(request, _("已移除。"))
    return redirect(page_of(row))
