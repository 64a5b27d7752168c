"""ETag and If-Match: nobody overwrites what they have not seen."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Header, Schema

from .problems import Problem

IfMatch = Annotated[
    str, Header(alias="If-Match", max_length=80, description="读取时得到的 ETag。", pattern=r'^("[0-9a-f]{32}"|\*)$')
]


def tag_of(shape: Schema) -> str:
    """A strong validator of what is shown."""
    text = json.dumps(shape.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def answer(shape: Schema, status: int = 200) -> HttpResponse:
    """The shape with its version."""
    text = json.dumps(shape.model_dump(mode="json"), ensure_ascii=False)
    return HttpResponse(
        text, status=status, content_type="application/json; charset=utf-8", headers={"ETag": tag_of(shape)}
    )


def demand(request: HttpRequest, shape: Schema) -> None:
    """Raise Problem 428 without If-Match, 412 when the row is no longer what the caller saw."""
    given = request.headers.get("If-Match")
    if given is None:
        raise Problem(428, "version-missing", _("修改前请先读取，并在 If-Match 头里带上 ETag。"))
    if given not in ("*", tag_of(shape)):
        raise Problem(412, "version-changed", _("您读取之后内容已被修改，请重新读取再改。"))
