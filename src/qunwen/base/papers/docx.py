"""Building an official paper (.docx) in the layout of GB/T 9704-2012.

Word content that the standard fixes (附件：, 表1, 资料来源) is Chinese in every language of the screens.
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import IO

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph
from lxml.etree import _Element

from . import page
from .columns import Tree, text_width
from .docx_table import fill_table
from .marks import Figure, Marker
from .words import date_cn, heading_number

Part = str | Figure
_RED = RGBColor(0xE6, 0x00, 0x12)


class OfficialPaper:
    """A paper under construction: call its methods in the order of the printed page, then `save`.

    Headings, tables and pictures are numbered here, so that a part left out never leaves a gap.
    """

    def __init__(self, *, fonts: page.Fonts | None = None, title: str = "", author: str = "") -> None:
        self.fonts = fonts or page.Fonts()
        self.document = docx.Document()
        page.set_up_page(self.document, self.fonts)
        self._marker = Marker()
        self._positions = [0, 0, 0, 0]
        self._tables = 0
        self._pictures = 0
        properties = self.document.core_properties
        properties.title, properties.author, properties.comments = title, author, ""
        properties.created = properties.modified = datetime(2000, 1, 1)  # noqa: DTZ001 -- same input, same file

    def letterhead(self, agency: str, number: str) -> None:
        """版头: the agency's name in red, the document number below it and the red line 4 mm under the number."""
        name = self._paragraph("Title", [agency])
        page.spacing(name._p.get_or_add_pPr(), exact=False, before_lines=1)
        name.runs[0].font.color.rgb = _RED
        name.runs[0].font.size = Pt(36 if text_width(agency) <= 12 else 28)
        line = self._paragraph("Normal", [number])
        properties = line._p.get_or_add_pPr()
        page.spacing(properties, before_lines=2, after_lines=1)
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        properties.insert_element_before(_bottom_border(space_pt=11), "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc")

    def title(self, *lines: str) -> None:
        """标题: 2号 小标宋, centred; each line is broken where the caller breaks it."""
        for line in lines:
            self._paragraph("Title", [line])
        self._blank()

    def addressee(self, *names: str) -> None:
        """主送机关: full width, followed by a colon."""
        self._paragraph("Normal", ["、".join(names) + "："])

    def heading(self, level: int, text: str, *run_in: Part) -> None:
        """A numbered heading of level 1 to 4; `run_in` goes on in the same paragraph in body type.

        Raises ValueError for a level that skips its parent's.
        """
        if not 1 <= level <= 4:
            raise ValueError(f"an official paper has heading levels 1 to 4, not {level}")
        self._positions[level - 1] += 1
        self._positions[level:] = [0] * (4 - level)
        number = heading_number(level, self._positions[level - 1])
        paragraph = self._paragraph(f"Heading {level}", [number + text])
        if level == 3:
            paragraph.runs[0].font.bold = True
        for run in self._fill(paragraph, run_in):
            page.set_fonts(run.get_or_add_rPr(), self.fonts.body, self.fonts.latin)

    def text(self, *parts: Part) -> None:
        """A paragraph of the body: 3号 仿宋, first line two characters in. Parts are texts and figures."""
        self._paragraph("Body Text", parts)

    def table(
        self, columns: Tree, rows: Iterable[Sequence[object]], *, caption: str, source: str = "", unit: str = ""
    ) -> int:
        """A table with a numbered caption above, heads that repeat on each page, and its source below.

        Cells are texts, numbers, figures or None, which is shown as missing (缺, hatched), never as zero.
        Gives the table's number.
        """
        self._tables += 1
        self._paragraph("Caption", [f"表{self._tables}　{caption}"])
        if unit:
            note = self._paragraph("公文来源", [f"单位：{unit}"])
            note.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            note.paragraph_format.keep_with_next = True
            note.paragraph_format.space_after = Pt(0)
        table = self.document.add_table(rows=0, cols=0)
        fill_table(table, columns, rows, write=self._fill_cell)
        self._paragraph("公文来源", [f"资料来源：{source}" if source else ""])
        return self._tables

    def picture(
        self, png: bytes, caption: str, *, width_mm: float = 140, source: str = "", alternative: str = ""
    ) -> int:
        """A picture with its numbered caption below; `alternative` is read to people who cannot see it. Gives its number."""
        self._pictures += 1
        holder = self._paragraph("公文图片", [])
        width = min(width_mm, page.TYPE_AREA_MM[0])
        shape = holder.add_run().add_picture(io.BytesIO(png), width=Mm(width))
        shape._inline.docPr.set("descr", alternative or caption)
        self._paragraph("Caption", [f"图{self._pictures}　{caption}"]).paragraph_format.keep_with_next = False
        if source:
            self._paragraph("公文来源", [f"资料来源：{source}"])
        return self._pictures

    def attachments(self, *names: str) -> None:
        """附件说明, one line below the body: 附件：1. … without a full stop; a single one has no number."""
        self._blank()
        for position, name in enumerate(names, start=1):
            number = f"{position}. " if len(names) > 1 else ""
            paragraph = self._paragraph("Normal", [("附件：" if position == 1 else "") + number + name])
            hanging = 3 + text_width(number)
            left = 2 + hanging
            if position == 1:
                page.indent(paragraph._p.get_or_add_pPr(), left=left, hanging=hanging)
            else:
                page.indent(paragraph._p.get_or_add_pPr(), left=left, hanging=text_width(number))

    def signature(self, agency: str, day: date) -> None:
        """发文机关署名 and 成文日期: the date ends four characters from the right edge, the agency is centred over it."""
        self._blank()
        written = date_cn(day)
        # An agency longer than the date would run over the edge if it stayed centred; two characters are kept free.
        right = max(2.0, 4 + (text_width(written) - text_width(agency)) / 2)
        for text, amount in ((agency, right), (written, 4.0)):
            paragraph = self._paragraph("Normal", [text])
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            page.indent(paragraph._p.get_or_add_pPr(), right=amount)
        paragraph.paragraph_format.keep_together = True

    def imprint(self, *, copies_to: str = "", office: str = "", day: date | None = None) -> None:
        """版记: 抄送, the printing office and the day of printing between lines, in 4号."""
        lines = [f"抄送：{copies_to}。"] if copies_to else []
        if office:
            lines.append(f"{office}\t{date_cn(day)}印发" if day else office)
        for line in lines:
            paragraph = self._paragraph("Normal", [line])
            paragraph.runs[0].font.size = Pt(page.FOLIO_PT)
            paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(page.TYPE_AREA_MM[0] - 5), WD_TAB_ALIGNMENT.RIGHT)
            properties = paragraph._p.get_or_add_pPr()
            properties.insert_element_before(
                _bottom_border(space_pt=1, colour="000000"), "w:shd", "w:tabs", "w:spacing"
            )
            page.indent(properties, left=1, right=1)

    def page_break(self) -> None:
        """Begin a new page, for an attachment; its headings count from one again."""
        self._positions = [0, 0, 0, 0]
        self._paragraph("Normal", []).paragraph_format.page_break_before = True

    def save(self, target: Path | str | IO[bytes]) -> None:
        """Write the paper to a path or a binary file object."""
        self.document.save(str(target) if isinstance(target, Path) else target)

    def to_bytes(self) -> bytes:
        """The finished paper."""
        buffer = io.BytesIO()
        self.save(buffer)
        return buffer.getvalue()

    def _blank(self) -> None:
        self._paragraph("Normal", [])

    def _paragraph(self, style: str, parts: Iterable[Part]) -> Paragraph:
        paragraph = self.document.add_paragraph(style=style)
        self._fill(paragraph, parts)
        return paragraph

    def _fill(self, paragraph: Paragraph, parts: Iterable[Part]) -> list[_Element]:
        runs = []
        for part in parts:
            if isinstance(part, Figure):
                runs.append(self._marker.place(paragraph, replace(part, text=_printable(part.text))))
            elif part:
                runs.append(paragraph.add_run(_printable(str(part)))._r)
        return runs

    def _fill_cell(self, paragraph: Paragraph, part: Part) -> None:
        paragraph.style = self.document.styles["公文表格"]
        self._fill(paragraph, [part])


def _printable(text: str) -> str:
    """Without the control characters that XML cannot hold; they come in by copying from other programs."""
    return "".join(char for char in text if char in "\t\n" or (ord(char) >= 32 and char not in "\ufffe\uffff"))


def _bottom_border(*, space_pt: int, colour: str = "E60012") -> _Element:
    borders = OxmlElement("w:pBdr")
    bottom = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "8"), ("space", str(space_pt)), ("color", colour)):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    return borders
