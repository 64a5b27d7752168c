"""Every request has an id; it stands in the journal and in the answer's X-Request-ID."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from qunwen.base.scope.ids import uuid7

from . import actors


class RequestIdMiddleware:
    """Opens the request id for the journal."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        identifier = str(uuid7())
        request.request_id = identifier  # type: ignore[attr-defined]
        with actors.request(identifier):
            response = self.get_response(request)
        response["X-Request-ID"] = identifier
        return response
