"""The citizens' art school for residents: find a class, apply for the family in one go, my classes, verify a certificate."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qunwen.base.people.models import Resident
from qunwen.base.people.web.public import resident_required
from qunwen.base.scope import clock
from qunwen.base.scope.clock import local
from qunwen.services.bookings.enums import State
from qunwen.services.bookings.models import Booking
from qunwen.services.school import actions, certificates, queries
from qunwen.services.school.actions.enrolling import said_ages
from qunwen.services.school.definitions import rule_of, said
from qunwen.services.school.enums import ClassState, How, LessonState, PupilState
from qunwen.services.school.models import Certificate, CourseClass, Discipline, Lesson, Pupil

from . import counties
from .caching import public_page
from .forms import new_key
from .public import no_county, short, trail

PAGE = 24
NAV = "school"


class ApplyForm(forms.Form):
    """Who of the family learns here; the key makes a page sent twice give the first answers."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    people = forms.MultipleChoiceField(
        label=gettext_lazy("谁来学"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("请至少选一位学员。")},
    )  # fmt: skip

    def __init__(self, *args: Any, family: list[Resident], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.family = {str(person.pk): person for person in family}
        self.fields["people"].choices = [
            (key, person.name if n else _("我自己（%(name)s）") % {"name": person.name})
            for n, (key, person) in enumerate(self.family.items())
        ]

    def chosen(self) -> list[Resident]:
        """Those who learn, in the order of the form."""
        return [self.family[key] for key in self.family if key in self.cleaned_data["people"]]


def _family(request: Any) -> list[Resident]:
    return [] if request.resident is None else [request.resident, *request.wards]


def _ids(request: Any) -> list[uuid.UUID]:
    return [person.pk for person in _family(request)]


def _top() -> tuple[Any, str]:
    return (_("艺校课程"), reverse("portal:school"))


@public_page
def school(request: HttpRequest) -> HttpResponse:
    """Classes one may learn in, by town, field and words."""
    county = counties.of_request(request)
    if not county:
        return no_county(request)
    at = clock.now()
    place, discipline, text = (request.GET.get(name, "").strip()[:60] for name in ("place", "discipline", "q"))
    place = place if place.isdigit() and place.startswith(county) else ""
    rows = queries.on_show(county=county, at=at, place=place, discipline=discipline, text=text.replace("\x00", ""))
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    found = list(page.object_list)
    offers = queries.offers(found, at)
    return render(
        request,
        "portal/school/list.html",
        {
            "nav_key": NAV, "trail": trail((_("艺校课程"), "")), "page": page, "at": at, "county": county,
            "rows": [(row, offers[row.pk], _ages(row)) for row in found], "towns": counties.towns(county),
            "disciplines": Discipline.objects.filter(county=county).order_by("order", "name", "pk"),
            "place": place, "discipline": discipline, "text": text, "narrowed": bool(place or discipline or text),
        },
    )  # fmt: skip


def _ages(row: CourseClass) -> str:
    return said_ages(row.subject.age_from, row.subject.age_to)


def _class(county: str, key: uuid.UUID) -> CourseClass:
    row = queries.classes(county=county).filter(pk=key).first()
    if row is None:
        raise Http404
    return row


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def course(request: Any, county: str, key: uuid.UUID) -> HttpResponse:
    """One class: when, where, who teaches, how many places; apply for several of the family in one go."""
    row = _class(county, key)
    at = clock.now()
    family = _family(request)
    form = ApplyForm(request.POST if request.method == "POST" else None, family=family, initial={"key": new_key()})
    if request.method == "POST":
        if request.resident is None:
            messages.info(request, _("报名前请先验证手机号，验证后回到这里。"))
            return redirect(f"{reverse('people:login')}?{urlencode({'next': request.path})}")
        if form.is_valid() and (answer := _apply(request, form, row)) is not None:
            return answer
    offer = queries.offers([row], at)[row.pk]
    lessons = Lesson.objects.select_related("room").filter(county=county, course_class=row)
    drawn = row.how == How.DRAW and not offer.may_apply
    rule = rule_of(row.rule)
    return render(
        request,
        "portal/school/class.html",
        {
            "nav_key": NAV, "trail": trail(_top(), (short(row.title), "")), "row": row, "offer": offer, "form": form,
            "ages": _ages(row), "lessons": lessons.order_by("number", "pk"), "at": at, "family": family,
            "drawn": drawn, "draw": queries.draw_of(row) if row.how == How.DRAW else None, "rule": said(rule) if rule else "",
            "rule_row": rule, "published": row.state == ClassState.PUBLISHED,
        },
    )  # fmt: skip


def _apply(request: Any, form: ApplyForm, row: CourseClass) -> HttpResponse | None:
    try:
        answers = actions.enrol_many(
            course_class=row, holder=request.resident, people=form.chosen(), key=str(form.cleaned_data["key"]),
            by=request.actor, at=clock.now(),
        )  # fmt: skip
    except ValidationError as refused:
        for line in refused.messages:
            form.add_error(None, line)
        return None
    except PermissionDenied as refused:
        form.add_error(None, str(refused))
        return None
    refusals = [answer.refusal for answer in answers if answer.booking is None]
    if len(refusals) == len(answers):
        for line in refusals:
            form.add_error(None, line)
        return None
    for answer in answers:
        if answer.booking is None:
            messages.error(request, answer.refusal)
        elif answer.booking.state == State.WAITING:
            messages.warning(request, _("%(name)s排上了候补。") % {"name": answer.resident.name})
        else:
            messages.success(request, _("%(name)s报上了。") % {"name": answer.resident.name})
    return redirect("portal:my_school")


# -- my classes -------------------------------------------------------------------------------------------


@resident_required
@require_safe
def my_school(request: Any) -> HttpResponse:
    """Where the family learns, where it waits and why, certificates."""
    county, at = request.resident.county, clock.now()
    pupils = list(queries.mine(county=county, residents=_ids(request))[:100])
    came = queries.attendance_of(pupils)
    waiting = queries.my_waiting(county=county, residents=_ids(request))
    papers = Certificate.objects.filter(county=county, pupil__in=[p.pk for p in pupils], revoked_at=None)
    by_pupil = {paper.pupil_id: paper for paper in papers}
    coming = _next_lessons(county, [p for p in pupils if p.state == PupilState.ENROLLED], at)
    return render(
        request,
        "portal/school/mine.html",
        {
            "nav_key": NAV, "trail": trail(_top(), (_("我的课程"), "")), "at": at,
            "live": [(p, came[p.pk], coming.get(p.course_class_id)) for p in pupils if p.state == PupilState.ENROLLED],
            "past": [(p, by_pupil.get(p.pk)) for p in pupils if p.state != PupilState.ENROLLED],
            "waiting": [(b, queries.standing(b), _names(b)) for b in waiting if b.state == State.WAITING],
            "offers": [(b, _names(b)) for b in waiting if b.state == State.OFFERED],
        },
    )  # fmt: skip


def _names(booking: Booking) -> str:
    return "、".join(str(person) for person in booking.attendees.all())


def _next_lessons(county: str, pupils: list[Pupil], at: Any) -> dict[uuid.UUID, Lesson]:
    """The lesson that runs or comes next, by class."""
    rows = Lesson.objects.filter(
        county=county, course_class__in={p.course_class_id for p in pupils}, ends_at__gt=at,
    ).exclude(state=LessonState.CANCELLED)  # fmt: skip
    found: dict[uuid.UUID, Lesson] = {}
    for row in rows.order_by("starts_at", "pk"):
        found.setdefault(row.course_class_id, row)
    return found


def _mine(request: Any, key: uuid.UUID) -> Pupil:
    found = queries.mine(county=request.resident.county, residents=_ids(request)).filter(pk=key).first()
    if found is None:
        raise Http404
    return found


@resident_required
@require_POST
def sign_in(request: Any, key: uuid.UUID) -> HttpResponse:
    """Type the code on the screen of the room."""
    pupil = _mine(request, key)
    at = clock.now()
    lesson = _next_lessons(pupil.county, [pupil], at).get(pupil.course_class_id)
    if lesson is None:
        messages.error(request, _("这个班现在没有课。"))
    else:
        lesson.course_class = pupil.course_class
        code = request.POST.get("code", "")[:20]
        said_so = _("%(name)s已签到。") % {"name": pupil.name}
        _try(request, said_so, actions.sign_in, lesson=lesson, pupil=pupil, code=code, at=at)
    return redirect("portal:my_school")


@resident_required
@require_POST
def rate(request: Any, key: uuid.UUID) -> HttpResponse:
    """Say what the class was like."""
    pupil = _mine(request, key)
    score = request.POST.get("score", "")
    words = request.POST.get("words", "").replace("\x00", "")
    number = int(score) if score in {"1", "2", "3", "4", "5"} else 0
    _try(request, _("谢谢您的评价。"), actions.rate, pupil=pupil, score=number, words=words, at=clock.now())
    return redirect("portal:my_school")


@resident_required
@require_safe
def my_certificate(request: Any, key: uuid.UUID) -> HttpResponse:
    """A certificate of the family, to show, to save, to print."""
    pupil = _mine(request, key)
    row = Certificate.objects.filter(county=pupil.county, pupil=pupil, revoked_at=None).first()
    if row is None:
        raise Http404
    return render(
        request,
        "portal/school/certificate.html",
        {
            "nav_key": NAV, "trail": trail(_top(), (_("我的课程"), reverse("portal:my_school")), (_("结业证书"), "")),
            "row": row, "day": local(row.issued_at).date(), "qr": mark_safe(certificates.qr_svg(row)),
        },
    )  # fmt: skip


def _try(request: Any, done: str, action: Any, **about: Any) -> None:
    try:
        action(by=request.actor, **about)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, done)


# -- certificates -----------------------------------------------------------------------------------------


@never_cache
@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """Whether a certificate is genuine: by its code, or by what its QR code says. For anybody."""
    text = request.GET.get("code", "").strip().replace("\x00", "")[:400]
    county = counties.of_request(request)
    row, wrong = certificates.find(county=county, text=text) if text else (None, "")
    return render(
        request,
        "portal/school/verify.html",
        {
            "nav_key": NAV, "trail": trail(_top(), (_("查验证书"), "")), "text": text, "row": row, "wrong": wrong,
            "name": certificates.shown_name(row.name) if row else "",
            "day": local(row.issued_at).date() if row else None,
        },
    )  # fmt: skip
