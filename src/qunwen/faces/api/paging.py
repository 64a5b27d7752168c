"""Pages by cursor: opaque to the caller, by primary key, so that nothing is doubled or lost while rows come in."""

from __future__ import annotations

import base64
import binascii
import uuid
from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from ninja import Query

from .problems import Problem

T = TypeVar("T")
Cursor = Annotated[
    str, Query(max_length=200, pattern=r"^[A-Za-z0-9_-]*$", description="上一页回答里的 next；第一页不带。")
]
Limit = Annotated[int, Query(ge=1, le=100, description="每页条数，最多 100。")]


def encode(pk: object) -> str:
    """The cursor after a row."""
    return base64.urlsafe_b64encode(f"1:{pk}".encode()).decode().rstrip("=")


def decode(cursor: str, model: type[Model]) -> Any:
    """The key a cursor stands for. Raises Problem 422 for one that we never gave."""
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
        version, _sep, key = text.partition(":")
        if version != "1" or encode(key) != cursor:
            raise ValueError(cursor)
        if model._meta.pk.get_internal_type() == "UUIDField":
            return uuid.UUID(key)
        if not key.isdigit():
            raise ValueError(key)
    except (ValueError, binascii.Error, UnicodeDecodeError):
        words = _("游标无效，请从第一页重新取。")
        raise Problem(422, "invalid", words, errors=[("cursor", words)]) from None
    return key


def page(
    rows: QuerySet[Any], *, cursor: str, limit: int, shape: Callable[[Any], T], load: Callable[[list[Any]], Any] = list
) -> tuple[list[T], str | None]:
    """The rows after the cursor as shapes, and the cursor of the next page (None: the last)."""
    rows = rows.order_by("pk")
    if cursor:
        rows = rows.filter(pk__gt=decode(cursor, rows.model))
    found = list(rows[: limit + 1])
    more = len(found) > limit
    found = found[:limit]
    load(found)
    return [shape(row) for row in found], encode(found[-1].pk) if more else None
