"""How often one may ask: a counter a minute in the database, so that it holds across all processes."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from .models import RequestCount
from .problems import Problem

KEEP = dt.timedelta(minutes=5)


def take(holder: str, *, most: int, at: dt.datetime) -> None:
    """Count one request. Raises Problem 429, saying after how many seconds to come again."""
    minute = at.replace(second=0, microsecond=0)
    if _count(holder, minute) > most:
        wait = max(1, 60 - at.second)
        raise Problem(
            429, "too-many", _("一分钟最多 %(most)d 次，请 %(wait)d 秒后再试。") % {"most": most, "wait": wait},
            headers={"Retry-After": str(wait)},
        )  # fmt: skip


def _count(holder: str, minute: dt.datetime) -> int:
    rows = RequestCount.objects.filter(holder=holder, minute=minute)
    with transaction.atomic():
        if not rows.update(number=F("number") + 1):
            RequestCount.objects.filter(minute__lt=minute - KEEP).delete()
            try:
                with transaction.atomic():
                    RequestCount.objects.create(holder=holder, minute=minute, number=1)
            except IntegrityError:
                rows.update(number=F("number") + 1)
        return rows.values_list("number", flat=True).get()


def for_token() -> int:
    """Requests a minute for one token or resident."""
    return int(settings.QUNWEN_API_PER_MINUTE)


def for_address() -> int:
    """Requests a minute for one address without a token."""
    return int(settings.QUNWEN_API_PER_MINUTE_PUBLIC)
