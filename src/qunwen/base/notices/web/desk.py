"""The staff inbox on the desk."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from qunwen.base.people.models import Staff

from . import pages


def _staff(request: HttpRequest) -> Staff:
    staff = getattr(request.user, "staff", None)
    if staff is None or getattr(request, "actor", None) is None:
        raise Http404
    return staff


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """My notices."""
    return pages.show(request, _staff(request), "notices/desk_inbox.html")


@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """I have read it."""
    return pages.read(request, _staff(request), reverse("desk_notices:inbox"))
