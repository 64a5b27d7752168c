"""From text to tree: what is read, how exactly, and where a mistake is told."""

from fractions import Fraction

import pytest
from hypothesis import given, settings

from qunwen.governance.indicators.language import ir
from qunwen.governance.indicators.language.parsing import DEEPEST, LONGEST, FormulaError, parse
from qunwen.governance.indicators.language.plain import as_text, from_plain

from .formulas import NAMES, formulas

pytestmark = pytest.mark.once
HELD, LIVE = ir.Ref("acts.held"), ir.Ref("people.live")


def read(text):
    return parse(text, names=NAMES)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("acts.held", HELD),
        ("books.per_head", ir.Use("books.per_head")),
        ("0.4", ir.Number(Fraction(2, 5))),
        ("60*m2", ir.Number(Fraction(60), "m2")),
        ("60%", ir.Number(Fraction(60), "%")),
        ("60％", ir.Number(Fraction(60), "%")),
        ("60*㎡", ir.Number(Fraction(60), "m2")),
        ("1.00*元/人", ir.Number(Fraction(1), "元/人")),
        ("acts.held / 2", ir.Div(HELD, ir.Number(Fraction(2)))),
        ("acts.held / (2*场)", ir.Div(HELD, ir.Number(Fraction(2), "场"))),
        ("acts.held × 2", ir.Mul(HELD, ir.Number(Fraction(2)))),
        ("（acts.held ÷ people.live）", ir.Div(HELD, LIVE)),
        ("acts.held ≥ 3*场", ir.Compare(">=", HELD, ir.Number(Fraction(3), "场"))),
        ("acts.held(kind=“lecture”)", ir.Ref("acts.held", (("kind", ("lecture",)),))),
        ('acts.held(kind=("show", "film"))', ir.Ref("acts.held", (("kind", ("film", "show")),))),
        ('count("village")', ir.Count("village", ir.And(()))),
        ("before(acts.held)", ir.Before(HELD, 1)),
        ("before(acts.held, n=2)", ir.Before(HELD, 2)),
        ("last_year(acts.held, 3)", ir.LastYear(HELD, 3)),
        ("last_months(acts.held, 12)", ir.LastMonths(HELD, 12)),
        ("in_year(acts.held, -1)", ir.InYear(HELD, -1)),
        ("in_year(acts.held, 2019)", ir.InYear(HELD, 2019)),
        ("year_to_date(acts.held)", ir.YearToDate(HELD)),
        ("reported(acts.held)", ir.Reported(HELD)),
        ("least(1, 2)", ir.Least((ir.Number(Fraction(1)), ir.Number(Fraction(2))))),
        ("-acts.held", ir.Neg(HELD)),
        ("\n acts.held\n + acts.held", ir.Add(HELD, HELD)),
    ],
)
def test_formula_is_read_as(text, tree):
    assert read(text) == tree


def test_share_of_places_with_a_compound_condition_among_some():
    tree = read('share("town", acts.held >= 12*场 and room.area >= 60*m2, among=people.live > 0)')
    both = ir.And(
        (
            ir.Compare(">=", HELD, ir.Number(Fraction(12), "场")),
            ir.Compare(">=", ir.Ref("room.area"), ir.Number(Fraction(60), "m2")),
        )
    )
    assert tree == ir.Share("town", both, ir.Compare(">", LIVE, ir.Number(Fraction(0))))


