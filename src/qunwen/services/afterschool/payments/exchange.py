"""Files to and from whoever collects the money: bills and refunds out, receipts in; signed, readable in a spreadsheet.

A file is CSV: a head line, a line of columns, the rows, a line with number and sum, a line with the signature. Signed is
the content of the cells, not the bytes, so a file saved again as GB18030 or with other quotes still holds; a cell that
changed does not.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import hmac
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from qunwen.base.papers.guard import guard
from qunwen.base.scope.clock import SHANGHAI

VERSION = "1"
BILLS, REFUNDS, RECEIPTS = "账单", "退费", "回单"
HEAD, SUM, SIGNATURE = "群文课后服务", "合计", "签名"
COLUMNS = {
    BILLS: ("账单号", "学校", "学生", "月份", "金额（分）"),
    REFUNDS: ("退费号", "账单号", "原流水号", "事由", "金额（分）"),
    RECEIPTS: ("单号", "金额（分）", "流水号", "时间"),
}
_AMOUNT = re.compile(r"[1-9][0-9]{0,8}")
REFERENCE = re.compile(r"[A-Za-z0-9._-]{4,64}")
MOST_ROWS = 50_000
MOST_BYTES = 20 << 20


class FileRefused(ValidationError):
    """The file is not taken, as a whole; the message says where and why."""

    def __init__(self, why: str) -> None:
        super().__init__({"file": [why]})


class Receipt(NamedTuple):
    """Money that came (or, for a refund's number, went): number of bill or refund, fen, reference, when; its line."""

    number: str
    fen: int
    reference: str
    at: dt.datetime
    line: int


@dataclass(frozen=True)
class Receipts:
    """What a file of receipts says. `digest` is of its content: the same file again has the same."""

    county: str
    serial: str
    rows: tuple[Receipt, ...]
    total_fen: int
    digest: str


def write(kind: str, *, county: str, serial: str, rows: Iterable[Sequence[str | int]], key: bytes) -> bytes:
    """A signed file of that kind, UTF-8 with a mark so that spreadsheets read it. The last column is the amount in fen."""
    place = COLUMNS[kind].index("金额（分）")
    body = [[guard(str(cell)) if isinstance(cell, str) else str(cell) for cell in row] for row in rows]
    total = sum(int(row[place]) for row in body)
    lines = [[HEAD, kind, VERSION, county, serial], list(COLUMNS[kind]), *body, [SUM, str(len(body)), str(total)]]
    lines.append([SIGNATURE, sign(lines, key)])
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(lines)
    return out.getvalue().encode("utf-8-sig")


def digest_of(data: bytes) -> str:
    """SHA-256 of a file's content, the same for the same cells."""
    return hashlib.sha256(_canonical(_lines(data))).hexdigest()


def sign(lines: Iterable[Sequence[str]], key: bytes) -> str:
    """HMAC-SHA256 over the cells, in hex."""
    return hmac.new(key, _canonical(lines), hashlib.sha256).hexdigest()


def _canonical(lines: Iterable[Sequence[str]]) -> bytes:
    # Empty cells that a spreadsheet adds at the end of a line are not content.
    rows = ("\x1f".join(unicodedata.normalize("NFC", cell.strip()) for cell in line).rstrip("\x1f") for line in lines)
    return "\x1e".join(rows).encode()


def read_receipts(data: bytes, *, county: str, key: bytes) -> Receipts:
    """The receipts of a file in UTF-8 (with or without mark) or GB18030.

    Raises FileRefused, naming the line: not such a file, another county's, wrongly signed, a sum that is not the sum, an
    amount, reference or time that cannot be, a reference twice.
    """
    lines = _lines(data)
    if len(lines) < 4 or lines[0][0] != HEAD or len(lines[0]) < 5:  # head, columns, sum, signature
        raise FileRefused(_("这不是课后服务的回单文件。"))
    _head, kind, version, whose, serial = lines[0][:5]
    if kind != RECEIPTS or version != VERSION:
        raise FileRefused(_("第 1 行：这是“%(kind)s”文件（第 %(version)s 版），要导入的是回单文件（第 1 版）。") % {"kind": kind, "version": version})  # fmt: skip
    if whose != county:
        raise FileRefused(_("第 1 行：这是 %(code)s 的回单，不是本县的。") % {"code": whose})
    signed, signature = lines[:-1], lines[-1]
    right = signature[0] == SIGNATURE and len(signature) > 1
    if not right or not hmac.compare_digest(sign(signed, key).encode(), signature[1].encode()):
        raise FileRefused(_("签名不符：文件在路上被改过，或密钥不是约定的那一个。没有导入任何一行。"))
    rows = tuple(_receipt(line, number) for number, line in enumerate(lines[2:-2], 3))
    _check_sum(rows, lines[-2], len(lines) - 1)
    seen: dict[str, int] = {}
    for row in rows:
        if (first := seen.setdefault(row.reference, row.line)) != row.line:
            raise FileRefused(_("第 %(line)d 行：流水号与第 %(first)d 行相同。") % {"line": row.line, "first": first})
    digest = hashlib.sha256(_canonical(lines)).hexdigest()
    return Receipts(whose, serial, rows, sum(row.fen for row in rows), digest)


def _lines(data: bytes) -> list[list[str]]:
    if len(data) > MOST_BYTES:
        raise FileRefused(_("文件超过 20 MB。"))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError:
            raise FileRefused(_("读不出文字：请用 UTF-8 或 GB18030 编码。")) from None
    try:
        rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text, newline=""))]
    except csv.Error:
        raise FileRefused(_("这不是 CSV 文件。")) from None
    lines = [row for row in rows if any(row)]
    if len(lines) > MOST_ROWS:
        raise FileRefused(_("超过 %(n)d 行，请分几个文件。") % {"n": MOST_ROWS})
    return lines


def _receipt(line: list[str], number: int) -> Receipt:
    cells = [*line, "", "", "", ""][:4]
    if not _AMOUNT.fullmatch(cells[1]):
        raise FileRefused(_("第 %(line)d 行：金额要写以分为单位的整数。") % {"line": number})
    if not REFERENCE.fullmatch(cells[2]):
        raise FileRefused(_("第 %(line)d 行：流水号要 4 到 64 位字母、数字。") % {"line": number})
    try:
        at = dt.datetime.strptime(cells[3], "%Y-%m-%d %H:%M:%S").replace(tzinfo=SHANGHAI)
    except ValueError:
        raise FileRefused(_("第 %(line)d 行：时间要写成 2026-03-31 16:20:00。") % {"line": number}) from None
    return Receipt(cells[0], int(cells[1]), cells[2], at, number)


def _check_sum(rows: Sequence[Receipt], line: Sequence[str], number: int) -> None:
    if list(line[:3]) != [SUM, str(len(rows)), str(sum(row.fen for row in rows))]:
        raise FileRefused(_("第 %(line)d 行：合计的笔数或金额与各行不符。") % {"line": number})
