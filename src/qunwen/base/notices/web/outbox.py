"""What was sent by text message and what was not, on the desk; failed ones are sent again from here."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from qunwen.base.notices import actions, queries
from qunwen.base.notices.access import Permission
from qunwen.base.notices.enums import TRIES, Kind, State
from qunwen.base.notices.models import OutboxMessage
from qunwen.base.scope import asking, clock

PAGE = 50


def chosen_by(request: HttpRequest) -> queries.Sent:
    """The filters in the address; what cannot be read does not narrow."""
    asked = request.GET
    state, kind = asked.get("state", ""), asked.get("kind", "")
    return queries.Sent(
        state=state if state in State.values else "",
        kind=kind if kind in Kind.values else "",
        phone=asked.get("phone", "").strip(),
        since=_day(asked.get("since", "")),
        until=_day(asked.get("until", "")),
    )


def _day(text: str) -> dt.date | None:
    try:
        return parse_date(text.strip())
    except ValueError:
        return None


@never_cache
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """The messages of the granted places, newest first, with why one was not sent and when it is tried again."""
    asking.require(Permission.VIEW_OUTBOX)
    chosen = chosen_by(request)
    page = Paginator(queries.messages(chosen), PAGE).get_page(request.GET.get("page"))
    counts = queries.by_state()
    context: dict[str, Any] = {
        "page": page,
        "chosen": chosen,
        "states": [(value, label, counts.get(value, 0)) for value, label in State.choices],
        "kinds": Kind.choices,
        "tries": TRIES,
        "may_send": asking.may(Permission.SEND_AGAIN),
        "here": request.get_full_path(),
        "header_title": _("短信发送情况"),
        "header_icon": "mail",
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("首页")},
            {"url": "", "label": _("短信发送情况")},
        ],
    }
    return render(request, "notices/desk_outbox.html", context)


@require_POST
def again(request: HttpRequest, county: str, pk: Any) -> HttpResponse:
    """Send a failed message again."""
    message = OutboxMessage.objects.filter(county=county, pk=pk).first()
    if message is None:
        raise Http404
    try:
        actions.send_again(message=message, by=request.actor, at=clock.now())  # type: ignore[attr-defined]
    except actions.NoticeRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已重新排入发送，几秒钟后刷新可看到结果。"))
    back = request.POST.get("back", "")
    ours = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return redirect(back if ours else reverse("desk_notices:sent"))
