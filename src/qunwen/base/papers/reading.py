"""Opening a sheet that somebody sends: what it is, whether it is safe to read, and its rows one by one."""

import codecs
import csv
import hashlib
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, cast

from django.utils.translation import gettext as _

from .problems import UnreadableSheetError
from .xlsx_stream import Value, XlsxStream

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_CHUNK = 1 << 16
# What zipfile lets out when the bytes of an archive contradict one another.
_BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, KeyError, RuntimeError, ValueError, OSError)


@dataclass(frozen=True)
class Limits:
    """How much is read at most. The unpacked sizes are what a zip bomb is measured against."""

    rows: int = 500_000
    file_bytes: int = 200 << 20
    unpacked_bytes: int = 1 << 30
    strings_bytes: int = 128 << 20
    ratio: int = 300
    parts: int = 5_000


class OpenSheet:
    """A sheet that can be read. `format` is xlsx or csv, `encoding` that of a csv, `sha256` of the file as sent."""

    def __init__(self, source: Path | str | IO[bytes], *, limits: Limits | None = None, sheet: int = 0) -> None:
        self.limits = limits or Limits()
        self.sheet = sheet
        self.encoding = ""
        self.delimiter = ","
        self._own = isinstance(source, Path | str)
        self.file: IO[bytes] = open(source, "rb") if self._own else source  # type: ignore[arg-type,assignment]  # noqa: SIM115 -- closed by close()
        self._book: XlsxStream | None = None
        try:
            self.sha256, self.size = self._digest()
            self.format = self._recognise()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> "OpenSheet":
        return self

    def __exit__(self, *args: object) -> None:
        self.close()

    def close(self) -> None:
        """Close what was opened here; a file object handed in stays open."""
        if self._own:
            self.file.close()

    @property
    def sheet_names(self) -> list[str]:
        """The visible sheets of a workbook; empty for a csv."""
        return [name for name, _part in self._book.sheets] if self._book else []

    def rows(self) -> Iterator[tuple[int, list[Value]]]:
        """Row number (from 1) and values of every row that is not blank.

        Raises UnreadableSheetError when the rows are more than the limit, as soon as the limit is passed.
        """
        count = 0
        for number, values in self._workbook_rows() if self._book else self._csv_rows():
            if not any(value is not None and value != "" for value in values):
                continue
            count += 1
            if count > self.limits.rows:
                raise UnreadableSheetError(
                    _("表格超过 %(limit)s 行，没有导入。请拆成几个文件分别上传。") % {"limit": self.limits.rows}
                )
            yield number, values

    def _digest(self) -> tuple[str, int]:
        digest, size = hashlib.sha256(), 0
        self.file.seek(0)
        while chunk := self.file.read(_CHUNK):
            size += len(chunk)
            if size > self.limits.file_bytes:
                raise UnreadableSheetError(
                    _("文件超过 %(limit)s MB，没有读取。请拆成几个文件分别上传。")
                    % {"limit": self.limits.file_bytes >> 20}
                )
            digest.update(chunk)
        self.file.seek(0)
        if not size:
            raise UnreadableSheetError(_("这是一个空文件。请检查后重新选择。"))
        return digest.hexdigest(), size

    def _recognise(self) -> str:
        head = self.file.read(8)
        if head == _OLE:
            raise UnreadableSheetError(self._what_ole_is())
        if head.startswith(b"PK"):
            self._open_workbook()
            return "xlsx"
        if head.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"{\\rtf", b"GIF8", b"Rar!", b"7z\xbc\xaf")):
            raise UnreadableSheetError(_("这不是表格文件。请上传 .xlsx 或 .csv。"))
        if head.lstrip().lower().startswith((b"<html", b"<!doctyp", b"<?xml", b"<table")):
            raise UnreadableSheetError(
                _("这个文件是网页格式，只是名字像表格。请在表格软件里打开，另存为 .xlsx 后再上传。")
            )
        self.encoding = self._detect_encoding()
        self.delimiter = self._detect_delimiter()
        return "csv"

    def _what_ole_is(self) -> str:
        self.file.seek(0)
        tail, wanted = b"", "EncryptedPackage".encode("utf-16-le")
        while chunk := self.file.read(_CHUNK):
            if wanted in tail + chunk:
                return _("这个文件设了打开密码。请在表格软件里取消密码，保存后再上传。")
            tail = chunk[-len(wanted) :]
        return _("这是旧版的 .xls 文件。请在表格软件里另存为 .xlsx，再上传；原文件不受影响。")

    def _open_workbook(self) -> None:
        try:
            archive = zipfile.ZipFile(self.file)
        except _BROKEN as error:
            raise UnreadableSheetError(_("文件已损坏，打不开。请重新保存一次再上传。")) from error
        infos = archive.infolist()
        names = {info.filename for info in infos}
        if any(info.flag_bits & 1 for info in infos):
            raise UnreadableSheetError(_("这个文件设了打开密码。请在表格软件里取消密码，保存后再上传。"))
        if any(info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} for info in infos):
            raise UnreadableSheetError(_("文件已损坏，打不开。请重新保存一次再上传。"))
        if "xl/workbook.xml" not in names or "xl/_rels/workbook.xml.rels" not in names:
            raise UnreadableSheetError(_("这不是 .xlsx 表格（可能是文档、压缩包或其他格式）。请上传 .xlsx 或 .csv。"))
        self._check_unpacked(infos)
        try:
            self._book = XlsxStream(archive)
        except _BROKEN as error:
            raise UnreadableSheetError(_("文件已损坏，打不开。请重新保存一次再上传。")) from error
        if not 0 <= self.sheet < len(self._book.sheets):
            raise UnreadableSheetError(_("没有找到要读取的工作表。"))

    def _check_unpacked(self, infos: list[zipfile.ZipInfo]) -> None:
        # zipfile never gives out more than the size declared here, so the declared sizes can be relied on.
        limits = self.limits
        total = sum(info.file_size for info in infos)
        strings = sum(info.file_size for info in infos if info.filename == "xl/sharedStrings.xml")
        steep = any(
            info.file_size > 10 << 20 and info.file_size > limits.ratio * max(info.compress_size, 1) for info in infos
        )
        if len(infos) > limits.parts or total > limits.unpacked_bytes or strings > limits.strings_bytes or steep:
            raise UnreadableSheetError(
                _("文件解开后大得不正常，为安全起见没有读取。请只保留要导入的工作表，另存后再上传。")
            )

    def _workbook_rows(self) -> Iterator[tuple[int, list[Value]]]:
        assert self._book is not None  # noqa: S101 -- for the type checker; rows() has looked
        try:
            yield from self._book.rows(self.sheet)
        except _BROKEN as error:
            raise UnreadableSheetError(_("文件已损坏，没有读完。请重新保存一次再上传。")) from error

    def _detect_encoding(self) -> str:
        self.file.seek(0)
        head = self.file.read(4)
        if head.startswith(codecs.BOM_UTF8):
            candidates = ["utf-8-sig"]
        elif head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            candidates = ["utf-16"]
        else:
            candidates = ["utf-8", "gb18030"]
        for encoding in candidates:
            if self._decodes(encoding):
                return encoding
        raise UnreadableSheetError(
            _(
                "认不出文件里的文字编码（不是 UTF-8，也不是 GB18030），或者它不是表格。请在表格软件里另存为 .xlsx 再上传。"
            )
        )

    def _decodes(self, encoding: str) -> bool:
        decoder = codecs.getincrementaldecoder(encoding)()
        self.file.seek(0)
        try:
            while chunk := self.file.read(_CHUNK):
                text = decoder.decode(chunk)
                if "\x00" in text:
                    return False
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
        return True

    def _detect_delimiter(self) -> str:
        self.file.seek(0)
        with _text(self.file, self.encoding) as text:
            sample = text.read(20_000)
        counts = {mark: _steadiness(sample, mark) for mark in (",", "\t", ";")}
        best = max(counts, key=lambda mark: counts[mark])
        return best if counts[best] else ","

    def _csv_rows(self) -> Iterator[tuple[int, list[Value]]]:
        self.file.seek(0)
        with _text(self.file, self.encoding) as text:
            reader = csv.reader(text, delimiter=self.delimiter)
            number = 0
            try:
                for values in reader:
                    number += 1
                    yield number, [value if value else None for value in values]
            except csv.Error as error:
                raise UnreadableSheetError(
                    _("第 %(row)s 行起读不下去了，多半是少了一个引号。请检查这一行，或另存为 .xlsx 再上传。")
                    % {"row": number + 1}
                ) from error


def _steadiness(sample: str, mark: str) -> int:
    """How many cells the mark gives most lines; a mark that seldom appears scores nothing."""
    counts = [len(row) - 1 for row in csv.reader(io.StringIO(sample, newline=""), delimiter=mark)]
    counts = [count for count in counts[:50] if count >= 0]
    return sorted(counts)[(len(counts) - 1) // 2] if counts else 0


class _text:  # noqa: N801 -- reads as a verb at its two places
    """A text view of a binary file that leaves the file open afterwards."""

    def __init__(self, file: IO[bytes], encoding: str) -> None:
        self.view = io.TextIOWrapper(cast("BinaryIO", _Unclosing(file)), encoding=encoding, newline="")

    def __enter__(self) -> io.TextIOWrapper:
        return self.view

    def __exit__(self, *args: object) -> None:
        self.view.detach()


class _Unclosing(io.RawIOBase):
    """Passes reads on, keeps close to itself: an upload belongs to the request, not to us."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        return self.file.read(size)

    read1 = read  # type: ignore[assignment]
