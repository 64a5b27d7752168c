"""The pages for what goes wrong. `config/urls.py` names these as handler403, handler404 and handler500."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

HOME: Final = _("回到首页")


@dataclass(frozen=True)
class ErrorWords:
    """What happened, that nothing is lost, and the next step."""

    title: str | Promise
    what: str | Promise
    next: str | Promise
    seed: str
    reason: str | Promise = ""
    home: str | Promise = HOME


NOT_FOUND: Final = ErrorWords(
    _("没有找到这一页"),
    _("可能是网址抄错了一个字，也可能内容已经撤下。"),
    _("您报过的名、订过的位都还在。可以从首页重新找，或者搜一搜。"),
    "404",
)
FORBIDDEN: Final = ErrorWords(
    _("这一页您现在不能看"),
    _("它要由有相应职责的人打开，或者您停得太久，登录已经失效。"),
    _("没有任何内容丢失。请重新登录；如果确实要办这件事，请找本单位的管理员开通。"),
    "403",
)
TOO_MANY: Final = ErrorWords(
    _("点得太快了，请稍等"),
    _("为了让大家都能打开，短时间里只能办这么多次。"),
    _("没有任何内容丢失。请过一会儿再试，着急可以打电话办。"),
    "429",
)
SERVER: Final = ErrorWords(
    _("系统这边出了错"),
    _("不是您的操作有问题。这次没有办成，也没有办一半。"),
    _("已经记下来了，请过几分钟再试；着急可以打电话办。"),
    "500",
)


def _page(request: HttpRequest, words: ErrorWords, status: int) -> HttpResponse:
    context = {"error": words, "request_id": getattr(request, "request_id", "")}
    return render(request, "ui/error.html", context, status=status)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: also what someone sees whose scope does not reach the record."""
    return _page(request, NOT_FOUND, 404)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: seen, but not allowed. A reason given in PermissionDenied is shown."""
    reason = str(exception)
    words = ErrorWords(FORBIDDEN.title, FORBIDDEN.what, FORBIDDEN.next, FORBIDDEN.seed, reason=reason)
    return _page(request, words if reason else FORBIDDEN, 403)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 of the forgery check, for the setting CSRF_FAILURE_VIEW; the technical reason is not shown."""
    return _page(request, FORBIDDEN, 403)


def too_many_requests(request: HttpRequest, retry_after: int) -> HttpResponse:
    """429 with Retry-After in seconds; rate limits answer with this."""
    response = _page(request, TOO_MANY, 429)
    response.headers["Retry-After"] = str(retry_after)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """500: drawn without database, session and context processors, since any of them may be what failed."""
    context = {"error": SERVER, "request_id": getattr(request, "request_id", "")}
    return HttpResponse(render_to_string("ui/server_error.html", context), status=500)
