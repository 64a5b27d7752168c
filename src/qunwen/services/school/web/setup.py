"""What a term stands on: the network of schools with its agreements, terms, subjects, teachers and their hours."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from qunwen.base.scope import asking, clock
from qunwen.base.ui.web.desk import attempt, show
from qunwen.services.school import actions, queries
from qunwen.services.school.access import Permission
from qunwen.services.school.actions.enrolling import said_ages
from qunwen.services.school.enums import SchoolKind
from qunwen.services.school.models import Agreement, School, Subject, Teacher, Term

from .forms import AgreementForm, SchoolForm, SubjectForm, TeacherForm, TermForm
from .loaded import BOTH, ICON, actor, form_page, network_steps, school_or_404, steps
from .pages import figures

HOUR = 45


@require_safe
def network(request: HttpRequest) -> HttpResponse:
    """Headquarters, branches and points, with the agreement in force; terms, subjects and teachers' hours below."""
    asking.require(Permission.VIEW)
    today = clock.today()
    schools = list(
        School.objects.select_related("place", "unit", "parent")
        .filter(closed_on=None)
        .order_by("place_id", "name", "pk")
    )
    agreements: dict[uuid.UUID, Agreement] = {}
    for one in Agreement.objects.filter(school__in=[s.pk for s in schools]).order_by("version", "pk"):
        if one.covers(today, today):
            agreements[one.school_id] = one
    terms = list(Term.objects.order_by("-starts_on", "pk")[:8])
    running = next((term for term in reversed(terms) if term.ends_on > today), None)
    minutes = queries.teacher_hours(county=running.county, term=running) if running else {}
    teachers = Teacher.objects.select_related("unit").filter(active=True).order_by("name", "pk")
    taught = Subject.objects.select_related("discipline").order_by("discipline__order", "name", "pk")
    return show(
        request, "school/desk/network.html", title=_("学校与师资"), icon=ICON, steps=steps(None, _("学校与师资")),
        schools=[(row, agreements.get(row.pk)) for row in sorted(schools, key=_rank)], point=SchoolKind.POINT,
        terms=terms, running=running, teachers=[(row, minutes.get(row.pk, 0) // HOUR) for row in teachers],
        subjects=[(row, said_ages(row.age_from, row.age_to)) for row in taught],
        may_manage=asking.may(Permission.MANAGE), figures=figures(schools[0].county, today) if schools else [],
    )  # fmt: skip


def _rank(row: School) -> tuple[int, str, str]:
    return (list(SchoolKind.values).index(row.kind), row.place_id, row.name)


def _add(request: HttpRequest, form: Any, *, word: str, call: Any) -> HttpResponse:
    if request.method == "POST" and form.is_valid() and attempt(form, lambda: call(form)) is not None:
        messages.success(request, _("已保存。"))
        return redirect("school:network")
    return form_page(request, form, trail=network_steps((word, "")), label=_("保存"), back=reverse("school:network"))


@require_http_methods(BOTH)
def add_school(request: HttpRequest) -> HttpResponse:
    """A school or teaching point."""
    asking.require(Permission.MANAGE)
    form = SchoolForm(request.POST if request.method == "POST" else None)
    return _add(request, form, word=_("设立学校或教学点"), call=lambda f: actions.open_school(
        **f.values(), by=actor(request), at=clock.now(),
    ))  # fmt: skip


@require_http_methods(BOTH)
def add_agreement(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """A new version of a point's agreement."""
    school = school_or_404(county, pk)
    asking.require(Permission.MANAGE, on=school)
    form = AgreementForm(request.POST if request.method == "POST" else None)
    return _add(request, form, word=_("%(name)s的协议") % {"name": school.name}, call=lambda f: actions.sign_agreement(
        school=school, **f.cleaned_data, by=actor(request), at=clock.now(),
    ))  # fmt: skip


@require_http_methods(BOTH)
def add_term(request: HttpRequest) -> HttpResponse:
    """A term."""
    asking.require(Permission.MANAGE)
    form = TermForm(request.POST if request.method == "POST" else None)
    return _add(request, form, word=_("设置学期"), call=lambda f: actions.set_term(
        **f.values(), by=actor(request), at=clock.now(),
    ))  # fmt: skip


@require_http_methods(BOTH)
def add_subject(request: HttpRequest) -> HttpResponse:
    """A subject, perhaps with its field."""
    asking.require(Permission.MANAGE)
    form = SubjectForm(request.POST if request.method == "POST" else None)
    return _add(request, form, word=_("新增科目"), call=lambda f: _subject(request, f))


def _subject(request: HttpRequest, form: SubjectForm) -> Subject:
    data = dict(form.cleaned_data)
    new = data.pop("new_discipline").strip()
    by, at = actor(request), clock.now()
    if new:
        place = School.objects.select_related("place").filter(kind=SchoolKind.HEADQUARTERS).order_by("pk").get().place
        data["discipline"] = actions.add_discipline(place=place, name=new, by=by, at=at)
    return actions.add_subject(**data, by=by, at=at)  # type: ignore[no-any-return]


@require_http_methods(BOTH)
def add_teacher(request: HttpRequest) -> HttpResponse:
    """A teacher, with the rooms' entry that keeps their time."""
    asking.require(Permission.MANAGE)
    form = TeacherForm(request.POST if request.method == "POST" else None)
    return _add(request, form, word=_("登记教师"), call=lambda f: actions.add_teacher(
        **f.values(), by=actor(request), at=clock.now(),
    ))  # fmt: skip
