"""The resident's inbox."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from . import pages


@login_not_required
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """My notices; who is not logged in is asked to."""
    resident = getattr(request, "resident", None)
    if resident is None:
        return redirect(f"/me/login/?{urlencode({'next': request.path})}")
    return pages.show(request, resident, "notices/inbox.html")


@login_not_required
@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """I have read it."""
    resident = getattr(request, "resident", None)
    back = reverse("notices:inbox")
    if resident is None:
        return redirect(f"/me/login/?{urlencode({'next': back})}")
    return pages.read(request, resident, back)
