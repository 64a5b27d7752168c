"""The school on the desk: the classes of a term, a class with everything of it, and what moves it on."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qunwen.base.scope import asking, clock
from qunwen.base.ui.web.desk import attempt, show
from qunwen.services.rooms.enums import State as Reserved
from qunwen.services.school import actions, overview, queries
from qunwen.services.school.access import Permission
from qunwen.services.school.definitions import rule_of, said
from qunwen.services.school.enums import ON_ROLL, ClassState, LessonState
from qunwen.services.school.models import Assessment, Certificate, CourseClass, Lesson, QualitySheet, Term

from .forms import ClassForm, MoveLessonForm, ReasonForm, ReplaceTeacherForm, TransferForm, of_class, window
from .loaded import (
    BOTH,
    ICON,
    actor,
    class_or_404,
    first,
    form_page,
    lesson_or_404,
    page_of,
    pupil_or_404,
    steps,
)

PAGE = 40


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Classes of one's places, term by term."""
    asking.require(Permission.VIEW)
    at = clock.now()
    rows = CourseClass.objects.select_related(
        "term", "subject", "subject__discipline", "school", "teacher", "place"
    ).order_by("-term__starts_on", "title", "pk")
    term, state, word = (request.GET.get(name, "").strip().replace("\x00", "")[:80] for name in ("term", "state", "q"))
    if term:
        rows = rows.filter(term__name=term)
    if state in ClassState.values:
        rows = rows.filter(state=state)
    if word:
        rows = rows.filter(title__icontains=word)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    found = list(page.object_list)
    offers: dict[uuid.UUID, queries.Offer] = {}
    for county in sorted({row.county for row in found}):
        offers |= queries.offers([row for row in found if row.county == county], at)
    terms = list(dict.fromkeys(Term.objects.order_by("-starts_on", "pk").values_list("name", flat=True)[:20]))
    return show(
        request, "school/desk/list.html", title=_("市民艺校"), icon=ICON, steps=steps(), page=page,
        rows=[(row, offers[row.pk]) for row in found], terms=terms, term=term, state=state, word=word,
        states=ClassState.choices, may_manage=asking.may(Permission.MANAGE),
        narrowed=bool(term or state or word),
    )  # fmt: skip


@require_safe
def page(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """A class: places, lessons, roll, completion, what is said of it."""
    row = class_or_404(county, pk)
    at = clock.now()
    pupils = list(queries.pupils_of(row))
    assessed = {one.pupil_id: one for one in Assessment.objects.filter(county=county, pupil__in=[p.pk for p in pupils])}
    papers = Certificate.objects.filter(county=county, pupil__in=[p.pk for p in pupils], revoked_at=None)
    certificates = {one.pupil_id: one for one in papers}
    came = queries.attendance_of(pupils)
    rule = rule_of(row.rule)
    answers, total = queries.rating_of(row)
    lessons = list(
        Lesson.objects.select_related("room").filter(county=county, course_class=row).order_by("number", "pk")
    )
    return show(
        request, "school/desk/class.html", title=row.title, icon=ICON, steps=steps(row), row=row, at=at,
        offer=queries.offers([row], at)[row.pk], rule=said(rule) if rule else "",
        lessons=_kept(row, lessons), past=row.state == ClassState.DRAFT and row.term.ends_on <= clock.day_of(at),
        pupils=[(p, came.get(p.pk, (0, 0)), assessed.get(p.pk), certificates.get(p.pk)) for p in pupils],
        on_roll=sum(p.state in ON_ROLL for p in pupils), answers=answers, mean=overview.one_decimal(total, answers),
        sheets=QualitySheet.objects.select_related("filled_by").filter(county=county, course_class=row)[:20],
        may_manage=asking.may(Permission.MANAGE, on=row), may_teach=asking.may(Permission.TEACH, on=row),
        may_certify=asking.may(Permission.CERTIFY, on=row), may_inspect=asking.may(Permission.INSPECT, on=row),
    )  # fmt: skip


def _kept(row: CourseClass, lessons: list[Lesson]) -> list[tuple[Lesson, str]]:
    """Each lesson, and what is wrong with its room or teacher: waits for approval, or was given back by somebody."""
    kept = queries.kept_for(lessons)
    needs = sum((row.room_id is not None, row.teacher is not None and row.teacher.resource_id is not None))
    made = []
    for lesson in lessons:
        wrong = ""
        if lesson.state == LessonState.PLANNED:
            if len(kept[lesson.pk]) < needs:
                wrong = _("教室或教师没有占住，请调课（时间不变也可以）")
            elif Reserved.ASKED in kept[lesson.pk]:
                wrong = _("教室待审批")
        made.append((lesson, wrong))
    return made


@require_http_methods(BOTH)
def add(request: HttpRequest) -> HttpResponse:
    """Prepare a class."""
    asking.require(Permission.MANAGE)
    form = ClassForm(request.POST if request.method == "POST" else None, initial=window(clock.now()))
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lambda: actions.plan_class(by=actor(request), at=clock.now(), **form.cleaned_data))
        if made is not None:
            messages.success(request, _("已保存，发布后居民才看得到。"))
            return redirect(page_of(made))
    return form_page(
        request, form, trail=steps(None, _("筹备班级")), label=_("保存班级"), back=reverse("school:list"),
        template="school/desk/class_form.html", missing=_missing(form),
    )  # fmt: skip


