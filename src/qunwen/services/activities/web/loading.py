"""Import on the desk: the form to fill in, a dry run that changes nothing, the marked file back, then all at once."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qunwen.base.papers.imports import DryRun, ImportRefusedError, dry_run
from qunwen.base.papers.kept import SheetForm, keep_sheet
from qunwen.base.papers.problems import UnreadableSheetError
from qunwen.base.papers.reading import OpenSheet
from qunwen.base.papers.sending import blank_form, kept_or_404, marked_sheet
from qunwen.base.scope import asking, clock
from qunwen.base.ui.web.desk import show, status_of
from qunwen.services.activities import actions, sheets
from qunwen.services.activities.access import Permission

from .loaded import steps

KEPT = "activities.sheet"  # where the session names the file
SHOWN = 100


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Take the file in and try it out."""
    asking.require(Permission.IMPORT)
    form = SheetForm(request.POST if request.method == "POST" else None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        kept = keep_sheet(request.session, KEPT, form.cleaned_data["sheet"])
        try:
            with OpenSheet(kept) as sheet:
                dry_run(sheets.spec(), sheet, most_problems=1)
            return redirect("activities:load_check")
        except UnreadableSheetError as refusal:
            form.add_error("sheet", str(refusal))
    return show(
        request, "activities/desk/load.html", title=_("导入活动"), icon="upload", steps=steps(None, _("导入")),
        form=form, action_label=_("检查这个文件"), back=reverse("activities:list"), status=status_of(form),
        fields=sheets.spec().fields,
    )  # fmt: skip


@require_safe
def blank(request: HttpRequest) -> FileResponse:
    """The empty form."""
    asking.require(Permission.IMPORT)
    return blank_form(sheets.spec(), title=_("活动填报表"))


@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """What the file would do, with every fault by row and column."""
    asking.require(Permission.IMPORT)
    path, name = kept_or_404(request.session, KEPT)
    with OpenSheet(path) as sheet:
        report = dry_run(sheets.spec(), sheet)
    return _report(request, report, name)


def _report(request: HttpRequest, report: DryRun, name: str, refused: ImportRefusedError | None = None) -> HttpResponse:
    return show(
        request, "activities/desk/load_check.html", title=_("检查结果"), icon="upload",
        steps=steps(None, _("导入"), _("检查结果")), report=report, name=name, refused=refused,
        problems=report.problems[:SHOWN], more=max(0, report.faults - SHOWN),
        status=422 if refused else 200,
    )  # fmt: skip


@require_safe
def marked(request: HttpRequest) -> FileResponse:
    """The sender's file back, faults in red."""
    asking.require(Permission.IMPORT)
    path, name = kept_or_404(request.session, KEPT)
    return marked_sheet(path, name, sheets.spec())


@require_POST
def apply(request: HttpRequest) -> HttpResponse:
    """Write the whole file, or nothing."""
    asking.require(Permission.IMPORT)
    path, name = kept_or_404(request.session, KEPT)
    with OpenSheet(path) as sheet:
        try:
            told = actions.load_activities(
                spec=sheets.spec(), sheet=sheet, expected_sha256=request.POST.get("sha256", "-"),
                by=request.actor, at=clock.now(),  # type: ignore[attr-defined]
            )  # fmt: skip
        except ImportRefusedError as refused:
            return _report(request, dry_run(sheets.spec(), sheet), name, refused)
    said = _("已导入 %(made)d 个活动。") % {"made": told["made"]}
    if told["known"]:
        said += _("另有 %(known)d 行以前导入过，没有重复。") % {"known": told["known"]}
    messages.success(request, said)
    return redirect("activities:list")
