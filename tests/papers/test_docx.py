import io
import re
from datetime import date
from decimal import Decimal

import docx
import pytest
from docx.oxml.ns import qn
from PIL import Image

from qunwen.base.papers.columns import Column, Group, Kind
from qunwen.base.papers.docx import OfficialPaper
from qunwen.base.papers.marks import Figure, ReadFigure, mark_name, read_figures
from qunwen.base.papers.page import Fonts


def reopen(paper):
    return docx.Document(io.BytesIO(paper.to_bytes()))


def fonts_of(element):
    found = element.find(f".//{qn('w:rFonts')}")
    return {name.rpartition("}")[2]: value for name, value in found.attrib.items()}


def indent_of(paragraph):
    found = paragraph._p.pPr.find(qn("w:ind"))
    return {name.rpartition("}")[2]: value for name, value in found.attrib.items()}


@pytest.fixture
def png():
    buffer = io.BytesIO()
    Image.new("RGB", (60, 30), "#2b6b66").save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture
def whole(png):
    paper = OfficialPaper(title="总结", author="区文旅局")
    paper.letterhead("龙泉驿区文化广电旅游局文件", "龙文发〔2026〕3号")
    paper.title("龙泉驿区2026年上半年", "公共文化服务工作总结")
    paper.addressee("区人民政府", "市文化广电旅游局")
    paper.text("全区举办活动", Figure("1,234", "https://x.cn/f/1", "activities.held:510112:2026H1"), "场。")
    paper.heading(1, "工作情况")
    paper.heading(2, "群众活动")
    paper.heading(3, "村级活动。", "覆盖", Figure("99", "https://x.cn/f/2", "villages"), "个村。")
    paper.heading(4, "细目")
    paper.heading(4, "再细目")
    paper.heading(2, "培训")
    paper.heading(3, "重新起头。")
    paper.heading(1, "下一步")
    paper.table(
        [
            Column("town", "镇（街道）"),
            Group("活动", (Column("planned", "计划", Kind.INTEGER), Column("held", "举办", Kind.INTEGER))),
            Column("rate", "人均", Kind.DECIMAL),
        ],
        [
            ["十陵街道", 1200, Figure("1,000", "https://x.cn/f/3", "villages"), Decimal("1.5")],
            ["大面街道", None, 3, None],
        ],
        caption="分镇活动",
        source="群文系统",
        unit="场",
    )
    paper.picture(png, "各月活动", source="群文系统", alternative="柱形图")
    paper.attachments("活动清单", "名单")
    paper.signature("龙泉驿区文化广电旅游局", date(2026, 7, 5))
    paper.imprint(copies_to="市局", office="局办公室", day=date(2026, 7, 6))
    return paper


def test_page_is_a4_with_margins_of_the_standard(whole):
    section = reopen(whole).sections[0]
    shown = [
        round(getattr(section, name).mm, 1)
        for name in ("page_width", "page_height", "top_margin", "bottom_margin", "left_margin", "right_margin")
    ]
    assert shown == [210.0, 297.0, 37.0, 35.0, 28.0, 26.0]
    assert round(section.page_width.mm - section.left_margin.mm - section.right_margin.mm) == 156
    assert round(section.page_height.mm - section.top_margin.mm - section.bottom_margin.mm) == 225


