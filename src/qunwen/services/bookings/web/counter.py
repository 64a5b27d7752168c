"""At the counter: find the resident, book for them (代办), or for somebody known only by name."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from qunwen.base.people import queries as people
from qunwen.base.people.access import Permission as People
from qunwen.base.people.models import Resident
from qunwen.base.scope import asking, clock
from qunwen.base.ui.web.desk import attempt, show
from qunwen.services.bookings import actions, queries, wording
from qunwen.services.bookings.access import Permission
from qunwen.services.bookings.enums import State
from qunwen.services.bookings.models import Booking
from qunwen.services.bookings.party import Guest

from .forms import NameBookingForm, ResidentBookingForm
from .loaded import Thing, actor, page_of, phone_of, resident_or_404, steps, thing_or_404
from .places import BOTH, form_page

MOST = 20


@never_cache
@require_safe
def find(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Whom to book for: by name or whole phone number, among the residents of one's places."""
    thing = _thing(county, pk)
    word = request.GET.get("q", "").strip().replace("\x00", "")[:40]
    rows: list[Resident] = []
    if word:
        residents = Resident.objects.select_related("place").filter(county=county, active=True)
        residents = residents.filter(Q(name__contains=word) | Q(phone=word))
        rows = list(asking.visible(residents, People.ACT_FOR).order_by("name", "pk")[: MOST + 1])
    return show(
        request, "bookings/desk/find.html", title=thing.title, icon="user", steps=steps(thing.one, _("代居民报名")),
        thing=thing, word=word, rows=[(row, phone_of(row)) for row in rows[:MOST]], more=len(rows) > MOST,
        register=reverse("desk_people:register") if asking.may(People.RESIDENT_EDIT) else "",
        may_find=asking.may(People.ACT_FOR),
    )  # fmt: skip


def _thing(county: str, pk: uuid.UUID) -> Thing:
    thing = thing_or_404(county, pk)
    asking.require(Permission.BOOK_FOR, on=thing.one)
    return thing


def _override(thing: Thing) -> bool:
    return asking.may(Permission.OVERRIDE, on=thing.one)


@never_cache
@require_http_methods(BOTH)
def book_for(request: HttpRequest, county: str, pk: uuid.UUID, resident: uuid.UUID) -> HttpResponse:
    """Book for a resident and the family, as acting for them."""
    thing = _thing(county, pk)
    row = resident_or_404(county, resident)
    at = clock.now()
    family = {one.pk: one for one in (row, *people.household_of(row), *people.wards_of(row, at))}
    form = ResidentBookingForm(
        request.POST if request.method == "POST" else None, buckets=thing.buckets, may_override=_override(thing),
        family=list(family.values()),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        made = attempt(
            form,
            lambda: actions.book_for(
                bucket=form.picked(), resident=row, members=form.people(), consent=form.cleaned_data["consent"],
                by=actor(request), at=at, **form.settings(),
            ),
        )  # fmt: skip
        if made is not None:
            return _made(request, made)
    lead = _("代 %(name)s 报名 %(what)s") % {"name": row.name, "what": thing.named}
    return _page(request, thing, form, lead=lead)


@never_cache
@require_http_methods(BOTH)
def book_name(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Book for somebody who is not in the register; they get the code on the spot."""
    thing = _thing(county, pk)
    form = NameBookingForm(
        request.POST if request.method == "POST" else None, buckets=thing.buckets, may_override=_override(thing)
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        party = [Guest(name=data["name"] if n == 0 else "", group=data["group"]) for n in range(data["number"])]
        made = attempt(
            form,
            lambda: actions.book(
                bucket=form.picked(), resident=None, members=party, contact=data["name"], by=actor(request),
                at=clock.now(), **form.settings(),
            ),
        )  # fmt: skip
        if made is not None:
            return _made(request, made)
    lead = _("没有登记的人报名 %(what)s。没有手机号就收不到通知，请当面告诉取票码。") % {"what": thing.named}
    return _page(request, thing, form, lead=lead)


def _page(request: HttpRequest, thing: Thing, form: Any, *, lead: str) -> HttpResponse:
    return form_page(request, form, thing.one, word=_("代居民报名"), label=_("报名"), lead=lead)


def _made(request: HttpRequest, booking: Booking) -> HttpResponse:
    """What became of it, and the page with the code."""
    if booking.state == State.WAITING:
        messages.warning(request, wording.queued(booking.bucket, queries.waiting_position(booking) or 1))
    elif booking.state == State.CONFIRMED:
        messages.success(request, wording.confirmed(booking, booking.bucket))
    return redirect(page_of(booking))
