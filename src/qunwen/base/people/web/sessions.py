"""Log-ins of staff: idle and absolute limits, the list of devices, the first password changed at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from qunwen.base.people.models import StaffSession
from qunwen.base.scope import clock

from . import who
from .addresses import address_of

SINCE, SEEN, DEVICE = "staff_since", "staff_seen", "staff_device"
ABSOLUTE = dt.timedelta(hours=12)
# Writing the session at every click would make every page a write.
SEEN_EVERY = dt.timedelta(seconds=60)
OPEN_WITH_FIRST_PASSWORD = ("/accounts/password/change/", "/accounts/logout/", "/accounts/reauthenticate/", "/ui/")


def begin(request: HttpRequest, at: dt.datetime) -> None:
    """Start the clock of a log-in and enter the device."""
    if request.session.session_key is None:
        request.session.save()
    request.session[SINCE] = request.session[SEEN] = at.isoformat()
    device, _made = StaffSession.objects.update_or_create(
        session_key=request.session.session_key,
        defaults={
            "user": request.user,
            "address": address_of(request),
            "agent": request.META.get("HTTP_USER_AGENT", "")[:200],
            "since": at,
            "seen_at": at,
        },
    )
    request.session[DEVICE] = device.pk


class StaffSessionMiddleware:
    """Ends log-ins that are idle (QUNWEN_IDLE_LOGOUT_SECONDS) or 12 hours old, and insists on a first password change."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not user.is_authenticated:
            return self.get_response(request)
        at = clock.now()
        if SINCE not in request.session:
            begin(request, at)
        elif why := _ended(request, at):
            return _end(request, why)
        else:
            _touch(request, at)
        if user.must_change_password and not request.path_info.startswith(
            (*OPEN_WITH_FIRST_PASSWORD, settings.STATIC_URL)
        ):
            return _refuse(request, reverse("account_change_password"), _("请先修改一次性密码。"), status=403)
        return self.get_response(request)


def _ended(request: HttpRequest, at: dt.datetime) -> str:
    since = dt.datetime.fromisoformat(request.session[SINCE])
    seen = dt.datetime.fromisoformat(request.session[SEEN])
    if at - since >= ABSOLUTE:
        return _("登录已满 12 小时，请重新登录。")
    if at - seen >= dt.timedelta(seconds=settings.QUNWEN_IDLE_LOGOUT_SECONDS):
        return _("长时间没有操作，已自动退出，请重新登录。")
    return ""


def _touch(request: HttpRequest, at: dt.datetime) -> None:
    if at - dt.datetime.fromisoformat(request.session[SEEN]) < SEEN_EVERY:
        return
    request.session[SEEN] = at.isoformat()
    # A changed password gives the session a new key: the device stays the same one.
    StaffSession.objects.filter(pk=request.session.get(DEVICE)).update(
        seen_at=at, session_key=request.session.session_key
    )


def _end(request: HttpRequest, why: str) -> HttpResponse:
    StaffSession.objects.filter(pk=request.session.get(DEVICE)).delete()
    who.finish_acting(request, why="logout", at=clock.now())
    logout(request)
    target = reverse("account_login")
    if request.method in ("GET", "HEAD"):
        target += "?" + urlencode({"next": request.get_full_path()})
    return _refuse(request, target, why, status=401)


def _refuse(request: HttpRequest, target: str, why: str, *, status: int) -> HttpResponse:
    if request.path_info.startswith("/api/"):
        return JsonResponse({"status": status, "title": why}, status=status, content_type="application/problem+json")
    messages.warning(request, why)
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=204)
        response["HX-Redirect"] = target
        return response
    return redirect(target)