def test_grid_holds_22_lines_of_28_characters(whole):
    section = reopen(whole).sections[0]
    grid = section._sectPr.find(qn("w:docGrid"))
    assert grid.get(qn("w:type")) == "linesAndChars"
    pitch = int(grid.get(qn("w:linePitch")))
    height = (section.page_height - section.top_margin - section.bottom_margin) / 635
    width = (section.page_width - section.left_margin - section.right_margin) / 12700
    character = 16 + int(grid.get(qn("w:charSpace"))) / 4096
    assert int(height // pitch) == 22
    assert int(width // character) == 28


@pytest.mark.parametrize(
    ("style", "size", "font", "first"),
    [
        ("Title", 22, "方正小标宋简体", "0"),
        ("Body Text", 16, "仿宋_GB2312", "200"),
        ("Heading 1", 16, "黑体", "200"),
        ("Heading 2", 16, "楷体_GB2312", "200"),
        ("Heading 3", 16, "仿宋_GB2312", "200"),
        ("Heading 4", 16, "仿宋_GB2312", "200"),
    ],
)
def test_styles_have_size_font_and_indent(whole, style, size, font, first):
    found = reopen(whole).styles[style]
    assert found.font.size.pt == size
    assert fonts_of(found.element) == {
        "ascii": "Times New Roman",
        "hAnsi": "Times New Roman",
        "cs": "Times New Roman",
        "eastAsia": font,
        "hint": "eastAsia",
    }
    assert found.element.pPr.find(qn("w:ind")).get(qn("w:firstLineChars")) == first
    spacing = found.element.pPr.find(qn("w:spacing"))
    assert (spacing.get(qn("w:line")), spacing.get(qn("w:lineRule"))) == ("579", "exact")


def test_headings_are_numbered_and_begin_again_below_a_new_parent(whole):
    texts = [p.text for p in reopen(whole).paragraphs if p.style.name.startswith("Heading")]
    assert texts == [
        "一、工作情况",
        "（一）群众活动",
        "1.村级活动。覆盖99个村。",
        "（1）细目",
        "（2）再细目",
        "（二）培训",
        "1.重新起头。",
        "二、下一步",
    ]


def test_heading_twenty_one():
    paper = OfficialPaper()
    for _ in range(21):
        paper.heading(1, "项")
    assert reopen(paper).paragraphs[-1].text == "二十一、项"


def test_heading_refuses_level_five():
    with pytest.raises(ValueError, match="levels 1 to 4"):
        OfficialPaper().heading(5, "x")


def test_run_in_text_of_a_heading_is_in_body_type():
    paper = OfficialPaper()
    paper.heading(1, "总体。", "正文", Figure("3", "https://x.cn", "a"))
    paragraph = reopen(paper).paragraphs[0]
    runs = list(paragraph._p.iter(qn("w:r")))
    assert [fonts_of(run)["eastAsia"] for run in runs[1:]] == ["仿宋_GB2312", "仿宋_GB2312"]
    assert runs[0].find(f".//{qn('w:rFonts')}") is None


def test_folios_stand_outside_in_dashes(whole):
    section = reopen(whole).sections[0]
    for footer, side, indented in (
        (section.footer, "right", "rightChars"),
        (section.even_page_footer, "left", "leftChars"),
    ):
        paragraph = footer.paragraphs[0]
        assert "".join(t.text for t in paragraph._p.iter(qn("w:t"))) == "— 1 —"
        assert [i.text.strip() for i in paragraph._p.iter(qn("w:instrText"))] == ["PAGE"]
        assert paragraph._p.pPr.find(qn("w:jc")).get(qn("w:val")) == side
        assert indent_of(paragraph)[indented] == "100"
        assert {run.font.size.pt for run in paragraph.runs} == {14}
        assert fonts_of(paragraph._p)["eastAsia"] == "宋体"
    assert reopen(whole).settings.odd_and_even_pages_header_footer is True


def test_signature_ends_four_characters_before_the_edge(whole):
    paragraphs = reopen(whole).paragraphs
    position = next(i for i, p in enumerate(paragraphs) if p.text == "2026年7月5日")
    assert indent_of(paragraphs[position])["rightChars"] == "400"
    assert paragraphs[position - 1].text == "龙泉驿区文化广电旅游局"
    # 11 characters over a date of 6.5: centred would be 1.75 characters from the edge.
    assert indent_of(paragraphs[position - 1])["rightChars"] == "200"


def test_addressee_and_attachments(whole):
    texts = [p.text for p in reopen(whole).paragraphs]
    assert "区人民政府、市文化广电旅游局：" in texts
    first = texts.index("附件：1. 活动清单")
    assert texts[first - 1] == ""
    assert texts[first + 1] == "2. 名单"
    starts = []
    for paragraph in reopen(whole).paragraphs[first : first + 2]:
        found = indent_of(paragraph)
        starts.append(int(found["leftChars"]) - int(found["hangingChars"]))
    assert starts == [200, 500]


def test_one_attachment_has_no_number():
    paper = OfficialPaper()
    paper.attachments("清单")
    assert reopen(paper).paragraphs[-1].text == "附件：清单"


def test_table_heads_merge_and_repeat(whole):
    table = reopen(whole).tables[0]
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["镇（街道）", "活动", "活动", "人均"],
        ["镇（街道）", "计划", "举办", "人均"],
        ["十陵街道", "1,200", "1,000", "1.50"],
        ["大面街道", "缺", "3", "缺"],
    ]
    repeats = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows]
    assert repeats == [True, True, False, False]
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
    widths = [cell.width.mm for cell in table.rows[2].cells]
    assert round(sum(widths)) == 156


