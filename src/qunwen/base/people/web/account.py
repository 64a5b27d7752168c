"""Pages of one's own account: the devices one is logged in on."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from qunwen.base.people.actions.staff import end_sessions
from qunwen.base.people.models import StaffSession
from qunwen.base.people.web.sessions import DEVICE


@never_cache
@login_required
def devices(request: Any) -> HttpResponse:
    """My log-ins; others than this one can be ended singly or all at once."""
    here = request.session.get(DEVICE)
    if request.method == "POST":
        rows = StaffSession.objects.filter(user=request.user).exclude(pk=here)
        if request.POST.get("device", "").isdigit():
            rows = rows.filter(pk=request.POST["device"])
        ended = end_sessions(list(rows))
        messages.success(request, _("已让 %(n)d 个设备退出登录。") % {"n": ended})
        return redirect("people:devices")
    rows = StaffSession.objects.filter(user=request.user)
    return render(request, "people/devices.html", {"rows": rows, "here": here})
