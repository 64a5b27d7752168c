import io
import zipfile
from datetime import date, datetime, time
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qunwen.base.papers.problems import UnreadableSheetError
from qunwen.base.papers.reading import Limits, OpenSheet
from qunwen.base.papers.serials import from_serial
from qunwen.base.papers.xlsx_stream import SheetError

from .sheets import book, raw_book, rows_of, saved, text_file

WORDS = "编号,名称\n001,十陵街道"


@pytest.mark.parametrize(
    ("encoding", "named"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("gb18030", "gb18030"), ("gbk", "gb18030"), ("utf-16", "utf-16")],
)
def test_csv_encoding_is_recognised(encoding, named):
    sheet = OpenSheet(text_file(WORDS, encoding))
    assert (sheet.format, sheet.encoding) == ("csv", named)
    assert list(sheet.rows()) == [(1, ["编号", "名称"]), (2, ["001", "十陵街道"])]


@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_csv_delimiter_is_recognised(mark):
    assert rows_of(text_file(f'甲{mark}乙\n1{mark}"2,3"\n')) == [["甲", "乙"], ["1", "2,3"]]


def test_csv_of_one_column():
    assert rows_of(text_file("名称\n甲\n\n乙\n")) == [["名称"], ["甲"], ["乙"]]


def test_csv_rows_keep_their_number_past_blank_lines():
    assert [number for number, _ in OpenSheet(text_file("甲,乙\n,\n\n1,2\n")).rows()] == [1, 4]


def test_rows_may_be_read_again_and_the_upload_stays_open():
    source = text_file(WORDS)
    sheet = OpenSheet(source)
    assert list(sheet.rows()) == list(sheet.rows())
    sheet.close()
    assert not source.closed


def test_path_is_closed_after_use(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(WORDS, encoding="utf-8")
    with OpenSheet(path) as sheet:
        assert len(list(sheet.rows())) == 2
    assert sheet.file.closed


def test_xlsx_values_keep_their_type():
    values = ["字", 12, 1.5, True, date(2026, 3, 5), datetime(2026, 3, 5, 14, 30), time(9, 5), None, "尾"]
    moved = [*values[:4], *values[4:]]
    assert rows_of(book(moved)) == [
        ["字", 12, Decimal("1.5"), True, date(2026, 3, 5), datetime(2026, 3, 5, 14, 30), time(9, 5), None, "尾"]
    ]


cells = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**14), 10**14),
    st.text(st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufffe\uffff"), min_size=1, max_size=20)
    .filter(lambda text: "_x" not in text and not text.startswith("=") and not text.startswith("#")),
)  # fmt: skip


@given(st.lists(st.lists(cells, min_size=1, max_size=6), max_size=6))
def test_xlsx_reads_what_openpyxl_wrote(table):
    def cut(row):
        while row and row[-1] is None:
            row = row[:-1]
        return row

    assert rows_of(book(*table)) == [cut(row) for row in table if cut(row)]


def test_xlsx_number_shows_what_the_program_shows():
    row = '<worksheet><sheetData><row r="1"><c r="A1"><v>0.30000000000000004</v></c><c r="B1"><v>5.1011219800101E+17</v></c></row></sheetData></worksheet>'
    assert rows_of(raw_book(row)) == [[Decimal("0.3"), 510112198001010000]]


def test_xlsx_without_references_rich_text_phonetics_and_escapes():
    strings = (
        "<si><r><t>十</t></r><r><t>陵</t></r><rPh sb='0' eb='1'><t>shi</t></rPh></si><si><t>a_x000D_b</t></si><si/>"
    )
    sheet = (
        '<worksheet><sheetData><row><c t="s"><v>0</v></c><c t="s"><v>1</v></c><c t="s"><v>2</v></c>'
        '<c t="inlineStr"><is><t>内</t></is></c><c t="str"><f>A1</f><v>式</v></c><c t="e"><v>#N/A</v></c>'
        '<c t="d"><v>2026-03-05T08:00:00</v></c><c><v> </v></c></row></sheetData></worksheet>'
    )
    found = rows_of(raw_book(sheet, strings=strings))
    assert found == [["十陵", "a\rb", None, "内", "式", "#N/A", datetime(2026, 3, 5, 8)]]
    assert isinstance(found[0][5], SheetError)


def test_xlsx_date_formats_are_recognised():
    styles = (
        '<numFmts><numFmt numFmtId="200" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/>'
        '<numFmt numFmtId="201" formatCode="[Red]0.0&quot;day&quot;"/></numFmts>'
        '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="200"/><xf numFmtId="201"/></cellXfs>'
    )
    cells = "".join(f'<c s="{style}"><v>46086</v></c>' for style in range(4))
    sheet = f"<worksheet><sheetData><row>{cells}</row></sheetData></worksheet>"
    day = date(2026, 3, 5)
    assert rows_of(raw_book(sheet, styles=styles)) == [[46086, day, day, 46086]]


def test_xlsx_1904_dates():
    made = openpyxl.Workbook()
    made.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    made.active["A1"] = date(2026, 3, 5)
    assert rows_of(saved(made)) == [[date(2026, 3, 5)]]


@pytest.mark.parametrize(
    ("serial", "value"),
    [
        (1, date(1900, 1, 1)),
        (59, date(1900, 2, 28)),
        (61, date(1900, 3, 1)),
        (46086, date(2026, 3, 5)),
        (Decimal("0.5"), time(12)),
        (0, None),
        (-1, None),
        (3_000_000, None),
        (Decimal("0.999999"), None),
        (Decimal("46086.604166667"), datetime(2026, 3, 5, 14, 30)),
    ],
)
def test_from_serial_known(serial, value):
    assert from_serial(serial) == value


