from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qunwen.base.papers.fields import parse_date_cn
from qunwen.base.papers.words import date_cn, date_range_cn, document_number, heading_number, number_cn, period_cn


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (0, "零"),
        (1, "一"),
        (10, "十"),
        (11, "十一"),
        (20, "二十"),
        (21, "二十一"),
        (100, "一百"),
        (105, "一百零五"),
        (110, "一百一十"),
        (1001, "一千零一"),
        (1010, "一千零一十"),
        (10000, "一万"),
        (10500, "一万零五百"),
        (100005, "十万零五"),
        (23045678, "二千三百零四万五千六百七十八"),
    ],
)
def test_number_cn_known(number, written):
    assert number_cn(number) == written


@pytest.mark.parametrize("number", [-1, 10**8])
def test_number_cn_refuses_out_of_range(number):
    with pytest.raises(ValueError, match="0 to 99999999"):
        number_cn(number)


def _value(text):
    """Reads a numeral back, written apart from the code under test."""
    digits = {char: i for i, char in enumerate("零一二三四五六七八九")}
    high, wan, low = text.rpartition("万")
    total = 0
    for part, scale in ((high, 10_000 if wan else 1), (low, 1)):
        value, digit = 0, 0
        for char in part:
            if char in digits:
                digit = digits[char]
            else:
                value += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[char]
                digit = 0
        total += (value + digit) * scale
    return total


@given(st.integers(0, 10**8 - 1))
def test_number_cn_reads_back(number):
    written = number_cn(number)
    assert _value(written) == number
    assert "零零" not in written


def test_heading_number_levels():
    assert [heading_number(level, 12) for level in (1, 2, 3, 4)] == ["十二、", "（十二）", "12.", "（12）"]
    with pytest.raises(ValueError, match="levels 1 to 4"):
        heading_number(5, 1)


@given(st.dates(date(1000, 1, 1)))
def test_date_cn_reads_back(day):
    assert parse_date_cn(date_cn(day)) == day


def test_date_range_cn_says_only_what_differs():
    first = date(2026, 3, 5)
    assert date_range_cn(first, first) == "2026年3月5日"
    assert date_range_cn(first, date(2026, 3, 8)) == "2026年3月5日至8日"
    assert date_range_cn(first, date(2026, 4, 1)) == "2026年3月5日至4月1日"
    assert date_range_cn(first, date(2027, 1, 2)) == "2026年3月5日至2027年1月2日"


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("2026", "2026年"),
        ("2026H1", "2026年上半年"),
        ("2026H2", "2026年下半年"),
        ("2026Q3", "2026年第三季度"),
        ("2026-03", "2026年3月"),
        ("2026M12", "2026年12月"),
    ],
)
def test_period_cn_known(code, name):
    assert period_cn(code) == name


@pytest.mark.parametrize("code", ["2026H3", "26H1", "2026Q5", "2026-13", ""])
def test_period_cn_refuses_unknown(code):
    with pytest.raises(ValueError, match="unknown period"):
        period_cn(code)


def test_document_number_has_six_cornered_brackets():
    assert document_number("龙文发", 2026, 3) == "龙文发〔2026〕3号"
