"""Security headers of every response. Named after Django 6's own so that the move later is a deletion."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from .csp import DESK_POLICY, PORTAL_POLICY, Policy, render_policy

HEADER = "Content-Security-Policy"
# Camera for reading tickets, position for "near me"; nothing else is ever asked for.
PERMISSIONS_POLICY = (
    "camera=(self), geolocation=(self), microphone=(), payment=(), usb=(), midi=(), display-capture=(), "
    "accelerometer=(), gyroscope=(), magnetometer=(), publickey-credentials-get=(self)"
)


class ContentSecurityPolicyMiddleware:
    """Sets the content security policy, Permissions-Policy and Cross-Origin-Opener-Policy.

    Settings: `SECURE_CSP` (default: the portal's policy), `SECURE_CSP_DESK` (default: what Wagtail's admin needs)
    and `QUNWEN_DESK_PATHS`, the path prefixes under which the second one holds. A view that sets the header
    itself keeps its own. `request.csp_nonce` is made when first read.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.portal: Policy = getattr(settings, "SECURE_CSP", PORTAL_POLICY)
        self.desk: Policy = getattr(settings, "SECURE_CSP_DESK", DESK_POLICY)
        self.desk_paths = tuple(getattr(settings, "QUNWEN_DESK_PATHS", ("/desk/",)))

    def __call__(self, request: HttpRequest) -> HttpResponse:
        nonce = secrets.token_urlsafe(16)
        request.csp_nonce = SimpleLazyObject(lambda: nonce)  # type: ignore[attr-defined]
        response = self.get_response(request)
        policy = self.desk if request.path_info.startswith(self.desk_paths) else self.portal
        response.headers.setdefault(HEADER, render_policy(policy, nonce))
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        return response
