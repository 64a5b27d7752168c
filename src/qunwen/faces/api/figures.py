"""Figures by token."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from ninja import Query, Router

from qunwen.base.measures import declare, rollup
from qunwen.base.measures.access import Permission
from qunwen.base.places.models import Place
from qunwen.base.scope import asking
from qunwen.base.scope.codes import LENGTHS, Level

from . import shapes
from .auth import TokenAuth
from .problems import Problem, not_found
from .words import CODE

router = Router(auth=TokenAuth(), tags=["统计数字"])
LEVELS = {"county": Level.COUNTY, "town": Level.TOWN, "village": Level.VILLAGE}


@router.get("/measures", response=shapes.MeasureList, summary="统计项", operation_id="listMeasures")
def list_measures(request: Any) -> Any:
    """有哪些数字，怎么算的，能按什么分。"""
    del request
    found = [
        shapes.MeasureShape(
            code=m.code, title=str(m.title), unit=str(m.unit), kind=str(m.kind), meaning=str(m.meaning),
            dimensions={d.code: {code: str(label) for code, label in d.choices} for d in m.dims},
        )
        for m in declare.all()
    ]  # fmt: skip
    return shapes.MeasureList(items=found)


@router.get("/figures", response=shapes.CellList, summary="数字", operation_id="getFigures")
def get_figures(
    request: Any,
    *,
    measure: Annotated[str, Query(pattern=r"^[a-z_.]{1,80}$", description="统计项代码，见 /measures。")],
    place: Annotated[str, Query(pattern=CODE, max_length=15, description="区划代码。")],
    period: Annotated[
        str,
        Query(pattern=r"^20[0-9]{2}(-(0[1-9]|1[0-2])|Q[1-4]|H[12])?$", description="2026-05、2026Q1、2026H1 或 2026。"),
    ],
    level: Annotated[
        Literal["county", "town", "village"] | None, Query(description="下属这一级的每个地方各一个数。")
    ] = None,
    by: Annotated[str | None, Query(pattern=r"^[a-z_]{1,40}$", description="按这个分组。")] = None,
    place_map: Annotated[Literal["then", "now"], Query(description="按当时区划或现行区划。")] = "then",
) -> Any:
    """缺数就是缺数（state），不是零。"""
    del request
    asking.require(Permission.VIEW, place=place)
    if not Place.objects.filter(pk=place).exists():
        raise not_found()
    wanted = LEVELS.get(level or "")
    if wanted is Level.VILLAGE and len(place) < LENGTHS[Level.COUNTY]:
        words = _("村级数字请按县取。")
        raise Problem(422, "invalid", words, errors=[("level", words)])
    found = rollup.cells(
        measures=measure, periods=[period], root=place, level=wanted, by=[by] if by else [], place_map=place_map
    )
    return shapes.CellList(items=[shapes.cell(one) for one in found])
