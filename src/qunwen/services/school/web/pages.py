"""A school, a teacher, a term: each with what belongs to it, and what may be changed about it."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from qunwen.base.measures import declare
from qunwen.base.measures.access import Permission as Figures
from qunwen.base.measures.queries import figure_url
from qunwen.base.scope import asking, clock
from qunwen.base.ui.web.desk import attempt, show
from qunwen.services.school import actions, overview, queries
from qunwen.services.school.access import Permission
from qunwen.services.school.enums import LessonState, SchoolKind
from qunwen.services.school.models import Agreement, CourseClass, QualitySheet, School, Term

from .forms import CloseSchoolForm, TeacherChangeForm, TermChangeForm
from .loaded import (
    BOTH,
    ICON,
    actor,
    form_page,
    network_steps,
    school_or_404,
    teacher_or_404,
    term_or_404,
)

HOUR = 45
SHOWN = 60


def change(request: HttpRequest, form: Any, *, trail: Any, back: str, label: str, call: Any) -> HttpResponse:
    """A form that changes one thing and leads back to its page."""
    if request.method == "POST" and form.is_valid() and attempt(form, lambda: (call(form.cleaned_data),)) is not None:
        messages.success(request, _("已保存。"))
        return redirect(back)
    return form_page(request, form, trail=trail, label=label, back=back)


FIGURES = ("places", "applied", "enrolled", "attendance", "completed", "certificates", "ratings", "sites", "minutes")


def figures(county: str, day: dt.date) -> list[tuple[str, str]]:
    """(name, address) of this year's figures of a county's school, for who may open them."""
    if not asking.may(Figures.VIEW, place=county):
        return []
    year = str(day.year)
    return [
        (str(declare.get(f"school.{code}").title), figure_url(measure=f"school.{code}", place=county, period=year))
        for code in FIGURES
    ]


# -- a school ---------------------------------------------------------------------------------------------


@require_safe
def school(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Where it stands in the network, its agreements version by version, its classes."""
    row = school_or_404(county, pk)
    asking.require(Permission.VIEW, on=row)
    today = clock.today()
    classes = CourseClass.objects.select_related("term", "teacher").filter(county=county, school=row)
    return show(
        request, "school/desk/school.html", title=row.name, icon=ICON, steps=network_steps((row.name, "")), row=row,
        below=School.objects.filter(county=county, parent=row, closed_on=None).order_by("kind", "name", "pk"),
        agreements=[
            (one, one.covers(today, today))
            for one in Agreement.objects.filter(county=county, school=row).order_by("-version", "pk")
        ],
        classes=classes.order_by("-term__starts_on", "title", "pk")[:SHOWN], point=row.kind == SchoolKind.POINT,
        may_manage=asking.may(Permission.MANAGE, on=row) and row.closed_on is None,
    )  # fmt: skip


@require_http_methods(BOTH)
def close_school(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Take a school off the register."""
    row = school_or_404(county, pk)
    asking.require(Permission.MANAGE, on=row)
    form = CloseSchoolForm(request.POST if request.method == "POST" else None, initial={"on": clock.today()})
    here = reverse("school:school", args=[county, pk])
    return change(
        request, form, trail=network_steps((row.name, here), (_("撤销"), "")), back=here, label=_("撤销，保留全部记录"),
        call=lambda data: actions.close_school(school=row, on=data["on"], by=actor(request), at=clock.now()),
    )  # fmt: skip


# -- a teacher --------------------------------------------------------------------------------------------


def _term_asked(request: HttpRequest, county: str) -> tuple[Term | None, list[Term]]:
    terms = list(Term.objects.filter(county=county).order_by("-starts_on", "pk")[:12])
    asked = request.GET.get("term", "")
    now = queries.term_now(county=county, on=clock.today())
    return next((term for term in terms if str(term.pk) == asked), now or next(iter(terms), None)), terms


@require_safe
def teacher(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """What somebody teaches in a term and how many hours that is, held and still to come."""
    row = teacher_or_404(county, pk)
    asking.require(Permission.VIEW, on=row)
    term, terms = _term_asked(request, county)
    lessons = list(queries.lessons_of(row, term)) if term else []
    minutes = dict.fromkeys(LessonState.values, 0)
    for lesson in lessons:
        minutes[lesson.state] += int((lesson.ends_at - lesson.starts_at).total_seconds()) // 60
    held, planned = minutes[LessonState.HELD], minutes[LessonState.PLANNED]
    return show(
        request, "school/desk/teacher.html", title=row.name, icon=ICON, steps=network_steps((row.name, "")), row=row,
        term=term, terms=terms, lessons=lessons, at=clock.now(), held=held // HOUR, planned=planned // HOUR,
        hours=-(-(held + planned) // HOUR), may_manage=asking.may(Permission.MANAGE, on=row),
    )  # fmt: skip


@require_http_methods(BOTH)
def change_teacher(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """More or fewer hours; no longer teaching."""
    row = teacher_or_404(county, pk)
    asking.require(Permission.MANAGE, on=row)
    first = {"most_hours": row.most_hours, "active": row.active}
    form = TeacherChangeForm(request.POST if request.method == "POST" else None, initial=first)
    here = reverse("school:teacher", args=[county, pk])
    return change(
        request, form, trail=network_steps((row.name, here), (_("修改"), "")), back=here, label=_("保存"),
        call=lambda data: actions.change_teacher(teacher=row, **data, by=actor(request), at=clock.now()),
    )  # fmt: skip


# -- a term -----------------------------------------------------------------------------------------------


@require_safe
def term(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Every class of a term: pupils, attendance, completion, satisfaction, observed lessons."""
    row = term_or_404(county, pk)
    asking.require(Permission.VIEW)
    lines = overview.of_term(row)
    sheets = QualitySheet.objects.select_related("course_class__teacher", "filled_by").filter(
        county=county, course_class__term=row
    )
    return show(
        request, "school/desk/term.html", title=row.name, icon=ICON, steps=network_steps((row.name, "")), row=row,
        lines=lines, total=overview.summed(lines), sheets=sheets.order_by("-visited_on", "-pk")[:SHOWN],
        may_manage=asking.may(Permission.MANAGE, on=row),
    )  # fmt: skip


@require_http_methods(BOTH)
def change_term(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Name, end, classes a person."""
    row = term_or_404(county, pk)
    asking.require(Permission.MANAGE, on=row)
    first = {"name": row.name, "ends_on": row.ends_on, "per_person": row.per_person}
    form = TermChangeForm(request.POST if request.method == "POST" else None, initial=first)
    here = reverse("school:term", args=[county, pk])
    return change(
        request, form, trail=network_steps((row.name, here), (_("修改"), "")), back=here, label=_("保存"),
        call=lambda data: actions.change_term(term=row, **data, by=actor(request), at=clock.now()),
    )  # fmt: skip
