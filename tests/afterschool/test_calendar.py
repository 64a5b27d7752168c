"""Service days on the real holidays and make-up days of 2025 and 2026; hours of a session."""

import datetime as dt

import pytest

from qunwen.services.afterschool.calendar import (
    Calendar,
    Day,
    DayKind,
    OwnDay,
    Span,
    check_session,
    together,
)

D = dt.date
# As the State Council announced them (国办发明电〔2024〕12号 and 国办发明电〔2025〕7号): first and last day off.
HOLIDAYS = [
    (D(2025, 1, 1), D(2025, 1, 1)), (D(2025, 1, 28), D(2025, 2, 4)), (D(2025, 4, 4), D(2025, 4, 6)),
    (D(2025, 5, 1), D(2025, 5, 5)), (D(2025, 5, 31), D(2025, 6, 2)), (D(2025, 10, 1), D(2025, 10, 8)),
    (D(2026, 1, 1), D(2026, 1, 3)), (D(2026, 2, 15), D(2026, 2, 23)), (D(2026, 4, 4), D(2026, 4, 6)),
    (D(2026, 5, 1), D(2026, 5, 5)), (D(2026, 6, 19), D(2026, 6, 21)), (D(2026, 9, 25), D(2026, 9, 27)),
    (D(2026, 10, 1), D(2026, 10, 7)),
]  # fmt: skip
MAKE_UP = [
    D(2025, 1, 26), D(2025, 2, 8), D(2025, 4, 27), D(2025, 9, 28), D(2025, 10, 11),
    D(2026, 1, 4), D(2026, 2, 14), D(2026, 2, 28), D(2026, 5, 9), D(2026, 9, 20), D(2026, 10, 10),
]  # fmt: skip


def _off(day):
    return any(first <= day <= last for first, last in HOLIDAYS)


@pytest.mark.parametrize("year", [2025, 2026])
def test_service_days_are_weekdays_without_holidays_plus_make_up_days(year):
    days = Calendar().service_days(D(year, 1, 1), D(year, 12, 31))
    every = (D(year, 1, 1) + dt.timedelta(n) for n in range(365))
    assert days == [d for d in every if d in MAKE_UP or (d.weekday() < 5 and not _off(d))]


@pytest.mark.parametrize("day", MAKE_UP)
def test_make_up_day_on_a_weekend_has_service(day):
    found = Calendar().day(day)
    assert (found.kind, found.serves, found.certain, day.weekday() >= 5) == (DayKind.MAKE_UP, True, True, True)


def test_holiday_names_its_festival():
    assert Calendar().day(D(2025, 10, 8)) == Day(D(2025, 10, 8), DayKind.HOLIDAY, "国庆节")


def test_outside_the_terms_is_a_break_even_on_a_working_day():
    terms = [Span(D(2026, 3, 2), D(2026, 7, 3)), Span(D(2026, 9, 1), D(2027, 1, 22))]
    calendar = Calendar(terms=terms)
    days = [D(2026, 2, 28), D(2026, 3, 2), D(2026, 7, 3), D(2026, 7, 6), D(2026, 9, 20)]
    assert [calendar.day(d).kind for d in days] == ["break", "school", "school", "break", "make_up"]


def test_county_closes_one_day_and_opens_another():
    own = {D(2026, 3, 3): OwnDay(opens=False, why="暴雨停课"), D(2026, 3, 7): OwnDay(opens=True, why="补课")}
    calendar = Calendar(own=own)
    assert [calendar.day(d).kind for d in (D(2026, 3, 3), D(2026, 3, 7))] == [DayKind.CLOSED, DayKind.MAKE_UP]


def test_year_not_announced_is_provisional_until_the_county_enters_it():
    unknown, friday, saturday = Calendar(), D(2031, 5, 2), D(2031, 5, 3)
    entered = Calendar(own={friday: OwnDay(opens=False, why="劳动节")}, years=frozenset({2031}))
    assert [(d.kind, d.certain) for d in (unknown.day(friday), unknown.day(saturday))] == [
        (DayKind.SCHOOL, False), (DayKind.WEEKEND, False),
    ]  # fmt: skip
    assert unknown.unsettled([friday, D(2026, 3, 2)]) == [friday]
    assert [(entered.day(d).serves, entered.day(d).certain) for d in (friday, D(2031, 5, 6))] == [
        (False, True), (True, True),
    ]  # fmt: skip


MONDAY = Calendar().day(D(2026, 3, 2))


@pytest.mark.parametrize(
    ("starts", "ends", "periods", "against"),
    [
        ("16:30", "17:10", 1, 0),
        ("16:30", "18:15", 2, 1),  # 105 minutes: more than 2 × 40 and a break of 20
        ("16:40", "18:15", 2, 0),
        ("16:50", "18:16", 2, 1),
        ("16:30", "17:11", 1, 1),
        ("16:30", "17:50", 3, 1),
        ("17:00", "17:00", 1, 1),
    ],
)
def test_session_keeps_forty_minutes_two_periods_and_quarter_past_six(starts, ends, periods, against):
    found = check_session(
        day=MONDAY, starts=dt.time.fromisoformat(starts), ends=dt.time.fromisoformat(ends), periods=periods
    )
    assert len(found) == against


def test_session_on_a_holiday_is_refused_by_name():
    day = Calendar().day(D(2025, 5, 2))
    assert check_session(day=day, starts=dt.time(16, 30), ends=dt.time(17, 10), periods=1) == [
        "2025-05-02不是课后服务日（劳动节），不能安排。"
    ]


def test_three_periods_of_one_child_on_a_day_are_found():
    day, other = D(2026, 3, 2), D(2026, 3, 3)
    assert together([(day, 2), (other, 2), (day, 1)]) == {day: 3}
