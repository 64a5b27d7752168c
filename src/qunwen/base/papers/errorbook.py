"""The sender's own file back with its faults marked: red cells with a note, and a column 错误 at the end.

After mending, the same file is sent again; the column 错误 is not taken for data.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import IO

import openpyxl
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from .guard import guard, unguard
from .heads import ERROR_HEAD, Heads
from .problems import CellProblem
from .reading import OpenSheet
from .xlsx_stream import SheetError, Value

RED, PALE = "C00000", "F9D6D0"
AUTHOR = "群文"
# Above this size the file is written anew row by row: loading it whole would take gigabytes.
KEEP_CELLS = 300_000
MOST_NOTES = 2_000  # a spreadsheet program slows down with more; the column 错误 always has all
_CELL_TEXT = 32_000
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def write_error_workbook(
    target: Path | str | IO[bytes], sheet: OpenSheet, heads: Heads, problems: Sequence[CellProblem]
) -> bool:
    """Write the marked file as .xlsx. True when it is the sender's file itself with all its formats and sheets;
    False when it was a .csv or too large for that, and only its values (and the head) were copied."""
    if sheet.format == "xlsx" and _cells(sheet) <= KEEP_CELLS:
        _mark_own(target, sheet, heads, problems)
        return True
    _write_anew(target, sheet, heads, problems)
    return False


def _cells(sheet: OpenSheet) -> int:
    count = 0
    for _number, values in sheet.rows():
        count += len(values)
        if count > KEEP_CELLS:
            break
    return count


def _mark_own(target: Path | str | IO[bytes], sheet: OpenSheet, heads: Heads, problems: Sequence[CellProblem]) -> None:
    sheet.file.seek(0)
    book = openpyxl.load_workbook(sheet.file)
    page: Worksheet = book[sheet.sheet_names[sheet.sheet]]
    column = _error_column(page, heads)
    fill, red = PatternFill("solid", fgColor=PALE), Font(color=RED, bold=True)
    head = page.cell(heads.last_row, column, ERROR_HEAD)
    head.font, head.fill = red, fill
    page.column_dimensions[head.column_letter].width = 50
    for row in range(heads.last_row + 1, page.max_row + 1):
        if page.cell(row, column).value is not None:
            page.cell(row, column).value = None
    _clear_old_marks(page, heads)
    for number, (row, faults) in enumerate(_by_row(problems).items()):
        cell = page.cell(row, column, _line(faults))
        cell.font = red
        if number < MOST_NOTES:
            _mark_cells(page, row, faults, fill)
    book.save(target)


def _mark_cells(page: Worksheet, row: int, faults: list[CellProblem], fill: PatternFill) -> None:
    by_column: dict[int, list[str]] = defaultdict(list)
    for fault in faults:
        if fault.column is not None:
            by_column[fault.column].append(fault.message)
    for column, messages in by_column.items():
        cell = page.cell(row, column)
        cell.fill = fill
        cell.comment = Comment("\n".join(messages), AUTHOR, width=260, height=80)


def _clear_old_marks(page: Worksheet, heads: Heads) -> None:
    """A file that was marked once and sent again must not carry faults that are mended."""
    for row in page.iter_rows(min_row=heads.last_row + 1):
        for cell in row:
            if cell.comment is not None and cell.comment.author == AUTHOR:
                cell.comment = None
                cell.fill = PatternFill()


def _error_column(page: Worksheet, heads: Heads) -> int:
    for column in range(1, page.max_column + 1):
        if page.cell(heads.last_row, column).value == ERROR_HEAD:
            return column
    return page.max_column + 1


def _write_anew(
    target: Path | str | IO[bytes], sheet: OpenSheet, heads: Heads, problems: Sequence[CellProblem]
) -> None:
    faults = _by_row(problems)
    book = xlsxwriter.Workbook(
        str(target) if isinstance(target, Path | str) else target,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
    )
    look = {
        "bad": book.add_format({"bg_color": f"#{PALE}", "num_format": "@"}),
        "red": book.add_format({"font_color": f"#{RED}", "bold": True}),
        "head": book.add_format({"bold": True, "text_wrap": True}),
        "text": book.add_format({"num_format": "@"}),
    }
    page = book.add_worksheet("导入结果")
    last = _width_of_head(sheet, heads)
    page.set_column(0, last - 1, 16, look["text"])
    page.set_column(last, last, 60)
    notes = 0
    for number, values in sheet.rows():
        row_faults = faults.get(number, [])
        bad = {fault.column: fault.message for fault in row_faults}
        for index, value in enumerate(values[:last]):
            style = "head" if number <= heads.last_row else "bad" if index + 1 in bad else "text"
            page.write_string(number - 1, index, _plain(value), look[style])
        for column, message in bad.items():
            if column is None:
                continue
            if column > len(values) or values[column - 1] is None:
                page.write_blank(number - 1, column - 1, None, look["bad"])
            if notes < MOST_NOTES:
                page.write_comment(number - 1, column - 1, message, {"author": AUTHOR})
                notes += 1
        if number == heads.last_row:
            page.write_string(number - 1, last, ERROR_HEAD, look["red"])
        elif row_faults:
            page.write_string(number - 1, last, _line(row_faults), look["red"])
    page.freeze_panes(heads.last_row, 0)
    book.close()


def _width_of_head(sheet: OpenSheet, heads: Heads) -> int:
    width = 0
    for number, values in sheet.rows():
        if number > heads.last_row:
            break
        if number >= heads.first_row:
            width = max(width, len(values) - (values[-1] == ERROR_HEAD))
    return width


def _by_row(problems: Sequence[CellProblem]) -> dict[int, list[CellProblem]]:
    rows: dict[int, list[CellProblem]] = defaultdict(list)
    for problem in problems:
        rows[problem.row].append(problem)
    return rows


def _line(faults: list[CellProblem]) -> str:
    """All faults of a row in one line, as text that no program takes for a formula."""
    line = "；".join(f"{fault.label}：{fault.message}" if fault.label else fault.message for fault in faults)
    return guard(_ILLEGAL.sub("", line)[:_CELL_TEXT])


def _plain(value: Value) -> str:
    match value:
        case None:
            return ""
        case SheetError():
            return str(value)
        case str():
            return guard(unguard(value))[:_CELL_TEXT]
        case bool():
            return "是" if value else "否"
        case datetime():
            return value.strftime("%Y-%m-%d %H:%M:%S" if value.second else "%Y-%m-%d %H:%M")
        case date() | time():
            return value.isoformat()
        case Decimal():
            return f"{value:f}"
    return str(value)
