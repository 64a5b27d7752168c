"""The columns an import expects, and how each kind of value is read from what people really write."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from .guard import unguard
from .problems import CellRefusedError
from .serials import from_serial
from .xlsx_stream import SheetError

_DATE = re.compile(r"(\d{4})(?:年|[-/.])(\d{1,2})(?:月|[-/.])(\d{1,2})日?")
_DATE_SOLID = re.compile(r"(\d{4})(\d{2})(\d{2})")
_DATE_SHORT = re.compile(r"\d{1,2}[月/.\-]\d{1,2}日?|\d{2}[年/.\-]\d{1,2}[月/.\-]\d{1,2}日?")
_TIME = re.compile(r"(上午|下午|晚上|中午|早上)?(\d{1,2})(?::(\d{1,2})(?::(\d{1,2}))?|[点时](?:(\d{1,2})分?|(半))?)")
_NUMBER = re.compile(r"([+-]?)(\d+(?:\.\d*)?|\.\d+)(万|亿)?")
_CHINESE_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_CHINESE_DATE = re.compile(
    r"([〇零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})[日号]?"
)
_SCALES = {"万": Decimal(10_000), "亿": Decimal(100_000_000)}
_YES = frozenset({"是", "有", "对", "√", "✓", "1", "y", "yes", "true", "t"})
_NO = frozenset({"否", "无", "没有", "不是", "错", "×", "✗", "0", "n", "no", "false", "f"})


class FieldKind(StrEnum):
    """What a column of an import holds."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    DATETIME = "datetime"
    TIME = "time"
    CHOICE = "choice"
    BOOL = "bool"
    LOOKUP = "lookup"


@dataclass(frozen=True)
class Field:
    """One column an import knows.

    `label` and `aliases` are the heads it is recognised by. `choices` maps the Chinese label to the stored value;
    the stored value itself is understood too. `lookup` takes the text of the cell (a place's name or code, say) and
    gives the object, or None when there is none; it may raise CellRefusedError with its own message. `unit` may
    stand behind a number (120人). `places` is how many decimals are kept; more are refused, not cut.
    """

    key: str
    label: str
    kind: FieldKind = FieldKind.TEXT
    aliases: tuple[str, ...] = ()
    required: bool = False
    choices: Mapping[str, Any] = field(default_factory=dict)
    lookup: Callable[[str], Any] | None = None
    unit: str = ""
    max_length: int | None = None
    minimum: int | Decimal | None = None
    maximum: int | Decimal | None = None
    places: int | None = None
    hint: str = ""


def parse_cell(spec: Field, raw: object) -> Any:
    """The value of a cell for this column; None for a blank one.

    Raises CellRefusedError with a Chinese message that says what was expected.
    """
    if isinstance(raw, SheetError):
        raise CellRefusedError(_("这一格是公式错误 %(text)s，请改成实际的值。") % {"text": raw})
    if isinstance(raw, str):
        raw = unguard(raw.strip(" \t\r\n\u3000\xa0\ufeff")) or None
    if raw is None:
        if spec.required:
            raise CellRefusedError(_("“%(head)s”必须填写。") % {"head": spec.label})
        return None
    value = _PARSERS[spec.kind](spec, raw)
    _check_bounds(spec, value)
    return value


def _check_bounds(spec: Field, value: Any) -> None:
    if not isinstance(value, int | Decimal) or isinstance(value, bool):
        return
    if spec.minimum is not None and value < spec.minimum:
        raise CellRefusedError(_("不能小于 %(limit)s。") % {"limit": spec.minimum})
    if spec.maximum is not None and value > spec.maximum:
        raise CellRefusedError(_("不能大于 %(limit)s。") % {"limit": spec.maximum})


def as_text(raw: object) -> str:
    """A cell as the sender sees it: whole numbers without a point, days as 2026-03-05, 是 or 否."""
    match raw:
        case None:
            return ""
        case bool():
            return "是" if raw else "否"
        case Decimal():
            return f"{raw:f}"
        case datetime():
            return raw.strftime("%Y-%m-%d %H:%M:%S" if raw.second else "%Y-%m-%d %H:%M")
        case time():
            return raw.strftime("%H:%M:%S" if raw.second else "%H:%M")
    return str(raw)


