"""What a file really is: told by its bytes, never by its name or by what the browser says."""

from __future__ import annotations

import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from . import problems
from .enums import Kind

MEGABYTE = 1024 * 1024
PHOTO_BYTES = 20 * MEGABYTE
DOCUMENT_BYTES = 50 * MEGABYTE
UNPACKED_BYTES = 400 * MEGABYTE
# Real sheets of 300,000 rows pack at about 10 to 1; a bomb at 1,000 to 1.
UNPACKED_RATIO = 150
RATIO_COUNTS_FROM = 20 * MEGABYTE
ENTRIES = 5_000

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EXTENSIONS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "application/pdf": "pdf",
    DOCX: "docx",
    XLSX: "xlsx",
    "text/plain": "txt",
}
WEB_CODE = (b"<script", b"<html", b"<!doctype html", b"<svg", b"<iframe", b"javascript:", b"<?php")


@dataclass(frozen=True, slots=True)
class Content:
    """The content type and the kind a file was found to be."""

    content_type: str
    kind: Kind

    @property
    def extension(self) -> str:
        """The ending its name should have."""
        return EXTENSIONS[self.content_type]


def inspect(path: Path) -> Content:
    """What is in the file. Raises FileRefused for everything that is not safely one of the kinds we keep."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(64 * 1024)
        file.seek(max(0, size - 64 * 1024))
        tail = file.read()
    photo = _photo_type(head)
    if photo:
        _one_thing_only(head, tail)
        if size > PHOTO_BYTES:
            raise problems.too_big(_("照片"), PHOTO_BYTES)
        return Content(photo, Kind.PHOTO)
    _known_but_refused(head)
    if head.startswith(b"%PDF-"):
        if b"%%EOF" not in tail:
            raise problems.broken_document()
        return Content("application/pdf", Kind.DOCUMENT)
    if head.startswith(b"PK\x03\x04"):
        return _office(path, size)
    return _text(path)


def _photo_type(head: bytes) -> str | None:
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    return None


def _one_thing_only(head: bytes, tail: bytes) -> None:
    """A picture that is at the same time a web page or an archive is an attack, never an accident."""
    if any(word in part.lower() for part in (head, tail) for word in WEB_CODE) or b"PK\x05\x06" in tail:
        raise problems.refused_kind("mixed")


def _known_but_refused(head: bytes) -> None:
    if head[:6] in (b"GIF87a", b"GIF89a"):
        raise problems.refused_kind("gif")
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        raise problems.refused_kind("old_office")
    if head[4:8] == b"ftyp":
        heic = head[8:12] in (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"heim", b"heis")
        raise problems.refused_kind("heic" if heic else "media")
    starts = (b"ID3", b"OggS", b"fLaC", b"\x1aE\xdf\xa3", b"\xff\xfb", b"\xff\xf3", b"FLV")
    if head.startswith(starts) or (head[:4] == b"RIFF" and head[8:12] in (b"AVI ", b"WAVE")):
        raise problems.refused_kind("media")
    if head.startswith((b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b")):
        raise problems.refused_kind("archive")


def _office(path: Path, size: int) -> Content:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise problems.broken_document() from error
    names = {entry.filename.lower() for entry in entries}
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise problems.refused_kind("locked")
    unpacked = sum(entry.file_size for entry in entries)
    # Packed parts that add up to more than the file overlap one another: a bomb that counts one part many times.
    overlap = sum(entry.compress_size for entry in entries) > size
    steep = unpacked > RATIO_COUNTS_FROM and unpacked > UNPACKED_RATIO * size
    if len(entries) > ENTRIES or unpacked > UNPACKED_BYTES or overlap or steep:
        raise problems.too_much_inside()
    if "[content_types].xml" not in names:
        raise problems.refused_kind("archive")
    if any(name.endswith("vbaproject.bin") for name in names):
        raise problems.refused_kind("macro")
    if "word/document.xml" in names:
        return Content(DOCX, Kind.DOCUMENT)
    if "xl/workbook.xml" in names:
        return Content(XLSX, Kind.SHEET)
    raise problems.unknown_content()


def _text(path: Path) -> Content:
    whole = path.read_bytes()
    if not whole or b"\0" in whole:
        raise problems.unknown_content()
    lowered = whole.lower()
    if b"<svg" in lowered:
        raise problems.refused_kind("svg")
    if any(word in lowered for word in WEB_CODE):
        raise problems.refused_kind("html")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = whole.decode(encoding)
        except UnicodeDecodeError:
            continue
        if all(letter in "\r\n\t\f" or unicodedata.category(letter) != "Cc" for letter in text[:100_000]):
            return Content("text/plain", Kind.DOCUMENT)
    raise problems.unknown_content()
