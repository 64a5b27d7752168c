"""Uploading on the desk: choose the record, then its photos and files."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from qunwen.base.evidence import actions, records
from qunwen.base.evidence.access import Permission
from qunwen.base.scope import asking, clock
from qunwen.base.ui.web.desk import show, status_of

from .forms import UploadForm
from .library import ICON, chooser, page_of, trail


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Without a record in the address: choose one. With it: take the files."""
    asking.require(Permission.ADD)
    key = request.GET.get("record", "")
    if not key:
        return chooser(
            request, title=_("上传佐证材料"), steps=trail((_("上传"), "")), label=_("传到这里"),
            back=reverse("desk_evidence:list"),
        )  # fmt: skip
    record: Any = records.get(key)
    if record is None:
        raise Http404
    asking.require(Permission.ADD, place=record.place_id, unit=record.unit_id)
    form = UploadForm(request.POST if request.method == "POST" else None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        kept = _keep(request, record, form)
        if kept:
            return redirect(page_of(kept[0]) if len(kept) == 1 else reverse("desk_evidence:list"))
    return show(
        request, "ui/desk_form.html", title=_("上传佐证材料"), icon=ICON, steps=trail((_("上传"), reverse("desk_evidence:add")), (str(record), "")),
        form=form, action_label=_("上传"), lead=f"{record._meta.verbose_name} · {record.place.name} · {record}",
        back=reverse("desk_evidence:add"), back_label=_("换一条记录"), status=status_of(form),
    )  # fmt: skip


def _keep(request: HttpRequest, record: Any, form: UploadForm) -> list[Any]:
    """Every good file is kept, every refused one is named at the field, every look-alike is told."""
    kept, at = [], clock.now()
    for file in form.cleaned_data["files"]:
        try:
            link, alike = actions.keep_file(
                stream=file, name=file.name, subject=record, place=record.place, caption=form.cleaned_data["caption"],
                by=request.actor, at=at,  # type: ignore[attr-defined]
            )  # fmt: skip
        except (ValidationError, PermissionDenied) as refusal:
            said = " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)
            why = _("“%(name)s”没有保存：%(why)s") % {"name": file.name, "why": said}
            form.add_error("files", why)
            continue
        kept.append(link)
        for warning in alike[:1]:
            messages.warning(request, str(warning))
    if kept:
        messages.success(request, _("已保存 %(n)d 份照片和材料。") % {"n": len(kept)})
        for refused in form.errors.get("files", []):
            messages.error(request, refused)
    return kept
