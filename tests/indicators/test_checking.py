"""What is wrong with definitions: found at load, with file, line, code and reason."""

import datetime as dt
from dataclasses import replace
from fractions import Fraction

import pytest

from qunwen.governance.indicators import catalogue
from qunwen.governance.indicators.language import checking, ir
from qunwen.governance.indicators.language.parsing import FormulaError
from qunwen.governance.indicators.language.reading import DefinitionError, tables

from .formulas import ELEMENTS, NAMES

pytestmark = pytest.mark.once

GOOD = """
[[indicator]]
code = "acts.per_head"
title = "人均场次"
en = "Activities per head"
unit = "场/万人"
group = "activities"
formula = "acts.held / people.live"
"""


def load(text):
    return catalogue.assemble(tables(text, name="x.toml", kinds=catalogue.KINDS), given=ELEMENTS)


def refused(text):
    with pytest.raises(DefinitionError) as caught:
        load(text)
    return str(caught.value)


def checked(text, unit="场"):
    return checking.check_formula(text, names=NAMES, unit_code=unit)


def test_good_definition_is_read_with_its_line_and_hash():
    (own,) = load(GOOD).versions
    assert (own.code, own.line, own.levels, own.source.certainty) == ("acts.per_head", 2, ir.LEVELS, "house")
    assert [code for code, _sha in own.rests_on] == ["acts.held", "people.live"]
    assert own.sha256 == load(GOOD).versions[0].sha256


def test_hash_follows_what_the_formula_rests_on():
    (own,) = load(GOOD).versions
    other = ELEMENTS | {"people.live": replace(ELEMENTS["people.live"], vintage=0)}
    made = catalogue.assemble(tables(GOOD, name="x.toml", kinds=catalogue.KINDS), given=other)
    assert made.versions[0].expr == own.expr
    assert made.versions[0].sha256 != own.sha256


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("acts.held / people.live", "acts.held + people.live", 8, "第 13 个字：单位不同：前面是“场”，这里是“人”"),
        ("acts.held / people.live", "acts.gone / people.live", 8, "第 1 个字：没有“acts.gone”"),
        ("acts.held / people.live", "acts.held / ", 8, "第 13 个字：看不懂"),
        ("acts.held / people.live", "books.all / people.live", 8, "算出来的是“册/人”，与单位“场/万人”不符"),
        ("acts.held / people.live", "acts.held >= 3*场", 8, "指标要算出一个数"),
        ("acts.held / people.live", "acts.per_head / 2", 8, "成了圈：acts.per_head → acts.per_head"),
        ('"场/万人"', '"场/万斗"', 6, "不认识的单位“场/万斗”"),
        ('"acts.per_head"', '"per_head"', 3, "代码要写成"),
        ('"acts.per_head"', '"acts.held"', 3, "代码与数据项重复"),
        ('"activities"', '"sport"', 7, "“group”只能是"),
        ('title = "人均场次"', 'titel = "人均场次"', 4, "不认识的项目“titel”"),
        ('title = "人均场次"', "title = 3", 4, "要写一段文字"),
        ('unit = "场/万人"', 'unit = "场/万人"\nplaces = 9', 7, "0 到 6 的整数"),
        ('unit = "场/万人"', 'unit = "场/万人"\nsource = "某文件"', 7, "写明文件 doc"),
        ('unit = "场/万人"', 'unit = "场/万人"\nsource = { doc = "某文件", certainty = "也许" }', 7, "certainty 只能是"),
        ('unit = "场/万人"', 'unit = "场/万人"\nvalid = { from = 2020-01-02, to = 2020-01-01 }', 7, "结束日期早于"),
        ('unit = "场/万人"', 'unit = "场/万人"\nvalid = { since = 2020-01-02 }', 7, "{from="),
        ("[[indicator]]", "[[indicatr]]", 2, "不认识的“indicatr”"),
        ('code = "acts.per_head"', 'code = "acts.per_head', 3, "不是有效的 TOML"),
    ],
)  # fmt: skip
def test_mistake_is_told_with_file_line_and_reason(old, new, line, words):
    told = refused(GOOD.replace(old, new))
    assert told.startswith(f"x.toml：第 {line} 行：")
    assert words in told


