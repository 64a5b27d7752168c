"""Import of population figures: an empty form, a dry run, the marked file back, then all at once."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qunwen.base.papers.imports import DryRun, ImportRefusedError, SheetSpec, dry_run
from qunwen.base.papers.kept import SheetForm, keep_sheet
from qunwen.base.papers.problems import UnreadableSheetError
from qunwen.base.papers.reading import OpenSheet
from qunwen.base.papers.sending import blank_form, kept_or_404, marked_sheet
from qunwen.base.places import actions, queries, sheets
from qunwen.base.places.access import Permission
from qunwen.base.scope import asking, clock
from qunwen.base.scope.codes import Level
from qunwen.base.ui.web.desk import show, status_of

from .loaded import ICON, actor_of
from .populations import trail

KEY = "places.sheet"
SHOWN = 100


def _spec() -> SheetSpec:
    """Rows may name the places where one may enter figures, those of former years among them."""
    rows = [
        place
        for prefix in asking.tops(Permission.POPULATION)
        for place in queries.below(prefix).filter(level__gte=Level.COUNTY, level__lte=Level.VILLAGE)
    ]
    return sheets.population_spec(rows)


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Take the file in and try it out."""
    asking.require(Permission.POPULATION)
    form = SheetForm(request.POST if request.method == "POST" else None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        kept = keep_sheet(request.session, KEY, form.cleaned_data["sheet"])
        try:
            with OpenSheet(kept) as sheet:
                dry_run(_spec(), sheet, most_problems=1)
            return redirect("places:load_check")
        except UnreadableSheetError as refusal:
            form.add_error("sheet", str(refusal))
    return show(
        request, "places/desk/load.html", title=_("导入人口数"), icon=ICON, steps=trail(_("导入")), form=form,
        action_label=_("检查这个文件"), back=reverse("places:populations"), status=status_of(form),
        fields=sheets.population_spec(()).fields,
    )  # fmt: skip


@require_safe
def blank(request: HttpRequest) -> FileResponse:
    """The empty form."""
    asking.require(Permission.POPULATION)
    return blank_form(sheets.population_spec(()), title=_("人口数填报表"))


@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """What the file would do, with every fault by row and column."""
    asking.require(Permission.POPULATION)
    path, name = kept_or_404(request.session, KEY)
    with OpenSheet(path) as sheet:
        report = dry_run(_spec(), sheet)
    return _report(request, report, name)


def _report(request: HttpRequest, report: DryRun, name: str, refused: ImportRefusedError | None = None) -> HttpResponse:
    return show(
        request, "places/desk/load_check.html", title=_("检查结果"), icon=ICON, steps=trail(_("检查结果")), report=report,
        name=name, refused=refused, problems=report.problems[:SHOWN], more=max(0, report.faults - SHOWN),
        status=422 if refused else 200,
    )  # fmt: skip


@require_safe
def marked(request: HttpRequest) -> FileResponse:
    """The sender's file back, faults in red."""
    asking.require(Permission.POPULATION)
    path, name = kept_or_404(request.session, KEY)
    return marked_sheet(path, name, _spec())


@require_POST
def apply(request: HttpRequest) -> HttpResponse:
    """Write the whole file, or nothing."""
    asking.require(Permission.POPULATION)
    path, name = kept_or_404(request.session, KEY)
    with OpenSheet(path) as sheet:
        try:
            told = actions.import_populations(
                spec=_spec(), sheet=sheet, expected_sha256=request.POST.get("sha256", "-"), by=actor_of(request),
                at=clock.now(),
            )  # fmt: skip
        except ImportRefusedError as refused:
            return _report(request, dry_run(_spec(), sheet), name, refused)
    said = _("已写入 %(n)d 个人口数。") % {"n": told["written"]}
    if told["known"]:
        said += _("另有 %(n)d 个与已有的相同，没有改动。") % {"n": told["known"]}
    messages.success(request, said)
    return redirect("places:populations")
