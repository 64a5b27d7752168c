"""Formulas in plain words, in the reader's language."""

from fractions import Fraction

import pytest
from django.utils import translation
from hypothesis import given, settings

from qunwen.governance.indicators import catalogue
from qunwen.governance.indicators.language.parsing import parse
from qunwen.governance.indicators.language.wording import in_words, number_in_words
from qunwen.governance.indicators.language.words import said

from .formulas import NAMES, formulas

pytestmark = pytest.mark.once


def words(text):
    return in_words(parse(text, names=NAMES), NAMES)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("books.all / people.live", "藏书 ÷ 常住人口（上年末）"),
        ("books.per_head * 2", "“人均藏书” × 2"),
        ("(acts.held - last_year(acts.held)) / last_year(acts.held)", "（活动场次 － 活动场次（上年同期）） ÷ 活动场次（上年同期）"),
        ("acts.held - (acts.held - acts.held)", "活动场次 － （活动场次 － 活动场次）"),
        ("acts.held / (acts.came / people.live)", "活动场次 ÷ （参加人次 ÷ 常住人口（上年末））"),
        ('share("town", acts.held >= 12*场 and room.area >= 60*m2) >= 0.6', "60%以上的乡镇（街道）同时满足：活动场次不低于12场；面积不低于60m²"),
        ('share("village", acts.held > 0, among=people.live > 500*人)', "“常住人口（上年末）超过500人”的村（社区）中“活动场次超过0”的占比"),
        ('acts.held / count("village")', "活动场次 ÷ 村（社区）数"),
        ('count("town", acts.held < 3*场)', "“活动场次低于3场”的乡镇（街道）数"),
        ('total("town", least(acts.held, 3*场))', "各乡镇（街道）“活动场次、3场中的最小值”之和"),
        ("last_months(acts.held, 12)", "活动场次（近 12 个月）"),
        ("in_year(acts.held, 2019)", "活动场次（2019 年全年）"),
        ("in_year(acts.held, -1)", "活动场次（上年全年）"),
        ("before(acts.held, 2)", "活动场次（2 期前）"),
        ("year_to_date(acts.held)", "活动场次（本年累计）"),
        ("reported(acts.held)", "活动场次的应报单位中已报的占比"),
        ("when(acts.held > 0 or acts.came > 0, 1, 0.5)", "如果满足其一：活动场次超过0；参加人次超过0，取1，否则取0.5"),
        (
            "banded(people.live, [(60*万人, 1.00*元/人), (80*万人, 0.90*元/人), (None, 0.80*元/人)], carry=True)",
            "常住人口（上年末） × 分档标准（60万人及以下 1元/人；60万人以上至80万人 0.9元/人；80万人以上 0.8元/人；总额不低于上一档上限应得）",
        ),
    ],
)  # fmt: skip
def test_formula_in_plain_chinese(text, told):
    assert words(text) == told


@pytest.mark.parametrize(
    ("value", "told"),
    [("1", "1"), ("0.60", "0.6"), ("1/3", "1/3"), ("12.050", "12.05"), ("100", "100"), ("-0.5", "-0.5"), ("0", "0")],
)
def test_number_is_told_exactly(value, told):
    assert number_in_words(Fraction(value)) == told


@settings(max_examples=100)
@given(formulas)
def test_every_formula_has_words(tree):
    assert in_words(tree, NAMES)


def test_every_shipped_indicator_is_worded_in_three_languages():
    names = catalogue.names()
    for language in ("zh-hans", "zh-hant", "en"):
        with translation.override(language):
            told = {i.code: in_words(i.expr, names) for i in catalogue.indicators().values()}
            assert [code for code, text in told.items() if not text] == []


def test_title_is_said_in_the_readers_language():
    told = []
    for language in ("zh-hans", "zh-hant", "en", "fr"):
        with translation.override(language):
            told.append(said("公共图书馆藏书总量", "Public holdings"))
    assert told == ["公共图书馆藏书总量", "公共圖書館藏書總量", "Public holdings", "公共图书馆藏书总量"]
    with translation.override("en"):
        assert said("藏书", "") == "藏书"


def test_flag_and_filters_are_said_as_people_say_them():
    names = catalogue.names()
    assert in_words(catalogue.indicator("digital.wifi_villages").expr, names) == "村（社区）中“有免费无线网络”的占比"
    assert (
        in_words(catalogue.indicator("activities.reading_share").expr, names)
        == "举办活动场次（类别：读书看报） ÷ 举办活动场次"
    )


def test_units_are_said_in_the_readers_language():
    text = "share('town', acts.held >= 12*场 and room.area >= 0.5*万m2)"
    told = []
    for language in ("zh-hant", "en"):
        with translation.override(language):
            told.append(words(text))
    assert told == [
        "鄉鎮（街道）中“同時滿足：活動場次不低於12場；面積不低於0.5萬m²”的佔比",
        'share of Township (subdistrict) with "all of: Activities is at least 12 events; Area is at least 0.5 10,000 m²"',
    ]
