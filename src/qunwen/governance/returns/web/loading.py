"""Import of returns: the form with every place, a dry run, the marked file back, then all at once."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qunwen.base.measures.periods import Period, PeriodError
from qunwen.base.papers.imports import DryRun, ImportRefusedError, dry_run
from qunwen.base.papers.kept import SheetForm as FileForm
from qunwen.base.papers.kept import keep_sheet
from qunwen.base.papers.problems import UnreadableSheetError
from qunwen.base.papers.reading import OpenSheet
from qunwen.base.papers.sending import kept_or_404, marked_sheet
from qunwen.base.papers.xlsx import Sheet, write_xlsx
from qunwen.base.places import queries as places
from qunwen.base.places.models import Place
from qunwen.base.scope import asking, clock
from qunwen.base.scope.codes import Level
from qunwen.base.ui.web.desk import show, status_of
from qunwen.governance.indicators.needing import LEVELS
from qunwen.governance.returns import actions, elements, queries, sheets
from qunwen.governance.returns.access import Permission
from qunwen.governance.returns.enums import Every

from .reach import ICON, actor_of, steps

KEY = "returns.sheet"
ASKED = "returns.asked"
SHOWN = 100


class LoadForm(FileForm):
    """Which level and period the file is about."""

    asked = forms.ChoiceField(label=gettext_lazy("层级和时期"))
    field_order = ("asked", "sheet")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["asked"].choices = _offered()


def _offered() -> list[tuple[str, str]]:
    today = clock.today()
    return [
        (f"{level.value}:{period}", f"{level.label} · {period.label}（{every.label}）")
        for level in (Level.VILLAGE, Level.TOWN, Level.COUNTY)
        for every in (Every.HALF, Every.QUARTER, Every.MONTH, Every.YEAR)
        if elements.asked_of(level, every)
        for period in [*queries.periods_due(every, today), queries.periods_due(every, today)[-1].previous]
    ]


def _read(asked: str) -> tuple[Level, Period]:
    level, _colon, code = asked.partition(":")
    try:
        period = Period.of(code)
        found = Level(int(level))
    except (PeriodError, ValueError):
        raise Http404 from None
    if found not in LEVELS.values() or period.length not in (1, 3, 6, 12):
        raise Http404
    return found, period


def _places(level: Level, period: Period) -> list[Place]:
    """Those for which one may import and that existed at the period's end."""
    found = {
        place.pk: place
        for prefix in asking.prefixes(Permission.IMPORT)
        for place in places.below(prefix, on=period.last_day).filter(level=level)
    }
    return [found[code] for code in sorted(found) if asking.may(Permission.IMPORT, place=code)]


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Take the file in and try it out."""
    asking.require(Permission.IMPORT)
    form = LoadForm(request.POST if request.method == "POST" else None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        kept = keep_sheet(request.session, KEY, form.cleaned_data["sheet"])
        request.session[ASKED] = form.cleaned_data["asked"]
        level, period = _read(form.cleaned_data["asked"])
        try:
            with OpenSheet(kept) as sheet:
                dry_run(sheets.spec(level, period, _places(level, period)), sheet, most_problems=1)
            return redirect("returns:load_check")
        except UnreadableSheetError as refusal:
            form.add_error("sheet", str(refusal))
    return show(
        request, "returns/desk/load.html", title=_("导入填报数据"), icon=ICON, steps=steps(_("导入")), form=form,
        action_label=_("检查这个文件"), back=reverse("returns:index"), status=status_of(form), offered=_offered(),
    )  # fmt: skip


@require_safe
def blank(request: HttpRequest) -> FileResponse:
    """The form: every place one may report for, with what is there already."""
    asking.require(Permission.IMPORT)
    level, period = _read(request.GET.get("asked", ""))
    mine = _places(level, period)
    counties = {place.pk[:6] for place in mine}
    answers = {
        (row.place_id, row.element): row
        for county in sorted(counties)
        for row in queries.current(county=county, period=period.code)
    }
    target = tempfile.TemporaryFile()  # noqa: SIM115  closed by the answer
    title = f"{period.label}{Level(level).label}{_('填报表')}"
    write_xlsx(
        target, sheets.columns(level, period), sheets.rows(mine, level, period, answers),
        sheet=Sheet(name=_("填报"), title=title),
    )  # fmt: skip
    target.seek(0)
    return FileResponse(target, as_attachment=True, filename=f"{title}.xlsx")


@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """What the file would do, with every fault by row and column."""
    asking.require(Permission.IMPORT)
    level, period, path, name = _kept(request)
    with OpenSheet(path) as sheet:
        report = dry_run(sheets.spec(level, period, _places(level, period)), sheet)
    return _report(request, report, name)


def _report(
    request: HttpRequest, report: DryRun, name: str, refused: ImportRefusedError | None = None
) -> HttpResponse:  # fmt: skip
    level, period = _read(request.session[ASKED])
    rows = [
        (row.number, row.values["place"], sum(isinstance(one, actions.Said) for one in row.values.values()))
        for row in report.preview
    ]
    return show(
        request, "returns/desk/load_check.html", title=_("检查结果"), icon=ICON, steps=steps(_("检查结果")), report=report,
        name=name, refused=refused, problems=report.problems[:SHOWN], more=max(0, report.faults - SHOWN), rows=rows,
        about=f"{Level(level).label} · {period.label}", reason=request.POST.get("reason", ""),
        status=422 if refused else 200,
    )  # fmt: skip


@require_safe
def marked(request: HttpRequest) -> FileResponse:
    """The sender's file back, faults in red."""
    asking.require(Permission.IMPORT)
    level, period, path, name = _kept(request)
    return marked_sheet(path, name, sheets.spec(level, period, _places(level, period)))


@require_POST
def apply(request: HttpRequest) -> HttpResponse:
    """Write the whole file, or nothing."""
    asking.require(Permission.IMPORT)
    level, period, path, name = _kept(request)
    spec = sheets.spec(level, period, _places(level, period))
    with OpenSheet(path) as sheet:
        try:
            told = actions.import_values(
                spec=spec, sheet=sheet, period=period, reason=request.POST.get("reason", "")[:200],
                expected_sha256=request.POST.get("sha256", "-"), by=actor_of(request), at=clock.now(),
            )  # fmt: skip
        except ImportRefusedError as refused:
            return _report(request, dry_run(spec, sheet), name, refused)
    said = _("已写入 %(n)d 个数，更正 %(c)d 个。") % {"n": told["values"], "c": told["corrected"]}
    if told["known"]:
        said += _("另有 %(n)d 个与已填的相同，没有改动。") % {"n": told["known"]}
    messages.success(request, said)
    return redirect("returns:index")


def _kept(request: HttpRequest) -> tuple[Level, Period, Path, str]:
    found = kept_or_404(request.session, KEY)
    if ASKED not in request.session:
        raise Http404
    return (*_read(request.session[ASKED]), *found)
