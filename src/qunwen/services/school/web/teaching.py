"""In class: the roll, the code on the screen, marks, an inspector's sheet."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from qunwen.base.scope import asking, clock
from qunwen.base.ui.web.desk import attempt, show, status_of
from qunwen.services.school import actions, codes_at_lesson, overview, queries
from qunwen.services.school.access import Permission
from qunwen.services.school.definitions import form_for, form_of, said
from qunwen.services.school.enums import PupilState
from qunwen.services.school.models import Assessment, Attendance, QualitySheet

from .forms import MarksForm, QualityForm, RateForm, RollForm
from .loaded import BOTH, ICON, actor, class_or_404, first, form_page, lesson_or_404, page_of, pupil_or_404, steps


@require_http_methods(BOTH)
def roll(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Call the roll."""
    lesson = lesson_or_404(county, pk)
    asking.require(Permission.TEACH, on=lesson)
    row = lesson.course_class
    pupils = [p for p in queries.pupils_of(row) if p.state == PupilState.ENROLLED]
    noted = dict(Attendance.objects.filter(county=county, lesson=lesson).values_list("pupil_id", "presence"))
    form = RollForm(
        request.POST if request.method == "POST" else None, pupils=pupils, noted=noted, initial={"topic": lesson.topic}
    )
    if request.method == "POST" and form.is_valid():
        came = attempt(
            form,
            lambda: (
                actions.call_roll(
                    lesson=lesson, presences=form.presences(), topic=form.cleaned_data["topic"], by=actor(request),
                    at=clock.now(),
                ),
            ),
        )  # fmt: skip
        if came is not None:
            messages.success(request, _("已点名，到课 %(n)s 人。") % {"n": came[0]})
            return redirect(page_of(row))
    word = _("第 %(n)s 次课点名") % {"n": lesson.number}
    return show(
        request, "school/desk/roll.html", title=word, icon=ICON, steps=steps(row, word), form=form, lesson=lesson,
        row=row, at=clock.now(), status=status_of(form),
    )  # fmt: skip


