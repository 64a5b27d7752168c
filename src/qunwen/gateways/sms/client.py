"""Sending a text message: one function, whichever gateway the installation uses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from .errors import SmsError, SmsRefused, SmsUnavailable
from .models import SmsMessage

PHONE = re.compile(r"1[3-9]\d{9}")
LONGEST = 500

__all__ = ["Gateway", "Receipt", "SmsError", "SmsRefused", "SmsUnavailable", "send"]


@dataclass(frozen=True, slots=True)
class Receipt:
    """That the message was handed over; `id` is the gateway's own number for it."""

    id: str
    key: str


class Gateway(Protocol):
    """What every gateway does."""

    keeps_text: bool

    def deliver(self, *, phone: str, text: str, key: str) -> str:
        """Hand the message over and give the gateway's number for it; the same key is texted once.

        Raises SmsRefused or SmsUnavailable.
        """
        ...


def gateway() -> Gateway:
    """The gateway which settings.QUNWEN_SMS_GATEWAY names."""
    made: Gateway = import_string(settings.QUNWEN_SMS_GATEWAY)()
    return made


def send(phone: str, text: str, key: str) -> Receipt:
    """Text `text` to `phone` once for this `key`, however often it is called.

    Raises SmsRefused for a number that is no mobile number, an empty or overlong text or one the gateway
    refuses (also on the next call with this key); SmsUnavailable when the gateway could not be reached:
    call again with the same key.
    """
    if not PHONE.fullmatch(phone):
        raise SmsRefused(_("不是有效的手机号。"))
    if not text or len(text) > LONGEST:
        raise SmsRefused(_("短信内容应为 1 到 %(n)d 个字。") % {"n": LONGEST})
    chosen = gateway()
    row = _row(phone, text if chosen.keeps_text else "", key)
    if row.state == SmsMessage.State.SENT:
        return Receipt(row.receipt, key)
    if row.state == SmsMessage.State.REFUSED:
        raise SmsRefused(row.reason)
    try:
        row.receipt = chosen.deliver(phone=phone, text=text, key=key)
    except SmsRefused as error:
        row.state, row.reason = SmsMessage.State.REFUSED, str(error)[:200]
        row.save(update_fields=["state", "reason"])
        raise
    row.state = SmsMessage.State.SENT
    row.save(update_fields=["state", "receipt"])
    return Receipt(row.receipt, key)


def _row(phone: str, text: str, key: str) -> SmsMessage:
    try:
        with transaction.atomic():
            return SmsMessage.objects.create(key=key, phone=phone, text=text)
    except IntegrityError:
        return SmsMessage.objects.get(key=key)
