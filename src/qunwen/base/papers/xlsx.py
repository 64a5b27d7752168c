"""Export to .xlsx and .csv: Chinese merged heads, ids that keep their zeros, print set-up, one row in memory at a time."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import IO, Any

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from .columns import Column, Kind, Tree, depth, head_cells, head_paths, leaves, row_values, text_width
from .guard import guard

SHEET_ROWS = 1_000_000  # a sheet holds 1,048,576 rows; the rest goes on to a next sheet
EXACT_DIGITS = 15  # a spreadsheet's number keeps no more
_WIDEST, _NARROWEST = 40.0, 4.0
_FORMATS = {
    Kind.TEXT: "@",
    Kind.ID: "@",
    Kind.BOOL: "@",
    Kind.INTEGER: "#,##0",
    Kind.DATE: "yyyy-mm-dd",
    Kind.DATETIME: "yyyy-mm-dd hh:mm",
    Kind.TIME: "hh:mm",
}
_WIDTHS = {Kind.DATE: 6.0, Kind.DATETIME: 9.0, Kind.TIME: 4.0, Kind.BOOL: 4.0, Kind.ID: 10.0, Kind.TEXT: 10.0}


@dataclass(frozen=True)
class Sheet:
    """What stands around the rows. `subtitle` is the line with the unit that reports and the period; `source` goes below."""

    name: str = "数据"
    title: str = ""
    subtitle: str = ""
    source: str = ""
    landscape: bool = True


def write_xlsx(
    target: Path | str | IO[bytes], columns: Tree, rows: Iterable[object], *, sheet: Sheet | None = None
) -> int:
    """Write the rows and give back how many there were.

    Rows may be mappings, sequences or objects (see `row_values`) and are consumed one by one; memory does not
    grow with their number. Every text is guarded against formula injection; numbers of more than 15 digits
    are written as text, because a spreadsheet would lose their last digits.
    """
    book = xlsxwriter.Workbook(
        str(target) if isinstance(target, Path | str) else target,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            # An unchanged export must be an unchanged file.
            "default_date_format": "yyyy-mm-dd",
        },
    )
    book.set_properties({"created": datetime(2000, 1, 1)})  # noqa: DTZ001 -- a file property, not a moment
    try:
        return _SheetWriter(book, columns, sheet or Sheet()).write(rows)
    finally:
        book.close()


def xlsx_bytes(columns: Tree, rows: Iterable[object], *, sheet: Sheet | None = None) -> bytes:
    """`write_xlsx` for a small table that goes straight into an answer or a bundle."""
    buffer = io.BytesIO()
    write_xlsx(buffer, columns, rows, sheet=sheet)
    return buffer.getvalue()


def csv_lines(columns: Tree, rows: Iterable[object]) -> Iterator[bytes]:
    """The table as UTF-8 CSV with a byte order mark (Excel needs it for Chinese), chunk by chunk for a streaming answer.

    The head is one line; a column below a group is named 参加人数/老年人. Texts are guarded as in .xlsx.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    flat = leaves(columns)
    writer.writerow([guard(path) for path in head_paths(columns)])
    yield b"\xef\xbb\xbf"
    for number, row in enumerate(rows, start=1):
        writer.writerow([_csv_text(column, value) for column, value in zip(flat, row_values(flat, row), strict=True)])
        if number % 500 == 0:
            yield _take(buffer)
    yield _take(buffer)


def write_csv(target: Path | str, columns: Tree, rows: Iterable[object]) -> None:
    """`csv_lines` into a file."""
    with open(target, "wb") as out:
        out.writelines(csv_lines(columns, rows))