@never_cache
@require_safe
def code(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """The code of now, large, for the screen in the room; the page renews itself."""
    lesson = lesson_or_404(county, pk)
    asking.require(Permission.TEACH, on=lesson)
    at = clock.now()
    word = _("到课码")
    response = show(
        request, "school/desk/code.html", title=word, icon=ICON, steps=steps(lesson.course_class, word), lesson=lesson,
        code=codes_at_lesson.code_at(lesson.course_class.secret, lesson.pk, at), left=codes_at_lesson.seconds_left(at),
        came=Attendance.objects.filter(county=county, lesson=lesson).count(),
    )  # fmt: skip
    response.headers["Refresh"] = str(codes_at_lesson.seconds_left(at))
    return response


@require_http_methods(BOTH)
def marks(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Marks of everybody enrolled; completion is judged at once."""
    row = class_or_404(county, pk)
    asking.require(Permission.TEACH, on=row)
    pupils = [p for p in queries.pupils_of(row) if p.state == PupilState.ENROLLED]
    noted = {one.pupil_id: one for one in Assessment.objects.filter(county=county, pupil__in=[p.pk for p in pupils])}
    form = MarksForm(request.POST if request.method == "POST" else None, pupils=pupils, noted=noted)
    if request.method == "POST" and form.is_valid():
        done = attempt(form, lambda: _assess_all(request, form))
        if done is not None:
            messages.success(request, _("已考核 %(n)s 人，结果见名单。") % {"n": done[0]})
            return redirect(page_of(row))
    came = queries.attendance_of(pupils)
    return show(
        request, "school/desk/marks.html", title=_("结业考核"), icon=ICON, steps=steps(row, _("结业考核")), form=form,
        row=row, lines=[(p, field, came.get(p.pk, (0, 0)), noted.get(p.pk)) for p, field in form.lines()],
        status=status_of(form),
    )  # fmt: skip


@transaction.atomic
def _assess_all(request: HttpRequest, form: MarksForm) -> tuple[int]:
    for pupil, mark in form.marks():
        actions.assess(pupil=pupil, mark=mark, by=actor(request), at=clock.now())
    return (len(form.pupils),)


@require_http_methods(BOTH)
def quality(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """An inspector's sheet."""
    row = class_or_404(county, pk)
    asking.require(Permission.INSPECT, on=row)
    sheet = form_for(clock.today())
    if sheet is None:
        raise Http404
    form = QualityForm(
        request.POST if request.method == "POST" else None, sheet=sheet, initial={"visited_on": clock.today()}
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        made = attempt(
            form,
            lambda: actions.note_quality(
                course_class=row, visited_on=data["visited_on"], answers=form.answers(), remarks=data["remarks"],
                by=actor(request), at=clock.now(),
            ),
        )  # fmt: skip
        if made is not None:
            messages.success(
                request, _("已保存，%(points)s/%(most)s 分。") % {"points": made.points, "most": made.most}
            )
            return redirect(page_of(row))
    return form_page(request, form, trail=steps(row, _("教学质量评价")), label=_("保存评价"), back=page_of(row))


@require_safe
def sheet(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """One sheet: every question with its points, the remarks, who listened."""
    row = first(
        QualitySheet.objects.select_related("course_class__teacher", "course_class__term", "filled_by").filter(
            county=county, pk=pk
        )
    )
    form = form_of(row.form)
    word = _("%(day)s 听课评价") % {"day": row.visited_on.isoformat()}
    return show(
        request, "school/desk/sheet.html", title=word, icon=ICON, steps=steps(row.course_class, word), sheet=row,
        row=row.course_class, form_title=said(form) if form else row.form,
        lines=[(said(q), row.answers.get(q.key), q.most) for q in form.questions] if form else [
            (key, points, "") for key, points in row.answers.items()
        ],
    )  # fmt: skip


@require_safe
def blank_sheet(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """The sheet of today on paper, to be filled in while listening."""
    row = class_or_404(county, pk)
    asking.require(Permission.INSPECT, on=row)
    form = form_for(clock.today())
    if form is None:
        raise Http404
    return show(
        request, "school/desk/sheet.html", title=said(form), icon=ICON, steps=steps(row, said(form)), sheet=None, row=row,
        form_title=said(form), lines=[(said(question), None, question.most) for question in form.questions],
    )  # fmt: skip


@require_safe
def said_of(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """What pupils say of a class: how many gave how much, and their words without names."""
    row = class_or_404(county, pk)
    asking.require(Permission.VIEW, on=row)
    found = queries.words_of(row)
    scores = {score: sum(one.score == score for one in found) for score in range(5, 0, -1)}
    word = _("学员评价")
    may_teach = asking.may(Permission.TEACH, on=row)
    rated = {one.pupil_id for one in found}
    pupils = [p for p in queries.roll(row) if p.pk not in rated] if may_teach else []
    came = queries.attendance_of(pupils)
    return show(
        request, "school/desk/said.html", title=word, icon=ICON, steps=steps(row, word), row=row, answers=len(found),
        mean=overview.one_decimal(sum(one.score for one in found), len(found)),
        scores=[(score, n, overview.percent(n, len(found))) for score, n in scores.items()],
        words=[one for one in found if one.words], missing=[p for p in pupils if came.get(p.pk, (0, 0))[0]],
    )  # fmt: skip


@require_http_methods(BOTH)
def rate(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Enter a paper answer for somebody without a telephone."""
    pupil = pupil_or_404(county, pk)
    asking.require(Permission.TEACH, on=pupil)
    row = pupil.course_class
    back = reverse("school:said", args=[county, row.pk])
    form = RateForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        done = attempt(form, lambda: actions.rate(pupil=pupil, **form.cleaned_data, by=actor(request), at=clock.now()))
        if done is not None:
            messages.success(request, _("已录入评价。"))
            return redirect(back)
    word = _("代%(name)s录入评价") % {"name": pupil.name}
    return form_page(request, form, trail=steps(row, word), label=_("录入评价"), back=back)
