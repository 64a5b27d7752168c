"""Reading an .xlsx row by row in constant memory, with the digits as they stand in the file.

Neither library at hand does this: openpyxl's read-only mode takes several times as long and turns every number
into a float; calamine is fast but lays the whole used range out in memory, so that a file of two cells far
apart ends the process. Here expat walks the sheet part once; entities and document types are refused.
"""

import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import ROUND_HALF_EVEN, Context, Decimal
from xml.parsers import expat

from django.utils.translation import gettext as _

from .problems import UnreadableSheetError
from .serials import from_serial, is_date_format

MAX_ROWS = 1_048_576  # blank ones included; no spreadsheet program writes more
MAX_COLUMNS = 1024  # cells further right are never looked at
_CHUNK = 1 << 16
_TEXT_PIECES = 1000  # expat hands text over in pieces; a cell holds 32,767 characters at most
_TOP_SIGNIFICANT = Context(prec=15, rounding=ROUND_HALF_EVEN)  # what a spreadsheet itself shows of a number
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class SheetError(str):
    """The text of a formula error such as #N/A; kept apart so that it is never taken for a value."""

    __slots__ = ()


Value = None | str | int | Decimal | bool | datetime | date | time


class XlsxStream:
    """One workbook, opened; `rows` may be called again and again."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.sheets, self.epoch_1904 = self._read_workbook()
        if not self.sheets:
            raise UnreadableSheetError(_("这个文件里没有工作表。请另存为 .xlsx 后再上传，原文件不受影响。"))
        self._strings: list[str] | None = None
        self._date_styles = self._read_date_styles()

    def rows(self, sheet: int = 0) -> Iterator[tuple[int, list[Value]]]:
        """Row number (from 1) and its values, for every row of the sheet with at least one cell."""
        if self._strings is None:
            self._strings = self._read_strings()
        parts = _SheetParts(self._strings, self._date_styles, epoch_1904=self.epoch_1904)
        return parts.walk(self.archive, self.sheets[sheet][1])

    def _read_workbook(self) -> tuple[list[tuple[str, str]], bool]:
        targets: dict[str, str] = {}
        listed: list[tuple[str, str]] = []
        base_1904 = False

        def relation(name: str, attrs: dict[str, str]) -> None:
            if name == "Relationship" and attrs.get("Type", "").endswith("/worksheet"):
                target = attrs.get("Target", "")
                targets[attrs.get("Id", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"

        def workbook(name: str, attrs: dict[str, str]) -> None:
            nonlocal base_1904
            if name == "workbookPr":
                base_1904 = attrs.get("date1904") in {"1", "true"}
            if name == "sheet" and attrs.get("state", "visible") == "visible":
                link = next((value for key, value in attrs.items() if key.endswith(" id")), "")
                listed.append((attrs.get("name", ""), link))

        _scan(self.archive, "xl/_rels/workbook.xml.rels", relation)
        _scan(self.archive, "xl/workbook.xml", workbook)
        known = set(self.archive.namelist())
        return [(name, targets[link]) for name, link in listed if targets.get(link) in known], base_1904

    def _read_date_styles(self) -> frozenset[int]:
        formats: dict[str, str] = {}
        cells: list[str] = []
        inside = False

        def start(name: str, attrs: dict[str, str]) -> None:
            nonlocal inside
            if name == "numFmt":
                formats[attrs.get("numFmtId", "")] = attrs.get("formatCode", "")
            elif name == "cellXfs":
                inside = True
            elif name in {"cellStyles", "dxfs"}:
                inside = False
            elif name == "xf" and inside:
                cells.append(attrs.get("numFmtId", "0"))

        if "xl/styles.xml" in self.archive.namelist():
            _scan(self.archive, "xl/styles.xml", start)
        return frozenset(i for i, number in enumerate(cells) if is_date_format(number, formats.get(number)))

    def _read_strings(self) -> list[str]:
        if "xl/sharedStrings.xml" not in self.archive.namelist():
            return []
        strings: list[str] = []
        pieces: list[str] = []
        depth_of_phonetic = 0
        taking = False

        def start(name: str, attrs: dict[str, str]) -> None:
            nonlocal depth_of_phonetic, taking
            if name == "si":
                pieces.clear()
            elif name == "rPh":
                depth_of_phonetic += 1
            taking = name == "t" and not depth_of_phonetic

        def end(name: str) -> None:
            nonlocal depth_of_phonetic, taking
            taking = False
            if name == "rPh":
                depth_of_phonetic -= 1
            elif name == "si":
                strings.append(_unescape("".join(pieces)))

        def text(data: str) -> None:
            if taking:
                pieces.append(data)

        _scan(self.archive, "xl/sharedStrings.xml", start, end, text)
        return strings


class _SheetParts:
    """The state of one walk through a sheet part."""

    def __init__(self, strings: list[str], date_styles: frozenset[int], *, epoch_1904: bool) -> None:
        self.strings, self.date_styles, self.epoch_1904 = strings, date_styles, epoch_1904
        self.done: list[tuple[int, list[Value]]] = []
        self.number = self.seen = 0
        self.values: list[Value] = []
        self.column = -1
        self.type = self.style = ""
        self.text: list[str] = []
        self.taking = False
        self.phonetic = False

    def walk(self, archive: zipfile.ZipFile, part: str) -> Iterator[tuple[int, list[Value]]]:
        parser = _parser(self.start, self.end, self.take)
        with archive.open(part) as source:
            while chunk := source.read(_CHUNK):
                _feed(parser, chunk)
                if self.done:
                    yield from self.done
                    self.done = []
            _feed(parser, b"", final=True)
        yield from self.done

    def start(self, name: str, attrs: dict[str, str]) -> None:
        if name == "c":
            place = attrs.get("r")
            self.column = _column_of(place) if place else self.column + 1
            self.type = attrs.get("t", "n")
            self.style = attrs.get("s", "")
            self.text = []
        elif name in {"v", "t"}:
            self.taking = not self.phonetic
        elif name == "row":
            self.number = int(attrs.get("r") or self.number + 1)
            self.seen += 1
            if self.seen > MAX_ROWS:
                raise UnreadableSheetError(_("工作表的行数多得不正常，没有读取。请只保留要导入的行，另存后再上传。"))
            self.values = []
            self.column = -1
        elif name == "rPh":
            self.phonetic = True

    def take(self, data: str) -> None:
        if self.taking:
            self.text.append(data)
            if len(self.text) > _TEXT_PIECES:
                raise UnreadableSheetError(_("第 %(row)s 行有一格的内容长得不正常，没有读取。") % {"row": self.number})

    def end(self, name: str) -> None:
        if name in {"v", "t"}:
            self.taking = False
        elif name == "c":
            if self.text and self.column < MAX_COLUMNS:
                value = self.value("".join(self.text))
                if value is not None:
                    gap = self.column - len(self.values)
                    if gap > 0:
                        self.values.extend([None] * gap)
                    if gap < 0:
                        self.values[self.column] = value
                    else:
                        self.values.append(value)
        elif name == "row":
            if self.values:
                self.done.append((self.number, self.values))
        elif name == "rPh":
            self.phonetic = False

    def value(self, text: str) -> Value:
        match self.type:
            case "s":
                index = int(text)
                return self.strings[index] or None
            case "inlineStr" | "str":
                return _unescape(text) or None
            case "b":
                return text.strip() == "1"
            case "e":
                return SheetError(text)
            case "d":
                return datetime.fromisoformat(text)
        number = _number(text)
        if self.style and int(self.style) in self.date_styles and number is not None:
            moment = from_serial(number, epoch_1904=self.epoch_1904)
            return number if moment is None else moment
        return number


def _number(text: str) -> int | Decimal | None:
    text = text.strip()
    if not text:
        return None
    if text.lstrip("-").isdigit() and len(text) <= 15:
        return int(text)
    value = _TOP_SIGNIFICANT.create_decimal(text)
    if not value.is_finite() or abs(value.adjusted()) > 400:
        return SheetError(text)  # type: ignore[return-value]
    return int(value) if value == value.to_integral_value() else value


def _column_of(place: str) -> int:
    column = 0
    for char in place:
        if not "A" <= char <= "Z":
            break
        column = column * 26 + ord(char) - 64
    if not column:
        raise ValueError(place)
    return column - 1


def _unescape(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _parser(start: object, end: object, text: object) -> expat.XMLParserType:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    local: dict[str, str] = {}

    def on_start(name: str, attrs: dict[str, str]) -> None:
        start(local.get(name) or local.setdefault(name, name.rpartition(" ")[2]), attrs)  # type: ignore[operator]

    def on_end(name: str) -> None:
        end(local.get(name) or local.setdefault(name, name.rpartition(" ")[2]))  # type: ignore[operator]

    def refuse(*args: object) -> None:
        raise UnreadableSheetError(
            _("文件里带有不该出现的内容（文档类型声明），为安全起见没有读取。请另存为 .xlsx 后再上传。")
        )

    parser.StartElementHandler = on_start
    if end is not None:
        parser.EndElementHandler = on_end
    if text is not None:
        parser.CharacterDataHandler = text  # type: ignore[assignment]
    parser.StartDoctypeDeclHandler = refuse
    return parser


def _scan(archive: zipfile.ZipFile, part: str, start: object, end: object = None, text: object = None) -> None:
    parser = _parser(start, end, text)
    with archive.open(part) as source:
        while chunk := source.read(_CHUNK):
            _feed(parser, chunk)
        _feed(parser, b"", final=True)


def _feed(parser: expat.XMLParserType, chunk: bytes, *, final: bool = False) -> None:
    try:
        parser.Parse(chunk, final)
    except (expat.ExpatError, ValueError, IndexError, ArithmeticError) as error:
        raise UnreadableSheetError(
            _("表格内容已损坏，没有读完。请在表格软件里打开，另存为 .xlsx 后再上传。")
        ) from error
