"""Who may do what with people, units and grants."""

from django.utils.translation import gettext_lazy as _

from qunwen.base.scope.permissions import Permissions


class Permission(Permissions):
    """What one may do with people."""

    UNIT_VIEW = "people.unit_view", _("查看单位")
    UNIT_EDIT = "people.unit_edit", _("维护单位")
    STAFF_VIEW = "people.staff_view", _("查看工作人员")
    STAFF_INVITE = "people.staff_invite", _("邀请和停用工作人员")
    GRANT = "people.grant", _("授予和收回角色")
    RESIDENT_VIEW = "people.resident_view", _("查看居民")
    RESIDENT_VIEW_FULL = "people.resident_view_full", _("查看居民完整手机号")
    RESIDENT_EDIT = "people.resident_edit", _("登记居民")
    ACT_FOR = "people.act_for", _("为居民代办")
    MATRIX_EXPORT = "people.matrix_export", _("导出权限矩阵")
    SITE_SETTINGS = "people.site_settings", _("维护站点设置")


ROLES: dict[Permission, tuple[str, ...]] = {
    Permission.UNIT_VIEW: (
        "system_admin", "security_admin", "audit_admin", "county_officer", "reviewer", "town_station", "town_admin",
        "venue_staff", "village_worker", "auditor_readonly", "city_officer", "province_officer", "school_office",
    ),
    Permission.UNIT_EDIT: ("system_admin", "county_officer"),
    Permission.STAFF_VIEW: (
        "system_admin", "security_admin", "audit_admin", "county_officer", "reviewer", "town_station", "town_admin",
        "auditor_readonly", "city_officer", "province_officer",
    ),
    Permission.STAFF_INVITE: ("system_admin", "security_admin", "town_admin"),
    Permission.GRANT: ("security_admin", "town_admin"),
    Permission.RESIDENT_VIEW: ("county_officer", "town_station", "town_admin", "venue_staff", "village_worker"),
    Permission.RESIDENT_VIEW_FULL: ("county_officer", "town_admin"),
    Permission.RESIDENT_EDIT: ("county_officer", "town_station", "town_admin", "venue_staff", "village_worker"),
    Permission.ACT_FOR: ("county_officer", "town_station", "town_admin", "venue_staff", "village_worker"),
    Permission.MATRIX_EXPORT: ("security_admin", "audit_admin", "auditor_readonly"),
    Permission.SITE_SETTINGS: ("system_admin",),
}  # fmt: skip
