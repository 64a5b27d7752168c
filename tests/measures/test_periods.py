"""Periods name months, and know their neighbours."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qunwen.base.measures.periods import Period, PeriodError


@pytest.mark.parametrize(
    ("code", "start", "end", "previous", "last_year", "label"),
    [
        ("2026-05", (2026, 5, 1), (2026, 6, 1), "2026-04", "2025-05", "2026年5月"),
        ("2026-12", (2026, 12, 1), (2027, 1, 1), "2026-11", "2025-12", "2026年12月"),
        ("2026Q1", (2026, 1, 1), (2026, 4, 1), "2025Q4", "2025Q1", "2026年第一季度"),
        ("2026H1", (2026, 1, 1), (2026, 7, 1), "2025H2", "2025H1", "2026年上半年"),
        ("2026H2", (2026, 7, 1), (2027, 1, 1), "2026H1", "2025H2", "2026年下半年"),
        ("2026", (2026, 1, 1), (2027, 1, 1), "2025", "2025", "2026年"),
    ],
)
def test_period_of_a_code(code, start, end, previous, last_year, label):
    period = Period.of(code)
    assert (period.start, period.end) == (dt.date(*start), dt.date(*end))
    assert (period.previous.code, period.last_year.code, period.label_cn) == (previous, last_year, label)
    assert period.previous.next == period
    assert str(period) == code


@pytest.mark.parametrize(
    "text", ["", "2026-13", "2026-00", "2026Q5", "2026H3", "26", "2026-5", "2026h1", "２０２６", None]
)
def test_period_of_nonsense_is_refused(text):
    with pytest.raises(PeriodError, match="时期"):
        Period.of(text)


@given(st.dates(dt.date(1900, 1, 1), dt.date(2900, 12, 31)), st.sampled_from([1, 3, 6, 12]))
def test_every_day_lies_in_exactly_one_period_of_each_length(day, length):
    month = Period.month_of(day)
    period = Period(month.first - month.first % length, length)
    assert period.holds(day)
    assert not period.previous.holds(day)
    assert not period.next.holds(day)
    assert Period.of(period.code) == period
    assert [m.code for m in period.months if m.holds(day)] == [month.code]
    assert period.last_month == period.months[-1]
    assert period.last_day + dt.timedelta(days=1) == period.end


def test_moments_begin_at_the_county_midnight():
    assert Period.of("2026-05").starts_at.isoformat() == "2026-05-01T00:00:00+08:00"
    assert Period.of("2026-05").ends_at.isoformat() == "2026-06-01T00:00:00+08:00"
