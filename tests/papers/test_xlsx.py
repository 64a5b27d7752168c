import io
from datetime import UTC, date, datetime, time
from decimal import Decimal
from fractions import Fraction

import openpyxl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from qunwen.base.papers import xlsx
from qunwen.base.papers.columns import Column, Group, Kind, depth, head_cells, head_paths
from qunwen.base.papers.fields import Field, FieldKind, parse_cell
from qunwen.base.papers.guard import guard, unguard
from qunwen.base.papers.reading import OpenSheet
from qunwen.base.papers.xlsx import Sheet, csv_lines, write_csv, write_xlsx, xlsx_bytes

TREE = (
    Column("code", "编号", Kind.ID),
    Group("参加人数", (Column("all", "合计", Kind.INTEGER), Group("其中", (Column("old", "老年人", Kind.INTEGER),)))),
    Column("day", "日期", Kind.DATE),
    Column("rate", "占比", Kind.PERCENT, places=1),
)
ROW = {"code": "007", "all": 12, "old": None, "day": date(2026, 3, 5), "rate": Decimal("0.125")}


def page_of(content):
    return openpyxl.load_workbook(io.BytesIO(content)).active


def test_columns_lay_out_three_head_rows():
    assert depth(TREE) == 3
    assert [(c.label, c.top, c.left, c.bottom, c.right) for c in head_cells(TREE)] == [
        ("编号", 0, 0, 2, 0), ("参加人数", 0, 1, 0, 2), ("合计", 1, 1, 2, 1), ("其中", 1, 2, 1, 2), ("老年人", 2, 2, 2, 2),
        ("日期", 0, 3, 2, 3), ("占比", 0, 4, 2, 4)]  # fmt: skip
    assert head_paths(TREE) == ["编号", "参加人数/合计", "参加人数/其中/老年人", "日期", "占比"]


def test_write_xlsx_merges_heads_and_sets_the_page_up():
    page = page_of(xlsx_bytes(TREE, [ROW], sheet=Sheet("活动", "2026年活动", "填报：区文旅局", "来源：群文")))
    assert {str(r) for r in page.merged_cells.ranges} == {
        "A1:E1",
        "A2:E2",
        "A3:A5",
        "B3:C3",
        "B4:B5",
        "D3:D5",
        "E3:E5",
        "A7:E7",
    }
    assert [[cell.value for cell in row] for row in page.iter_rows(min_row=3)] == [
        ["编号", "参加人数", None, "日期", "占比"], [None, "合计", "其中", None, None], [None, None, "老年人", None, None],
        ["007", 12, None, datetime(2026, 3, 5), 0.125], ["来源：群文", None, None, None, None]]  # fmt: skip
    assert page.freeze_panes == "A6"
    assert page.print_title_rows == "$3:$5"
    assert page.print_area == "'活动'!$A$1:$E$7"
    assert (page.page_setup.paperSize, page.page_setup.orientation) == (9, "landscape")
    assert page.oddFooter.center.text == "第 &P 页，共 &N 页"
    assert [page.cell(6, i).number_format for i in range(1, 6)] == ["@", "#,##0", "#,##0", "yyyy-mm-dd", "0.0%"]
    assert page.column_dimensions["A"].width == pytest.approx(20, abs=1)


def test_write_xlsx_kinds_of_values():
    tree = [Column(str(i), "列", kind) for i, kind in enumerate(
        [Kind.INTEGER, Kind.INTEGER, Kind.DECIMAL, Kind.DECIMAL, Kind.BOOL, Kind.DATETIME, Kind.TIME, Kind.ID, Kind.TEXT])]  # fmt: skip
    moment = datetime(2026, 3, 14, 4, 0, tzinfo=UTC)
    row = [
        10**17,
        5,
        Fraction(1, 4),
        Decimal("1.2345678901234567"),
        True,
        moment,
        time(8, 30),
        510112198001011234,
        None,
    ]
    page = page_of(xlsx_bytes([*tree[:-1], Column("8", "列", missing="缺")], [row]))
    assert [cell.value for cell in page[2]] == [
        "100000000000000000", 5, 0.25, "1.2345678901234567", "是", datetime(2026, 3, 14, 12, 0), time(8, 30),
        "510112198001011234", "缺"]  # fmt: skip


def test_write_xlsx_takes_objects_and_counts_rows(tmp_path):
    class Row:
        code = "1"

    tree = [Column("code", "编号"), Column("x", "长度", Kind.INTEGER, value=lambda row: len(row.code))]
    assert write_xlsx(tmp_path / "a.xlsx", tree, (Row() for _ in range(3))) == 3
    assert [c.value for c in openpyxl.load_workbook(tmp_path / "a.xlsx").active[4]] == ["1", 1]


