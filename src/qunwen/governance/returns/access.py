"""Who may do what with returns."""

from django.utils.translation import gettext_lazy as _

from qunwen.base.scope.permissions import Permissions


class Permission(Permissions):
    """What one may do with returned values. What a value counts for is shown to all who see figures."""

    VIEW = "returns.view", _("查看填报数据")
    REPORT = "returns.report", _("填报数据")
    IMPORT = "returns.import", _("批量导入填报数据")


_WORKERS = ("county_officer", "town_station", "village_worker")

ROLES = {
    Permission.VIEW: (*_WORKERS, "reviewer", "town_admin", "auditor_readonly", "city_officer", "province_officer"),
    Permission.REPORT: _WORKERS,
    Permission.IMPORT: ("county_officer", "town_station"),
}