def _text(spec: Field, raw: object) -> str:
    if isinstance(raw, int) and not isinstance(raw, bool) and abs(raw) >= 10**15:
        raise CellRefusedError(
            _("这个号码超过 15 位，在表格里被存成了数字，末几位已经丢失。请把这一列设为文本格式，重新填写。")
        )
    text = as_text(raw)
    if spec.max_length is not None and len(text) > spec.max_length:
        raise CellRefusedError(
            _("最多 %(limit)s 个字，现在有 %(count)s 个字。") % {"limit": spec.max_length, "count": len(text)}
        )
    return text


def _plain(raw: object) -> str:
    return unicodedata.normalize("NFKC", as_text(raw)).replace(" ", "")


def _exact_number(spec: Field, raw: object) -> Decimal:
    if isinstance(raw, bool | date | time):
        raise CellRefusedError(_("应填数字，现在是“%(text)s”。") % {"text": as_text(raw)})
    if isinstance(raw, int | Decimal):
        return Decimal(raw)
    text = _plain(raw).replace(",", "")
    if spec.unit:
        text = text.removesuffix(unicodedata.normalize("NFKC", str(spec.unit)))
    found = _NUMBER.fullmatch(text)
    if not found:
        raise CellRefusedError(_("应填数字，现在是“%(text)s”。") % {"text": raw})
    try:
        number = Decimal(found[1] + found[2])
    except InvalidOperation as error:
        raise CellRefusedError(_("应填数字，现在是“%(text)s”。") % {"text": raw}) from error
    return number * _SCALES.get(found[3] or "", Decimal(1))


def _integer(spec: Field, raw: object) -> int:
    number = _exact_number(spec, raw)
    if number != number.to_integral_value():
        raise CellRefusedError(_("应填整数，现在是“%(text)s”。") % {"text": as_text(raw)})
    if abs(number) >= 2**63:
        raise CellRefusedError(_("这个数太大了。"))
    return int(number)


def _decimal(spec: Field, raw: object) -> Decimal:
    number = _exact_number(spec, raw)
    if spec.places is not None and number != round(number, spec.places):
        raise CellRefusedError(
            _("最多 %(places)s 位小数，现在是“%(text)s”。") % {"places": spec.places, "text": as_text(raw)}
        )
    return number


def parse_date_cn(text: str) -> date:
    """A day in the forms people write: 2026年3月5日, 2026-03-05, 2026/3/5, 2026.3.5, 20260305, 二〇二六年三月五日.

    Raises CellRefusedError; a day without its year or with two figures of it is refused rather than guessed.
    """
    plain = unicodedata.normalize("NFKC", text).replace(" ", "")
    if chinese := _CHINESE_DATE.fullmatch(plain):
        plain = "-".join(
            (chinese[1].translate(_CHINESE_DIGITS), *(str(_below_hundred(part)) for part in chinese.groups()[1:]))
        )
    found = _DATE.fullmatch(plain) or _DATE_SOLID.fullmatch(plain)
    if not found:
        if _DATE_SHORT.fullmatch(plain):
            raise CellRefusedError(_("日期“%(text)s”缺少四位数的年份，请写成 2026年3月5日。") % {"text": text})
        raise CellRefusedError(_("看不懂日期“%(text)s”，请写成 2026年3月5日 或 2026-03-05。") % {"text": text})
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError as error:
        raise CellRefusedError(_("没有“%(text)s”这一天。") % {"text": text}) from error


def _below_hundred(text: str) -> int:
    tens, ten, ones = text.partition("十")
    digit = {char: value for value, char in enumerate("零一二三四五六七八九")}
    if not ten:
        return digit.get(text, 99)
    return digit.get(tens, 1 if not tens else 9) * 10 + digit.get(ones, 0)


