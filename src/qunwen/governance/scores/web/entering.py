"""Entries: added with evidence, put right, taken back, decided on, finished."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from qunwen.base.evidence import actions as evidence_actions
from qunwen.base.evidence import queries as evidence
from qunwen.base.evidence.access import Permission as Evidence
from qunwen.base.journal import queries as journal
from qunwen.base.journal.access import Permission as Journal
from qunwen.base.journal.differences import tell_all
from qunwen.base.people.models import Unit
from qunwen.base.places.models import Place
from qunwen.base.scope import asking, clock
from qunwen.base.ui.web.desk import attempt, show, status_of
from qunwen.governance.scores import actions, known, queries, wording
from qunwen.governance.scores.access import Permission
from qunwen.governance.scores.enums import EntryState
from qunwen.governance.scores.models import ScoreEntry
from qunwen.governance.scores.sheets import say_points
from qunwen.governance.scores.spans import Span

from .asked import ICON, entry_or_404, place_of, sheet_or_404, span_of, steps, subject_url
from .forms import DecideForm, EntryForm, FilesForm, FinishForm, ReasonForm, first_of, item_choices

BOTH = ["GET", "HEAD", "POST"]
HISTORY = 10


def _actor(request: HttpRequest) -> Any:
    return request.actor  # type: ignore[attr-defined]


def _unit(request: HttpRequest, place: Place) -> Unit:
    """The unit of who enters; a unit of the place for somebody without one."""
    staff = getattr(request.user, "staff", None)
    if staff is not None:
        return staff.unit
    found = Unit.objects.filter(place=place, active=True).order_by("pk").first()
    if found is None:
        raise ValidationError(_("请用工作人员账号登记。"))
    return found


@require_http_methods(BOTH)
def add(request: HttpRequest, sheet: str) -> HttpResponse:
    """First which item, then what happened."""
    chosen = sheet_or_404(sheet)
    asking.require(Permission.ENTER)
    root, today = place_of(request, chosen), clock.today()
    span = span_of(request, chosen, today)
    code = request.GET.get("item", "")
    choices = item_choices(chosen)
    if code not in dict(choices):
        items = [
            (label, f"?item={key}&place={root.pk}&span={span.code}", wording.rule_of(chosen.by_code[key]))
            for key, label in choices
        ]
        return show(
            request, "scores/choose.html", title=_("登记评分事项"), icon=ICON, steps=steps(chosen, (_("登记"), "")),
            items=items,
        )  # fmt: skip
    item = chosen.by_code[code]
    form = EntryForm(
        request.POST if request.method == "POST" else None, request.FILES or None, sheet=chosen, item=item, root=root,
        span=span, initial={"day": first_of(span, today), "place": root.pk},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        place = Place.objects.get(pk=form.cleaned_data["place"])
        made = attempt(
            form,
            lambda: actions.add_entry(
                sheet=sheet, item=code, place=place, unit=_unit(request, place), by=_actor(request), at=clock.now(),
                **form.about(),
            ),
        )  # fmt: skip
        if made is not None:
            _keep(request, made, form.cleaned_data["photos"])
            messages.success(
                request, _("已登记，确认后计入评分。") if made.state == EntryState.WAITING else _("已登记。")
            )
            return redirect(queries.address_of(made.county, str(made.pk)))
    return show(
        request, "ui/desk_form.html", title=wording.title_of(item), icon=ICON, steps=steps(chosen, (_("登记"), "")),
        form=form, action_label=_("登记"), lead=wording.rule_of(item), status=status_of(form),
        back=reverse("scores:add", args=[chosen.code]) + f"?place={root.pk}", back_label=_("换一项"),
    )  # fmt: skip


def _keep(request: HttpRequest, entry: ScoreEntry, files: list[Any]) -> int:
    kept = 0
    for file in files:
        try:
            evidence_actions.keep_file(
                stream=file, name=file.name, subject=entry, place=entry.place, by=_actor(request), at=clock.now()
            )
            kept += 1
        except (ValidationError, PermissionDenied) as refusal:
            said = " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)
            messages.error(request, _("“%(name)s”没有保存：%(why)s") % {"name": file.name, "why": said})
    return kept


@require_safe
def page(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """One entry with its evidence and everything that was done with it."""
    entry = entry_or_404(county, pk)
    sheet = known.shipped()[entry.sheet]
    item = sheet.by_code.get(entry.item)
    if item is None:
        raise Http404
    span = Span.holding(entry.day, every=sheet.every, cycle=sheet.cycle)
    key = queries.key_of(entry.place_id, entry.project)
    later = ScoreEntry.objects.filter(county=county, corrects=entry).order_by("pk").first()
    mine = asking.may(Permission.ENTER, on=entry)
    return show(
        request, "scores/entry.html", title=entry.title, icon=ICON, entry=entry, sheet=sheet, item=wording.title_of(item),
        steps=steps(sheet, (entry.title, "")), rule=wording.rule_of(item), number=say_points(entry.value),
        category=wording.category_words(item, entry.category), links=list(evidence.of(entry)), later=later,
        subject_url=subject_url(sheet.code, key, span.code), span=span,
        entries=tell_all(journal.history_of(entry)[:HISTORY]) if asking.may(Journal.VIEW) else [],
        may_change=mine and entry.is_live, may_finish=mine and entry.is_live and entry.due and entry.done is None,
        may_decide=asking.may(Permission.DECIDE, on=entry) and entry.state == EntryState.WAITING,
        may_photo=entry.is_live and asking.may(Evidence.ADD, place=entry.place_id, unit=entry.unit_id),
    )  # fmt: skip


def _answered(request: HttpRequest, form: forms.Form, entry: ScoreEntry, *, word: str, **more: Any) -> HttpResponse:
    sheet = known.shipped()[entry.sheet]
    address = queries.address_of(entry.county, str(entry.pk))
    return show(
        request, "ui/desk_form.html", title=entry.title, icon=ICON, steps=steps(sheet, (entry.title, address), (word, "")),
        form=form, back=address, status=status_of(form), action_label=word, **more,
    )  # fmt: skip


def _done(request: HttpRequest, form: forms.Form, entry: ScoreEntry, act: Callable[..., str]) -> HttpResponse | None:
    """Back to the entry with the word for what was done; None where the form was not sent, or has to be mended."""
    if request.method != "POST" or not form.is_valid():
        return None
    said = attempt(form, lambda: act(**form.cleaned_data, by=_actor(request), at=clock.now()))
    if said is None:
        return None
    messages.success(request, said)
    return redirect(queries.address_of(entry.county, str(entry.pk)))


@require_http_methods(BOTH)
def correct(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Put an entry right: a new row with the reason."""
    entry = entry_or_404(county, pk)
    asking.require(Permission.ENTER, on=entry)
    sheet = known.shipped()[entry.sheet]
    start = {
        name: getattr(entry, name) for name in ("title", "category", "day", "due", "late_until", "done", "note")
    } | {"number": say_points(entry.value)}
    form = EntryForm(
        request.POST if request.method == "POST" else None, sheet=sheet, item=sheet.by_code[entry.item],
        root=entry.place, span=Span.holding(entry.day, every=sheet.every, cycle=sheet.cycle), entry=entry, initial=start,
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        made = attempt(
            form,
            lambda: actions.correct_entry(
                entry=entry, new=form.about(), reason=reason, by=_actor(request), at=clock.now()
            ),
        )
        if made is not None:
            for link in evidence.of(entry):
                evidence_actions.link_again(
                    link=link, subject=made, place=entry.place, by=_actor(request), at=clock.now(), caption=link.caption
                )
            messages.success(request, _("已更正，原来的一条保留备查。"))
            return redirect(queries.address_of(made.county, str(made.pk)))
    return _answered(request, form, entry, word=_("更正"))


@require_http_methods(BOTH)
def withdraw(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Take an entry back, with the reason."""
    entry = entry_or_404(county, pk)
    asking.require(Permission.ENTER, on=entry)
    form = ReasonForm(request.POST if request.method == "POST" else None)

    def take_back(reason: str, **how: Any) -> str:
        actions.withdraw_entry(entry=entry, reason=reason, **how)
        return _("已撤回，不再计分。")

    return _done(request, form, entry, take_back) or _answered(request, form, entry, word=_("撤回"), danger=True)


@require_http_methods(BOTH)
def decide(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Whether it counts."""
    entry = entry_or_404(county, pk)
    asking.require(Permission.DECIDE, on=entry)
    form = DecideForm(request.POST if request.method == "POST" else None)

    def settle(adopted: str, reason: str, **how: Any) -> str:
        actions.decide_entry(entry=entry, adopted=adopted == "yes", reason=reason, **how)
        return _("已计入评分。") if adopted == "yes" else _("已登记为不予采用。")

    return _done(request, form, entry, settle) or _answered(request, form, entry, word=_("确认"))


@require_http_methods(BOTH)
def finish(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """A duty was met, a finding put right."""
    entry = entry_or_404(county, pk)
    asking.require(Permission.ENTER, on=entry)
    form = FinishForm(request.POST if request.method == "POST" else None, initial={"done": clock.today()})

    def complete(done: dt.date, **how: Any) -> str:
        actions.finish_entry(entry=entry, done=done, **how)
        return _("已登记完成日期。")

    return _done(request, form, entry, complete) or _answered(request, form, entry, word=_("登记完成"))


@require_http_methods(BOTH)
def evidence_add(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """More evidence of an entry."""
    entry = entry_or_404(county, pk)
    asking.require(Evidence.ADD, place=entry.place_id, unit=entry.unit_id)
    form = FilesForm(request.POST if request.method == "POST" else None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        kept = _keep(request, entry, form.cleaned_data["photos"])
        if kept:
            messages.success(request, _("已保存 %(n)d 份照片和材料。") % {"n": kept})
        return redirect(queries.address_of(entry.county, str(entry.pk)))
    return _answered(request, form, entry, word=_("上传佐证材料"))
