"""Photographs that come with a form: every good one is kept, every refused one is named."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from qunwen.base.evidence import actions as evidence
from qunwen.services.activities.models import Activity


def keep(request: HttpRequest, *, files: Iterable[Any], subject: Activity, at: dt.datetime, caption: str = "") -> int:
    """Keep the files at the activity. What was entered before them stays, whatever happens to a photograph."""
    kept = 0
    for file in files:
        try:
            _link, alike = evidence.keep_file(
                stream=file, name=file.name, subject=subject, place=subject.place,
                by=request.actor, at=at, caption=caption,  # type: ignore[attr-defined]
            )  # fmt: skip
        except (ValidationError, PermissionDenied) as refusal:
            said = " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)
            messages.error(request, _("“%(name)s”没有保存：%(why)s") % {"name": file.name, "why": said})
            continue
        kept += 1
        for warning in alike[:1]:
            messages.warning(request, str(warning))
    return kept
