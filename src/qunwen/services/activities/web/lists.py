"""The list of activities, its export, and what is done with several rows at once."""

from __future__ import annotations

import datetime as dt
import tempfile
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from qunwen.base.papers.xlsx import Sheet, csv_lines, write_xlsx
from qunwen.base.scope import asking, clock
from qunwen.base.ui.web.desk import show
from qunwen.services.activities import actions
from qunwen.services.activities.access import Permission
from qunwen.services.activities.enums import Direction, Kind, State
from qunwen.services.activities.models import Activity

from . import choosing, columns, filters

PAGE = 40
YEAR = 365 * 24 * 3600
ICON = "calendar-alt"


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Activities of one's places."""
    asking.require(Permission.VIEW)
    asked, at = filters.read(request.GET), clock.now()
    picked = columns.chosen(request)
    page = Paginator(filters.rows(asked, at), PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    if any(column.counted for column in picked):
        columns.fill(rows)
    answer = show(
        request,
        "activities/desk/list.html",
        title=_("活动"),
        icon=ICON,
        steps=[(_("活动"), "")],
        page=page,
        rows=[(row, columns.TONES[State(row.state)], [(c, c.value(row)) for c in picked[1:]]) for row in rows],
        asked=asked,
        picked=picked,
        picked_keys=[column.key for column in picked],
        all_columns=columns.COLUMNS,
        at=at,
        need_label=need_label(asked.need),
        choices=_choices(asked, at),
        may=_may(),
    )
    if "cols" in request.GET:
        answer.set_cookie(columns.COOKIE, ".".join(c.key for c in picked), max_age=YEAR, httponly=True, samesite="Lax")
    return answer


def need_label(need: str) -> str:
    """What the rows of a `need` have in common, in words."""
    words = {
        "record": _("已过时间，还没有登记举办情况"),
        "photos": _("已举办，没有照片"),
        "headcount": _("已举办，没有填人数"),
        "plan": _("上月计划，没有举办"),
        "open": _("已发布，还没有开放报名"),
        "week": _("本周有场次"),
    }
    return words.get(need, "")


def _choices(asked: filters.Filters, at: dt.datetime) -> dict[str, Any]:
    this = clock.day_of(at).year
    return {
        "states": State.choices,
        "kinds": Kind.choices,
        "years": [str(year) for year in range(this + 1, this - 4, -1)],
        "place_select": choosing.select("place", choosing.places(Permission.VIEW), asked.place),
        "directions": Direction.choices,
        "units": choosing.units(Permission.VIEW),
        "sorts": [("", _("计划月份，新的在前")), ("when", _("时间，早的在前")), ("-when", _("时间，晚的在前")),
                  ("title", _("名称")), ("place", _("举办地")), ("state", _("状态"))],
    }  # fmt: skip


def _may() -> dict[str, bool]:
    return {
        "plan": asking.may(Permission.PLAN),
        "publish": asking.may(Permission.PUBLISH),
        "hold": asking.may(Permission.HOLD),
        "export": asking.may(Permission.EXPORT),
        "load": asking.may(Permission.IMPORT),
    }


@require_safe
def export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """Exactly what the list shows, all its pages, in its columns and order, as .xlsx or .csv."""
    asking.require(Permission.EXPORT)
    asked, picked = filters.read(request.GET), columns.chosen(request)
    rows = asking.visible(filters.rows(asked, clock.now()), Permission.EXPORT)
    cells = columns.sheet_rows(rows.iterator(chunk_size=500), picked)
    heads = columns.sheet_columns(picked)
    name = f"{_('活动')}-{clock.today():%Y%m%d}.{ending}"
    if ending == "csv":
        answer = StreamingHttpResponse(csv_lines(heads, cells), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f"attachment; filename=\"activities.csv\"; filename*=UTF-8''{quote(name)}"
        return answer
    target = tempfile.TemporaryFile()  # noqa: SIM115  closed by the answer
    write_xlsx(target, heads, cells, sheet=Sheet(name=_("活动"), title=_("活动")))
    target.seek(0)
    return FileResponse(target, as_attachment=True, filename=name)


@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Submit, publish, report or cancel the ticked ones; each stands for itself, and those that did not work are named."""
    verb = request.POST.get("verb", "")
    if verb not in _VERBS:
        raise Http404
    rows = [_row(key) for key in request.POST.getlist("picked")]
    if not rows:
        messages.error(request, _("请先勾选活动。"))
        return redirect(_back(request))
    act, done, at = _VERBS[verb], 0, clock.now()
    for row in rows:
        try:
            act(row, request.POST.get("reason", ""), request.actor, at)  # type: ignore[attr-defined]
            done += 1
        except (ValidationError, PermissionDenied) as refusal:
            said = " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)
            messages.error(request, f"{row.title}：{said}")
    if done:
        messages.success(request, _("已办理 %(n)d 个活动。") % {"n": done})
    return redirect(_back(request))


def _row(key: str) -> Activity:
    county, _colon, text = key.partition(":")
    try:
        found = Activity.objects.filter(county=county, pk=uuid.UUID(text)).first()
    except ValueError:
        found = None
    if found is None:
        raise Http404
    return found


def _back(request: HttpRequest) -> str:
    query = request.POST.get("query", "")
    return reverse("activities:list") + (f"?{query}" if query else "")


_VERBS: dict[str, Callable[[Activity, str, Any, dt.datetime], Any]] = {
    "submit": lambda row, _reason, by, at: actions.submit_activity(activity=row, by=by, at=at),
    "publish": lambda row, _reason, by, at: actions.publish_activity(activity=row, by=by, at=at),
    "report": lambda row, _reason, by, at: actions.report_held(activity=row, by=by, at=at),
    "cancel": lambda row, reason, by, at: actions.cancel_activity(activity=row, reason=reason, by=by, at=at),
}
