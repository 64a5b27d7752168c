"""What anybody may download: the published file, the script and the page that recompute it."""

from __future__ import annotations

import uuid
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from qunwen.services.draws import kernel, published
from qunwen.services.draws.enums import State

from .loaded import draw_or_404

SCRIPT = Path(kernel.__file__)
PAGE = SCRIPT.parent / "offline" / "verify_draw.html"


@require_safe
def result(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """The list once it is frozen; with seed and results once they are published."""
    del request
    draw = draw_or_404(county, pk)
    if not draw.is_list_public:
        raise Http404
    file = published.file_of(draw) if draw.state == State.PUBLISHED else published.list_of(draw)
    kind = "result" if draw.state == State.PUBLISHED else "list"
    return _download(published.text_of(file).encode(), "application/json; charset=utf-8", f"draw-{kind}-{draw.pk}.json")


@require_safe
def script(request: HttpRequest) -> HttpResponse:
    """verify_draw.py, the very file the platform draws with."""
    del request
    return _download(SCRIPT.read_bytes(), "text/x-python; charset=utf-8", "verify_draw.py")


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """verify_draw.html, to be kept and opened without network."""
    del request
    return _download(PAGE.read_bytes(), "text/html; charset=utf-8", "verify_draw.html")


def _download(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-cache"
    return response
