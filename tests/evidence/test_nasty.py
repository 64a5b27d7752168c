"""Files that somebody made to hurt, or that arrived broken. Each gets a clear sentence; nothing stays."""

import io
import struct
import zipfile
import zlib

import pytest
from PIL import Image

from qunwen.base.evidence.models import EvidenceFile
from qunwen.base.evidence.problems import FileRefused

from .conftest import jpeg, picture
from .test_keep import stored

TYPES = "[Content_Types].xml"


def huge_png():
    """A header that promises 50,000 × 50,000 pixels, and a few bytes."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 999)) + chunk(b"IEND", b"")
    )


def png(width, height):
    out = io.BytesIO()
    Image.new("1", (width, height)).save(out, "PNG")
    return out.getvalue()


def office(parts, compression=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def animated_gif():
    out = io.BytesIO()
    picture().save(out, "GIF")
    return out.getvalue()


def text_bomb_png():
    """A text chunk that unpacks to 80 MB."""
    plain = png(20, 20)
    data = b"Comment\0\0" + zlib.compress(b"x" * 80_000_000)
    chunk = struct.pack(">I", len(data)) + b"zTXt" + data + struct.pack(">I", zlib.crc32(b"zTXt" + data))
    return plain[:33] + chunk + plain[33:]


REFUSED = {
    "pixels in the header": (huge_png, "万像素"),
    "pixels for real": (lambda: png(10_000, 6_000), "万像素"),
    "truncated": (lambda: jpeg(size=(800, 600))[:-4000], "不完整或已损坏"),
    "header only": (lambda: jpeg()[:20], "不完整或已损坏"),
    "photo and page": (lambda: jpeg() + b"<html><script>alert(1)</script>", "夹带了别的内容"),
    "photo and archive": (lambda: jpeg() + office({"a.class": "x"}), "夹带了别的内容"),
    "gif and page": (lambda: b"GIF89a/*" + b"*/=1;<script>alert(1)</script>", "GIF"),
    "gif": (animated_gif, "GIF"),
    "svg with a script": (lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "SVG"),
    "page": (lambda: b"<!DOCTYPE html><body onload=alert(1)>", "网页代码"),
    "sheet that is a bomb": (
        lambda: office({TYPES: "x", "xl/workbook.xml": "x", "xl/worksheets/sheet1.xml": b"0" * 60_000_000}),
        "大得不正常",
    ),
    "sheet of too many parts": (
        lambda: office({TYPES: "x", "xl/workbook.xml": "x"} | {f"p{n}": "" for n in range(5_001)}),
        "大得不正常",
    ),
    "macros": (lambda: office({TYPES: "x", "word/document.xml": "x", "word/vbaProject.bin": "x"}), "宏"),
    "archive": (lambda: office({"a.txt": "x"}), "压缩包"),
    "broken sheet": (lambda: office({TYPES: "x", "xl/workbook.xml": "x" * 900})[:-30], "已损坏"),
    "old office": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "旧版 Office"),
    "video": (lambda: b"\0\0\0\x18ftypmp42" + b"\0" * 600, "音频和视频"),
    "apple photo": (lambda: b"\0\0\0\x18ftypheic" + b"\0" * 600, "HEIC"),
    "program": (lambda: b"MZ\x90\0" + b"\0" * 600, "认不出"),
    "nothing": (lambda: b"", "认不出"),
    "half a pdf": (lambda: b"%PDF-1.7\nabc", "已损坏"),
    "photo of 21 MB": (lambda: jpeg() + b"\1" * 21 * 1024 * 1024, "不能超过 20 MB"),
    "file of 51 MB": (lambda: b"%PDF-1.7" + b"\1" * 51 * 1024 * 1024, "不能超过 50 MB"),
}


@pytest.mark.parametrize("case", list(REFUSED))
def test_refused_with_a_sentence_and_nothing_stays(case, homes, keep, desk, media):
    make, words = REFUSED[case]
    with pytest.raises(FileRefused, match=words):
        keep(make(), homes[0], name="照片.jpg")
    assert (stored(media), EvidenceFile.unscoped.count()) == ([], 0)


def test_a_text_bomb_in_a_photo_is_refused_or_kept_without_it(homes, keep, desk):
    try:
        link, _none = keep(text_bomb_png(), homes[0])
    except FileRefused:
        assert EvidenceFile.unscoped.count() == 0
    else:
        assert link.file.width == 20


@pytest.mark.parametrize(
    ("name", "make", "kept_as", "kind"),
    [
        ("签到表.pdf", jpeg, "签到表.jpg", "photo"),
        ("照片.jpg", lambda: b"%PDF-1.4\n%%EOF\n", "照片.pdf", "document"),
        ("名单.txt", lambda: "姓名\r\n张三".encode("gb18030"), "名单.txt", "document"),
        ("表.zip", lambda: office({TYPES: "x", "xl/workbook.xml": "x"}), "表.xlsx", "sheet"),
        ("文", lambda: office({TYPES: "x", "word/document.xml": "x"}), "文.docx", "document"),
    ],
)
def test_the_content_decides_not_the_name(name, make, kept_as, kind, homes, keep, desk):
    file = keep(make(), homes[0], name=name)[0].file
    assert (file.name, file.kind) == (kept_as, kind)
    assert file.bands is None or kind == "photo"


def test_a_real_sheet_of_many_rows_is_no_bomb(homes, keep, desk, tmp_path):
    import xlsxwriter

    path = tmp_path / "big.xlsx"
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet()
    for row in range(60_000):
        sheet.write_row(row, 0, [row, "东街社区", "广场舞", 35])
    book.close()
    assert keep(path.read_bytes(), homes[0], name="表.xlsx")[0].file.kind == "sheet"
