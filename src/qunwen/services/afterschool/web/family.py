"""The guardian's pages: apply for the children in one go, see each step, agree, name who fetches, today's code."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qunwen.base.people.web.public import resident_required
from qunwen.base.scope import clock
from qunwen.base.ui.web.desk import put_errors
from qunwen.services.afterschool import actions
from qunwen.services.afterschool import family as reads
from qunwen.services.afterschool.actions import Applied
from qunwen.services.afterschool.models import Agreement, Application, Child, Consent, PickupPerson, School, SchoolTerm
from qunwen.services.bookings.enums import State

from .applications import DOCX
from .family_forms import ApplyForm, ComplainForm, EnterForm, PersonForm

BOTH = ["GET", "HEAD", "POST"]
HOME = "afterschool_family:index"


def _one(rows: Any) -> Any:
    found = rows.first()
    if found is None:
        raise Http404
    return found


def _child(request: Any, county: str, pk: uuid.UUID) -> Child:
    """A child of mine; anything else is as if it were not there."""
    wards = [ward.pk for ward in request.wards]
    rows = Child.objects.filter(county=county, pk=pk, left_at=None, resident__in=wards)
    found: Child = _one(rows.select_related("resident", "school", "school_class"))
    return found


def _try(form: forms.Form, call: Callable[[], Any]) -> Any:
    try:
        return call()
    except ValidationError as refused:
        put_errors(form, refused)
    except PermissionDenied as refused:
        form.add_error(None, str(refused))
    return None


def _said(request: Any, call: Callable[[], Any], words: str) -> None:
    try:
        call()
    except (ValidationError, PermissionDenied) as refused:
        messages.error(request, " ".join(getattr(refused, "messages", [str(refused)])))
    else:
        messages.success(request, words)


@require_safe
@resident_required
def index(request: Any) -> HttpResponse:
    """My children in the after-school service."""
    at = clock.now()
    children = reads.children_of(request.wards)
    return render(
        request,
        "afterschool/portal/family.html",
        {
            "pages": [reads.page_of(child, clock.day_of(at)) for child in children],
            "terms": reads.open_terms([child.school for child in children], at),
            "schools": {child.school_id: child.school for child in children}.values(),
            "wards": request.wards,
            "nav_key": "me",
        },
    )


@require_http_methods(BOTH)
@resident_required
def enter(request: Any) -> HttpResponse:
    """Say in which class my child is."""
    listed = {child.resident_id for child in reads.children_of(request.wards)}
    form = EnterForm(
        request.POST or None, wards=[one for one in request.wards if one.pk not in listed],
        classes=reads.classes_in(request.resident.county),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        call = lambda: actions.enter_child(  # noqa: E731
            resident=form.wards[data["child"]], school_class=form.classes[data["school_class"]], by=request.actor,
            at=clock.now(),
        )  # fmt: skip
        if _try(form, call) is not None:
            return redirect(HOME)
    return _form(request, form, _("登记孩子的班级"), _("登记班级"))


def _form(request: Any, form: forms.Form, title: str, label: str, **more: Any) -> HttpResponse:
    shown = {"form": form, "heading": title, "label": label, "nav_key": "me", **more}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "afterschool/portal/form.html", shown, status=status)


@require_http_methods(BOTH)
@resident_required
def apply(request: Any, county: str, term: uuid.UUID) -> HttpResponse:
    """Apply for all children of mine at the school in one go."""
    row: SchoolTerm = _one(SchoolTerm.objects.filter(county=county, pk=term).select_related("school"))
    children = [child for child in reads.children_of(request.wards) if child.school_id == row.school_id]
    if not children:
        raise Http404
    form = ApplyForm(
        request.POST if request.method == "POST" else None, children=children, activities=reads.activities_of(row)
    )
    if request.method == "POST" and form.is_valid():
        applied = _try(form, lambda: _apply(request, form, row))
        if applied is not None:
            for one in applied:
                _tell(request, one)
            return redirect(HOME)
    shown = {"form": form, "term": row, "parts": form.parts(), "nav_key": "me"}
    return render(request, "afterschool/portal/apply.html", shown, status=422 if form.errors else 200)


def _apply(request: Any, form: ApplyForm, term: SchoolTerm) -> list[Applied]:
    by, at = request.actor, clock.now()
    wishes = form.wishes()
    for wish in wishes:
        actions.give_consent(child=wish.child, by=by, at=at)
    return actions.apply_for(wishes=wishes, term=term, key=form.cleaned_data["key"], by=by, at=at)


def _tell(request: Any, one: Applied) -> None:
    """What became of one child's wish, in a sentence for each part."""
    name = one.wish.child.resident.name
    if one.refusal is not None:
        messages.error(request, " ".join(one.refusal.messages))
        return
    messages.success(request, _("%(name)s：已提交，等班级审核。") % {"name": name})
    for answer in one.answers:
        words = {"name": name, "what": answer.request.bucket.title}
        if answer.booking is None:
            why = " ".join(answer.refusal.messages) if answer.refusal else ""
            messages.warning(request, f"{name}：{why}")
        elif answer.booking.state == State.WAITING:
            messages.warning(request, _("%(name)s：《%(what)s》已满，排在候补，有名额会通知您。") % words)
        else:
            messages.success(request, _("%(name)s：《%(what)s》有名额。") % words)


