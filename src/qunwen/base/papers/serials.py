"""Days and times as spreadsheets keep them: numbers with a format."""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal

_NOT_DATE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_DATE_IDS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})


def from_serial(serial: int | Decimal, *, epoch_1904: bool = False) -> datetime | date | time | None:
    """The day, moment or time of day that a spreadsheet's serial number stands for; None when it is none.

    Whole numbers are days, numbers below one are times of day; to the nearest second. The day 60 of the 1900
    system (29 February 1900) never was; days before it are shifted by that one.
    """
    if not 0 <= serial < 2_958_466:
        return None
    days = int(serial)
    seconds = int((Decimal(serial) - days) * 86_400 + Decimal("0.5"))
    if days == 0 and seconds:
        return None if seconds >= 86_400 else time(seconds // 3600, seconds // 60 % 60, seconds % 60)
    if days == 0 and not epoch_1904:
        return None
    origin = date(1904, 1, 1) if epoch_1904 else date(1899, 12, 31) if days < 60 else date(1899, 12, 30)
    day = origin + timedelta(days=days)
    if not seconds:
        return day
    return datetime(day.year, day.month, day.day) + timedelta(seconds=seconds)  # noqa: DTZ001 -- a sheet knows no zone


def is_date_format(number: str, code: str | None) -> bool:
    """Whether a number format (its number, and its code when it is not built in) shows days or times."""
    if code is None:
        return number.isdigit() and int(number) in _DATE_IDS
    bare = _NOT_DATE.sub("", code.split(";")[0]).lower()
    return "general" not in bare and any(char in bare for char in "ymdhs")
