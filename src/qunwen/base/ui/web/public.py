"""Addresses of the house itself: paper-cuts, elder mode, the installable page, the gallery."""

from __future__ import annotations

from hashlib import sha256

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from qunwen.base.scope import clock
from qunwen.base.ui.elder import COOKIE, COOKIE_AGE_SECONDS, ElderSize
from qunwen.base.ui.papercut import draw_papercut
from qunwen.base.ui.site import profile_for

from . import gallery_samples

YEAR_SECONDS = 365 * 24 * 3600


@require_GET
def papercut(request: HttpRequest, code: str) -> HttpResponse:
    """The paper-cut of a place code; the same for ever, so browsers may keep it a year."""
    response = HttpResponse(draw_papercut(code), content_type="image/svg+xml")
    response.headers["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable"
    # Opened by itself it is a document: nothing in it may run.
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@csrf_exempt
@require_POST
def set_elder(request: HttpRequest) -> HttpResponse:
    """Turn elder mode on, off or to another size, and go back to the page. An unknown size turns it off.

    Without a token: it only changes how the page looks, and a token in every page's frame would give each reader
    a cookie and make each page different.
    """
    try:
        size = ElderSize(request.POST.get("size", ""))
    except ValueError:
        size = ElderSize.OFF
    back = request.POST.get("next", "")
    allowed = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    response = HttpResponseRedirect(back if allowed else profile_for(request).home_url)
    if size is ElderSize.OFF:
        response.delete_cookie(COOKIE, samesite="Lax")
    else:
        response.set_cookie(
            COOKIE, size.value, max_age=COOKIE_AGE_SECONDS, httponly=True, samesite="Lax", secure=request.is_secure()
        )
    return response


@require_GET
def offline(request: HttpRequest) -> HttpResponse:
    """What the service worker shows when there is no network."""
    return render(request, "ui/offline.html")


@require_GET
def service_worker(request: HttpRequest) -> HttpResponse:
    """The service worker, for the whole site; its version follows from the files it keeps."""
    files = [static(name) for name in ("ui/portal.css", "ui/portal.js", "ui/icons.svg", "ui/seal.svg")]
    version = sha256("|".join(files).encode()).hexdigest()[:12]
    context = {"files": files, "version": version, "offline_url": reverse("ui:offline")}
    response = render(request, "ui/worker.js", context, content_type="text/javascript; charset=utf-8")
    response.headers["Service-Worker-Allowed"] = "/"
    response.headers["Cache-Control"] = "no-cache"
    return response


@require_GET
def manifest(request: HttpRequest) -> HttpResponse:
    """The web app manifest, so that the portal can be put on the home screen."""
    county = profile_for(request).county_name
    body = {
        "name": f"{county}{_('公共文化服务')}",
        "short_name": county or _("群文"),
        "start_url": profile_for(request).home_url,
        "scope": "/",
        "display": "standalone",
        "background_color": "#fbf8f2",
        "theme_color": "#a8321f",
        "icons": [
            {"src": static("ui/seal.svg"), "sizes": "any", "type": "image/svg+xml"},
            {"src": static("ui/seal-192.png"), "sizes": "192x192", "type": "image/png"},
            {"src": static("ui/seal-512.png"), "sizes": "512x512", "type": "image/png"},
        ],
    }
    return JsonResponse(body, content_type="application/manifest+json")


@require_GET
def gallery(request: HttpRequest) -> HttpResponse:
    """Every component in every state, for staff, in the demonstration and while developing."""
    user = getattr(request, "user", None)
    if not (settings.DEBUG or settings.QUNWEN_DEMO or (user is not None and user.is_staff)):
        raise Http404
    return render(request, "ui/gallery.html", gallery_samples.samples(at=clock.now(), query=request.GET))
