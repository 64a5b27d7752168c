"""The permission matrix as a spreadsheet: who may do what where, until when, granted by whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from qunwen.base.papers.columns import Column, Group, Kind
from qunwen.base.papers.xlsx import Sheet, xlsx_bytes
from qunwen.base.scope import clock
from qunwen.base.scope.context import DataScope
from qunwen.base.scope.permissions import known

from .models import Grant, Staff
from .queries import permission_matrix


def matrix_xlsx(staff: Iterable[Staff], *, at: dt.datetime) -> bytes:
    """One row a valid grant, one column a permission that any of them holds."""
    grants = permission_matrix(staff, at)
    held = sorted({permission for grant in grants for permission in grant.role.permissions})
    labels = known()
    columns = [
        Group(
            _("人员"),
            (
                Column("name", _("姓名")),
                Column("unit", _("单位")),
                Column("place", _("所在区划")),
                Column("post", _("岗位")),
            ),
        ),
        Group(
            _("授权"),
            (
                Column("role", _("角色")),
                Column("where", _("授权地点")),
                Column("scope", _("数据范围")),
                Column("since", _("授权日期"), kind=Kind.DATE),
                Column("until", _("有效期至"), kind=Kind.DATE),
                Column("granter", _("授权人")),
            ),
        ),
    ]
    if held:
        columns.append(Group(_("权限"), tuple(Column(code, labels.get(code, code), width=4) for code in held)))
    sheet = Sheet(
        name=_("权限矩阵"),
        title=_("权限矩阵"),
        subtitle=_("截至 %(day)s，共 %(n)d 项有效授权") % {"day": clock.day_of(at).isoformat(), "n": len(grants)},
    )
    return xlsx_bytes(columns, _rows(grants, held), sheet=sheet)


def _rows(grants: Iterable[Grant], held: list[str]) -> Iterator[dict[str, object]]:
    for grant in grants:
        row: dict[str, object] = {
            "name": grant.staff.name,
            "unit": grant.staff.unit.name,
            "place": grant.staff.place.name,
            "post": grant.staff.post,
            "role": grant.role.name,
            "where": grant.place.name if grant.place else _("全部"),
            "scope": str(DataScope(grant.data_scope).label),
            "since": clock.day_of(grant.granted_at),
            "until": clock.day_of(grant.valid_to) if grant.valid_to else None,
            "granter": grant.granted_by.name if grant.granted_by else _("系统"),
        }
        row |= {code: "√" if code in grant.role.permissions else "" for code in held}
        yield row
