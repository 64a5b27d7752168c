"""My to-do list, one submission with what changed, and the decisions on it."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from qunwen.base.reviews import actions, kinds, queries
from qunwen.base.reviews.models import ReviewItem
from qunwen.base.scope import asking, clock

from .forms import REASON, DecisionForm

PAGE = 30
TABS = ("todo", "mine", "overdue")


def _actor(request: HttpRequest) -> Any:
    actor = getattr(request, "actor", None)
    if actor is None:
        raise Http404
    return actor


@require_GET
def todo(request: HttpRequest) -> HttpResponse:
    """What waits for me, what I handed in, what is overdue in my area."""
    actor, at = _actor(request), clock.now()
    tab = request.GET.get("tab", "todo")
    tab = tab if tab in TABS else "todo"
    lists = {"todo": queries.todo_for(actor.id), "mine": queries.mine(actor.id), "overdue": queries.overdue(at)}
    rows = lists[tab].select_related("place")
    chosen = request.GET.get("kind", "")
    if chosen:
        rows = rows.filter(kind=chosen)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    for item in page.object_list:
        item.late = item.is_overdue(at)
    names = {"todo": _("等我审核"), "mine": _("我提交的"), "overdue": _("超期未办")}
    context = {
        "page": page,
        "tab": tab,
        "tabs": [(code, names[code], lists[code].count()) for code in TABS],
        "kinds": kinds.all_kinds(),
        "chosen": chosen,
        "at": at,
        "header_title": _("审核"),
        "breadcrumbs_items": _trail(),
        "header_icon": "clipboard-list",
    }
    return render(request, "reviews/desk_todo.html", context)


def _trail(*more: str) -> list[dict[str, str]]:
    trail = [
        {"url": reverse("wagtailadmin_home"), "label": _("首页")},
        {"url": reverse("reviews:todo") if more else "", "label": _("审核")},
    ]
    return trail + [{"url": "", "label": label} for label in more]


def _item(request: HttpRequest, county: str, pk: uuid.UUID) -> ReviewItem:
    """The submission, if it may be seen: in scope, waiting for me, or handed in by me. 404 otherwise."""
    actor = _actor(request)
    item = queries.item_with_steps(county, pk)
    if item is None:
        raise Http404
    own = item.submitted_by_id is not None and item.submitted_by_id == actor.id
    if not (own or asking.may("reviews.view", on=item) or queries.may_decide(item, actor.id)):
        raise Http404
    return item


@require_GET
def item(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """One submission: what changed beside what was, its steps, and what I may do."""
    found = _item(request, county, pk)
    return _show(request, found, DecisionForm(initial={"token": found.token}), {})


def _show(
    request: HttpRequest, found: ReviewItem, form: DecisionForm, reasons: dict[str, str], status: int = 200
) -> HttpResponse:
    actor, at = _actor(request), clock.now()
    changes = queries.changes_since_approval(found)
    context = {
        "item": found,
        "late": found.is_overdue(at),
        "changes": [
            (queries.in_words(found, change), f"{REASON}{change.field}", reasons.get(change.field, ""))
            for change in changes
        ],
        "steps": found.steps.all(),
        "form": form,
        "may_decide": queries.may_decide(found, actor.id),
        "own": found.submitted_by_id == actor.id,
        "left": queries.todo_for(actor.id).exclude(county=found.county, pk=found.pk).count(),
        "at": at,
        "header_title": found.subject_label,
        "header_icon": "clipboard-list",
        "breadcrumbs_items": _trail(found.subject_label),
    }
    return render(request, "reviews/desk_item.html", context, status=status)


@require_POST
def decide(request: HttpRequest, county: str, pk: uuid.UUID, verb: str) -> HttpResponse:
    """Approve or send back, then go to the next one that waits for me."""
    found, actor, at = _item(request, county, pk), _actor(request), clock.now()
    changes = queries.changes_since_approval(found)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _show(request, found, form, {}, status=422)
    reasons = form.reasons(changes)
    told = {"token": form.cleaned_data["token"], "note": form.cleaned_data["note"]}
    try:
        if verb == "approve":
            actions.approve(item=found, by=actor, at=at, **told)
            messages.success(request, _("已通过“%(what)s”。") % {"what": found.subject_label})
        else:
            actions.return_back(item=found, reasons=reasons, by=actor, at=at, **told)
            messages.success(request, _("已退回“%(what)s”，提交人会收到通知。") % {"what": found.subject_label})
    except ValidationError as error:
        form.add_error(None, error)
        return _show(request, found, form, reasons, status=422)
    return _next(request, found)


def _next(request: HttpRequest, done: ReviewItem) -> HttpResponse:
    waiting = queries.todo_for(_actor(request).id).exclude(county=done.county, pk=done.pk).first()
    if waiting is None:
        return redirect("reviews:todo")
    return redirect("reviews:item", waiting.county, waiting.pk)


@require_GET
def skip(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Leave this one and look at the next in the list, round to the first."""
    rows = list(queries.todo_for(_actor(request).id).values_list("county", "pk")[:500])
    here = rows.index((county, pk)) if (county, pk) in rows else -1
    if not rows or rows == [(county, pk)]:
        return redirect("reviews:todo")
    return redirect("reviews:item", *rows[(here + 1) % len(rows)])


@require_POST
def own(request: HttpRequest, county: str, pk: uuid.UUID, verb: str) -> HttpResponse:
    """Take back or urge what I handed in."""
    found, actor, at = _item(request, county, pk), _actor(request), clock.now()
    try:
        if verb == "withdraw":
            actions.withdraw(item=found, by=actor, at=at)
            messages.success(request, _("已撤回“%(what)s”，可以修改后重新提交。") % {"what": found.subject_label})
        else:
            actions.urge(item=found, by=actor, at=at)
            messages.success(request, _("已催办，审核人会收到通知。"))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("reviews:item", county, pk)


@require_POST
def approve_many(request: HttpRequest) -> HttpResponse:
    """Approve every ticked one; each stands for itself, and those that did not work are named."""
    actor, at, done = _actor(request), clock.now(), 0
    picked = request.POST.getlist("picked")
    if not picked:
        messages.error(request, _("请先勾选要通过的事项。"))
    waiting = {f"{i.county}:{i.pk}:{i.token}": i for i in queries.todo_for(actor.id)} if picked else {}
    for key in picked:
        try:
            if key not in waiting:
                raise actions.AlreadyDecided(_("其中一件已由别人处理或状态已变，没有再处理。"))
            actions.approve(item=waiting[key], by=actor, at=at, token=waiting[key].token)
            done += 1
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
    if done:
        messages.success(request, _("已通过 %(n)d 件。") % {"n": done})
    return redirect("reviews:todo")
