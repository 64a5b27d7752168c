"""Who may read figures."""

from django.utils.translation import gettext_lazy as _

from qunwen.base.scope.permissions import Permissions


class Permission(Permissions):
    """What one may do with figures."""

    VIEW = "measures.view", _("查看统计数字")


ROLES = {
    Permission.VIEW: (
        "county_officer",
        "reviewer",
        "town_station",
        "town_admin",
        "village_worker",
        "auditor_readonly",
        "city_officer",
        "province_officer",
    ),
}
