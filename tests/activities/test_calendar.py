"""Festivals, recurrence, search: the rules without a database."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from qunwen.services.activities import festivals, search
from qunwen.services.activities.recurrence import Pattern, dates


@pytest.mark.parametrize(
    ("code", "year", "day"),
    [
        ("spring", 2026, dt.date(2026, 2, 17)),
        ("lantern", 2026, dt.date(2026, 3, 3)),
        ("dragon_boat", 2026, dt.date(2026, 6, 19)),
        ("mid_autumn", 2025, dt.date(2025, 10, 6)),
        ("mid_autumn", 2026, dt.date(2026, 9, 25)),
        ("double_ninth", 2026, dt.date(2026, 10, 18)),
        ("qixi", 2025, dt.date(2025, 8, 29)),
        ("national", 2026, dt.date(2026, 10, 1)),
    ],
)
def test_festivals_fall_on_their_days(code, year, day):
    assert festivals.BY_CODE[code].on(year) == day


@given(st.integers(2000, 2090))
def test_every_festival_falls_into_its_year_in_order(year):
    days = [day for day, _festival in festivals.of_year(year)]
    assert len(days) == len(festivals.FESTIVALS)
    assert days == sorted(days)
    assert {day.year for day in days} == {year}


def pattern(**given_):
    defaults = {"first": dt.date(2026, 3, 2), "last": dt.date(2026, 3, 31), "start": dt.time(19), "minutes": 90}
    return Pattern(**{**defaults, **given_})


def days_of(found):
    return [start.date() for start, _end in found]


def test_weekly_on_two_days():
    found = dates(pattern(weekdays=frozenset({1, 3}), last=dt.date(2026, 3, 12)), limit=99)
    assert days_of(found) == [dt.date(2026, 3, d) for d in (3, 5, 10, 12)]


def test_every_other_week():
    found = dates(pattern(weekdays=frozenset({0}), interval=2), limit=99)
    assert days_of(found) == [dt.date(2026, 3, d) for d in (2, 16, 30)]


def test_monthly_on_the_second_saturday():
    found = dates(pattern(first=dt.date(2026, 1, 10), last=dt.date(2026, 4, 30), monthly="weekday"), limit=99)
    assert days_of(found) == [dt.date(2026, 1, 10), dt.date(2026, 2, 14), dt.date(2026, 3, 14), dt.date(2026, 4, 11)]


def test_monthly_on_the_31st_leaves_short_months_out():
    found = dates(pattern(first=dt.date(2026, 1, 31), last=dt.date(2026, 5, 31), monthly="day"), limit=99)
    assert days_of(found) == [dt.date(2026, 1, 31), dt.date(2026, 3, 31), dt.date(2026, 5, 31)]


def test_skipped_days_are_left_out():
    found = dates(pattern(weekdays=frozenset({0}), skip_days=frozenset({dt.date(2026, 3, 9)})), limit=99)
    assert dt.date(2026, 3, 9) not in days_of(found)


@pytest.mark.parametrize(
    "bad",
    [{"last": dt.date(2026, 3, 1)}, {"minutes": 0}, {"interval": 0}, {"monthly": "year"}, {"weekdays": frozenset({8})}],
)
def test_a_senseless_pattern_is_refused(bad):
    with pytest.raises(ValidationError):
        dates(pattern(**bad), limit=99)


def test_too_many_dates_are_refused():
    with pytest.raises(ValidationError, match="最多安排 3 场"):
        dates(pattern(weekdays=frozenset(range(7))), limit=3)


TITLE = "龙泉驿区第三届“桃花节”群众合唱比赛 2026"


@pytest.mark.parametrize("word", ["桃", "桃花", "花节", "合唱比赛", "lqyqdsj", "taohuajie", "2026", "桃花 合唱", "thj"])
def test_search_finds_short_words_and_pinyin(word):
    index = search.index_text(TITLE)
    assert all(term in index for term in search.terms(word))


@given(st.text(alphabet="桃花合唱节龙泉广场舞", min_size=2, max_size=12), st.data())
def test_every_pair_of_neighbouring_characters_finds_the_title(title, data):
    at = data.draw(st.integers(0, len(title) - 2))
    assert search.terms(title[at : at + 2])[0] in search.index_text(title)
