"""Setting up a school: terms, classes, tutors with their papers, pupils by signed forms."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from qunwen.base.scope import asking, clock
from qunwen.base.ui.web.desk import attempt, show, status_of
from qunwen.services.afterschool import actions, queries
from qunwen.services.afterschool.access import Permission
from qunwen.services.afterschool.models import Child, School, SchoolClass, SchoolTerm, Tutor

from . import setup_forms as setup
from .loaded import ICON, actor, first_or_404, steps

BOTH = ["GET", "HEAD", "POST"]
PAGE = 60
SOON = dt.timedelta(days=30)


def school_or_404(county: str, pk: uuid.UUID) -> School:
    """One school."""
    asking.require(Permission.VIEW)
    found: School = first_or_404(School.objects.select_related("unit", "place").filter(county=county, pk=pk))
    return found


def term_or_404(county: str, pk: uuid.UUID) -> SchoolTerm:
    """One term with its school."""
    asking.require(Permission.VIEW)
    found: SchoolTerm = first_or_404(SchoolTerm.objects.select_related("school").filter(county=county, pk=pk))
    return found


def home(school: School) -> str:
    """The school's own page."""
    return reverse("afterschool:school", args=[school.county, school.pk])


def trail(school: School, *more: str | tuple[str, str]) -> list[tuple[str, str]]:
    """The way to a page of a school."""
    return steps((_("学校"), reverse("afterschool:schools")), (school.name, home(school) if more else ""), *more)


def form_page(request: HttpRequest, form: forms.Form, *, school: School, title: str, label: str) -> HttpResponse:
    """A form about a school."""
    return show(
        request, "ui/desk_form.html", title=title, icon=ICON, steps=trail(school, title), form=form, action_label=label,
        back=home(school), status=status_of(form),
    )  # fmt: skip


def done(request: HttpRequest, form: forms.Form, call: Callable[[], Any], words: str) -> bool:
    """Whether the form was sent, sound, and the action took it."""
    if request.method != "POST" or not form.is_valid() or attempt(form, call) is None:
        return False
    messages.success(request, words)
    return True


@require_safe
def schools(request: HttpRequest) -> HttpResponse:
    """Every school one may see, with the term that runs or comes next."""
    asking.require(Permission.VIEW)
    page = Paginator(
        School.objects.select_related("place").filter(active=True).order_by("place_id", "name", "pk"), PAGE
    ).get_page(request.GET.get("page"))
    terms: dict[uuid.UUID, SchoolTerm] = {}
    rows = SchoolTerm.objects.filter(school__in=[one.pk for one in page], ends_on__gte=clock.today())
    for row in rows.order_by("-starts_on", "pk"):
        terms[row.school_id] = row
    return show(
        request, "afterschool/desk/schools.html", title=_("课后服务学校"), icon=ICON, steps=steps(_("学校")), page=page,
        rows=[(one, terms.get(one.pk)) for one in page], may_manage=asking.may(Permission.MANAGE),
    )  # fmt: skip


@require_http_methods(BOTH)
def add_school(request: HttpRequest) -> HttpResponse:
    """Put a school on the list."""
    asking.require(Permission.MANAGE)
    form = setup.SchoolForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        row = attempt(form, lambda: actions.enter_school(**form.values(), by=actor(request), at=clock.now()))
        if row is not None:
            messages.success(request, _("已登记。接着设置学期、班级和人员。"))
            return redirect(home(row))
    back = reverse("afterschool:schools")
    return show(
        request, "ui/desk_form.html", title=_("登记学校"), icon=ICON, steps=steps((_("学校"), back), _("登记")), form=form,
        action_label=_("登记这所学校"), back=back, status=status_of(form),
    )  # fmt: skip


