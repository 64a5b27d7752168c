"""Which days have after-school service, and which hours a session may take.

Public holidays and the days worked instead of them (调休) are those of the State Council's yearly notice, from
chinesecalendar. What it does not know, a later year or a day of this county alone, the county's own calendar says; the
county always has the last word. School holidays are what lies outside the terms.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import chinese_calendar
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# Defaults of the product page (S6): at most 2 periods of 40 minutes a day, over by 18:15.
PERIOD_MINUTES = 40
MOST_PERIODS = 2
MOST_BREAK = 20  # minutes between two periods
LATEST_END = dt.time(18, 15)
SATURDAY = 5


class DayKind(StrEnum):
    """What a calendar day is to a school."""

    SCHOOL = "school"
    MAKE_UP = "make_up"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    BREAK = "break"
    CLOSED = "closed"


KIND_LABELS = {
    DayKind.SCHOOL: gettext_lazy("上课日"),
    DayKind.MAKE_UP: gettext_lazy("调休上课日"),
    DayKind.WEEKEND: gettext_lazy("周末"),
    DayKind.HOLIDAY: gettext_lazy("法定节假日"),
    DayKind.BREAK: gettext_lazy("寒暑假"),
    DayKind.CLOSED: gettext_lazy("本县停课"),
}
SERVES = frozenset({DayKind.SCHOOL, DayKind.MAKE_UP})


@dataclass(frozen=True)
class Day:
    """A calendar day: what it is, why, and whether that is settled (`certain`) or only Monday to Friday so far."""

    day: dt.date
    kind: DayKind
    why: str
    certain: bool = True

    @property
    def serves(self) -> bool:
        """Whether there is after-school service."""
        return self.kind in SERVES


@dataclass(frozen=True)
class OwnDay:
    """What the county says of one day: school is held or not, and why."""

    opens: bool
    why: str


@dataclass(frozen=True)
class Span:
    """From the first day to the last, both included: a term."""

    first: dt.date
    last: dt.date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, dt.date) and self.first <= day <= self.last


@dataclass(frozen=True)
class Calendar:
    """The county's own days, the years it has declared complete, and the terms (none given: every day is in term)."""

    own: Mapping[dt.date, OwnDay] = field(default_factory=dict)
    years: frozenset[int] = frozenset()
    terms: Sequence[Span] | None = None

    def day(self, day: dt.date) -> Day:
        """What the day is. The county's own word goes first, then the terms, then the national calendar."""
        if (said := self.own.get(day)) is not None:
            return self._own(day, said)
        if self.terms is not None and not any(day in term for term in self.terms):
            return Day(day, DayKind.BREAK, _("不在学期内"))
        try:
            return _national(day)
        except NotImplementedError:
            # The package knows no such year: Monday to Friday, provisional until the county has entered the year.
            certain = day.year in self.years
            weekend = day.weekday() >= SATURDAY
            kind = DayKind.WEEKEND if weekend else DayKind.SCHOOL
            why = "" if certain else _("%(year)d 年放假安排尚未录入，暂按周一至周五") % {"year": day.year}
            return Day(day, kind, why, certain)

    def _own(self, day: dt.date, said: OwnDay) -> Day:
        if not said.opens:
            return Day(day, DayKind.CLOSED, said.why)
        kind = DayKind.MAKE_UP if day.weekday() >= SATURDAY else DayKind.SCHOOL
        return Day(day, kind, said.why)

    def days(self, first: dt.date, last: dt.date) -> Iterator[Day]:
        """Every day of the span, both ends included."""
        for number in range((last - first).days + 1):
            yield self.day(first + dt.timedelta(days=number))

    def service_days(self, first: dt.date, last: dt.date) -> list[dt.date]:
        """The days with service of the span."""
        return [one.day for one in self.days(first, last) if one.serves]

    def unsettled(self, days: Iterable[dt.date]) -> list[dt.date]:
        """Those of the days whose year has not been entered."""
        return [day for day in days if not self.day(day).certain]


_NAMES = {
    "New Year's Day": gettext_lazy("元旦"),
    "Spring Festival": gettext_lazy("春节"),
    "Tomb-sweeping Day": gettext_lazy("清明节"),
    "Labour Day": gettext_lazy("劳动节"),
    "Dragon Boat Festival": gettext_lazy("端午节"),
    "Mid-autumn Festival": gettext_lazy("中秋节"),
    "National Day": gettext_lazy("国庆节"),
}


def _national(day: dt.date) -> Day:
    free, name = chinese_calendar.get_holiday_detail(day)
    festival = str(_NAMES.get(name, "")) if name else ""
    if free and festival:
        return Day(day, DayKind.HOLIDAY, festival)
    if free:
        return Day(day, DayKind.WEEKEND, "")
    if day.weekday() >= SATURDAY:
        return Day(day, DayKind.MAKE_UP, _("%(festival)s调休") % {"festival": festival})
    return Day(day, DayKind.SCHOOL, "")


def check_session(*, day: Day, starts: dt.time, ends: dt.time, periods: int) -> list[str]:
    """What is against holding this session, in Chinese; nothing when it may be held.

    On a day with service; 1 to 2 periods of at most 40 minutes, with a break of at most 20 between; over by 18:15.
    `starts` and `ends` are on the county's clock.
    """
    against = []
    if not day.serves:
        words = {"day": f"{day.day:%Y-%m-%d}", "why": day.why or str(KIND_LABELS[day.kind])}
        against.append(_("%(day)s不是课后服务日（%(why)s），不能安排。") % words)
    if not 1 <= periods <= MOST_PERIODS:
        against.append(_("每天最多安排 %(most)d 课时。") % {"most": MOST_PERIODS})
    if ends <= starts:
        against.append(_("结束时间要晚于开始时间。"))
    elif _minutes(starts, ends) > (most := periods * PERIOD_MINUTES + (periods - 1) * MOST_BREAK):
        sizes = {"n": periods, "each": PERIOD_MINUTES, "most": most}
        against.append(_("%(n)d 课时（每课时 %(each)d 分钟，含课间）最长 %(most)d 分钟。") % sizes)
    if ends > LATEST_END:
        against.append(_("最晚 %(time)s 结束。") % {"time": f"{LATEST_END:%H:%M}"})
    return against


def _minutes(starts: dt.time, ends: dt.time) -> int:
    return (ends.hour - starts.hour) * 60 + ends.minute - starts.minute


def together(sessions: Iterable[tuple[dt.date, int]]) -> dict[dt.date, int]:
    """Days on which one child would have more than 2 periods, with how many. `sessions`: (day, periods)."""
    number: dict[dt.date, int] = {}
    for day, periods in sessions:
        number[day] = number.get(day, 0) + periods
    return {day: n for day, n in sorted(number.items()) if n > MOST_PERIODS}
