"""The page of an official paper: GB/T 9704-2012, sections 5 to 7.5, as numbers and as Word settings.

All lengths in millimetres or points as the standard gives them; twips are twentieths of a point.
"""

from dataclasses import dataclass

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph
from lxml.etree import _Element

PAGE_MM = (210, 297)
TOP_MM, BOTTOM_MM, LEFT_MM, RIGHT_MM = 37, 35, 28, 26
TYPE_AREA_MM = (156, 225)
LINES, CHARACTERS = 22, 28
# 225 mm / 22 lines = 28.99 pt. In twips it is cut, not rounded: 22 lines of 580 would no longer fit the area.
LINE_TWIPS = 579
LINE_PT = LINE_TWIPS / 20
BODY_PT, TITLE_PT, FOLIO_PT, TABLE_PT, NOTE_PT = 16, 22, 14, 12, 10.5
# 156 mm / 28 characters = 15.793 pt; Word wants the difference to the 16 pt of the body in 1/4096 pt.
CHARACTER_SPACE = -849
CHARACTER_TWIPS = 316
# The folio's dash stands 7 mm below the type area; half a line of 4号 lies below the dash.
FOOTER_MM = 25


@dataclass(frozen=True)
class Fonts:
    """Font names; a county whose machines lack 方正小标宋 or 仿宋_GB2312 sets others."""

    title: str = "方正小标宋简体"
    body: str = "仿宋_GB2312"
    heading: str = "黑体"
    subheading: str = "楷体_GB2312"
    folio: str = "宋体"
    latin: str = "Times New Roman"


