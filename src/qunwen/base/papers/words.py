"""Numbers, dates and periods as Chinese official papers write them.

A paper is Chinese whatever language its writer has the screens in, so these words are
not translated.
"""

import re
from datetime import date

_DIGITS = "零一二三四五六七八九"
_PLACES = (("千", 1000), ("百", 100), ("十", 10))
_PERIOD = re.compile(r"(?P<year>\d{4})(?:H(?P<half>[12])|Q(?P<quarter>[1-4])|-?M?(?P<month>0[1-9]|1[0-2]))?")


def number_cn(number: int) -> str:
    """A whole number from 0 to 99,999,999 in Chinese lower-case numerals: 21 → 二十一, 105 → 一百零五.

    Raises ValueError outside that range; headings and ordinals never need more.
    """
    if not 0 <= number < 10**8:
        raise ValueError(f"number_cn takes 0 to 99999999, not {number}")
    if number == 0:
        return _DIGITS[0]
    high, low = divmod(number, 10_000)
    text = ""
    if high:
        text = _below_ten_thousand(high) + "万"
    if low:
        if high and low < 1000:
            text += _DIGITS[0]
        text += _below_ten_thousand(low)
    return text.removeprefix("一") if text.startswith("一十") else text


def _below_ten_thousand(number: int) -> str:
    text, gap = "", False
    for name, size in _PLACES:
        digit, number = divmod(number, size)
        if digit:
            text += (_DIGITS[0] if gap and text else "") + _DIGITS[digit] + name
            gap = False
        else:
            gap = True
    if number:
        text += (_DIGITS[0] if gap and text else "") + _DIGITS[number]
    return text


def heading_number(level: int, position: int) -> str:
    """The number before a heading by GB/T 9704-2012, 7.3.3: 一、 （一） 1. （1） for levels 1 to 4."""
    if level == 1:
        return f"{number_cn(position)}、"
    if level == 2:
        return f"（{number_cn(position)}）"
    if level == 3:
        return f"{position}."
    if level == 4:
        return f"（{position}）"
    raise ValueError(f"an official paper has heading levels 1 to 4, not {level}")


def date_cn(day: date) -> str:
    """A day as GB/T 9704-2012 (7.3.5.4) writes it: Arabic figures without leading zeros, 2026年3月5日."""
    return f"{day.year}年{day.month}月{day.day}日"


def date_range_cn(first: date, last: date) -> str:
    """Both days inclusive, without repeating what they share: 2026年3月5日至8日, 2026年3月5日至4月1日."""
    if first == last:
        return date_cn(first)
    if first.year != last.year:
        return f"{date_cn(first)}至{date_cn(last)}"
    if first.month != last.month:
        return f"{date_cn(first)}至{last.month}月{last.day}日"
    return f"{date_cn(first)}至{last.day}日"


def period_cn(period: str) -> str:
    """The name of a period code: 2026 → 2026年, 2026H1 → 2026年上半年, 2026Q3 → 2026年第三季度, 2026-03 → 2026年3月.

    Raises ValueError for anything else.
    """
    found = _PERIOD.fullmatch(period)
    if not found:
        raise ValueError(f"unknown period {period!r}")
    name = f"{found['year']}年"
    if found["half"]:
        return name + ("上半年" if found["half"] == "1" else "下半年")
    if found["quarter"]:
        return f"{name}第{number_cn(int(found['quarter']))}季度"
    if found["month"]:
        return f"{name}{int(found['month'])}月"
    return name


def document_number(agency: str, year: int, serial: int) -> str:
    """发文字号 with its six-cornered brackets and no leading zero: 龙文发〔2026〕3号."""
    return f"{agency}〔{year}〕{serial}号"
