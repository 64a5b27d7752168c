"""A county's own floors as norms: of the same family, nearer than what they are based on, each until the next begins."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import groupby

from django.utils.translation import gettext as _

from qunwen.governance.indicators.language import ir
from qunwen.governance.indicators.language.reading import Source

from .defining import Norm
from .models import NormFloor

_WRITTEN = re.compile(r"\d{1,12}(\.\d{1,6})?")


def checked_floor(norm: Norm, text: str) -> str:
    """The floor as it is kept: a decimal in the norm's unit. Raises ValueError for the field."""
    if not isinstance(norm.floor, ir.Number):
        raise ValueError(_("这条标准不是与一个数比较，不能改标准值。"))
    plain = text.strip().removesuffix(norm.floor.unit).strip()
    if not _WRITTEN.fullmatch(plain):
        raise ValueError(_("标准值要写成 0.8 或 65 这样的数，单位是“%(unit)s”。") % {"unit": norm.floor.unit or "1"})
    value = Fraction(plain)
    laxer = value > norm.floor.value if norm.op in ("<=", "<") else value < norm.floor.value
    if laxer:
        raise ValueError(_("本县标准不得低于上级标准（%(floor)s）。") % {"floor": f"{norm.floor_text}"})
    return plain


def versions(rows: Iterable[NormFloor], known: Mapping[str, Norm]) -> list[Norm]:
    """The county's norms. `rows` stand by code and first day; those of norms that no longer ship are left out."""
    found: list[Norm] = []
    for code, group in groupby(rows, key=lambda row: row.code):
        if code not in known:
            continue
        own = list(group)
        for row, following in zip(own, [*own[1:], None], strict=True):
            found.append(_version(known[code], row, following))
    return found


def _version(base: Norm, row: NormFloor, following: NormFloor | None) -> Norm:
    until = following.valid_from - dt.timedelta(days=1) if following else None
    unit = base.floor.unit if isinstance(base.floor, ir.Number) else base.unit
    floor = ir.Number(Fraction(row.floor), unit)
    return replace(
        base,
        code=f"{base.code}.v{row.version}",
        floor=floor,
        floor_text=row.floor,
        expr=ir.Compare(base.op, base.left or floor, floor),
        where=replace(base.where, area=(row.county,), valid_from=row.valid_from, valid_to=until),
        source=Source(row.doc, "house"),
        adopt=False,
        enabled=True,
    )
