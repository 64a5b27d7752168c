from datetime import date, datetime, time
from decimal import Decimal

import pytest

from qunwen.base.papers.fields import Field, FieldKind, as_text, parse_cell
from qunwen.base.papers.problems import CellRefusedError
from qunwen.base.papers.xlsx_stream import SheetError

DAY = date(2026, 3, 5)
PLACES = {"龙泉街道": 1, "510112001": 1}


def value(kind, raw, **options):
    return parse_cell(Field("k", "列", kind, **options), raw)


@pytest.mark.parametrize(
    "raw",
    ["2026年3月5日", "2026-03-05", "2026/3/5", "2026.3.5", "20260305", "２０２６年３月５日", " 2026年 3月 5日 ", "二〇二六年三月五日",
     "2026-03-05 00:00:00", "2026年3月5日（星期四）", 46086, 20260305, DAY, datetime(2026, 3, 5)],
)  # fmt: skip
def test_date_forms(raw):
    assert value(FieldKind.DATE, raw) == DAY


@pytest.mark.parametrize(
    ("raw", "words"),
    [("3月5日", "缺少四位数的年份"), ("26.3.5", "缺少四位数的年份"), ("2026年2月30日", "没有“2026年2月30日”这一天"),
     ("下周三", "看不懂日期"), (12, "看不懂日期"), (True, "看不懂日期"), (time(8), "看不懂日期"),
     ("二〇二六年三三月五日", "没有"), (datetime(2026, 3, 5, 8), "只填日期")],
)  # fmt: skip
def test_date_refused(raw, words):
    with pytest.raises(CellRefusedError, match=words):
        value(FieldKind.DATE, raw)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [("14:30", time(14, 30)), ("14：30", time(14, 30)), ("14时30分", time(14, 30)), ("下午2点半", time(14, 30)), ("8点", time(8)),
     ("晚上7:05:09", time(19, 5, 9)), ("上午9:00", time(9)), (Decimal("0.604166666667"), time(14, 30)), (0, time()),
     (time(9, 5), time(9, 5)), (datetime(2026, 3, 5, 9, 5), time(9, 5))],
)  # fmt: skip
def test_time_forms(raw, shown):
    assert value(FieldKind.TIME, raw) == shown


@pytest.mark.parametrize(("raw", "words"), [("25:00", "没有"), ("早", "看不懂时刻"), (3, "看不懂时刻")])
def test_time_refused(raw, words):
    with pytest.raises(CellRefusedError, match=words):
        value(FieldKind.TIME, raw)


@pytest.mark.parametrize(
    "raw",
    ["2026年3月5日 14:30", "2026年3月5日14时30分", "2026-03-05T14:30", "2026/3/5 下午2:30", Decimal("46086.604166667"),
     datetime(2026, 3, 5, 14, 30)],
)  # fmt: skip
def test_datetime_forms(raw):
    assert value(FieldKind.DATETIME, raw) == datetime(2026, 3, 5, 14, 30)


@pytest.mark.parametrize("raw", ["2026年3月5日", 46086, "x"])
def test_datetime_refused(raw):
    with pytest.raises(CellRefusedError, match="应填日期和时刻"):
        value(FieldKind.DATETIME, raw)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("1,234", 1234),
        ("１２", 12),
        ("1.2万", 12000),
        ("120人", 120),
        (Decimal("12.0"), 12),
        ("-3", -3),
        (7, 7),
        ("0.5亿", 5 * 10**7),
    ],
)
def test_integer_forms(raw, shown):
    assert value(FieldKind.INTEGER, raw, unit="人") == shown


@pytest.mark.parametrize(
    ("raw", "words"),
    [("12.5", "应填整数"), ("约100", "应填数字"), (True, "应填数字"), (DAY, "应填数字"), ("9" * 30, "太大"), (-1, "不能小于 0"),
     (5001, "不能大于 5000"), (SheetError("#REF!"), "公式错误 #REF!")],
)  # fmt: skip
def test_integer_refused(raw, words):
    with pytest.raises(CellRefusedError, match=words):
        value(FieldKind.INTEGER, raw, minimum=0, maximum=None if raw == "9" * 30 else 5000)


def test_decimal_is_exact_and_never_cut():
    assert value(FieldKind.DECIMAL, "0.10", places=2) == Decimal("0.10")
    with pytest.raises(CellRefusedError, match="最多 2 位小数"):
        value(FieldKind.DECIMAL, "0.125", places=2)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [("001", "001"), (12, "12"), ("510112198001011234", "510112198001011234"), (DAY, "2026-03-05"), (True, "是"),
     ("  名　称 \u3000", "名　称"), ("'=1+1", "=1+1"), ("''=1", "'=1"), ("it's", "it's")],
)  # fmt: skip
def test_text_forms(raw, shown):
    assert value(FieldKind.TEXT, raw) == shown


def test_text_refuses_a_number_that_lost_its_digits():
    with pytest.raises(CellRefusedError, match="末几位已经丢失"):
        value(FieldKind.TEXT, 510112198001010000)


def test_text_refuses_too_long():
    with pytest.raises(CellRefusedError, match="最多 2 个字，现在有 3 个字"):
        value(FieldKind.TEXT, "一二三", max_length=2)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("是", True),
        ("√", True),
        ("Y", True),
        (1, True),
        (True, True),
        ("否", False),
        ("无", False),
        ("×", False),
        (0, False),
    ],
)
def test_bool_forms(raw, shown):
    assert value(FieldKind.BOOL, raw) is shown


def test_bool_refused():
    with pytest.raises(CellRefusedError, match="“是”或“否”"):
        value(FieldKind.BOOL, "也许")


def test_choice_by_label_or_value():
    choices = {"文艺演出": "show", "讲座": "talk"}
    assert [value(FieldKind.CHOICE, raw, choices=choices) for raw in ("文艺 演出", "talk", "讲座")] == [
        "show",
        "talk",
        "talk",
    ]
    with pytest.raises(CellRefusedError, match="没有“电影”这一项，可填：文艺演出、讲座。"):
        value(FieldKind.CHOICE, "电影", choices=choices)


def test_lookup_by_name_or_code():
    assert [value(FieldKind.LOOKUP, raw, lookup=PLACES.get) for raw in ("龙泉街道", "510112001", 510112001)] == [
        1,
        1,
        1,
    ]
    with pytest.raises(CellRefusedError, match="找不到“某镇”"):
        value(FieldKind.LOOKUP, "某镇", lookup=PLACES.get)
    with pytest.raises(ValueError, match="without a function"):
        value(FieldKind.LOOKUP, "某镇")


@pytest.mark.parametrize("raw", [None, "", "  ", "\u3000"])
def test_blank_is_missing_not_zero(raw):
    assert value(FieldKind.INTEGER, raw) is None
    with pytest.raises(CellRefusedError, match="“列”必须填写"):
        value(FieldKind.INTEGER, raw, required=True)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (None, ""),
        (False, "否"),
        (Decimal("1.50"), "1.50"),
        (datetime(2026, 3, 5, 8, 0, 1), "2026-03-05 08:00:01"),
        (time(8, 0, 1), "08:00:01"),
    ],
)
def test_as_text(raw, shown):
    assert as_text(raw) == shown
