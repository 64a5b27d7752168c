"""The shipped norms, and mistakes in their files told with file and line."""

import datetime as dt
from collections import Counter
from fractions import Fraction

import pytest

from qunwen.governance.indicators import catalogue
from qunwen.governance.indicators.language import ir
from qunwen.governance.indicators.language.reading import DefinitionError
from qunwen.governance.norms import defining
from qunwen.governance.norms.applying import applies, kind_of, region_of, regions
from qunwen.governance.norms.enums import GRAVE, Law, PlaceKind, Region, Standing
from qunwen.governance.norms.queries import standing

BOOKS = """
[[norm]]
code = "a.books"
title = "人均藏书"
en = "Books"
theme = "library"
indicator = "library.books_per_head"
floor = "0.6"
unit = "册/人"
level = "county"
source = { doc = "文件", certainty = "S" }
"""


def with_line(line):
    key = line.split(" =")[0]
    lines = [old for old in BOOKS.strip().splitlines() if not old.startswith(f"{key} =")]
    return "\n".join([*lines, line])


def only(text):
    (norm,) = defining.read([(text, "t.toml")]).norms
    return norm


def test_what_ships():
    rules = defining.shipped()
    assert (len(rules.norms), len(rules.grades)) == (127, 4)
    assert Counter(n.source.certainty for n in rules.norms) == Counter(
        {"S2": 61, "S": 31, "K-hi": 15, "K-lo": 8, "house": 6, "K-med": 6}
    )
    assert {n.where.level for n in rules.norms} == {"province", "city", "county", "town", "village"}


def test_no_norm_of_low_certainty_is_enabled_or_grave():
    unsure = [n for n in defining.shipped().norms if n.source.certainty == "K-lo"]
    assert {(n.enabled, n.severity in GRAVE, standing(n)) for n in unsure} == {(False, False, Standing.DISABLED)}


def test_norms_to_be_confirmed_or_adopted_wait():
    waiting = [n for n in defining.shipped().norms if n.source.certainty == "K-med" or n.adopt]
    assert {standing(n) for n in waiting} == {Standing.WAITING}
    assert {standing(n, frozenset({(n.code, n.sha256)})) for n in waiting} == {Standing.IN_FORCE}
    assert {standing(n, frozenset({(n.code, "0" * 64)})) for n in waiting} == {Standing.WAITING}


def test_all_are_announced_with_their_line():
    announced = [d for d in catalogue.described() if d.kind in ("norm", "grade")]
    assert len(announced) == 131
    by_code = {d.code: d for d in announced}
    text = (defining.FOLDER / "law.toml").read_text(encoding="utf-8").splitlines()
    found = by_code["law.catalogue"]
    assert (found.file, text[found.line - 1], text[found.line]) == ("law.toml", "[[norm]]", 'code = "law.catalogue"')


