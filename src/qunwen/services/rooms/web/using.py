"""Reserving on the desk: once, as a series with its clashes shown before, several resources together; and one reservation."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qunwen.base.scope import asking, clock
from qunwen.base.ui.web.desk import attempt, show
from qunwen.services.rooms import actions, queries
from qunwen.services.rooms.access import Permission
from qunwen.services.rooms.enums import AHEAD, State
from qunwen.services.rooms.models import Bundle, Reservation, Resource, Series

from .forms import BundleForm, MoveForm, ReasonForm, ReserveForm, SeriesForm, TimesForm, new_key
from .loaded import BOTH, ICON, actor, first, form_page, page_of, reservation_or_404, resource_or_404, steps


def _asked(request: HttpRequest) -> dict[str, Any]:
    """What a cell of the grid put into the address: day and hour."""
    start: dict[str, Any] = {"key": new_key(), "day": request.GET.get("day", "") or clock.today()}
    hour = request.GET.get("hour", "")
    if hour.isdigit() and int(hour) < 24:
        start |= {"starts": dt.time(int(hour)), "ends": dt.time((int(hour) + 1) % 24)}
    return start


def _try(form: TimesForm, call: Any) -> Any:
    """Like `attempt`, with the action's fields by the form's names."""

    def renamed() -> Any:
        try:
            return call()
        except ValidationError as refused:
            if hasattr(refused, "error_dict"):
                known = {form.NAMES.get(name, name): errors for name, errors in refused.error_dict.items()}
                raise ValidationError(known) from refused
            raise

    return attempt(form, renamed)


def _about(form: Any) -> actions.About:
    data = form.cleaned_data
    team = getattr(form, "teams", {}).get(data.get("team", ""))
    return actions.About(use=data["use"], people=data["people"], team=team, resident=team.leader if team else None)


@require_http_methods(BOTH)
def reserve(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """One stretch."""
    row = resource_or_404(county, pk)
    asking.require(Permission.RESERVE, on=row)
    form = ReserveForm(request.POST if request.method == "POST" else None, county=county, initial=_asked(request))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        made = _try(form, lambda: actions.reserve(
            resource=row, title=data["title"], key=f"desk:{data['key']}", about=_about(form), by=actor(request),
            at=clock.now(), **form.moments(),
        ))  # fmt: skip
        if made is not None:
            waits = made.state == State.ASKED
            messages.success(request, _("已提交，等待审批。时间先占着。") if waits else _("已预约。"))
            return redirect(f"{page_of(row)}?day={form.cleaned_data['day']:%Y-%m-%d}")
    return form_page(request, form, trail=steps(row, _("预约")), label=_("预约这段时间"), back=page_of(row))


@require_http_methods(BOTH)
def series(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Every week: first the dates with what is in their way, then, knowing it, those that are free."""
    row = resource_or_404(county, pk)
    asking.require(Permission.RESERVE, on=row)
    form = SeriesForm(request.POST if request.method == "POST" else None, initial=_asked(request))
    dates: list[queries.Date] = []
    if request.method == "POST" and form.is_valid():
        # Only what was looked at is reserved: times changed since are looked at first.
        if request.POST.get("step") in {"all", "skip"} and request.POST.get("seen") == form.seen():
            made = _made_series(request, form, row)
            if made is not None:
                return redirect("rooms:series_page", made.county, made.pk)
        if form.is_valid():
            data = form.cleaned_data
            dates = queries.series_dates(
                row, **form.moments(), times=data["times"], every=data["every"], use=data["use"],
                trusted=asking.may(Permission.APPROVE, on=row), at=clock.now(),
            )  # fmt: skip
    clashes = sum(bool(one.why) for one in dates)
    return form_page(
        request, form, trail=steps(row, _("定期预约")), label=_("先看有没有冲突"), back=page_of(row), dates=dates,
        clashes=clashes, spare=len(dates) - clashes, seen=form.seen() if dates else "", template="rooms/desk/series_form.html",
    )  # fmt: skip


