"""Language of the page, and text packed on its way out."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers

PARAMETER = "lang"
TEXT = ("text/", "application/json", "application/manifest+json", "application/problem+json", "image/svg+xml")


class PortalLocaleMiddleware:
    """Simplified Chinese unless the reader chose otherwise, by `?lang=` (kept in a cookie) or by the menu's cookie.

    What the browser claims to prefer is not asked: a phone set to English in a Chinese county is common, a
    reader of English is not. On the desk Wagtail follows the person's own setting after this.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.known = {code for code, _name in settings.LANGUAGES}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = request.GET.get(PARAMETER, "").lower()
        kept = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "").lower()
        language = next((code for code in (asked, kept) if code in self.known), settings.LANGUAGE_CODE)
        translation.activate(language)
        request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
        response = self.get_response(request)
        if asked in self.known and asked != kept:
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                asked,
                max_age=365 * 24 * 3600,
                samesite="Lax",
                secure=request.is_secure(),
            )
        response.headers.setdefault("Content-Language", language)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ["Cookie"])
        return response


class TextGZipMiddleware(GZipMiddleware):
    """Packs pages, data and drawings; leaves photographs, files and streams alone."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Pack the body if it is text and large enough to be worth it."""
        kind = response.headers.get("Content-Type", "")
        if response.streaming or not kind.startswith(TEXT):
            return response
        return super().process_response(request, response)