def test_two_cells_far_apart_need_no_memory():
    sheet = (
        '<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
        '<row r="1048576"><c r="XFD1048576"><v>2</v></c><c r="B1048576"><v>3</v></c></row></sheetData></worksheet>'
    )
    assert list(OpenSheet(raw_book(sheet)).rows()) == [(1, [1]), (1048576, [None, 3])]


def test_hidden_sheet_is_passed_over():
    made = openpyxl.Workbook()
    made.active.append(["藏"])
    made.active.sheet_state = "hidden"
    made.create_sheet("数据").append(["显"])
    sheet = OpenSheet(saved(made))
    assert sheet.sheet_names == ["数据"]
    assert list(sheet.rows()) == [(1, ["显"])]


def test_row_limit_holds_while_streaming():
    sheet = OpenSheet(book(*[[i] for i in range(20)]), limits=Limits(rows=5))
    taken = []
    with pytest.raises(UnreadableSheetError, match="超过 5 行"):
        taken.extend(number for number, _ in sheet.rows())
    assert len(list(zip(range(5), sheet.rows(), strict=False))) == 5


def bomb():
    sheet = "<worksheet><sheetData>" + "<row><c><v>1</v></c></row>" * 800_000 + "</sheetData></worksheet>"
    return raw_book(sheet)


def encrypted_zip():
    buffer = book(["a"])
    data = bytearray(buffer.getvalue())
    start = data.rfind(b"PK\x01\x02")
    data[start + 8] |= 1
    return io.BytesIO(bytes(data))


def zip_of(name):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, "x")
    return buffer


def cut_book():
    data = book(*[[f"甲{i}", i] for i in range(100)]).getvalue()
    return io.BytesIO(data[: len(data) // 2])


OLE = bytes.fromhex("d0cf11e0a1b11ae1")


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (io.BytesIO(b""), "空文件"),
        (io.BytesIO(OLE + b"\0" * 600), "旧版的 .xls"),
        (io.BytesIO(OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")), "打开密码"),
        (encrypted_zip(), "打开密码"),
        (zip_of("word/document.xml"), "不是 .xlsx 表格"),
        (io.BytesIO(b"PK\x03\x04 nothing"), "已损坏"),
        (cut_book(), "已损坏"),
        (io.BytesIO(b"%PDF-1.7 x"), "不是表格文件"),
        (io.BytesIO(b"  <html><table>"), "网页格式"),
        (io.BytesIO(b"a,b\n\xff\xff,\xff"), "文字编码"),
        (io.BytesIO(b"a,b\n\0\0,1"), "文字编码"),
        (bomb(), "大得不正常"),
        (raw_book("<worksheet/>", workbook="<workbook/>"), "没有工作表"),
        (raw_book("<worksheet/>", workbook="<!DOCTYPE x [<!ENTITY a 'b'>]><workbook>&a;</workbook>"), "文档类型声明"),
    ],
)
def test_unreadable_file_is_named_in_chinese(source, words):
    with pytest.raises(UnreadableSheetError, match=words):
        OpenSheet(source)


@pytest.mark.parametrize(
    ("sheet", "words"),
    [
        ("<worksheet><sheetData><row>", "已损坏"),
        ('<worksheet><sheetData><row r="x"><c><v>1</v></c></row></sheetData></worksheet>', "已损坏"),
        ('<worksheet><sheetData><row><c r="1"><v>1</v></c></row></sheetData></worksheet>', "已损坏"),
        ('<worksheet><sheetData><row><c t="s"><v>7</v></c></row></sheetData></worksheet>', "已损坏"),
        ("<worksheet><sheetData><row><c><v>abc</v></c></row></sheetData></worksheet>", "已损坏"),
        ("<!DOCTYPE x><worksheet/>", "文档类型声明"),
        ('<worksheet><sheetData><row><c t="str"><v>' + "字&amp;" * 5_000_000 + "</v></c></row></sheetData></worksheet>", "长得不正常"),
    ],
)  # fmt: skip
def test_broken_sheet_part_is_named_in_chinese(sheet, words):
    limits = Limits(ratio=10_000)
    with pytest.raises(UnreadableSheetError, match=words):
        rows_of(raw_book(sheet), limits=limits)


def test_broken_packing_inside_is_named():
    data = bytearray(book(*[[f"甲{i}", i] for i in range(500)]).getvalue())
    start = data.find(b"xl/worksheets/sheet1.xml") + 60
    data[start : start + 200] = b"\xff" * 200
    with pytest.raises(UnreadableSheetError, match="已损坏"):
        rows_of(io.BytesIO(bytes(data)))


def test_not_a_number_is_no_value():
    found = rows_of(raw_book("<worksheet><sheetData><row><c><v>NaN</v></c></row></sheetData></worksheet>"))
    assert isinstance(found[0][0], SheetError)


def test_file_too_large_is_refused():
    with pytest.raises(UnreadableSheetError, match="超过 0 MB"):
        OpenSheet(text_file(WORDS), limits=Limits(file_bytes=10))


def test_missing_sheet_is_refused():
    with pytest.raises(UnreadableSheetError, match="没有找到要读取的工作表"):
        OpenSheet(book(["a"]), sheet=3)


def test_unclosed_quote_is_named_by_row():
    with pytest.raises(UnreadableSheetError, match="第 2 行起"):
        rows_of(text_file('甲,乙\n"没有结尾,1\n' + "x,y\n" * 60_000))


def test_endless_blank_rows_are_refused(monkeypatch):
    monkeypatch.setattr("qunwen.base.papers.xlsx_stream.MAX_ROWS", 100)
    with pytest.raises(UnreadableSheetError, match="行数多得不正常"):
        rows_of(raw_book("<worksheet><sheetData>" + "<row/>" * 101 + "</sheetData></worksheet>"))
