import io
from datetime import date

import openpyxl
import pytest
from django.contrib.auth.models import Group as Row

from qunwen.base.papers.columns import Column, Group, Kind
from qunwen.base.papers.errorbook import write_error_workbook
from qunwen.base.papers.fields import Field, FieldKind
from qunwen.base.papers.heads import find_heads
from qunwen.base.papers.imports import ImportRefusedError, SheetSpec, apply_sheet, dry_run
from qunwen.base.papers.problems import CellProblem, RowRefusedError, UnreadableSheetError
from qunwen.base.papers.reading import OpenSheet
from qunwen.base.papers.xlsx import Sheet, csv_lines, xlsx_bytes

from .sheets import book, saved, text_file

FIELDS = (
    Field("name", "活动名称", aliases=("名称", "活动"), required=True, max_length=20),
    Field("day", "日期", FieldKind.DATE, aliases=("活动时间",), required=True),
    Field("total", "参加人数/合计", FieldKind.INTEGER, aliases=("人数",), minimum=0, unit="人"),
    Field("old", "老年人", FieldKind.INTEGER),
)


def check(values):
    if (values.get("old") or 0) > (values.get("total") or 0):
        return [("old", "老年人比合计还多。"), ("", "请核对整行。")]
    return []


SPEC = SheetSpec(FIELDS, unique=("name", "day"), check=check)


def head(*rows):
    return find_heads(FIELDS, [(number, list(row)) for number, row in rows])


def test_heads_are_found_below_title_and_unit_line():
    found = head(
        (1, ["2026年活动表"]),
        (2, ["填报单位：甲"]),
        (4, ["序号", "*活动名称（必填）", "日 期", "人数(人)"]),
        (5, [1, "a", "b", 3]),
    )
    assert (found.first_row, found.last_row) == (4, 4)
    assert found.columns == {"name": 1, "day": 2, "total": 3}
    assert found.unknown == ("序号",)
    assert found.missing == ()


def test_heads_are_found_through_merged_rows():
    found = head(
        (1, ["序号", "活动", None, "参加人数", None, "备注"]),
        (2, [None, "名称", "日期", "合计", "老年人", None]),
        (3, [1, "a"]),
    )
    assert (found.first_row, found.last_row) == (1, 2)
    assert found.columns == {"name": 1, "day": 2, "total": 3, "old": 4}
    assert found.unknown == ("序号", "备注")


def test_heads_missing_and_doubled_are_named():
    assert [field.label for field in head((1, ["名称", "人数"])).missing] == ["日期"]
    assert head((1, ["名称", "日期", "日期"])).doubled == ("日期",)
    assert head((1, ["活动名称", "活动名称"])).doubled == ("活动名称",)
    assert head((1, ["x", "y"])) is None


def test_error_column_of_a_marked_file_is_not_unknown():
    assert head((1, ["名称", "日期", "错误"])).unknown == ()


TABLE = [
    ["龙泉驿区活动表"],
    ["活动名称", "日期", "人数", "老年人"],
    ["广场舞", "2026年3月5日", "1,200", 30],
    [None, "3月5日", "约百人", None],
    ["书法课", date(2026, 3, 6), 10, 20],
    [None, None, None, None],
    ["广场舞", 46086, 5, None],
]


def test_dry_run_counts_rows_and_names_every_fault():
    source = book(*TABLE)
    report = dry_run(SPEC, OpenSheet(source))
    assert (report.good, report.bad, report.faults, report.may_apply) == (1, 3, 6, False)
    assert [row.values for row in report.preview] == [
        {"name": "广场舞", "day": date(2026, 3, 5), "total": 1200, "old": 30}
    ]
    assert [(p.row, p.column, p.label, p.value) for p in report.problems] == [
        (4, 1, "活动名称", ""), (4, 2, "日期", "3月5日"), (4, 3, "参加人数/合计", "约百人"),
        (5, 4, "老年人", "20"), (5, None, "", ""), (7, 1, "活动名称", "广场舞")]  # fmt: skip
    assert [p.message for p in report.problems[-3:]] == ["老年人比合计还多。", "请核对整行。", "与第 3 行重复。"]
    assert len(report.sha256) == 64


