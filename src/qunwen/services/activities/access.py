"""Who may do what with activities."""

from django.utils.translation import gettext_lazy as _

from qunwen.base.scope.permissions import Permissions


class Permission(Permissions):
    """What one may do with activities."""

    VIEW = "activities.view", _("查看活动")
    PLAN = "activities.plan", _("编制活动计划")
    PUBLISH = "activities.publish", _("发布和取消活动")
    HOLD = "activities.hold", _("登记举办情况")
    REVIEW_TOWN = "activities.review_town", _("审核活动（乡镇）")
    REVIEW_COUNTY = "activities.review_county", _("审核活动（县级）")
    IMPORT = "activities.import", _("批量导入活动")
    EXPORT = "activities.export", _("导出活动")


_WORKERS = ("county_officer", "town_station", "venue_staff", "village_worker")

ROLES = {
    Permission.VIEW: (*_WORKERS, "reviewer", "town_admin", "auditor_readonly", "city_officer", "province_officer"),
    Permission.PLAN: _WORKERS,
    Permission.PUBLISH: ("county_officer", "town_station", "venue_staff"),
    Permission.HOLD: _WORKERS,
    Permission.REVIEW_TOWN: ("town_station", "reviewer", "county_officer"),
    Permission.REVIEW_COUNTY: ("reviewer", "county_officer"),
    Permission.IMPORT: ("county_officer", "town_station"),
    Permission.EXPORT: ("county_officer", "town_station", "venue_staff", "auditor_readonly", "city_officer"),
}
