"""Halls on the desk: drawing one, who sits where, seating a party elsewhere."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from qunwen.base.people import queries as people
from qunwen.base.scope import asking, clock
from qunwen.base.ui.web.desk import attempt, show, status_of
from qunwen.services.bookings import actions, queries, seatmap
from qunwen.services.bookings.access import Permission
from qunwen.services.bookings.enums import TAKES_PLACES
from qunwen.services.bookings.models import Bucket, Seat, SeatPlan

from .forms import PlanForm, UsePlanForm
from .loaded import Trail, actor, booking_or_404, page_of, steps, thing_or_404
from .places import BOTH, form_page

EXAMPLE = "1 oooooo_oooooo\n2 oooooo_oooooo\n3 oooooo_oooowc\n"


def _steps(*more: tuple[str, str]) -> Trail:
    return [(_("报名"), reverse("bookings:things")), (_("座位图"), reverse("bookings:plans") if more else ""), *more]


@require_safe
def plans(request: HttpRequest) -> HttpResponse:
    """The halls of one's places."""
    asking.require(Permission.VIEW)
    rows = list(SeatPlan.objects.select_related("place").order_by("title", "pk")[:200])
    return show(
        request, "bookings/desk/plans.html", title=_("座位图"), icon="group", steps=_steps(), rows=rows,
        may_add=asking.may(Permission.MANAGE),
    )  # fmt: skip


def _plan(county: str, pk: uuid.UUID) -> SeatPlan:
    found = SeatPlan.objects.select_related("place").filter(county=county, pk=pk).first()
    if found is None:
        raise Http404
    return found


@require_http_methods(BOTH)
def add_plan(request: HttpRequest) -> HttpResponse:
    """Draw a hall at the place one works at."""
    asking.require(Permission.MANAGE)
    staff = people.staff_member(actor(request).id)
    if staff is None or staff.place is None:
        raise Http404
    form = PlanForm(request.POST if request.method == "POST" else None, initial={"layout": EXAMPLE})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        made = attempt(
            form,
            lambda: actions.make_plan(
                title=data["title"], place=staff.place, unit=staff.unit, layout=data["layout"], by=actor(request),
                at=clock.now(),
            ),
        )  # fmt: skip
        if made is not None:
            messages.success(request, _("座位图已建好。"))
            return redirect("bookings:plan", made.county, made.pk)
    return _plan_form(request, form, _("新建座位图"), reverse("bookings:plans"))


def _plan_form(request: HttpRequest, form: PlanForm, word: str, back: str) -> HttpResponse:
    return show(
        request, "bookings/desk/plan_form.html", title=word, icon="group", steps=_steps((word, "")), form=form, wide=True,
        action_label=_("保存座位图"), back=back, status=status_of(form),
    )  # fmt: skip


@require_safe
def plan(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """One hall."""
    row = _plan(county, pk)
    seats = list(Seat.objects.filter(county=county, plan=row).order_by("line", "column", "pk"))
    return show(
        request, "bookings/desk/plan.html", title=row.title, icon="group", steps=_steps((row.title, "")), row=row,
        hall=seatmap.of_plan(seats, row.title), may_edit=asking.may(Permission.MANAGE, on=row),
        special=sum(seat.is_protected for seat in seats),
    )  # fmt: skip


@require_http_methods(BOTH)
def edit_plan(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Draw it anew, or only call it something else."""
    row = _plan(county, pk)
    asking.require(Permission.MANAGE, on=row)
    initial = {"title": row.title, "layout": row.layout}
    form = PlanForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        call = lambda: actions.redraw_plan(plan=row, **data, by=actor(request), at=clock.now())  # noqa: E731
        if attempt(form, call) is not None:
            messages.success(request, _("座位图已保存。"))
            return redirect("bookings:plan", county, pk)
    return _plan_form(request, form, _("修改座位图"), reverse("bookings:plan", args=[county, pk]))


@never_cache
@require_http_methods(BOTH)
def of_thing(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Who sits where; or, while its places have no seats, the hall it is in."""
    thing = thing_or_404(county, pk)
    numbered = [bucket for bucket in thing.buckets if bucket.is_numbered]
    if not numbered:
        return _choose_plan(request, thing.buckets, thing.url)
    hall = seatmap.for_staff(numbered[0], clock.now(), as_list=request.GET.get("seats") == "list")
    return show(
        request, "bookings/desk/hall.html", title=thing.title, icon="group", steps=steps(thing.one, _("座位")),
        thing=thing, hall=hall,
    )  # fmt: skip


def _choose_plan(request: HttpRequest, buckets: list[Bucket], back: str) -> HttpResponse:
    asking.require(Permission.MANAGE, on=buckets[0])
    rows = list(SeatPlan.objects.filter(county=buckets[0].county).order_by("title", "pk"))
    if not rows:
        messages.info(request, _("先建一张座位图，再回到这里选用。"))
        return redirect("bookings:add_plan")
    form = UsePlanForm(request.POST if request.method == "POST" else None, plans=rows)
    if request.method == "POST" and form.is_valid():
        chosen = form.rows[form.cleaned_data["plan"]]
        call = lambda: actions.use_plan(buckets=buckets, plan=chosen, by=actor(request), at=clock.now())  # noqa: E731
        if (number := attempt(form, call)) is not None:
            messages.success(request, _("已按座位图给座，%(n)d 位已报名的人有了座位。") % {"n": number})
            return redirect("bookings:seats", buckets[0].county, buckets[0].subject_id)
    return form_page(
        request, form, buckets[0], word=_("选用座位图"), label=_("按这张图给座"), back=back,
        lead=_("选用后报名时可以选座；已经报名的人按先后自动安排相连的座位。"),
    )  # fmt: skip


@never_cache
@require_http_methods(BOTH)
def change(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Seat a party elsewhere."""
    row = booking_or_404(county, pk)
    asking.require(Permission.BOOK_FOR, on=row.bucket)
    if not row.bucket.is_numbered or row.state not in TAKES_PLACES:
        raise Http404
    own = [seat.pk for seat in queries.seats_by_booking(county, [pk]).get(pk, [])]
    chosen = seatmap.chosen_of(request.POST.getlist("seats")) if request.method == "POST" else tuple(own)
    error, at = "", clock.now()
    if request.method == "POST":
        try:
            actions.change_seats(booking=row, to=chosen, by=actor(request), at=at)
        except ValidationError as refusal:
            error = " ".join(refusal.messages)
        else:
            messages.success(request, _("座位已调换。"))
            return redirect(page_of(row))
    hall = seatmap.for_choice(row.bucket, at, chosen=chosen, own=own, as_list=request.GET.get("seats") == "list")
    trail = steps(row.bucket, (row.contact or row.typed_code, page_of(row)), _("调换座位"))
    return show(
        request, "bookings/desk/change_seats.html", title=row.contact or row.typed_code, icon="group", steps=trail,
        row=row, hall=hall, error=error, back=page_of(row), status=422 if error else 200,
    )  # fmt: skip
