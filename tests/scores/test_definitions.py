"""Score sheets as data: what is wrong is told with file and line."""

import pytest

from qunwen.governance.indicators.language.parsing import Names
from qunwen.governance.indicators.language.reading import DefinitionError
from qunwen.governance.scores import known
from qunwen.governance.scores.definitions import load

from .making import written

pytestmark = pytest.mark.once

BASE = 'kind = "base"\nbase = 4\nif_not = -5\nfloor = -1\nasks = "entry"'


def test_the_shipped_sheets_have_at_least_25_items_each_with_source_and_certainty():
    items = [each for sheet in known.shipped().values() for each in sheet.by_code.values()]
    assert {sheet: len(of.by_code) for sheet, of in known.shipped().items()} == {
        "information.project": 6, "information.zone": 6, "town.yearly": 10, "village.yearly": 11, "zone.process": 14,
    }  # fmt: skip
    assert {each.source.certainty for each in items} == {"S2", "house"}
    assert all(each.source.doc and each.title and each.en and each.line for each in items)


def test_the_hash_is_that_of_the_meaning_not_of_the_place():
    first, again = (
        load(text, name="x.toml", names=Names())[0]
        for text in (written(("item", "a", BASE)), "\n\n" + written(("item", "a", BASE)))
    )
    other = load(written(("item", "a", BASE.replace("4", "5"))), name="x.toml", names=Names())[0]
    assert first.sha256 == again.sha256
    assert first.sha256 != other.sha256


@pytest.mark.parametrize(
    ("kind", "about", "line", "reason"),
    [
        ("item", 'kind = "minus"\nbase = 30\nminus = 6', 11, "要写明“floor”；没有限制也要写 \"none\""),
        ("item", 'kind = "minus"\nbase = 30\nminus = 6\nfloor = "none"', 19, "扣分项要写明扣到多少为止：0 是扣完为止，负数是倒扣的限度"),
        ("item", 'kind = "minus"\nbase = 30\nminus = 0.5\nfloor = 0', 18, "“minus”要写整数，或带引号的小数，如 \"1.5\""),
        ("item", 'kind = "minus"\nbase = 30\nminus = 0\nfloor = 0', 18, "每次加减的分要大于零"),
        ("item", 'kind = "plus"\nplus_each = 2', 11, "要写明“cap”；没有限制也要写 \"none\""),
        ("item", 'kind = "plus"\ncap = 2', 11, "“plus_each”和 categories 要写一个，只写一个"),
        ("item", 'kind = "base"\nbase = 4\nif_not = -5\nfloor = 0\nasks = "entry"', 18, "if_not 是没有做到时加上的分，不能大于零；加上后也不能低于 floor"),
        ("item", 'kind = "bonus"', 16, "“kind”只能是：base、minus、plus、condition、steps、judged、sheet"),
        ("item", 'kind = "judged"\nmost = 4\nfloor = 1', 18, "不认识的项目“floor”"),
        ("item", 'kind = "judged"\nmost = 4\nweight = 0', 18, "权重要大于零"),
        ("item", 'kind = "sheet"\nof = "x.y"\nover = "sum"\ncap = 3', 17, "没有可以引用的评分表“x.y”"),
        ("item", 'kind = "condition"\nwhen = "x.y >= 1"\npoints = 3', 17, "第 1 个字："),
        ("item", 'kind = "steps"\nvalue = "1"\nunit = ""\nsteps = [{at=3, points=1}, {at=1, points=2}]', 19, "分档要由低到高，不重复，分数不为负"),
        ("veto", 'reason = "r"\nreason_en = "r"\neffects = ["bar:other"]', 18, "“effects”只能是：total=0、bar:annual"),
        ("reset", 'items = ["nothing"]', 16, "“items”只能是："),
        ("veto", 'reason = "r"\nreason_en = "r"\neffects = []', 18, "要写明否决什么：\"total=0\" 或 \"bar:奖项代码\""),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line(kind, about, line, reason):
    with pytest.raises(DefinitionError) as refused:
        load(written((kind, "a", about)), name="s.toml", names=Names())
    assert (refused.value.file, refused.value.line, refused.value.code) == ("s.toml", line, "a")
    assert refused.value.reason.startswith(reason)


def test_a_sheet_without_items_and_an_item_without_a_sheet_are_refused():
    with pytest.raises(DefinitionError, match=r"s\.toml：第 2 行：s：评分表里一项也没有"):
        load(written(), name="s.toml", names=Names())
    with pytest.raises(DefinitionError, match="前面没有评分表“t”"):
        load(written(("item", "a", BASE)).replace('sheet = "s"', 'sheet = "t"'), name="s.toml", names=Names())


def test_a_cycle_is_written_exactly_where_it_belongs():
    head = 'subjects = "village"\nevery = "cycle"\nfloor = 0\ncap = "none"'
    with pytest.raises(DefinitionError, match="周期要写"):
        load(written(("item", "a", BASE), head=head), name="s.toml", names=Names())
