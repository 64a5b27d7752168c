"""Whatever bytes come in, they are read or refused with UnreadableSheetError; nothing else comes out."""

import io
import zipfile
from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from qunwen.base.papers.problems import UnreadableSheetError
from qunwen.base.papers.reading import OpenSheet

from .sheets import book, raw_book

GOOD = book(*[[f"甲{i}", i, i / 7, None, True] for i in range(40)]).getvalue()
PARTS = (
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
    "xl/styles.xml",
    "xl/sharedStrings.xml",
    "xl/worksheets/sheet1.xml",
)


def read_all(content):
    with suppress(UnreadableSheetError):
        list(OpenSheet(io.BytesIO(content)).rows())


@given(st.binary(max_size=300))
def test_any_bytes(content):
    read_all(content)


@given(st.binary(max_size=100))
def test_any_bytes_behind_a_zip_sign(content):
    read_all(b"PK\x03\x04" + content)


@settings(max_examples=300)
@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), min_size=1, max_size=8))
def test_a_good_file_with_bytes_changed(changes):
    content = bytearray(GOOD)
    for place, byte in changes:
        content[place] = byte
    read_all(bytes(content))


@settings(max_examples=300)
@given(st.sampled_from(PARTS), st.data())
def test_a_good_file_with_one_part_changed_inside(part, data):
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            content = bytearray(old.read(name))
            if name == part:
                for _ in range(data.draw(st.integers(1, 5))):
                    content[data.draw(st.integers(0, len(content) - 1))] = data.draw(
                        st.sampled_from(b'0-9<>"/ aAzZ&\xff')
                    )
            new.writestr(name, bytes(content))
    read_all(buffer.getvalue())


@given(
    st.sampled_from(["s", "n", "b", "e", "d", "str", "inlineStr", "x"]),
    st.text("0123456789.-+eEINnaf ", max_size=12),
    st.text("0123456789-", max_size=4),
)
def test_any_cell(kind, value, style):
    sheet = f'<worksheet><sheetData><row r="1"><c r="A1" t="{kind}" s="{style}"><v>{value}</v></c></row></sheetData></worksheet>'
    read_all(
        raw_book(
            sheet, strings="<si><t>a</t></si>", styles='<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
        ).getvalue()
    )
