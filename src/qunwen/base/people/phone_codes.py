"""One-time codes by text message: single use, five minutes, five tries."""

from __future__ import annotations

import datetime as dt
import secrets

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from qunwen.base.scope.ids import uuid7
from qunwen.gateways.sms import client

from .models import PhoneCode
from .rates import Limit, digest, take

LASTS = dt.timedelta(minutes=5)
TRIES = 5
PER_PHONE = (
    Limit("code.phone.minute", 1, dt.timedelta(minutes=1)),
    Limit("code.phone.day", 10, dt.timedelta(days=1)),
)
PER_ADDRESS = Limit("code.address.hour", 30, dt.timedelta(hours=1))
CHECKS_PER_ADDRESS = Limit("code.check.address", 60, dt.timedelta(hours=1))


class TooOften(Exception):
    """Asked too often; `wait` says for how long to wait."""

    def __init__(self, wait: dt.timedelta) -> None:
        self.wait = wait
        seconds = max(1, int(wait.total_seconds()))
        shown = _("%(n)d 秒") % {"n": seconds} if seconds < 120 else _("%(n)d 分钟") % {"n": -(-seconds // 60)}
        super().__init__(_("请求太频繁，请 %(wait)s后再试。") % {"wait": shown})


def send_code(*, phone: str, address: str, at: dt.datetime) -> None:
    """Send a fresh code to a phone, whoever it belongs to; earlier codes no longer count.

    Raises TooOften past the limits per phone and per address, and what the gateway raises.
    """
    for limit, key in [(PER_ADDRESS, address), *((one, phone) for one in PER_PHONE)]:
        if (wait := take(limit, key=key, at=at)) is not None:
            raise TooOften(wait)
    code = f"{secrets.randbelow(1_000_000):06d}"
    with transaction.atomic():
        PhoneCode.objects.filter(phone_digest=digest(phone), used_at=None).delete()
        PhoneCode.objects.filter(expires_at__lte=at - dt.timedelta(days=1)).delete()
        made = PhoneCode.objects.create(
            phone_digest=digest(phone), code_digest=_code_digest(phone, code), sent_at=at, expires_at=at + LASTS
        )
    text = _("验证码 %(code)s，5 分钟内有效。工作人员不会向您要验证码。") % {"code": code}
    client.send(phone=phone, text=text, key=f"code-{made.pk}-{uuid7()}")


def check_code(*, phone: str, code: str, address: str, at: dt.datetime) -> bool:
    """Whether this is the code last sent to the phone. Right or wrong, it counts as a try; right, it is used up.

    Raises TooOften when one address tries many.
    """
    if (wait := take(CHECKS_PER_ADDRESS, key=address, at=at)) is not None:
        raise TooOften(wait)
    with transaction.atomic():
        row = (
            PhoneCode.objects.select_for_update()
            .filter(phone_digest=digest(phone), used_at=None, expires_at__gt=at, tries__lt=TRIES)
            .order_by("-sent_at", "-id")
            .first()
        )
        # The comparison runs even without a row, so that its absence does not show in the time taken.
        right = constant_time_compare(row.code_digest if row else "", _code_digest(phone, code.strip()))
        if row is None:
            return False
        row.tries += 1
        if right:
            row.used_at = at
        row.save()
    return right


def _code_digest(phone: str, code: str) -> str:
    return salted_hmac("qunwen.people.code", f"{phone}:{code}", algorithm="sha256").hexdigest()