def _missing(form: ClassForm) -> list[str]:
    """What has to be set up before a class can be: the form cannot be filled in without."""
    needed = {"term": _("学期"), "subject": _("科目"), "school": _("学校")}
    return [label for name, label in needed.items() if not form.fields[name].queryset.exists()]


@require_http_methods(BOTH)
def edit(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Change a class in preparation."""
    row = class_or_404(county, pk)
    asking.require(Permission.MANAGE, on=row)
    form = ClassForm(request.POST if request.method == "POST" else None, initial=of_class(row))
    if request.method == "POST" and form.is_valid():
        new = form.cleaned_data
        if attempt(form, lambda: actions.change_class(course_class=row, new=new, by=actor(request), at=clock.now())):
            messages.success(request, _("已保存，发布后居民才看得到。"))
            return redirect(page_of(row))
    return form_page(
        request, form, trail=steps(row, _("修改班级")), label=_("保存班级"), back=page_of(row),
        template="school/desk/class_form.html",
    )  # fmt: skip


@require_POST
def drop(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Take a class in preparation away."""
    row = class_or_404(county, pk)
    try:
        actions.drop_class(course_class=row, by=actor(request), at=clock.now())
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect(page_of(row))
    messages.success(request, _("已删除“%(title)s”。") % {"title": row.title})
    return redirect("school:list")


@require_http_methods(BOTH)
def replace_teacher(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Another teacher for the lessons to come."""
    row = class_or_404(county, pk)
    asking.require(Permission.MANAGE, on=row)
    form = ReplaceTeacherForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        call = lambda: actions.replace_teacher(course_class=row, by=actor(request), at=clock.now(), **form.cleaned_data)  # noqa: E731
        if attempt(form, call):
            messages.success(request, _("已换教师，已通知学员。"))
            return redirect(page_of(row))
    return form_page(request, form, trail=steps(row, _("换教师")), label=_("换教师并通知学员"), back=page_of(row))


def _run(request: HttpRequest, row: CourseClass, call: Any, words: str) -> HttpResponse:
    """One button: what it did, or why not; back to the class."""
    try:
        call(course_class=row, by=actor(request), at=clock.now())
    except ValidationError as refused:
        messages.error(request, format_html_join(mark_safe("<br>"), "{}", ((line,) for line in refused.messages)))
    else:
        messages.success(request, words)
    return redirect(page_of(row))


@require_POST
def publish(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Timetable, rooms, places: all at once."""
    return _run(request, class_or_404(county, pk), actions.publish_class, _("已发布，课表和名额都排好了。"))


@require_POST
def complete(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """End the class by its assessments."""
    return _run(request, class_or_404(county, pk), actions.complete_class, _("已办理结业。"))


@require_POST
def certify(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Certificates for all who completed."""
    return _run(request, class_or_404(county, pk), actions.issue_certificates, _("证书已颁发，可以打印。"))


@require_http_methods(BOTH)
def cancel(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Call a class off."""
    row = class_or_404(county, pk)
    asking.require(Permission.MANAGE, on=row)
    return _reason(request, row, word=_("停办班级"), label=_("停办并通知学员"), call=lambda reason: actions.cancel_class(
        course_class=row, reason=reason, by=actor(request), at=clock.now(),
    ), done=_("已停办，已通知报名的人。"))  # fmt: skip


def _reason(request: HttpRequest, row: CourseClass, *, word: str, label: str, call: Any, done: str) -> HttpResponse:
    form = ReasonForm(request.POST if request.method == "POST" else None)
    asked = request.method == "POST" and form.is_valid()
    if asked and attempt(form, lambda: (call(form.cleaned_data["reason"]), True)):
        messages.success(request, done)
        return redirect(page_of(row))
    return form_page(request, form, trail=steps(row, word), label=label, back=page_of(row))


# -- one lesson, one pupil --------------------------------------------------------------------------------


@require_http_methods(BOTH)
def move_lesson(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Another time for a lesson."""
    lesson = lesson_or_404(county, pk)
    asking.require(Permission.MANAGE, on=lesson)
    row = lesson.course_class
    first = {"starts_at": lesson.starts_at, "ends_at": lesson.ends_at}
    form = MoveLessonForm(request.POST if request.method == "POST" else None, initial=first)
    if request.method == "POST" and form.is_valid():
        call = lambda: actions.move_lesson(lesson=lesson, by=actor(request), at=clock.now(), **form.cleaned_data)  # noqa: E731
        if attempt(form, call):
            messages.success(request, _("已调课，已通知学员。"))
            return redirect(page_of(row))
    word = _("第 %(n)s 次课调课") % {"n": lesson.number}
    return form_page(request, form, trail=steps(row, word), label=_("调课并通知学员"), back=page_of(row))


@require_http_methods(BOTH)
def cancel_lesson(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Leave a lesson out."""
    lesson = lesson_or_404(county, pk)
    asking.require(Permission.MANAGE, on=lesson)
    word = _("第 %(n)s 次课停课") % {"n": lesson.number}
    return _reason(request, lesson.course_class, word=word, label=_("停课并通知学员"), call=lambda reason: actions.cancel_lesson(
        lesson=lesson, reason=reason, by=actor(request), at=clock.now(),
    ), done=_("已停课，已通知学员。"))  # fmt: skip


@require_http_methods(BOTH)
def withdraw(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Take a pupil off the roll."""
    pupil = pupil_or_404(county, pk)
    asking.require(Permission.MANAGE, on=pupil)
    word = _("%(name)s退学") % {"name": pupil.name}
    return _reason(request, pupil.course_class, word=word, label=_("办理退学"), call=lambda reason: actions.withdraw(
        pupil=pupil, reason=reason, by=actor(request), at=clock.now(),
    ), done=_("已办理退学，名额留给候补的人。"))  # fmt: skip


@require_http_methods(BOTH)
def transfer(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Move a pupil to another class."""
    pupil = pupil_or_404(county, pk)
    asking.require(Permission.MANAGE, on=pupil)
    form = TransferForm(request.POST if request.method == "POST" else None, pupil=pupil)
    if request.method == "POST" and form.is_valid():
        target = class_or_404(county, form.cleaned_data["to"].pk)
        reason = form.cleaned_data["reason"]
        call = lambda: actions.transfer(pupil=pupil, to=target, reason=reason, by=actor(request), at=clock.now())  # noqa: E731
        if attempt(form, call):
            messages.success(request, _("已转班。"))
            return redirect(page_of(target))
    word = _("%(name)s转班") % {"name": pupil.name}
    back = page_of(pupil.course_class)
    return form_page(request, form, trail=steps(pupil.course_class, word), label=_("办理转班"), back=back)


@require_http_methods(BOTH)
def revoke(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Make a certificate invalid."""
    row = first(Certificate.objects.select_related("pupil__course_class__unit").filter(county=county, pk=pk))
    asking.require(Permission.CERTIFY, on=row)
    word = _("作废 %(number)s") % {"number": row.number}
    return _reason(request, row.pupil.course_class, word=word, label=_("作废证书"), call=lambda reason: (
        actions.revoke_certificate(certificate=row, reason=reason, by=actor(request), at=clock.now())
    ), done=_("证书已作废，查验时会看到。"))  # fmt: skip
