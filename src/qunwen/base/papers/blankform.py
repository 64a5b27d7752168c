"""The empty sheet to fill in for an import: heads, what each column wants, and lists to choose from."""

from pathlib import Path
from typing import IO

import xlsxwriter

from .columns import text_width
from .fields import Field, FieldKind
from .guard import guard
from .imports import SheetSpec

ROWS = 5_000  # how far down the lists and formats reach
_LIST_CHARACTERS = 255  # a list inside a cell rule holds no more; longer ones stand on the second sheet
_WANTS = {
    FieldKind.TEXT: "文字",
    FieldKind.INTEGER: "整数",
    FieldKind.DECIMAL: "数字",
    FieldKind.DATE: "日期，如 2026年3月5日 或 2026-03-05",
    FieldKind.DATETIME: "日期和时刻，如 2026-03-05 14:30",
    FieldKind.TIME: "时刻，如 14:30",
    FieldKind.CHOICE: "从下拉列表里选",
    FieldKind.BOOL: "是 或 否",
    FieldKind.LOOKUP: "名称或代码",
}


def write_blank_form(target: Path | str | IO[bytes], spec: SheetSpec, *, title: str) -> None:
    """Write the form as .xlsx. What is filled in below its head can be imported with the same `spec`.

    Required columns carry a red star; every head has a note that says what goes there. Cells of text columns are
    text from the start, so that numbers of 18 digits and leading zeros stay whole.
    """
    book = xlsxwriter.Workbook(str(target) if isinstance(target, Path | str) else target)
    page, lists = book.add_worksheet("填报"), book.add_worksheet("可选项")
    head = book.add_format({"bold": True, "align": "center", "border": 1, "bg_color": "#EFEAE0", "text_wrap": True})
    star = book.add_format({"bold": True, "color": "#A8321F"})
    text = book.add_format({"num_format": "@"})
    page.write_string(0, 0, guard(title), book.add_format({"bold": True, "font_size": 14}))
    used = 0
    for column, field in enumerate(spec.fields):
        label = str(field.label)
        if field.required:
            page.write_rich_string(1, column, star, "*", guard(label), head)
        else:
            page.write_string(1, column, guard(label), head)
        page.write_comment(1, column, explain(field), {"author": "群文", "x_scale": 2})
        as_it_is = field.kind in {FieldKind.TEXT, FieldKind.LOOKUP, FieldKind.CHOICE, FieldKind.BOOL}
        page.set_column(column, column, max(text_width(label) * 2 + 4, 12), text if as_it_is else None)
        options = _options(field)
        if options:
            source: list[str] | str = options
            if len(",".join(options)) > _LIST_CHARACTERS or any("," in option for option in options):
                lists.write_column(0, used, [guard(option) for option in options])
                letter = xlsxwriter.utility.xl_col_to_name(used)
                source = f"=可选项!${letter}$1:${letter}${len(options)}"
                used += 1
            page.data_validation(
                2, column, ROWS, column,
                {"validate": "list", "source": source, "error_title": "没有这一项", "error_message": "请从下拉列表里选一项。"},
            )  # fmt: skip
    if not used:
        lists.hide()
    page.freeze_panes(2, 0)
    page.set_row(1, 24)
    book.close()


def explain(field: Field) -> str:
    """What a column wants, in one or two short lines of Chinese."""
    parts = ["必填。" if field.required else "可不填。", _WANTS[field.kind] + "。"]
    if field.max_length:
        parts.append(f"最多 {field.max_length} 个字。")
    if field.minimum is not None or field.maximum is not None:
        low = "" if field.minimum is None else f"不小于 {field.minimum}"
        high = "" if field.maximum is None else f"不大于 {field.maximum}"
        parts.append("，".join(part for part in (low, high) if part) + "。")
    if field.hint:
        parts.append(str(field.hint))
    return "".join(parts)


def _options(field: Field) -> list[str]:
    if field.kind is FieldKind.BOOL:
        return ["是", "否"]
    return [str(label) for label in field.choices] if field.kind is FieldKind.CHOICE else []