def test_factor_between_units_is_no_mistake_but_another_dimension_is():
    checked("books.all + 3*万册", "万册")
    checked("money.given / 2", "亿元")
    with pytest.raises(FormulaError, match="前面是“册”，这里是“人”"):
        checked("books.all + people.live", "册")


def test_zero_goes_with_every_unit_and_other_bare_numbers_do_not():
    checked('count("town", acts.held > 0)', "个")
    with pytest.raises(FormulaError, match=r"12\*场"):
        checked('count("town", acts.held > 3)', "个")


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("year_to_date(books.all)", 1, "时点数不能跨月累计"),
        ("last_months(books.all / people.live, 12)", 1, "时点数不能跨月累计"),
        ("acts.held + last_months(year_to_date(acts.held), 2)", 13, "累计里面不能再累计"),
        ('total("town", books.all / people.live)', 1, "比率不能按地方相加"),
        ('total("town", books.per_head)', 1, "比率不能按地方相加"),
        ('total("village", share("village", acts.held > 0))', 1, "比率不能按地方相加"),
        ("acts.held / people.live + last_year(acts.held / people.live)", 1, "比率不能把不同时期的相加"),
        ("acts.held / 0", 13, "不能除以 0"),
        ("acts.held + before(3*场)", 13, "固定的数不随时期变化"),
        ('share("village", count("town") > 0)', 18, "层级不能高于"),
        ("when(acts.held, 1*场, 2*场)", 6, "这里要一个条件"),
        ("acts.held + (acts.came > 0)", 14, "这里要一个数"),
        ("banded(people.live, [(60*万册, 1*元/人), (None, 1*元/人)])", 23, "单位不同"),
        ("banded(people.live, [(60*万人, 1*元/人), (None, 1*元/册)])", 45, "各档标准的单位"),
        ("least(acts.held, acts.came)", 18, "单位不同"),
    ],
)
def test_formula_against_its_kinds_is_refused_at_its_column(text, column, words):
    with pytest.raises(FormulaError, match=words) as caught:
        checked(text)
    assert caught.value.column == column


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("(acts.held - last_year(acts.held)) / last_year(acts.held)", "%"),
        ("year_to_date(acts.held / people.live)", "场/人"),
        ("acts.held / people.live - last_year(acts.held / people.live)", "场/万人"),
        ("books.all / 2 + books.all", "册"),
        ('total("town", least(acts.held, 3*场))', "场"),
        ("books.per_head * people.live", "万册"),
    ],
)
def test_sound_formula_passes(text, unit):
    assert checked(text, unit)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"unit": "%", "over_places": "sum"}, "比率不能按地方相加"),
        ({"unit": "册/人", "kind": "flow", "over_places": "max"}, "比率不能跨月相加"),
        ({"population": ("total", "resident"), "measure": ""}, "用 vintage 写明是哪年末的"),
        ({"vintage": -1}, "vintage 只用于人口数"),
    ],
)
def test_element_that_cannot_be_added_up_as_it_says_is_refused(change, words):
    wrong = replace(ELEMENTS["books.all"], file="e.toml", line=7, **change)
    with pytest.raises(DefinitionError, match=words) as caught:
        checking.check_element(wrong)
    assert (caught.value.file, caught.value.line, caught.value.code) == ("e.toml", 7, "books.all")


def test_two_versions_judge_their_own_dates():
    first = GOOD.replace('unit = "场/万人"', 'unit = "场/万人"\nvalid = { to = 2025-12-31 }')
    second = GOOD.replace('unit = "场/万人"', 'unit = "场/人"\nversion = 2\nvalid = { from = 2026-01-01 }')
    made = load(first + second)
    on = {day: made.on(day)["acts.per_head"].unit for day in (dt.date(2025, 12, 31), dt.date(2026, 1, 1), None)}
    assert list(on.values()) == ["场/万人", "场/人", "场/人"]


