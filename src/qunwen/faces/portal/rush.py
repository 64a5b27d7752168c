"""The waiting room: the sign-up page of a thing for which everybody comes at once. Its form goes to the light door."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from qunwen.base.people.enums import AgeGroup
from qunwen.base.people.models import Resident
from qunwen.services.bookings.models import Bucket
from qunwen.services.bookings.party import Guest
from qunwen.services.bookings.rush import form as rush_form
from qunwen.services.bookings.rush import pages, passes, taking

from .forms import new_key


def stands_before(request: Any, bucket: Bucket | None, at: dt.datetime) -> bool:
    """Whether a thing has a queue at this moment for the one who asks.

    Staff who act for somebody book at the counter's page, and numbered seats are chosen on theirs.
    """
    if bucket is None or not bucket.rush or bucket.is_numbered or request.acting_until is not None:
        return False
    early = bucket.opens_at is not None and at < bucket.opens_at
    return bucket.is_open(at) or (early and bucket.closed_at is None)


def room(
    request: Any, bucket: Bucket, shown: Mapping[str, Any], *, at: dt.datetime, typed: Mapping[str, Any]
) -> HttpResponse:
    """The page: a countdown by the server's clock, who comes, one button."""
    seconds = 0
    if bucket.opens_at is not None and at < bucket.opens_at:
        seconds = int((bucket.opens_at - at).total_seconds()) + 1
    left = f"{seconds // 60}:{seconds % 60:02}"
    more: dict[str, Any] = {
        "bucket": bucket,
        "seconds": seconds,
        "left": left,
        "order": pages.ORDER,
        "groups": AgeGroup.choices,
    }
    if request.resident is not None:
        family = [request.resident, *request.wards]
        chosen = typed.get("members") or [str(family[0].pk)]
        more |= {
            "ticket": passes.write_pass(_pass(request, bucket, key=typed.get("key") or new_key(), at=at)),
            "family": [(str(one.pk), one.name, str(one.pk) in chosen) for one in family],
            "companions": [
                (n, typed.get(f"name{n}", ""), typed.get(f"group{n}", ""), "")
                for n in range(min(rush_form.COMPANIONS, bucket.party_limit))
            ],
        }
    return render(request, "portal/rush.html", {**shown, **more})


def _pass(request: Any, bucket: Bucket, *, key: str, at: dt.datetime) -> passes.Pass:
    opens = int(bucket.opens_at.timestamp()) if bucket.opens_at is not None and at < bucket.opens_at else 0
    family: Sequence[Resident] = [request.resident, *request.wards]
    return passes.Pass(
        county=bucket.county, bucket=bucket.pk, place=bucket.place_id, resident=request.resident.pk,
        family=tuple((str(one.pk), one.name) for one in family), key=key, language=get_language() or settings.LANGUAGE_CODE,
        session=passes.digest_of(request.session.session_key or ""), opens=opens,
        expires=int(max(at, bucket.opens_at or at).timestamp() + passes.LASTS.total_seconds()),
        title=bucket.title, back=request.path, most=bucket.party_limit,
    )  # fmt: skip


def queue_up(
    request: Any, bucket: Bucket, people: Sequence[Resident | Guest], *, key: str, at: dt.datetime
) -> HttpResponse:
    """An ordinary form for a thing that has a queue: it takes a number like everybody. Raises ValidationError."""
    made = _pass(request, bucket, key=key, at=at)
    asked = taking.Asked(
        county=bucket.county, bucket=bucket.pk, place=bucket.place_id, resident=request.resident.pk,
        members=tuple(str(one.pk) if isinstance(one, Resident) else (one.name, str(one.group)) for one in people),
        key=key, language=made.language,
    )  # fmt: skip
    try:
        number = taking.take_number(asked=asked, by=request.actor, at=at)
    except taking.KeyTaken:
        raise ValidationError(_("这一页已经用来报过别的名了，请刷新后再报名。"), code="key_used") from None
    return redirect(
        pages.address_of(passes.Number(bucket.county, number, made.language, made.session, made.title, made.back))
    )
