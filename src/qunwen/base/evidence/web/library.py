"""Evidence on the desk: what there is, what looks alike, one piece with everything it proves."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qunwen.base.evidence import actions, declare, queries, records
from qunwen.base.evidence.access import Permission
from qunwen.base.evidence.enums import Kind
from qunwen.base.evidence.models import EvidenceLink
from qunwen.base.places import queries as places
from qunwen.base.scope import asking, clock
from qunwen.base.scope.codes import is_code
from qunwen.base.ui.web.desk import DayInput, show, status_of

from .forms import CaptionForm, RemoveForm

ICON = "image"
PAGE = 36
BOTH = ["GET", "HEAD", "POST"]


def trail(*more: tuple[str, str]) -> list[tuple[str, str]]:
    """The trail of these pages."""
    return [(_("佐证材料"), reverse("desk_evidence:list")), *more]


def page_of(link: EvidenceLink) -> str:
    """The address of one piece."""
    return reverse("desk_evidence:page", args=[link.county, link.pk])


def link_or_404(county: str, pk: uuid.UUID) -> EvidenceLink:
    """The piece, within the open scope."""
    rows = EvidenceLink.objects.select_related("file", "place").filter(county=county, pk=pk, removed_at=None)
    found = rows.first()
    if found is None:
        raise Http404
    return found


def _asked(request: HttpRequest) -> dict[str, Any]:
    """The filters of the address; what is not known is left out."""
    place, kind = request.GET.get("place", ""), request.GET.get("kind", "")
    return {
        "place": place if is_code(place) else "",
        "kind": kind if kind in Kind.values else "",
        "since": _day(request.GET.get("since", "")),
        "until": _day(request.GET.get("until", "")),
        "word": request.GET.get("q", "").strip().replace("\x00", "")[:80],
    }


def _day(text: str) -> dt.date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Photos and files of one's places."""
    asking.require(Permission.VIEW)
    asked, alike = _asked(request), request.GET.get("alike") == "1"
    rows = queries.listed(**asked)
    page = Paginator(queries.doubled(rows) if alike else rows, PAGE).get_page(request.GET.get("page"))
    _count_uses(page.object_list)
    days = {name: DayInput().render(name, asked[name], {"id": f"id_{name}"}) for name in ("since", "until")}
    where = [("", _("全部")), *places.reached_choices(Permission.VIEW, gone=True)]
    return show(
        request, "evidence/desk/list.html", title=_("佐证材料"), icon=ICON, steps=trail(), page=page, asked=asked, alike=alike,
        kinds=Kind.choices, days=days, narrowed=alike or any(asked.values()), may_add=asking.may(Permission.ADD),
        place_select=forms.Select(choices=where).render("place", asked["place"]),
    )  # fmt: skip


def _count_uses(links: Any) -> None:
    """At how many records each file of the page stands: one question a county."""
    by_county: dict[str, list[EvidenceLink]] = defaultdict(list)
    for link in links:
        by_county[link.county].append(link)
    for county, mine in by_county.items():
        numbers = queries.uses(county, {link.file_id for link in mine})
        for link in mine:
            link.uses = numbers.get(link.file_id, 1)  # type: ignore[attr-defined]


@require_safe
def page(request: HttpRequest, county: str, link: uuid.UUID) -> HttpResponse:
    """One piece: what it is, what it proves, what looks like it."""
    return _page(request, link_or_404(county, link))