def _take(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode("utf-8")


def _csv_text(column: Column, value: Any) -> str:
    match value:
        case None:
            return guard(column.missing)
        case bool():
            return _yes_no(value)
        case datetime():
            return _local(value).strftime("%Y-%m-%d %H:%M:%S")
        case date():
            return value.isoformat()
        case time():
            return value.strftime("%H:%M:%S") if value.second else value.strftime("%H:%M")
        case int() | Decimal() if column.kind.is_figure:
            return f"{value:f}" if isinstance(value, Decimal) else str(value)
        case float() | Fraction() if column.kind.is_figure:
            return repr(float(value))
    return guard(str(value))


def _yes_no(value: bool) -> str:  # noqa: FBT001 -- the value itself
    return "是" if value else "否"


def _local(moment: datetime) -> datetime:
    return timezone.make_naive(moment) if timezone.is_aware(moment) else moment


class _SheetWriter:
    """One export under way: it keeps the row it has come to, and opens a next sheet when one is full."""

    def __init__(self, book: Workbook, tree: Tree, sheet: Sheet) -> None:
        self.book, self.tree, self.sheet = book, tree, sheet
        self.columns = leaves(tree)
        if not self.columns:
            raise ValueError("a table needs at least one column")
        base = {"font_name": "宋体", "font_size": 10.5, "valign": "vcenter"}
        self.title_format = book.add_format({**base, "font_name": "黑体", "font_size": 16, "align": "center"})
        self.note_format = book.add_format(base)
        self.head_format = book.add_format(
            {**base, "font_name": "黑体", "align": "center", "text_wrap": True, "border": 1, "bg_color": "#EFEAE0"}
        )
        self.formats = [book.add_format({**base, "border": 1, **_cell_format(column)}) for column in self.columns]
        self.text_formats = [self._text_format(base, column) for column in self.columns]
        self.page: Worksheet
        self.pages = 0
        self.row = 0

    def _text_format(self, base: dict[str, Any], column: Column) -> Format:
        align = "right" if column.kind.is_figure else "left"
        return self.book.add_format({**base, "border": 1, "num_format": "@", "align": align})

    def write(self, rows: Iterable[object]) -> int:
        self._open_page()
        first = self.row
        written = 0
        for row in rows:
            if self.row - first >= SHEET_ROWS:
                self._close_page()
                self._open_page()
            for index, value in enumerate(row_values(self.columns, row)):
                self._write_cell(index, value)
            self.row += 1
            written += 1
        self._close_page()
        return written

    def _open_page(self) -> None:
        self.pages += 1
        name = _sheet_name(self.sheet.name)
        self.page = self.book.add_worksheet(name if self.pages == 1 else f"{name[:28]}{self.pages}")
        last = len(self.columns) - 1
        for index, column in enumerate(self.columns):
            self.page.set_column(index, index, _excel_width(column))
        self.row = 0
        for text, look, height in (
            (self.sheet.title, self.title_format, 30),
            (self.sheet.subtitle, self.note_format, 18),
        ):
            if text:
                self.page.set_row(self.row, height)
                self._write_line(str(text), look, last)
        head_top = self.row
        self._write_head(head_top)
        self.row = head_top + depth(self.tree)
        self._set_up_print(head_top)

    def _write_line(self, text: str, look: Format, last: int) -> None:
        self.page.write_string(self.row, 0, guard(text), look)
        for column in range(1, last + 1):
            self.page.write_blank(self.row, column, None, look)
        self._merge(self.row, 0, self.row, last)
        self.row += 1

    def _write_head(self, top: int) -> None:
        cells = head_cells(self.tree)
        starts = {(cell.top, cell.left): cell.label for cell in cells}
        for down in range(depth(self.tree)):
            self.page.set_row(top + down, 24)
            for column in range(len(self.columns)):
                label = starts.get((down, column))
                if label is None:
                    self.page.write_blank(top + down, column, None, self.head_format)
                else:
                    self.page.write_string(top + down, column, guard(label), self.head_format)
        for cell in cells:
            self._merge(top + cell.top, cell.left, top + cell.bottom, cell.right)

    def _merge(self, top: int, left: int, bottom: int, right: int) -> None:
        # merge_range() writes downwards at once, which a constant-memory sheet cannot take back up from;
        # the cells are written row by row instead and only the range is declared here.
        if (top, left) != (bottom, right):
            self.page.merge.append([top, left, bottom, right])

    def _set_up_print(self, head_top: int) -> None:
        page = self.page
        page.set_paper(9)
        if self.sheet.landscape:
            page.set_landscape()
        page.set_margins(left=0.6, right=0.6, top=0.8, bottom=0.8)
        page.fit_to_pages(1, 0)
        page.center_horizontally()
        page.repeat_rows(head_top, self.row - 1)
        page.set_footer("&C第 &P 页，共 &N 页")
        if self.sheet.title:
            page.set_header("&R" + str(self.sheet.title).replace("&", "&&")[:200])
        page.freeze_panes(self.row, 0)

    def _close_page(self) -> None:
        last = len(self.columns) - 1
        if self.row:
            body_end = self.row - 1
            self.page.ignore_errors(
                {"number_stored_as_text": f"A1:{xlsxwriter.utility.xl_rowcol_to_cell(self.row, last)}"}
            )
            if self.sheet.source:
                self._write_line(str(self.sheet.source), self.note_format, last)
                body_end = self.row - 1
            self.page.print_area(0, 0, body_end, last)

    def _write_cell(self, index: int, value: Any) -> None:
        column, page = self.columns[index], self.page
        match value:
            case None:
                if column.missing:
                    page.write_string(self.row, index, guard(column.missing), self.text_formats[index])
                else:
                    page.write_blank(self.row, index, None, self.formats[index])
            case bool():
                page.write_string(self.row, index, _yes_no(value), self.formats[index])
            case datetime():
                page.write_datetime(self.row, index, _local(value), self.formats[index])
            case date() | time():
                page.write_datetime(self.row, index, value, self.formats[index])
            case int() | float() | Decimal() | Fraction() if column.kind.is_figure and _fits(value):
                page.write_number(self.row, index, float(value), self.formats[index])
            case _:
                text = guard(str(value))
                if page.write_string(self.row, index, text, self.text_formats[index]):
                    raise ValueError(_("“%(head)s”一列有一格超过 32767 个字，表格放不下。") % {"head": column.label})


def _fits(value: int | float | Decimal | Fraction) -> bool:
    if isinstance(value, int):
        return abs(value) < 10**EXACT_DIGITS
    if isinstance(value, Decimal):
        return value.is_finite() and len(value.normalize().as_tuple().digits) <= EXACT_DIGITS
    return True


def _cell_format(column: Column) -> dict[str, Any]:
    if column.kind in {Kind.DECIMAL, Kind.PERCENT}:
        pattern = "#,##0" if column.kind is Kind.DECIMAL else "0"
        pattern += "." + "0" * column.places if column.places else ""
        return {"num_format": pattern + ("%" if column.kind is Kind.PERCENT else ""), "align": "right"}
    align = "right" if column.kind.is_figure else "left" if column.kind in {Kind.TEXT, Kind.ID} else "center"
    return {"num_format": _FORMATS[column.kind], "align": align}


def _excel_width(column: Column) -> float:
    chars = column.width or max(_WIDTHS.get(column.kind, 6.0), text_width(str(column.label)) + 1)
    # Excel counts in digits of the standard font; a Chinese character is about two of them wide.
    return min(max(chars, _NARROWEST), _WIDEST) * 2


def _sheet_name(name: str) -> str:
    cleaned = "".join(" " if char in "[]:*?/\\" else char for char in str(name)).strip(" '")
    return cleaned[:31] or "数据"
