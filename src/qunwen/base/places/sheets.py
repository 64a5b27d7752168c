"""The sheet in which population figures come in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from qunwen.base.papers.fields import Field, FieldKind
from qunwen.base.papers.imports import SheetSpec
from qunwen.base.papers.problems import CellRefusedError

from .enums import Grade, PopulationBasis, PopulationGroup
from .models import Place

NEWEST = 2200


def population_spec(places: Iterable[Place]) -> SheetSpec:
    """Its columns. `places` are those a row may name, by code or by a name that only one of them bears."""
    fields = (
        Field("place", "区划", FieldKind.LOOKUP, ("区划代码", "地区", "村（社区）", "乡镇（街道）"), True, lookup=finder(places),
              hint="代码或名称；同名的请填代码。"),
        Field("year", "年份", FieldKind.INTEGER, ("年度",), True, minimum=1949, maximum=NEWEST),
        Field("basis", "口径", FieldKind.CHOICE, choices=_choices(PopulationBasis), hint="不填按常住人口。"),
        Field("group", "人群", FieldKind.CHOICE, ("年龄段",), choices=_choices(PopulationGroup), hint="不填按总人口。"),
        Field("number", "人数", FieldKind.INTEGER, ("人口数", "人口"), True, unit="人", minimum=0, maximum=2_000_000_000),
        Field("source", "来源", aliases=("数据来源",), required=True, max_length=200),
        Field("grade", "可信等级", FieldKind.CHOICE, ("等级",), choices=_choices(Grade) | {g: g for g in Grade.values},
              hint="不填按 B 公开统计。"),
    )  # fmt: skip
    return SheetSpec(fields, unique=("place", "year", "basis", "group"))


def _choices(enum: Any) -> dict[str, str]:
    return {str(label): value for value, label in enum.choices}


def finder(places: Iterable[Place]) -> Any:
    """Finds one of the places by what a cell says: its code, long or short, or a name that only one of them bears."""
    by_code: dict[str, Place] = {}
    named: dict[str, list[Place]] = {}
    for place in places:
        by_code.setdefault(place.full_code, place)
        named.setdefault(place.name, []).append(place)
    by_code |= {place.code: place for rows in named.values() for place in rows}

    def find(text: str) -> Place | None:
        wanted = text.strip()
        rows = named.get(wanted, [])
        if wanted not in by_code and len(rows) > 1:
            raise CellRefusedError(_("有 %(n)d 个“%(text)s”，请改填区划代码。") % {"n": len(rows), "text": wanted})
        return by_code.get(wanted) or (rows[0] if rows else None)

    return find
