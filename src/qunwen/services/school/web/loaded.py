"""Loading what an address names, within the open scope: 404 for everything else."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from qunwen.base.ui.web.desk import show, status_of
from qunwen.services.school import queries
from qunwen.services.school.models import CourseClass, Lesson, Pupil, School, Teacher, Term

ICON = "form"
BOTH = ["GET", "HEAD", "POST"]
Trail = list[tuple[str, str]]


def first(rows: Any) -> Any:
    """The row, or 404."""
    found = rows.first()
    if found is None:
        raise Http404
    return found


def class_or_404(county: str, pk: uuid.UUID) -> CourseClass:
    """One class with what its page shows."""
    rows = queries.classes(county=county).select_related("unit", "room", "teacher__resource")
    row: CourseClass = first(rows.filter(pk=pk))
    return row


def lesson_or_404(county: str, pk: uuid.UUID) -> Lesson:
    """One lesson with its class."""
    rows = Lesson.objects.select_related(
        "course_class__teacher__resource",
        "course_class__room",
        "course_class__term",
        "course_class__unit",
        "place",
        "room",
    )
    row: Lesson = first(rows.filter(county=county, pk=pk))
    return row


def pupil_or_404(county: str, pk: uuid.UUID) -> Pupil:
    """One enrolment with its class."""
    rows = Pupil.objects.select_related(
        "course_class__term", "course_class__subject", "course_class__unit", "resident", "guardian", "booking__bucket"
    )
    row: Pupil = first(rows.filter(county=county, pk=pk))
    return row


def school_or_404(county: str, pk: uuid.UUID) -> School:
    """One school of the network."""
    row: School = first(School.objects.select_related("place", "unit", "parent").filter(county=county, pk=pk))
    return row


def term_or_404(county: str, pk: uuid.UUID) -> Term:
    """One term."""
    row: Term = first(Term.objects.filter(county=county, pk=pk))
    return row


def teacher_or_404(county: str, pk: uuid.UUID) -> Teacher:
    """One teacher, also one who teaches no more."""
    row: Teacher = first(Teacher.objects.select_related("unit", "place", "resource").filter(county=county, pk=pk))
    return row


def page_of(row: CourseClass) -> str:
    """The address of a class's page."""
    return reverse("school:class", args=[row.county, row.pk])


def network_steps(*more: tuple[str, str]) -> Trail:
    """The trail of what a term stands on."""
    return [*steps(), (_("学校与师资"), reverse("school:network")), *more]


def steps(row: CourseClass | None = None, *more: str) -> Trail:
    """The trail: the school, the class, and below."""
    found: Trail = [(_("市民艺校"), reverse("school:list"))]
    if row is not None:
        found.append((row.title, page_of(row) if more else ""))
    return found + [(label, "") for label in more]


def form_page(request: HttpRequest, form: Any, *, trail: Trail, label: str, back: str, **more: Any) -> HttpResponse:
    """A plain form of the school."""
    return show(
        request, more.pop("template", "ui/desk_form.html"), title=trail[-1][0], icon=ICON, steps=trail, form=form,
        action_label=label, back=back, status=status_of(form), **more,
    )  # fmt: skip


def actor(request: HttpRequest) -> Any:
    """Who does it."""
    return request.actor  # type: ignore[attr-defined]