def test_table_figures_stand_right_and_missing_is_hatched(whole):
    table = reopen(whole).tables[0]
    aligned = [cell.paragraphs[0].alignment for cell in table.rows[2].cells]
    assert aligned == [0, 2, 2, 2]
    missing = table.rows[3].cells[1]._tc.tcPr.find(qn("w:shd"))
    assert missing.get(qn("w:val")) == "thinDiagStripe"
    assert table.rows[3].cells[2]._tc.tcPr.find(qn("w:shd")) is None


def test_captions_and_sources_are_numbered(whole):
    paper = reopen(whole)
    captions = [p.text for p in paper.paragraphs if p.style.name == "Caption"]
    assert captions == ["表1　分镇活动", "图1　各月活动"]
    notes = [p.text for p in paper.paragraphs if p.style.name == "公文来源"]
    assert notes == ["单位：场", "资料来源：群文系统", "资料来源：群文系统"]


def test_picture_is_not_cut_by_the_exact_line(whole):
    holder = next(p for p in reopen(whole).paragraphs if p.style.name == "公文图片")
    assert holder.style.element.pPr.find(qn("w:spacing")).get(qn("w:lineRule")) == "auto"
    drawing = holder._p.find(f".//{qn('wp:docPr')}")
    assert drawing.get("descr") == "柱形图"
    assert round(reopen(whole).inline_shapes[0].width.mm) == 140


def test_figures_read_back_with_address_and_mark(whole):
    assert list(read_figures(io.BytesIO(whole.to_bytes()))) == [
        ReadFigure("1,234", "https://x.cn/f/1", mark_name("activities.held:510112:2026H1")),
        ReadFigure("99", "https://x.cn/f/2", "fig_villages"),
        ReadFigure("1,000", "https://x.cn/f/3", "fig_villages"),
    ]


def test_bookmark_names_and_numbers_are_unique_and_allowed(whole):
    marks = list(reopen(whole).element.body.iter(qn("w:bookmarkStart")))
    names = [mark.get(qn("w:name")) for mark in marks]
    assert len(set(names)) == len({mark.get(qn("w:id")) for mark in marks}) == 3
    assert all(re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,39}", name) for name in names)
    assert names[2] == "fig_villages__2"


def test_fonts_can_be_chosen():
    paper = OfficialPaper(fonts=Fonts(title="小标宋", body="仿宋", latin="Arial"))
    styles = reopen(paper).styles
    assert fonts_of(styles["Title"].element)["eastAsia"] == "小标宋"
    assert fonts_of(styles["Body Text"].element)["ascii"] == "Arial"


def test_control_characters_are_left_out():
    paper = OfficialPaper()
    paper.text("甲\x00乙\x1f丙\ufffe", Figure("1\x0b2", "https://x.cn", "a"))
    assert reopen(paper).paragraphs[0].text == "甲乙丙12"


def test_same_calls_give_same_words_and_no_clock(whole):
    core = reopen(whole).core_properties
    assert (core.title, core.author, core.created.year) == ("总结", "区文旅局", 2000)


def test_page_break_begins_numbers_again():
    paper = OfficialPaper()
    paper.heading(1, "前")
    paper.page_break()
    paper.heading(1, "后")
    paragraphs = reopen(paper).paragraphs
    assert [p.text for p in paragraphs] == ["一、前", "", "一、后"]
    assert paragraphs[1].paragraph_format.page_break_before is True


def test_table_refuses_a_row_of_another_length():
    with pytest.raises(ValueError, match="a row of 2 cells for 1 columns"):
        OfficialPaper().table([Column("a", "甲")], [[1, 2]], caption="表")


ORDER = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs "
    "suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd "
    "snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment "
    "textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange",
    "tcPr": "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark",
    "rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike color spacing w kern position sz szCs highlight u",
    "sectPr": "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType "
    "pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid",
}


@pytest.mark.parametrize("kind", sorted(ORDER))
def test_word_settings_stand_in_the_order_of_the_schema(whole, kind):
    document = reopen(whole)
    order = ORDER[kind].split()
    roots = (
        document.element,
        document.sections[0].footer._element,
        *(document.styles[name].element for name in ("Title", "Body Text", "Heading 1", "Caption", "公文表格")),
    )
    seen = 0
    for root in roots:
        for properties in root.iter(qn(f"w:{kind}")):
            positions = [order.index(child.tag.rpartition("}")[2]) for child in properties]
            assert positions == sorted(positions)
            seen += 1
    assert seen
