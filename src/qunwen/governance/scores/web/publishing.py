"""A ranking is published, and read afterwards beside what it would be now."""

from __future__ import annotations

import uuid
from fractions import Fraction
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from qunwen.base.scope import asking, clock
from qunwen.base.ui.web.desk import attempt, show, status_of
from qunwen.governance.scores import actions, queries, wording
from qunwen.governance.scores.access import Permission
from qunwen.governance.scores.sheets import say_points
from qunwen.governance.scores.spans import Span

from .asked import ICON, place_of, ranking_url, sheet_or_404, span_of, steps, subject_url
from .forms import PublishForm


def _actor(request: HttpRequest) -> Any:
    return request.actor  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, sheet: str) -> HttpResponse:
    """Freeze a ranking."""
    chosen = sheet_or_404(sheet)
    place = place_of(request, chosen)
    asking.require(Permission.PUBLISH, place=place.pk)
    span = span_of(request, chosen, clock.today())
    form = PublishForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made = attempt(
            form,
            lambda: actions.publish_ranking(sheet=sheet, place=place, span=span, by=_actor(request), at=clock.now()),
        )
        if made is not None:
            messages.success(request, _("排名已公布。"))
            return redirect(reverse("scores:published", args=[made.county, made.pk]))
    running = (
        _("%(span)s还没有结束，公布的是截至今天的排名。") % {"span": span.label} if clock.today() < span.end else ""
    )
    lead = f"{place.name} · {wording.title_of(chosen)} · {span.label}。{running}"
    return show(
        request, "ui/desk_form.html", title=_("公布评分排名"), icon=ICON, steps=steps(chosen, (_("公布"), "")), form=form,
        action_label=_("公布排名"), lead=lead, back=ranking_url(chosen.code, span=span.code, place=place.pk),
        status=status_of(form),
    )  # fmt: skip


@require_safe
def page(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """A published ranking; whose rows have changed since is said beside it."""
    asking.require(Permission.VIEW)
    row = queries.published(county).filter(pk=pk).first()
    if row is None:
        raise Http404
    sheet = sheet_or_404(row.sheet)
    since = queries.since(row, on=clock.today())
    rows = [
        {
            **each.row, "total": say_points(Fraction(each.row["total"])), "changed": each.changed,
            "now": "" if each.now is None else say_points(each.now),
            "url": subject_url(row.sheet, each.row["subject"], row.span) if _seen(each.row["subject"]) else "",
        }
        for each in since
    ]  # fmt: skip
    return show(
        request, "scores/published.html", title=row.title, icon=ICON, row=row, rows=rows, sheet=sheet,
        steps=steps(sheet, (_("已公布"), "")), changed=sum(each.changed for each in since), span=Span.of(row.span),
        same_rules=sheet.sha256 == row.definition_sha256,
    )  # fmt: skip


def _seen(key: str) -> bool:
    return asking.may(Permission.VIEW, place=key.partition(queries.BETWEEN)[0])
