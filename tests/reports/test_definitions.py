"""Definitions are checked when they are read: file, line and what to mend."""

import pytest

from qunwen.governance.reports import defining

HEAD = 'title = "试"\nversion = 1\n'
HELD = '[[figure]]\ncode = "held"\ntitle = "举办"\nunit = "场次"\nmeasure = "activities.held"\n'


def ratio(numerator, denominator="held", more="percent = true\n"):
    return f'[[figure]]\ncode = "r"\ntitle = "率"\nunit = "%"\nnumerator = "{numerator}"\ndenominator = "{denominator}"\n{more}'


def test_the_shipped_definitions_are_sound_and_come_back_from_plain_data():
    mine = defining.shipped("half_year")
    assert defining.from_plain(mine.canonical).sha256 == mine.sha256
    assert len({f.code for f in mine.figures}) == len(mine.figures)


def test_equal_meaning_has_an_equal_hash_and_another_meaning_another():
    one = defining.parse(HEAD + HELD, name="x.toml")
    same = defining.parse(HEAD + "# 说明\n" + HELD.replace('unit = "场次"\n', "") + 'unit = "场次"\n', name="y.toml")
    other = defining.parse(HEAD + HELD + 'filters = { kind = "film" }\n', name="x.toml")
    assert (one.sha256 == same.sha256, one.sha256 == other.sha256) == (True, False)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (HELD.replace("activities.held", "activities.none"), 3, "没有 activities.none"),
        (HELD + 'by = "colour"\n', 3, "没有 colour 这个维度"),
        (HELD + 'filters = { kind = "opera" }\n', 3, "没有 opera 这个取值"),
        (HELD + 'period = "next"\n', 3, "period"),
        (HELD + "colour = 1\n", 3, "不认识的项目 colour"),
        (HELD + HELD, 8, "代码重复"),
        (HELD + ratio("planned"), 8, "planned 前面没有定义"),
        (HELD + ratio("held * held"), 8, "算式里只能有"),
        (HELD + ratio("__import__('os')"), 8, "算式里只能有"),
        (HELD + ratio("held +"), 8, "看不懂的算式"),
        (HELD + ratio("held", more="places = 9\n"), 8, "places"),
        (HELD + ratio("held", more="percent = true\nbalanced = true\n"), 8, "balanced"),
        (HELD.replace('measure = "activities.held"\n', ""), 3, "要写 measure"),
    ],
)
def test_a_wrong_definition_is_refused_with_file_and_line(text, line, words):
    with pytest.raises(defining.DefinitionError) as refused:
        defining.parse(HEAD + text, name="half_year.toml")
    assert str(refused.value).startswith(f"half_year.toml：第 {line} 行：")
    assert words in str(refused.value)


def test_a_file_that_is_no_toml_is_refused():
    with pytest.raises(defining.DefinitionError, match=r"half_year.toml"):
        defining.parse("title = ", name="half_year.toml")
