"""The journal on the desk: a list with filters, its export, the history of one record."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator
from itertools import chain, islice

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from qunwen.base.journal import codes, queries
from qunwen.base.journal.access import Permission
from qunwen.base.journal.differences import tell_all
from qunwen.base.journal.models import JournalEntry
from qunwen.base.papers.columns import Column, Kind
from qunwen.base.papers.xlsx import Sheet, write_xlsx
from qunwen.base.scope import asking, clock
from qunwen.base.scope.codes import is_code

PAGE = 50


def filters_of(request: HttpRequest) -> queries.Filters:
    """The filters in the address; what cannot be read does not narrow."""
    asked = request.GET
    place = asked.get("place", "").strip()
    return queries.Filters(
        since=_day(asked.get("since", "")),
        until=_day(asked.get("until", "")),
        code=asked.get("code", "").strip(),
        actor=asked.get("actor", "").strip(),
        subject=asked.get("subject", "").strip(),
        place=place if is_code(place) else "",
    )


def _day(text: str) -> dt.date | None:
    try:
        return parse_date(text.strip())
    except ValueError:
        return None


@require_safe
def entries(request: HttpRequest) -> HttpResponse:
    """What was done in the granted places."""
    asking.require(Permission.VIEW)
    filters = filters_of(request)
    page = Paginator(queries.entries_matching(filters), PAGE).get_page(request.GET.get("page"))
    page.object_list = tell_all(page.object_list)
    context = {
        "page": page,
        "filters": filters,
        "codes": sorted(codes.known().items(), key=lambda pair: pair[1]),
        "query": request.GET.urlencode(),
        "header_title": _("操作日志"),
        "header_icon": "history",
        "breadcrumbs_items": _trail(),
    }
    return render(request, "journal/desk_entries.html", context)


def _trail(*more: str) -> list[dict[str, str]]:
    trail = [
        {"url": reverse("wagtailadmin_home"), "label": _("首页")},
        {"url": reverse("journal:entries") if more else "", "label": _("操作日志")},
    ]
    return trail + [{"url": "", "label": label} for label in more]


@require_safe
def export(request: HttpRequest) -> FileResponse:
    """Exactly what the list shows, all pages, as .xlsx."""
    asking.require(Permission.VIEW)
    target = tempfile.TemporaryFile()  # noqa: SIM115  closed by the answer
    rows = queries.entries_matching(filters_of(request)).iterator(chunk_size=2000)
    write_xlsx(target, COLUMNS, _cells(rows), sheet=Sheet(name=_("操作日志"), title=_("操作日志")))
    target.seek(0)
    name = f"{_('操作日志')}-{clock.today():%Y%m%d}.xlsx"
    return FileResponse(target, as_attachment=True, filename=name)


COLUMNS = (
    Column("recorded_at", "记录时间", Kind.DATETIME),
    Column("happened_at", "发生时间", Kind.DATETIME),
    Column("actor", "操作者"),
    Column("for_name", "代办对象"),
    Column("what", "事项"),
    Column("subject", "对象"),
    Column("place", "地点", Kind.ID),
    Column("changes", "变化", width=40),
    Column("position", "链上序号", Kind.INTEGER),
    Column("hash", "摘要", Kind.ID),
)


def _batches(rows: Iterator[JournalEntry], size: int = 500) -> Iterator[list[JournalEntry]]:
    while some := list(islice(rows, size)):
        yield some


def _cells(rows: Iterator) -> Iterator[dict[str, object]]:
    for told in chain.from_iterable(tell_all(some) for some in _batches(rows)):
        entry = told.entry
        yield {
            "recorded_at": entry.recorded_at,
            "happened_at": entry.happened_at,
            "actor": entry.actor_name,
            "for_name": entry.for_name,
            "what": told.what,
            "subject": entry.subject_label,
            "place": entry.place,
            "changes": "；".join(f"{d.label}：{d.before or '空'} → {d.after or '空'}" for d in told.differences),
            "position": entry.seal_position,
            "hash": entry.seal_hash,
        }


@require_safe
def record(request: HttpRequest, county: str, subject_type: str, subject_id: str) -> HttpResponse:
    """Everything that happened to one record; 404 where the reader may see nothing of it."""
    asking.require(Permission.VIEW)
    found = queries.history(subject_type, subject_id, counties=frozenset({county}))
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    page.object_list = tell_all(page.object_list)
    if not page.object_list:
        raise Http404(_("没有记录"))
    title = page.object_list[0].entry.subject_label
    context = {"page": page, "header_title": title, "header_icon": "history", "breadcrumbs_items": _trail(title)}
    return render(request, "journal/desk_record.html", context)
