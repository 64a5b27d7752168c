"""At the counter: a slip or a call of somebody known by name, or a resident of the register. Same pool, same chance."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from qunwen.base.evidence import actions as evidence
from qunwen.base.people import queries as people
from qunwen.base.people.access import Permission as People
from qunwen.base.people.models import Resident
from qunwen.base.scope import asking, clock
from qunwen.base.ui.web.desk import attempt, show, status_of
from qunwen.services.draws import actions, queries, wording
from qunwen.services.draws.access import Permission
from qunwen.services.draws.actions.applying import Slip
from qunwen.services.draws.models import Application, Draw

from .desk import BOTH, page_of, place_of, steps
from .desk_forms import ResidentForm, SlipForm
from .loaded import actor, desk_draw_or_404

MOST = 20


def _draw(county: str, pk: uuid.UUID) -> Draw:
    row = desk_draw_or_404(county, pk)
    asking.require(Permission.APPLY_FOR)
    return row


@never_cache
@require_safe
def find(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Whom to apply for: by name or whole phone number, among the residents of one's places."""
    draw = _draw(county, pk)
    word = request.GET.get("q", "").strip().replace("\x00", "")[:40]
    rows: list[Resident] = []
    if word:
        residents = Resident.objects.select_related("place").filter(county=county, active=True)
        residents = residents.filter(Q(name__contains=word) | Q(phone=word))
        rows = list(asking.visible(residents, People.ACT_FOR).order_by("name", "pk")[: MOST + 1])
    return show(
        request, "draws/desk/find.html", title=draw.title, icon="user",
        steps=steps((draw.title, page_of(draw)), (_("代申请"), "")), draw=draw, word=word, rows=rows[:MOST],
        more=len(rows) > MOST, may_find=asking.may(People.ACT_FOR),
        register=reverse("desk_people:register") if asking.may(People.RESIDENT_EDIT) else "",
    )  # fmt: skip


@never_cache
@require_http_methods(BOTH)
def slip(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """A paper slip, with its photograph, or a call."""
    draw, at = _draw(county, pk), clock.now()
    form = SlipForm(
        request.POST if request.method == "POST" else None, request.FILES or None, draw=draw, on=clock.today(),
        options=queries.options(draw),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        made = attempt(
            form,
            lambda: actions.apply(
                draw=draw, people=form.people(), wishes=form.wishes(), channel=data["channel"],
                groups=frozenset(data.get("claimed", ())), key=f"slip:{data['key']}", by=actor(request), at=at,
                slip=Slip(contact=data["name"], phone=data["phone"], village=place_of(data["village"]), number=data["number"]),
            ),
        )  # fmt: skip
        if made is not None:
            return _made(request, made, data["photos"])
    return _page(request, draw, form, word=_("登记申请单"))


@never_cache
@require_http_methods(BOTH)
def resident(request: HttpRequest, county: str, pk: uuid.UUID, resident: uuid.UUID) -> HttpResponse:
    """For a resident and the family, as acting for them."""
    draw, at = _draw(county, pk), clock.now()
    rows = Resident.objects.select_related("place").filter(county=county, pk=resident, active=True)
    row = asking.visible(rows, People.ACT_FOR).first()
    if row is None:
        raise Http404
    family = {one.pk: one for one in (row, *people.household_of(row), *people.wards_of(row, at))}
    form = ResidentForm(
        request.POST if request.method == "POST" else None, request.FILES or None, draw=draw,
        family=list(family.values()), options=queries.options(draw),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        made = attempt(
            form,
            lambda: actions.apply_for(
                draw=draw, resident=row, members=form.people(), wishes=form.wishes(), channel=data["channel"],
                consent=data["consent"], key=f"desk:{data['key']}", by=actor(request), at=at, number=data["number"],
            ),
        )  # fmt: skip
        if made is not None:
            return _made(request, made, data["photos"])
    return _page(request, draw, form, word=_("代 %(name)s 申请") % {"name": row.name})


def _page(request: HttpRequest, draw: Draw, form: Any, *, word: str) -> HttpResponse:
    lead = _("%(title)s，%(when)s 截止。纸质、电话、代办和网上申请进同一个名单，机会一样。") % {
        "title": draw.title, "when": wording.when(draw.closes_at),
    }  # fmt: skip
    return show(
        request, "ui/desk_form.html", title=word, icon="user", steps=steps((draw.title, page_of(draw)), (word, "")),
        form=form, action_label=_("登记申请"), back=page_of(draw), lead=lead, status=status_of(form),
    )  # fmt: skip


def _made(request: HttpRequest, made: Application, files: list[Any]) -> HttpResponse:
    """The receipt's page; every good photograph of the slip is kept, every refused one named."""
    for file in files:
        try:
            evidence.keep_file(
                stream=file, name=file.name, subject=made, place=made.place, by=actor(request), at=clock.now(),
                caption=_("申请单 %(code)s") % {"code": made.code},
            )  # fmt: skip
        except (ValidationError, PermissionDenied) as refusal:
            said = " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)
            messages.error(request, _("“%(name)s”没有保存：%(why)s") % {"name": file.name, "why": said})
    messages.success(request, _("已登记，回执号 %(code)s。请打印或抄给本人。") % {"code": made.code})
    return redirect(reverse("desk_draws:application", args=[made.county, made.pk]))
