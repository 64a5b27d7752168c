"""The sheet in which last year's pupils come in: its columns, and how a row becomes an ended enrolment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from qunwen.base.papers.fields import Field, FieldKind
from qunwen.base.papers.imports import SheetSpec
from qunwen.base.papers.problems import CellRefusedError
from qunwen.base.places.models import Place
from qunwen.base.scope.codes import Level

from .models import CourseClass


def spec(county: str, first_year: int = 1900) -> SheetSpec:
    """The sheet's columns; classes and places are those of the county the open scope may see, read once."""
    fields = (
        Field("course_class", "班级", FieldKind.LOOKUP, ("班级名称",), True, lookup=_classes(county)),
        Field("name", "姓名", aliases=("学员姓名",), required=True, max_length=40),
        Field("phone", "手机", aliases=("手机号", "电话"), max_length=20, hint="没有手机可以不填。"),
        Field("birth_year", "出生年", FieldKind.INTEGER, ("出生年份",), minimum=first_year, maximum=2100),
        Field("place", "村（社区）", FieldKind.LOOKUP, ("居住地", "社区"), True, lookup=_places(county)),
        Field("completed", "是否结业", FieldKind.BOOL, ("结业",), True),
    )
    return SheetSpec(fields)


def _classes(county: str) -> Callable[[str], CourseClass | None]:
    named: dict[str, list[CourseClass]] = {}
    for row in CourseClass.objects.select_related("term", "school", "unit").filter(county=county):
        for name in (row.title, f"{row.term.name} {row.title}"):
            named.setdefault(name, []).append(row)
    return lambda text: _only(named.get(text.strip(), []), text)


def _places(county: str) -> Callable[[str], Place | None]:
    rows = list(Place.objects.filter(code__startswith=county, level__gte=Level.COUNTY, valid_to=None))
    by_code = {row.code: row for row in rows}
    named: dict[str, list[Place]] = {}
    for row in rows:
        named.setdefault(row.name, []).append(row)
    return lambda text: by_code.get(text.strip()) or _only(named.get(text.strip(), []), text)


def _only(found: list[Any], text: str) -> Any:
    if len(found) > 1:
        raise CellRefusedError(
            _("有 %(n)d 个“%(text)s”，请写得更完整（如“学期 班级”）或改填代码。") % {"n": len(found), "text": text}
        )
    return found[0] if found else None