@require_POST
@resident_required
def answer(request: Any, county: str, pk: uuid.UUID, verb: str) -> HttpResponse:
    """Sign the agreement, or take the application back."""
    rows = Application.objects.filter(county=county, pk=pk).select_related("child__resident", "child__school", "term")
    row = _one(rows)
    at = clock.now()
    if verb == "sign":
        sign = lambda: actions.sign_agreement(application=row, by=request.actor, at=at)  # noqa: E731
        _said(request, sign, _("协议已签订。"))
    elif verb == "withdraw":
        leave = lambda: actions.withdraw(application=row, by=request.actor, at=at)  # noqa: E731
        _said(request, leave, _("已退出课后服务，从今天起不再参加。"))
    else:
        raise Http404
    return redirect(HOME)


@require_safe
@resident_required
def paper(request: Any, county: str, pk: uuid.UUID) -> HttpResponse:
    """One version of the agreement."""
    row = _one(Agreement.objects.filter(county=county, pk=pk))
    found = HttpResponse(bytes(row.paper), content_type=DOCX)
    found.headers["Content-Disposition"] = f'attachment; filename="agreement-v{row.version}.docx"'
    return found


@require_POST
@resident_required
def take_back(request: Any, county: str, pk: uuid.UUID) -> HttpResponse:
    """The consent to keep the child's data is taken back; what was held so far is cleared in time."""
    child = _child(request, county, pk)
    row = _one(Consent.objects.filter(county=county, child=child, withdrawn_at=None).select_related("child"))
    call = lambda: actions.withdraw_consent(consent=row, by=request.actor, at=clock.now())  # noqa: E731
    _said(request, call, _("已撤回同意。学校不再为孩子办理新的事项；还在参加的，请一并退出。"))
    return redirect(HOME)


@require_http_methods(BOTH)
@resident_required
def add_person(request: Any, county: str, pk: uuid.UUID) -> HttpResponse:
    """Name somebody who fetches the child."""
    child = _child(request, county, pk)
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if _try(form, lambda: actions.name_person(child=child, by=request.actor, at=clock.now(), **data)):
            return redirect(HOME)
    title = _("谁来接%(name)s") % {"name": child.resident.name}
    return _form(request, form, title, _("登记接送人"))


@require_POST
@resident_required
def remove_person(request: Any, county: str, pk: uuid.UUID) -> HttpResponse:
    """The person no longer fetches the child."""
    row = _one(PickupPerson.objects.filter(county=county, pk=pk).select_related("child"))
    call = lambda: actions.remove_person(person=row, by=request.actor, at=clock.now())  # noqa: E731
    _said(request, call, _("已取消。"))
    return redirect(HOME)


@require_POST
@resident_required
def code(request: Any, county: str, pk: uuid.UUID) -> HttpResponse:
    """Today's code for the person chosen; another person makes another code."""
    child = _child(request, county, pk)
    persons = PickupPerson.objects.filter(county=county, child=child, ended_at=None)
    chosen = next((one for one in persons if str(one.pk) == request.POST.get("person", "")), None)
    if chosen is None:
        messages.error(request, _("请选择今天谁来接。"))
        return redirect(HOME)
    call = lambda: actions.issue_code(  # noqa: E731
        child=child, person=chosen, day=clock.today(), by=request.actor, at=clock.now()
    )
    _said(request, call, _("今天的接送码已更新，之前的作废。"))
    return redirect(HOME)


@require_http_methods(BOTH)
@resident_required
def complain(request: Any, county: str, pk: uuid.UUID) -> HttpResponse:
    """Complain of the school's service."""
    if county != request.resident.county:
        raise Http404
    school = _one(School.objects.filter(county=county, pk=pk))
    form = ComplainForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        call = lambda: actions.complain(  # noqa: E731
            school=school, kind=data["kind"], text=data["text"], resident=request.resident, by=request.actor,
            at=clock.now(),
        )  # fmt: skip
        if _try(form, call) is not None:
            messages.success(request, _("已收到，学校或县里会答复，答复在“消息”里。"))
            return redirect(HOME)
    return _form(request, form, _("投诉课后服务"), _("交给学校和县里"))