def _made_series(request: HttpRequest, form: SeriesForm, row: Resource) -> Series | None:
    data = form.cleaned_data
    made: Series | None = _try(form, lambda: actions.reserve_series(
        resource=row, times=data["times"], every=data["every"], title=data["title"], key=f"desk:{data['key']}",
        skip_clashes=request.POST["step"] == "skip", about=_about(form), by=actor(request), at=clock.now(),
        **form.moments(),
    ))  # fmt: skip
    if made is not None:
        n = made.reservations(manager="unscoped").filter(county=made.county).count()
        said = _("已预约 %(n)s 次，跳过 %(skipped)s 次。") if made.skipped else _("已预约 %(n)s 次。")
        messages.success(request, said % {"n": n, "skipped": len(made.skipped)})
    return made


@require_http_methods(BOTH)
def bundle(request: HttpRequest) -> HttpResponse:
    """Room, teacher, kit, vehicle and volunteers: all or nothing."""
    asking.require(Permission.RESERVE)
    form = BundleForm(request.POST if request.method == "POST" else None, initial=_asked(request))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        made = _try(form, lambda: actions.reserve_bundle(
            resources=form.chosen(), title=data["title"], key=f"desk:{data['key']}", about=_about(form),
            by=actor(request), at=clock.now(), **form.moments(),
        ))  # fmt: skip
        if made is not None:
            messages.success(request, _("成套约好了，一样不少。"))
            return redirect("rooms:bundle_page", made.county, made.pk)
    lead = _("勾选的要么全部约上，要么一样也不占。")
    trail = steps(None, _("成套预约"))
    return form_page(request, form, trail=trail, label=_("成套预约"), back=reverse("rooms:list"), lead=lead)


# -- what was made together -------------------------------------------------------------------------------


