"""Pages of residents: log in by phone, my information, my family."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from qunwen.base.journal.actors import Actor, ActorKind
from qunwen.base.people import actions, phone_codes, queries
from qunwen.base.people.errors import Refused
from qunwen.base.people.models import Resident, masked
from qunwen.base.places import queries as places
from qunwen.base.places.models import Place
from qunwen.base.scope import clock
from qunwen.gateways.sms.errors import SmsError

from . import who
from .addresses import address_of
from .forms import CodeForm, FamilyForm, PersonForm, PhoneForm

PENDING, VERIFIED, NEXT = "phone_pending", "phone_verified", "resident_next"
VERIFIED_LASTS = dt.timedelta(minutes=30)
View = Callable[..., HttpResponse]


def resident_required(view: View) -> View:
    """Pages for somebody logged in as a resident (or acted for); others are sent to the log-in and back."""

    @wraps(view)
    def inner(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.resident is None:
            return redirect(f"/me/login/?{urlencode({'next': request.get_full_path()})}")
        return view(request, *args, **kwargs)

    return never_cache(inner)


def _next(request: HttpRequest) -> str:
    target = request.session.pop(NEXT, "") or "/me/"
    ours = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if ours else "/me/"


@never_cache
def log_in(request: Any) -> HttpResponse:
    """Ask for the phone and send a code. The answer is the same whether the phone is known or not."""
    if request.resident is not None and request.method == "GET":
        return redirect("people:me")
    form = PhoneForm(request.POST or None)
    if request.method == "GET" and request.GET.get("next"):
        request.session[NEXT] = request.GET["next"]
    status = 200
    if request.method == "POST" and form.is_valid():
        phone = form.cleaned_data["phone"]
        try:
            phone_codes.send_code(phone=phone, address=address_of(request), at=clock.now())
        except phone_codes.TooOften as error:
            form.add_error("phone", str(error))
            status = 429
        except SmsError as error:
            form.add_error("phone", _("短信没有发出去：%(why)s") % {"why": error})
        else:
            request.session[PENDING] = phone
            return redirect("people:code")
    return render(request, "people/login.html", {"form": form}, status=status)


@never_cache
@sensitive_post_parameters("code")
def enter_code(request: Any) -> HttpResponse:
    """Check the code; known phones are logged in, new ones go on to register."""
    phone = request.session.get(PENDING)
    if not phone:
        return redirect("people:login")
    form = CodeForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        at = clock.now()
        try:
            right = phone_codes.check_code(
                phone=phone, code=form.cleaned_data["code"], address=address_of(request), at=at
            )
        except phone_codes.TooOften as error:
            form.add_error("code", str(error))
            status = 429
        else:
            if right:
                return _verified(request, phone, at)
            form.add_error("code", _("验证码不对或已过期，请检查后重填，或重新获取。"))
    return render(request, "people/code.html", {"form": form, "phone": masked(phone)}, status=status)


def _verified(request: Any, phone: str, at: dt.datetime) -> HttpResponse:
    del request.session[PENDING]
    request.session.cycle_key()
    request.session[VERIFIED] = {"phone": phone, "at": at.isoformat()}
    found = queries.residents_with_phone(phone)
    if len(found) == 1:
        return _enter(request, found[0], at)
    return redirect("people:choose" if found else "people:register")


def _enter(request: Any, resident: Resident, at: dt.datetime) -> HttpResponse:
    request.session.pop(VERIFIED, None)
    who.remember_resident(request, resident, at)
    messages.success(request, _("%(name)s，您好！已登录。") % {"name": resident.name})
    return redirect(_next(request))


def _verified_phone(request: Any, at: dt.datetime) -> str:
    kept = request.session.get(VERIFIED)
    if not kept or at - dt.datetime.fromisoformat(kept["at"]) > VERIFIED_LASTS:
        return ""
    return str(kept["phone"])


@never_cache
def choose(request: Any) -> HttpResponse:
    """One phone registered in several counties: which one is it today?"""
    at = clock.now()
    phone = _verified_phone(request, at)
    if not phone:
        return redirect("people:login")
    found = queries.residents_with_phone(phone)
    if request.method == "POST":
        for resident in found:
            if str(resident.pk) == request.POST.get("resident"):
                return _enter(request, resident, at)
    counties = {row.code: row.name for row in places.counties_of().filter(code__in=[r.county for r in found])}
    rows = [(resident, counties.get(resident.county, resident.county)) for resident in found]
    return render(request, "people/choose.html", {"rows": rows})


def _county(request: HttpRequest, today: dt.date) -> tuple[str, list[Place]]:
    """The county to register in: the only one there is, or the chosen one ("" until chosen)."""
    all_of_them = list(places.counties_of(on=today)[:400])
    if len(all_of_them) == 1:
        return all_of_them[0].code, all_of_them
    asked = request.POST.get("county") or request.GET.get("county") or ""
    return (asked if asked in {row.code for row in all_of_them} else ""), all_of_them


@never_cache
def register(request: Any) -> HttpResponse:
    """First log-in: name, birth year, village."""
    at = clock.now()
    phone = _verified_phone(request, at)
    if not phone:
        return redirect("people:login")
    county, counties = _county(request, clock.day_of(at))
    if not county:
        return render(request, "people/choose_county.html", {"counties": counties})
    form = PersonForm(request.POST or None, county=county, today=clock.day_of(at))
    if request.method == "POST" and form.is_valid():
        newcomer = Actor(kind=ActorKind.RESIDENT, id=None, name=form.cleaned_data["name"])
        try:
            resident = actions.register_resident(phone=phone, by=newcomer, at=at, **form.person())
        except Refused as error:
            form.add_error(None, str(error))
        else:
            return _enter(request, resident, at)
    return render(request, "people/register.html", {"form": form, "county": county, "phone": masked(phone)})


@require_POST
def log_out(request: Any) -> HttpResponse:
    """Forget the resident on this browser; a staff log-in on it stays."""
    request.session.pop(who.RESIDENT, None)
    request.session.cycle_key()
    messages.success(request, _("已退出登录。"))
    return redirect("/")


@resident_required
def me(request: Any) -> HttpResponse:
    """My information and my family."""
    at = clock.now()
    return render(
        request,
        "people/me.html",
        {"person": request.resident, "wards": queries.wards_of(request.resident, at).select_related("place")},
    )


@resident_required
def edit_me(request: Any) -> HttpResponse:
    """Change my name, birth year or village."""
    return _edit(request, request.resident, _("我的信息"))


@resident_required
def add_family(request: Any) -> HttpResponse:
    """Add a family member without a phone."""
    at, mine = clock.now(), request.resident
    form = FamilyForm(
        request.POST or None, county=mine.county, today=clock.day_of(at), initial={"place": mine.place_id}
    )
    if request.method == "POST" and form.is_valid():
        try:
            _add(mine, form, by=request.actor, at=at)
        except (Refused, PermissionDenied) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("已添加家人%(name)s。") % {"name": form.cleaned_data["name"]})
            return redirect("people:me")
    return render(request, "people/family_form.html", {"form": form, "title": _("添加家人")})


def _add(mine: Resident, form: FamilyForm, *, by: Actor, at: dt.datetime) -> None:
    ward = actions.register_resident(household=mine.household, by=by, at=at, **form.person())
    relation = str(dict(form.RELATIONS)[form.cleaned_data["relation"]])
    actions.record_guardian(guardian=mine, ward=ward, relation=relation, by=by, at=at)


def _ward(request: Any, pk: Any) -> Resident:
    ward = queries.wards_of(request.resident, clock.now()).filter(pk=pk).first()
    if ward is None:
        raise Http404
    return ward


@resident_required
def edit_family(request: Any, pk: Any) -> HttpResponse:
    """Change a family member."""
    return _edit(request, _ward(request, pk), _("家人信息"))


@resident_required
def leave_family(request: Any, pk: Any) -> HttpResponse:
    """Look after this family member no longer."""
    ward = _ward(request, pk)
    if request.method == "POST":
        link = queries.guardianship_between(request.resident, ward)
        actions.end_guardian(guardianship=link, by=request.actor, at=clock.now())
        messages.success(request, _("已从家人中移出%(name)s。") % {"name": ward.name})
        return redirect("people:me")
    return render(request, "people/family_leave.html", {"ward": ward})


def _edit(request: Any, person: Resident, title: str) -> HttpResponse:
    at = clock.now()
    start = {"name": person.name, "birth_year": person.birth_year, "place": person.place_id}
    form = PersonForm(request.POST or None, county=person.county, today=clock.day_of(at), initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_resident(resident=person, by=request.actor, at=at, **form.person())
        except (Refused, PermissionDenied) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("已保存。"))
            return redirect("people:me")
    return render(request, "people/family_form.html", {"form": form, "title": title})


@require_POST
def stop_acting(request: Any) -> HttpResponse:
    """End acting for the resident and go back to the desk."""
    who.finish_acting(request, why="ended", at=clock.now())
    messages.success(request, _("代办已结束。"))
    return redirect("/desk/")