def set_up_page(document: Document, fonts: Fonts) -> None:
    """Size, margins, character grid, folios and the styles of an official paper."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(PAGE_MM[0]), Mm(PAGE_MM[1])
    section.top_margin, section.bottom_margin = Mm(TOP_MM), Mm(BOTTOM_MM)
    section.left_margin, section.right_margin = Mm(LEFT_MM), Mm(RIGHT_MM)
    section.header_distance, section.footer_distance = Mm(20), Mm(FOOTER_MM)
    section.gutter = Mm(0)
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = OxmlElement("w:docGrid")
        section._sectPr.append(grid)
    grid.set(qn("w:type"), "linesAndChars")
    grid.set(qn("w:linePitch"), str(LINE_TWIPS))
    grid.set(qn("w:charSpace"), str(CHARACTER_SPACE))
    document.settings.odd_and_even_pages_header_footer = True
    _folio(section.footer.paragraphs[0], fonts, right=True)
    _folio(section.even_page_footer.paragraphs[0], fonts, right=False)
    _styles(document, fonts)


def set_fonts(properties: _Element, east_asian: str, latin: str) -> None:
    """Name the fonts of a run or style for every script, and drop theme fonts that would outvote them."""
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    fonts.attrib.clear()
    for name, value in (("ascii", latin), ("hAnsi", latin), ("cs", latin), ("eastAsia", east_asian)):
        fonts.set(qn(f"w:{name}"), value)
    fonts.set(qn("w:hint"), "eastAsia")


def indent(properties: _Element, *, first: float = 0, left: float = 0, right: float = 0, hanging: float = 0) -> None:
    """Indents in characters of the body; Word is told in characters and, for other programs, in twips."""
    element = properties.find(qn("w:ind"))
    if element is None:
        element = properties._add_ind()
    element.attrib.clear()
    for name, amount in (("left", left), ("right", right), ("firstLine", first), ("hanging", hanging)):
        if amount or (name == "firstLine" and not hanging):
            element.set(qn(f"w:{name}Chars"), str(round(amount * 100)))
            element.set(qn(f"w:{name}"), str(round(amount * CHARACTER_TWIPS)))


def spacing(properties: _Element, *, exact: bool = True, before_lines: float = 0, after_lines: float = 0) -> None:
    """Line spacing: exactly one line of the grid, or as high as a picture or a table row needs."""
    element = properties.get_or_add_spacing()
    element.attrib.clear()
    element.set(qn("w:before"), str(round(before_lines * LINE_TWIPS)))
    element.set(qn("w:after"), str(round(after_lines * LINE_TWIPS)))
    element.set(qn("w:line"), str(LINE_TWIPS if exact else 240))
    element.set(qn("w:lineRule"), "exact" if exact else "auto")


@dataclass(frozen=True)
class _Style:
    name: str
    font: str
    size: float
    align: str = "both"
    first: float = 0
    exact: bool = True
    outline: int | None = None
    keep: bool = False
    after: float = 0


def _styles(document: Document, fonts: Fonts) -> None:
    table = (
        _Style("Normal", fonts.body, BODY_PT),
        _Style("Title", fonts.title, TITLE_PT, align="center", keep=True),
        _Style("Body Text", fonts.body, BODY_PT, first=2),
        _Style("Heading 1", fonts.heading, BODY_PT, first=2, outline=0, keep=True),
        _Style("Heading 2", fonts.subheading, BODY_PT, first=2, outline=1, keep=True),
        _Style("Heading 3", fonts.body, BODY_PT, first=2, outline=2),
        _Style("Heading 4", fonts.body, BODY_PT, first=2, outline=3),
        _Style("Caption", fonts.heading, TABLE_PT, align="center", exact=False, keep=True),
        _Style("公文表格", fonts.body, TABLE_PT, exact=False),
        _Style("公文图片", fonts.body, TABLE_PT, align="center", exact=False, keep=True),
        _Style("公文来源", fonts.body, NOTE_PT, align="left", exact=False, after=0.5),
    )
    names = {style.name for style in document.styles}
    for spec in table:
        style = document.styles[spec.name] if spec.name in names else _new_style(document, spec.name)
        _shape(style, spec, fonts.latin)


def _new_style(document: Document, name: str) -> ParagraphStyle:
    style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Normal"]
    return style


def _shape(style: ParagraphStyle, spec: _Style, latin: str) -> None:
    for name in ("w:rPr", "w:pPr"):
        if (old := style.element.find(qn(name))) is not None:
            style.element.remove(old)
    style.font.size = Pt(spec.size)
    set_fonts(style.element.get_or_add_rPr(), spec.font, latin)
    paragraph = style.element.get_or_add_pPr()
    style.paragraph_format.keep_with_next = spec.keep
    style.paragraph_format.widow_control = False
    spacing(paragraph, exact=spec.exact, after_lines=spec.after)
    indent(paragraph, first=spec.first)
    _justify(paragraph, spec.align)
    if spec.outline is not None:
        level = OxmlElement("w:outlineLvl")
        level.set(qn("w:val"), str(spec.outline))
        paragraph.append(level)


def _justify(paragraph: _Element, align: str) -> None:
    element = paragraph.get_or_add_jc()
    element.set(qn("w:val"), align)


def _folio(paragraph: Paragraph, fonts: Fonts, *, right: bool) -> None:
    """— 1 — in 4号 宋体: odd pages at the right, even pages at the left, one character in from the edge."""
    properties = paragraph._p.get_or_add_pPr()
    indent(properties, left=0 if right else 1, right=1 if right else 0)
    _justify(properties, "right" if right else "left")
    spacing(properties, exact=False)
    for piece in ("— ", None, " —"):
        run = paragraph.add_run(piece or "")
        run.font.size = Pt(FOLIO_PT)
        set_fonts(run._r.get_or_add_rPr(), fonts.folio, fonts.folio)
        if piece is None:
            _field(run._r, "PAGE")


def _field(run: _Element, instruction: str) -> None:
    for kind in ("begin", None, "separate", "text", "end"):
        if kind is None:
            element = OxmlElement("w:instrText")
            element.set(qn("xml:space"), "preserve")
            element.text = f" {instruction} "
        elif kind == "text":
            element = OxmlElement("w:t")
            element.text = "1"
        else:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        run.append(element)
