"""Tables of an official paper: merged heads that repeat, figures at the right, missing values hatched."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from lxml.etree import _Element

from . import page
from .columns import Column, HeadCell, Tree, depth, head_cells, leaves, text_width
from .marks import Figure

MISSING = "缺"
_LONGEST = 12.0  # a column wider than this many characters wraps instead


def fill_table(
    table: Table, tree: Tree, rows: Iterable[Sequence[object]], *, write: Callable[[Paragraph, str | Figure], None]
) -> None:
    """Lay the head and the rows out in an empty table; `write` puts a text or a figure into a cell's paragraph."""
    columns = leaves(tree)
    body = [list(row) for row in rows]
    for row in body:
        if len(row) != len(columns):
            raise ValueError(f"a row of {len(row)} cells for {len(columns)} columns")
    table.style = "Table Grid"
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    widths = _widths(columns, body)
    for width in widths:
        table.add_column(Mm(width))
    _write_head(table, tree, widths, write)
    for row in body:
        cells = _add_row(table, widths)
        for cell, column, value in zip(cells, columns, row, strict=True):
            _write_value(cell, column, value, write)


def _write_head(
    table: Table, tree: Tree, widths: list[float], write: Callable[[Paragraph, str | Figure], None]
) -> None:
    grid = [_add_row(table, widths, repeats=True) for _ in range(depth(tree))]
    for head in head_cells(tree):
        cell = _merge(grid, head)
        paragraph = cell.paragraphs[0]
        write(paragraph, head.label)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        for run in paragraph.runs:
            run.font.bold = True
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER


def _merge(grid: list[list[_Cell]], head: HeadCell) -> _Cell:
    first = grid[head.top][head.left]
    if (head.top, head.left) != (head.bottom, head.right):
        return first.merge(grid[head.bottom][head.right])
    return first


def _add_row(table: Table, widths: list[float], *, repeats: bool = False) -> list[_Cell]:
    row = table.add_row()
    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if repeats:
        properties.append(OxmlElement("w:tblHeader"))
    cells = [_Cell(cell, table) for cell in row._tr.tc_lst]
    for cell, width in zip(cells, widths, strict=True):
        cell.width = Mm(width)
    return cells


def _write_value(cell: _Cell, column: Column, value: object, write: Callable[[Paragraph, str | Figure], None]) -> None:
    paragraph = cell.paragraphs[0]
    write(paragraph, value if isinstance(value, Figure) else _shown(column, value))
    is_number = column.kind.is_figure
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if is_number else WD_ALIGN_PARAGRAPH.LEFT
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    if value is None:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        cell._tc.get_or_add_tcPr().insert_element_before(_hatching(), "w:vAlign")


def _shown(column: Column, value: object) -> str:
    match value:
        case None:
            return column.missing or MISSING
        case bool():
            return "是" if value else "否"
        case int() if column.kind.is_figure:
            return f"{value:,}"
        case Decimal():
            return f"{value:,.{column.places}f}"
    return str(value)


def _widths(columns: list[Column], body: list[list[object]]) -> list[float]:
    """Column widths in millimetres that fill the type area, by what the columns hold."""
    wanted = []
    for index, column in enumerate(columns):
        texts = [str(column.label), *(_text(column, row[index]) for row in body)]
        longest = max(text_width(text) for text in texts)
        wanted.append(column.width or min(max(longest, 2.0), _LONGEST) + 1)
    scale = page.TYPE_AREA_MM[0] / sum(wanted)
    return [width * scale for width in wanted]


def _text(column: Column, value: object) -> str:
    return value.text if isinstance(value, Figure) else _shown(column, value)


def _hatching() -> _Element:
    shade = OxmlElement("w:shd")
    shade.set(qn("w:val"), "thinDiagStripe")
    shade.set(qn("w:color"), "DED7CA")
    shade.set(qn("w:fill"), "auto")
    return shade