def test_banded_floor_is_read_with_its_limits_and_rates():
    tree = read("banded(people.live, [(60*万人, 1.00*元/人), (None, 0.80*元/人)], carry=True)")
    steps = (
        (ir.Number(Fraction(60), "万人"), ir.Number(Fraction(1), "元/人")),
        (None, ir.Number(Fraction(4, 5), "元/人")),
    )
    assert tree == ir.Banded(LIVE, steps, carry=True)


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("", 1, "空的"),
        ("acts.held +", 12, "看不懂"),
        ("acts.none", 1, "没有“acts.none”"),
        ("acts.held + 书", 13, "“书”不是单位"),
        ("acts.held（藏书）", 11, "筛选要写成"),
        ("藏书 + acts.held", 1, "“藏书”不是单位"),
        ("1*册 + acts.none", 7, "没有“acts.none”"),
        ("1 < acts.held < 3", 1, "一次只能比较两个数"),
        ("open('x')", 1, "没有“open”这个函数"),
        ("acts.held.__class__", 1, "没有“acts.held.__class__”"),
        ("[1, 2]", 1, "不能这样写"),
        ("acts.held % 2", 1, "不能这样写"),
        ("acts.held%", 11, "看不懂"),
        ("60% ** 2 + acts.held", 1, r"不能这样写：\(60%\) \*\* 2"),
        ("60% + acts.gone", 7, "没有“acts.gone”"),
        ("acts.held ** 2", 1, "不能这样写"),
        ("lambda: 1", 1, "不能这样写"),
        ("True", 1, "看不懂的数"),
        ("1e3", 1, "看不懂的数"),
        ("0x10", 1, "看不懂的数"),
        ("1.0000000001", 1, "看不懂的数"),
        ('share("city", acts.held > 0)', 7, "层级只能是"),
        ('share("town")', 1, "写法是"),
        ("last_months(acts.held, 0)", 24, "1 到 60"),
        ("in_year(acts.held, 19)", 20, "年份"),
        ("banded(people.live, [(1*人, 1)])", 22, "每档写成"),
        ("banded(people.live, [(2*人, 1), (1*人, 1), (None, 1)])", 32, "从小到大"),
        ("books.per_head(kind='x')", 1, "是指标"),
        ("acts.held(kind=lecture)", 16, "带引号"),
        ("reported(acts.held + acts.held)", 1, "写法是"),
        ("least(*acts.held)", 1, "写法是"),
    ],
)
def test_mistake_is_told_at_its_column(text, column, words):
    with pytest.raises(FormulaError, match=words) as caught:
        read(text)
    assert caught.value.column == column


@pytest.mark.parametrize(
    "text",
    [
        "(" * 300 + "1" + ")" * 300,
        "-" * (LONGEST - 1) + "1",
        "not " * (DEEPEST + 5) + "acts.held > 0",
        "1" * 3_000,
        "\x00",
    ],
)
def test_hostile_text_is_refused_without_breaking(text):
    with pytest.raises(FormulaError):
        read(text)


@settings(max_examples=150)
@given(formulas)
def test_formula_written_down_is_read_back_the_same(tree):
    assert read(as_text(tree)).canonical == tree.canonical


@settings(max_examples=150)
@given(formulas)
def test_canonical_form_is_read_back_with_the_same_hash(tree):
    again = from_plain(tree.canonical)
    assert ir.digest(again.canonical) == ir.digest(tree.canonical)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("acts.held+acts.came", "acts.came  +  acts.held"),
        ("books.all >= 3*万册", "30000*册 <= books.all"),
        ("acts.held * 2 * people.live", "people.live * (2 * acts.held)"),
        ('acts.held(kind=("a", "b"))', 'acts.held(kind=["b", "a", "b"])'),
        ("least(acts.held, acts.came)", "least(acts.came, acts.held)"),
        ("acts.held > 0 and acts.came > 0", "0 < acts.came and 0 < acts.held"),
        ("0.50 * acts.held", "acts.held * 0.5"),
        ("acts.held * 50%", "acts.held * 0.5"),
    ],
)
def test_equal_meaning_has_one_hash(one, other):
    assert ir.digest(read(one).canonical) == ir.digest(read(other).canonical)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("acts.held - acts.came", "acts.came - acts.held"),
        ("acts.held / people.live", "people.live / acts.held"),
        ("books.all >= 3*册", "books.all > 3*册"),
        ("before(acts.held)", "last_year(acts.held)"),
        ('count("town", acts.held > 0)', 'count("village", acts.held > 0)'),
    ],
)
def test_other_meaning_has_another_hash(one, other):
    assert ir.digest(read(one).canonical) != ir.digest(read(other).canonical)


def test_plain_data_that_is_no_formula_is_refused():
    for plain in ([], ["sum", 1], ["number", "1/2"], None, ["reported", ["number", "1/1", ""]]):
        with pytest.raises(ValueError, match="no formula"):
            from_plain(plain)
