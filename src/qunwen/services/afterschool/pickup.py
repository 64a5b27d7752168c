"""The digits of a one-time pick-up code: computed from its row with the installation's secret, never stored."""

from __future__ import annotations

from django.utils.crypto import constant_time_compare, salted_hmac

from .models import PickupCode

DIGITS = 6
TRIES = 5


def digits_of(row: PickupCode) -> str:
    """Six digits; another serial gives others."""
    told = salted_hmac("qunwen.afterschool.pickup", f"{row.county}:{row.pk}:{row.serial}", algorithm="sha256")
    return f"{int(told.hexdigest(), 16) % 10**DIGITS:0{DIGITS}d}"


def is_right(row: PickupCode | None, typed: str) -> bool:
    """Whether these are the digits of an unused code with tries left; compares even without a row."""
    right = constant_time_compare(digits_of(row) if row else "", "".join(typed.split()))
    return bool(right and row is not None and row.used_at is None and row.tries < TRIES)
