"""Where a request comes from."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest | None) -> str:
    """The client's network address.

    Behind a proxy of one's own (`QUNWEN_TRUSTED_PROXIES` = how many) the entry which the outermost of them
    wrote is taken; without, the header could say anything and is not read.
    """
    if request is None:
        return ""
    proxies = int(getattr(settings, "QUNWEN_TRUSTED_PROXIES", 0))
    if proxies:
        chain = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
        if len(chain) >= proxies:
            return chain[-proxies][:64]
    return str(request.META.get("REMOTE_ADDR", ""))[:64]