def _date(spec: Field, raw: object) -> date:
    if isinstance(raw, datetime):
        if raw.time() != time():
            raise CellRefusedError(_("这一列只填日期，现在带了时刻“%(text)s”。") % {"text": as_text(raw)})
        return raw.date()
    if isinstance(raw, date):
        return raw
    if isinstance(raw, int | Decimal) and not isinstance(raw, bool):
        # 20260305 typed as a number is a day; anything that small is the sheet's own serial number.
        moment = from_serial(raw) if raw < 1_000_000 else None
        if type(moment) is date and moment.year >= 1910:
            return moment
    if isinstance(raw, time):
        raise CellRefusedError(_("看不懂日期“%(text)s”，请写成 2026年3月5日 或 2026-03-05。") % {"text": as_text(raw)})
    text = re.sub(r"([日\d])[T ]00:00(:00(\.0+)?)?$", r"\1", as_text(raw))
    return parse_date_cn(re.sub(r"[(（]?(星期|周)[一二三四五六日天][)）]?$", "", text))


def _time(spec: Field, raw: object) -> time:
    if isinstance(raw, datetime):
        return raw.time()
    if isinstance(raw, time):
        return raw
    if isinstance(raw, int | Decimal) and not isinstance(raw, bool) and 0 <= raw < 1:
        return from_serial(raw) or time()  # type: ignore[return-value]
    text = _plain(raw)
    found = _TIME.fullmatch(text)
    if not found:
        raise CellRefusedError(_("看不懂时刻“%(text)s”，请写成 14:30。") % {"text": as_text(raw)})
    hour, minute = int(found[2]), int(found[3] or found[5] or (30 if found[6] else 0))
    if found[1] in {"下午", "晚上"} and hour < 12:
        hour += 12
    try:
        return time(hour, minute, int(found[4] or 0))
    except ValueError as error:
        raise CellRefusedError(_("没有“%(text)s”这个时刻。") % {"text": as_text(raw)}) from error


def _datetime(spec: Field, raw: object) -> datetime:
    """A day with its time of day, naive: the caller knows in which zone the sheet was filled in."""
    if isinstance(raw, datetime):
        return raw
    if isinstance(raw, int | Decimal) and not isinstance(raw, bool):
        moment = from_serial(raw) if raw < 1_000_000 else None
        if isinstance(moment, datetime):
            return moment
    text = unicodedata.normalize("NFKC", as_text(raw)).strip()
    found = re.fullmatch(r"(.*?[日\d])(?:T|\s+|(?<=日))((?:上午|下午|晚上|中午|早上)?\d{1,2}\s*[:点时].*)", text)
    if not found:
        raise CellRefusedError(
            _("应填日期和时刻，例如 2026年3月5日 14:30；现在是“%(text)s”。") % {"text": as_text(raw)}
        )
    return datetime.combine(parse_date_cn(found[1]), _time(spec, found[2]))


def _bool(spec: Field, raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    text = _plain(raw).lower()
    if text in _YES:
        return True
    if text in _NO:
        return False
    raise CellRefusedError(_("应填“是”或“否”，现在是“%(text)s”。") % {"text": as_text(raw)})


def _choice(spec: Field, raw: object) -> Any:
    text = _plain(raw).lower()
    for label, value in spec.choices.items():
        if text in {_plain(str(label)).lower(), _plain(str(value)).lower()}:
            return value
    labels = [str(label) for label in spec.choices]
    shown = "、".join(labels[:10]) + ("……" if len(labels) > 10 else "")
    raise CellRefusedError(_("没有“%(text)s”这一项，可填：%(labels)s。") % {"text": as_text(raw), "labels": shown})


def _lookup(spec: Field, raw: object) -> Any:
    if spec.lookup is None:
        raise ValueError(f"field {spec.key} is a lookup without a function")
    text = _text(spec, raw)
    found = spec.lookup(text)
    if found is None:
        raise CellRefusedError(_("找不到“%(text)s”，请核对名称或代码。") % {"text": text})
    return found


_PARSERS: dict[FieldKind, Callable[[Field, Any], Any]] = {
    FieldKind.TEXT: _text,
    FieldKind.INTEGER: _integer,
    FieldKind.DECIMAL: _decimal,
    FieldKind.DATE: _date,
    FieldKind.DATETIME: _datetime,
    FieldKind.TIME: _time,
    FieldKind.CHOICE: _choice,
    FieldKind.BOOL: _bool,
    FieldKind.LOOKUP: _lookup,
}
