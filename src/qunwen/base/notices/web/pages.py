"""What both inbox pages do: list, mark as read, lead on to the matter."""

from __future__ import annotations

import uuid

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from qunwen.base.notices import actions, queries
from qunwen.base.people.models import Resident, Staff
from qunwen.base.scope import clock

PAGE = 30


def show(request: HttpRequest, person: Staff | Resident, template: str) -> HttpResponse:
    """The inbox, newest first; what is new is marked as such until it is read."""
    page = Paginator(queries.inbox_of(person), PAGE).get_page(request.GET.get("page"))
    return render(request, template, {"page": page, "unread": queries.unread_count(person), "nav_key": "me"})


def read(request: HttpRequest, person: Staff | Resident, back: str) -> HttpResponse:
    """Mark one notice (field `notice`) or all as read; one with an address leads there."""
    try:
        chosen = uuid.UUID(request.POST["notice"]) if request.POST.get("notice") else None
    except ValueError as error:
        raise Http404 from error
    notice = None
    if chosen is not None:
        notice = queries.inbox_of(person).filter(pk=chosen).first()
        if notice is None:
            raise Http404
    actions.mark_read(
        person=person,
        notices=None if chosen is None else [chosen],
        by=request.actor,
        at=clock.now(),  # type: ignore[attr-defined]
    )
    return redirect(notice.url if notice and notice.url else back)