def _page(request: HttpRequest, found: EvidenceLink, form: CaptionForm | None = None) -> HttpResponse:
    others = EvidenceLink.objects.select_related("place").filter(
        county=found.county, file_id=found.file_id, removed_at=None
    )
    alike = actions.duplicates(found)
    seen = set(
        EvidenceLink.objects.filter(county=found.county, pk__in=[one.link.pk for one in alike]).values_list(
            "pk", flat=True
        )
    )
    return show(
        request, "evidence/desk/page.html", title=found.caption or found.file.name, icon=ICON,
        steps=trail((found.subject_label, "")), link=found, form=form or CaptionForm(initial={"caption": found.caption}),
        proves=[(one, _record_url(one), one.pk == found.pk) for one in others.order_by("linked_at", "pk")],
        alike=[(one, page_of(one.link) if one.link.pk in seen else "") for one in alike], at=clock.now(),
        may_add=asking.may(Permission.ADD, on=found), may_remove=asking.may(Permission.REMOVE, on=found),
        may_original=not found.file.is_photo or asking.may(Permission.ORIGINAL, on=found), status=status_of(form) if form else 200,
    )  # fmt: skip


def _record_url(link: EvidenceLink) -> str:
    return declare.address_of(link.subject_type, link.county, link.subject_id)


@require_POST
def caption(request: HttpRequest, county: str, link: uuid.UUID) -> HttpResponse:
    """Other words under it."""
    found = link_or_404(county, link)
    asking.require(Permission.ADD, on=found)
    form = CaptionForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form)
    actions.set_caption(link=found, caption=form.cleaned_data["caption"], by=_actor(request), at=clock.now())
    messages.success(request, _("已保存。"))
    return redirect(page_of(found))


@require_http_methods(BOTH)
def more(request: HttpRequest, county: str, link: uuid.UUID) -> HttpResponse:
    """Let it prove another record, too."""
    found = link_or_404(county, link)
    asking.require(Permission.ADD, on=found)
    if request.method == "POST":
        record: Any = records.get(request.POST.get("record", ""))
        if record is None:
            raise Http404
        try:
            made = actions.link_again(
                link=found, subject=record, place=record.place, by=_actor(request), at=clock.now()
            )
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
            return redirect(page_of(found))
        messages.success(request, _("已关联到“%(what)s”。") % {"what": made.subject_label})
        return redirect(page_of(found))
    return chooser(
        request, title=_("关联到别的记录"), steps=trail((found.subject_label, page_of(found)), (_("关联到别的记录"), "")),
        label=_("关联"), back=page_of(found), without=(found.subject_type, found.subject_id),
    )  # fmt: skip


def chooser(
    request: HttpRequest,
    *,
    title: str,
    steps: list[tuple[str, str]],
    label: str,
    back: str,
    without: tuple[str, str] = ("", ""),
) -> HttpResponse:
    """Records to choose from, by kind and words; without `without` every choice is a link to the upload."""
    kinds = records.kinds()
    kind = request.GET.get("kind", "")
    kind = kind if kind in dict(kinds) else (kinds[0][0] if kinds else "")
    word = request.GET.get("q", "").strip().replace("\x00", "")[:80]
    found = [one for one in records.find(kind, word) if one.key.split(":")[::2] != list(without)]
    return show(
        request, "evidence/desk/choose.html", title=title, icon=ICON, steps=steps, kinds=kinds, kind=kind, word=word, found=found,
        action_label=label, back=back, sending=bool(without[0]),
    )  # fmt: skip


@require_http_methods(BOTH)
def remove(request: HttpRequest, county: str, link: uuid.UUID) -> HttpResponse:
    """Away from its record, with the reason."""
    found = link_or_404(county, link)
    asking.require(Permission.REMOVE, on=found)
    form = RemoveForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.unlink(link=found, reason=form.cleaned_data["reason"], by=_actor(request), at=clock.now())
        messages.success(request, _("已从“%(what)s”移除，原因已记入日志。") % {"what": found.subject_label})
        return redirect("desk_evidence:list")
    return show(
        request, "ui/desk_form.html", title=found.caption or found.file.name, icon=ICON,
        steps=trail((found.subject_label, page_of(found)), (_("移除"), "")), form=form, action_label=_("移除"), danger=True,
        lead=_("这份材料将不再证明“%(what)s”。") % {"what": found.subject_label}, back=page_of(found), status=status_of(form),
    )  # fmt: skip


def _actor(request: HttpRequest) -> Any:
    return request.actor  # type: ignore[attr-defined]
