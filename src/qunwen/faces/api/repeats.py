"""Idempotency-Key: a POST sent twice is done once and answered alike."""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import inspect
import json
from collections.abc import Callable
from typing import Annotated, Any

from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Header, Schema

from qunwen.base.scope import clock

from .models import KeptAnswer
from .problems import Problem

KEPT_FOR = dt.timedelta(hours=24)
Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key", min_length=8, max_length=64, pattern=r"^[A-Za-z0-9._:-]{8,64}$",
        description="每次新的操作一个新编号（如 UUID）；重发同一操作时不变。保存 24 小时。",
    ),
]  # fmt: skip


def once(view: Callable[..., tuple[int, Schema]]) -> Callable[..., HttpResponse]:
    """The view runs in one transaction with the keeping of its answer.

    A second request with the same key waits for the first (the unique index, or SQLite's writer lock) and gets
    its answer. Refusals are not kept: nothing was done, so the same key may try again.
    """

    @functools.wraps(view)
    def run(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        at = clock.now()
        named = {
            "holder": request.api_holder,
            "route": f"{request.method} {request.path}"[:200],
            "key": request.headers["Idempotency-Key"],
        }
        body = hashlib.sha256(request.body).hexdigest()
        KeptAnswer.objects.filter(kept_at__lt=at - KEPT_FOR).delete()
        with transaction.atomic():
            try:
                with transaction.atomic():
                    kept = KeptAnswer.objects.create(**named, body_digest=body, kept_at=at)
            except IntegrityError:
                return _again(KeptAnswer.objects.get(**named), body)
            status, shape = view(request, *args, **kwargs)
            kept.status, kept.answer = status, json.dumps(shape.model_dump(mode="json"), ensure_ascii=False)
            kept.save(update_fields=["status", "answer"])
        return _answer(kept)

    # Annotations are text in the view's own module; here their names would mean nothing.
    run.__signature__ = inspect.signature(view, eval_str=True)  # type: ignore[attr-defined]
    return run


def _again(kept: KeptAnswer, body: str) -> HttpResponse:
    if kept.body_digest != body:
        raise Problem(422, "key-reused", _("这个 Idempotency-Key 已经用于另一份内容，请换一个新编号。"))
    answer = _answer(kept)
    answer.headers["Idempotency-Replayed"] = "true"
    return answer


def _answer(kept: KeptAnswer) -> HttpResponse:
    return HttpResponse(kept.answer, status=kept.status, content_type="application/json; charset=utf-8")
