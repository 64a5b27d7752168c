"""A county's file of school days: what the national table lacks, or what the county does otherwise."""

from __future__ import annotations

import csv
import datetime as dt
import io
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

COLUMNS = ("日期", "安排", "原因", "依据")
OPENS = {"上课": True, "补课": True, "停课": False, "放假": False}
MOST_BYTES, MOST_ROWS = 200_000, 400


@dataclass(frozen=True)
class DayLine:
    """One line: school is held or not on the day, why, by which document."""

    day: dt.date
    opens: bool
    why: str
    document: str


def read(data: bytes) -> list[DayLine]:
    """The lines of a CSV file in UTF-8 or GB18030 with the columns 日期, 安排, 原因, 依据.

    Raises ValidationError at `file` that names every wrong line; then nothing of it counts.
    """
    rows = [row for row in csv.reader(io.StringIO(_text(data))) if any(cell.strip() for cell in row)]
    if not rows or tuple(cell.strip() for cell in rows[0][:4]) != COLUMNS:
        raise ValidationError({"file": [_("第 1 行应为：%(columns)s。") % {"columns": "、".join(COLUMNS)}]})
    if not 1 <= len(rows) - 1 <= MOST_ROWS:
        raise ValidationError({"file": [_("文件里应有 1 到 %(n)d 天。") % {"n": MOST_ROWS}]})
    found: dict[dt.date, DayLine] = {}
    wrong = []
    for number, row in enumerate(rows[1:], start=2):
        day, opens, why, document = ([cell.strip() for cell in row] + [""] * 4)[:4]
        try:
            line = DayLine(dt.date.fromisoformat(day), OPENS[opens], why, document)
        except ValueError:
            wrong.append(_("第 %(n)d 行：日期要写成 2027-02-17 的样子。") % {"n": number})
            continue
        except KeyError:
            wrong.append(_("第 %(n)d 行：安排要写“上课”“补课”“停课”或“放假”。") % {"n": number})
            continue
        if not why:
            wrong.append(_("第 %(n)d 行：请写明原因，家长会看到。") % {"n": number})
        elif line.day in found:
            wrong.append(_("第 %(n)d 行：这一天上面已经有了。") % {"n": number})
        found[line.day] = line
    if wrong:
        raise ValidationError({"file": wrong})
    return list(found.values())


def _text(data: bytes) -> str:
    if len(data) > MOST_BYTES:
        raise ValidationError({"file": [_("文件太大，校历文件不会超过 200 KB。")]})
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValidationError({"file": [_("读不出文字，请另存为 UTF-8 或 GB18030 编码的 CSV。")]})
