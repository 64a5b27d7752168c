"""Recurring dates: every week on these days, every month on the n-th weekday or the same day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from qunwen.base.scope.clock import SHANGHAI


@dataclass(frozen=True, slots=True)
class Pattern:
    """`first` to `last` (both included), by weekdays each `interval` weeks, or monthly when `monthly`.

    monthly: "day" keeps the day of the month (months without it are left out), "weekday" keeps
    "second Saturday". `skip_days` are dates left out by hand (public holidays, say).
    """

    first: dt.date
    last: dt.date
    start: dt.time
    minutes: int
    weekdays: frozenset[int] = frozenset()
    interval: int = 1
    monthly: str = ""
    skip_days: frozenset[dt.date] = field(default_factory=frozenset)

    def check(self) -> None:
        """Raise ValidationError when the pattern makes no sense."""
        if self.last < self.first:
            raise ValidationError({"last": _("结束日期不能早于开始日期。")})
        if not 5 <= self.minutes <= 24 * 60:
            raise ValidationError({"minutes": _("时长要在 5 分钟到 24 小时之间。")})
        if self.monthly not in ("", "day", "weekday") or not 1 <= self.interval <= 12:
            raise ValidationError({"pattern": _("重复规则不正确。")})
        if not self.monthly and not self.weekdays <= frozenset(range(7)):
            raise ValidationError({"weekdays": _("请选择星期几。")})


def dates(pattern: Pattern, *, limit: int) -> list[tuple[dt.datetime, dt.datetime]]:
    """(start, end) of each date in order. Raises ValidationError for a bad pattern or more than `limit`."""
    pattern.check()
    found: list[tuple[dt.datetime, dt.datetime]] = []
    for day in _days(pattern):
        if day in pattern.skip_days:
            continue
        start = dt.datetime.combine(day, pattern.start, tzinfo=SHANGHAI)
        found.append((start, start + dt.timedelta(minutes=pattern.minutes)))
        if len(found) > limit:
            raise ValidationError({"last": _("一次最多安排 %(n)d 场，请缩短日期范围。") % {"n": limit}})
    return found


def _days(pattern: Pattern) -> Iterator[dt.date]:
    if pattern.monthly:
        yield from _monthly(pattern)
        return
    weekdays = pattern.weekdays or frozenset({pattern.first.weekday()})
    monday = pattern.first - dt.timedelta(days=pattern.first.weekday())
    day = pattern.first
    while day <= pattern.last:
        if day.weekday() in weekdays and ((day - monday).days // 7) % pattern.interval == 0:
            yield day
        day += dt.timedelta(days=1)


def _monthly(pattern: Pattern) -> Iterator[dt.date]:
    year, month, number = pattern.first.year, pattern.first.month, (pattern.first.day - 1) // 7
    while (year, month) <= (pattern.last.year, pattern.last.month):
        day = _in_month(year, month, pattern, number)
        if day is not None and pattern.first <= day <= pattern.last:
            yield day
        month += pattern.interval
        year, month = year + (month - 1) // 12, (month - 1) % 12 + 1


def _in_month(year: int, month: int, pattern: Pattern, number: int) -> dt.date | None:
    first = dt.date(year, month, 1)
    if pattern.monthly == "day":
        day = pattern.first.day
    else:
        day = 1 + (pattern.first.weekday() - first.weekday()) % 7 + 7 * number
    try:
        return first.replace(day=day)
    except ValueError:
        return None