def test_batches_are_versions_by_date_that_do_not_overlap():
    versions = [
        n
        for n in defining.shipped().norms
        if n.code.startswith("demozone.west") and n.family == "demozone.books_per_head"
    ]
    assert [(n.floor, n.where.on(dt.date(2015, 12, 31)), n.where.on(dt.date(2016, 1, 1))) for n in versions] == [
        (ir.Number(Fraction(2, 5), "册/人"), True, False),
        (ir.Number(Fraction(3, 5), "册/人"), False, True),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('floor = "六成"', "t.toml：第 10 行：a.books：“六成”应写成 0.6 或 60% 的样子，加引号"),
        ('unit = "册"', "t.toml：第 10 行：a.books：标准值的单位与指标的单位不一致"),
        ('indicator = "library.bookz"', "t.toml：第 10 行：a.books：没有代码为“library.bookz”的指标"),
        ('source = { doc = "文件", certainty = "sure" }', "t.toml：第 10 行：a.books：certainty 只能是：S、S2、K-hi、K-med、K-lo、house"),
        ('severity = "awful"', "t.toml：第 11 行：a.books：“severity”只能是：info、warn、fail、veto"),
        ('area = ["5"]', "t.toml：第 11 行：a.books：area 应为省、市、县的区划代码"),
        ('left = "library.holdings"', "t.toml：第 11 行：a.books：须写 indicator、left、condition 三者之一"),
        ('flor = "1"', "t.toml：第 11 行：a.books：不认识的项目“flor”"),
        ('floor_expr = "1"', "t.toml：第 11 行：a.books：须写 floor、floor_expr 二者之一"),
        ('level = "world"', "t.toml：第 10 行：a.books：“level”只能是：province、city、county、town、village"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_file_line_and_reason(line, reason):
    with pytest.raises(DefinitionError) as problem:
        defining.read([(with_line(line), "t.toml")])
    assert str(problem.value) == reason


def test_a_condition_must_be_one_and_a_value_must_not():
    condition = with_line('condition = "library.holdings"').replace('indicator = "library.books_per_head"\n', "")
    condition = condition.replace('floor = "0.6"\n', "").replace('unit = "册/人"\n', "")
    with pytest.raises(DefinitionError, match="这里应当是一个条件"):
        defining.read([(condition, "t.toml")])
    value = with_line('left = "library.grade <= 3"').replace('indicator = "library.books_per_head"\n', "")
    with pytest.raises(DefinitionError, match="“left”应当是一个数，不是条件"):
        defining.read([(value, "t.toml")])


def test_low_certainty_can_be_neither_enabled_nor_grave():
    unsure = with_line('source = { doc = "文件", certainty = "K-lo" }')
    assert only(unsure).enabled is False
    with pytest.raises(DefinitionError, match="不能随附启用"):
        defining.read([(unsure + "\nenabled = true", "t.toml")])
    with pytest.raises(DefinitionError, match="不能是 fail 或 veto"):
        defining.read([(unsure + '\nseverity = "veto"', "t.toml")])


def test_versions_of_a_family_must_not_overlap_for_the_same_places():
    def two(first, second):
        heads = [
            f'{BOOKS.replace("a.books", code)}family = "a.books"\n{more}\n'
            for code, more in (("a.one", first), ("a.two", second))
        ]
        return len(defining.read([("".join(heads), "t.toml")]).norms)

    assert two("valid = { to = 2015-12-31 }", "valid = { from = 2016-01-01 }") == 2
    assert two('region = ["west"]', 'region = ["east"]') == 2
    assert two('area = ["51"]', 'area = ["5101"]') == 2
    with pytest.raises(DefinitionError, match=r"与“a\.one”的适用范围和日期重叠"):
        two("valid = { to = 2016-01-01 }", "valid = { from = 2016-01-01 }")
    with pytest.raises(DefinitionError, match=r"与“a\.one”的适用范围和日期重叠"):
        two('region = ["west", "east"]', 'region = ["east"]')


def test_a_code_is_used_once():
    with pytest.raises(DefinitionError, match=r"代码“a\.books”已经用过"):
        defining.read([(BOOKS, "t.toml"), (BOOKS, "u.toml")])


def test_the_hash_is_of_what_decides():
    norm = only(BOOKS)
    assert norm.sha256 == only(BOOKS.replace("人均藏书", "每人藏书").replace("Books", "Books a head")).sha256
    changed = [
        with_line('floor = "0.61"'),
        with_line('op = ">"'),
        with_line('region = ["west"]'),
        with_line('severity = "fail"'),
    ]
    assert len({norm.sha256, *(only(text).sha256 for text in changed)}) == 5


def test_the_hash_follows_the_formula_of_the_indicator():
    norm = only(BOOKS)
    assert norm.rests_on == (catalogue.indicator("library.books_per_head").sha256,)


def test_issuers():
    laws = {n.code: n.where.law for n in defining.shipped().norms}
    chosen = ["law.catalogue", "anhui.boards", "changsha.station_apart", "taojiang.reading_town"]
    assert [laws[code] for code in chosen] == [Law.NATION, Law.PROVINCE, Law.CITY, Law.COUNTY]


def test_every_province_lies_in_one_belt():
    assert len(regions()) == 31
    assert [region_of(code) for code in ("510112", "61", "4201", "3302", "71")] == [
        Region.WEST, Region.WEST, Region.CENTRAL, Region.EAST, None,
    ]  # fmt: skip


def test_sorts_of_places_by_code():
    codes = (
        "510112001",
        "610327100",
        "610327201",
        "610327401",
        "510112001001",
        "610327101200",
        "510112",
        "610327",
        "5101",
    )
    assert [kind_of(code) for code in codes] == [
        PlaceKind.STREET, PlaceKind.TOWN, PlaceKind.TOWNSHIP, PlaceKind.OTHER_TOWN, PlaceKind.COMMUNITY,
        PlaceKind.VILLAGE, PlaceKind.DISTRICT, PlaceKind.COUNTY, None,
    ]  # fmt: skip


def test_where_a_rule_applies():
    def at(place, level="village", area=(), region=(), kinds=()):
        return applies(place, level=level, area=area, region=region, kinds=kinds)

    village = "610327101200"
    assert [
        at(village), at(village, level="town"), at(village, area=("61",)), at(village, area=("62", "6103")),
        at(village, area=("51",)), at(village, region=("west",)), at(village, region=("east", "central")),
        at(village, kinds=("village",)), at(village, kinds=("community",)),
    ] == [True, False, True, True, False, True, False, True, False]  # fmt: skip
