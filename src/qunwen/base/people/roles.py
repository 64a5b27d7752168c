"""The roles the house ships. Codes are stable; names and descriptions may be reworded.

What a role may do is said where the permission is declared: an area's access.py holds
`ROLES = {Permission.X: ("county_officer", …)}`. Here stand only the roles themselves and what the
journal, which declares no roles of its own, gives to whom.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.utils.translation import gettext_noop as _

from .enums import AdminKind


@dataclass(frozen=True, slots=True)
class ShippedRole:
    """A role as shipped.

    `hands_out_business`: may grant every business permission without holding it. `includes`: roles whose
    permissions it holds too, so that it can grant them. `own_units`: granted for units only, never for a whole
    place, since its holders see children by name.
    """

    code: str
    name: str
    description: str
    admin_kind: str = ""
    hands_out_business: bool = False
    includes: tuple[str, ...] = ()
    own_units: bool = False


SHIPPED: tuple[ShippedRole, ...] = (
    ShippedRole(
        "system_admin", _("系统管理员"), _("维护单位、账号和站点设置，不办业务，不授权"), AdminKind.SYSTEM, True
    ),
    ShippedRole("security_admin", _("安全管理员"), _("授予和收回角色，不办业务"), AdminKind.SECURITY, True),
    ShippedRole("audit_admin", _("安全审计员"), _("查看和校验操作日志，导出权限矩阵"), AdminKind.AUDIT),
    ShippedRole("county_officer", _("县级业务人员"), _("编制计划、审核、统计，管理全县业务")),
    ShippedRole("reviewer", _("审核人员"), _("审核送审的活动、页面和数据")),
    ShippedRole("town_station", _("文化站人员"), _("办理本乡镇（街道）的活动和登记")),
    ShippedRole(
        "town_admin",
        _("乡镇管理员"),
        _("办理本乡镇业务，并管理本乡镇的工作人员"),
        includes=("town_station", "venue_staff", "village_worker"),
    ),
    ShippedRole("venue_staff", _("场馆人员"), _("办理本场馆的活动、签到和登记")),
    ShippedRole("village_worker", _("村（社区）文化员"), _("填报本村活动，为居民代办")),
    ShippedRole("school_office", _("学校课后服务管理人员"), _("管理本校的课后服务、申请和收费"), own_units=True),
    ShippedRole("class_teacher", _("班主任和课后服务教师"), _("审核本班申请，点名和交接学生"), own_units=True),
    ShippedRole("auditor_readonly", _("检查人员（只读）"), _("查看业务数据和佐证，不能修改")),
    ShippedRole("city_officer", _("市级业务人员"), _("查看所辖各县的数据")),
    ShippedRole("province_officer", _("省级业务人员"), _("查看所辖各市县的数据")),
)

OWN_UNITS = frozenset(role.code for role in SHIPPED if role.own_units)

JOURNAL: Mapping[str, tuple[str, ...]] = {
    "journal.view": ("audit_admin", "auditor_readonly", "county_officer", "town_admin"),
    "journal.verify": ("audit_admin", "auditor_readonly"),
}


def declared() -> dict[str, tuple[str, ...]]:
    """Permission code → role codes, from the journal and from every installed area's access.ROLES.

    Raises ValueError for a role that is not shipped.
    """
    found: dict[str, tuple[str, ...]] = dict(JOURNAL)
    for config in apps.get_app_configs():
        if not config.name.startswith("qunwen.") or find_spec(f"{config.name}.access") is None:
            continue
        for permission, codes in getattr(import_module(f"{config.name}.access"), "ROLES", {}).items():
            found[str(permission)] = (*found.get(str(permission), ()), *codes)
    known = {role.code for role in SHIPPED}
    for permission, codes in found.items():
        if strangers := sorted(set(codes) - known):
            raise ValueError(f"{permission} 指定了没有的角色：{'、'.join(strangers)}")
    return found


def permissions_of(role: ShippedRole, declarations: Mapping[str, tuple[str, ...]]) -> list[str]:
    """What holders of the role may do, sorted."""
    codes = {role.code, *role.includes}
    return sorted(permission for permission, holders in declarations.items() if codes & set(holders))


def delegates_of(role: ShippedRole, declarations: Mapping[str, tuple[str, ...]]) -> list[str]:
    """What holders of the role may hand out without using it, sorted: what any business role holds."""
    if not role.hands_out_business:
        return []
    business = {r.code for r in SHIPPED if not r.admin_kind}
    return sorted(permission for permission, holders in declarations.items() if business & set(holders))
