"""The demonstration's outbox on screen."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from .models import SmsMessage

SHOWN = 50


@never_cache
@require_safe
def show_outbox(request: HttpRequest) -> HttpResponse:
    """The newest messages. Exists in a demonstration only."""
    if not settings.QUNWEN_DEMO:
        raise Http404
    return render(request, "sms/outbox.html", {"rows": SmsMessage.objects.all()[:SHOWN], "shown": SHOWN})