def test_versions_that_overlap_are_refused_at_the_later_one():
    second = GOOD.replace('unit = "场/万人"', 'unit = "场/人"\nversion = 2\nvalid = { from = 2026-01-01 }')
    assert refused(GOOD + second).startswith("x.toml：第 16 行：acts.per_head：第 1 版和第 2 版的时间重叠")
    assert refused(GOOD + GOOD).startswith("x.toml：第 11 行：acts.per_head：代码重复")


def test_circle_over_two_indicators_is_named():
    one = GOOD.replace("acts.held / people.live", "acts.other * 2")
    other = GOOD.replace("acts.held / people.live", "acts.per_head * 2").replace(
        'code = "acts.per_head"', 'code = "acts.other"'
    )
    assert "acts.per_head → acts.other → acts.per_head" in refused(one + other)


def test_level_without_an_answer_is_refused_and_left_out_by_itself():
    share = GOOD.replace("acts.held / people.live", "share('town', acts.held > 0)").replace("场/万人", "%")
    assert load(share).versions[0].levels == ("county",)
    told = refused(share.replace("group =", 'levels = ["county", "town"]\ngroup ='))
    assert told.startswith("x.toml：第 7 行：acts.per_head：这个算式在 town 没有数")


ELEMENT = """
[[element]]
code = "acts.new"
title = "新数"
en = "New"
unit = "场"
kind = "flow"
meaning = "新数。"
measure = "activities.held"
"""


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('measure = "activities.held"', "", "要写 measure、population、returned 中的一个"),
        ('measure = "activities.held"', 'returned = { level = "street", every = "year" }', "returned 要写成"),
        ('measure = "activities.held"', 'returned = { level = "town", every = "year", low = 3, high = 1 }', "returned 要写成"),
        ('measure = "activities.held"', 'population = { group = "all", basis = "resident" }', "population 要写成"),
        ('unit = "场"', 'unit = "场"\nstored = 0.5', "“stored”要写成"),
        ('unit = "场"', 'unit = "场"\nfilters = "kind"', "filters 要写成"),
        ('kind = "flow"', 'kind = "both"', "“kind”只能是"),
    ],
)  # fmt: skip
def test_element_with_a_mistake_is_refused(old, new, words):
    assert words in refused(ELEMENT.replace(old, new))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"measure": "activities.gone"}, "没有“activities.gone”这项统计"),
        ({"kind": "stock"}, "统计项是时期数"),
        ({"filters": (("colour", ("red",)),)}, "没有“colour”这个筛选"),
        ({"filters": (("kind", ("opera",)),)}, "“kind”没有“opera”这个取值"),
    ],
)
def test_measures_and_filters_must_be_declared_by_their_areas(change, words):
    changed = replace(load(ELEMENT).elements["acts.new"], **change)
    with pytest.raises(DefinitionError, match=words):
        checking.check_declared({"acts.new": changed}, [])


def test_element_as_its_area_declares_it_passes():
    assert checking.check_declared({"acts.new": load(ELEMENT).elements["acts.new"]}, []) is None


def test_stored_whole_numbers_have_an_exact_factor():
    minutes = load(ELEMENT.replace('unit = "场"', 'unit = "小时"\nstored = "1/60"')).elements["acts.new"]
    assert minutes.factor == Fraction(1, 60)
    assert ELEMENTS["room.area"].factor == Fraction(1, 100)


def test_element_that_no_formula_names_is_found():
    made = load(GOOD)
    assert [e.code for e in checking.dead(made.elements, made.versions, also=["money.given"])] == [
        "acts.came", "books.all", "room.area",
    ]  # fmt: skip


# -- what is shipped


def test_every_shipped_definition_loads_checks_and_none_is_dead():
    made = catalogue.shipped()
    checking.check_declared(made.elements, made.versions)
    assert checking.dead(made.elements, made.versions) == []
    assert len(made.versions) >= 120
    assert {i.group for i in made.versions} == set(catalogue.GROUPS)


def test_every_shipped_definition_has_an_english_title_and_a_source():
    made = catalogue.shipped()
    assert [x.code for x in [*made.elements.values(), *made.versions] if not x.en or not x.title] == []
    assert [i.code for i in made.versions if not i.source.doc] == []