def test_dry_run_keeps_only_the_first_problems():
    source = book(["名称", "日期"], *[["a", "x"] for _ in range(30)])
    report = dry_run(SPEC, OpenSheet(source), most_problems=7)
    assert (len(report.problems), report.faults, report.bad) == (7, 30, 30)


@pytest.mark.parametrize(
    ("rows", "words"),
    [([["x", "y"]], "没有找到表头.*活动名称、日期"), ([["名称"], ["a"]], "缺少必填的列：日期"), ([["名称", "日期"]], "表头下面没有数据"),
     ([["名称", "日期", "日期"]], "出现了两次：日期")],
)  # fmt: skip
def test_dry_run_refuses_sheet(rows, words):
    with pytest.raises(UnreadableSheetError, match=words):
        dry_run(SPEC, OpenSheet(book(*rows)))


def test_without_unique_keys_equal_rows_are_allowed():
    report = dry_run(SheetSpec(FIELDS), OpenSheet(book(["名称", "日期"], ["a", "2026-03-05"], ["a", "2026-03-05"])))
    assert (report.good, report.may_apply) == (2, True)


def test_blank_identity_is_not_a_double():
    spec = SheetSpec((Field("a", "甲"), Field("b", "乙")), unique=("a",))
    assert dry_run(spec, OpenSheet(text_file("甲,乙\n,1\n,2\n"))).bad == 0


def test_exported_table_imports_again_through_its_merged_heads():
    tree = [Column("name", "活动名称"), Column("day", "日期", Kind.DATE),
            Group("参加人数", (Column("total", "合计", Kind.INTEGER), Column("old", "老年人", Kind.INTEGER)))]  # fmt: skip
    rows = [{"name": "=广场舞", "day": date(2026, 3, 5), "total": 120, "old": None}]
    made = xlsx_bytes(tree, rows, sheet=Sheet(title="活动表", subtitle="填报单位：甲"))
    for content in (made, b"".join(csv_lines(tree, rows))):
        report = dry_run(SPEC, OpenSheet(io.BytesIO(content)))
        assert [row.values for row in report.preview] == rows


def good_book(count=5):
    return book(["名称", "日期"], *[[f"活动{i}", "2026-03-05"] for i in range(count)])


def imported():
    return Row.objects.filter(name__startswith="活动").count()


def write(rows):
    Row.objects.bulk_create([Row(name=row.values["name"]) for row in rows])


@pytest.mark.django_db
def test_apply_writes_all_rows_in_batches():
    sizes = []

    def counted(rows):
        sizes.append(len(rows))
        write(rows)

    sheet = OpenSheet(good_book())
    applied = apply_sheet(SPEC, sheet, counted, batch_size=2, expected_sha256=sheet.sha256)
    assert (applied.rows, applied.sha256, sizes) == (5, sheet.sha256, [2, 2, 1])
    assert imported() == 5


@pytest.mark.django_db
def test_apply_writes_nothing_when_the_last_row_is_wrong():
    source = book(["名称", "日期"], *[[f"活动{i}", "2026-03-05"] for i in range(9)], ["末", "x"])
    with pytest.raises(ImportRefusedError, match="第 11 行有错，整个文件都没有导入") as refused:
        apply_sheet(SPEC, OpenSheet(source), write, batch_size=2)
    assert [problem.row for problem in refused.value.problems] == [11]
    assert imported() == 0


@pytest.mark.django_db
def test_apply_writes_nothing_when_the_caller_refuses_a_row():
    def refuse(rows):
        write(rows)
        if rows[-1].number == 4:
            raise RowRefusedError("这场活动已经锁定。", key="name")

    with pytest.raises(ImportRefusedError, match="第 4 行：这场活动已经锁定") as refused:
        apply_sheet(SPEC, OpenSheet(good_book()), refuse, batch_size=1)
    assert refused.value.problems == (CellProblem(4, 1, "活动名称", "活动2", "这场活动已经锁定。"),)
    with pytest.raises(ImportRefusedError, match="第 2 至 4 行之间"):
        apply_sheet(SPEC, OpenSheet(good_book()), refuse, batch_size=3)
    assert imported() == 0


