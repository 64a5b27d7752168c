"""One answer on the desk: what was said, on what evidence, and everything said before."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qunwen.base.evidence import actions as evidence_actions
from qunwen.base.evidence import queries as evidence
from qunwen.base.evidence.access import Permission as Evidence
from qunwen.base.measures import queries as figures
from qunwen.base.measures.access import Permission as Figures
from qunwen.base.measures.periods import Period
from qunwen.base.scope import asking, clock
from qunwen.base.ui.web.desk import attempt, show, status_of
from qunwen.governance.returns import actions, elements, queries
from qunwen.governance.returns.access import Permission
from qunwen.governance.returns.measures import page_of
from qunwen.governance.returns.models import ReturnedValue

from .forms import ProofForm, WithdrawForm
from .reach import ICON, actor_of, sheet_of, steps


def _row(county: str, pk: uuid.UUID) -> ReturnedValue:
    row = queries.one(county, pk)
    if row is None or row.element not in elements.returned():
        raise Http404
    return row


def _trail(row: ReturnedValue, *more: str) -> list[tuple[str, str]]:
    period = Period.of(row.period)
    title = elements.title(elements.returned()[row.element])
    home = (row.place.name, f"{reverse('returns:index')}?place={row.place_id}")
    last = (title, page_of(row.county, row.pk)) if more else title
    return steps(home, (period.label, sheet_of(row.place_id, period)), last, *more)


@require_safe
def page(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """The answer with its history, newest first, and its evidence."""
    row = _row(county, pk)
    element, period = elements.returned()[row.element], Period.of(row.period)
    history = queries.chain(row)
    standing = next((one for one in history if one.superseded_at is None), None)
    for one in history:
        one.said = elements.shown(element, one.value) if one.value is not None else one.get_answer_display()
    mine = asking.may(Permission.REPORT, on=row) and row.superseded_at is None
    at = clock.now()
    figure = ""
    if asking.may(Figures.VIEW, place=row.place_id):
        figure = figures.figure_url(measure=row.element, place=row.place_id, period=period)
    return show(
        request, "returns/desk/value.html", title=elements.title(element), icon=ICON, steps=_trail(row), row=row,
        element=element, period=period, history=history, standing=standing, at=at, links=list(evidence.of(row)),
        said=elements.shown(element, row.value) if row.value is not None else row.get_answer_display(),
        sheet=sheet_of(row.place_id, period), figure=figure, may_change=mine, every=elements.every_label(element),
        may_prove=mine and asking.may(Evidence.ADD, place=row.place_id),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Take the answer back."""
    row = _row(county, pk)
    asking.require(Permission.REPORT, on=row)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if attempt(form, lambda: actions.withdraw_value(row=row, reason=reason, by=actor_of(request), at=clock.now())):
            messages.success(request, _("已撤回，这一项算没有填报。"))
            return redirect(sheet_of(row.place_id, Period.of(row.period)))
    return show(
        request, "ui/desk_form.html", title=_("撤回填报"), icon=ICON, steps=_trail(row, _("撤回")), form=form,
        action_label=_("撤回这个数"), back=page_of(county, pk), danger=True, status=status_of(form),
        lead=_("撤回后这一项变为没有填报，不是零；旧数和原因会留在记录里。"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def prove(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Attach the register, the receipt, the photograph from which the number was taken."""
    row = _row(county, pk)
    asking.require(Permission.REPORT, on=row)
    asking.require(Evidence.ADD, place=row.place_id)
    form = ProofForm(request.POST if request.method == "POST" else None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        kept = sum(_keep(request, file, row) for file in form.cleaned_data["files"])
        if kept:
            messages.success(request, _("已保存 %(n)d 份佐证，这个数现在是 B 级。") % {"n": kept})
        return redirect(page_of(county, pk))
    return show(
        request, "ui/desk_form.html", title=_("上传佐证"), icon=ICON, steps=_trail(row, _("上传佐证")), form=form,
        action_label=_("上传"), back=page_of(county, pk), status=status_of(form),
    )  # fmt: skip


def _keep(request: HttpRequest, file: object, row: ReturnedValue) -> bool:
    try:
        evidence_actions.keep_file(
            stream=file, name=file.name, subject=row, place=row.place, by=actor_of(request), at=clock.now()  # type: ignore[attr-defined]
        )  # fmt: skip
    except (ValidationError, PermissionDenied) as refusal:
        said = " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)
        messages.error(request, _("“%(name)s”没有保存：%(why)s") % {"name": file.name, "why": said})  # type: ignore[attr-defined]
        return False
    return True


@require_POST
def remove_proof(request: HttpRequest, county: str, pk: uuid.UUID, link: uuid.UUID) -> HttpResponse:
    """Take a file away from the answer."""
    row = _row(county, pk)
    found = evidence.of(row).filter(pk=link).first()
    if found is None:
        raise Http404
    evidence_actions.unlink(link=found, by=actor_of(request), at=clock.now())
    messages.success(request, _("已移除。"))
    return redirect(page_of(county, pk))
