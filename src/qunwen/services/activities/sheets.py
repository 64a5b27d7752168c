"""The sheet in which activities come in: its columns, and how a row becomes an activity."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from qunwen.base.papers.fields import Field, FieldKind
from qunwen.base.papers.imports import SheetSpec, Values
from qunwen.base.papers.problems import CellRefusedError
from qunwen.base.people.enums import AgeGroup
from qunwen.base.people.models import Unit
from qunwen.base.places.models import Place
from qunwen.base.scope.clock import SHANGHAI
from qunwen.base.scope.codes import Level, county_of
from qunwen.services.venues.models import Venue

from .enums import Audience, Kind, SignUp

# Rows are known again by what they say, so that a file sent twice makes nothing twice.
_NAMESPACE = uuid.UUID("5f6f3c1e-7b0d-5c53-9a35-51af0d1f5c11")
GROUPS = {
    "n_child": AgeGroup.CHILD,
    "n_youth": AgeGroup.YOUTH,
    "n_adult": AgeGroup.ADULT,
    "n_elder": AgeGroup.ELDER,
    "n_unknown": AgeGroup.UNKNOWN,
}
_DAY = Field("starts_at", "开始时间", FieldKind.DATETIME, ("开始", "举办时间", "活动时间"), hint="已举办的必须填。")


def spec() -> SheetSpec:
    """The sheet's columns; units, places and venues are those the open scope may see, read once."""
    fields = (
        Field("title", "活动名称", aliases=("名称", "活动"), required=True, max_length=120),
        Field("kind", "类别", FieldKind.CHOICE, ("活动类别", "活动类型"), True, choices=_choices(Kind)),
        Field("place", "举办地", FieldKind.LOOKUP, ("地区", "乡镇（街道）", "村（社区）"), True, lookup=_places()),
        Field("unit", "主办单位", FieldKind.LOOKUP, ("承办单位",), True, lookup=_named(Unit.objects.filter(active=True))),
        Field("plan_year", "计划年份", FieldKind.INTEGER, ("年份",), True, minimum=2000, maximum=2100),
        Field("plan_month", "计划月份", FieldKind.INTEGER, ("月份",), True, minimum=1, maximum=12),
        _DAY,
        Field("ends_at", "结束时间", FieldKind.DATETIME, ("结束",), hint="不填按两小时算。"),
        Field("venue", "阵地", FieldKind.LOOKUP, lookup=_named(Venue.objects.filter(retired_on=None))),
        Field("where", "具体地点", aliases=("地点",), max_length=120),
        Field("audience", "主要对象", FieldKind.CHOICE, choices=_choices(Audience)),
        Field("sign_up", "参加方式", FieldKind.CHOICE, choices=_choices(SignUp)),
        Field("summary", "一句话介绍", aliases=("简介",), max_length=120),
        Field("held", "已举办", FieldKind.BOOL, ("是否举办",)),
        *(
            Field(key, str(group.label), FieldKind.INTEGER, unit="人", minimum=0, maximum=200_000)
            for key, group in GROUPS.items()
            if group != AgeGroup.UNKNOWN
        ),
        Field("n_unknown", "没有分人群的人数", FieldKind.INTEGER, ("参加人数", "人数"), unit="人", minimum=0, maximum=200_000),
    )  # fmt: skip
    return SheetSpec(fields, check=_whole_row)


def _choices(enum: Any) -> dict[str, str]:
    return {str(label): value for value, label in enum.choices}


def _places() -> Callable[[str], Place | None]:
    rows = list(Place.objects.filter(pk__in=_codes_in_reach()))
    by_code = {row.code: row for row in rows} | {row.full_code: row for row in reversed(rows)}
    named = _by_name(rows)
    return lambda text: by_code.get(text) or _only(named, text)


def _codes_in_reach() -> list[str]:
    """Counties, towns and villages of the units one may see: a sheet cannot name a place of another county."""
    counties = {county_of(code) for code in Unit.objects.values_list("place_id", flat=True) if len(code) >= 6}
    found: list[str] = []
    for county in sorted(counties):
        below = Place.objects.filter(code__startswith=county, level__gte=Level.COUNTY, level__lte=Level.VILLAGE)
        found += below.filter(valid_to=None).values_list("code", flat=True)
    return found


def _named(rows: Any) -> Callable[[str], Any]:
    named = _by_name(rows)
    return lambda text: _only(named, text)


def _by_name(rows: Any) -> dict[str, list[Any]]:
    named: dict[str, list[Any]] = {}
    for row in rows:
        named.setdefault(row.name, []).append(row)
    return named


def _only(named: Mapping[str, list[Any]], text: str) -> Any:
    found = named.get(text.strip(), [])
    if len(found) > 1:
        raise CellRefusedError(
            _("有 %(n)d 个“%(text)s”，请改填区划代码或更完整的名称。") % {"n": len(found), "text": text}
        )
    return found[0] if found else None


def _whole_row(values: Values) -> list[tuple[str, str]]:
    problems: list[tuple[str, str]] = []
    starts, ends = values.get("starts_at"), values.get("ends_at")
    if values.get("held") and starts is None:
        problems.append(("starts_at", _("已举办的活动要填开始时间。")))
    if starts and ends and ends <= starts:
        problems.append(("ends_at", _("结束时间要晚于开始时间。")))
    if not values.get("held") and any(values.get(key) is not None for key in GROUPS):
        problems.append(("held", _("填了人数，请在“已举办”里填“是”。")))
    return problems


def identity(values: Values) -> uuid.UUID:
    """The id of the activity a row makes: the same for the same row, whoever sends it and however often."""
    parts = (
        values["place"].pk, str(values["unit"].pk), values["title"].strip(), str(values["plan_year"]),
        str(values["plan_month"]), str(values.get("starts_at") or ""),
    )  # fmt: skip
    return uuid.uuid5(_NAMESPACE, "\x1f".join(parts))


def span(values: Values) -> tuple[dt.datetime, dt.datetime] | None:
    """(start, end) on the county's clock; two hours where no end is given; None without a start."""
    starts = values.get("starts_at")
    if starts is None:
        return None
    begin = starts.replace(tzinfo=SHANGHAI)
    end = values.get("ends_at")
    return begin, end.replace(tzinfo=SHANGHAI) if end else begin + dt.timedelta(hours=2)


def headcounts(values: Values) -> dict[str, int]:
    """People by group, only where the sheet says something."""
    return {str(group.value): values[key] for key, group in GROUPS.items() if values.get(key) is not None}


def details(values: Values) -> dict[str, Any]:
    """The further fields that were filled in."""
    names = ("venue", "where", "audience", "sign_up", "summary")
    return {name: values[name] for name in names if values.get(name) is not None}