@pytest.mark.django_db
def test_apply_refuses_another_file_and_an_empty_one():
    with pytest.raises(ImportRefusedError, match="不是刚才检查过的那个文件"):
        apply_sheet(SPEC, OpenSheet(good_book()), write, expected_sha256="0" * 64)
    with pytest.raises(ImportRefusedError, match="没有数据"):
        apply_sheet(SPEC, OpenSheet(good_book(0)), write)
    assert imported() == 0


def marked(source):
    sheet = OpenSheet(source)
    report = dry_run(SPEC, sheet)
    buffer = io.BytesIO()
    own = write_error_workbook(buffer, sheet, report.heads, report.problems)
    buffer.seek(0)
    return own, buffer, openpyxl.load_workbook(io.BytesIO(buffer.getvalue()))


def test_error_workbook_is_the_senders_file_with_marks():
    made = openpyxl.load_workbook(book(*TABLE))
    made.active["A1"].font = openpyxl.styles.Font(name="黑体", size=20)
    made.create_sheet("说明").append(["保留"])
    own, _buffer, found = marked(saved(made))
    page = found.worksheets[0]
    assert own is True
    assert found.sheetnames == ["Sheet", "说明"]
    assert page["A1"].font.size == 20
    assert page["E2"].value == "错误"
    assert page["B4"].fill.fgColor.rgb == "00F9D6D0"
    assert "缺少四位数的年份" in page["B4"].comment.text
    assert page["B3"].comment is None
    assert page["E5"].value == "老年人：老年人比合计还多。；请核对整行。"
    assert page["E3"].value is None


def test_error_workbook_mended_and_sent_again_has_no_old_marks():
    _own, _buffer, made = marked(book(*TABLE))
    page = made.worksheets[0]
    page["A4"], page["B4"], page["C4"], page["A7"], page["D5"] = "合唱", "2026-03-07", 100, "戏曲", 5
    page["B3"] = "坏"
    own, _again, found = marked(saved(made))
    page = found.worksheets[0]
    assert own is True
    assert [page.cell(row, 5).value for row in (2, 4, 5, 7)] == ["错误", None, None, None]
    assert page["E3"].value.startswith("日期：看不懂日期")
    assert page["B4"].comment is None
    assert page["B4"].fill.fgColor.rgb != "00F9D6D0"
    assert page.max_column == 5


def test_error_workbook_of_a_csv_is_written_anew():
    own, buffer, found = marked(text_file("名称,日期,人数\n'=甲,x,\n乙,2026-03-05,约\n丙,,3\n", "gb18030"))
    page = found.active
    assert own is False
    assert [cell.value for cell in page[1]] == ["名称", "日期", "人数", "错误"]
    assert page["A2"].value == "'=甲"
    assert page["B2"].fill.fgColor.rgb == page["B4"].fill.fgColor.rgb == "FFF9D6D0"
    assert "看不懂日期" in page["B2"].comment.text
    assert [bool(page.cell(row, 4).value) for row in (2, 3, 4)] == [True, True, True]
    again = dry_run(SPEC, OpenSheet(buffer))
    assert (again.bad, again.heads.unknown) == (3, ())


def test_error_workbook_of_a_large_file_is_written_anew(monkeypatch):
    monkeypatch.setattr("qunwen.base.papers.errorbook.KEEP_CELLS", 3)
    rows = [
        ["名称", "日期", "人数", "x", "y"],
        ["甲", "坏", 1.5, True, date(2026, 3, 5)],
        ["乙", date(2026, 3, 5), 2, "#", None],
    ]
    own, _buffer, found = marked(book(*rows))
    assert own is False
    assert [cell.value for cell in found.active[2]][:5] == ["甲", "坏", "1.5", "是", "2026-03-05"]
    assert [cell.value for cell in found.active[3]] == ["乙", "2026-03-05", "2", "#", None, None]
