"""The checked way to a file. No path ever comes from the request: only a county, a link and a copy's name."""

from __future__ import annotations

import uuid
from urllib.parse import quote

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase, HttpResponseNotModified
from django.utils.http import parse_etags
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from qunwen.base.evidence import queries, storage
from qunwen.base.evidence.access import Permission
from qunwen.base.evidence.enums import Variant
from qunwen.base.evidence.models import EvidenceLink
from qunwen.base.scope import asking, context

# Whatever a file contains, a browser that opens it may run nothing and load nothing.
SANDBOX = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; sandbox"
NOT_FOUND = _("没有这份材料，或者它不公开")


@require_safe
def file(request: HttpRequest, county: str, link: uuid.UUID, variant: str) -> HttpResponseBase:
    """One copy of a file. 404 for everything the open scope may not have; 403 for the original of a photo alone."""
    if not (len(county) == 6 and county.isascii() and county.isdigit()):
        raise Http404(NOT_FOUND)
    found = queries.reachable(county, link, variant)
    if found is None or variant not in found.variants:
        raise Http404(NOT_FOUND)
    if variant == Variant.ORIGINAL and found.file.is_photo:
        asking.require(Permission.ORIGINAL, on=found)
    path = storage.path_of(county, found.file.sha256, variant)
    if not path.is_file():
        raise Http404(_("这份材料的文件缺失，请联系系统管理员"))
    etag = f'"{found.file.sha256}-{variant}"'
    response: HttpResponseBase
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        response = HttpResponseNotModified()
    else:
        response = FileResponse(path.open("rb"), content_type=_content_type(found, variant))
        response["Content-Disposition"] = _disposition(found, variant)
    response["ETag"] = etag
    response["Cache-Control"] = _caching(variant)
    response["Content-Security-Policy"] = SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _content_type(link: EvidenceLink, variant: str) -> str:
    if variant != Variant.ORIGINAL:
        return "image/jpeg"
    kind = link.file.content_type
    return f"{kind}; charset=utf-8" if kind == "text/plain" else kind


def _disposition(link: EvidenceLink, variant: str) -> str:
    # A PDF may be read in place (the sandbox holds); everything else that is no picture is saved.
    inline = variant != Variant.ORIGINAL or link.file.content_type == "application/pdf"
    stem, _dot, extension = link.file.name.rpartition(".")
    extension = extension if variant == Variant.ORIGINAL else "jpg"
    where = "inline" if inline else "attachment"
    return f"{where}; filename=\"file.{extension}\"; filename*=UTF-8''{quote(f'{stem}.{extension}')}"


def _caching(variant: str) -> str:
    scope = context.current()
    if scope is None or scope.kind in ("staff", "everything"):
        return "private, max-age=300"
    # The address names one link of one file, whose bytes never change.
    return "public, max-age=604800, immutable" if variant == Variant.THUMB else "public, max-age=3600"
