"""Last year's pupils from a sheet: the form to fill in, a dry run that changes nothing, then all at once."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qunwen.base.papers.blankform import write_blank_form
from qunwen.base.papers.imports import DryRun, ImportRefusedError, SheetSpec, dry_run
from qunwen.base.papers.kept import SheetForm, keep_sheet, kept_sheet
from qunwen.base.papers.problems import UnreadableSheetError
from qunwen.base.papers.reading import OpenSheet
from qunwen.base.scope import asking, clock
from qunwen.base.ui.web.desk import show, status_of
from qunwen.services.school import actions, sheets
from qunwen.services.school.access import Permission

from .loaded import ICON, actor, steps

KEPT = "school.sheet"  # where the session names the file
SHOWN = 100


def _spec(county: str) -> SheetSpec:
    asking.require(Permission.MANAGE, place=county)
    return sheets.spec(county)


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest, county: str) -> HttpResponse:
    """Take the file in and try it out."""
    spec = _spec(county)
    form = SheetForm(request.POST if request.method == "POST" else None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        kept = keep_sheet(request.session, KEPT, form.cleaned_data["sheet"])
        try:
            with OpenSheet(kept) as sheet:
                dry_run(spec, sheet, most_problems=1)
            return redirect("school:load_check", county)
        except UnreadableSheetError as refusal:
            form.add_error("sheet", str(refusal))
    return show(
        request, "school/desk/load.html", title=_("导入往年学员"), icon=ICON, steps=steps(None, _("导入往年学员")),
        form=form, action_label=_("检查这个文件"), back=reverse("school:list"), status=status_of(form), county=county,
        fields=spec.fields,
    )  # fmt: skip


@require_safe
def blank(request: HttpRequest, county: str) -> FileResponse:
    """The empty form."""
    spec = _spec(county)
    target = tempfile.TemporaryFile()  # noqa: SIM115  closed by the answer
    write_blank_form(target, spec, title=_("往年学员填报表"))
    target.seek(0)
    return FileResponse(target, as_attachment=True, filename=_("往年学员填报表") + ".xlsx")


def _kept(request: HttpRequest) -> tuple[Path, str]:
    found = kept_sheet(request.session, KEPT)
    if found is None:
        raise Http404
    return found


@require_safe
def check(request: HttpRequest, county: str) -> HttpResponse:
    """What the file would do, with every fault by row and column."""
    spec = _spec(county)
    path, name = _kept(request)
    with OpenSheet(path) as sheet:
        report = dry_run(spec, sheet)
    return _report(request, county, report, name)


def _report(
    request: HttpRequest, county: str, report: DryRun, name: str, refused: ImportRefusedError | None = None
) -> HttpResponse:
    return show(
        request, "school/desk/load_check.html", title=_("检查结果"), icon=ICON, steps=steps(None, _("检查结果")),
        report=report, name=name, refused=refused, county=county, problems=report.problems[:SHOWN],
        more=max(0, report.faults - SHOWN), status=422 if refused else 200,
    )  # fmt: skip


@require_POST
def apply(request: HttpRequest, county: str) -> HttpResponse:
    """Write the whole file, or nothing."""
    spec = _spec(county)
    path, name = _kept(request)
    with OpenSheet(path) as sheet:
        try:
            told = actions.import_pupils(
                spec=spec, sheet=sheet, expected_sha256=request.POST.get("sha256", "-"), by=actor(request),
                at=clock.now(),
            )  # fmt: skip
        except ImportRefusedError as refused:
            return _report(request, county, dry_run(spec, sheet), name, refused)
    messages.success(request, _("已导入 %(n)d 名学员。") % {"n": told})
    return redirect("school:list")