@require_safe
def series_page(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """The dates of a series, and those that were left out with the reason."""
    row = first(Series.objects.select_related("resource__place").filter(county=county, pk=pk))
    rows = _pieces(row).order_by("starts_at", "pk")
    return _together(request, row, list(rows), skipped=row.skipped, trail=steps(row.resource, row.title))


@require_POST
def try_skipped(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """What was left out and has become free is added."""
    row = first(Series.objects.select_related("resource").filter(county=county, pk=pk))
    filled = actions.try_skipped(series=row, by=actor(request), at=clock.now())
    if filled:
        messages.success(request, _("补上了 %(n)s 次。") % {"n": filled})
    else:
        messages.info(request, _("跳过的日期现在还是不行，原因写在旁边。"))
    return redirect("rooms:series_page", county, pk)


@require_safe
def bundle_page(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """The pieces of a bundle; a piece that cannot be had any more comes with what could take its place."""
    row = first(Bundle.objects.filter(county=county, pk=pk))
    rows = _pieces(row).order_by("resource__kind", "pk")
    return _together(request, row, list(rows), skipped=[], trail=steps(None, row.title))


def _pieces(row: Series | Bundle) -> QuerySet[Reservation]:
    """The reservations with what the page says of each, and with the opening hours of their resources."""
    wanted = queries.with_hours(Resource.objects.all())
    rows = row.reservations.filter(county=row.county).select_related("team", "resident", "bundle")
    return rows.prefetch_related(Prefetch("resource", wanted))


def _together(
    request: HttpRequest, row: Series | Bundle, rows: list[Reservation], *, skipped: list[Any], trail: Any
) -> HttpResponse:
    at = clock.now()
    ahead = any(one.state in AHEAD and one.starts_at > at for one in rows)
    kind = "bundle" if isinstance(row, Bundle) else "series"
    return show(
        request, "rooms/desk/together.html", title=row.title, icon=ICON, steps=trail, row=row, rows=rows, at=at,
        skipped=skipped, may_release=ahead and asking.may(Permission.RESERVE), kind=kind,
        broken=queries.repairs_of(rows, at=at), may=asking.may(Permission.RESERVE), key=new_key(),
        may_retry=bool(skipped) and asking.may(Permission.RESERVE),
        release=reverse(f"rooms:{kind}_release", args=[row.county, row.pk]),
    )  # fmt: skip


@require_http_methods(BOTH)
def release_together(request: HttpRequest, county: str, pk: uuid.UUID, model: type) -> HttpResponse:
    """Give back what is still ahead of a series or bundle."""
    row = first(model.objects.filter(county=county, pk=pk))  # type: ignore[attr-defined]
    back = reverse(f"rooms:{model.__name__.lower()}_page", args=[county, pk])
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        n = actions.release_together(of=row, reason=reason, by=actor(request), at=clock.now())
        messages.success(request, _("已释放还没到的 %(n)s 个预约。") % {"n": n})
        return redirect(back)
    trail = steps(None, row.title, _("全部释放"))
    return form_page(request, form, trail=trail, label=_("释放还没到的全部"), back=back, danger=True)


# -- one reservation --------------------------------------------------------------------------------------


def _page(row: Reservation) -> str:
    return reverse("rooms:reservation", args=[row.county, row.pk])


@require_safe
def reservation(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """When, what for, who; and what can be done with it now."""
    row, at = reservation_or_404(county, pk), clock.now()
    return show(
        request, "rooms/desk/reservation.html", title=row.title, icon=ICON, steps=steps(row.resource, row.title),
        row=row, at=at, ahead=row.state in AHEAD and row.ends_at > at,
        may_use=asking.may(Permission.RESERVE, on=row.resource),
        may_approve=row.state == State.ASKED and asking.may(Permission.APPROVE, on=row.resource),
    )  # fmt: skip


def _run(request: HttpRequest, row: Reservation, call: Any, words: str) -> HttpResponse:
    """One button: what it did, or why not; back to where it was pressed."""
    try:
        call(reservation=row, by=actor(request), at=clock.now())
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, words)
    return redirect("rooms:approvals" if request.POST.get("next") == "approvals" else _page(row))


@require_POST
def approve(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Yes."""
    return _run(request, reservation_or_404(county, pk), actions.approve, _("已批准。"))


@require_POST
def check_in(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """They are there."""
    return _run(request, reservation_or_404(county, pk), actions.check_in, _("已签到。"))


def _reason(request: HttpRequest, row: Reservation, *, word: str, label: str, call: Any, done: str) -> HttpResponse:
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        about = {"reservation": row, "reason": form.cleaned_data["reason"], "by": actor(request), "at": clock.now()}
        if attempt(form, lambda: call(**about)) is not None:
            messages.success(request, done)
            return redirect(_page(row))
    trail = steps(row.resource, row.title, word)
    return form_page(request, form, trail=trail, label=label, back=_page(row), danger=True)


@require_http_methods(BOTH)
def refuse(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """No, with the reason."""
    row = reservation_or_404(county, pk)
    asking.require(Permission.APPROVE, on=row.resource)
    return _reason(
        request, row, word=_("不批准"), label=_("不批准"), call=actions.refuse, done=_("已回绝，时间让出来了。")
    )


@require_http_methods(BOTH)
def release(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """The time is free again."""
    row = reservation_or_404(county, pk)
    asking.require(Permission.RESERVE, on=row.resource)
    return _reason(
        request, row, word=_("释放"), label=_("释放这个预约"), call=actions.release, done=_("已释放，别人可以约了。")
    )


@require_http_methods(BOTH)
def move(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Another resource of the kind, another time, or both."""
    row = reservation_or_404(county, pk)
    asking.require(Permission.RESERVE, on=row.resource)
    begins, ends = clock.local(row.starts_at), clock.local(row.ends_at)
    start = {
        "key": new_key(), "to": str(row.resource_id), "day": begins.date(), "starts": begins.time(), "ends": ends.time(),
    }  # fmt: skip
    sent = request.POST if request.method == "POST" else None
    form = MoveForm(sent, county=county, kind=row.resource.kind, initial=start)
    if sent is not None and form.is_valid():
        data = form.cleaned_data
        made = _try(form, lambda: actions.move(
            reservation=row, to=form.known[data["to"]], key=f"desk:{data['key']}", by=actor(request), at=clock.now(),
            **form.moments(),
        ))  # fmt: skip
        if made is not None:
            messages.success(request, _("已改好，预约的人收到了通知。") if made.resident_id else _("已改好。"))
            return redirect(_page(made))
    return form_page(
        request, form, trail=steps(row.resource, row.title, _("改到别处")), label=_("改过去"), back=_page(row)
    )