def test_write_xlsx_goes_on_to_a_next_sheet(monkeypatch):
    monkeypatch.setattr(xlsx, "SHEET_ROWS", 2)
    made = openpyxl.load_workbook(io.BytesIO(xlsx_bytes([Column("a", "甲", Kind.INTEGER)], [[i] for i in range(5)])))
    assert made.sheetnames == ["数据", "数据2", "数据3"]
    assert [[c.value for c in page["A"]] for page in made] == [["甲", 0, 1], ["甲", 2, 3], ["甲", 4]]


def test_write_xlsx_refuses_no_columns_and_texts_too_long():
    with pytest.raises(ValueError, match="at least one column"):
        xlsx_bytes([], [])
    with pytest.raises(ValueError, match="超过 32767 个字"):
        xlsx_bytes([Column("a", "甲")], [["x" * 40_000]])
    with pytest.raises(ValueError, match="a row of 2 values for 1 columns"):
        xlsx_bytes([Column("a", "甲")], [[1, 2]])


def test_sheet_name_is_made_fit():
    made = openpyxl.load_workbook(
        io.BytesIO(xlsx_bytes([Column("a", "甲")], [], sheet=Sheet(name="a/b:[c]" + "长" * 40)))
    )
    assert made.sheetnames == [("a b  c " + "长" * 40)[:31]]


RISKY = ["=1+1", "+86", "-5", "@SUM(A1)", "\tx", "\rx", "＝1", "'=1", "''@x"]


@pytest.mark.parametrize("text", RISKY)
def test_guarded_cells_are_text_in_xlsx_and_csv(text):
    tree = [Column("a", "=甲")]
    page = page_of(xlsx_bytes(tree, [[text]], sheet=Sheet(title="=t", subtitle="+s", source="@q")))
    assert all(cell.data_type == "s" for row in page.iter_rows() for cell in row if cell.value is not None)
    assert page["A4"].value.startswith("'")
    lines = b"".join(csv_lines(tree, [[text]])).decode("utf-8-sig")
    assert lines.startswith("'=甲\r\n")
    assert lines.split("\r\n", 1)[1].lstrip('"').startswith("'")


@given(st.text())
def test_guard_is_undone_exactly(text):
    assert unguard(guard(text)) == text
    assert not guard(text).startswith(tuple("=+-@\t\r"))


sheet_text = st.text(
    st.characters(blacklist_categories=("Cs",), blacklist_characters="\x00"), min_size=1, max_size=30
).filter(lambda text: text == text.strip(" \t\r\n\u3000\xa0\ufeff"))


@given(
    st.lists(
        st.tuples(sheet_text, st.none() | st.integers(-(10**14), 10**14), st.dates(date(1910, 1, 1))),
        min_size=1,
        max_size=5,
    )
)
@example(
    [
        ("=cmd|' /C calc'!A0", 1, date(2026, 3, 5)),
        ("_x0041_", None, date(2026, 3, 5)),
        ("a\rb\x01", -1, date(2026, 1, 1)),
    ]
)
def test_export_reads_back_unchanged(rows):
    tree = [Column("a", "甲"), Column("b", "乙", Kind.INTEGER), Column("c", "丙", Kind.DATE)]
    fields = [Field("a", "甲"), Field("b", "乙", FieldKind.INTEGER), Field("c", "丙", FieldKind.DATE)]
    for content in (xlsx_bytes(tree, rows), b"".join(csv_lines(tree, rows))):
        found = [values + [None] * (3 - len(values)) for _n, values in OpenSheet(io.BytesIO(content)).rows()][1:]
        parsed = [tuple(parse_cell(spec, raw) for spec, raw in zip(fields, row, strict=True)) for row in found]
        assert parsed == rows


def test_csv_has_byte_order_mark_and_one_head_line(tmp_path):
    write_csv(tmp_path / "a.csv", TREE, [ROW])
    content = (tmp_path / "a.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert (
        content.decode("utf-8-sig")
        == "编号,参加人数/合计,参加人数/其中/老年人,日期,占比\r\n007,12,,2026-03-05,0.125\r\n"
    )


def test_csv_kinds_of_values_and_streaming():
    tree = [
        Column(str(i), "列", kind)
        for i, kind in enumerate([Kind.BOOL, Kind.DATETIME, Kind.TIME, Kind.DECIMAL, Kind.TIME])
    ]
    row = [False, datetime(2026, 3, 14, 4, 0, tzinfo=UTC), time(8, 30), Fraction(1, 4), time(8, 30, 5)]
    chunks = list(csv_lines(tree, (row for _ in range(1200))))
    assert len(chunks) == 4
    assert b"".join(chunks).decode().splitlines()[1] == "否,2026-03-14 12:00:00,08:30,0.25,08:30:05"
