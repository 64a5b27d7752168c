"""Periods as people name them: month, quarter, half-year, year. Half-open: from the first day up to, not with, the end."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import cached_property

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from qunwen.base.scope.clock import start_of

_CODE = re.compile(r"(?P<year>[12]\d{3})(?:-(?P<month>0[1-9]|1[0-2])|Q(?P<quarter>[1-4])|H(?P<half>[12]))?")
_CHINESE = "零一二三四"


class PeriodError(ValueError):
    """The text names no period. The message is for the person who typed it."""


@dataclass(frozen=True, order=True)
class Period:
    """`length` months (1, 3, 6 or 12) beginning with the month `first` (months counted from year 0)."""

    first: int
    length: int

    @classmethod
    def of(cls, code: str) -> Period:
        """The period a code names: 2026-05, 2026Q1, 2026H1 or 2026. Raises PeriodError for anything else."""
        found = _CODE.fullmatch(code.strip()) if isinstance(code, str) else None
        if found is None:
            raise PeriodError(_("看不懂的时期“%(code)s”，请写成 2026-05、2026Q1、2026H1 或 2026。") % {"code": code})
        january = int(found["year"]) * 12
        if found["month"]:
            return cls(january + int(found["month"]) - 1, 1)
        if found["quarter"]:
            return cls(january + (int(found["quarter"]) - 1) * 3, 3)
        if found["half"]:
            return cls(january + (int(found["half"]) - 1) * 6, 6)
        return cls(january, 12)

    @classmethod
    def month_of(cls, day: dt.date) -> Period:
        """The month a day lies in."""
        return cls(day.year * 12 + day.month - 1, 1)

    @property
    def year(self) -> int:
        """The calendar year."""
        return self.first // 12

    @cached_property
    def code(self) -> str:
        """The code `of` reads."""
        place = self.first % 12
        return {
            1: f"{self.year:04}-{place + 1:02}",
            3: f"{self.year:04}Q{place // 3 + 1}",
            6: f"{self.year:04}H{place // 6 + 1}",
            12: f"{self.year:04}",
        }[self.length]

    @property
    def start(self) -> dt.date:
        """The first day."""
        return dt.date(self.first // 12, self.first % 12 + 1, 1)

    @property
    def end(self) -> dt.date:
        """The day after the last."""
        after = self.first + self.length
        return dt.date(after // 12, after % 12 + 1, 1)

    @property
    def last_day(self) -> dt.date:
        """The last day in it: where a stock stands, and the day whose definitions and places count for the period."""
        return self.end - dt.timedelta(days=1)

    @property
    def starts_at(self) -> dt.datetime:
        """Midnight in the county at which it begins, for moments in the database."""
        return start_of(self.start)

    @property
    def ends_at(self) -> dt.datetime:
        """Midnight in the county at which it is over."""
        return start_of(self.end)

    @property
    def months(self) -> tuple[Period, ...]:
        """Its months in order."""
        return tuple(Period(self.first + n, 1) for n in range(self.length))

    @property
    def last_month(self) -> Period:
        """The month whose end is the end of the period: where a stock is read."""
        return Period(self.first + self.length - 1, 1)

    @property
    def previous(self) -> Period:
        """The period of the same length just before (上期, for 环比)."""
        return Period(self.first - self.length, self.length)

    @property
    def next(self) -> Period:
        """The period of the same length just after."""
        return Period(self.first + self.length, self.length)

    @property
    def last_year(self) -> Period:
        """The same period a year earlier (上年同期, for 同比)."""
        return Period(self.first - 12, self.length)

    @property
    def label_cn(self) -> str:
        """As a document writes it: 2026年5月, 2026年第一季度, 2026年上半年, 2026年."""
        place = self.first % 12
        tail = {
            1: f"{place + 1}月",
            3: f"第{_CHINESE[place // 3 + 1]}季度",
            6: "上半年" if place < 6 else "下半年",
            12: "",
        }[self.length]
        return f"{self.year}年{tail}"

    @property
    def label(self) -> str:
        """On the screen, in the reader's language: 2026年5月, May 2026."""
        place = self.first % 12
        if self.length == 1:
            return date_format(self.start, _("Y年n月"))
        quarters = _("%(year)d年第一季度"), _("%(year)d年第二季度"), _("%(year)d年第三季度"), _("%(year)d年第四季度")
        said = {
            3: quarters[place // 3],
            6: _("%(year)d年上半年") if place < 6 else _("%(year)d年下半年"),
            12: _("%(year)d年"),
        }[self.length]
        return said % {"year": self.year}

    def holds(self, day: dt.date) -> bool:
        """Whether the day lies in it."""
        return self.start <= day < self.end

    def __str__(self) -> str:
        return self.code