@require_safe
def school(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """What the school has set up, and what is still missing before parents can apply."""
    row = school_or_404(county, pk)
    today = clock.today()
    tutors = Tutor.objects.filter(county=county, school=row, active=True).order_by("name", "pk")
    soon = today + SOON
    papers = [(one, queries.missing_checks(one, today), queries.missing_checks(one, soon)) for one in tutors]
    children = asking.may(Permission.CHILD_VIEW, on=row)
    return show(
        request, "afterschool/desk/school.html", title=row.name, icon=ICON, steps=trail(row), row=row, tutors=papers,
        terms=list(SchoolTerm.objects.filter(county=county, school=row).order_by("-starts_on", "pk")[:8]),
        classes=SchoolClass.objects.filter(county=county, school=row).select_related("teacher").order_by(
            "grade", "name", "pk"
        ),
        may_manage=asking.may(Permission.MANAGE, on=row), may_children=children, now=clock.now(),
        pupils=Child.objects.filter(county=county, school=row, left_at=None).count() if children else 0,
    )  # fmt: skip


def _manage(county: str, pk: uuid.UUID) -> School:
    row = school_or_404(county, pk)
    asking.require(Permission.MANAGE, on=row)
    return row


@require_http_methods(BOTH)
def add_term(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """A term."""
    row = _manage(county, pk)
    form = setup.TermForm(request.POST if request.method == "POST" else None, initial=setup.default_term(clock.today()))
    call = lambda: actions.set_term(school=row, **form.cleaned_data, by=actor(request), at=clock.now())  # noqa: E731
    if done(request, form, call, _("学期已设置。")):
        return redirect(home(row))
    return form_page(request, form, school=row, title=_("设置学期"), label=_("保存学期"))


@require_http_methods(BOTH)
def add_class(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """A class, or another teacher for one."""
    row = _manage(county, pk)
    form = setup.ClassForm(request.POST if request.method == "POST" else None, school=row)
    call = lambda: actions.set_class(school=row, **form.cleaned_data, by=actor(request), at=clock.now())  # noqa: E731
    if done(request, form, call, _("班级已保存。")):
        return redirect(home(row))
    return form_page(request, form, school=row, title=_("设置班级"), label=_("保存班级"))


@require_http_methods(BOTH)
def add_tutor(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Somebody who leads activities."""
    row = _manage(county, pk)
    form = setup.TutorForm(request.POST if request.method == "POST" else None)
    call = lambda: actions.enter_tutor(school=row, **form.cleaned_data, by=actor(request), at=clock.now())  # noqa: E731
    if done(request, form, call, _("已登记。核查齐全后才能带班。")):
        return redirect(home(row))
    return form_page(request, form, school=row, title=_("登记课后服务人员"), label=_("登记人员"))


@require_http_methods(BOTH)
def check_tutor(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """A paper of a tutor that was looked at."""
    asking.require(Permission.MANAGE)
    tutor: Tutor = first_or_404(Tutor.objects.select_related("school").filter(county=county, pk=pk))
    asking.require(Permission.MANAGE, on=tutor)
    lacking = queries.missing_checks(tutor, clock.today())
    start = {"kind": lacking[0] if lacking else None, "checked_on": clock.today()}
    form = setup.CheckForm(request.POST if request.method == "POST" else None, initial=start)
    call = lambda: actions.check_tutor(tutor=tutor, **form.cleaned_data, by=actor(request), at=clock.now())  # noqa: E731
    if done(request, form, call, _("核查已登记。")):
        return redirect(home(tutor.school))
    title = _("登记%(name)s的核查") % {"name": tutor.name}
    return form_page(request, form, school=tutor.school, title=title, label=_("登记核查"))


@require_safe
def pupils(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """The pupils on the school's list; for the school alone."""
    row = school_or_404(county, pk)
    asking.require(Permission.CHILD_VIEW, on=row)
    rows = Child.objects.filter(county=county, school=row, left_at=None).select_related("resident", "school_class")
    page = Paginator(rows.order_by("school_class__grade", "school_class__name", "resident__name", "pk"), PAGE)
    return show(
        request, "afterschool/desk/pupils.html", title=_("学生名单"), icon=ICON, steps=trail(row, _("学生名单")), row=row,
        page=page.get_page(request.GET.get("page")), may_manage=asking.may(Permission.MANAGE, on=row),
    )  # fmt: skip


@require_http_methods(BOTH)
def add_pupil(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """A pupil by the form a guardian signed, for families without an account."""
    row = _manage(county, pk)
    asking.require(Permission.CHILD_VIEW, on=row)
    form = setup.PupilForm(request.POST if request.method == "POST" else None, school=row)
    call = lambda: actions.enter_on_paper(  # noqa: E731
        school_class=form.cleaned_data["school_class"], family=form.family(), by=actor(request), at=clock.now()
    )
    if done(request, form, call, _("学生已登记，监护人的书面同意已记下。")):
        return redirect("afterschool:pupils", county, pk)
    return form_page(request, form, school=row, title=_("按书面同意登记学生"), label=_("登记学生"))


@require_http_methods(BOTH)
def paper(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """An application handed in on paper, also after the closing date; it is reviewed like any other."""
    term = term_or_404(county, pk)
    asking.require(Permission.REVIEW, on=term)
    form = setup.PaperForm(request.POST if request.method == "POST" else None, term=term)
    if request.method == "POST" and form.is_valid():
        call = lambda: actions.apply_on_paper(  # noqa: E731
            wish=form.wish(), term=term, key=form.cleaned_data["key"], by=actor(request), at=clock.now()
        )
        answer = attempt(form, call)
        if answer is not None and answer.application is not None:
            refused = [" ".join(one.refusal.messages) for one in answer.answers if one.refusal is not None]
            messages.success(request, _("书面申请已录入，按同样的步骤审核。"))
            for words in refused:
                messages.warning(request, words)
            return redirect("afterschool:application", county, answer.application.pk)
    title = _("录入书面申请：%(term)s") % {"term": term.name}
    return form_page(request, form, school=term.school, title=title, label=_("录入这份申请"))
