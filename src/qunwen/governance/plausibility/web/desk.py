"""Findings on the desk: mine, those of my places, one with its records, how often each check speaks."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms as widgets
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from qunwen.base.journal.actors import Actor
from qunwen.base.measures import choosing
from qunwen.base.measures.periods import Period
from qunwen.base.places.models import Place
from qunwen.base.scope import asking, clock
from qunwen.base.scope.codes import Level, is_code
from qunwen.base.ui.web.desk import attempt, show, status_of
from qunwen.governance.plausibility import actions, limits, queries, showing, words
from qunwen.governance.plausibility.access import Permission
from qunwen.governance.plausibility.enums import CLOSED, State
from qunwen.governance.plausibility.models import Finding

from .forms import AnswerForm, ReasonForm

PAGE = 30
TONES = {
    State.NEW: "current", State.SHOWN: "current", State.EXPLAINED: "plain", State.CORRECTED: "good",
    State.CONFIRMED: "wrong", State.DISMISSED: "quiet",
}  # fmt: skip
STEPS = {
    "explain": (AnswerForm, actions.explain_finding, "answer"),
    "confirm": (ReasonForm, actions.confirm_finding, "reason"),
    "dismiss": (ReasonForm, actions.dismiss_finding, "reason"),
    "reopen": (ReasonForm, actions.reopen_finding, "reason"),
}


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Open ones first; whoever works in a unit begins with the own."""
    asking.require(Permission.VIEW)
    seen = queries.seen_by(_actor(request), clock.now())
    own = queries.mine(seen, _actor(request))
    whose = request.GET.get("whose") or ("mine" if queries.listed(own).exists() else "all")
    place, code = request.GET.get("place", ""), request.GET.get("check", "")
    closed = request.GET.get("closed") == "1"
    place = place if is_code(place) else ""
    rows = queries.listed(own if whose == "mine" else seen, place=place, code=code, closed=closed)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    title = _("数据疑点")
    more = {
        "page": page, "rows": _lines(list(page.object_list)), "whose": whose, "closed": closed, "code": code,
        "checks": [(each, words.title_of(each)) for each in limits.shipped()],
        "place_select": _places(place), "narrowed": bool(place or code), "mine_open": queries.listed(own).count(),
        "may_run": bool(_counties()),
    }  # fmt: skip
    return show(request, "plausibility/list.html", title=title, icon="help", steps=[(title, "")], **more)


def _lines(found: list[Finding]) -> list[dict[str, Any]]:
    names = words.names_for(found)
    return [
        {
            "finding": each, "title": words.title_of(each.check_code), "words": words.sentence(each, names),
            "period": Period.of(each.period).label, "tone": TONES[State(each.state)],
            "url": reverse("plausibility:page", args=[each.county, each.pk]),
        }
        for each in found
    ]  # fmt: skip


def _places(place: str) -> str:
    choices: list[tuple[str, Any]] = [("", _("全部"))]
    choices += [(each.pk, each.name) for each in choosing.homes()]
    if place and place not in {code for code, _name in choices}:
        choices += list(Place.objects.filter(pk=place).values_list("code", "name"))
    return widgets.Select(choices=choices).render("place", place)


def _counties() -> list[Place]:
    found = [place for place in choosing.homes() if place.level == Level.COUNTY]
    return [place for place in found if asking.may(Permission.RUN, place=place.pk)]


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """How often each check speaks, and what became of it; with how it works."""
    asking.require(Permission.VIEW)
    counts = queries.by_check(queries.seen_by(_actor(request), clock.now()))
    rows = []
    for code, defined in limits.shipped().items():
        by_state = counts.get(code, {})
        rows.append(
            {
                "code": code,
                "title": words.title_of(code),
                "how": words.how_of(code),
                "source": defined.source,
                "open": sum(number for state, number in by_state.items() if state not in CLOSED),
                "corrected": by_state.get(State.CORRECTED, 0),
                "dismissed": by_state.get(State.DISMISSED, 0),
            }
        )
    title, above = _("各项核对"), _("数据疑点")
    steps = [(above, reverse("plausibility:list")), (title, "")]
    return show(request, "plausibility/overview.html", title=title, icon="help", steps=steps, rows=rows)


@require_POST
def run(request: HttpRequest) -> HttpResponse:
    """Look through the last month and this one now."""
    asking.require(Permission.RUN)
    at = clock.now()
    found = closed = 0
    for county in _counties():
        month = Period.month_of(clock.day_of(at))
        for each in (month.previous, month):
            counts = actions.run_checks(county=county.pk, period=each.code, by=_actor(request), at=at)
            found, closed = found + counts.get("found", 0), closed + counts.get("closed", 0)
    said = _("核对完毕：新发现 %(found)d 条，已改正了结 %(closed)d 条。") % {"found": found, "closed": closed}
    messages.success(request, said)
    return HttpResponseRedirect(reverse("plausibility:list"))


def _found(request: HttpRequest, county: str, pk: uuid.UUID) -> Finding:
    finding = queries.finding(_actor(request), clock.now(), county, pk)
    if finding is None:
        raise Http404
    return finding


@require_safe
def page(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """One finding with its records side by side."""
    asking.require(Permission.VIEW)
    return _page(request, _found(request, county, pk), {})


def _page(request: HttpRequest, finding: Finding, typed: dict[str, Any]) -> HttpResponse:
    actor, at = _actor(request), clock.now()
    own = (finding.unit_id is not None and finding.unit_id == actor.unit) or finding.author_id == actor.id
    due = finding.opened or finding.opens_at <= at
    may_decide = asking.may(Permission.DECIDE, on=finding) and not own
    (line,) = _lines([finding])
    title = line.pop("title")
    more = {
        **line, "records": showing.records_of(finding), "how": words.how_of(finding.check_code), "own": own,
        "source": limits.shipped()[finding.check_code].source,
        "may_answer": finding.is_open and asking.may(Permission.ANSWER, on=finding) and (own or finding.unit_id is None),
        "may_decide": may_decide and finding.is_open and due, "may_reopen": may_decide and not finding.is_open,
        "answer_form": typed.get("explain", AnswerForm(initial={"answer": finding.answer})),
        "reason_form": typed.get("reason", ReasonForm()), "gentle": finding.is_open and not due,
    }  # fmt: skip
    steps = [(_("数据疑点"), reverse("plausibility:list")), (title, "")]
    status = max([200, *(status_of(form) for form in typed.values())])
    return show(request, "plausibility/page.html", title=title, icon="help", steps=steps, status=status, **more)


@require_POST
def act(request: HttpRequest, county: str, pk: uuid.UUID, step: str) -> HttpResponse:
    """Answer, settle, open again, or look again after the records were put right."""
    finding = _found(request, county, pk)
    here = HttpResponseRedirect(reverse("plausibility:page", args=[county, pk]))
    if step == "recheck":
        actions.recheck_finding(finding=finding, by=_actor(request), at=clock.now())
        if finding.is_open:
            messages.info(request, _("记录里还是这样。改好以后再点一次；每天夜里也会自动核对。"))
        else:
            messages.success(request, _("记录已改正，这条疑点已了结。"))
        return here
    if step not in STEPS:
        raise Http404
    form_class, call, name = STEPS[step]
    form = form_class(request.POST)
    done = form.is_valid() and attempt(
        form,
        lambda: call(finding=finding, by=_actor(request), at=clock.now(), **{name: form.cleaned_data[name]}),
    )
    if not done:
        return _page(request, _found(request, county, pk), {"explain" if step == "explain" else "reason": form})
    messages.success(request, _("已记下，谢谢。") if step == "explain" else _("已记下核实意见。"))
    return here
