"""Places left empty, and groups for whom places are kept: limits and appeals, the county's rule, certificates."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, IntegerField, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qunwen.base.people import queries as people
from qunwen.base.people.access import Permission as People
from qunwen.base.people.models import Resident
from qunwen.base.scope import asking, clock
from qunwen.base.scope.codes import county_of
from qunwen.base.ui.web.desk import attempt, show, status_of
from qunwen.services.bookings import actions
from qunwen.services.bookings.access import Permission
from qunwen.services.bookings.actions.misses import policy_of
from qunwen.services.bookings.enums import Standing
from qunwen.services.bookings.models import GroupProof, Restraint

from .forms import PolicyForm, ProofForm, ReviewForm
from .loaded import Trail, actor
from .places import BOTH

PAGE = 40
TONES = {
    Standing.IN_FORCE: "current", Standing.APPEALED: "attention", Standing.UPHELD: "current", Standing.LIFTED: "quiet"
}  # fmt: skip


def _steps(name: str, word: str, *more: str) -> Trail:
    return [
        (_("报名"), reverse("bookings:things")), (word, reverse(f"bookings:{name}") if more else ""),
        *((one, "") for one in more),
    ]  # fmt: skip


def _county(request: HttpRequest) -> str:
    """The county of the one who asks; 404 for staff above the counties."""
    staff = people.staff_member(actor(request).id)
    if staff is None or staff.place_id is None or len(staff.place_id) < 6:
        raise Http404
    return county_of(staff.place_id)


@never_cache
@require_safe
def limits(request: HttpRequest) -> HttpResponse:
    """Limits that are not over; appeals first."""
    asking.require(Permission.VIEW)
    at = clock.now()
    rows = Restraint.objects.filter(until__gt=at).select_related("resident", "place")
    waits = Case(When(state=Standing.APPEALED, then=Value(0)), default=Value(1), output_field=IntegerField())
    page = Paginator(rows.order_by(waits, "-since", "-pk"), PAGE).get_page(request.GET.get("page"))
    return show(
        request, "bookings/desk/limits.html", title=_("爽约和申诉"), icon="group", steps=_steps("limits", _("爽约和申诉")),
        page=page, rows=[(row, TONES[Standing(row.state)], asking.may(Permission.REVIEW, on=row)) for row in page], at=at,
        may_set=asking.may(Permission.REVIEW),
    )  # fmt: skip


@never_cache
@require_http_methods(BOTH)
def review(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Look at an appeal, or lift a limit that was a mistake."""
    row = Restraint.objects.select_related("resident").filter(county=county, pk=pk).first()
    if row is None:
        raise Http404
    asking.require(Permission.REVIEW, on=row)
    form = ReviewForm(request.POST if request.method == "POST" else None, initial={"verdict": "lift"})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        call = lambda: actions.review_appeal(  # noqa: E731
            restraint=row, lift=data["verdict"] == "lift", words=data["words"], by=actor(request), at=clock.now()
        )
        if attempt(form, call) is not None:
            messages.success(request, _("已复核，结果已通知本人。"))
            return redirect("bookings:limits")
    lead = _("%(name)s：%(n)s 次爽约，限制同时至多 %(most)s 项。") % {
        "name": row.resident.name, "n": row.misses, "most": row.at_most,
    }  # fmt: skip
    if row.appeal:
        lead += _("申诉：%(words)s") % {"words": row.appeal}
    return show(
        request, "ui/desk_form.html", title=row.resident.name, icon="group",
        steps=_steps("limits", _("爽约和申诉"), row.resident.name), form=form, action_label=_("保存复核结果"), lead=lead,
        back=reverse("bookings:limits"), status=status_of(form),
    )  # fmt: skip


@require_http_methods(BOTH)
def policy(request: HttpRequest) -> HttpResponse:
    """The county's rule."""
    county = _county(request)
    asking.require(Permission.REVIEW, place=county)
    form = PolicyForm(request.POST if request.method == "POST" else None, initial=policy_of(county)._asdict())
    if request.method == "POST" and form.is_valid():
        wanted = (
            actions.Policy(**form.cleaned_data) if min(form.cleaned_data.values()) >= 0 else actions.Policy(0, 0, 0, 0)
        )
        if attempt(form, lambda: actions.set_policy(county=county, policy=wanted, by=actor(request), at=clock.now())):
            messages.success(request, _("规则已保存，已有的限制不变。"))
            return redirect("bookings:limits")
    lead = _("提前让出名额从不算爽约。限制到期自动恢复，本人可以申诉，申诉期间不受限制。")
    return show(
        request, "ui/desk_form.html", title=_("爽约规则"), icon="group",
        steps=_steps("limits", _("爽约和申诉"), _("爽约规则")), form=form, action_label=_("保存规则"), lead=lead,
        back=reverse("bookings:limits"), status=status_of(form),
    )  # fmt: skip


@never_cache
@require_safe
def groups(request: HttpRequest) -> HttpResponse:
    """Who is certified for which group; and finding somebody to certify."""
    asking.require(Permission.CERTIFY)
    word = request.GET.get("q", "").strip().replace("\x00", "")[:40]
    found: list[Resident] = []
    rows = GroupProof.objects.filter(ended_at=None).select_related("resident", "place")
    if word:
        seen = asking.visible(Resident.objects.filter(active=True, name__contains=word), People.RESIDENT_VIEW)
        found = list(seen.select_related("place").order_by("name", "pk")[:20])
        rows = rows.filter(resident__name__contains=word)
    page = Paginator(rows.order_by("-certified_at", "-pk"), PAGE).get_page(request.GET.get("page"))
    return show(
        request, "bookings/desk/groups.html", title=_("优先群体"), icon="group", steps=_steps("groups", _("优先群体")),
        page=page, word=word, found=found, today=clock.today(),
    )  # fmt: skip


@never_cache
@require_http_methods(BOTH)
def certify(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Note that a resident belongs to a group."""
    resident = Resident.objects.filter(county=county, pk=pk, active=True).first()
    if resident is None:
        raise Http404
    form = ProofForm(request.POST if request.method == "POST" else None, initial={"since": clock.today()})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        call = lambda: actions.certify_group(resident=resident, **data, by=actor(request), at=clock.now())  # noqa: E731
        if attempt(form, call) is not None:
            messages.success(request, _("已登记，可以报留给这一群体的名额。"))
            return redirect("bookings:groups")
    return show(
        request, "ui/desk_form.html", title=resident.name, icon="group",
        steps=_steps("groups", _("优先群体"), resident.name), form=form, action_label=_("登记"),
        lead=_("看过证件原件再登记。只记证件名称和编号后四位，不留复印件。"), back=reverse("bookings:groups"), status=status_of(form),
    )  # fmt: skip


@require_POST
def end(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """The resident belongs to the group no more."""
    proof = GroupProof.objects.filter(county=county, pk=pk).first()
    if proof is None:
        raise Http404
    actions.end_proof(proof=proof, by=actor(request), at=clock.now())
    messages.success(request, _("已终止，已报的名额不受影响。"))
    return redirect("bookings:groups")
